// First load = entry chunk, everything it imports statically, their styles. Fails above the limit (gzip).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 350;
const folder = fileURLToPath(new URL("../../src/metrion/server/static/app/", import.meta.url));
const manifest = JSON.parse(readFileSync(join(folder, ".vite", "manifest.json"), "utf8"));

const files = new Set(["index.html"]);
function walk(key) {
  const chunk = manifest[key];
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const next of chunk.imports ?? []) walk(next);
}
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
walk(entry);

let total = 0;
for (const file of files) {
  const size = gzipSync(readFileSync(join(folder, file))).length;
  total += size;
  console.log(`${(size / 1024).toFixed(1).padStart(8)} KB  ${file}`);
}
console.log(`${(total / 1024).toFixed(1).padStart(8)} KB  first load, gzip (limit ${LIMIT_KB} KB)`);
if (total > LIMIT_KB * 1024) process.exitCode = 1;
