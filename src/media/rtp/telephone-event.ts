// Digits as telephone-events (RFC 4733 §2.3, §2.5): payload octets, and the sequence of packets that makes one digit.

/** RFC 4733 §3.2, table 3. */
const events = "0123456789*#ABCD";

/** Ticks of 20 ms that a digit sounds, that its end is repeated, and of the silence after it. */
const soundTicks = 8;
const endTicks = 3;
const gapTicks = 5;
const samplesPerTick = 160;
const maxWaiting = 200;
/** -10 dBm0, as phones send it. */
const volume = 10;

/** -1 for what is no digit. */
export const eventCode = (digit: string): number => (digit.length === 1 ? events.indexOf(digit) : -1);
/** "" for an event that is no digit (16 is flash). */
export const eventDigit = (code: number): string => events.charAt(code);

/** The digits that can be dialled; capital letters only. */
export const isDialable = (digits: string): boolean => /^[0-9*#A-D]{1,64}$/.test(digits);

/** `duration` in samples of 8 kHz, from the beginning of the event (RFC 4733 §2.3.5). */
export type EventPayload = { readonly code: number; readonly end: boolean; readonly duration: number };

export function writeEvent(packet: Buffer, offset: number, event: EventPayload): void {
  packet[offset] = event.code;
  packet[offset + 1] = event.end ? volume | 0x80 : volume;
  packet.writeUInt16BE(event.duration, offset + 2);
}

/** null: too short. Octets [start, end) are the RTP payload. */
export function readEvent(packet: Buffer, start: number, end: number): EventPayload | null {
  if (end - start < 4) return null;
  return {
    code: packet[start] ?? 0,
    end: ((packet[start + 1] ?? 0) & 0x80) !== 0,
    duration: packet.readUInt16BE(start + 2),
  };
}

/** What one tick of dialling sends. `first` begins a new event: marker bit and a new timestamp; `again`: its end once more. */
export type DialledEvent = EventPayload & { readonly first: boolean; readonly again: boolean };
export type DialTick = { readonly event: DialledEvent } | { readonly gap: true } | null;

/** Digits waiting to be sent, one tick of 20 ms at a time. */
export class Dialling {
  #digits = "";
  #tick = 0;

  /** What is more than a minute's worth is left out. */
  add(digits: string): void {
    this.#digits = (this.#digits + digits).slice(0, maxWaiting);
  }

  /** From the first digit until the gap after the last one is over. */
  get busy(): boolean {
    return this.#digits !== "";
  }

  /** null: everything is sent. */
  tick(): DialTick {
    const digit = this.#digits.charAt(0);
    if (digit === "") return null;
    this.#tick += 1;
    const tick = this.#tick;
    if (tick === soundTicks + endTicks - 1 + gapTicks) this.#finishDigit();
    if (tick >= soundTicks + endTicks) return { gap: true };
    // RFC 4733 §2.5.1.4: the last packet is sent three times, with the same duration.
    const duration = Math.min(tick, soundTicks) * samplesPerTick;
    return {
      event: { code: eventCode(digit), end: tick >= soundTicks, duration, first: tick === 1, again: tick > soundTicks },
    };
  }

  #finishDigit(): void {
    this.#digits = this.#digits.slice(1);
    this.#tick = 0;
  }
}
