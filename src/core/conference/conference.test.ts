// The conference as a pure machine: whatever happens to it, in the end every party's leg is hung up, every timer is stopped, every agent
// is told once; and at any time there is one chair, who is in.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type AgentId, agentId, callId, legId } from "../../base/ids.ts";
import { newConference, reduceConference } from "./conference.ts";
import type {
  Address,
  Conference,
  ConferenceEffect,
  ConferenceEvent,
  ConferenceOrder,
  ConferencePlan,
  Live,
} from "./state.ts";

const plan: ConferencePlan = {
  ...{
    id: callId("1-1"),
    number: 1,
    chair: agentId("101"),
    caller: "40038",
    members: 3,
    ms: 600_000,
    promptMs: 60_000,
  },
  ...{ welcome: "hello", ringMs: { agent: 30_000, party: 60_000 } },
};

const addresses: readonly Address[] = [
  { type: "agent", number: "101" },
  { type: "agent", number: "102" },
  { type: "agent", number: "103" },
  { type: "party", number: "40040" },
  { type: "party", number: "40041" },
];
const address = fc.constantFrom(...addresses);
const agent = fc.constantFrom(...["101", "102", "103"].map(agentId));
const leg = fc.constantFrom(...[1, 2, 3, 4].map((count) => legId(`1-1.party.${count}`)), legId("101.phone.1"));

const order: fc.Arbitrary<ConferenceOrder> = fc.oneof(
  fc.record({
    type: fc.constant("invite" as const),
    addresses: fc.uniqueArray(address, { minLength: 1, maxLength: 3 }),
    caller: fc.constant(null),
    welcome: fc.constantFrom(null, "hello"),
  }),
  fc.record({ type: fc.constant("remove" as const), addresses: fc.array(address, { maxLength: 2 }) }),
  fc.record({ type: fc.constant("hold-member" as const), address, announcement: fc.constantFrom(null, "wait") }),
  fc.record({ type: fc.constant("unhold-member" as const), address }),
  fc.record({ type: fc.constant("set-mode" as const), address, hears: fc.boolean(), speaks: fc.boolean() }),
  fc.record({ type: fc.constant("pass-chair" as const), to: agent }),
  fc.record({ type: fc.constant("resize" as const), by: fc.constantFrom(-2, 2) }),
  fc.constantFrom<ConferenceOrder>({ type: "play-to-all", announcement: "hello" }, { type: "stop-to-all" }),
  fc.record({ type: fc.constant("play-to-member" as const), address, announcement: fc.constant("hello") }),
);

const at = 0;
const phone = (id: AgentId) => legId(`${id}.phone.1`);

const event: fc.Arbitrary<ConferenceEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("order" as const), at: fc.constant(at), by: agent, order }) },
  {
    weight: 3,
    arbitrary: agent.map((member) => ({
      ...({
        type: "phone-answered",
        at,
        member,
        phone: phone(member),
        video: false,
        record: member === "102",
      } as const),
    })),
  },
  {
    weight: 2,
    arbitrary: leg.map(
      (each) => ({ type: "leg-answered", at, leg: each, video: false, telephoneEvent: true }) as const,
    ),
  },
  leg.map((each) => ({ type: "leg-ended", at, leg: each, remote: true }) as const),
  leg.map((each) => ({ type: "timer", at, name: `ring ${each}` as const }) as const),
  leg.map((each) => ({ type: "played", at, leg: each }) as const),
  agent.map((by) => ({ type: "leave", at, by }) as const),
  agent.map((member) => ({ type: "offer-declined", at, member, why: "no-answer" }) as const),
  agent.map((member) => ({ type: "mute", at, member, muted: true }) as const),
);

const apply = (conference: Conference, happened: ConferenceEvent) => {
  const outcome = reduceConference(conference, happened);
  return "refused" in outcome ? ([conference, []] as const) : outcome;
};

/** What the outside has been asked for and not been told to give up. */
class Outside {
  readonly legs = new Set<string>();
  readonly timers = new Set<string>();
  readonly inside = new Set<string>();

  /** What happens by itself. */
  suffer(happened: ConferenceEvent): void {
    if (happened.type === "leg-ended") this.legs.delete(happened.leg);
    if (happened.type === "timer") this.timers.delete(happened.name);
    // Who says so himself knows it.
    if (happened.type === "offer-declined") this.inside.delete(happened.member);
  }

  perform(effect: ConferenceEffect): void {
    if (effect.type === "invite-party") this.legs.add(effect.leg);
    else if (effect.type === "hang-up") assert.ok(this.legs.delete(effect.leg), "hung up once");
    else if (effect.type === "start-timer") this.timers.add(effect.name);
    else if (effect.type === "stop-timer") this.timers.delete(effect.name);
    else if (effect.type === "tell-agent") this.tell(effect.agent, effect.fact.type);
  }

  tell(agent: string, fact: string): void {
    if (fact === "conference-joined") this.inside.add(agent);
    if (fact === "conference-left") assert.ok(this.inside.delete(agent), "told once");
  }
}

function checkLive({ seats, chair, limit }: Live, { legs }: Outside): void {
  assert.equal(seats.filter(({ type, number }) => type === "agent" && number === chair).length, 1);
  assert.ok(seats.length - 1 <= limit, "no more than there is room for");
  const seated = seats.flatMap((seat) => (seat.leg && seat.type === "party" ? [seat.leg] : []));
  assert.deepEqual([...legs].sort(), [...seated].sort(), "every party's leg has a seat");
}

test("any sequence, then its end: no leg, no timer and nobody who has not been told is left", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60, size: "max" }), (events) => {
      let conference: Conference = newConference(plan);
      const outside = new Outside();
      const answered = {
        type: "phone-answered",
        at,
        member: plan.chair,
        phone: phone(plan.chair),
        video: false,
      } as const;
      for (const happened of [
        { ...answered, record: false },
        ...events,
        { type: "timer", at, name: "time-over" } as const,
      ]) {
        const [next, effects] = apply(conference, happened);
        outside.suffer(happened);
        for (const effect of effects) outside.perform(effect);
        conference = next;
        if (next.name === "live") checkLive(next, outside);
      }
      assert.equal(conference.name, "ended");
      assert.deepEqual([outside.legs.size, outside.timers.size, outside.inside.size], [0, 0, 0]);
    }),
    { numRuns: 300 },
  );
});
