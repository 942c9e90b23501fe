// Cuts what comes in packets of any length into frames of 20 ms, for a codec that takes no others.

const frameMs = 20;

export type Frame = {
  readonly samples: Int16Array;
  /** Of its first sample, in units of 8 kHz. */
  readonly timestamp: number;
};

export class Framer {
  #rest = new Int16Array(0);
  #next = 0;

  /** `perUnit`: samples in a unit of the timestamp, 1 or 2. What is left over waits for the packet that goes on with it. */
  cut(samples: Int16Array, timestamp: number, perUnit: 1 | 2): readonly Frame[] {
    const frameUnits = frameMs * 8;
    const length = frameUnits * perUnit;
    if (timestamp !== this.#next) this.#rest = new Int16Array(0);
    const begun = (timestamp - this.#rest.length / perUnit) >>> 0;
    const whole = joined(this.#rest, samples);
    const frames: Frame[] = [];
    let at = 0;
    for (; at + length <= whole.length; at += length) {
      frames.push({ samples: whole.subarray(at, at + length), timestamp: (begun + at / perUnit) >>> 0 });
    }
    this.#rest = whole.slice(at);
    this.#next = (timestamp + samples.length / perUnit) >>> 0;
    return frames;
  }
}

function joined(first: Int16Array, second: Int16Array): Int16Array {
  if (first.length === 0) return second;
  const whole = new Int16Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
