// A leg that is being listened to, in the worker: what it says waits in a jitter buffer, and every 20 ms one frame of it goes to the
// detector. Nothing of it exists while nobody asks.

import { JitterBuffer } from "../jitter-buffer.ts";
import type { Reception } from "../rtp/reception.ts";
import type { Speech, Tap } from "../speech.ts";
import type { Beat } from "../ticker.ts";
import { Detector, type DetectorOptions } from "./detector.ts";
import type { Finding } from "./finding.ts";

type Speaker = { readonly speech: Speech; readonly reception: Reception };

export class Listening {
  readonly beat: Beat;
  readonly #speaker: Speaker;
  readonly #buffer = new JitterBuffer();
  readonly #tap: Tap;
  /** Time runs from the first packet of early media, and from the answer whether packets come or not. */
  #begun: boolean;
  #stopped = false;

  /** Put `beat` on the ticker: it goes off by itself. */
  constructor(speaker: Speaker, options: DetectorOptions, found: (finding: Finding) => void) {
    const detector = new Detector(options);
    this.#speaker = speaker;
    this.#begun = options.watch === "answer";
    this.#tap = (samples, timestamp) => {
      this.#begun = true;
      this.#buffer.write(samples, timestamp, speaker.reception.jitterMs);
    };
    speaker.speech.taps.add(this.#tap);
    this.beat = () => {
      if (this.#stopped) return false;
      if (!this.#begun) return true;
      for (const finding of detector.hear(this.#buffer.frame(speaker.reception.jitterMs))) found(finding);
      if (detector.done) this.stop();
      return !detector.done;
    };
  }

  /** Safe to repeat. */
  stop(): void {
    this.#stopped = true;
    this.#speaker.speech.taps.delete(this.#tap);
  }
}
