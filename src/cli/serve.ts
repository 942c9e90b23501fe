// `seatway serve`, `backup`, `restore`, `site export`, `doctor`: a process of its own each, with this terminal; an interrupt is passed on and
// waited for.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { exit } from "./exit.ts";
import type { Io } from "./terminal.ts";

export const serve = (argv: readonly string[], io: Io): Promise<number> => start("main", argv, io);

/** The data of a gateway: `backup`, `restore`, `site`, with what follows. */
export const keepUp = (argv: readonly string[], io: Io): Promise<number> => start("upkeep", argv, io);

export const examine = (argv: readonly string[], io: Io): Promise<number> => start("doctor", argv, io);

async function start(program: "main" | "upkeep" | "doctor", argv: readonly string[], io: Io): Promise<number> {
  // src/main.ts in a checkout, dist/main.js in a package: the same ending as this file.
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const main = fileURLToPath(new URL(`../${program}.${ending}`, import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...argv], { stdio: "inherit" });
  const stop = () => void child.kill("SIGTERM");
  io.interrupt.addEventListener("abort", stop);
  if (io.interrupt.aborted) stop();
  const [code] = await once(child, "exit");
  io.interrupt.removeEventListener("abort", stop);
  return typeof code === "number" ? code : exit.interrupted;
}
