import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Matrix } from "./matrix.ts";

type Leg = { readonly name: number };

type Change = { readonly who: number; readonly what: "leg" | "made" | "nothing" | "remove"; readonly whom: number };

function apply(matrix: Matrix<Leg, string>, legs: readonly Leg[], change: Change): void {
  const [listener, speaker] = [legs[change.who], legs[change.whom]];
  if (!listener || !speaker) return;
  if (change.what === "remove") matrix.remove(listener);
  else if (change.what === "leg") matrix.hear(listener, { leg: speaker });
  else matrix.hear(listener, change.what === "made" ? { made: "music" } : null);
}

function hears(matrix: Matrix<Leg, string>, listener: Leg, speaker: Leg): boolean {
  const source = matrix.source(listener);
  return source !== null && "leg" in source && source.leg === speaker;
}

test("any sequence: listeners are exactly those whose source is the speaker", () => {
  const change = fc.record({
    who: fc.nat(4),
    what: fc.constantFrom("leg" as const, "made" as const, "nothing" as const, "remove" as const),
    whom: fc.nat(4),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const legs: Leg[] = [0, 1, 2, 3, 4].map((name) => ({ name }));
      const matrix = new Matrix<Leg, string>();
      for (const one of changes) {
        apply(matrix, legs, one);
        for (const speaker of legs) {
          const expected = legs.filter((listener) => hears(matrix, listener, speaker));
          assert.deepEqual(matrix.listeners(speaker).toSorted(byName), expected);
        }
      }
    }),
  );
});

const byName = (a: Leg, b: Leg): number => a.name - b.name;

test("whoever heard a leg that is gone hears nothing", () => {
  const [a, b, c] = [{ name: 1 }, { name: 2 }, { name: 3 }];
  const matrix = new Matrix<Leg, string>();
  matrix.hear(b, { leg: a });
  matrix.hear(c, { leg: a });
  matrix.hear(a, { leg: b });
  matrix.remove(a);
  assert.deepEqual([matrix.source(a), matrix.source(b), matrix.source(c)], [null, null, null]);
  assert.deepEqual(matrix.listeners(b), []);
});

test("a mix: its voices are heard, are no relays, and go with their legs", () => {
  const matrix = new Matrix<{ name: string }, string>();
  const [a, b, c] = [{ name: "a" }, { name: "b" }, { name: "c" }];
  matrix.hear(a, { leg: b });
  matrix.hear(a, {
    mix: [
      { leg: b, gain: 1 },
      { leg: c, gain: 0 },
    ],
  });
  assert.deepEqual([matrix.listeners(b), matrix.mixing], [[], true]);
  assert.deepEqual([matrix.hears(a, b), matrix.hears(a, c), matrix.hears(b, a)], [true, false, false]);
  matrix.remove(b);
  assert.deepEqual([...matrix.mixes()], [[a, [{ leg: c, gain: 0 }]]]);
  matrix.hear(a, { leg: c });
  assert.deepEqual([matrix.mixing, matrix.hears(a, c)], [false, true]);
});
