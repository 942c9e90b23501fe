// A call that has happened as a scenario.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Timeline, TimelineEntry } from "../contract/timeline.ts";
import { scenarioOf } from "./scenario.ts";

const media = (at: number, leg: string, title: string, detail = "") =>
  ({ layer: "media", at, agent: "", title, leg, detail }) as TimelineEntry;
const request = (at: number, path: string, body = "", retcode = "0") =>
  ({
    ...{ layer: "request", at, agent: "101", title: "x", retcode, ms: 1, trace: "", method: "POST", message: "" },
    ...{ path: `/agentgateway/resource${path}`, body },
  }) as TimelineEntry;
const event = (at: number, title: string) =>
  ({ layer: "event", at, agent: "101", title, trace: "", content: null }) as TimelineEntry;
const sip = (at: number) => ({ layer: "sip", at, agent: "", title: "INVITE" }) as TimelineEntry;

const timeline = (entries: readonly TimelineEntry[], more: object = {}, outcome = "answered"): Timeline =>
  ({
    callId: "1-7",
    gateway: { address: "", port: 0 },
    record: {
      ...{ kind: "outgoing", caller: "40038", called: "40040", outcome, agents: ["101"] },
      legs: [
        { side: "agent", agent: "101", number: "40001" },
        { side: "party", agent: null, number: "40040" },
      ],
      ...more,
    },
    verdict: { outcome, what: "went-well", advice: "wait", facts: {} },
    entries,
  }) as Timeline;

test("what came from outside, in ms from the first on; what the gateway did is left out", () => {
  const scenario = scenarioOf(
    timeline([
      request(1000.4, "/voicecall/101/callout", '{"called":"40040"}'),
      sip(1001),
      media(1010, "101.phone.1", "ringing"),
      media(1200, "101.phone.1", "answered", "audio, video"),
      media(1210, "1-7.party", "ringing", "early media"),
      media(1211, "101.phone.1", "hears", "ringback"),
      event(1212, "AgentEvent_Customer_Alerting"),
      media(2000, "1-7.party", "failed", "603, Q.850 cause 21".replace(" cause", "")),
      request(2100, "/voicecall/101/dropcall/1-7?callid=1-7&flag=true", '{"callid":"1-7"}', "200-017"),
      media(2200, "101.phone.1", "ended", "by the gateway"),
    ]),
  );
  assert.deepEqual(scenario, {
    scenario: 1,
    name: "outgoing call from 40038 to 40040: answered",
    agents: [{ id: "101", phone: "40001" }],
    steps: [
      { at: 0, agent: "101", asks: "POST /voicecall/101/callout", body: { called: "40040" }, retcode: "0" },
      { at: 10, leg: "phone 101", does: "ring" },
      { at: 200, leg: "phone 101", does: "answer", media: true },
      { at: 210, leg: "party 1", does: "ring", media: true },
      { at: 1000, leg: "party 1", does: "fail", status: 603, q850: 21 },
      {
        at: 1100,
        agent: "101",
        asks: "POST /voicecall/101/dropcall/{call}?callid={call}&flag=true",
        body: { callid: "{call}" },
        retcode: "200-017",
      },
    ],
    told: { 101: ["AgentEvent_Customer_Alerting"] },
  });
});

test("a call from outside begins with the number that was called; its caller rings nowhere, and hangs up", () => {
  const scenario = scenarioOf(
    timeline(
      [
        media(5, "1-7.party", "answered", "audio"),
        media(6, "101.phone.1", "answered", "audio"),
        media(7, "1-7.party", "ended", "by the peer"),
      ],
      { kind: "incoming", caller: "40041", called: "8000" },
    ),
  );
  assert.deepEqual("steps" in scenario && scenario.steps, [
    { at: 0, calls: "8000" },
    { at: 1, leg: "phone 101", does: "answer" },
    { at: 2, leg: "party 1", does: "hang-up" },
  ]);
});

test("whose first request is that he is idle was busy before; one of whom it was refused was not", () => {
  const agentsWith = (retcode: string, query = "") => {
    const scenario = scenarioOf(
      timeline([
        request(1, `/onlineagent/101/sayfree${query}`, "", retcode),
        media(2, "101.phone.1", "answered", "audio"),
        request(3, "/onlineagent/101/sayfree"),
      ]),
    );
    return "agents" in scenario && scenario.agents;
  };
  assert.deepEqual(agentsWith("0"), [{ id: "101", phone: "40001", busy: true }]);
  assert.deepEqual(agentsWith("0", "?reason=1"), [{ id: "101", phone: "40001", busy: true }]);
  assert.deepEqual(agentsWith("100-009"), [{ id: "101", phone: "40001" }]);
});

test("a recording is no party: who comes after it is the second one", () => {
  const scenario = scenarioOf(
    timeline([
      media(1, "1-7.party", "answered", "audio"),
      media(2, "", "record"),
      media(3, "1-8.party", "answered", "audio"),
    ]),
  );
  assert.deepEqual("steps" in scenario && scenario.steps.map((step) => "leg" in step && step.leg), [
    "party 1",
    "party 2",
  ]);
});

test("what is no scenario says why", () => {
  assert.deepEqual(scenarioOf(timeline([media(1, "p", "ringing")], {}, "live")), { why: "live" });
  assert.deepEqual(scenarioOf(timeline([sip(1)])), { why: "nothing-kept" });
  assert.deepEqual(scenarioOf(timeline([media(1, "101.phone.1", "connection-lost")])), { why: "not-playable" });
});
