// Files on their way to one leg, without sockets: what is heard at each beat, from files of our own making.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemClock } from "../../base/clock.ts";
import { wavHeader } from "../recording/wav.ts";
import type { PlayEnd, PlayHow } from "./messages.ts";
import { PagedWav } from "./paged-wav.ts";
import { Player } from "./player.ts";

const folder = mkdtempSync(join(tmpdir(), "seatway-player-"));
after(() => rmSync(folder, { recursive: true }));

/** Stereo: each sample of the left channel is the second that it stands in, the right one ten times that. */
function file(name: string, seconds: number): string {
  const data = Int16Array.from({ length: seconds * 16_000 }, (_, at) => {
    const second = Math.floor(at / 16_000) + 1;
    return at % 2 === 0 ? second : 10 * second;
  });
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([wavHeader(data.byteLength), Buffer.from(data.buffer)]));
  return path;
}

async function opened(path: string, how: Partial<PlayHow> = {}) {
  const wav = await PagedWav.open(path);
  const ends: PlayEnd[] = [];
  const player = new Player(wav, { fromMs: 0, times: 1, ...how }, (end) => void ends.push(end));
  /** The first sample of so many beats, one after the other; silence while the disk is asked counts for none. */
  const hears = async (beats: number): Promise<(number | null)[]> => {
    const heard: (number | null)[] = [];
    while (heard.length < beats) {
      const part = player.next();
      if (part === null) {
        player.ended("played");
        return [...heard, null];
      }
      if (part[0] !== 0 || player.paused) heard.push(part[0] ?? null);
      else await new Promise<void>((resolve) => systemClock.after(1, resolve));
    }
    return heard;
  };
  return { player, hears, ends };
}

const distinct = (heard: readonly (number | null)[]) => heard.filter((each, at) => each !== heard[at - 1]);

test("both channels together, each second in its place, to the end; so many times", async () => {
  const { hears, ends } = await opened(file("three.wav", 3), { times: 2 });
  const heard = await hears(301);
  assert.deepEqual(distinct(heard), [11, 22, 33, 11, 22, 33, null]);
  assert.deepEqual([heard.filter((each) => each === 22).length, ends], [100, [{ how: "played" }]]);
});

test("it begins anywhere, pauses, and jumps both ways; never before the beginning", async () => {
  const { player, hears, ends } = await opened(file("nine.wav", 9), { fromMs: 4_000 });
  assert.deepEqual(distinct(await hears(10)), [55]);
  player.paused = true;
  assert.deepEqual(distinct(await hears(20)), [0]);
  player.paused = false;
  player.jump(2_000);
  assert.deepEqual(distinct(await hears(5)), [77]);
  player.jump(-60_000);
  assert.deepEqual(distinct(await hears(5)), [11]);
  player.jump(60_000);
  assert.deepEqual(await hears(1), [null]);
  assert.deepEqual(ends, [{ how: "played" }]);
});

test("without end: it begins again and again", async () => {
  const { player, hears, ends } = await opened(file("loop.wav", 1), { times: 0 });
  assert.deepEqual(distinct(await hears(500)), [11]);
  player.ended("stopped");
  assert.deepEqual(ends, [{ how: "stopped" }]);
});

test("a file that is cut while it plays ends with the reason", async () => {
  const path = file("cut.wav", 6);
  const { hears, ends } = await opened(path);
  await hears(10);
  truncateSync(path, 44 + 2 * 32_000);
  const heard = await hears(101);
  assert.equal(heard.at(-1), null);
  assert.deepEqual(ends, [{ how: "failed", reason: "the file ends before its time" }]);
});

test("what cannot be played says why", async () => {
  const other = wavHeader(32_000);
  other.writeUInt32LE(16_000, 24);
  for (const [content, reason] of [
    [Buffer.from("no sound at all"), /no WAV file/],
    [Buffer.alloc(0), /no WAV file/],
    [wavHeader(0).subarray(0, 36), /no sound/],
    [Buffer.concat([other, Buffer.alloc(32_000)]), /8 kHz/],
  ] as const) {
    const path = join(folder, "wrong.wav");
    writeFileSync(path, content);
    await assert.rejects(PagedWav.open(path), reason);
  }
  await assert.rejects(PagedWav.open(join(folder, "none.wav")), { code: "ENOENT" });
});
