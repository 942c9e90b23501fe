import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isRefusal } from "../../base/step.ts";
import {
  bitOf,
  changeParameter,
  inForce,
  listParameters,
  type ParameterChange,
  type Parameters,
  parametersFrom,
  valueIn,
} from "./parameter.ts";
import { fits, parameterNames } from "./table.ts";

const empty = parametersFrom({}, {});

/** The state after a change that must be allowed. */
function changed(state: Parameters, change: ParameterChange): Parameters {
  const step = changeParameter(state, change);
  assert.ok(!isRefusal(step), isRefusal(step) ? step.message : "");
  return step[0];
}

test("a stored change ranks over the site file, that over the default", () => {
  assert.equal(valueIn(empty, "P978"), 0);
  assert.equal(valueIn(parametersFrom({}, { P978: 5 }), "P978"), 5);
  assert.equal(valueIn(parametersFrom({ P978: 0 }, { P978: 5 }), "P978"), 0);
  const sources = listParameters(parametersFrom({ P18: 0 }, { P978: 5 })).map(({ name, source }) => [name, source]);
  assert.deepEqual(sources, [
    ["P18", "stored"],
    ["P978", "site"],
  ]);
});

test("stored names and values that the table does not allow are left out", () => {
  assert.deepEqual(inForce(parametersFrom({ P18: 7, P5: 1, p978: 3, P978: 1.5 }, { P18: 1 })), { P18: 1, P978: 3 });
});

test("a change is an effect that says before and after", () => {
  const step = changeParameter(parametersFrom({}, { P978: 1 }), { type: "set-bit", name: "p978", bit: 31, on: true });
  assert.deepEqual(step, [
    { site: { P978: 1 }, stored: { P978: 2_147_483_649 } },
    [{ type: "store-parameter", name: "P978", before: 1, after: 2_147_483_649 }],
  ]);
});

test("refused changes name what was expected", () => {
  const refusals: readonly [ParameterChange, string, RegExp][] = [
    [{ type: "set-value", name: "P19", value: 1 }, "unknown-parameter", /P18, P978 expected/],
    [{ type: "set-value", name: "constructor", value: 1 }, "unknown-parameter", /expected/],
    [{ type: "set-value", name: "P18", value: 2 }, "value-not-allowed", /0 to 1 expected/],
    [{ type: "set-value", name: "P978", value: 4_294_967_296 }, "value-not-allowed", /0 to 4294967295 expected/],
    [{ type: "set-value", name: "P978", value: -1 }, "value-not-allowed", /expected/],
    [{ type: "set-value", name: "P978", value: Number.NaN }, "value-not-allowed", /expected/],
    [{ type: "set-bit", name: "P978", bit: 32, on: true }, "value-not-allowed", /0 to 31 expected/],
    [{ type: "set-bit", name: "P978", bit: -1, on: true }, "value-not-allowed", /0 to 31 expected/],
    [{ type: "set-bit", name: "P18", bit: 1, on: true }, "value-not-allowed", /P18 cannot be 2/],
  ];
  for (const [change, code, message] of refusals) {
    const refusal = changeParameter(empty, change);
    assert.ok(isRefusal(refusal));
    assert.equal(refusal.refused, code);
    assert.match(refusal.message, message);
  }
});

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const bit = fc.integer({ min: 0, max: 31 });

test("a bit is set and cleared as in unbounded arithmetic", () => {
  fc.assert(
    fc.property(word, bit, fc.boolean(), (value, at, on) => {
      const state = changed(empty, { type: "set-value", name: "P978", value });
      const after = valueIn(changed(state, { type: "set-bit", name: "P978", bit: at, on }), "P978");
      const mask = 1n << BigInt(at);
      assert.equal(BigInt(after), on ? BigInt(value) | mask : BigInt(value) & ~mask);
      assert.equal(bitOf(after, at), on ? 1 : 0);
    }),
  );
});

test("the 32 bits of a value make the value again", () => {
  fc.assert(
    fc.property(word, (value) => {
      const sum = Array.from({ length: 32 }, (_, at) => bitOf(value, at) * 2 ** at).reduce((a, b) => a + b);
      assert.equal(sum, value);
    }),
  );
});

test("any sequence of changes leaves every value allowed, and a refused one leaves the state", () => {
  const name = fc.constantFrom<string>("P18", "P978", "p18", "P1", "");
  const number = fc.oneof(word, fc.integer(), fc.double());
  const change: fc.Arbitrary<ParameterChange> = fc.oneof(
    fc.record({ type: fc.constant("set-value" as const), name, value: number }),
    fc.record({ type: fc.constant("set-bit" as const), name, bit: fc.oneof(bit, number), on: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      let state = empty;
      for (const each of changes) {
        const step = changeParameter(state, each);
        if (isRefusal(step)) continue;
        [state] = step;
        for (const each of parameterNames) assert.ok(fits(each, valueIn(state, each)));
      }
    }),
  );
});
