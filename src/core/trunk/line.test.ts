import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SiteTrunk } from "../site.ts";
import { type Availability, availability, idleLine, type Line, type LineEvent, reduceLine } from "./line.ts";

const trunk: SiteTrunk = { name: "carrier", host: "192.0.2.1", patterns: ["."], priority: 1, probeMs: 30_000 };
const at = 1_000_000;

const after = (events: readonly LineEvent[], of: SiteTrunk = trunk): Line =>
  events.reduce((line, event) => reduceLine(line, event, of), idleLine);
const probes = (...statuses: readonly number[]): readonly LineEvent[] =>
  statuses.map((status) => ({ type: "probed", at, status }));

const calm: readonly (readonly [statuses: readonly number[], up: boolean])[] = [
  [[], false],
  [[200], true],
  [[404], true],
  [[503], false],
  [[200, 408], true],
  [[200, 408, 408], false],
  [[200, 408, 200, 503], true],
  [[200, 408, 503, 200], true],
];
for (const [statuses, up] of calm)
  test(`probes ${statuses.join(", ") || "none"}: ${up ? "up" : "down"}`, () => {
    assert.equal(after(probes(...statuses)).up, up);
  });

test("the site sets how many answers bring it up and how many misses take it down", () => {
  const slow = { ...trunk, health: { upAfter: 3, downAfter: 1 } };
  assert.equal(after(probes(200, 200), slow).up, false);
  assert.equal(after(probes(200, 408, 200, 200), slow).up, false);
  assert.equal(after(probes(200, 200, 200), slow).up, true);
  assert.equal(after(probes(200, 200, 200, 408), slow).up, false);
});

test("one 503 to an INVITE does not take a trunk down; with Retry-After it rests for so long, an hour at most", () => {
  const refused = (retryAfterS?: number): Line =>
    after([
      ...probes(200),
      { type: "call-refused", at, status: 503, ...(retryAfterS === undefined ? {} : { retryAfterS }) },
    ]);
  assert.equal(availability(trunk, refused(), at), "up");
  assert.equal(availability(trunk, refused(10), at + 9_999), "resting");
  assert.equal(availability(trunk, refused(10), at + 10_000), "up");
  assert.equal(availability(trunk, refused(2 ** 31), at + 3_600_000), "up");
  const other = after([...probes(200), { type: "call-refused", at, status: 486, retryAfterS: 10 }]);
  assert.equal(availability(trunk, other, at), "up");
});

test("a call that met silence counts as a missed probe", () => {
  const silent = { type: "call-silent", at } as const;
  assert.equal(after([...probes(200), silent]).up, true);
  assert.equal(after([...probes(200), silent, ...probes(200), silent]).up, true);
  assert.equal(after([...probes(200), silent, ...probes(408)]).up, false);
  assert.equal(after([...probes(200), silent, silent]).up, false);
});

test("a trunk that answers probes and no calls rests for 30 s; any response to a call begins the count anew", () => {
  const silent = { type: "call-silent", at } as const;
  const alive = [...probes(200), silent, ...probes(200)];
  const state = (events: readonly LineEvent[], now = at) => availability(trunk, after(events), now);
  assert.equal(state(alive), "up");
  assert.equal(state([...alive, silent, ...probes(200)]), "resting");
  assert.equal(state([...alive, silent, ...probes(200)], at + 30_000), "up");
  assert.equal(state([...alive, { type: "call-heard" }, silent, ...probes(200)]), "up");
  assert.equal(state([...alive, { type: "call-refused", at, status: 486 }, silent, ...probes(200)]), "up");
  assert.equal(availability({ ...trunk, probeMs: 0 }, after([silent, silent]), at), "resting");
});

const states: readonly (readonly [
  name: string,
  of: Partial<SiteTrunk>,
  events: readonly LineEvent[],
  is: Availability,
])[] = [
  ["not probed", { probeMs: 0 }, [], "up"],
  ["every channel taken", { probeMs: 0, channels: 1 }, [{ type: "seized" }], "full"],
  ["a channel free again", { probeMs: 0, channels: 1 }, [{ type: "seized" }, { type: "released" }], "up"],
  ["no channel at all", { probeMs: 0, channels: 0 }, [], "full"],
  ["not registered yet", { probeMs: 0, register: { expiresS: 60 } }, [], "not-registered"],
  ["registered", { probeMs: 0, register: { expiresS: 60 } }, [{ type: "registered" }], "up"],
  [
    "the registration lost",
    { probeMs: 0, register: { expiresS: 60 } },
    [{ type: "registered" }, { type: "unregistered" }],
    "not-registered",
  ],
];
for (const [name, of, events, is] of states)
  test(`${name}: ${is}`, () => {
    assert.equal(availability({ ...trunk, ...of }, after(events), at), is);
  });

test("property: channels never fall below none, and only probes and silence change up", () => {
  const event = fc.oneof(
    fc.constantFrom<LineEvent>(
      { type: "registered" },
      { type: "unregistered" },
      { type: "seized" },
      { type: "released" },
      { type: "call-heard" },
      { type: "call-silent", at },
    ),
    fc.record({
      type: fc.constantFrom("probed" as const, "call-refused" as const),
      at: fc.nat(),
      status: fc.constantFrom(200, 408, 486, 503),
      retryAfterS: fc.nat(),
    }),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      let line = idleLine;
      for (const one of events) {
        const next = reduceLine(line, one, trunk);
        assert.ok(next.inUse >= 0);
        if (one.type !== "probed" && one.type !== "call-silent") assert.equal(next.up, line.up);
        line = next;
      }
    }),
  );
});
