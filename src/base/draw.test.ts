import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { drawOrder } from "./draw.ts";

describe("the draw (RFC 2782)", () => {
  test("in proportion to the weights", () => {
    const items = [
      { rank: 0, weight: 60, name: "a" },
      { rank: 0, weight: 20, name: "b" },
      { rank: 0, weight: 20, name: "c" },
    ];
    let first = 0;
    for (let step = 0; step < 1_000; step++) if (drawOrder(items, () => step / 1_000)[0]?.name === "a") first++;
    assert.ok(first > 560 && first < 640, `${first}`);
  });

  test("property: every server once, ranks never fall, for any weights", () => {
    const item = fc.record({ rank: fc.nat(5), weight: fc.nat(65_535) });
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 12 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999_999 })),
        (items, draws) => {
          const drawn = drawOrder(items, () => draws.next().value ?? 0);
          assert.equal(new Set(drawn).size, items.length);
          assert.ok(drawn.every(({ rank }, at) => at === 0 || rank >= (drawn[at - 1]?.rank ?? 0)));
        },
      ),
    );
  });
});
