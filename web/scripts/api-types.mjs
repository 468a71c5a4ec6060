// Writes src/api/schema.d.ts from the OpenAPI document of a running server (METRION_URL) or a file (argument).
// With --check it writes nothing and fails when the committed file differs.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("..", import.meta.url));
const tool = join(web, "tools", "api-types");
const target = join(web, "src", "api", "schema.d.ts");
const check = process.argv.includes("--check");
const source =
  process.argv.slice(2).find((argument) => !argument.startsWith("--")) ??
  `${process.env.METRION_URL ?? "http://127.0.0.1:8000"}/api/v1/openapi.json`;

function run(command, args) {
  const done = spawnSync(command, args, { cwd: web, stdio: ["ignore", "inherit", "inherit"] });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

const generator = join(tool, "node_modules", "openapi-typescript", "bin", "cli.js");
if (!existsSync(generator)) {
  const npm = process.env.npm_execpath;
  if (!npm) {
    console.error("Run this as `npm run api-types`.");
    process.exit(1);
  }
  run(process.execPath, [npm, "ci", "--prefix", tool]);
}
const folder = mkdtempSync(join(tmpdir(), "metrion-api-"));
try {
  const fresh = join(folder, "schema.d.ts");
  run(process.execPath, [
    generator,
    source,
    "--output",
    fresh,
    "--root-types",
    "--root-types-no-schema-prefix",
  ]);
  const text = readFileSync(fresh, "utf8");
  if (!check) writeFileSync(target, text);
  else if (text !== readFileSync(target, "utf8")) {
    console.error("src/api/schema.d.ts is not what the server says. Run `npm run api-types` and commit it.");
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
