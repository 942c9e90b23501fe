import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Wiring } from "./wiring.ts";

type Leg = { readonly name: string };
const [a, b, c]: readonly Leg[] = ["a", "b", "c"].map((name) => ({ name }));
const legs = [a, b, c].filter((leg) => leg !== undefined);

type Step = readonly ["hears" | "mixes", string, string] | readonly ["silence" | "pin" | "unpin" | "remove", string];
const named = (name: string): Leg[] => legs.filter((leg) => name.includes(leg.name));

function carryOut(wiring: Wiring<Leg>, [what, who, whom = ""]: Step): void {
  const [leg] = named(who);
  if (!leg) return;
  if (what === "hears" || what === "mixes") wiring.hear(leg, { legs: named(whom), alone: what === "hears" });
  else if (what === "silence") wiring.hear(leg, { legs: [], alone: false });
  else wiring[what](leg);
}

const rows: readonly (readonly [what: string, steps: readonly Step[], pairs: string])[] = [
  ["one hears the other alone", [["hears", "a", "b"]], ""],
  [
    "both hear each other",
    [
      ["hears", "a", "b"],
      ["hears", "b", "a"],
    ],
    "ab",
  ],
  [
    "one of them in a mix",
    [
      ["hears", "a", "b"],
      ["mixes", "b", "a"],
    ],
    "",
  ],
  [
    "a third one listens to a mix",
    [
      ["hears", "a", "b"],
      ["hears", "b", "a"],
      ["mixes", "c", "ab"],
    ],
    "",
  ],
  [
    "a third one listens to one",
    [
      ["hears", "a", "b"],
      ["hears", "b", "a"],
      ["hears", "c", "a"],
    ],
    "",
  ],
  [
    "it leaves",
    [
      ["hears", "a", "b"],
      ["hears", "b", "a"],
      ["mixes", "c", "ab"],
      ["remove", "c"],
    ],
    "ab",
  ],
  [
    "one is held",
    [
      ["hears", "a", "b"],
      ["hears", "b", "a"],
      ["silence", "b"],
    ],
    "",
  ],
  [
    "one is pinned",
    [
      ["hears", "a", "b"],
      ["hears", "b", "a"],
      ["pin", "a"],
    ],
    "",
  ],
  [
    "pinned twice, unpinned once",
    [
      ["hears", "a", "b"],
      ["hears", "b", "a"],
      ["pin", "a"],
      ["pin", "a"],
      ["unpin", "a"],
    ],
    "",
  ],
  [
    "pinned and unpinned",
    [
      ["hears", "a", "b"],
      ["hears", "b", "a"],
      ["pin", "a"],
      ["unpin", "a"],
    ],
    "ab",
  ],
  [
    "the other is another one now",
    [
      ["hears", "a", "b"],
      ["hears", "b", "a"],
      ["hears", "a", "c"],
      ["hears", "c", "a"],
      ["silence", "b"],
    ],
    "ac",
  ],
  [
    "one is gone",
    [
      ["hears", "a", "b"],
      ["hears", "b", "a"],
      ["remove", "b"],
    ],
    "",
  ],
  ["one hears itself", [["hears", "a", "a"]], ""],
];

const pairsOf = (wiring: Wiring<Leg>): string =>
  legs
    .filter((leg) => leg.name < (wiring.partner(leg)?.name ?? ""))
    .map((leg) => leg.name + wiring.partner(leg)?.name)
    .join(" ");

for (const [what, steps, pairs] of rows)
  test(`${what}: ${pairs || "all at the plane"}`, () => {
    const wiring = new Wiring<Leg>();
    for (const step of steps) carryOut(wiring, step);
    assert.equal(pairsOf(wiring), pairs);
  });

type Change = (wiring: Wiring<Leg>) => { readonly told: ReadonlySet<Leg>; readonly gone?: Leg };

const leg = fc.constantFrom(...legs);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(leg, leg).map(([one, other]) => (wiring: Wiring<Leg>) => ({
    told: wiring.hear(one, { legs: [other], alone: true }),
  })),
  fc.tuple(leg, fc.uniqueArray(leg)).map(([one, others]) => (wiring: Wiring<Leg>) => ({
    told: wiring.hear(one, { legs: others, alone: false }),
  })),
  leg.map((one) => (wiring: Wiring<Leg>) => ({ told: wiring.pin(one) })),
  leg.map((one) => (wiring: Wiring<Leg>) => ({ told: wiring.unpin(one) })),
  leg.map((one) => (wiring: Wiring<Leg>) => ({ told: wiring.remove(one), gone: one })),
);

test("partners have each other, and whoever's partner changes is told", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const wiring = new Wiring<Leg>();
      for (const make of changes) {
        const before = new Map(legs.map((one) => [one, wiring.partner(one)]));
        const { told, gone } = make(wiring);
        const others = legs.map((one) => [one, wiring.partner(one)] as const);
        for (const [one, partner] of others) if (partner) assert.equal(wiring.partner(partner), one);
        const changed = others.filter(([one, partner]) => partner !== before.get(one) && one !== gone);
        assert.ok(changed.every(([one]) => told.has(one)));
      }
    }),
  );
});
