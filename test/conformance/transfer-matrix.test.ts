// Every devicetype with every mode of a transfer and of help (codes.json transfer_modes; operations.json innerHelp): who is told what,
// who hears whom, what happens when the target does not come, and which pairs there are not.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, type Body, incoming, offered, released, settingUp, until } from "./agent.ts";
import { type Demo, openSite, toneOf } from "./town.ts";

let demo: Demo;

before(async () => {
  demo = await openSite(`numbers:
  - { pattern: "8000", to: { skill: 25 } }
  - { pattern: "8112", to: { agent: 112 } }`);
});
after(() => demo?.stop());

const transfer = "POST /voicecall/@/transfer";
const fresh = async (more: Body = {}): Promise<Agent> => (await demo.agent()).begin(more);

/** They leave the queues, so that the next test has its own agents only. */
async function away(...agents: readonly Agent[]): Promise<void> {
  for (const agent of agents) assert.equal((await agent.ask("DELETE /onlineagent/@/forcelogout")).code, "0");
}

type World = { readonly agent: Agent; readonly other: Agent; readonly customer: string };

/** An agent talks with a customer, whom he has called or who has called; another agent is free. */
async function world(callsIn = false): Promise<World> {
  const agent = await fresh();
  const customer = await demo.party({ hertz: 1500, video: false });
  if (callsIn) {
    await demo.call("parties", customer, "8000");
    await agent.hears(...incoming);
  } else await agent.talk(customer);
  return { agent, other: await fresh(), customer };
}

type Row = { readonly devicetype: number; readonly address: (other: Agent) => string };

const inside: readonly (readonly [string, Row])[] = [
  ["a skill", { devicetype: 1, address: () => "26" }],
  ["an agent", { devicetype: 2, address: ({ id }) => id }],
  ["an access code", { devicetype: 4, address: () => "8000" }],
];

for (const [name, { devicetype, address }] of inside) {
  test(`operation voicecall.transfer: to ${name}, release: the one is out at once, the other talks with the customer`, async () => {
    const { agent, other, customer } = await world();
    const reply = await agent.ask(transfer, { devicetype, address: address(other), mode: 0, callappdata: "seen" });
    assert.equal(reply.body, '{"message":"success","retcode":"0","result":{}}');
    await agent.hears(...released);
    await other.hears(...offered);
    await demo.hears("parties", customer, toneOf(other));
    assert.equal((await other.ask("GET /calldata/@/appdata")).result, "seen");
    await away(agent, other);
  });

  test(`operation voicecall.transfer: to ${name}, success: they talk until the other is there`, async () => {
    const { agent, other, customer } = await world();
    await demo.tell("phones", other.phone, { answerAfterMs: 600 });
    assert.equal((await agent.ask(transfer, { devicetype, address: address(other), mode: 2 })).code, "0");
    await agent.hears("Customer_Alerting");
    await demo.hears("parties", customer, toneOf(agent));
    const [result] = await agent.hears("SuccTransResult", ...released);
    assert.equal((result?.content as { result?: number } | undefined)?.result, 0);
    await other.hears(...offered);
    await demo.hears("parties", customer, toneOf(other));
    await away(agent, other);
  });
}

test("operation voicecall.transfer: success to an agent who does not answer: result 1, and they talk on", async () => {
  const { agent, other, customer } = await world();
  await demo.tell("phones", other.phone, { refuse: 603 });
  await agent.ask(transfer, { devicetype: 2, address: other.id, mode: 2 });
  const told = await agent.events(1);
  const rest = told[0]?.eventType === "AgentEvent_Customer_Alerting" ? await agent.events(1) : told;
  assert.equal((rest[0]?.content as { result?: number } | undefined)?.result, 1);
  await demo.hears("parties", customer, toneOf(agent));
  await away(agent, other);
});

test("operation voicecall.transfer: an incoming call to an external number, release", async () => {
  const { agent, other, customer } = await world(true);
  const target = await demo.party({ hertz: 2100 });
  assert.equal((await agent.ask(transfer, { devicetype: 5, address: target, mode: 1, caller: "40039" })).code, "0");
  await agent.hears(...released);
  await demo.hears("parties", customer, 2100);
  await demo.hears("parties", target, 1500);
  assert.match((await demo.invites("parties", target)).last, /^From: .*40039@/m);
  await demo.hangUp("parties", customer);
  await until(async () => (await demo.calls("parties", target)) === 0, "the target is free");
  await away(agent, other);
});

const outside = [
  [2, "success", ["Customer_Alerting", "SuccTransResult", ...released], ["SuccTransResult"]],
  [3, "talk", ["Customer_Alerting", "Conference"], ["Connect_Fail"]],
  [4, "three-party", ["Customer_Alerting", "Conference"], ["Connect_Fail"]],
] as const;

for (const [mode, name, events, failed] of outside) {
  test(`operation voicecall.transfer: to an external number, ${name}: the target answers`, async () => {
    const { agent, other, customer } = await world();
    const target = await demo.party({ hertz: 2100 });
    assert.equal((await agent.ask(transfer, { devicetype: 5, address: target, mode })).code, "0");
    const told = await agent.hears(...events);
    const partners = told.find(({ eventType }) => eventType === "AgentEvent_Conference")?.content;
    if (mode !== 2) assert.equal((partners as { partner?: string } | undefined)?.partner, `${customer},${target}`);
    if (mode === 3) {
      await demo.hears("phones", agent.phone, 2100);
      await agent.ask("DELETE /voicecall/@/release");
      await agent.hears(...released);
    }
    await demo.hears("parties", customer, 2100);
    await demo.hears("parties", target, 1500);
    if (mode === 4) await demo.hears("parties", target, toneOf(agent));
    await demo.hangUp("parties", target);
    await away(agent, other);
  });

  test(`operation voicecall.transfer: to an external number, ${name}: the target is busy, and they talk on`, async () => {
    const { agent, other, customer } = await world();
    const target = await demo.party({ refuse: 486, ring: false });
    assert.equal((await agent.ask(transfer, { devicetype: 5, address: target, mode })).code, "0");
    const [result] = await agent.hears(...failed);
    if (mode === 2) assert.equal((result?.content as { result?: number } | undefined)?.result, 1);
    await demo.hears("parties", customer, toneOf(agent));
    await away(agent, other);
  });
}

test("operation voicecall.transfer: the customer hears music until a three-party call stands, unless holdflag is false", async () => {
  for (const holdflag of [undefined, "false"]) {
    const { agent, other, customer } = await world();
    const target = await demo.party({ answerAfterMs: null });
    await agent.ask(transfer, { devicetype: 5, address: target, mode: 4, holdflag });
    await agent.hears("Customer_Alerting");
    const level = () => demo.toneAt("parties", customer, toneOf(agent));
    const held = holdflag === undefined;
    await until(async () => (await level()) > -30 !== held, held ? "music" : "they talk");
    assert.equal((await agent.ask("POST /voicecall/@/canceltransfer")).code, "0");
    await agent.hears("Talking");
    await demo.hears("parties", customer, toneOf(agent));
    await away(agent, other);
  }
});

test("operation voicecall.transfer: mediaability: a video call is passed on with audio by default, with 1 not without video", async () => {
  const agent = await fresh();
  const customer = await demo.party();
  await agent.callOut({ called: customer, mediaability: 1 });
  await agent.hears(...settingUp);
  const target = await demo.party({ answerAfterMs: null });
  await agent.ask(transfer, { devicetype: 5, address: target, mode: 3 });
  await agent.hears("Customer_Alerting");
  assert.doesNotMatch((await demo.invites("parties", target)).last, /m=video [1-9]/);
  await agent.ask("POST /voicecall/@/canceltransfer");
  await agent.hears("Talking");
  const seeing = await demo.party({ video: false });
  await agent.ask(transfer, { devicetype: 5, address: seeing, mode: 3, mediaability: 1 });
  await agent.hears("Customer_Alerting", "Connect_Fail");
  assert.match((await demo.invites("parties", seeing)).last, /m=video [1-9]/);
  await away(agent);
});

/** What a pair answers that is none of the table. */
function refusalOf(devicetype: number, mode: number): string | null {
  const pairs: Readonly<Record<number, readonly number[]>> = {
    ...{ 1: [0, 2], 2: [0, 2], 3: [0], 4: [0, 2] },
    5: [1, 2, 3, 4],
  };
  // Nothing leads a call back from a menu (mode 1, suspend); agents have no private queues (mode 3, "not open yet").
  if ((devicetype === 3 && mode === 1) || (devicetype === 2 && mode === 3)) return "100-007";
  if (devicetype === 5 && mode === 1) return "100-007";
  return pairs[devicetype]?.includes(mode) ? null : "000-002";
}

test("operation voicecall.transfer: every other pair of devicetype and mode is refused, and nothing happens", async () => {
  const { agent, other, customer } = await world();
  const addresses: Readonly<Record<number, string>> = { 1: "26", 2: other.id, 3: "1", 4: "8000", 5: "40041" };
  for (const devicetype of [0, 1, 2, 3, 4, 5, 6])
    for (const mode of [0, 1, 2, 3, 4, 5]) {
      const out = devicetype < 1 || devicetype > 5 || mode > 4;
      const expected = out ? "000-002" : refusalOf(devicetype, mode);
      if (expected === null) continue;
      const reply = await agent.ask(transfer, { devicetype, mode, address: addresses[devicetype] ?? "1" });
      assert.equal(reply.code, expected, `devicetype ${devicetype}, mode ${mode}: ${reply.body}`);
    }
  const wrong: readonly (readonly [Body, string])[] = [
    [{ devicetype: 2, mode: 0, address: other.id, skillId: 4711 }, "000-002"],
    [{ devicetype: 5, mode: 2, address: "40041", mediaability: 3 }, "000-002"],
    [{ devicetype: 5, mode: 2, address: "40041", caller: "40037" }, "000-002"],
    [{ devicetype: 2, mode: 0, address: agent.id }, "000-002"],
    [{ devicetype: 4, mode: 0, address: "8112" }, "100-007"],
    [{ devicetype: 3, mode: 0, address: "8000" }, "000-002"],
    [{ devicetype: 3, mode: 0, address: "1" }, "000-002"],
  ];
  for (const [body, code] of wrong) assert.equal((await agent.ask(transfer, body)).code, code, JSON.stringify(body));
  await demo.hears("parties", customer, toneOf(agent));
  await away(agent, other);
});

test("operation voicecall.transfer: a video call is not released to an external number", async () => {
  const agent = await fresh();
  const customer = await demo.party();
  await demo.call("parties", customer, "8000");
  await agent.hears(...incoming);
  const reply = await agent.ask(transfer, { devicetype: 5, address: "40041", mode: 1 });
  assert.match(
    reply.body,
    /^\{"message":"mode: a video call cannot be released to an external number","retcode":"100-007"/,
  );
  await away(agent);
});

const help = "POST /voicecall/@/innerhelp";

for (const [name, devicetype] of [
  ["an agent", 2],
  ["a skill", 1],
] as const) {
  const dstaddress = (other: Agent): string => (devicetype === 1 ? "26" : other.id);

  test(`operation voicecall.innerHelp: ${name}, two-party: the customer is held, the two talk`, async () => {
    const { agent, other, customer } = await world();
    const asked = await agent.ask(help, { dstaddress: dstaddress(other), devicetype, mode: 1 });
    assert.match(asked.body, /^\{"message":"","retcode":"0","result":"\d{10}-\d+"\}$/);
    await agent.hears("Hold", "Customer_Alerting", "Talking");
    const told = await other.hears(...offered);
    const { feature, type } = (told[3]?.content ?? {}) as { feature?: string; type?: string };
    assert.deepEqual([feature, type], ["51", "assistant"]);
    await demo.hears("phones", other.phone, toneOf(agent));
    // operations.json: only numbers of the last call; a helper is named by his work number, and may only release himself.
    assert.equal((await agent.ask(`POST /voicecall/@/disconnect/${customer}`)).code, "200-024");
    assert.equal((await other.ask(`POST /voicecall/@/disconnect/${agent.id}`)).code, "200-024");
    assert.equal((await agent.ask(`POST /voicecall/@/disconnect/${other.id}`)).code, "0");
    await agent.hears("Customer_Release", "Call_Release");
    await other.hears(...released);
    await agent.ask("POST /voicecall/@/gethold");
    await agent.hears("Talking");
    await away(agent, other);
  });

  test(`operation voicecall.innerHelp: ${name}, three-party: all hear each other; the helper goes by his own phone's number`, async () => {
    const { agent, other, customer } = await world();
    await agent.ask(help, { dstaddress: dstaddress(other), devicetype, mode: 2 });
    const [, conference] = await agent.hears("Customer_Alerting", "Conference");
    assert.equal((conference?.content as { partner?: string } | undefined)?.partner, `${customer},${other.id}`);
    await other.hears("Busy", "PhoneAlerting", "PhoneOffhook", "Auto_Answer", "Talking", "Conference");
    await demo.hears("parties", customer, toneOf(other));
    await demo.hears("parties", customer, toneOf(agent));
    assert.equal((await other.ask(`POST /voicecall/@/disconnect/${customer}`)).code, "200-024");
    assert.equal((await other.ask(`POST /voicecall/@/disconnect/${other.phone}`)).code, "0");
    await other.hears(...released);
    await agent.hears("Customer_Release");
    await demo.hears("parties", customer, toneOf(agent));
    await away(agent, other);
  });

  test(`operation voicecall.innerHelp: ${name} who does not come: Consult_Fail, and the customer is still there`, async () => {
    const { agent, other, customer } = await world();
    await other.ask("POST /onlineagent/@/saybusy");
    await other.hears("SetNotReady_Success");
    const asked = await agent.ask(help, { dstaddress: dstaddress(other), devicetype, mode: 2 });
    if (devicetype === 1) assert.equal(asked.code, "100-007");
    else await agent.hears("Consult_Fail");
    await demo.hears("parties", customer, toneOf(agent));
    await away(agent, other);
  });
}

test("operation voicecall.innerHelp: a wrong field is 000-002", async () => {
  const { agent, other } = await world();
  for (const body of [
    {},
    { dstaddress: "x" },
    { dstaddress: "4711", devicetype: 1 },
    { dstaddress: other.id, devicetype: 3 },
    { dstaddress: other.id, mode: 3 },
    { dstaddress: other.id, holdflag: "perhaps" },
    { dstaddress: agent.id },
  ])
    assert.equal((await agent.ask(help, body)).code, "000-002", JSON.stringify(body));
  await away(agent, other);
});

test("operation voicecall.disconnect: the customer of the only call, which is on hold", async () => {
  const { agent, other, customer } = await world();
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  assert.equal((await agent.ask("POST /voicecall/@/disconnect/49999")).code, "200-024");
  assert.equal((await agent.ask(`POST /voicecall/@/disconnect/${customer}`)).code, "0");
  await agent.hears("Customer_Release", ...released);
  assert.equal((await agent.ask(`POST /voicecall/@/disconnect/${customer}`)).code, "200-023");
  await away(agent, other);
});

test("operation voicecall.callInner: skillid is a skill of the site, caller and mediaability have a form and no effect", async () => {
  const [agent, other] = [await fresh(), await fresh()];
  const line = "PUT /voicecall/@/callinner";
  for (const wrong of [{ caller: "x" }, { mediaability: 3 }, { skillid: 4711 }])
    assert.equal((await agent.ask(line, { called: other.id, ...wrong })).code, "000-002", JSON.stringify(wrong));
  await agent.ask(line, { called: other.id, caller: "40039", mediaability: 1, skillid: 26 });
  await agent.hears(...settingUp);
  const { caller, callskillid } = (await agent.ask("GET /calldata/@/callinfo")).result as Readonly<
    Record<string, unknown>
  >;
  assert.deepEqual([caller, callskillid], [agent.id, 26]);
  await away(agent, other);
});
