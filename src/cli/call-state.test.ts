import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentEvent, AgentEventMessage } from "../contract/agent-event.ts";
import { callState, isLastOf } from "./call-state.ts";

const id = "1455885056-1095";
const made = (event: AgentEvent): AgentEventMessage => ({ ...event, workNo: "101" });
const offhook = made({ eventType: "AgentOther_PhoneOffhook", content: { type: "main" } });
const detect = made({ eventType: "OUTBOUND_DETECT_EVENT", content: { callId: id, detect: 537, desc: "busy" } });
const failed = (call: string) => made({ eventType: "AgentEvent_Call_Out_Fail", content: call });
const released = (call: string) => made({ eventType: "AgentEvent_Call_Release", content: call });
const talking = (callid: string) =>
  made({
    eventType: "AgentEvent_Talking",
    content: { caller: "40038", callid, called: "40040", feature: "7", type: "main", mediaAbility: "1" },
  });

const table: readonly (readonly [name: string, events: readonly AgentEventMessage[], expected: object])[] = [
  ["nothing yet", [], { name: "setting-up", phoneUp: false, reason: "" }],
  ["the agent's phone is up", [offhook], { name: "setting-up", phoneUp: true, reason: "" }],
  ["talking", [offhook, talking(id)], { name: "talking" }],
  ["released after talking", [offhook, talking(id), released(id)], { name: "ended" }],
  [
    "another call's events change nothing",
    [talking("1-1"), failed("1-1")],
    { name: "setting-up", phoneUp: false, reason: "" },
  ],
  ["the end of another call", [talking(id), released("1-1")], { name: "talking" }],
  ["customer busy", [offhook, detect, failed(id)], { name: "failed", who: "customer", reason: "537 busy" }],
  ["phone busy", [detect, failed(id)], { name: "failed", who: "phone", reason: "537 busy" }],
  ["failed without a reason", [failed(id)], { name: "failed", who: "phone", reason: "" }],
];

for (const [name, events, expected] of table) {
  test(`after ${name}`, () => assert.deepEqual(callState(id, events), expected));
}

test("the last event is the phone's when the phone failed, the agent's state otherwise (decisions.md 16)", () => {
  const release = made({ eventType: "AgentOther_PhoneRelease", content: { phoneState: 3 } });
  const work = made({ eventType: "AgentState_Work", content: null });
  assert.equal(isLastOf(callState(id, [failed(id)]), release), true);
  assert.equal(isLastOf(callState(id, [offhook, failed(id)]), release), false);
  assert.equal(isLastOf(callState(id, [offhook, failed(id)]), work), true);
  assert.equal(isLastOf(callState(id, [talking(id), released(id)]), work), true);
});
