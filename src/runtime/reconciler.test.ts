import assert from "node:assert/strict";
import { test } from "node:test";
import { agentId, callId, legId } from "../base/ids.ts";
import type { AgentCall, SignedIn } from "../core/agent/state.ts";
import { newCall } from "../core/call/call.ts";
import { newInvitation } from "../core/call/seats.ts";
import type { CallPlan, Live } from "../core/call/state.ts";
import { noQueues } from "../core/skill/queues.ts";
import { contradictions, type World } from "./reconciler.ts";

const id = callId("1-1");
const phone = { name: "off-hook", leg: legId("101.phone.1"), video: false } as const;
const agent = (stage?: AgentCall["stage"]): SignedIn =>
  ({
    name: "signed-in",
    id: agentId("101"),
    phone,
    calls: stage ? [{ id, stage, offer: null } as unknown as AgentCall] : [],
  }) as unknown as SignedIn;
const target = { type: "skill", skill: 25 } as const;
const incoming = newCall({ id, agent: null, caller: "1", target } as unknown as CallPlan);
const waiting: Live = {
  ...incoming,
  invitation: { ...newInvitation({ purpose: "setup", by: null, target }), queued: true },
};
const world = (part: Partial<World>): World => ({
  agents: [],
  calls: [],
  conferences: [],
  queues: noQueues,
  free: [],
  legs: new Set([phone.leg, legId("1-1.party")]),
  ...part,
});
const free = { agent: agentId("101"), since: 1, skills: [{ skill: 25, level: 1 }] };

/** What is wrong, and what is told to whom. */
const mends = (part: Partial<World>) =>
  contradictions(world(part)).flatMap(({ mend }) =>
    "hangUp" in mend
      ? [`hang-up ${mend.hangUp}`]
      : mend.map((one) => `${one.to}: ${one.to === "agent" ? one.input.type : one.event.type}`),
  );

const rows: readonly (readonly [string, Partial<World>, readonly string[]])[] = [
  ["nothing is there", { legs: new Set() }, []],
  ["a call that set up is gone", { agents: [agent("setting-up")] }, ["agent: call-failed", "hang-up 1-1.party"]],
  ["an offer is gone", { agents: [agent("ringing")] }, ["agent: offer-withdrawn", "hang-up 1-1.party"]],
  ["a call that talked is gone", { agents: [agent("talking")] }, ["agent: call-over", "hang-up 1-1.party"]],
  ["a held one too", { agents: [agent("held")] }, ["agent: call-over", "hang-up 1-1.party"]],
  ["a call waits in no queue", { calls: [waiting], agents: [agent()] }, ["call: queue-refused"]],
  [
    "a free agent in no queue",
    { free: [free], agents: [agent()], calls: [incoming] },
    ["queues: agent-taken", "queues: agent-free"],
  ],
  [
    "a free agent who is being asked is in none, rightly",
    {
      free: [free],
      agents: [agent()],
      calls: [incoming],
      queues: { ...noQueues, assigned: new Map([[free.agent, free]]) },
    },
    [],
  ],
  [
    "a seat of an agent who is not there",
    {
      agents: [],
      calls: [
        {
          ...incoming,
          members: [
            ...incoming.members,
            { side: "agent", agent: agentId("101"), leg: phone.leg, stage: "in" } as never,
          ],
        },
      ],
    },
    ["call: release"],
  ],
  ["a leg of nobody", { agents: [agent()] }, ["hang-up 1-1.party"]],
];

for (const [what, part, expected] of rows) test(what, () => assert.deepEqual(mends(part), expected));
