// The writing thread seen from the main thread: started with the first recording, and anew when it has died.

import { MessageChannel, Worker } from "node:worker_threads";
import type { Clock } from "../../base/clock.ts";
import type { Recording, RecordingEnd } from "../face.ts";
import type { Lane } from "../lane.ts";
import { type Leg, legOf } from "../leg.ts";
import type { OrderedVoice } from "../orders.ts";
import type { ScribeOrder, ScribeReport } from "./messages.ts";
import { left as leftSide, right as rightSide, type Side } from "./tape.ts";

/** How long the end of the plane waits for files to be finished. */
const patienceMs = 3_000;

type Outcome = Extract<ScribeReport, { type: "mended" }>["outcome"];
type Sides = { readonly left: readonly Leg[]; readonly right: readonly Leg[] };

type Running = {
  readonly lane: Lane;
  readonly begun: (failed: string | null) => void;
  readonly end: (end: RecordingEnd) => void;
  readonly ended: Promise<RecordingEnd>;
};

export class Archive {
  readonly #clock: Clock;
  readonly #running = new Map<number, Running>();
  readonly #questions = new Map<number, (outcome: Outcome) => void>();
  readonly #lanes = new Set<Lane>();
  #scribe: Worker | null = null;
  #counted = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects with an Error when the file cannot be made; then nothing is recorded. */
  async record(sides: Sides, file: string): Promise<Recording> {
    const { lane, voices } = ordered(sides);
    this.#counted += 1;
    const recording = this.#counted;
    const { promise: ended, resolve: end } = Promise.withResolvers<RecordingEnd>();
    const failed = await new Promise<string | null>((begun) => {
      this.#running.set(recording, { lane, begun, end, ended });
      this.#order({ type: "begin", recording, file });
      this.#connect(lane);
    });
    if (failed !== null) {
      this.#running.delete(recording);
      throw new Error(failed);
    }
    if (lane.alive) lane.post({ type: "record", recording, voices });
    else this.#order({ type: "close", recording });
    const pause = (paused: boolean): void => lane.post({ type: "record-pause", recording, paused });
    return {
      pause: () => pause(true),
      resume: () => pause(false),
      voices(left, right) {
        const now = ordered({ left: left.map(legOf), right: right.map(legOf) });
        if (now.lane !== lane) throw new Error(severalLanes);
        lane.post({ type: "record-voices", recording, voices: now.voices });
      },
      stop: () => lane.post({ type: "record-stop", recording }),
      ended,
    };
  }

  /** `failed` also when the writing thread dies over it. */
  mend(file: string): Promise<Outcome> {
    this.#counted += 1;
    const question = this.#counted;
    return new Promise((resolve) => {
      this.#questions.set(question, resolve);
      this.#order({ type: "mend", question, file });
    });
  }

  /** A media worker has died: its recordings end where they are. */
  laneDied(lane: Lane): void {
    this.#lanes.delete(lane);
    for (const [recording, running] of this.#running) {
      if (running.lane === lane) this.#order({ type: "close", recording });
    }
  }

  /** The legs are closed, so every recording is about to end: waits for the files, but not for ever. */
  async close(): Promise<void> {
    const ends = Promise.all([...this.#running.values()].map(({ ended }) => ended));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.after(patienceMs, resolve);
    await Promise.race([ends, late]);
    timer.cancel();
    await this.#scribe?.terminate();
  }

  #order(order: ScribeOrder): void {
    this.#scribe ??= this.#start();
    this.#scribe.postMessage(order);
  }

  /** A straight way from this media worker to the writing thread. */
  #connect(lane: Lane): void {
    if (this.#lanes.has(lane) || !this.#scribe || !lane.alive) return;
    this.#lanes.add(lane);
    const { port1, port2 } = new MessageChannel();
    const order: ScribeOrder = { type: "connect", port: port1 };
    this.#scribe.postMessage(order, [port1]);
    lane.hand({ type: "connect", port: port2 }, port2);
  }

  #start(): Worker {
    // The same file has another ending in a package than in a checkout.
    const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const scribe = new Worker(new URL(`./scribe.${ending}`, import.meta.url), { name: "recordings" });
    scribe.on("message", (report: ScribeReport) => this.#hear(report));
    scribe.on("error", (error) => this.#die(scribe, error.message));
    scribe.on("exit", () => this.#die(scribe, "the writing thread has ended"));
    return scribe;
  }

  #hear(report: ScribeReport): void {
    if (report.type === "mended") {
      this.#questions.get(report.question)?.(report.outcome);
      this.#questions.delete(report.question);
    } else if (report.type === "begun") {
      this.#running.get(report.recording)?.begun(report.failed);
    } else {
      this.#running.get(report.recording)?.end(report.end);
      this.#running.delete(report.recording);
    }
  }

  /** `error` and `exit` both come; the first one counts. */
  #die(scribe: Worker, reason: string): void {
    if (this.#scribe !== scribe) return;
    this.#scribe = null;
    this.#lanes.clear();
    for (const { begun, end } of this.#running.values()) {
      begun(reason);
      end({ failed: reason });
    }
    this.#running.clear();
    for (const answer of this.#questions.values()) answer("failed");
    this.#questions.clear();
  }
}

const severalLanes = "legs in different media workers cannot be recorded together";

/** Packets never cross threads. */
function ordered({ left, right }: Sides): { readonly lane: Lane; readonly voices: readonly OrderedVoice[] } {
  const lanes = new Set([...left, ...right].map((leg) => leg.lane));
  const [lane] = lanes;
  if (!lane || lanes.size > 1) throw new Error(severalLanes);
  const on = (side: Side, legs: readonly Leg[]): OrderedVoice[] => legs.map(({ number }) => ({ leg: number, side }));
  return { lane, voices: [...on(leftSide, left), ...on(rightSide, right)] };
}
