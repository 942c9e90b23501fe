// What is heard on the party's leg, over real RTP: a busy tone in early media ends the call as a 486 would; a machine and a fax are
// told by OUTBOUND_DETECT_EVENT while the call goes on (docs/call.md). Skills that do not ask for it hear nothing of it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { partyFails, released, settingUp, until } from "./agent.ts";
import { type Demo, openSite } from "./town.ts";

const screened = { skillid: 28 } as const;

let demo: Demo;
before(async () => {
  demo = await openSite();
});
after(() => demo?.stop());

const machine = { speaks: "machine" } as const;
const early = { ring: false, early: "busy", answerAfterMs: null } as const;

test("busy tone under a 183: the events of a busy party, and the party gets a CANCEL", async () => {
  const agent = await (await demo.agent()).begin();
  const called = await demo.party(early);
  const { result } = await agent.callOut({ called, ...screened });
  const told = await agent.hears(...settingUp.slice(0, -1), ...partyFails(537));
  assert.deepEqual(told[5]?.content, { callId: result, detect: 537, desc: "called party: busy (heard)" });
  const line = await demo.gateway.logged(({ msg, kind }) => msg === "heard on a leg" && kind === "busy");
  assert.equal(line["detail"], "CN");
  assert.ok(Number(line["confidence"]) > 0.8 && Number(line["atMs"]) < 4_000, JSON.stringify(line));
  await until(async () => (await demo.calls("parties", called)) === 0, "the party's call ends");
});

test("a machine is told once, by its greeting, and the agent may go on; its beep stands in the log", async () => {
  const agent = await (await demo.agent()).begin();
  const called = await demo.party(machine);
  const id = await agent.talk(called, screened);
  const [told] = await agent.hears("detect 263");
  assert.deepEqual(told?.content, { callId: id, detect: 263, desc: "called party: answering machine (heard)" });
  const beep = await demo.gateway.logged(({ msg, kind }) => msg === "heard on a leg" && kind === "beep");
  assert.equal(beep["detail"], "1000 Hz");
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears(...released);
});

test("a fax is told by its answer tone", async () => {
  const agent = await (await demo.agent()).begin();
  const called = await demo.party({ hertz: 2_100 });
  const id = await agent.talk(called, screened);
  const [told] = await agent.hears("detect 262");
  assert.deepEqual(told?.content, { callId: id, detect: 262, desc: "called party: fax or modem (heard)" });
  await demo.hangUp("parties", called);
  await agent.hears("Customer_Release", "Call_Release", "PhoneRelease 3", "Ready");
});
