import assert from "node:assert/strict";
import { test } from "node:test";
import type { SoundFrame } from "./sound-frame.ts";
import { type Stretch, ToneTrack } from "./tone-track.ts";

const tone = (hertz: number, other = 0): SoundFrame => ({ level: -15, tone: { hertz, other }, purity: 0.99 });
const none: SoundFrame = { level: -70, tone: null, purity: 0 };
const times = (count: number, frame: SoundFrame): SoundFrame[] => new Array<SoundFrame>(count).fill(frame);

/** `425@100+200`: 425 Hz from 100 ms on for 200 ms. */
const short = ({ tone: one, startMs, ms }: Stretch): string => {
  const hertz = one && (one.other > 0 ? `${Math.round(one.hertz)}/${Math.round(one.other)}` : Math.round(one.hertz));
  return `${hertz ?? "-"}@${startMs}+${ms}`;
};

function stretches(...frames: readonly SoundFrame[][]): string {
  const track = new ToneTrack();
  const ended = frames.flat().flatMap((frame) => track.push(frame) ?? []);
  return [...ended, track.current].map(short).join(" ");
}

const rows: readonly (readonly [what: string, frames: SoundFrame[][], expected: string])[] = [
  ["tone and pause", [times(5, none), times(10, tone(425)), times(10, none)], "-@0+100 425@100+200 -@300+200"],
  [
    "three lost packets are no pause",
    [times(5, none), times(5, tone(425)), times(3, none), times(5, tone(425)), times(9, none)],
    "-@0+100 425@100+260 -@360+180",
  ],
  ["one frame of a tone is none", [times(5, none), times(1, tone(425)), times(5, none)], "-@0+220"],
  [
    "a tone may move by a few hertz, not by a hundred",
    [times(5, tone(940)), times(5, tone(955)), times(5, tone(1_400))],
    "948@0+200 1400@200+100",
  ],
  [
    "of two tones one may be missed",
    [times(6, tone(480, 620)), times(2, tone(620)), times(2, tone(480)), times(6, tone(480, 620))],
    "480/620@0+320",
  ],
  [
    "the edge of one tone looks like two",
    [times(5, none), times(1, tone(330, 425)), times(9, tone(425)), times(6, none)],
    "-@0+100 425@100+200 -@300+120",
  ],
];

for (const [what, frames, expected] of rows) test(what, () => assert.equal(stretches(...frames), expected));
