// One call of the soak: two legs that ring, talk, hold, press digits, are recorded, joined by a third or played to, in an order that
// chance makes, until their time is over. Whatever goes wrong rejects with a reason.

import assert from "node:assert/strict";
import { randomInt, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { HoldStyle, MediaLeg, MediaPlane, MediaProfile, Recording } from "../../src/media/face.ts";
import type { FarEnd } from "./far-end.ts";

export type CallPlan = {
  readonly plane: MediaPlane;
  readonly phones: FarEnd;
  /** For recordings, which are taken away again. */
  readonly folder: string;
  /** How long it may last, ms. */
  readonly longestMs: number;
};

/** What happened in all calls, by name. */
export type Tally = Record<string, number>;

/** All that was opened for the call, and what has happened in it. */
type Opening = CallPlan & { readonly opened: Side[]; readonly history: string[] };
type Side = { readonly leg: MediaLeg; readonly phone: number };
type Talk = Opening & { readonly agent: Side; readonly party: Side; readonly tally: Tally };

const chance = (share: number): boolean => randomInt(1_000) < share * 1_000;
const oneOf = <Item>(items: readonly [Item, ...Item[]]): Item => items[randomInt(items.length)] ?? items[0];
function count(tally: Tally, what: string): void {
  tally[what] = (tally[what] ?? 0) + 1;
}

export async function live(plan: CallPlan, tally: Tally): Promise<void> {
  const opened: Side[] = [];
  const history: string[] = [];
  const ends = performance.now() + randomInt(200, Math.max(201, Math.round(plan.longestMs)));
  try {
    const agent = await side({ ...plan, opened, history });
    const party = await side({ ...plan, opened, history }, agent);
    const talk = { ...plan, opened, history, agent, party, tally };
    agent.leg.hear({ sound: "ringback" });
    await pause(randomInt(200));
    connect(talk);
    await flows(agent, party);
    const recording = chance(0.3) ? await record(talk) : null;
    while (performance.now() < ends) {
      await pause(randomInt(20, 1_000));
      const act = oneOf([talkOn, hold, digits, consult, announce]);
      history.push(act.name);
      await act(talk);
    }
    await end(talk, recording);
    count(tally, "calls");
  } catch (error) {
    throw new Error(`${String(error)}, after ${history.join(", ")}`, { cause: error });
  } finally {
    for (const { leg, phone } of opened) {
      leg.close();
      await plan.phones.order({ type: "close", phone });
    }
  }
}

async function side({ plane, phones, opened, history }: Opening, beside?: Side): Promise<Side> {
  const leg = await plane.open(randomUUID(), beside?.leg);
  const made = { leg, phone: phones.next() };
  opened.push(made);
  const profile = oneOf<MediaProfile>(["RTP/AVP", "RTP/AVP", "RTP/SAVP"]);
  history.push(profile);
  await phones.agree(leg, made.phone, { video: false, profile });
  return made;
}

function connect({ agent, party }: Talk): void {
  agent.leg.hear({ leg: party.leg });
  party.leg.hear({ leg: agent.leg });
}

/** RTP comes from both, and goes to both. */
async function flows(...sides: readonly Side[]): Promise<void> {
  const until = performance.now() + 10_000;
  for (const { leg } of sides) {
    let audio = (await leg.statistics()).audio;
    for (; audio.packetsIn === 0 || audio.packetsOut === 0; audio = (await leg.statistics()).audio) {
      assert.ok(performance.now() < until, "no RTP flows");
      await pause(20);
    }
  }
}

async function talkOn(): Promise<void> {}

async function hold({ phones, agent, party, tally, history }: Talk): Promise<void> {
  count(tally, "holds");
  party.leg.hear({ sound: "music" });
  const style = oneOf<HoldStyle>(["sendonly", "inactive", "0.0.0.0"]);
  history.push(style);
  await phones.agree(party.leg, party.phone, { video: false, hold: style });
  await pause(randomInt(300));
  await phones.agree(party.leg, party.phone, { video: false });
  party.leg.hear({ leg: agent.leg });
}

/** Those that the party presses, and as many have to come. */
async function digits({ phones, party, tally, history }: Talk): Promise<void> {
  const pressed = String(randomInt(10, 100));
  const heard = Promise.withResolvers<void>();
  let got = "";
  party.leg.digits(({ digit }) => {
    got += digit;
    if (got.length === pressed.length) heard.resolve();
  });
  const before = (await party.leg.statistics()).audio;
  await phones.order({ type: "dial", phone: party.phone, digits: pressed });
  await Promise.race([heard.promise, pause(10_000, undefined, { ref: false })]);
  const after = (await party.leg.statistics()).audio;
  history.push(`${after.packetsIn - before.packetsIn} packets`);
  assert.equal(got, pressed, "digits");
  count(tally, "digits");
}

/** A third one comes, all hear each other, and it goes again. */
async function consult(talk: Talk): Promise<void> {
  const { agent, party, phones, tally } = talk;
  const third = await side(talk, agent);
  const all = [agent, party, third];
  for (const { leg } of all) {
    leg.hear({ mix: all.filter((other) => other.leg !== leg).map((other) => ({ leg: other.leg, gain: 1 })) });
  }
  await pause(randomInt(300));
  third.leg.close();
  await phones.order({ type: "close", phone: third.phone });
  connect(talk);
  count(tally, "conferences");
}

async function announce({ party, tally }: Talk): Promise<void> {
  const playing = party.leg.play("welcome");
  if (chance(0.5)) playing.stop();
  await playing.ended;
  count(tally, "announcements");
}

async function record({ plane, folder, agent, party }: Talk): Promise<Recording & { readonly file: string }> {
  const file = join(folder, `${randomUUID()}.wav`);
  return { ...(await plane.record(agent.leg, party.leg, file)), file };
}

async function end(talk: Talk, recording: (Recording & { readonly file: string }) | null): Promise<void> {
  const { agent, party, phones, tally } = talk;
  // Some hang up before us, as phones do.
  const sides = chance(0.5) ? [agent, party] : [party, agent];
  for (const { leg, phone } of sides) {
    if (chance(0.5)) leg.close();
    await phones.order({ type: "close", phone });
    leg.close();
    assert.ok(await leg.figures, "the worker has died");
  }
  if (!recording) return;
  const ended = await recording.ended;
  assert.ok("saved" in ended, `recording: ${JSON.stringify(ended)}`);
  assert.ok(ended.saved.bytes > 44);
  await rm(recording.file);
  count(tally, "recordings");
}
