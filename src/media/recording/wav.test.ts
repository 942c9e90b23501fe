import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import fc from "fast-check";
import { mendWav, wavHeader, wavHeaderLength, wavMarks } from "./wav.ts";

const folder = mkdtempSync(join(tmpdir(), "seatway-wav-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "a.wav");

function mended(content: Buffer): { outcome: string; file: Buffer } {
  writeFileSync(file, content);
  const descriptor = openSync(file, "r+");
  const outcome = mendWav(descriptor, statSync(file).size);
  closeSync(descriptor);
  return { outcome, file: readFileSync(file) };
}

describe("recordings that a crash has cut off", () => {
  test("whatever the header promises, what is there becomes a sound file", () => {
    const sizes = fc.tuple(fc.nat(2_000), fc.nat(2_000));
    fc.assert(
      fc.property(sizes, ([said, there]) => {
        const { outcome, file: result } = mended(Buffer.concat([wavHeader(said * 4), Buffer.alloc(there, 7)]));
        const dataOctets = there - (there % 4);
        assert.equal(outcome, said * 4 === there ? "sound" : "mended");
        assert.deepEqual(result, Buffer.concat([wavHeader(dataOctets), Buffer.alloc(dataOctets, 7)]));
        assert.equal(mended(result).outcome, "sound");
      }),
      { numRuns: 60 },
    );
  });

  test("marks are part of a sound file; half written ones are cut off", () => {
    const marks = wavMarks([
      { at: 10, label: "pause" },
      { at: 20, label: "resume" },
    ]);
    const data = Buffer.alloc(400, 1);
    assert.equal(mended(Buffer.concat([wavHeader(400, marks.length), data, marks])).outcome, "sound");
    const torn = mended(Buffer.concat([wavHeader(400), data, marks.subarray(0, 30)]));
    assert.equal(torn.outcome, "mended");
    assert.deepEqual(torn.file, Buffer.concat([wavHeader(400), data]));
  });

  test("a foreign file is not touched", () => {
    for (const content of [Buffer.alloc(0), Buffer.from("RIFF"), Buffer.alloc(100, 3), mono()]) {
      const { outcome, file: result } = mended(content);
      assert.equal(outcome, "foreign");
      assert.deepEqual(result, content);
    }
  });
});

function mono(): Buffer {
  const header = wavHeader(400);
  header.writeUInt16LE(1, 22);
  assert.equal(header.length, wavHeaderLength);
  return header;
}
