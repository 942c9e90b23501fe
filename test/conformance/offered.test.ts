// Calls offered to agents who do not take them: nobody answers in time, the phone declines.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Agent, Body } from "./agent.ts";
import { eventRows } from "./told.ts";
import { type Demo, openSite } from "./town.ts";

let demo: Demo;
before(async () => {
  demo = await openSite("ring: { agentMs: 1500, customerMs: 20000 }");
});
after(() => demo?.stop());

const fresh = async (more: Body = {}): Promise<Agent> => (await demo.agent()).begin(more);

test("not answered in time: No_Answer, then busy with reason 2; who called learns that it failed", async () => {
  const [agent, other] = [await fresh(), await fresh({ autoanswer: false })];
  await agent.ask("PUT /voicecall/@/callinner", { called: other.id });
  const told = await other.hears(
    ...["Busy", "PhoneAlerting", "PhoneOffhook", "Ringing"],
    ...["No_Answer", "PhoneRelease 3", "SetNotReady_Success"],
  );
  assert.deepEqual(told.at(-1)?.content, { reason: "2" });
  await agent.hears(
    ...["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting"],
    ...["PhoneRelease 3", "Inside_Call_Fail", "Ready"],
  );
});

test("the phone of the one who is asked for help declines: Consult_Fail, and the customer is still there", async () => {
  const [agent, helper] = [await fresh(), await fresh()];
  await agent.talk(await demo.party());
  await demo.tell("phones", helper.phone, { refuse: 603 });
  await agent.ask("POST /voicecall/@/innerhelp", { dstaddress: helper.id, devicetype: 2, mode: 1 });
  await agent.hears("Hold", "Customer_Alerting", "Consult_Fail");
  assert.equal((await agent.ask("POST /voicecall/@/gethold")).code, "0");
  await agent.hears("Talking");
  await agent.ask("DELETE /voicecall/@/release");
});

eventRows({
  AgentEvent_Ringing:
    /^\{"caller":"\d+","transfer":"(no","callid":"\d{10}-\d+","transfrom":"|yes","callid":"\d{10}-\d+","transfrom":"\d{3})","called":"\d+","type":"(main|assistant)","mediaAbility":"[13]","feature":"\d+","mediaType":"5"\}$/,
  AgentEvent_No_Answer: /^"\d{10}-\d+"$/,
  AgentEvent_Consult_Fail: /^"\d{10}-\d+"$/,
});
