import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Bursts } from "./bursts.ts";
import { mosOf, rFactor } from "./quality.ts";

describe("the E-model (G.107)", () => {
  const cases: readonly [loss: number, delayMs: number, mos: number][] = [
    // G.107 annex B, table B.1: R = 93.2 is a MOS of 4.41.
    [0, 0, 4.41],
    [0, 100, 4.41],
    [0, 300, 3.93],
    [0.01, 50, 4.3],
    [0.05, 50, 3.94],
    [0.2, 50, 2.63],
    [1, 1_000, 1],
  ];
  for (const [lossShare, delayMs, expected] of cases) {
    test(`${100 * lossShare} % lost, ${delayMs} ms`, () => {
      const mos = mosOf(rFactor({ lossShare, burstRatio: 1, delayMs }));
      assert.ok(Math.abs(mos - expected) <= 0.05, `${mos}`);
    });
  }

  test("more loss, longer holes or more delay never sound better, and all stays on the scale", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const delay = fc.double({ min: 0, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(share, delay, fc.double({ min: 1, max: 20, noNaN: true }), (lossShare, delayMs, burstRatio) => {
        const r = rFactor({ lossShare, burstRatio, delayMs });
        assert.ok(r >= 0 && r <= 93.2);
        assert.ok(rFactor({ lossShare: lossShare / 2, burstRatio, delayMs }) >= r);
        assert.ok(rFactor({ lossShare, burstRatio: 1, delayMs }) >= r);
        assert.ok(rFactor({ lossShare, burstRatio, delayMs: delayMs / 2 }) >= r);
        const mos = mosOf(r);
        assert.ok(mos >= 1 && mos <= 4.5);
      }),
    );
  });
});

describe("bursts (RFC 3611 appendix A.2)", () => {
  /** `.` arrives, `x` is lost. */
  function seen(pattern: string): Bursts {
    const bursts = new Bursts();
    for (const run of pattern.match(/\.+|x+/g) ?? []) {
      if (run.startsWith("x")) bursts.lose(run.length);
      else for (let index = 0; index < run.length; index += 1) bursts.arrive();
    }
    return bursts;
  }
  const gap = ".".repeat(100);

  test("nothing lost: one gap", () => {
    assert.deepEqual(seen(gap).figures(), {
      burstDensity: 0,
      gapDensity: 0,
      burstPackets: 0,
      gapPackets: 100,
      burstRatio: 1,
    });
  });

  test("losses alone are losses of a gap, and no longer than chance", () => {
    const figures = seen(`${gap}x${gap}x${gap}`).figures();
    assert.equal(figures.burstDensity, 0);
    assert.ok(Math.abs(figures.gapDensity - 2 / 302) < 1e-3, `${figures.gapDensity}`);
    assert.equal(figures.burstRatio, 1);
  });

  test("a burst: its density and its length", () => {
    const { burstDensity, burstPackets, gapPackets, burstRatio } = seen(`${gap}xx.xx.xx${gap}`).figures();
    assert.ok(burstDensity > 0.6 && burstDensity < 0.9, `${burstDensity}`);
    assert.ok(burstPackets >= 6 && burstPackets <= 9, `${burstPackets}`);
    assert.ok(gapPackets > 190, `${gapPackets}`);
    assert.ok(burstRatio > 1.9, `${burstRatio}`);
  });

  test("whatever is lost, shares are shares and lengths are lengths", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(".", "x", gap), maxLength: 60 }), (pattern) => {
        const { burstDensity, gapDensity, burstPackets, gapPackets, burstRatio } = seen(pattern).figures();
        for (const share of [burstDensity, gapDensity]) assert.ok(share >= 0 && share <= 1, `${share}`);
        for (const length of [burstPackets, gapPackets]) assert.ok(length >= -1e-9, `${length}`);
        assert.ok(burstRatio >= 1);
      }),
    );
  });
});
