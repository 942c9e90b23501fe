import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decode } from "./g711.ts";
import { readMusic } from "./music-file.ts";
import type { Loop } from "./sounds.ts";
import { levelAt, levelOf } from "./tone.ts";

type Shape = { readonly rate: number; readonly bits: number; readonly channels: number; readonly hertz?: number };

/** Two seconds of a sine at -6 dBFS in a WAV file; a second channel is silent. `code`: of the format. */
function wav({ rate, bits, channels, hertz = 600 }: Shape, code = 1): Buffer {
  const width = bits / 8;
  const data = Buffer.alloc(2 * rate * channels * width, bits === 8 ? 128 : 0);
  for (let frame = 0; frame < 2 * rate; frame += 1) {
    const value = Math.sin((2 * Math.PI * hertz * frame) / rate) / 2;
    const at = frame * channels * width;
    if (bits === 8) data.writeUInt8(Math.round(128 + 127 * value), at);
    else data.writeIntLE(Math.round((2 ** (bits - 1) - 1) * value), at, width);
  }
  const head = Buffer.alloc(44);
  head.write("RIFF\0\0\0\0WAVEfmt ", "latin1");
  for (const [at, size, number] of [
    [16, 4, 16],
    [20, 2, code],
    [22, 2, channels],
    [24, 4, rate],
    [28, 4, rate * channels * width],
    [32, 2, channels * width],
    [34, 2, bits],
    [40, 4, data.length],
  ] as const)
    head.writeUIntLE(number, at, size);
  head.write("data", 36, "latin1");
  return Buffer.concat([head, data]);
}

async function loop(octets: Buffer): Promise<Loop> {
  const music = await readMusic(octets);
  if ("refused" in music) assert.fail(music.refused);
  return music;
}

const second = (music: Loop): number[] => [...music.PCMU.subarray(4_000, 12_000)].map((octet) => decode("PCMU", octet));

describe("hold music from a file", () => {
  for (const bits of [8, 16, 24]) {
    for (const rate of [8_000, 11_025, 16_000, 44_100, 48_000, 7_919]) {
      for (const channels of [1, 2]) {
        test(`${bits} bits, ${rate} Hz, ${channels === 1 ? "mono" : "stereo"}`, async () => {
          const music = await loop(wav({ rate, bits, channels }));
          assert.equal(music.PCMA.length, 16_000);
          const expected = channels === 1 ? -6 : -12;
          assert.ok(Math.abs(levelAt(second(music), 600) - expected) < 0.5);
          assert.ok(Math.abs(levelOf(second(music)) - expected) < 0.5);
        });
      }
    }
  }

  test("what lies above 4 kHz is taken out instead of folding back", async () => {
    assert.ok(levelOf(second(await loop(wav({ rate: 48_000, bits: 16, channels: 1, hertz: 5_000 })))) < -50);
  });

  const mp3 = (name: string) => readFile(new URL(`../../../test/fixtures/mp3/${name}.mp3`, import.meta.url));

  for (const name of ["stereo-44100", "mono-22050", "mono-8000"]) {
    test(`MP3, ${name}`, async () => {
      const octets = [...(await loop(await mp3(name))).PCMU.subarray(2_000, 8_000)];
      const samples = octets.map((octet) => decode("PCMU", octet));
      assert.ok(levelAt(samples, 600) > -24, String(levelAt(samples, 600)));
      assert.ok(Math.abs(levelAt(samples, 600) - levelOf(samples)) < 0.5);
    });
  }

  test("MP3 with nothing in it, and with noise for frames: a reason", async () => {
    const good = await mp3("stereo-44100");
    for (const octets of [Buffer.from("ID3\x03rest of it"), Buffer.from([0xff, 0xfb, 0x90, 0x00, 1, 2])]) {
      const music = await readMusic(octets);
      assert.match("refused" in music ? music.refused : "", /broken MP3|tenth of a second/);
    }
    const cut = await readMusic(good.subarray(0, 700));
    assert.ok("refused" in cut);
  });

  test("each thing that cannot be played has its reason", async () => {
    const good = { rate: 8_000, bits: 16, channels: 1 };
    for (const [octets, reason] of [
      [Buffer.from("OggS and more"), /neither WAV nor MP3/],
      [Buffer.alloc(0), /neither WAV nor MP3/],
      [Buffer.from("RIFF\0\0\0\0WAVE"), /no fmt/],
      [wav(good, 3), /format 3/],
      [wav({ ...good, channels: 6 }), /6 channels/],
      [wav({ ...good, bits: 32 }), /32 bits/],
      [wav({ ...good, rate: 3_000 }), /3000 Hz/],
      [wav(good).subarray(0, 1_000), /tenth of a second/],
      [Buffer.concat([wav(good).subarray(0, 44), Buffer.alloc(16_000 * 301)]).fill(0xff, 40, 44), /longer than 300 s/],
    ] as const) {
      const music = await readMusic(octets);
      assert.ok("refused" in music);
      assert.match(music.refused, reason);
    }
  });

  test("any octets give music or a reason, and never a throw", async () => {
    const good = wav({ rate: 8_000, bits: 16, channels: 1 }).subarray(0, 4_000);
    const compressed = await mp3("mono-8000");
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(good, compressed),
        fc.array(fc.tuple(fc.nat(60), fc.nat(255))),
        async (file, changes) => {
          const octets = Buffer.from(file);
          for (const [at, value] of changes) octets[at] = value;
          await readMusic(octets);
        },
      ),
      { numRuns: 40 },
    );
  });
});
