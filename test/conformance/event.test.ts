// The events of states and callouts. The list is typed by the contract, so that a new event needs its row here, or beside its cause.

import { after, before } from "node:test";
import type { AgentEventType } from "../../src/contract/agent-event.ts";
import { type Agent, settingUp, until } from "./agent.ts";
import { eventRows } from "./told.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;
/** The rows of these stand where they are caused: operation-conference.test.ts, inbound.test.ts, offered.test.ts, operation-transfer, -play, -record, -inspection, -preview, recording.test.ts. */
type Elsewhere =
  | Extract<
      AgentEventType,
      | `AgentMediaEvent_${string}`
      | `AgentConf_${string}`
      | `${string}_BeQc${string}`
      | `QC_${string}`
      | `AgentEvent_linkage${string}`
      | `AgentState_Force_${string}`
    >
  | "AgentEvent_Conference"
  | "AgentEvent_Preview_CallOut"
  | "AgentEvent_Preview_CallOut_Ex"
  | "AgentEvent_Ringing"
  | "AgentEvent_Incoming_CallInfo"
  | "AgentEvent_Auto_Answer"
  | "AgentEvent_No_Answer"
  | "AgentEvent_SuccTransResult"
  | "AgentEvent_Inside_Call_Fail"
  | "AgentEvent_Consult_Fail";

/** The content of each event; CALLID and CALLED stand for those of the call. */
const contents: Readonly<Record<Exclude<AgentEventType, Elsewhere>, RegExp>> = {
  AgentState_Busy: /^null$/,
  AgentState_Ready: /^null$/,
  AgentState_Work: /^null$/,
  AgentState_SetNotReady_Success: /^\{"reason":"(0|200)"\}$/,
  AgentState_CancelNotReady_Success: /^null$/,
  AgentState_SetWork_Success: /^null$/,
  AgentState_CancelWork_Success: /^null$/,
  AgentState_SetRest_Success: /^\{"reason":"7"\}$/,
  AgentState_CancelRest_Success: /^null$/,
  AgentState_Rest_Timeout: /^null$/,
  AgentEvent_Customer_Alerting: /^\{"callid":"\d{10}-\d+","otherPhoneWorkno":"","otherPhone":"4\d{4}","type":"main"\}$/,
  AgentEvent_Talking:
    /^\{"caller":"40038","callid":"\d{10}-\d+","called":"4\d{4}","feature":"7","type":"main","mediaAbility":"1"\}$/,
  AgentEvent_Hold: /^"\d{10}-\d+"$/,
  AgentEvent_MediaSwith: /^\{"callid":"\d{10}-\d+","reason":0,"caller":"40038","mediaType":3,"called":"4\d{4}"\}$/,
  AgentEvent_Call_Release: /^"\d{10}-\d+"$/,
  AgentEvent_Customer_Release: /^\{"callid":"\d{10}-\d+","number":"4\d{4}"\}$/,
  AgentEvent_Call_Out_Fail: /^"\d{10}-\d+"$/,
  AgentEvent_Connect_Fail: /^"\d{10}-\d+"$/,
  OUTBOUND_DETECT_EVENT: /^\{"callId":"\d{10}-\d+","detect":537,"desc":"[^"]+"\}$/,
  AgentOther_PhoneAlerting: /^null$/,
  AgentOther_PhoneOffhook: /^\{"type":"main"\}$/,
  AgentOther_PhoneRelease: /^\{"phoneState":[23]\}$/,
  AgentOther_PhoneBusy: /^null$/,
  AgentOther_Note: /^null$/,
  AgentOther_InService: /^null$/,
  AgentOther_ShutdownService: /^\{"loginTime":"\d{13}"\}$/,
};

before(async () => {
  demo = await openDemo();
  await Promise.all([states(), calls(), failures(), wrapUp(), video()]);
});
after(() => demo?.stop());

/** Fetches events as bytes until this one has come. */
async function reads(agent: Agent, last: string): Promise<void> {
  await until(async () => {
    const { body } = await agent.poll();
    const [, type = ""] = /"eventType":"(\w+)"/.exec(body) ?? [];
    return type === last;
  }, last);
}

async function states(): Promise<void> {
  const agent = await demo.agent();
  await agent.signIn();
  for (const [line, event] of [
    ["saybusy?reason=200", "AgentState_SetNotReady_Success"],
    ["cancelbusy", "AgentState_CancelNotReady_Success"],
    ["work", "AgentState_SetWork_Success"],
    ["cancelwork", "AgentState_CancelWork_Success"],
    ["rest/1/7", "AgentState_Rest_Timeout"],
    ["cancelrest", "AgentState_CancelRest_Success"],
    [`sendnotelet/${agent.id}?content=hello`, "AgentOther_Note"],
  ] as const) {
    await agent.ask(`POST /onlineagent/@/${line}`);
    await reads(agent, event);
  }
  const waiting = reads(agent, "AgentOther_ShutdownService");
  await agent.state();
  await agent.ask("DELETE /onlineagent/@/forcelogout");
  await waiting;
}

async function calls(): Promise<void> {
  const agent = await (await demo.agent()).begin();
  const called = await demo.party();
  await agent.callOut({ called });
  await reads(agent, "AgentEvent_Talking");
  await agent.ask("POST /voicecall/@/hold");
  await reads(agent, "AgentEvent_Hold");
  await demo.hangUp("parties", called);
  await reads(agent, "AgentState_Ready");
}

async function failures(): Promise<void> {
  const agent = await (await demo.agent()).begin();
  await demo.tell("phones", agent.phone, { refuse: 486 });
  await agent.callOut({ called: "40040" });
  await reads(agent, "AgentOther_PhoneRelease");
}

async function video(): Promise<void> {
  const agent = await (await demo.agent()).begin({ agenttype: 11 });
  await agent.talk(await demo.party());
  await agent.ask("POST /voicecall/@/mediaswitch?mediaType=3");
  await reads(agent, "AgentEvent_MediaSwith");
}

async function wrapUp(): Promise<void> {
  const agent = await (await demo.agent()).begin({ autoenteridle: false });
  await agent.callOut({ called: await demo.party() });
  await agent.hears(...settingUp);
  await demo.hangUp("phones", agent.phone);
  await reads(agent, "AgentState_Work");
}

eventRows(contents);
