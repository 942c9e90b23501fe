import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isMalformed } from "./syntax.ts";
import { addressee, parseTel } from "./tel.ts";

const numbers: readonly (readonly [uri: string, number: string, context: string])[] = [
  ["tel:+1-201-555-0123", "+12015550123", ""],
  ["TEL:+49(30)12.34", "+49301234", ""],
  ["tel:7042;phone-context=example.com", "7042", "example.com"],
  ["tel:863-1234;phone-context=+1-914-555", "8631234", "+1-914-555"],
  ["tel:%2355;phone-context=a.test", "#55", "a.test"],
  ["tel:+4930;ext=12;isub=4", "+4930", ""],
];
for (const [uri, number, context] of numbers)
  test(`RFC 3966: ${uri}`, () => {
    assert.deepEqual(parseTel(uri), { number, context });
  });

for (const uri of [
  "tel:",
  "tel:+",
  "tel:40040",
  "tel:+49a",
  "tel:-;phone-context=a",
  "tel:1;phone-context=<x>",
  `tel:1;phone-context=${"a".repeat(256)}`,
  "sip:1@a",
])
  test(`not a number: ${uri}`, () => {
    assert.ok(isMalformed(parseTel(uri)));
  });

const people: readonly (readonly [uri: string, user: string, host: string])[] = [
  ["sip:+49-30@a.test;user=phone", "+4930", "a.test"],
  ["sip:+4930;ext=5@a.test;user=PHONE", "+4930", "a.test"],
  ["sip:a-b@a.test", "a-b", "a.test"],
  ["tel:+49-30", "+4930", ""],
  ["mailto:a@b", "", ""],
];
for (const [uri, user, host] of people)
  test(`who is ${uri}`, () => {
    assert.deepEqual(addressee(uri), { user, host });
  });

test("property: whatever stands there, the answer is a number of digits or a refusal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const read = parseTel(`tel:${text}`);
      assert.ok(isMalformed(read) || /^\+?[\dA-Fa-f*#]+$/.test(read.number));
    }),
  );
});
