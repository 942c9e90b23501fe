import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { infoBody, infoContentType, infoDigit } from "./info-digit.ts";

const relay = "application/dtmf-relay";
const cases: readonly [contentType: string, body: string, digit: string | null, ms?: number][] = [
  [relay, "Signal=5\r\nDuration=160\r\n", "5", 160],
  [relay, "Signal= 5\nDuration= 250", "5", 250],
  [relay, "signal=#", "#", 160],
  [`${relay}; charset=utf-8`, "Duration=100\r\nSignal=*\r\n", "*", 100],
  ["Application/DTMF-Relay", "Signal=11\r\nDuration=99999\r\n", "#", 10_000],
  [relay, "Signal=10", "*", 160],
  [relay, "Signal=15", "D", 160],
  [relay, "Signal=16", null],
  [relay, "Signal=x", null],
  [relay, "5", null],
  [relay, "", null],
  ["application/dtmf", "7", "7", 160],
  ["application/dtmf", " a\r\n", "A", 160],
  ["application/dtmf", "12", "A", 160],
  ["application/dtmf", "77", null],
  ["application/media_control+xml", "5", null],
  ["", "5", null],
];

for (const [contentType, body, digit, ms] of cases) {
  test(`${contentType} ${JSON.stringify(body)}: ${digit ?? "no digit"}`, () => {
    assert.deepEqual(infoDigit(contentType, body), digit === null ? null : { digit, ms });
  });
}

test("what we write is read; whatever comes is a digit or nothing", () => {
  for (const digit of "0123456789*#ABCD") assert.equal(infoDigit(infoContentType, infoBody(digit))?.digit, digit);
  fc.assert(
    fc.property(fc.constantFrom(relay, "application/dtmf"), fc.string(), (contentType, body) => {
      const read = infoDigit(contentType, body);
      if (read) assert.match(read.digit, /^[0-9*#A-D]$/);
    }),
  );
});
