// The loop against its worst guest: a bug. One bad step ends one call, is told to who asked, and nothing else stops.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { agentId, callId } from "../base/ids.ts";
import { type Log, silentLog } from "../base/log.ts";
import type { AgentInput, Profile } from "../core/agent/state.ts";
import type { CallPlan } from "../core/call/state.ts";
import { type Envelope, type Outward, openLoop } from "./loop.ts";

const id = agentId("101");
const profile: Profile = {
  phoneNumber: "40001",
  loginAt: 0,
  autoAnswer: true,
  autoEnterIdle: true,
  releasePhone: true,
  phoneLinkage: false,
  agentType: 4,
  skills: [],
  talkRight: true,
  selfRecord: false,
  customState: null,
  forwarding: null,
  wrapUpMs: null,
};
const target = { type: "party", number: "2" } as const;
const plan = {
  id: callId("1-1"),
  kind: "outgoing",
  agent: id,
  target,
  caller: "1",
  called: "2",
  mediaAbility: 0,
  ringMs: 1000,
} as CallPlan;
const toAgent = (input: AgentInput): Envelope => ({ to: "agent", id, input });
const signIn = toAgent({ type: "sign-in", profile, status: 4 });
const callOut = toAgent({ type: "call-out", plan, occupyFirst: false, ringMs: 1000 });
/** No caller of the loop can make one: the types forbid it. */
const broken = toAgent({ type: "no such input" } as unknown as AgentInput);

function world(perform: (outward: Outward) => void = () => {}) {
  const errors: string[] = [];
  const log: Log = { ...silentLog, error: (_fields, message) => void errors.push(message) };
  const loop = openLoop({ clock: virtualClock(), log, perform, level: () => 1, ended: () => {} });
  return { loop, errors };
}

test("a step that throws is no success: who asked is refused, and the next event is taken as ever", () => {
  const { loop, errors } = world();
  assert.equal(loop.post(signIn), null);
  assert.equal(loop.post(broken)?.refused, "100-007");
  assert.deepEqual(errors, ["a reducer threw"]);
  assert.equal(loop.post(callOut), null);
  assert.equal(loop.agent(id).name, "signed-in");
});

test("a call whose step throws ends for its agent; an effect that throws keeps the others", () => {
  const asked: string[] = [];
  const { loop, errors } = world(({ effect }) => {
    asked.push(effect.type);
    if (effect.type === "invite-phone") throw new Error("boom");
  });
  loop.post(signIn);
  loop.post(callOut);
  assert.deepEqual(asked.slice(-2).toSorted(), ["invite-phone", "start-timer"]);
  const [call] = loop.calls();
  assert.ok(call);
  loop.post({ to: "call", id: call.plan.id, event: { type: "no such event" } as never });
  assert.deepEqual(errors, ["an effect threw", "a reducer threw"]);
  assert.equal([...loop.calls()].length, 0);
  const agent = loop.agent(id);
  assert.ok(agent.name === "signed-in" && agent.calls.length === 0);
});

for (const releasePhone of [true, false])
  test(`a call that breaks while the agent's phone rings, releasephone=${releasePhone}: the phone is given up`, () => {
    const asked: string[] = [];
    const { loop } = world(({ effect }) => {
      const event = effect.type === "notify" ? effect.event.eventType : effect.type;
      asked.push(event);
    });
    loop.post(toAgent({ type: "sign-in", profile: { ...profile, releasePhone }, status: 4 }));
    loop.post(callOut);
    asked.length = 0;
    loop.post({ to: "call", id: plan.id, event: { type: "no such event" } as never });
    const agent = loop.agent(id);
    assert.ok(agent.name === "signed-in");
    assert.deepEqual([agent.phone.name, agent.calls.length], ["on-hook", 0]);
    assert.deepEqual(asked, [
      ...["notify-failure", "AgentEvent_Call_Out_Fail", "AgentEvent_Connect_Fail"],
      ...["stop-timer", "hang-up", "AgentOther_PhoneRelease"],
    ]);
  });

test("what is posted while the loop runs waits for its turn", () => {
  const seen: string[] = [];
  const { loop } = world(({ effect }) => {
    if (effect.type !== "notify") return;
    seen.push(effect.event.eventType);
    if (effect.event.eventType === "AgentOther_InService") loop.post(toAgent({ type: "work" }));
  });
  loop.post(signIn);
  assert.deepEqual(seen, ["AgentOther_InService", "AgentState_Ready", "AgentState_SetWork_Success"]);
});
