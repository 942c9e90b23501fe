// decisions.md 16 and 18: every way a callout fails, its detect number and the order of its events. The demo's own
// numbers 40041-40049 first, all at once; then each row of the table by a party that is told what to do.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { partyFails, settingUp, short, type Told, until } from "./agent.ts";
import { type Demo, openDemo, openSite, setParameter, together } from "./town.ts";

let demo: Demo;
/** Ring times of a second, and a detect table of its own. */
let site: Demo;
const outcomes = new Map<string, readonly Told[]>();

const rungOut = ["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting"] as const;
const notRung = ["PhoneAlerting", "PhoneOffhook", "Busy"] as const;

/** The demo's numbers: what each one does, and what the agent is told. */
const numbers = [
  ["40041", "busy", [...rungOut, ...partyFails(537)]],
  ["40043", "declined", [...rungOut, ...partyFails(604)]],
  ["40044", "vacant", [...rungOut, ...partyFails(538)]],
  ["40047", "hangs up after 3 s", [...settingUp, "Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]],
  ["40048", "unavailable", [...notRung, ...partyFails(549)]],
  ["40049", "carrier failure", [...notRung, ...partyFails(605)]],
  ["41234", "no such party", [...notRung, ...partyFails(538)]],
] as const;

const siteLines = `ring: { agentMs: 1000, customerMs: 1000 }
detect:
  - { phase: party, status: 486, detect: 7001, desc: engaged }
  - { phase: agent, status: 486, detect: 7002, desc: own phone engaged }`;

before(async () => {
  [demo, site] = await together(openDemo(), openSite(siteLines));
  await Promise.all(
    numbers.map(async ([called, , expected]) => {
      const agent = await (await demo.agent()).begin();
      await agent.callOut({ called });
      outcomes.set(called, await agent.events(expected.length));
    }),
  );
});
after(() => Promise.all([demo?.stop(), site?.stop()]));

for (const [called, meaning, expected] of numbers) {
  test(`decision 16: ${called}, ${meaning}: the events in their order`, () => {
    assert.deepEqual(outcomes.get(called)?.map(short), expected);
  });
}

test("decision 16: 40042 rings for ever: release gives the agent back", async () => {
  const agent = await (await demo.agent()).begin();
  await agent.callOut({ called: "40042" });
  await agent.hears(...rungOut);
  assert.equal((await agent.ask("DELETE /voicecall/@/release")).code, "0");
  await agent.hears(...partyFails(531));
  await until(async () => (await demo.calls("parties", "40042")) === 0, "the CANCEL arrived");
});

test("decision 16: 40045 answers with audio alone: no video call, but a call with mediaability 2", async () => {
  const agent = await (await demo.agent()).begin();
  await agent.callOut({ called: "40045", mediaability: 1 });
  await agent.hears(...rungOut, ...partyFails(155));
  await agent.callOut({ called: "40045", mediaability: 2 });
  await agent.hears(...settingUp);
});

test("decision 16: 40046 answers with video", async () => {
  const agent = await (await demo.agent()).begin();
  await agent.callOut({ called: "40046", mediaability: 1 });
  const told = await agent.hears(...settingUp);
  assert.equal((told[4]?.content as { mediaAbility: string } | undefined)?.mediaAbility, "3");
});

test("decision 16: 999 has no route: 200-001 and no event", async () => {
  const agent = await (await demo.agent()).begin();
  assert.equal((await agent.callOut({ called: "999" })).code, "200-001");
  await agent.hearsNothing();
});

test("decision 16: the customer fails and the phone is kept: no PhoneRelease", async () => {
  const agent = await (await demo.agent()).begin({ releasephone: false });
  await agent.callOut({ called: await demo.party({ refuse: 486 }) });
  await agent.hears(...rungOut, ...partyFails(537).slice(1));
  assert.equal(await demo.calls("phones", agent.phone), 1);
});

test("decision 16: autoenteridle decides Ready or Work, whatever the state before", async () => {
  const agent = await (await demo.agent()).begin({ autoenteridle: false, status: 3 });
  await agent.callOut({ called: await demo.party({ refuse: 486 }) });
  await agent.hears(...rungOut, ...partyFails(537).slice(0, -1), "Work");
  assert.equal(await agent.state(), 5);
  await agent.ask("POST /onlineagent/@/autoenteridle/true");
  await agent.callOut({ called: await demo.party({ refuse: 486 }) });
  await agent.hears(...rungOut, ...partyFails(537));
  assert.equal(await agent.state(), 4);
});

const agentFails = (detect: number, phoneState = 3) =>
  [`detect ${detect}`, "Call_Out_Fail", "Connect_Fail", `PhoneRelease ${phoneState}`] as const;

test("decision 16: the agent's phone is busy: PhoneBusy first, and the customer is not called", async () => {
  const agent = await (await demo.agent()).begin();
  await demo.tell("phones", agent.phone, { ring: false, refuse: 486 });
  const called = await demo.party();
  await agent.callOut({ called });
  await agent.hears("PhoneBusy", ...agentFails(537));
  assert.equal((await demo.invites("parties", called)).count, 0);
  assert.equal(await agent.state(), 4);
});

test("decision 16: the agent's phone fails with P18=1: the same, then Ready", async () => {
  await setParameter(demo, "P18", 1);
  try {
    const agent = await (await demo.agent()).begin();
    await demo.tell("phones", agent.phone, { refuse: 603 });
    await agent.callOut({ called: "40040" });
    await agent.hears("Busy", "PhoneAlerting", ...agentFails(604, 2), "Ready");
  } finally {
    await setParameter(demo, "P18", 0);
  }
});

test("decision 16: the agent hangs up while the customer rings", async () => {
  const agent = await (await demo.agent()).begin();
  const called = await demo.party({ answerAfterMs: null });
  await agent.callOut({ called });
  await agent.hears(...rungOut);
  await demo.hangUp("phones", agent.phone);
  await agent.hears("PhoneRelease 2", ...partyFails(531).slice(1));
  await until(async () => (await demo.calls("parties", called)) === 0, "the customer's phone stops ringing");
});

function descIn(told: readonly Told[]): string {
  const found = told.find(({ eventType }) => eventType === "OUTBOUND_DETECT_EVENT");
  return (found?.content as { desc?: string } | undefined)?.desc ?? "";
}

/** Rows of the table: what the party does, the number. */
const table = [
  ["busy", { refuse: 486 }, 537],
  ["busy everywhere", { refuse: 600 }, 537],
  ["no answer", { refuse: 480 }, 603],
  ["no answer, by its cause", { refuse: 480, q850: 19 }, 603],
  ["declined", { refuse: 603 }, 604],
  ["declined, by its cause", { refuse: 480, q850: 21 }, 604],
  ["vacant", { refuse: 404 }, 538],
  ["unavailable without ringing", { ring: false, refuse: 480 }, 549],
  ["media refused", { refuse: 488 }, 155],
  ["carrier failure", { refuse: 503 }, 605],
  ["carrier failure, by its cause", { refuse: 500, q850: 38 }, 605],
  ["caller barred", { refuse: 403, q850: 57 }, 1552],
] as const;

for (const [meaning, behaviour, detect] of table) {
  test(`decision 18: the customer's phase, ${meaning}: ${detect}`, async () => {
    const agent = await (await demo.agent()).begin();
    await agent.callOut({ called: await demo.party(behaviour) });
    const rings = !("ring" in behaviour);
    const told = await agent.hears(...(rings ? rungOut : notRung), ...partyFails(detect));
    assert.match(descIn(told), /party/);
  });
}

const phoneTable = [
  ["busy", { refuse: 486 }, 537],
  ["declined", { refuse: 603 }, 604],
  ["unavailable", { ring: false, refuse: 480 }, 549],
  ["failure", { refuse: 503 }, 605],
  ["media refused", { refuse: 488 }, 155],
] as const;

for (const [meaning, behaviour, detect] of phoneTable) {
  test(`decision 18: the agent's phase, ${meaning}: ${detect}, and desc says whose phone it was`, async () => {
    const agent = await (await demo.agent()).begin();
    await demo.tell("phones", agent.phone, { answerAfterMs: 30, ...behaviour });
    await agent.callOut({ called: "40040" });
    const first = "ring" in behaviour ? [] : ["PhoneAlerting"];
    const expected = [
      ...first,
      ...(detect === 537 ? ["PhoneBusy"] : []),
      ...agentFails(detect, detect === 604 ? 2 : 3),
    ];
    const told = await agent.hears(...expected);
    assert.match(descIn(told), /agent/);
  });
}

test("decision 18: the customer's ring time is over: 1040, and his phone stops ringing", async () => {
  const agent = await (await site.agent()).begin();
  const called = await site.party({ answerAfterMs: null });
  await agent.callOut({ called });
  await agent.hears(...rungOut, ...partyFails(1040));
  await until(async () => (await site.calls("parties", called)) === 0, "CANCEL");
});

test("decision 18: the agent's ring time is over: 1040", async () => {
  const agent = await (await site.agent()).begin();
  await site.tell("phones", agent.phone, { answerAfterMs: null });
  await agent.callOut({ called: await site.party() });
  await agent.hears("PhoneAlerting", ...agentFails(1040));
});

test("decision 18: the agent gave up, in his own phase: 531", async () => {
  const agent = await (await demo.agent()).begin();
  await demo.tell("phones", agent.phone, { answerAfterMs: null });
  await agent.callOut({ called: "40040" });
  await agent.hears("PhoneAlerting");
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears(...agentFails(531));
});

test("decision 18: the table is the site's to change, by phase", async () => {
  const agent = await (await site.agent()).begin();
  await agent.callOut({ called: await site.party({ refuse: 486 }) });
  const told = await agent.hears(...rungOut, ...partyFails(7001));
  assert.equal(descIn(told), "engaged");
  await site.tell("phones", agent.phone, { refuse: 486 });
  await agent.callOut({ called: await site.party() });
  await agent.hears("PhoneAlerting", "PhoneBusy", ...agentFails(7002));
});
