// Any sequence of what several agents, callers and phones do: calls from outside and between agents, transfers, consults, joins,
// menus, pickups, inspectors, conferences, sign-outs in the middle of it. After every step agents, calls, queues and legs agree with each other;
// in the end nobody is stuck, nothing is left over, and every agent was told once that a call of his was over.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { LegId } from "../../src/base/ids.ts";
import type { AgentEventMessage } from "../../src/contract/agent-event.ts";
import type { Site } from "../../src/core/site.ts";
import type { Address } from "../../src/runtime/conference-face.ts";
import type { AgentCommand, Transfer } from "../../src/runtime/face.ts";
import { call, signedIn, type TestGateway, testGateway, testSite } from "./test-gateway.ts";

const [voice, sales] = testSite.skills;
assert.ok(voice && sales);
const site: Partial<Site> = {
  agents: testSite.agents.map((agent) => ({ ...agent, rights: ["agent", "supervisor"] })),
  announcements: { hello: "h.wav", wait: "w.wav", first: "1.wav" },
  skills: [
    {
      ...voice,
      queue: {
        maxWaiting: 2,
        maxWaitMs: 60_000,
        overflow: { skill: 26 },
        announce: { everyMs: 20_000, announcement: "wait", places: ["first"] },
      },
    },
    { ...sales, queue: { maxWaiting: 1, overflow: { announcement: "hello" } } },
  ],
  numbers: [
    { pattern: "8000", to: { skill: 25 } },
    { pattern: "8001", to: { skill: 26 }, priority: 5 },
    { pattern: "8002", to: { announcement: "hello" } },
    { pattern: "8003", to: { menu: "main" } },
    { pattern: "8102", to: { agent: "102" } },
  ],
  menus: [
    {
      ...{ name: "main", announcement: "hello", waitMs: 5_000, rounds: 2, otherwise: { skill: 25 } },
      keys: { "1": { skill: 25 }, "2": { agent: "101" }, "3": { number: "8002" }, "4": "repeat", "5": "hang-up" },
    },
  ],
  groups: [{ id: 1, name: "all", members: ["101", "102", "103"] }],
};

const agents = ["101", "102", "103"] as const;
const phoneOf = (agent: string): string => `400${agent.slice(1)}`;

type World = {
  readonly gateway: TestGateway;
  readonly told: Map<string, AgentEventMessage[]>;
  /** Calls that have moved into others: their ends are told under the other's name. */
  readonly joined: Set<string>;
};

/** `who` and `other` are agents, `pick` chooses among what there is. */
type Act = (world: World, step: { who: string; other: string; pick: number }) => void | Promise<void>;

const from = <Item>(items: Iterable<Item>, pick: number): Item | undefined => {
  const all = [...items];
  return all[pick % Math.max(1, all.length)];
};

const command =
  (...commands: readonly AgentCommand[]): Act =>
  ({ gateway }, { who, pick }) =>
    void gateway.command(who, commands[pick % commands.length] as AgentCommand);

const withLeg =
  (act: (gateway: TestGateway, leg: LegId, pick: number) => void): Act =>
  ({ gateway }, { pick }) => {
    const leg = from(gateway.legs.alive.keys(), pick);
    if (leg) act(gateway, leg, pick >> 3);
  };

const calls = (gateway: TestGateway, agent: string): readonly string[] => {
  const current = gateway.currentCall(agent, false);
  const held = gateway.heldCalls(agent);
  return [
    ...("refused" in current ? [] : [current.callid]),
    ...("refused" in held ? [] : held.map(({ callid }) => callid)),
  ];
};

const targets = [
  { device: "skill", address: "25" },
  { device: "skill", address: "26" },
  { device: "agent", address: "101" },
  { device: "agent", address: "102" },
  { device: "access-code", address: "8102" },
  { device: "access-code", address: "8003" },
  { device: "ivr", address: "8002" },
  { device: "number", address: "40041" },
] as const;
const modes = ["blind", "success", "talk", "three-party"] as const;

const transfer: Act = ({ gateway }, { who, pick }) => {
  const request: Transfer = {
    ...(targets[pick % targets.length] ?? targets[0]),
    mode: modes[(pick >> 3) % modes.length] ?? "blind",
    ...{ appData: null, caller: "", hold: pick % 2 === 0, skillId: pick % 5 === 0 ? 26 : 0 },
    mediaAbility: ([0, 1, 2] as const)[pick % 3] ?? 0,
  };
  gateway.transfer(who, request);
};

const join: Act = ({ gateway, joined }, { who, pick }) => {
  const held = gateway.heldCalls(who);
  if ("refused" in held) return;
  const before = calls(gateway, who);
  const callId = from(held, pick)?.callid ?? "";
  const outcome = gateway.command(who, { type: "join-held", callId, leave: pick % 2 === 0, appData: null });
  if ("done" in outcome) for (const id of before) joined.add(id);
};

const refer: Act = ({ gateway, joined }, { who, pick }) => {
  const leg = [...gateway.legs.alive.keys()].find((each) => each.startsWith(`${who}.phone.`));
  if (!leg) return;
  const target = from(["sip:102@gw", "sip:40041@gw", "sip:8102@gw", "sip:40003@gw", "sip:8003@gw"], pick) ?? "";
  const other = from(
    [...gateway.legs.alive.keys()].filter((each) => each.includes(".party")),
    pick,
  );
  const tags = { toTag: "a", fromTag: "b", earlyOnly: false };
  const replaces = pick % 2 === 0 && other ? { replaces: { sipCallId: `${other}@twin`, ...tags } } : {};
  const ids = calls(gateway, who);
  const accept = () => {
    if ("replaces" in replaces) for (const id of ids) joined.add(id);
    return { progress: () => {} };
  };
  gateway.referred(leg, { type: "refer", target, ...replaces, accept, reject: () => {} });
};
const address = (other: string, pick: number): Address =>
  pick % 2 === 0 ? { type: "agent", number: other } : { type: "party", number: pick % 3 === 0 ? "40040" : "40041" };

const answering = withLeg((gateway, leg) => gateway.answer(leg));
const phones = (gateway: TestGateway): readonly LegId[] =>
  [...gateway.legs.alive.keys()].filter((leg) => leg.includes(".phone."));

/** Video comes, goes, is muted and refused; phones are picked up and hung up from the desktop, are lost and come back. */
const deviceActs: readonly Act[] = [
  ({ gateway }, { who, pick }) => {
    const mediaAbility = ([1, 2] as const)[pick % 2] ?? 1;
    gateway.callOut(who, { ...call, mediaAbility });
  },
  ({ gateway }, { who, pick }) => void gateway.switchMedia(who, { video: pick % 3 !== 0, userVideoDirection: 4 }),
  command({ type: "begin-mute-video" }, { type: "end-mute-video" }),
  withLeg((gateway, leg) => gateway.answer(leg, true)),
  withLeg((gateway, leg, pick) =>
    gateway.legs.alive.get(leg)?.report({ type: "leg-reoffered", leg, video: pick % 3 !== 0 }),
  ),
  withLeg((gateway, leg, pick) => gateway.ring(leg, pick % 2 === 0, pick % 3 !== 0)),
  async ({ gateway }, { who }) => void (await gateway.pickUpPhone(who)),
  command({ type: "hang-up-phone" }),
  ({ gateway }, { who, pick }) =>
    void gateway.command(who, { type: "reset-skills", skillIds: null, phoneLinkage: pick % 4 !== 0 }),
  ({ gateway }, { pick }) => {
    const leg = from(phones(gateway), pick);
    if (leg) gateway.lose(leg);
  },
  ({ gateway }, { pick }) => {
    const leg = from(phones(gateway), pick);
    if (leg) gateway.comeBack(leg, pick % 2 === 0);
  },
];

/** What agents do in conferences; the chair or not. */
const conferenceActs: readonly Act[] = [
  ({ gateway }, { who, pick }) =>
    void gateway.conferences.request(who, {
      ...{ members: 1 + (pick % 4), caller: "", minutes: 4, promptMinutes: pick % 3 },
      voicePath: pick % 2 === 0 ? "" : "hello",
    }),
  ({ gateway }, { who, other, pick }) => {
    const addresses = [address(other, pick), address(other, pick + 1)];
    gateway.conferences.invite(who, { addresses, caller: "", voicePath: pick % 5 === 0 ? "wait" : "" });
  },
  ({ gateway }, { who, other, pick }) => {
    const { answer, reject, leave, end, remove, passChair } = gateway.conferences;
    const act = from([answer, answer, reject, leave], pick);
    if (pick % 7 === 0) end(who);
    else if (pick % 7 === 1) remove(who, [address(other, pick >> 2)]);
    else if (pick % 7 === 2) passChair(who, other);
    else act?.(who);
  },
  ({ gateway }, { who, other, pick }) => {
    const { hold, unhold, setMode, play, stopPlaying, resize } = gateway.conferences;
    const to = address(other, pick >> 3);
    const steps = [
      () => hold(who, to, pick % 2 === 0 ? "" : "wait"),
      () => unhold(who, to),
      () => setMode(who, to, { hears: pick % 4 !== 0, speaks: pick % 3 !== 0 }),
      () => play(who, pick % 2 === 0 ? null : to, "hello"),
      () => stopPlaying(who, pick % 2 === 0 ? null : to),
      () => resize(who, pick % 2 === 0 ? 2 : -2),
    ];
    steps[pick % steps.length]?.();
  },
];

const acts: readonly Act[] = [
  ...conferenceActs,
  ...deviceActs,
  ({ gateway }, { pick }) =>
    gateway.receive(gateway.incoming(from(["8000", "8001", "8002", "8003", "8102"], pick) ?? "")),
  ({ gateway }, { who }) => void gateway.callOut(who, call),
  ({ gateway }, { who, other, pick }) =>
    void gateway.callInner(who, { to: pick % 2 === 0 ? { agent: other } : { skill: 25 }, appData: "" }),
  ({ gateway }, { who, other, pick }) => {
    const to = pick % 2 === 0 ? { agent: other } : { skill: 26 };
    gateway.innerHelp(who, { to, parties: pick % 3 === 0 ? 2 : 3, hold: pick % 5 === 0, appData: "" });
  },
  transfer,
  join,
  ({ gateway }, { who }) => void gateway.cancelTransfer(who),
  ({ gateway }, { who, other, pick }) =>
    void gateway.disconnect(who, from(["13800000000", "40040", "40041", who, other], pick) ?? ""),
  command({ type: "hold" }, { type: "get-hold", callId: "" }),
  command({ type: "release" }, { type: "answer", callId: "" }),
  command({ type: "answer", callId: "" }),
  command({ type: "reject", callId: "", mode: 1 }, { type: "reject", callId: "", mode: 2 }),
  command({ type: "begin-mute" }, { type: "end-mute" }),
  command({ type: "release-phone" }),
  command({ type: "say-busy", reason: 0, prolong: false }, { type: "say-free" }, { type: "work" }),
  command({ type: "rest", seconds: 30, cause: 1, prolong: false }, { type: "cancel-rest" }, { type: "cancel-busy" }),
  command({ type: "set-auto-answer", enabled: true }, { type: "set-auto-answer", enabled: false }),
  ({ gateway }, { who, pick }) => {
    const callId = from(calls(gateway, who), pick);
    if (callId) gateway.command(who, { type: "drop-call", callId });
  },
  ({ gateway }, { who, pick }) => {
    const leg = from(
      [...gateway.legs.alive.keys()].filter((each) => each.endsWith(".party")),
      pick,
    );
    if (leg) gateway.requestCall(who, { callId: leg.replace(/\.party$/, ""), skill: pick % 2 === 0 ? 25 : 26 });
  },
  ({ gateway }, { who, other }) => void gateway.pickUp(who, other),
  async ({ gateway }, { who, pick }) => {
    const agent = pick % 2 === 0 ? who : "";
    await gateway.previews.add("103", { numbers: ["40040"], data: "", caller: "", agent, skill: 25 });
  },
  async ({ gateway }, { who, pick }) => {
    const list = await gateway.previews.list("103", { limit: 100, before: 0 });
    const id =
      "refused" in list ? undefined : list.find(({ state, offeredTo }) => state === "offered" && offeredTo === who)?.id;
    if (id === undefined) return;
    if (pick % 3 === 0) gateway.previews.decline(who, id);
    else gateway.previews.callOut(who, { id, called: "40040" });
  },
  // His phone calls by itself; a phone passes its call on, or joins it with that one.
  ({ gateway }, { who, pick }) =>
    gateway.receive({
      ...gateway.incoming(from(["8000", "8102"], pick) ?? ""),
      from: { user: phoneOf(who), host: "gw", displayName: "" },
    }),
  refer,
  ({ gateway }, { who, pick }) => {
    const when = from(["always", "busy", "no-answer", "either"] as const, pick) ?? "always";
    const way = targets[(pick >> 2) % targets.length] ?? targets[0];
    const { device, address } = way;
    gateway.setForwarding(who, device === "access-code" || device === "ivr" ? null : { when, device, address });
  },
  withLeg((gateway, leg) => gateway.ring(leg)),
  answering,
  answering,
  withLeg((gateway, leg) => gateway.end(leg)),
  withLeg((gateway, leg, pick) => gateway.fail(leg, { status: from([486, 480, 603], pick) ?? 486 })),
  withLeg((gateway, leg, pick) => {
    const digit = from("12345#", pick) ?? "#";
    gateway.legs.alive.get(leg)?.report({ type: "leg-digit", leg, digit, by: "event" });
  }),
  ({ gateway }, { pick }) => {
    const playing = from(gateway.legs.playing, pick);
    if (!playing) return;
    gateway.legs.playing.delete(playing[0]);
    playing[1]();
  },
  ({ gateway }, { pick }) => gateway.clock.advance((pick % 30) * 1000),
  ({ gateway }, { who, other, pick }) =>
    void gateway.inspection.inspect(who, other, from(["listen", "whisper", "insert"] as const, pick) ?? "listen"),
  ({ gateway, joined }, { who, other, pick }) => {
    if (pick % 2 === 0) return void gateway.inspection.endInspection(who, other);
    gateway.inspection.intercept(who, other, "");
    for (const id of [...calls(gateway, who), ...calls(gateway, other)]) joined.add(id);
  },
  async ({ gateway, told }, { who, pick }) => {
    if (pick % 4 !== 0) return;
    gateway.signOut(who, { force: true, reason: 258 });
    // What it has ended is told to nobody any more.
    told.set(who, []);
    await signedIn(gateway, { ...desktop, phoneNumber: phoneOf(who) }, who);
  },
];

const step = (act: fc.Arbitrary<Act>) => fc.record({ act, who: fc.nat(2), other: fc.nat(2), pick: fc.nat(60) });
const script = (act: fc.Arbitrary<Act>) => fc.array(step(act), { maxLength: 100, size: "max" });
const anything = fc.constantFrom(...acts);
/** Mostly of conferences, so that they come to have members. */
const conferring = fc.oneof(fc.constantFrom(...conferenceActs), fc.constant(answering), anything);
/** Mostly of phones and video, so that calls come to have some. */
const seeing = fc.oneof(fc.constantFrom(...deviceActs), fc.constant(answering), anything);

/** Twice, since a state may be on its way once: then the reconciler would mend it, and say so. */
function agree({ gateway }: World): void {
  gateway.reconcile();
  gateway.reconcile();
  assert.deepEqual(gateway.mended, []);
  const legs = [...gateway.legs.alive.keys()];
  for (const agent of agents)
    assert.ok(legs.filter((leg) => leg.startsWith(`${agent}.phone.`)).length <= 1, "one phone, one leg");
}

async function listen({ gateway, told }: World): Promise<void> {
  for (const agent of agents) {
    gateway.authorise(agent, undefined, true, { address: "127.0.0.1", trusted: true });
    told.get(agent)?.push(...(await gateway.events(agent)));
  }
}

/** Everybody hangs up; whoever rings is left alone. Then each agent is free of calls by himself, or with one word. */
async function calmDown(world: World): Promise<void> {
  const { gateway } = world;
  for (const leg of [...gateway.legs.alive.keys()])
    if (leg.includes(".party") && gateway.legs.alive.has(leg)) gateway.end(leg);
  for (let minutes = 0; minutes < 4; minutes++) {
    gateway.clock.advance(60_000);
    await listen(world);
  }
  for (const agent of agents) {
    for (const callId of calls(gateway, agent)) gateway.command(agent, { type: "drop-call", callId });
    gateway.conferences.end(agent);
    gateway.inspection.endInspection(agent, "");
  }
  for (const agent of agents) {
    const { agentState, isWorking } = gateway.agentStatus(agent);
    assert.ok(!isWorking && [3, 4, 5, 8].includes(agentState), `${agent} is stuck in ${agentState}`);
  }
}

const ends = new Set([
  "AgentEvent_Call_Release",
  "AgentEvent_Call_Out_Fail",
  "AgentEvent_Inside_Call_Fail",
  "AgentEvent_Consult_Fail",
]);

/** Who has talked in a call is told that it is over for him, every time that he was in it, and talks no more after that. */
function checkEnds(events: readonly AgentEventMessage[], joined: ReadonlySet<string>): void {
  const talking = new Set<string>();
  for (const { eventType, content } of events) {
    if (eventType === "AgentEvent_Talking" && content && typeof content === "object" && "callid" in content)
      talking.add(content.callid);
    if (ends.has(eventType) && typeof content === "string") talking.delete(content);
  }
  assert.deepEqual(
    [...talking].filter((id) => !joined.has(id)),
    [],
  );
  checkConferences(events);
}

/** Who has come into a conference, or was to, is told once that it is over for him. */
function checkConferences(events: readonly AgentEventMessage[]): void {
  const inside = new Set<number>();
  for (const { eventType, content } of events) {
    if (content === null || typeof content === "string" || !("confId" in content)) continue;
    const { confId } = content;
    if (eventType === "AgentConf_SelfJoinResult") assert.ok(!inside.has(confId) && inside.add(confId), "joined twice");
    else if (eventType === "AgentConf_SelfLeaveResult") inside.delete(confId);
    else if (eventType !== "AgentConf_Ringing") assert.ok(inside.has(confId), `${eventType} to who is not in it`);
  }
  assert.deepEqual([...inside], []);
}

for (const [what, act, numRuns] of [
  ["several agents and callers", anything, 350],
  ["agents in conferences", conferring, 250],
  ["agents with video and linked phones", seeing, 250],
] as const)
  test(`whatever ${what} do, everything agrees and nobody is left over`, () => holds(act, numRuns));

const desktop = { agentType: 11, phoneLinkage: true } as const;

async function holds(acting: fc.Arbitrary<Act>, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(script(acting), fc.boolean(), async (steps, releasePhone) => {
      const gateway = testGateway({ site });
      const world: World = { gateway, told: new Map(agents.map((agent) => [agent, []])), joined: new Set() };
      for (const agent of agents)
        await signedIn(gateway, { ...desktop, phoneNumber: phoneOf(agent), releasePhone }, agent);
      for (const { act, who, other, pick } of steps) {
        await act(world, { who: agents[who] ?? "101", other: agents[other] ?? "102", pick });
        agree(world);
        await listen(world);
      }
      await calmDown(world);
      for (const agent of agents) {
        await listen(world);
        checkEnds(world.told.get(agent) ?? [], world.joined);
        gateway.signOut(agent, { force: true, reason: 258 });
      }
      gateway.clock.advance(0);
      assert.deepEqual([gateway.legs.census(), gateway.census().calls, gateway.clock.pending()], [0, 0, 0]);
    }),
    { numRuns },
  );
}
