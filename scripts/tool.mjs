// Running one tool and hearing how it ended. Tools that are installed packages run under the Node.js that runs us.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Refused } from "../bin/runtime.mjs";

const require = createRequire(import.meta.url);

/**
 * Runs a program; resolves with its exit code, 1 when a signal ended it. Our own SIGINT and SIGTERM go on to it, and
 * it is told to end when `limitMs` have passed.
 */
export function runProgram(program, args, { env = process.env, limitMs, stdio = "inherit" } = {}) {
  const child = spawn(program, args, { env, stdio });
  const forward = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, forward);
  const limit = limitMs && setTimeout(() => endOverdue(child, program, limitMs), limitMs);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Refused(`${program} could not be started: ${error.message}`)));
    child.once("exit", (code) => {
      clearTimeout(limit);
      for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, forward);
      resolve(code ?? 1);
    });
  });
}

function endOverdue(child, program, limitMs) {
  process.stderr.write(`${program} did not end within ${limitMs / 1000} s: stopped\n`);
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
}

/** The script behind a command of an installed package: `toolScript("typescript", "tsc")`. */
export function toolScript(packageName, command) {
  const manifest = findManifest(packageName);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  return join(dirname(manifest), typeof bin === "string" ? bin : bin[command]);
}

/** Looked for in the folders themselves: not every package lets its package.json be resolved. */
function findManifest(packageName) {
  for (const folder of require.resolve.paths(packageName) ?? []) {
    const path = join(folder, packageName, "package.json");
    try {
      readFileSync(path);
      return path;
    } catch {}
  }
  throw new Refused(`${packageName} is not installed: run npm ci`);
}

export const runTool = (packageName, command, args, options) =>
  runProgram(process.execPath, [toolScript(packageName, command), ...args], options);
