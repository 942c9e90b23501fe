// Where conferences are held: a gateway with two announcements, agents in a chair and beside it, and by tones who hears whom.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sine } from "../../src/media/codec/tone.ts";
import { wavHeader } from "../../src/media/recording/wav.ts";
import { type Agent, type Body, type Told, until } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { audible, type Demo, openSite } from "./town.ts";

/** The gateway of all conferences, once `openHall` has resolved. */
export let demo: Demo;
let folder: string;

/** A tone, both channels of it, as a WAV file. */
export async function announcement(name: string, hertz: number, seconds: number): Promise<string> {
  const samples = sine({ hertz, dbfs: -12, samples: 8_000 * seconds });
  const data = Buffer.alloc(samples.length * 4);
  for (const [at, sample] of samples.entries()) {
    data.writeInt16LE(Math.round(sample), at * 4);
    data.writeInt16LE(Math.round(sample), at * 4 + 2);
  }
  const file = join(folder, `${name}.wav`);
  await writeFile(file, Buffer.concat([wavHeader(data.length), data]));
  return file;
}

/** With two announcements: `short`, 1 s of 2100 Hz, and `long`, 20 s of 2500 Hz. */
export async function openHall(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "seatway-conference-"));
  demo = await openSite(`announcements:
  short: ${await announcement("short", 2_100, 1)}
  long: ${await announcement("long", 2_500, 20)}
`);
}

export async function closeHall(): Promise<void> {
  await demo?.stop();
  await rm(folder, { recursive: true, force: true });
}

export const done = '{"message":"success","retcode":"0","result":{}}';
export const path = (name: string): string => `POST /agentconf/@/${name.toLowerCase()}`;
export const short = "y:/conf/1/short.V3";
export const long = "y:/conf/1/long.V3";

export const conf = (name: string): string => `AgentConf_${name}`;
export const asked = ["Busy", "PhoneAlerting", "PhoneOffhook", conf("SelfJoinResult"), conf("RequestSuccess")] as const;
export const invited = ["Busy", "PhoneAlerting", "PhoneOffhook", conf("Ringing")] as const;
export const out = ["PhoneRelease 3", conf("SelfLeaveResult"), "Ready"] as const;
export const changed = conf("ParticipantChanged");

export const fresh = async (more: Body = {}): Promise<Agent> => (await demo.agent()).begin(more);
export const member = (agent: Agent): Body => ({ addressType: "9", address: agent.id });
export const outside = (number: string): Body => ({ addressType: "6", address: number });

export const confIdOf = (told: readonly Told[]): number => {
  const found = told.find(({ eventType }) => eventType === conf("SelfJoinResult"));
  assert.ok(found);
  return (found.content as { confId: number }).confId;
};

/** An agent in the chair of a conference; `confId` as he was told. */
export async function chaired(more: Body = {}): Promise<{ chair: Agent; confId: number }> {
  const chair = await fresh();
  assert.equal((await chair.ask(path("requestAgentConf"), { memberNum: 4, ...more })).body, done);
  return { chair, confId: confIdOf(await chair.hears(...asked)) };
}

/** Two agents in a conference, the first in its chair, and a number outside; what they were told of it is fetched. */
export async function three(): Promise<{ chair: Agent; other: Agent; number: string; confId: number }> {
  const { chair, confId } = await chaired();
  const [other, number] = [await fresh(), await demo.party({ hertz: 1_500 })];
  await joins(chair, other);
  await chair.ask(path("batchAddParticipant"), { addresses: [outside(number)] });
  await chair.hears(changed);
  await other.hears(changed);
  return { chair, other, number, confId };
}

export async function joins(chair: Agent, other: Agent): Promise<void> {
  assert.equal((await chair.ask(path("batchAddParticipant"), { addresses: [member(other)] })).body, done);
  await other.hears(...invited, conf("SelfJoinResult"));
  await chair.hears(changed);
}

export async function ends(chair: Agent, ...others: readonly Agent[]): Promise<void> {
  assert.equal((await chair.ask(path("releaseAgentConf"))).body, done);
  await chair.hears(...out);
  for (const other of others) await other.hears(changed, ...out);
}

/** The content of a change, its keys in the documented order. */
export const change = (confId: number, participant: Body, changeType: number, more: Body = {}): string => {
  const { result = 0, changeReason = 255 } = more;
  const { address, addressType } = participant;
  const who = { participant: address, participantType: Number(addressType), deviceCallType: 0, deviceType: 0 };
  return JSON.stringify({ result, changeReason, changeType, confId, ...who });
};

export async function hearsChange(agent: Agent, content: string): Promise<void> {
  const [told] = await agent.hears(changed);
  assert.equal(JSON.stringify(told?.content), content);
}

/** For the chair alone: 101-001 out of a conference, 101-002 for a member, 000-002 for each wrong body. */
export async function forTheChair(line: string, body: Body | undefined, wrong: readonly Body[] = []): Promise<void> {
  const { chair, confId: _ } = await chaired();
  await refusesStrangers(chair, line, body);
  const other = await fresh();
  assert.equal((await other.ask(line, body)).code, "101-001");
  await joins(chair, other);
  assert.equal((await other.ask(line, body)).code, "101-002");
  for (const each of wrong) assert.equal((await chair.ask(line, each)).code, "000-002", JSON.stringify(each));
  await ends(chair, other);
}

export const wrongAddresses: readonly Body[] = [
  {},
  { addressType: "5", address: "101" },
  { addressType: "9" },
  { addressType: "9", address: "" },
  { addressType: "6", address: "1".repeat(25) },
  { addressType: "6", address: "+49" },
];

/** Exactly these tones reach him, out of all of them. */
export async function hears(
  listener: Agent | string,
  all: readonly number[],
  expected: readonly number[],
): Promise<void> {
  const [kind, number] =
    typeof listener === "string" ? (["parties", listener] as const) : (["phones", listener.phone] as const);
  await until(async () => {
    const { levels } = await demo.heard(kind, number, all);
    return all.every((tone) => (levels[tone] ?? -120) > audible === expected.includes(tone));
  }, `${number} hears ${expected}`);
}
