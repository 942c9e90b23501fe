// The demo site as the player of scenarios needs it: agents whom the page signs in, the simulation, timelines. Afterwards phones and parties
// behave as before, and the agents are signed out.

import type { StationsView } from "../../../src/contract/operator-reply.ts";
import type { Scenario } from "../../../src/contract/scenario.ts";
import { now } from "../../clock.ts";
import { ask } from "../gateway.ts";
import type { Cast, Place } from "./cast.ts";
import { asked, becomeIdle, type Member, signedIn, signOut } from "./crew.ts";
import { type Played, playScenario, type Stage } from "./scenario-player.ts";
import { pauseFor } from "./scripts.ts";

/** It was called off. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** The call from outside has reached neither a queue nor an agent. */
export class NotSeen extends Error {
  override readonly name = "NotSeen";
}

export type PlayRequest = {
  readonly scenario: Scenario;
  readonly cast: Cast;
  readonly speed: number;
  readonly signal: AbortSignal;
  readonly tell: (step: number) => void;
};

const CALL_IN_MS = 10_000;
const LOOK_MS = 100;

const simulate = ({ kind, number }: Place, action: string, body: object = {}) =>
  ask("simulate", { fields: { kind, number, action }, body });

const behave = ({ kind, number }: Place, body: object) => ask("behave", { fields: { kind, number }, body });

export async function playOnDemo({ scenario, cast, speed, signal, tell }: PlayRequest): Promise<Played> {
  const before = behavioursOf(await ask("stations"), cast);
  const pause = async (ms: number) => {
    await pauseFor(ms, signal);
    if (signal.aborted) throw new Stopped();
  };
  const members = new Map<string, Member>();
  try {
    for (const { id, phone, busy } of scenario.agents) {
      const manual = scenario.steps.some(
        (step) => "asks" in step && step.asks.split("?", 1)[0] === `PUT /voicecall/${id}/answer`,
      );
      const member = await signedIn(id, phone, !manual);
      members.set(id, member);
      await becomeIdle(member, pause);
      if (busy) await member.session.sayBusy();
    }
    return await playScenario({ scenario, cast, speed, stage: stageOf(members, signal, pause), tell });
  } finally {
    for (const [place] of before) await simulate(place, "hangup").catch(() => {});
    for (const id of members.keys()) await signOut(id);
    for (const [place, behaviour] of before) await behave(place, behaviour).catch(() => {});
  }
}

function behavioursOf(stations: StationsView, { places }: Cast): readonly (readonly [Place, object])[] {
  return [...places.values()].flatMap((place) => {
    const station = stations[place.kind].find(({ number }) => number === place.number);
    if (!station) return [];
    const { registered, ...behaviour } = station.behaviour;
    return [[place, place.kind === "phones" ? { ...behaviour, registered } : behaviour] as const];
  });
}

function stageOf(members: ReadonlyMap<string, Member>, signal: AbortSignal, pause: Stage["pause"]): Stage {
  return {
    async request(agent, method, path, body) {
      const member = members.get(agent);
      if (!member) throw new Error(`nobody plays agent ${agent}`);
      return asked(member, { method, path, body }, signal);
    },
    async callIn(party, to) {
      const known = new Set((await callsOf(party)).map(({ callId }) => callId));
      await simulate({ kind: "parties", number: party }, "call", { to });
      for (const end = now() + CALL_IN_MS; now() < end; await pause(LOOK_MS)) {
        const found = (await callsOf(party)).find(({ callId }) => !known.has(callId));
        if (found) return found.callId;
      }
      throw new NotSeen();
    },
    behave: async (place, part) => void (await behave(place, part)),
    hangUp: async (place) => void (await simulate(place, "hangup")),
    timeline: (callid) => ask("timeline", { fields: { callid } }),
    now,
    pause,
  };
}

/** Calls of this party that wait, or have reached an agent. */
async function callsOf(party: string): Promise<readonly { readonly callId: string }[]> {
  const { agents, skills } = await ask("board");
  return [
    ...skills.flatMap(({ waiting }) => waiting.filter(({ caller }) => caller === party)),
    ...agents.flatMap(({ calls }) => calls.filter(({ partners }) => partners.includes(party))),
  ];
}
