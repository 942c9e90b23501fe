// What caused an event: each carries the trace of the request, also when it comes later out of the call that the request began.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { StreamItem } from "../../src/contract/event-stream.ts";
import { wanted } from "./conference-room.ts";
import { call, callsOut, here, signedIn, type TestGateway, talking, testGateway } from "./test-gateway.ts";

/** Event types with their traces since the last look. */
function reader(gateway: TestGateway, agent = "101") {
  const events = gateway.readEvents(agent, { reader: agent, since: null }, () => {});
  assert.ok("next" in events);
  const rest = (): StreamItem[] => {
    const items: StreamItem[] = [];
    for (let item = events.next(); item; item = events.next()) items.push(item);
    return items;
  };
  rest();
  return (): string[][] => {
    const traces = new Map<string, string[]>();
    for (const item of rest()) {
      if (item.type !== "event") continue;
      const name = item.event.eventType.replace(/^Agent(State|Event|Other)_/, "");
      traces.set(item.trace, [...(traces.get(item.trace) ?? []), name]);
    }
    return [...traces].map(([trace, names]) => [trace, ...names]);
  };
}

test("every event of a callout carries the callout's trace, to the state after it; what ends it has its own", async () => {
  const gateway = testGateway();
  await signedIn(gateway);
  const traces = reader(gateway);
  gateway.during("callout", () => callsOut(gateway));
  gateway.ring(gateway.phone());
  gateway.answer(gateway.phone());
  gateway.ring(gateway.party());
  gateway.answer(gateway.party());
  assert.deepEqual(traces(), [["callout", "PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"]]);
  gateway.during("hold", () => gateway.command("101", { type: "hold" }));
  assert.deepEqual(traces(), [["hold", "Hold"]]);
  gateway.end(gateway.party());
  assert.deepEqual(traces(), [["callout", "Customer_Release", "Call_Release", "PhoneRelease", "Ready"]]);
  gateway.during("work", () => gateway.command("101", { type: "work" }));
  assert.deepEqual(traces(), [["work", "SetWork_Success"]]);
});

test("a sign-in's events carry its trace although the password was waited for; two agents' traces do not mix", async () => {
  const gateway = testGateway();
  const request = {
    ...{ password: "", phoneNumber: "40001", autoAnswer: true, autoEnterIdle: true, releasePhone: true },
    ...({ agentType: 4, status: 4 } as const),
  };
  const signIn = (agent: string, phoneNumber: string) =>
    gateway.during(`sign-in ${agent}`, () =>
      gateway.signIn(agent, { ...request, phoneNumber }, { force: false }, here),
    );
  await Promise.all([signIn("101", "40001"), signIn("102", "40002")]);
  for (const agent of ["101", "102"]) {
    const events = gateway.readEvents(agent, { reader: agent, since: "0" }, () => {});
    assert.ok("next" in events);
    const first = events.next();
    assert.ok(first?.type === "event");
    assert.equal(first.trace, `sign-in ${agent}`);
  }
});

test("as many calls as the site allows: the next callout is refused with a hint, the call that stands goes on", async () => {
  const gateway = testGateway({ mostCalls: 1 });
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  callsOut(gateway);
  const refused = gateway.callOut("102", call);
  assert.ok("refused" in refused);
  assert.deepEqual([refused.refused, refused.retryAfterS], ["100-007", 3]);
  gateway.answer(gateway.phone());
  gateway.answer(gateway.party());
  assert.ok((await gateway.told()).includes("Talking"));
  gateway.command("101", { type: "release" });
  callsOut(gateway, {}, "102");
});

test("as many calls as the site allows: a conference is refused like a callout, a consultation of the call that stands is not", async () => {
  const gateway = testGateway({ mostCalls: 1 });
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  await signedIn(gateway, { phoneNumber: "40003" }, "103");
  await talking(gateway);
  const refused = gateway.conferences.request("103", wanted);
  assert.ok("refused" in refused);
  assert.deepEqual([refused.refused, refused.retryAfterS], ["100-007", 3]);
  const consulted = gateway.innerHelp("101", { to: { agent: "102" }, parties: 2, hold: true, appData: "" });
  assert.ok("callId" in consulted, JSON.stringify(consulted));
});
