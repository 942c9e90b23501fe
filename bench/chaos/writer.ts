// Somebody who changes a soft parameter over the MML console all the time: what was acknowledged has to be there afterwards, whatever
// has happened meanwhile. What nobody has acknowledged may be there or not.

import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Finding, findingAt } from "../centre/finding.ts";

/** Bits of one-way video, which no call of this contact centre has. */
const PARAMETER = "P978";
const PAUSE_MS = 200;
const SILENT_MS = 20_000;

/** What a parameter may be: acknowledged last, or written since. Pure. */
export class Written {
  #acknowledged: number;
  #since: readonly number[] = [];

  constructor(first: number) {
    this.#acknowledged = first;
  }

  asked(value: number): void {
    this.#since = [...this.#since, value];
  }

  acknowledged(value: number): void {
    this.#acknowledged = value;
    this.#since = [];
  }

  /** What is wrong with this value. What was refused may have been kept all the same, and be read after a restart. */
  read(value: number): string | null {
    const is = this.#acknowledged;
    this.#acknowledged = value;
    return value === is || this.#since.includes(value) ? null : `${PARAMETER} is ${value}, and ${is} was acknowledged`;
  }
}

export class Writer {
  /** Writes that were acknowledged. */
  count = 0;
  readonly #written = new Written(0);
  readonly #port: () => number;
  #value = 0;
  #running: Promise<void> | null = null;
  #stopped = false;

  /** `port`: of the console now. */
  constructor(port: () => number) {
    this.#port = port;
  }

  start(): void {
    this.#stopped = false;
    this.#running = this.#run();
  }

  /** Nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Stopped, it looks what is there. */
  async check(): Promise<readonly Finding[]> {
    const report = await this.#say(`LST SFP: ID=${PARAMETER};`);
    const value = Number(/Value {2}= {2}(\d+)/.exec(report)?.[1] ?? Number.NaN);
    const wrong = this.#written.read(value);
    return wrong === null ? [] : [findingAt("written", wrong)];
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#value += 1;
      this.#written.asked(this.#value);
      const report = await this.#say(`MOD SFP: ID=${PARAMETER}, MODTYPE=P0, VALUE=${this.#value};`);
      if (/RETCODE = 0 /.test(report)) {
        this.#written.acknowledged(this.#value);
        this.count += 1;
      }
      await sleep(PAUSE_MS);
    }
  }

  /** "": nobody answered. */
  async #say(command: string): Promise<string> {
    const socket = connect(this.#port(), "127.0.0.1");
    let report = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      report += text;
    });
    socket.on("error", () => {});
    socket.setTimeout(SILENT_MS, () => socket.destroy());
    socket.end(`${command}\r\n`);
    await once(socket, "close").catch(() => {});
    return report;
  }
}
