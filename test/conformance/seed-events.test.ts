// The seed page, the events that a callout triggers and soft parameter P18. The number in a test's name is the line.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, partyFails, released, settingUp, type Told } from "./agent.ts";
import { type Demo, openDemo, setParameter } from "./town.ts";

let demo: Demo;
/** The events of one answered callout and of one that failed at a busy customer, each with its call id. */
let answered: { id: string; told: readonly Told[]; called: string };
let failed: { id: string; told: readonly Told[] };

before(async () => {
  demo = await openDemo();
  const agent = await (await demo.agent()).begin();
  const called = await demo.party();
  const placed = await agent.callOut({ called });
  answered = { id: String(placed.result), told: await agent.events(5), called };
  const other = await (await demo.agent()).begin();
  const busy = await demo.party({ refuse: 486 });
  const second = await other.callOut({ called: busy });
  failed = { id: String(second.result), told: await other.events(9) };
});
after(() => demo?.stop());

const content = (told: readonly Told[], eventType: string): unknown => {
  const found = told.filter((each) => each.eventType === eventType);
  assert.equal(found.length, 1, `${eventType} once`);
  return found[0]?.content;
};

test("seed 221: the events of an answered callout come in the documented order, once each", () => {
  assert.deepEqual(
    answered.told.map(({ eventType }) => eventType),
    [
      "AgentOther_PhoneAlerting",
      "AgentOther_PhoneOffhook",
      "AgentState_Busy",
      "AgentEvent_Customer_Alerting",
      "AgentEvent_Talking",
    ],
  );
});

test("seed 223: the phone rings (AgentOther_PhoneAlerting)", () => {
  assert.equal(content(answered.told, "AgentOther_PhoneAlerting"), null);
});

test("seed 224: the phone is off-hook (AgentOther_PhoneOffhook)", () => {
  assert.deepEqual(content(answered.told, "AgentOther_PhoneOffhook"), { type: "main" });
});

test("seed 225: the agent is busy with a call (AgentState_Busy)", () => {
  assert.equal(content(answered.told, "AgentState_Busy"), null);
});

test("seed 226: the other side rings (AgentEvent_Customer_Alerting)", () => {
  const expected = { callid: answered.id, otherPhoneWorkno: "", otherPhone: answered.called, type: "main" };
  assert.deepEqual(content(answered.told, "AgentEvent_Customer_Alerting"), expected);
});

test("seed 227: the agent talks (AgentEvent_Talking)", () => {
  const { id, called } = answered;
  const expected = { caller: "40038", callid: id, called, feature: "7", type: "main", mediaAbility: "1" };
  assert.deepEqual(content(answered.told, "AgentEvent_Talking"), expected);
});

test("seed 228: the callout failed (AgentEvent_Call_Out_Fail)", () => {
  assert.equal(content(failed.told, "AgentEvent_Call_Out_Fail"), failed.id);
});

test("seed 229: why it failed (OUTBOUND_DETECT_EVENT)", () => {
  const { callId, detect, desc } = content(failed.told, "OUTBOUND_DETECT_EVENT") as Record<string, unknown>;
  assert.deepEqual([callId, detect, typeof desc], [failed.id, 537, "string"]);
});

async function withP18(run: (agent: Agent) => Promise<void>): Promise<void> {
  await setParameter(demo, "P18", 1);
  try {
    await run(await (await demo.agent()).begin());
  } finally {
    await setParameter(demo, "P18", 0);
  }
}

test("seed 231: P18=0 is the default; P18=1 first occupies the agent, then rings his phone", async () => {
  assert.match(await demo.mml("LST SFP: ID=P18;"), /Value {2}= {2}0\r\n/);
  await withP18(async (agent) => {
    assert.equal((await agent.callOut({ called: await demo.party() })).code, "0");
    await agent.hears("Busy", "PhoneAlerting", "PhoneOffhook", "Customer_Alerting", "Talking");
    await agent.ask("DELETE /voicecall/@/release");
    await agent.hears(...released);
  });
});

/** P18=1 and an agent who cannot be occupied, because he rests: the reply, and what his phone saw. */
async function failedOccupation(agent: Agent) {
  const before = await demo.invites("phones", agent.phone);
  assert.equal((await agent.ask("POST /onlineagent/@/rest/60/0")).code, "0");
  await agent.hears("SetRest_Success");
  const called = await demo.party();
  const reply = await agent.callOut({ called });
  await agent.hearsNothing();
  return {
    reply,
    phone: (await demo.invites("phones", agent.phone)).count - before.count,
    party: (await demo.invites("parties", called)).count,
  };
}

test("seed 231: a failed occupation fails the callout at once, and no INVITE leaves", async () => {
  await withP18(async (agent) => {
    const { reply, phone, party } = await failedOccupation(agent);
    assert.equal(reply.code, "100-007", reply.body);
    assert.equal(reply.result, undefined);
    assert.deepEqual([phone, party], [0, 0]);
  });
});

test("seed 233: a failed occupation sends no AgentOther_PhoneAlerting", () =>
  withP18(async (agent) => {
    await failedOccupation(agent);
    await agent.hearsNothing();
  }));

test("seed 234: a failed occupation sends no AgentOther_PhoneOffhook", () =>
  withP18(async (agent) => {
    await failedOccupation(agent);
    assert.equal(await agent.state(), 8);
    await agent.hearsNothing();
  }));

test("seed 231: P18=1 and a customer who fails: the agent is free again", () =>
  withP18(async (agent) => {
    await agent.callOut({ called: await demo.party({ refuse: 486 }) });
    await agent.hears("Busy", "PhoneAlerting", "PhoneOffhook", "Customer_Alerting", ...partyFails(537));
    assert.equal(await agent.state(), 4);
  }));

test("seed 231: back to P18=0 the order is the usual one", async () => {
  const agent = await (await demo.agent()).begin();
  await agent.callOut({ called: await demo.party() });
  await agent.hears(...settingUp);
});
