// The recordings of one media worker: tapes turn here, and full pages go to the writing thread. When that one falls behind,
// pages are left out and counted, so that a slow disk costs silence in a file and never a call.

import type { MessagePort } from "node:worker_threads";
import type { Clock, Timer } from "../../base/clock.ts";
import type { TapeMessage } from "./messages.ts";
import { type Page, Tape } from "./tape.ts";

const lookMs = 250;
/** Pages under way to the disk, 32,000 octets each: 8 MB at most wait in memory. */
const maxWaiting = 256;

/** The party's leg, and where its tape lies: what it hears and what it says (tape.ts). */
export type Recorded = { saidTape: Tape | null; readonly audio: { heardTape: Tape | null } };

type Running = { readonly tape: Tape; readonly party: Recorded; readonly isHeard: () => boolean; lostPages: number };

export class Recorder {
  readonly #clock: Clock;
  readonly #running = new Map<number, Running>();
  #port: MessagePort | null = null;
  #waiting = 0;
  #timer: Timer | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Pages go there from now on: to a new writing thread when one has died. */
  connect(port: MessagePort): void {
    this.#port?.close();
    this.#waiting = 0;
    this.#port = port;
    port.on("message", () => {
      if (port === this.#port) this.#waiting -= 1;
    });
  }

  /** `isHeard`: whether the agent hears the party now; who waits on hold speaks to nobody, and is not recorded. */
  start(recording: number, party: Recorded, isHeard: () => boolean): void {
    const tape = new Tape(this.#clock.monotonic());
    party.audio.heardTape = tape;
    this.#running.set(recording, { tape, party, isHeard, lostPages: 0 });
    this.rewire();
    if (!this.#timer) this.#watch();
  }

  /** Who hears whom has changed. */
  rewire(): void {
    for (const { tape, party, isHeard } of this.#running.values()) party.saidTape = isHeard() ? tape : null;
  }

  pause(recording: number, paused: boolean): void {
    this.#running.get(recording)?.tape.pause(paused, this.#clock.monotonic());
  }

  stop(recording: number): void {
    const running = this.#running.get(recording);
    if (!running) return;
    this.#running.delete(recording);
    const { tape, party } = running;
    party.audio.heardTape = null;
    party.saidTape = null;
    for (const page of tape.rest()) this.#send(recording, running, page);
    const length = tape.length(this.#clock.monotonic());
    this.#post({ type: "finish", recording, length, marks: tape.marks, lostPages: running.lostPages });
  }

  /** This leg closes, and its recordings with it. */
  forget(party: Recorded): void {
    for (const [recording, running] of this.#running) if (running.party === party) this.stop(recording);
  }

  /** There is nothing to record: the leg has gone before its recording began, or is recorded already. */
  stillborn(recording: number): void {
    this.#post({ type: "finish", recording, length: 0, marks: [], lostPages: 0 });
  }

  #send(recording: number, running: Running, { at, samples }: Page): void {
    if (this.#waiting >= maxWaiting) {
      running.lostPages += 1;
      return;
    }
    this.#waiting += 1;
    this.#post({ type: "page", recording, at, samples }, [samples.buffer]);
  }

  #post(message: TapeMessage, handedOver: readonly ArrayBuffer[] = []): void {
    this.#port?.postMessage(message, handedOver);
  }

  #watch(): void {
    this.#timer = this.#clock.after(lookMs, () => {
      this.#timer = null;
      const now = this.#clock.monotonic();
      for (const [recording, running] of this.#running) {
        for (const page of running.tape.complete(now)) this.#send(recording, running, page);
      }
      if (this.#running.size > 0) this.#watch();
    });
  }
}
