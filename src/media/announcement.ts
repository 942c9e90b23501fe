// An announcement that lies in the worker's memory (codec/music-file.ts): so many times from its beginning.

import type { Announcement } from "./audio-stream.ts";
import { frameLength, type Loop } from "./codec/sounds.ts";

export function announcementOf(sound: Loop, times: number, played: () => void): Announcement {
  const whole = sound.PCMU.length * times;
  let at = -frameLength;
  return {
    next() {
      at += frameLength;
      return at < whole ? { sound, at } : null;
    },
    ended(how) {
      if (how === "played") played();
    },
  };
}
