// The ring of a call that waits for its answer, on a speaker of its own: two notes, then quiet, made here so that nothing is loaded.

import { every } from "../../clock.ts";
import { playThrough } from "./devices.ts";

const NOTES = [659.3, 784] as const;
const NOTE_S = 0.32;
const ROUND_MS = 2_600;

/** Returns how to stop. */
export function ring(): () => void {
  const context = new AudioContext();
  void playThrough(context, "ringer");
  const round = () => {
    for (const [index, frequency] of [...NOTES, ...NOTES].entries()) {
      const [tone, gain] = [context.createOscillator(), context.createGain()];
      const begin = context.currentTime + index * NOTE_S;
      tone.frequency.value = frequency;
      gain.gain.setValueAtTime(0.0001, begin);
      gain.gain.exponentialRampToValueAtTime(0.2, begin + 0.03);
      gain.gain.exponentialRampToValueAtTime(0.0001, begin + NOTE_S);
      tone.connect(gain).connect(context.destination);
      tone.start(begin);
      tone.stop(begin + NOTE_S);
    }
  };
  round();
  const stop = every(ROUND_MS, round);
  return () => {
    stop();
    void context.close();
  };
}
