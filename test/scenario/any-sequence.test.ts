// Any sequence of requests and leg events, in any order, repeated or late: the agent ends in a legal state, at most one call is
// not held, and after sign-out no leg, call or timer is left (architecture.md, Tests).

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { agentId } from "../../src/base/ids.ts";
import { call, signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

type Act = (gateway: TestGateway, pick: number) => void;

/** Some leg that is alive, by chance. */
function withLeg(gateway: TestGateway, pick: number, act: (leg: ReturnType<TestGateway["phone"]>) => void): void {
  const legs = [...gateway.legs.alive.keys()];
  const leg = legs[pick % Math.max(1, legs.length)];
  if (leg) act(leg);
}

const acts: readonly Act[] = [
  (gateway, pick) => gateway.callOut("101", { ...call, mediaAbility: (pick % 3) as 0 | 1 | 2 }),
  (gateway) => gateway.command("101", { type: "release" }),
  (gateway) => gateway.command("101", { type: "hold" }),
  (gateway) => gateway.command("101", { type: "get-hold", callId: "" }),
  (gateway) => gateway.command("101", { type: "begin-mute" }),
  (gateway) => gateway.command("101", { type: "end-mute" }),
  (gateway) => gateway.command("101", { type: "say-busy", reason: 0, prolong: false }),
  (gateway) => gateway.command("101", { type: "cancel-busy" }),
  (gateway) => gateway.command("101", { type: "rest", seconds: 30, cause: 1, prolong: true }),
  (gateway) => gateway.command("101", { type: "cancel-rest" }),
  (gateway) => gateway.command("101", { type: "work" }),
  (gateway) => gateway.command("101", { type: "say-free" }),
  (gateway, pick) => withLeg(gateway, pick, (leg) => gateway.ring(leg, pick % 2 === 0)),
  (gateway, pick) => withLeg(gateway, pick, (leg) => gateway.answer(leg, pick % 2 === 0)),
  (gateway, pick) => withLeg(gateway, pick, (leg) => gateway.fail(leg, { status: 486 })),
  (gateway, pick) => withLeg(gateway, pick, (leg) => gateway.end(leg)),
  (gateway, pick) =>
    withLeg(gateway, pick, (leg) =>
      gateway.legs.alive.get(leg)?.report({ type: "leg-reoffered", leg, video: pick % 2 === 0 }),
    ),
  (gateway, pick) => gateway.clock.advance(pick * 1000),
];

const script = fc.array(fc.tuple(fc.nat(acts.length - 1), fc.nat(40)), { maxLength: 60 });
const profile = fc.record({ releasePhone: fc.boolean(), autoEnterIdle: fc.boolean(), P18: fc.nat(1) });

/** State 7 exactly while a call or a P18 occupation lasts; a leg for every call that has one. */
function checkLegal(gateway: TestGateway): void {
  const { agentState, isWorking } = gateway.agentStatus("101");
  assert.ok([3, 4, 5, 7, 8].includes(agentState));
  if (agentState === 7) assert.ok(isWorking);
  const phones = [...gateway.legs.alive.keys()].filter((leg) => leg.includes(".phone.")).length;
  assert.ok(phones <= 1, "one phone, one leg");
  const parties = [...gateway.legs.alive.keys()].filter((leg) => leg.endsWith(".party")).length;
  assert.ok(parties <= gateway.census().calls, "a party's leg never outlives its call");
}

test("any sequence ends in a legal state with nothing left over", async () => {
  await fc.assert(
    fc.asyncProperty(script, profile, async (steps, { releasePhone, autoEnterIdle, P18 }) => {
      const gateway = testGateway({ parameters: { P18 } });
      await signedIn(gateway, { releasePhone, autoEnterIdle });
      for (const [index, pick] of steps) {
        if (gateway.census().agents === 0) break;
        acts[index]?.(gateway, pick);
        gateway.authorise(agentId("101"), undefined, true, { address: "127.0.0.1", trusted: true });
        checkLegal(gateway);
      }
      gateway.signOut("101", { force: true, reason: 258 });
      assert.deepEqual(
        [gateway.legs.census(), gateway.census(), gateway.clock.pending()],
        [0, { agents: 0, calls: 0 }, 0],
      );
    }),
    { numRuns: 400 },
  );
});
