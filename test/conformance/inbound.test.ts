// Calls from outside over real SIP and RTP: a simulated party calls a number of the site, agents take it (behaviour.md §6, incoming).
// Who hears whom is told by their tones.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Agent, type Body, released, short, type Told, until } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { eventRows } from "./told.ts";
import { type Demo, openSite } from "./town.ts";

const folder = await mkdtemp(join(tmpdir(), "seatway-inbound-"));

/** A second of a tone, as a WAV file: 16 bits, 8 kHz. */
async function tone(name: string, hertz: number): Promise<string> {
  const samples = Int16Array.from({ length: 8_000 }, (_, at) => 8_000 * Math.sin((2 * Math.PI * hertz * at) / 8_000));
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write("WAVEfmt ", 8, "latin1");
  for (const [at, value] of [
    [16, 16],
    [24, 8_000],
    [28, 16_000],
  ] as const)
    head.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    head.writeUInt16LE(value, at);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(samples.byteLength, 40);
  const file = join(folder, `${name}.wav`);
  await writeFile(file, Buffer.concat([head, Buffer.from(samples.buffer)]));
  return file;
}

const site = `numbers:
  - { pattern: "8000", to: { skill: 25 } }
  - { pattern: "8002", to: { announcement: closed } }
  - { pattern: "8003", to: { menu: main } }
  - { pattern: "8112", to: { agent: 112 } }
announcements:
  closed: ${await tone("closed", 700)}
  welcome: ${await tone("welcome", 900)}
workNumberVoice: { before: closed, digits: [${Array(10).fill("welcome").join()}] }
menus:
  - { name: main, announcement: welcome, waitMs: 3000, keys: { "1": { skill: 25 }, "#": { number: "8002" } } }
groups:
  - { id: 1, name: all, members: [101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112] }`;

let demo: Demo;
before(async () => {
  demo = await openSite(site);
});
after(async () => {
  await demo?.stop();
  await rm(folder, { recursive: true });
});

const alerted = ["Busy", "PhoneAlerting", "PhoneOffhook", "Incoming_CallInfo"] as const;
const automatic = [...alerted, "Auto_Answer", "Customer_Alerting", "Talking"] as const;
const hungUp = ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"] as const;

const contentOf = (told: Told | undefined) => (told?.content ?? {}) as Record<string, string>;

/** Waits until this number hears this tone. A party has called in: it hears nothing before it is answered. */
async function hears(kind: "phones" | "parties", number: string, hertz: number): Promise<void> {
  if (kind === "parties") await until(async () => (await demo.placed(kind, number)) === 200, `${number} is answered`);
  const level = async () => (await demo.heard(kind, number, [hertz])).levels[hertz] ?? -120;
  await until(async () => (await level()) > -30, `${kind}/${number} hears ${hertz} Hz`);
}

test("a free agent gets the call: the documented events, and both hear each other; the caller hangs up", async () => {
  const agent = await (await demo.agent()).begin();
  await demo.tell("phones", agent.phone, { hertz: 500 });
  const caller = await demo.party({ hertz: 1_800 });
  await demo.call("parties", caller, "8000");
  const told = await agent.hears(...automatic);
  const talking = contentOf(told.at(-1));
  assert.deepEqual([talking["caller"], talking["called"], talking["feature"]], [caller, "8000", "0"]);
  assert.equal(contentOf(told[1])["caller"], caller);
  await Promise.all([hears("phones", agent.phone, 1_800), hears("parties", caller, 500)]);
  await demo.hangUp("parties", caller);
  await agent.hears(...hungUp);
  await agent.ask("DELETE /onlineagent/@/forcelogout");
});

test("nobody is free: 200 and music; the agent who says free gets the caller, holds him, and releases him", async () => {
  const agent = await (await demo.agent()).begin({ status: 3 });
  await demo.tell("phones", agent.phone, { hertz: 550 });
  const caller = await demo.party({ hertz: 1_850 });
  await demo.call("parties", caller, "8000");
  await until(async () => (await demo.placed("parties", caller)) === 200, "the caller is answered");
  await until(async () => ((await demo.heard("parties", caller)).level ?? -120) > -40, "the caller hears music");
  await agent.ask("POST /onlineagent/@/sayfree");
  await agent.hears("CancelNotReady_Success", ...automatic);
  await Promise.all([hears("phones", agent.phone, 1_850), hears("parties", caller, 550)]);
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  await until(
    async () => ((await demo.heard("parties", caller, [550])).levels[550] ?? 0) < -50,
    "music, not the agent",
  );
  await agent.ask("POST /voicecall/@/gethold");
  await agent.hears("Talking");
  await hears("parties", caller, 550);
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears(...released);
  await until(async () => (await demo.calls("parties", caller)) === 0, "the caller's call ends");
  await agent.ask("DELETE /onlineagent/@/forcelogout");
});

test("a number that leads nowhere is 404, an agent who is not there 480", async () => {
  const caller = await demo.party();
  await demo.call("parties", caller, "8999");
  await until(async () => (await demo.placed("parties", caller)) === 404, "404");
  await demo.call("parties", caller, "8112");
  await until(async () => (await demo.placed("parties", caller)) >= 400, "a refusal");
  assert.equal(await demo.placed("parties", caller), 480);
});

test("a phone of the site calls in with its account, and reaches the site's numbers only", async () => {
  const agent = await (await demo.agent()).begin();
  await demo.call("phones", "40010", "8000");
  const told = await agent.hears(...automatic);
  assert.equal(contentOf(told.at(-1))["caller"], "40010");
  await demo.hangUp("phones", "40010");
  await agent.hears(...hungUp);
  for (const abroad of ["40040", "004930123456"]) {
    await demo.call("phones", "40010", abroad);
    await until(async () => (await demo.placed("phones", "40010")) === 404, "404");
  }
  await agent.ask("DELETE /onlineagent/@/forcelogout");
});

const fresh = async (more: Body = {}): Promise<Agent> => (await demo.agent()).begin(more);
const done = '{"message":"success","retcode":"0","result":{}}';
const asked = ["Busy", "PhoneAlerting", "PhoneOffhook", "Customer_Alerting", "Talking", "Incoming_CallInfo"] as const;
const away = async (...agents: readonly Agent[]): Promise<void> => {
  for (const agent of agents) await agent.ask("DELETE /onlineagent/@/forcelogout");
};

test("an announcement is heard, then the call is released", async () => {
  const caller = await demo.party();
  await demo.call("parties", caller, "8002");
  await hears("parties", caller, 700);
  await until(async () => (await demo.calls("parties", caller)) === 0, "the call ends");
});

test("a menu: its announcement, cut short by a digit that leads to a skill; another key leads to another number", async () => {
  const agent = await fresh();
  await demo.tell("phones", agent.phone, { hertz: 600 });
  const caller = await demo.party({ hertz: 1_900 });
  await demo.call("parties", caller, "8003");
  await hears("parties", caller, 900);
  await demo.dial("parties", caller, "1");
  await agent.hears(...automatic);
  await Promise.all([hears("parties", caller, 600), hears("phones", agent.phone, 1_900)]);
  await demo.hangUp("parties", caller);
  await agent.hears(...hungUp);
  await away(agent);
  await demo.call("parties", caller, "8003");
  await hears("parties", caller, 900);
  await demo.dial("parties", caller, "#");
  await hears("parties", caller, 700);
});

test("operation voicecall.reportSound: the caller hears the agent's number, and then the agent again; 200-009", async () => {
  const agent = await fresh();
  await demo.tell("phones", agent.phone, { hertz: 550 });
  const line = "POST /voicecall/@/reportsound";
  assert.equal((await agent.ask(line, {})).body, '{"message":"there is no connected call","retcode":"200-009"}');
  const caller = await demo.party({ hertz: 1_450 });
  await demo.call("parties", caller, "8000");
  await agent.hears(...automatic);
  await hears("parties", caller, 550);
  assert.equal((await agent.ask(line, {})).body, '{"message":"","retcode":"0","result":{}}');
  for (const hertz of [700, 900, 550]) await hears("parties", caller, hertz);
  await demo.hangUp("parties", caller);
  await agent.hears(...hungUp);
  await away(agent);
});

test("operation voicecall.requestAppointedCall: the call that waits is his, busy or not; each refusal", async () => {
  const agent = await fresh({ status: 3 });
  await demo.tell("phones", agent.phone, { hertz: 650 });
  const caller = await demo.party({ hertz: 1_950 });
  await demo.call("parties", caller, "8000");
  await until(async () => (await demo.placed("parties", caller)) === 200, "the caller waits");
  const waits = await agent.ask("GET /calldata/@/waitcallinfo/25");
  const [{ callid } = { callid: "" }] = waits.result as readonly { callid: string }[];
  const line = `POST /voicecall/@/requestcall/${callid}`;
  await refusesStrangers(agent, `${line}/0?skillId=25`);
  assert.equal((await agent.ask(`${line}/1?skillId=25`)).code, "000-002");
  assert.equal((await agent.ask(`${line}/0?skillId=x`)).code, "000-002");
  assert.equal((await agent.ask(`${line}/0`)).code, "000-002");
  assert.equal((await agent.ask(`${line}/0?skillId=99`)).code, "000-002");
  assert.equal((await agent.ask(`${line}/0?skillId=26`)).code, "100-007");
  assert.equal((await agent.ask("POST /voicecall/@/requestcall/1-1/0?skillId=25")).code, "100-007");
  assert.equal((await agent.ask(`${line}/0?skillId=25`)).body, done);
  await agent.hears(...asked);
  await Promise.all([hears("parties", caller, 650), hears("phones", agent.phone, 1_950)]);
  await demo.hangUp("parties", caller);
  await agent.hears(...hungUp);
  await away(agent);
});

test("operation voicecall.snatchPickup: the ringing call is the colleague's, who took it; each refusal", async () => {
  const agent = await fresh({ autoanswer: false });
  const caller = await demo.party({ hertz: 2_000 });
  await demo.call("parties", caller, "8000");
  await agent.hears(...alerted, "Ringing");
  const colleague = await fresh({ status: 3 });
  const line = `PUT /voicecall/@/snatchpickup?destWorkNo=${agent.id}`;
  await refusesStrangers(colleague, line);
  assert.equal((await colleague.ask("PUT /voicecall/@/snatchpickup")).code, "000-002");
  assert.equal((await colleague.ask("PUT /voicecall/@/snatchpickup?destWorkNo=0")).code, "000-002");
  assert.equal((await colleague.ask("PUT /voicecall/@/snatchpickup?destWorkNo=999")).code, "000-002");
  assert.equal((await colleague.ask(`PUT /voicecall/@/snatchpickup?destWorkNo=${colleague.id}`)).code, "100-007");
  assert.equal((await colleague.ask(line)).body, done);
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
  await colleague.hears(...asked);
  await hears("phones", colleague.phone, 2_000);
  assert.equal((await colleague.ask(line)).code, "100-007", "nothing rings there any more");
  await colleague.ask("DELETE /voicecall/@/release");
  await colleague.hears(...released);
  await away(agent, colleague);
});

/** His phone rings for ever, and allows that it be asked to answer. */
/** His events beside the states of his phone. */
async function hearsBeside(agent: Agent, ...expected: readonly string[]): Promise<Told[]> {
  const told: Told[] = [];
  while (told.length < expected.length) {
    const [next] = await agent.events(1);
    if (next && next.eventType !== "AgentEvent_linkagePhoneStatus") told.push(next);
  }
  assert.deepEqual(told.map(short), expected);
  return told;
}

async function linked(): Promise<Agent> {
  const agent = await fresh({ autoanswer: false, phonelinkage: 1 });
  await demo.tell("phones", agent.phone, { answerAfterMs: null, hertz: 550 });
  return agent;
}

for (const [id, line] of [
  ["phonePickup", "PUT /voicecall/@/phonepickup"],
  ["phonePickupByPost", "POST /voicecall/@/phonepickup"],
] as const)
  test(`operation voicecall.${id}: the ringing phone answers because it is asked to; each refusal`, async () => {
    const agent = await linked();
    await refusesStrangers(agent, line);
    assert.equal((await agent.ask(line)).body, '{"message":"the agent\'s phone does not ring","retcode":"100-007"}');
    const caller = await demo.party({ hertz: 1_450 });
    await demo.call("parties", caller, "8000");
    await hearsBeside(agent, "Busy", "PhoneAlerting");
    await agent.ask("POST /onlineagent/@/resetskill/true?phonelinkage=0");
    assert.match(
      (await agent.ask(line)).body,
      /^\{"message":"phone linkage is not enabled: .*","retcode":"100-007"\}$/,
    );
    await agent.ask("POST /onlineagent/@/resetskill/true?phonelinkage=1");
    assert.equal((await agent.ask(line)).body, done);
    await hearsBeside(agent, "PhoneOffhook", "Incoming_CallInfo", "Ringing", "Customer_Alerting", "Talking");
    await Promise.all([hears("parties", caller, 550), hears("phones", agent.phone, 1_450)]);
    await demo.hangUp("parties", caller);
    await hearsBeside(agent, ...hungUp);
    await away(agent);
  });

for (const [id, line] of [
  ["phoneHangUp", "POST /voicecall/@/phonehangup"],
  ["phoneHangUpByPut", "PUT /voicecall/@/phonehangup"],
] as const)
  test(`operation voicecall.${id}: the ringing phone is given up, the call waits on; each refusal`, async () => {
    const agent = await linked();
    await refusesStrangers(agent, line);
    assert.equal((await agent.ask(line)).body, '{"message":"the agent\'s phone does not ring","retcode":"100-007"}');
    const caller = await demo.party({ hertz: 1_450 });
    await demo.call("parties", caller, "8000");
    await hearsBeside(agent, "Busy", "PhoneAlerting");
    assert.equal((await agent.ask(line)).body, done);
    const told = await hearsBeside(agent, "No_Answer", "PhoneRelease 3", "SetNotReady_Success");
    assert.deepEqual(told.at(-1)?.content, { reason: "7" });
    await until(async () => (await demo.calls("phones", agent.phone)) === 0, "its phone is quiet");
    assert.equal(await demo.calls("parties", caller), 1, "the caller waits");
    await demo.hangUp("parties", caller);
    await away(agent);
  });

eventRows({
  AgentEvent_linkagePhoneStatus: /^\{"result":[0125]\}$/,
  AgentEvent_Incoming_CallInfo:
    /^\{"callId":"\d{10}-\d+","skillName":"\w+","skillId":\d+,"caller":"4\d{4}","called":"\d{4}","lastReleaseAgentId":65535,"mediaType":5,"releaseAndReQueueCount":0,"releaseAndReQueueCallFlag":0\}$/,
});
