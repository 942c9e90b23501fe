// One rtpengine: its control socket and whether it answers. It is probed all the time, by a question about one of our calls when
// there are any: a daemon that was started anew answers pings, but has forgotten them.

import type { Clock, Timer } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { RtpengineInstance } from "../face.ts";
import type { Dictionary } from "./bencode.ts";
import { NgClient, NgFault } from "./ng-client.ts";

/** One of our calls there. */
export type Carried = {
  /** Asks for it; rejects when there is no answer, or no such call any more. */
  check(): Promise<void>;
  /** The instance is back: asks for it, and carries out what was wished for in the meantime. */
  verify(): void;
};

export type InstanceOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly place: RtpengineInstance;
  readonly probeMs: number;
  /** Its calls have no media any more as far as can be told. */
  readonly down: (instance: Instance) => void;
};

export class Instance {
  readonly name: string;
  readonly place: RtpengineInstance;
  readonly calls = new Set<Carried>();
  readonly #options: InstanceOptions;
  readonly #client: NgClient;
  #up = false;
  #timer: Timer | null = null;
  #turn = 0;
  #closed = false;

  static async open(options: InstanceOptions): Promise<Instance> {
    const { clock, place } = options;
    const instance = new Instance(options, await NgClient.open({ clock, host: place.host, port: place.port }));
    await instance.#probe(true);
    return instance;
  }

  private constructor(options: InstanceOptions, client: NgClient) {
    this.name = options.place.name;
    this.place = options.place;
    this.#options = options;
    this.#client = client;
  }

  get up(): boolean {
    return this.#up;
  }

  /** As NgClient.ask; silence takes the instance down at once. */
  async ask(command: string, parameters: Dictionary = {}): Promise<Dictionary> {
    try {
      const answer = await this.#client.ask(command, parameters);
      this.#turnUp();
      return answer;
    } catch (fault) {
      if (fault instanceof NgFault && fault.kind === "no-answer") this.#goDown();
      else this.#turnUp();
      throw fault;
    }
  }

  /** After this nothing is asked any more. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#client.close();
  }

  async #probe(first = false): Promise<void> {
    const calls = [...this.calls];
    this.#turn += 1;
    const call = calls[this.#turn % Math.max(1, calls.length)];
    try {
      if (call) await call.check();
      else await this.ask("ping");
    } catch {
      if (first) this.#options.log.error({ instance: this.name }, "rtpengine does not answer");
    }
    if (!this.#closed) this.#timer = this.#options.clock.after(this.#options.probeMs, () => void this.#probe());
  }

  #turnUp(): void {
    if (this.#up || this.#closed) return;
    this.#up = true;
    this.#options.log.info({ instance: this.name }, "rtpengine answers");
    // What was decided while it was silent, and calls that it may have lost.
    for (const call of this.calls) call.verify();
  }

  #goDown(): void {
    if (!this.#up || this.#closed) return;
    this.#up = false;
    this.#options.log.error({ instance: this.name, calls: this.calls.size }, "rtpengine does not answer");
    this.#options.down(this);
  }
}
