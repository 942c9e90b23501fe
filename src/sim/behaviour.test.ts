import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { partyDefaults, partyNumbers, phoneDefaults, readChange } from "./behaviour.ts";
import { fromAnswer, fromInvite, type TimedAct } from "./script.ts";

const acts = (list: readonly TimedAct[]) =>
  list.map(([atMs, act]) => (act.type === "refuse" ? `${atMs} ${act.status}` : `${atMs} ${act.type}`)).join(", ");

/** The parties of the demo site, as its users know them. */
const expected: Readonly<Record<string, string>> = {
  40040: "0 ring, 1000 answer",
  40041: "0 ring, 1000 486",
  40042: "0 ring",
  40043: "0 ring, 1000 603",
  40044: "0 ring, 1000 404",
  40045: "0 ring, 1000 answer",
  40046: "0 ring, 1000 answer",
  40047: "0 ring, 1000 answer",
  40048: "0 480",
  40049: "0 503",
  40050: "0 ring, 1000 answer",
  40051: "0 early",
  40052: "0 ring, 1000 answer",
  40099: "0 404",
  13800138000: "0 404",
  constructor: "0 404",
};

for (const [number, does] of Object.entries(expected)) {
  test(`party ${number}: ${does}`, () => assert.equal(acts(fromInvite(partyDefaults(number))), does));
}

test("after the answer: a tone, a BYE after three seconds, a greeting with its beep, or silence", () => {
  assert.deepEqual(fromAnswer(partyDefaults("40040")), [[0, { type: "say", hertz: 1_500 }]]);
  assert.equal(acts(fromAnswer(partyDefaults("40047"))), "0 say, 3000 hang-up");
  const machine = fromAnswer(partyDefaults("40050"));
  assert.deepEqual(machine.slice(-2), [
    [5_500, { type: "say", hertz: 1_000 }],
    [6_000, { type: "say", hertz: null }],
  ]);
  assert.deepEqual(fromAnswer({ ...phoneDefaults(0), speaks: "nothing" }), [[0, { type: "say", hertz: null }]]);
});

test("video: 40045 never takes it, 40046 and the phones do", () => {
  assert.deepEqual(
    [partyDefaults("40045"), partyDefaults("40046"), partyDefaults("40040"), phoneDefaults(3)].map((one) => one.video),
    [false, true, true, true],
  );
});

test("no two of the demo's phones and speaking parties share a tone", () => {
  const phones = Array.from({ length: 21 }, (_, index) => phoneDefaults(index).hertz);
  const speaking = partyNumbers.map(partyDefaults).filter((one) => one.refuse === null && one.answerAfterMs !== null);
  const tones = [...phones, ...speaking.map((one) => one.hertz)];
  assert.equal(new Set(tones).size, tones.length);
  assert.ok(tones.every((hertz) => hertz % 50 === 0));
});

test("a change names the field and the rule that it breaks", () => {
  const table: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /^body: a JSON object/],
    [[], /^body/],
    [{ answerAfterMs: -1 }, /^answerAfterMs: a whole number 0-3600000 ms, or null/],
    [{ answerAfterMs: 1.5 }, /^answerAfterMs/],
    [{ answerAfterMs: "200" }, /^answerAfterMs/],
    [{ refuse: 200 }, /^refuse: a whole number 300-699/],
    [{ q850: 0 }, /^q850/],
    [{ ring: 1 }, /^ring: true or false/],
    [{ speaks: "up" }, /^speaks: "tone"/],
    [{ early: "music" }, /^early: "ringback", "busy", "congestion", "information" or null/],
    [{ hertz: 50 }, /^hertz/],
    [{ dropPackets: 1.1 }, /^dropPackets/],
    [{ dropPackets: Number.NaN }, /^dropPackets/],
    [{ toString: 1 }, /^"toString": no such field/],
    [JSON.parse('{"__proto__": {"ring": false}}'), /^"__proto__": no such field/],
  ];
  for (const [change, broken] of table) {
    const read = readChange(change);
    assert.ok("broken" in read);
    assert.match(read.broken, broken);
  }
  const fine = { answerAfterMs: null, refuse: 486, q850: 17, dropPackets: 0.1, ring: false };
  assert.deepEqual(readChange(fine), fine);
});

test("whatever passes the check gives a script in order of time, with one end at most", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("ring", "answerAfterMs", "refuse", "hangUpAfterMs"), fc.jsonValue()),
      (body) => {
        const change = readChange(body);
        if ("broken" in change) return;
        const behaviour = { ...partyDefaults("40040"), ...change };
        const before = fromInvite(behaviour);
        assert.deepEqual(
          before.map(([atMs]) => atMs),
          before.map(([atMs]) => atMs).toSorted((a, b) => a - b),
        );
        assert.ok(before.filter(([, act]) => act.type === "answer" || act.type === "refuse").length <= 1);
      },
    ),
  );
});
