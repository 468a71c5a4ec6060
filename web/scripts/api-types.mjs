// Writes src/api/schema.d.ts from the server's OpenAPI document: a file (argument), or what `metrion openapi` prints.
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
const given = process.argv.slice(2).find((argument) => !argument.startsWith("--"));

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: web, stdio: ["ignore", "inherit", "inherit"], ...options });
  if (done.status !== 0) process.exit(done.status ?? 1);
  return done;
}

/** Ask the server's own command, in a home folder of its own. */
function printOpenapi(folder) {
  const venv = join(web, "..", ".venv", "bin", "python");
  const env = { ...process.env, PYTHONPATH: join(web, "..", "src"), METRION_HOME: join(folder, "home") };
  const python = existsSync(venv) ? venv : "python3";
  const { stdout } = run(python, ["-m", "metrion.cli", "openapi"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const file = join(folder, "openapi.json");
  writeFileSync(file, stdout);
  return file;
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
  const source = given ?? printOpenapi(folder);
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
