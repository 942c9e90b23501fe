import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { EventReader, type Pressed } from "./event-reader.ts";
import { eventCode } from "./telephone-event.ts";

type Packet = readonly [digit: string, timestamp: number, duration: number, end?: boolean];

function read(packets: readonly Packet[], reader = new EventReader()): Pressed[] {
  return packets.flatMap(([digit, timestamp, duration, end = false], index) => [
    ...reader.take({ code: eventCode(digit), end, duration }, timestamp, 8, 20 * index),
  ]);
}

describe("digits from telephone-events", () => {
  const cases: readonly [name: string, packets: readonly Packet[], expected: readonly Pressed[]][] = [
    [
      "one digit, its end sent three times",
      [
        ["5", 100, 160],
        ["5", 100, 320],
        ["5", 100, 800, true],
        ["5", 100, 800, true],
        ["5", 100, 800, true],
      ],
      [{ digit: "5", ms: 100 }],
    ],
    ["the first packets are lost", [["#", 100, 640, true]], [{ digit: "#", ms: 80 }]],
    [
      "the end is lost: the next digit ends it",
      [
        ["1", 100, 160],
        ["1", 100, 480],
        ["2", 2_000, 160],
        ["2", 2_000, 320, true],
      ],
      [
        { digit: "1", ms: 60 },
        { digit: "2", ms: 40 },
      ],
    ],
    [
      "the same digit twice",
      [
        ["7", 100, 400, true],
        ["7", 1_700, 400, true],
      ],
      [
        { digit: "7", ms: 50 },
        { digit: "7", ms: 50 },
      ],
    ],
    [
      "a packet that comes late",
      [
        ["1", 100, 400, true],
        ["2", 1_700, 400, true],
        ["1", 100, 320],
      ],
      [
        { digit: "1", ms: 50 },
        { digit: "2", ms: 50 },
      ],
    ],
    [
      "a sender whose clock begins anew, lower than before",
      [
        ["1", 3_000_000, 400, true],
        ["2", 100, 160],
        ["2", 100, 400, true],
        ["3", 1_700, 400, true],
      ],
      [
        { digit: "1", ms: 50 },
        { digit: "2", ms: 50 },
        { digit: "3", ms: 50 },
      ],
    ],
    [
      "over the end of the numbers",
      [
        ["9", 0xffff_ff00, 160],
        ["9", 0xffff_ff00, 400, true],
        ["8", 0x80, 400, true],
      ],
      [
        { digit: "9", ms: 50 },
        { digit: "8", ms: 50 },
      ],
    ],
    [
      "ten seconds, in two segments (RFC 4733 §2.5.1.3)",
      [
        ["0", 100, 0xffff],
        ["0", 100 + 0xffff, 160],
        ["0", 100 + 0xffff, 14_465, true],
      ],
      [{ digit: "0", ms: 10_000 }],
    ],
  ];
  for (const [name, packets, expected] of cases) {
    test(name, () => assert.deepEqual(read(packets), expected));
  }

  test("flash is no digit", () => {
    assert.deepEqual(new EventReader().take({ code: 16, end: true, duration: 400 }, 1, 8, 0), []);
  });

  test("nothing more comes: the digit is over after a while, and told once", () => {
    const reader = new EventReader();
    assert.deepEqual(read([["3", 100, 160]], reader), []);
    assert.deepEqual(reader.look(8, 200), []);
    assert.deepEqual(reader.look(8, 320), [{ digit: "3", ms: 20 }]);
    assert.deepEqual(reader.look(8, 900), []);
    assert.deepEqual(read([["3", 100, 320, true]], reader), []);
  });

  test("whatever packets are lost, a digit is told once at most, and in order", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789*#ABCD"), maxLength: 12 });
    fc.assert(
      fc.property(digits, fc.infiniteStream(fc.boolean()), (dialled, lost) => {
        const packets: Packet[] = [...dialled].flatMap((digit, index) =>
          [160, 320, 480, 480, 480].map((duration, at): Packet => [digit, 1_600 * index, duration, at >= 2]),
        );
        const kept = packets.filter(() => lost.next().value !== true);
        const reader = new EventReader();
        const heard = [...read(kept, reader), ...reader.look(8, 1e6)].map(({ digit }) => digit).join("");
        const there = [...dialled].filter((_, index) => kept.some(([, timestamp]) => timestamp === 1_600 * index));
        assert.equal(heard, there.join(""));
      }),
    );
  });
});
