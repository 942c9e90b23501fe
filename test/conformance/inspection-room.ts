// Where inspectors work: agents in calls, inspectors with the right to watch them, and by tones who hears whom.

import assert from "node:assert/strict";
import { Agent, type Body, type Told, until } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { audible, type Demo, openDemo, toneOf } from "./town.ts";

/** The gateway of all inspections, once `openRoom` has resolved. */
export let demo: Demo;

export async function openRoom(): Promise<void> {
  demo = await openDemo();
}

export async function closeRoom(): Promise<void> {
  await demo?.stop();
}

export const begun = ["PhoneAlerting", "PhoneOffhook", "Busy"] as const;
export const ended = ["PhoneRelease 3", "Ready"] as const;
export const noRight = "900-002";

let turn = 0;

/** One of 101 to 110 in turn: 118 never signs in. */
export async function next(): Promise<Agent> {
  const count = turn++ % 10;
  const agent = new Agent(demo.gateway, String(101 + count), String(40_001 + count));
  await demo.reset("phones", agent.phone);
  await demo.tell("phones", agent.phone, { answerAfterMs: 30 });
  return agent;
}

export const fresh = async (more: Body = {}): Promise<Agent> => (await next()).begin(more);

/** 119, or 120 with `administrator`; his phone answers fast. */
export async function inspector(id: "119" | "120" = "119", more: Body = {}): Promise<Agent> {
  const phone = `400${Number(id) - 100}`;
  await demo.reset("phones", phone);
  await demo.tell("phones", phone, { answerAfterMs: 30 });
  return new Agent(demo.gateway, id, phone).begin(more);
}

type InCall = { readonly agent: Agent; readonly called: string; readonly id: string };

/** An agent and a customer who talk. */
export async function inCall(): Promise<InCall> {
  const agent = await fresh();
  const called = await demo.party({ hertz: 1500 });
  return { agent, called, id: await agent.talk(called) };
}

type Place = { readonly kind: "phones" | "parties"; readonly number: string };

/** What is heard at this place of these voices. */
async function voices(place: Place, tones: readonly number[]): Promise<readonly boolean[]> {
  const { levels } = await demo.heard(place.kind, place.number, tones);
  return tones.map((hertz) => (levels[String(hertz)] ?? -120) > audible);
}

/** Soon these voices are heard and the others are not: [agent, customer, inspector] at the phone of each. */
export async function heardBy(
  { agent, called }: InCall,
  watcher: Agent,
  table: Readonly<Record<string, string>>,
): Promise<void> {
  const tones = [toneOf(agent), 1500, toneOf(watcher)];
  const places: Readonly<Record<string, Place>> = {
    agent: { kind: "phones", number: agent.phone },
    customer: { kind: "parties", number: called },
    inspector: { kind: "phones", number: watcher.phone },
  };
  for (const [who, expected] of Object.entries(table)) {
    const place = places[who] as Place;
    const wanted = ["agent", "customer", "inspector"].map((voice) => expected.split(" ").includes(voice));
    await until(
      async () => (await voices(place, tones)).every((is, at) => is === wanted[at]),
      `${who} hears ${expected}`,
    );
  }
}

export const listening = { agent: "customer", customer: "agent", inspector: "agent customer" };
export const whispering = { ...listening, agent: "customer inspector" };
export const inserted = { ...whispering, customer: "agent inspector" };

export const contentOf = (told: readonly Told[], type: string): unknown =>
  told.find(({ eventType }) => eventType === type)?.content;

/** Who has not the right, who asks for himself, for nobody, and for whom is not there. */
export async function refusesOthers(own: Agent, watcher: Agent, line: (workNo: string) => string): Promise<void> {
  assert.equal((await own.ask(line(watcher.id))).code, noRight);
  assert.equal((await watcher.ask(line(watcher.id))).code, "000-005");
  assert.equal((await watcher.ask(line("9999"))).code, "900-004");
  assert.equal(
    (await watcher.ask(line("118"))).body,
    '{"message":"the agent to inspect is not signed in","retcode":"900-004"}',
  );
  assert.equal((await watcher.ask(line("x"))).code, "000-002");
  await refusesStrangers(watcher, line(own.id));
}
