// The recordings of one media worker: tapes turn here, and full pages go to the writing thread. When that one falls behind,
// pages are left out and counted, so that a slow disk costs silence in a file and never a call.

import type { MessagePort } from "node:worker_threads";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Tap } from "../speech.ts";
import type { TapeMessage } from "./messages.ts";
import { newTrack, type Page, type Side, Tape } from "./tape.ts";

const lookMs = 250;
/** Pages under way to the disk, 32,000 octets each: 8 MB at most wait in memory. */
const maxWaiting = 256;

/** What of a leg matters here: its packets, decoded. */
type Audible = { readonly audio: { readonly speech: { readonly taps: Set<Tap> } } };

/** Who is recorded, and in which channel. */
export type Speaker<Leg> = { readonly leg: Leg; readonly side: Side };

/** `tap` writes what he says; it is in place while somebody hears him. */
type Voice<Leg> = Speaker<Leg> & { readonly tap: Tap };
type Running<Leg> = { readonly tape: Tape; voices: readonly Voice<Leg>[]; lostPages: number };

export class Recorder<Leg extends Audible> {
  readonly #clock: Clock;
  readonly #hears: (listener: Leg, speaker: Leg) => boolean;
  readonly #running = new Map<number, Running<Leg>>();
  #port: MessagePort | null = null;
  #waiting = 0;
  #timer: Timer | null = null;

  /** `hears`: who hears whom now. */
  constructor(clock: Clock, hears: (listener: Leg, speaker: Leg) => boolean) {
    this.#clock = clock;
    this.#hears = hears;
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

  /** With nobody left to record it is over at once. */
  start(recording: number, speakers: readonly Speaker<Leg>[]): void {
    this.#running.set(recording, { tape: new Tape(this.#clock.monotonic()), voices: [], lostPages: 0 });
    this.change(recording, speakers);
    if (!this.#timer && this.#running.size > 0) this.#watch();
  }

  /** Who is in it from now on; who was already goes on where he is. */
  change(recording: number, speakers: readonly Speaker<Leg>[]): void {
    const running = this.#running.get(recording);
    if (!running) return;
    const stays = ({ leg, side }: Voice<Leg>): boolean =>
      speakers.some((speaker) => speaker.leg === leg && speaker.side === side);
    for (const voice of running.voices) if (!stays(voice)) untap(voice);
    running.voices = speakers.map(
      ({ leg, side }) =>
        running.voices.find((voice) => voice.leg === leg && voice.side === side) ?? newVoice(running.tape, leg, side),
    );
    if (running.voices.length === 0) this.stop(recording);
    else this.rewire();
  }

  /** Who hears whom has changed. Who is muted or waits on hold speaks to nobody, and is not recorded. */
  rewire(): void {
    for (const { voices } of this.#running.values()) {
      for (const voice of voices) {
        const isHeard = voices.some(({ leg }) => leg !== voice.leg && this.#hears(leg, voice.leg));
        if (isHeard) voice.leg.audio.speech.taps.add(voice.tap);
        else untap(voice);
      }
    }
  }

  pause(recording: number, paused: boolean): void {
    this.#running.get(recording)?.tape.pause(paused, this.#clock.monotonic());
  }

  stop(recording: number): void {
    const running = this.#running.get(recording);
    if (!running) return;
    this.#running.delete(recording);
    const { tape, voices } = running;
    voices.forEach(untap);
    for (const page of tape.rest()) this.#send(recording, running, page);
    const length = tape.length(this.#clock.monotonic());
    this.#post({ type: "finish", recording, length, marks: tape.marks, lostPages: running.lostPages });
  }

  /** This leg closes; a recording ends with the last of its legs. */
  forget(leg: Leg): void {
    for (const [recording, { voices }] of this.#running) {
      if (voices.some((voice) => voice.leg === leg)) {
        this.change(
          recording,
          voices.filter((voice) => voice.leg !== leg),
        );
      }
    }
  }

  #send(recording: number, running: Running<Leg>, { at, samples }: Page): void {
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

function newVoice<Leg>(tape: Tape, leg: Leg, side: Side): Voice<Leg> {
  const track = newTrack(side);
  return { leg, side, tap: (samples, timestamp, now) => tape.write(track, samples, timestamp, now) };
}

const untap = ({ leg, tap }: Voice<Audible>): void => void leg.audio.speech.taps.delete(tap);
