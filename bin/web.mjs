// In a checkout: whether the pages of web/ are built from what stands there now, and building them when not. A build that fails
// is no reason not to start: calls do not need the pages. Plain JavaScript for Node.js 20 and later.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./runtime.mjs";

/** Stands in index.html where each reply has a nonce of its own (src/http/pages.ts knows it too). */
export const nonceMark = "__NONCE__";
export const stampName = "stamp.txt";
/** Why there are no pages; shown in their place. */
const failureName = "failure.txt";

export const webFolder = join(root, "web", "dist");
const sources = [
  "web",
  join("src", "client"),
  join("src", "contract"),
  "package-lock.json",
  join("scripts", "web.mjs"),
];

const filesBelow = (path) =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "dist" || entry.name.endsWith(".test.ts")) return [];
    const inner = join(path, entry.name);
    return entry.isDirectory() ? filesBelow(inner) : [inner];
  });

/** A hash of all that the pages are made from: file times say nothing in a fresh clone. */
export function webStamp() {
  const hash = createHash("sha256");
  for (const source of sources) {
    const path = join(root, source);
    const files = source.includes(".") ? [path] : filesBelow(path);
    for (const file of files.sort()) hash.update(`${file.slice(root.length)}\n`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);

const isNew = () => read(join(webFolder, stampName)) === webStamp();

/**
 * Builds the pages when they are absent or old. What went wrong is said on standard error and in the pages' place. Each process builds
 * in a folder of its own, which then takes the place: two that begin together do not write over each other.
 */
export function ensureWeb(node) {
  if (!existsSync(join(root, "web", "index.html"))) return;
  if (isNew()) return;
  process.stderr.write("Seatway: building the pages (a few seconds)\n");
  const built = join(root, "node_modules", ".cache", `seatway-web-${process.pid}`);
  const args = [join(root, "scripts", "build-web.mjs"), built];
  const { status, stdout, stderr, error } = spawnSync(node, args, { cwd: root, encoding: "utf8" });
  if (status === 0) return takePlace(built);
  const why = error ? error.message : `${stdout}${stderr}`.trim();
  process.stderr.write(`Seatway: the pages could not be built, everything else works. ${why}\n`);
  mkdirSync(webFolder, { recursive: true });
  writeFileSync(join(webFolder, failureName), why);
}

/** Another process may have been quicker, with the same pages. */
function takePlace(built) {
  try {
    if (isNew()) return;
    rmSync(webFolder, { recursive: true, force: true });
    renameSync(built, webFolder);
  } catch (fault) {
    if (!isNew()) throw fault;
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
}
