// decisions.md 13-15 and 19-21: when a callout is allowed, what happens beside a held call, whose leg is whose.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, partyFails, released, settingUp, until } from "./agent.ts";
import { type Demo, openDemo, openSite, setParameter, together } from "./town.ts";

let demo: Demo;
/** With a trunk that nobody answers on, 5xxxx. */
let site: Demo;

before(async () => {
  [demo, site] = await together(openDemo(), openSite());
});
after(() => Promise.all([demo?.stop(), site?.stop()]));

async function silent(kind: "phones" | "parties", number: string): Promise<void> {
  await until(async () => (await demo.calls(kind, number)) === 0, `${kind} ${number} has no call`);
}

for (const [status, state] of [
  [3, "busy"],
  [4, "idle"],
  [5, "wrapping up"],
] as const) {
  test(`decision 13: a callout is allowed in state ${status}, ${state}`, async () => {
    const agent = await (await demo.agent()).begin({ status });
    assert.equal(await agent.state(), status);
    await agent.talk(await demo.party());
    assert.equal(await agent.state(), 7);
  });
}

test("decision 13: a callout is refused with 100-007 at rest, and in 7 while a call is not held", async () => {
  const agent = await (await demo.agent()).begin();
  await agent.ask("POST /onlineagent/@/rest/60/0");
  await agent.hears("SetRest_Success");
  assert.equal((await agent.callOut({ called: "40040" })).code, "100-007");
  await agent.ask("POST /onlineagent/@/cancelrest");
  await agent.hears("CancelRest_Success");
  await agent.talk(await demo.party());
  assert.equal((await agent.callOut({ called: "40040" })).code, "100-007");
  await agent.hearsNothing();
});

test("decision 13: with P18=0 the state number stays until the phone is off-hook, but the agent is reserved", async () => {
  const agent = await (await demo.agent()).begin();
  await demo.tell("phones", agent.phone, { answerAfterMs: null });
  assert.equal((await agent.callOut({ called: "40040" })).code, "0");
  await agent.hears("PhoneAlerting");
  assert.equal(await agent.state(), 4);
  assert.equal((await agent.callOut({ called: "40040" })).code, "100-007");
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("detect 531", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3");
});

test("decision 14: a phone that is not registered: 0, then the failure events", async () => {
  const agent = await (await demo.agent()).begin();
  await demo.tell("phones", agent.phone, { registered: false });
  await until(async () => !(await demo.registered(agent.phone)), "the phone is gone");
  const called = await demo.party();
  assert.equal((await agent.callOut({ called })).code, "0");
  await agent.hears("detect 549", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3");
  assert.equal((await demo.invites("parties", called)).count, 0);
  await demo.tell("phones", agent.phone, { registered: true });
  await until(() => demo.registered(agent.phone), "the phone is back");
});

test("decision 14: every matching trunk down: 0, then the failure events", async () => {
  const agent = await (await site.agent()).begin();
  assert.equal((await agent.callOut({ called: "50001" })).code, "0");
  await agent.hears("PhoneAlerting", "PhoneOffhook", "Busy", ...partyFails(605));
  assert.equal(await agent.state(), 4);
});

test("decision 14: no matching trunk: 200-001 at once, and no event", async () => {
  const agent = await (await site.agent()).begin();
  assert.equal((await agent.callOut({ called: "70001" })).code, "200-001");
  await agent.hearsNothing();
});

test("seed 112: the number of the skill goes before the platform's default", async () => {
  const agent = await (await site.agent()).begin();
  const called = await site.party();
  await agent.talk(called, { skillid: 26 });
  assert.match((await site.invites("parties", called)).last, /^From:[^\r\n]*<sip:40039@/m);
});

test("decision 15: the first 180 sends Customer_Alerting, once", async () => {
  const agent = await (await demo.agent()).begin();
  const called = await demo.party({ answerAfterMs: null });
  await agent.callOut({ called });
  await agent.hears("PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting");
  await agent.hearsNothing();
});

test("decision 15: an answer without any 18x sends Customer_Alerting just before Talking", async () => {
  const agent = await (await demo.agent()).begin();
  await agent.talk(await demo.party({ ring: false }));
});

test("decision 19: a second callout beside a held call sends Customer_Alerting and Talking alone", async () => {
  const agent = await (await demo.agent()).begin();
  const first = await agent.talk(await demo.party());
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  const rung = (await demo.invites("phones", agent.phone)).count;
  const second = await agent.callOut({ called: await demo.party() });
  await agent.hears("Customer_Alerting", "Talking");
  assert.equal((await demo.invites("phones", agent.phone)).count, rung, "the phone is off-hook already");
  await agent.ask("DELETE /voicecall/@/release");
  const [released] = await agent.hears("Call_Release");
  assert.equal(released?.content, second.result);
  assert.equal(await agent.state(), 7);
  await agent.hearsNothing();
  assert.equal((await agent.ask("DELETE /voicecall/@/release")).code, "200-017", "only a held call is left");
  assert.equal((await agent.ask(`POST /voicecall/@/dropcall/${first}`)).code, "0");
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
});

test("decision 19: gethold brings the first call back and holds the second", async () => {
  const agent = await (await demo.agent()).begin();
  const first = await agent.talk(await demo.party());
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  const second = (await agent.callOut({ called: await demo.party() })).result;
  await agent.hears("Customer_Alerting", "Talking");
  assert.equal((await agent.ask(`POST /voicecall/@/gethold?callid=${first}`)).code, "0");
  const [held, talking] = await agent.hears("Hold", "Talking");
  assert.equal(held?.content, second);
  assert.equal((talking as { content: { callid: string } }).content.callid, first);
});

test("decision 19: a second callout that fails leaves the held call alone", async () => {
  const agent = await (await demo.agent()).begin();
  await agent.talk(await demo.party());
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  await agent.callOut({ called: await demo.party({ refuse: 486 }) });
  await agent.hears("Customer_Alerting", "detect 537", "Call_Out_Fail", "Connect_Fail");
  assert.equal(await agent.state(), 7);
  assert.equal((await agent.ask("POST /voicecall/@/gethold")).code, "0");
  await agent.hears("Talking");
});

test("decision 20: releasephone=true, the phone's leg ends with the last call", async () => {
  const agent = await (await demo.agent()).begin();
  const called = await demo.party();
  await agent.talk(called);
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears(...released);
  await silent("phones", agent.phone);
  await silent("parties", called);
});

test("decision 20: releasephone=false, the phone stays off-hook: the next callout rings nobody and sends neither phone event", async () => {
  const agent = await (await demo.agent()).begin({ releasephone: false });
  const called = await demo.party();
  await agent.talk(called);
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("Call_Release", "Ready");
  await silent("parties", called);
  const rung = (await demo.invites("phones", agent.phone)).count;
  assert.equal(await demo.calls("phones", agent.phone), 1);
  assert.equal((await agent.callOut({ called: await demo.party() })).code, "0");
  await agent.hears("Busy", "Customer_Alerting", "Talking");
  assert.equal((await demo.invites("phones", agent.phone)).count, rung);
  assert.equal((await agent.ask("DELETE /onlineagent/@/forcelogout")).code, "0");
  await silent("phones", agent.phone);
});

test("decision 20: an agent who falls silent in a call is signed out; both legs end", async (t) => {
  const own = await openDemo({ SEATWAY_POLL_TIMEOUT_MS: "1000" });
  t.after(own.stop);
  const agent = await (await own.agent()).begin();
  const called = await own.party();
  await agent.talk(called);
  await until(async () => (await own.calls("parties", called)) === 0, "the party is free");
  await until(async () => (await own.calls("phones", agent.phone)) === 0, "the phone is free");
  assert.equal((await agent.poll()).code, "100-006");
});

test("decision 20: a shutdown of the gateway ends every leg and tells the agents", async (t) => {
  const own = await openSite();
  t.after(own.stop);
  const agent = await (await own.agent()).begin();
  const called = await own.party();
  await agent.talk(called);
  const ending = own.gateway.stop();
  await agent.hears(...released, "ShutdownService");
  assert.equal(await ending, 0);
  await until(async () => (await own.calls("parties", called)) === 0, "the party is free");
  await until(async () => (await own.calls("phones", agent.phone)) === 0, "the phone is free");
});

async function withP18(run: (agent: Agent) => Promise<void>): Promise<void> {
  await setParameter(demo, "P18", 1);
  try {
    await run(await (await demo.agent()).begin());
  } finally {
    await setParameter(demo, "P18", 0);
  }
}

test("decision 21: P18=1, the agent rests when his turn comes: 100-007 without result, and no INVITE leaves", () =>
  withP18(async (agent) => {
    const rung = (await demo.invites("phones", agent.phone)).count;
    await agent.ask("POST /onlineagent/@/rest/60/0");
    await agent.hears("SetRest_Success");
    const reply = await agent.callOut({ called: "40040" });
    assert.match(reply.body, /^\{"message":"[^"]+","retcode":"100-007"\}$/);
    await agent.hearsNothing();
    assert.equal((await demo.invites("phones", agent.phone)).count, rung);
  }));

test("decision 21: P18=1, of many callouts at once exactly one occupies the agent and rings", () =>
  withP18(async (agent) => {
    const rung = (await demo.invites("phones", agent.phone)).count;
    const numbers = await Promise.all(Array.from({ length: 6 }, () => demo.party()));
    const codes = (await Promise.all(numbers.map((called) => agent.callOut({ called })))).map(({ code }) => code);
    assert.deepEqual(codes.toSorted(), ["0", ...Array.from({ length: 5 }, () => "100-007")]);
    await agent.hears("Busy", "PhoneAlerting", "PhoneOffhook", "Customer_Alerting", "Talking");
    await agent.hearsNothing();
    assert.equal((await demo.invites("phones", agent.phone)).count, rung + 1);
  }));

test("decision 20: whoever hangs up first, no leg outlives the call", async () => {
  const agent = await (await demo.agent()).begin();
  for (const by of ["customer", "agent's phone", "agent"] as const) {
    const called = await demo.party();
    assert.equal((await agent.callOut({ called })).code, "0");
    await agent.hears(...settingUp);
    if (by === "customer") {
      await demo.hangUp("parties", called);
      await agent.hears("Customer_Release", "Call_Release", "PhoneRelease 3", "Ready");
    } else if (by === "agent") {
      await agent.ask("DELETE /voicecall/@/release");
      await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
    } else {
      await demo.hangUp("phones", agent.phone);
      await agent.hears("Call_Release", "PhoneRelease 2", "Ready");
    }
    await silent("parties", called);
    await silent("phones", agent.phone);
  }
});
