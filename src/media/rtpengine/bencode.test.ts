import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Bencoded, decode, encode } from "./bencode.ts";

const rows: readonly (readonly [Bencoded, string])[] = [
  ["ping", "4:ping"],
  ["", "0:"],
  ["é", "2:é"],
  [0, "i0e"],
  [-42, "i-42e"],
  [["a", 1, []], "l1:ai1elee"],
  // BEP 3: keys in order.
  [{ sdp: "v=0\r\n", command: "offer", flags: ["x"] }, "d7:command5:offer5:flagsl1:xe3:sdp5:v=0\r\ne"],
];

for (const [value, text] of rows)
  test(`${JSON.stringify(value)} and back`, () => {
    assert.equal(encode(value).toString(), text);
    assert.deepEqual(decode(Buffer.from(text)), value);
  });

const broken = [
  "",
  "i01e",
  "i-0e",
  "i1",
  "i99999999999999999999e",
  "5:ping",
  "04:ping",
  "-1:",
  "l1:a",
  "d1:ae",
  "di1ei2ee",
  "4:pingx",
];
for (const text of broken)
  test(`not bencoded: ${JSON.stringify(text)}`, () => assert.equal(decode(Buffer.from(text)), undefined));

test("too deep is refused, a fraction is not written", () => {
  assert.equal(decode(Buffer.from("l".repeat(10_000) + "e".repeat(10_000))), undefined);
  assert.throws(() => encode(1.5), RangeError);
});

const values = fc.letrec<{ value: Bencoded }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "grapheme" }),
    fc.maxSafeInteger(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

test("whatever is written is read again; whatever octets come, nothing is thrown", () => {
  fc.assert(fc.property(values, (value) => assert.deepEqual(decode(encode(value)), value)));
  fc.assert(fc.property(fc.uint8Array(), (octets) => void decode(Buffer.from(octets))));
  fc.assert(
    fc.property(values, fc.nat(), fc.nat(255), (value, at, octet) => {
      const octets = encode(value);
      octets[at % octets.length] = octet;
      decode(octets);
    }),
  );
});
