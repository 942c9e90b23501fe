// An announcement that lies in the worker's memory (codec/music-file.ts): so many times from its beginning.

import type { Announcement } from "./audio-stream.ts";
import { frameLength, type Loop } from "./codec/sounds.ts";

/** Throws for a name that the plane does not have, and for a number of times that cannot be played. */
export function checkAnnouncement(names: ReadonlySet<string>, name: string, times: number): void {
  if (!names.has(name)) throw new RangeError(`no announcement is called ${name}`);
  if (!Number.isInteger(times) || times < 1) throw new RangeError("an announcement is played a whole number of times");
}

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
