import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Framing } from "./framing.ts";

const one = (body: string) => `OPTIONS sip:a SIP/2.0\r\nl : ${body.length}\r\n\r\n${body}`;
const texts = (framing: Framing, chunk: string | Buffer, now = 0) =>
  framing
    .push(Buffer.from(chunk), now)
    .map((frame) => (frame.type === "message" ? frame.bytes.toString() : frame.type));

describe("framing", () => {
  test("messages come out whole, wherever the stream is cut", () => {
    const stream = Buffer.from(`${one("")}\r\n${one("v=0\r\n\r\nx")}\r\n\r\n${one("abc")}`);
    const expected = [one(""), one("v=0\r\n\r\nx"), "ping", one("abc")];
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
        const framing = new Framing();
        const marks = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const got = marks.slice(1).flatMap((to, index) => texts(framing, stream.subarray(marks[index], to)));
        assert.deepEqual(got, expected);
        assert.equal(framing.waiting, 0);
      }),
    );
    assert.deepEqual(texts(new Framing(), stream), expected);
  });

  test("a double CRLF cut in two is one, unless its halves are further apart than a lost segment makes them", () => {
    for (const [first, second] of [
      ["\r", "\n\r\n"],
      ["\r\n", "\r\n"],
      ["\r\n\r", "\n"],
    ] as const) {
      const framing = new Framing();
      assert.deepEqual([...texts(framing, first, 0), ...texts(framing, second, 5_000)], ["ping"]);
      assert.deepEqual(texts(framing, "\r\n", 5_001), []);
    }
    const single = new Framing();
    assert.deepEqual(
      [0, 5_001, 10_002].flatMap((now) => texts(single, "\r\n", now)),
      [],
    );
    assert.deepEqual(texts(single, `${one("")}\r\n`, 10_003), [one("")]);
  });

  for (const [name, head] of [
    ["no Content-Length", "OPTIONS sip:a SIP/2.0\r\nTo: x\r\n\r\n"],
    ["a length that is no number", "OPTIONS sip:a SIP/2.0\r\nContent-Length: 1e3\r\n\r\n"],
    ["a length beyond the limit", "OPTIONS sip:a SIP/2.0\r\nContent-Length: 99999999\r\n\r\n"],
  ] as const) {
    test(`${name} breaks the stream`, () => assert.deepEqual(texts(new Framing(), head), ["broken"]));
  }

  test("a head that never ends breaks the stream, once, and nothing of what follows is kept", () => {
    const framing = new Framing();
    const kinds = Array.from({ length: 700 }, () => texts(framing, "x".repeat(1_000))).flat();
    assert.deepEqual(kinds, ["broken"]);
    assert.equal(framing.waiting, 0);
  });

  test("what follows a head that cannot be framed is not read", () => {
    const framing = new Framing();
    const head = "OPTIONS sip:a SIP/2.0\r\nTo: x\r\n\r\n";
    assert.deepEqual(
      [head, head, one("")].flatMap((chunk) => texts(framing, chunk)),
      ["broken"],
    );
    assert.equal(framing.waiting, 0);
  });
});
