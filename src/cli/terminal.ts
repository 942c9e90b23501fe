// Where the command line prints and what interrupts it: a port, so that tests read the lines and raise the interrupt.

import { createInterface } from "node:readline";
import { MessageChannel } from "node:worker_threads";
import { type Clock, systemClock } from "../base/clock.ts";
import { onInterrupt } from "../base/interrupt.ts";

export type Io = {
  /** One line of result, without the line break. */
  out(line: string): void;
  /** One line about what went wrong. */
  err(line: string): void;
  /** The first line of standard input, without its line break; "" at its end. */
  line(): Promise<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts on Ctrl-C, and when nobody reads the output any more. */
  readonly interrupt: AbortSignal;
  readonly clock: Clock;
};

/** The process's own terminal. The first Ctrl-C interrupts in good order, a second one ends the process. */
export function terminal(): Io {
  const interrupter = new AbortController();
  onInterrupt(
    systemClock,
    () => interrupter.abort(),
    () => process.exit(130),
  );
  // `seatway callout … | head`: who reads no more wants no more, and the call must not be left behind.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => interrupter.abort());
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    line: firstLine,
    environment: process.env,
    interrupt: interrupter.signal,
    clock: systemClock,
  };
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  return "";
}

/** Timers do not keep a process alive (base/clock.ts), a command that waits must. Returns how to let go. */
export function stayAwake(): () => void {
  const { port1 } = new MessageChannel();
  port1.on("message", () => {});
  return () => port1.close();
}
