// Received telephone-events -> digits (RFC 4733 §2.5): many packets make one digit, any of them may be lost. A digit is told once,
// when it has ended: by its end bit, by the next digit, or because nothing more comes.

import { type EventPayload, eventDigit } from "./telephone-event.ts";

/** A digit and how long it was pressed. */
export type Pressed = { readonly digit: string; readonly ms: number };

/** Of what is read here (RFC 4733 §3.2: events go with the clock of the audio). */
export const eventClockPerMs = 8;
/** RFC 4733 §2.5.1.3: the longest duration that a packet can tell; then a new segment begins. */
const longestDuration = 0xffff;
/** Packets of an event come every 20 to 50 ms (§2.6.3.1); after this time it is over. */
const patienceMs = 300;
/** A packet that lies further back than this, in units of the timestamp (2 s at 8 kHz), is not late: its sender's clock has begun anew. */
const longestDelay = 16_000;

type Event = { readonly code: number; timestamp: number; duration: number; before: number; told: boolean; at: number };

export class EventReader {
  #event: Event | null = null;

  /** One packet. `clockPerMs`: units of its timestamp and its duration. What is complete now, oldest first. */
  take(payload: EventPayload, timestamp: number, clockPerMs: number, now: number): readonly Pressed[] {
    const current = this.#event;
    const step = current ? (timestamp - current.timestamp) | 0 : 1;
    // Reordered: a digit that is over already.
    if (isLate(step)) return [];
    const told: Pressed[] = [];
    if (current && step !== 0 && !continues(current, payload, step)) told.push(...tell(current, clockPerMs));
    const event = this.#current(payload, timestamp, now);
    if (payload.end) told.push(...tell(event, clockPerMs));
    return told;
  }

  /** What nobody has ended: its last packets were lost. */
  look(clockPerMs: number, now: number): readonly Pressed[] {
    return this.#event && now - this.#event.at >= patienceMs ? tell(this.#event, clockPerMs) : [];
  }

  #current(payload: EventPayload, timestamp: number, now: number): Event {
    const current = this.#event;
    const { code, duration } = payload;
    const step = current ? (timestamp - current.timestamp) | 0 : 1;
    if (!current || (step !== 0 && !continues(current, payload, step))) {
      this.#event = { code, timestamp, duration, before: 0, told: false, at: now };
      return this.#event;
    }
    if (step > 0) current.before += step;
    current.duration = step > 0 ? duration : Math.max(current.duration, duration);
    current.timestamp = timestamp;
    current.at = now;
    return current;
  }
}

const isLate = (step: number): boolean => step < 0 && step > -longestDelay;

/** The next segment of a digit that is pressed for more than eight seconds. */
const continues = (event: Event, { code }: EventPayload, step: number): boolean =>
  !event.told && event.code === code && event.duration === longestDuration && step === longestDuration;

function tell(event: Event, clockPerMs: number): readonly Pressed[] {
  if (event.told) return [];
  event.told = true;
  const digit = eventDigit(event.code);
  // Flash and the signals of fax machines are no digits.
  return digit === "" ? [] : [{ digit, ms: Math.round((event.before + event.duration) / clockPerMs) }];
}
