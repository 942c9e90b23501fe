// Hearing a recording on the agent's phone, operation by operation, with real audio: seconds 0 to 4 of the file are one tone, 4 to 8 a
// second, 8 to 12 a third, so that what is heard says where it plays.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { sine } from "../../src/media/codec/tone.ts";
import { wavHeader } from "../../src/media/recording/wav.ts";
import { Agent, until } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { eventRows } from "./told.ts";
import { type Demo, openDemo } from "./town.ts";

const done = '{"message":"success","retcode":"0","result":{}}';
const tones = [500, 900, 1_300] as const;
const begun = ["PhoneAlerting", "PhoneOffhook", "Busy", "AgentMediaEvent_Play", "AgentMediaEvent_Play_Succ"] as const;
const over = ["AgentMediaEvent_StopPlayDone", "PhoneRelease 3", "Ready"] as const;

let demo: Demo;
let owner: Agent;
let other: Agent;
let supervisor: Agent;
let voicepath: string;

before(async () => {
  demo = await openDemo();
  owner = await (await demo.agent()).begin();
  other = await (await demo.agent()).begin();
  await demo.tell("phones", "40019", { answerAfterMs: 30 });
  supervisor = await new Agent(demo.gateway, "119", "40019").begin();
  voicepath = await recorded();
});
after(() => demo?.stop());

/** A recording of the owner's, and in its file the three tones. */
async function recorded(): Promise<string> {
  const called = await demo.party();
  const call = await owner.talk(called);
  await owner.ask("PUT /recordplay/@/recordwithoutfilename");
  const [told] = await owner.hears("AgentMediaEvent_Record");
  assert.ok(told);
  await owner.ask("DELETE /voicecall/@/release");
  await owner.hears("Call_Release", "AgentMediaEvent_StopRecordDone", "PhoneRelease 3", "Ready");
  const saved = await demo.gateway.logged(({ msg, callId }) => msg === "recording saved" && callId === call);
  const data = Buffer.alloc(12 * 32_000);
  for (const [index, hertz] of tones.entries()) {
    const samples = sine({ hertz, dbfs: -12, samples: 32_000 });
    for (let at = 0; at < samples.length; at += 1)
      data.writeInt16LE(Math.round(samples[at] ?? 0), (index * 32_000 + at) * 4);
  }
  writeFileSync(
    join(demo.gateway.data, "recordings", String(saved["file"])),
    Buffer.concat([wavHeader(data.length), data]),
  );
  return (told.content as { fileName: string }).fileName;
}

/** Only this one of the three comes out of the agent's phone; null: none of them. */
async function hears(agent: Agent, tone: number | null): Promise<void> {
  await until(async () => {
    const { levels } = await demo.heard("phones", agent.phone, tones);
    return tones.every((each) => (levels[each] ?? -120) > -25 === (each === tone));
  }, `the phone hears ${tone}`);
}

async function plays(agent: Agent, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  assert.equal((await agent.ask("PUT /recordplay/@/play", { voicepath, ...more })).body, done);
  await agent.hears(...begun);
}

async function stops(agent: Agent): Promise<void> {
  assert.equal((await agent.ask("DELETE /recordplay/@/stopplay")).body, done);
  const [stopped] = await agent.hears(...over);
  assert.deepEqual(stopped?.content, { cause: 1 });
}

test("operation recordplay.beginPlay: the phone rings, then the file; an agent his own, a supervisor everybody's", async () => {
  const line = "PUT /recordplay/@/play";
  await refusesStrangers(owner, line, { voicepath });
  await plays(owner);
  assert.equal(await owner.state(), 7);
  await hears(owner, 500);
  assert.equal((await owner.ask(line, { voicepath })).code, "500-007");
  assert.equal((await owner.callOut({ called: "40040" })).code, "100-007");
  await stops(owner);
  assert.equal(await owner.state(), 4);
  await plays(supervisor, { startpostion: 5, times: 1, volumechange: "50" });
  await hears(supervisor, 900);
  await stops(supervisor);
  assert.equal((await other.ask(line, { voicepath })).code, "104-005");
  assert.equal((await owner.ask(line, { voicepath: "none.wav" })).code, "104-005");
  for (const wrong of [
    {},
    { voicepath, codeformat: 1 },
    { voicepath, startpostion: -1 },
    { voicepath, speedchange: "x" },
  ])
    assert.equal((await owner.ask(line, wrong)).code, "000-002", JSON.stringify(wrong));
});

test("operation recordplay.beginPlay: at its end cause 0; in a call 500-007; a phone that does not answer: Play_Fail", async () => {
  await plays(owner, { startpostion: 11 });
  const [ended] = await owner.hears(...over);
  assert.deepEqual(ended?.content, { cause: 0 });
  const called = await demo.party();
  await owner.talk(called);
  assert.equal((await owner.ask("PUT /recordplay/@/play", { voicepath })).code, "500-007");
  await demo.hangUp("parties", called);
  await owner.hears("Customer_Release", "Call_Release", "PhoneRelease 3", "Ready");
  await demo.tell("phones", owner.phone, { refuse: 486 });
  assert.equal((await owner.ask("PUT /recordplay/@/play", { voicepath })).body, done);
  await owner.hears("PhoneAlerting", "PhoneBusy", "AgentMediaEvent_Play_Fail", "PhoneRelease 3");
  await demo.tell("phones", owner.phone, { refuse: null });
});

test("operation recordplay.pausePlay: silence; what does not play is 500-003", async () => {
  const line = "POST /recordplay/@/pauseplay";
  await refusesStrangers(owner, line);
  assert.equal((await owner.ask(line)).code, "500-003");
  await plays(owner);
  await hears(owner, 500);
  assert.equal((await owner.ask(line)).body, done);
  await owner.hears("AgentMediaEvent_PausePlayDone");
  await hears(owner, null);
  assert.equal((await owner.ask(line)).code, "500-003");
  await stops(owner);
});

test("operation recordplay.resumePlay: from where it paused; what is not paused is 500-005", async () => {
  const line = "POST /recordplay/@/resumeplay";
  await refusesStrangers(owner, line);
  assert.equal((await owner.ask(line)).code, "500-005");
  await plays(owner, { startpostion: 6 });
  assert.equal((await owner.ask(line)).code, "500-005");
  await owner.ask("POST /recordplay/@/pauseplay");
  await owner.hears("AgentMediaEvent_PausePlayDone");
  await hears(owner, null);
  // Longer than the tone would last: time that is paused does not count.
  await new Promise<void>((resolve) => systemClock.after(2_200, resolve));
  assert.equal((await owner.ask(line)).body, done);
  await owner.hears("AgentMediaEvent_ResumePlayDone");
  await hears(owner, 900);
  await stops(owner);
});

test("operation recordplay.stopPlay: cause 1; the handset stops it too; what does not play is 500-009", async () => {
  const line = "DELETE /recordplay/@/stopplay";
  await refusesStrangers(owner, line);
  assert.equal((await owner.ask(line)).code, "500-009");
  await plays(owner);
  await stops(owner);
  assert.equal((await owner.ask(line)).code, "500-009");
  await plays(owner);
  await demo.hangUp("phones", owner.phone);
  const [stopped] = await owner.hears("AgentMediaEvent_StopPlayDone", "PhoneRelease 2", "Ready");
  assert.deepEqual(stopped?.content, { cause: 1 });
});

test("operation recordplay.foreFastPlay: so many seconds on; beyond the end it is over; without playback 500-002", async () => {
  const line = (seconds: unknown) => `POST /recordplay/@/forefast/${seconds}`;
  await refusesStrangers(owner, line(1));
  assert.equal((await owner.ask(line(1))).code, "500-002");
  await plays(owner);
  assert.equal((await owner.ask(line(8))).body, done);
  await owner.hears("AgentMediaEvent_JumpPlayDone");
  await hears(owner, 1_300);
  assert.equal((await owner.ask(line(2_147_483_647))).body, done);
  const [, ended] = await owner.hears("AgentMediaEvent_JumpPlayDone", ...over);
  assert.deepEqual(ended?.content, { cause: 0 });
  for (const wrong of ["-1", "x", "2147483648"]) assert.equal((await owner.ask(line(wrong))).code, "000-002", wrong);
});

test("operation recordplay.backFastPlay: so many seconds back, not before the beginning; without playback 500-001", async () => {
  const line = (seconds: unknown) => `POST /recordplay/@/backfast/${seconds}`;
  await refusesStrangers(owner, line(1));
  assert.equal((await owner.ask(line(1))).code, "500-001");
  await plays(owner, { startpostion: 8 });
  await hears(owner, 1_300);
  assert.equal((await owner.ask(line(4))).body, done);
  await owner.hears("AgentMediaEvent_JumpPlayDone");
  await hears(owner, 900);
  assert.equal((await owner.ask(line(3_600))).body, done);
  await owner.hears("AgentMediaEvent_JumpPlayDone");
  await hears(owner, 500);
  await stops(owner);
  assert.equal((await owner.ask(line("x"))).code, "000-002");
});

for (const id of ["beginNetPlay", "playRelocation"] as const) {
  test(`operation recordplay.${id}: not in this product: 100-007`, async () => {
    const line = `POST /recordplay/@/${id === "beginNetPlay" ? "netplay" : "playrelocation"}`;
    await refusesStrangers(owner, line);
    assert.equal((await owner.ask(line)).code, "100-007");
  });
}

eventRows({
  AgentMediaEvent_Play: /^null$/,
  AgentMediaEvent_Play_Succ: /^null$/,
  AgentMediaEvent_Play_Fail: /^null$/,
  AgentMediaEvent_PausePlayDone: /^null$/,
  AgentMediaEvent_ResumePlayDone: /^null$/,
  AgentMediaEvent_JumpPlayDone: /^null$/,
  AgentMediaEvent_StopPlayDone: /^\{"cause":[01]\}$/,
});
