// The whole gateway on a virtual clock, with legs that have no network: a twin of runtime/legs.ts whose phones and parties do
// what the test says. Everything else is the product.

import assert from "node:assert/strict";
import { type VirtualClock, virtualClock } from "../../src/base/clock.ts";
import type { LegId } from "../../src/base/ids.ts";
import { callId } from "../../src/base/ids.ts";
import { silentLog } from "../../src/base/log.ts";
import type { AgentEventMessage } from "../../src/contract/agent-event.ts";
import type { PlayReport } from "../../src/core/agent/state.ts";
import type { Ended, Heard, RecordEffect, RecordingEvent } from "../../src/core/call/state.ts";
import type { Cause } from "../../src/core/detect/cause.ts";
import type { Preview } from "../../src/core/preview/state.ts";
import type { Site } from "../../src/core/site.ts";
import { openCallLedger } from "../../src/runtime/call-ledger.ts";
import type { CallOut, SignIn } from "../../src/runtime/face.ts";
import { openGateway, type RunningGateway } from "../../src/runtime/gateway.ts";
import { type Journal, noJournal } from "../../src/runtime/journal/journal.ts";
import type { LegReport } from "../../src/runtime/leg.ts";
import type { Legs, PartyInvite } from "../../src/runtime/legs-port.ts";
import type { PlayOrder } from "../../src/runtime/playbacks.ts";
import { openTollDesk } from "../../src/runtime/toll.ts";
import type { IncomingInvite } from "../../src/sip/face.ts";
import type { PreviewRow, RecordingRow, Store } from "../../src/store/ports.ts";

export const testSite: Site = {
  vdn: { id: 1, name: "test" },
  agents: ["101", "102", "103"].map((id) => ({
    id,
    name: `Agent ${id}`,
    password: "",
    skills: [25, 26],
    rights: id === "103" ? ["agent", "supervisor"] : ["agent"],
  })),
  skills: [
    { id: 25, name: "voice", mediaType: 5 },
    { id: 26, name: "sales", mediaType: 5, caller: "40039" },
  ],
  phones: ["40001", "40002", "40003"].map((number) => ({ number, password: "secret" })),
  callers: ["40038", "40039"],
  defaultCaller: "40038",
  defaultSkill: 25,
  trunks: [
    { name: "t", host: "127.0.0.1", port: 5080, transport: "udp", patterns: ["4xxxx"], priority: 1, probeMs: 0 },
  ],
  ring: { agentMs: 30_000, customerMs: 60_000 },
  parameters: {},
  detect: [],
};

type TwinLeg = { readonly report: (report: LegReport) => void; readonly invite: PartyInvite | null };

export type TwinLegs = Omit<Legs, "alive"> & {
  readonly alive: Map<LegId, TwinLeg>;
  /** How each leg that ever was reports. */
  readonly reporters: Map<LegId, (report: LegReport) => void>;
  /** Every INVITE sent, by its number. */
  readonly invited: string[];
  readonly heard: Map<LegId, Heard>;
  readonly dialled: string[];
  /** Announcements in turn, `leg:name,name`; how they end. */
  readonly played: string[];
  readonly playing: Map<LegId, () => void>;
  readonly hungUp: LegId[];
  /** Phones that were asked to answer, and what they say to that. */
  readonly asked: LegId[];
  talkStatus: number;
  /** How each of them was refused, if it was. */
  readonly statuses: (number | undefined)[];
  readonly reoffers: LegId[];
  /** Parties that have called and were answered. */
  readonly answered: LegId[];
  /** False: our answers to them do not arrive. */
  answersArrive: boolean;
  /** What legs are listened to for, in turn. */
  readonly watched: { leg: LegId; watch: "progress" | "answer" | null }[];
  /** Recordings that agents hear on their phones. */
  readonly files: { order: PlayOrder; report: (event: PlayReport) => void }[];
  readonly recorded: { order: RecordEffect; report: (event: RecordingEvent) => void }[];
};

/** `after`: INVITEs wait for it, as those of the real ones wait for their images. */
function twinLegs(after: Journal["after"] = noJournal.after): TwinLegs {
  const legs: TwinLegs = {
    alive: new Map(),
    reporters: new Map(),
    invited: [],
    heard: new Map(),
    dialled: [],
    played: [],
    playing: new Map(),
    hungUp: [],
    asked: [],
    talkStatus: 200,
    statuses: [],
    reoffers: [],
    answered: [],
    answersArrive: true,
    recorded: [],
    files: [],
    watched: [],
    invitePhone({ leg, number }, report) {
      after(() => void legs.invited.push(number));
      legs.reporters.set(leg, report);
      legs.alive.set(leg, { report, invite: null });
    },
    inviteParty(invite, report) {
      after(() => void legs.invited.push(invite.called));
      legs.reporters.set(invite.leg, report);
      legs.alive.set(invite.leg, { report, invite });
    },
    take(leg, _call, _incoming, report) {
      legs.reporters.set(leg, report);
      legs.alive.set(leg, { report, invite: null });
    },
    ringParty: () => {},
    answerParty({ leg }) {
      if (!legs.answersArrive) return;
      legs.answered.push(leg);
      legs.alive.get(leg)?.report({ type: "leg-answered", leg, video: false, telephoneEvent: true });
    },
    reofferPhone: (leg) => void legs.reoffers.push(leg),
    reofferParty: ({ leg }) => void legs.reoffers.push(leg),
    hangUp(leg, status) {
      if (!legs.alive.delete(leg)) return;
      legs.hungUp.push(leg);
      legs.statuses.push(status);
    },
    async talk(leg) {
      legs.asked.push(leg);
      return legs.talkStatus;
    },
    hear: (listener, source) => void legs.heard.set(listener, source),
    record: (order, report) => void legs.recorded.push({ order, report }),
    playFile: (order, report) => void legs.files.push({ order, report }),
    detect: (leg, watch) => void legs.watched.push({ leg, watch }),
    play({ leg, names }, done) {
      legs.played.push(names.join());
      legs.playing.set(leg, done);
    },
    stopPlaying: (leg) => void legs.playing.delete(leg),
    dial: (leg, digits) => void legs.dialled.push(`${leg}:${digits}`),
    sipCallId: (leg) => (legs.alive.has(leg) ? `${leg}@twin` : undefined),
    takeUp(images, reporter) {
      for (const leg of images.keys()) {
        const report = reporter(leg);
        if (report) legs.alive.set(leg, { report, invite: null });
        else legs.hungUp.push(leg);
      }
      return new Set(legs.alive.keys());
    },
    census: () => legs.alive.size,
  };
  return legs;
}

export type TestGateway = RunningGateway & {
  readonly clock: VirtualClock;
  /** What the reconciler has put right. */
  readonly mended: readonly string[];
  readonly legs: TwinLegs;
  readonly parameters: { P18: number; P978: number };
  /** Everything the agent was told since the last look: event types, or `type(content)` where it says something. */
  told(agent?: string): Promise<string[]>;
  events(agent?: string): Promise<AgentEventMessage[]>;
  phone(): LegId;
  party(): LegId;
  /** An INVITE from outside to this number. */
  incoming(called: string, sdp?: string): IncomingInvite;
  /** The leg rings, answers, fails, or its user hangs up. */
  ring(leg: LegId, early?: boolean, talks?: boolean): void;
  answer(leg: LegId, video?: boolean): void;
  fail(leg: LegId, cause: Partial<Cause> & { status: number }): void;
  end(leg: LegId): void;
  /** The connection of the agent's phone is lost for 30 s at most; it is back. */
  lose(leg: LegId): void;
  comeBack(leg: LegId, video?: boolean): void;
};

export function testGateway(
  change: {
    parameters?: { P18?: number; P978?: number };
    site?: Partial<Site>;
    /** Recordings that the index knows. */
    rows?: readonly RecordingRow[];
    callEnded?: (call: Ended) => void;
    mostCalls?: number;
    /** Previews that an earlier process has left behind. */
    previews?: readonly Preview[];
    /** Where call records go. */
    store?: Pick<Store, "keepCalls">;
    /** What the state is kept in, and the clock of the process before. */
    journal?: Journal;
    clock?: VirtualClock;
    /** Ids that were used before. */
    ids?: { calls: number; guids: number };
  } = {},
): TestGateway {
  const clock = change.clock ?? virtualClock();
  const legs = twinLegs(change.journal?.after);
  const parameters = { P18: 0, P978: 0, ...change.parameters };
  const site = { ...testSite, ...change.site };
  const mended: string[] = [];
  const ids = change.ids ?? { calls: 0, guids: 0 };
  const gateway = openGateway({
    clock,
    log: silentLog,
    site,
    guidRules: { authMode: 2, intervalMs: 60_000, timeoutMs: 120_000 },
    pollTimeoutMs: 120_000,
    forceAllowed: true,
    eventGenTime: false,
    late: () => false,
    ...(change.journal && { journal: change.journal }),
    mostCalls: change.mostCalls ?? 0,
    keeping: { most: 1000, unreadMs: 86_400_000, readMs: 120_000 },
    node: { name: "twin", version: "0.0.0" },
    mintGuid: () => `guid-${++ids.guids}`,
    passwords: {
      fits: async (agent, password) => site.agents.find(({ id }) => id === agent)?.password === password,
      has: () => true,
      change: async () => false,
      siteChanged() {},
    },
    callIds: { next: () => callId(`${Math.floor(clock.now() / 1000)}-${++ids.calls}`) },
    parameters: () => parameters,
    legs: { ...legs, alive: () => legs.alive.keys() },
    registrar: { knows: (number) => site.phones.some((phone) => phone.number === number) },
    trunks: { hasRoute: (number) => /^4\d{4}$/.test(number) },
    missing: () => [],
    ...(change.callEnded && { callEnded: change.callEnded }),
    ...(change.store && {
      ledger: openCallLedger({
        ...{ clock, log: silentLog, site, node: "twin", store: change.store },
        ...(change.journal && { journal: change.journal }),
      }),
    }),
    mended: (what) => void mended.push(what),
    recordings: {
      index: {
        find: async ({ agent, name }) =>
          (change.rows ?? []).filter((row) => (agent ?? row.agent) === row.agent && name === row.name),
      },
      folder: "",
    },
    previews: { store: previewStore(), begun: change.previews ?? [] },
    // A clock of its own: a count that waits for the disk is nothing that a call has left over.
    toll: openTollDesk({
      clock: virtualClock(),
      log: silentLog,
      site,
      store: { keepDailyCalls: async () => {} },
      begun: new Map(),
    }),
  });
  const report = (leg: LegId, event: LegReport): void => {
    const twin = legs.alive.get(leg);
    assert.ok(twin, `leg ${leg} is not alive`);
    if (event.type === "leg-failed" || event.type === "leg-ended") legs.alive.delete(leg);
    twin.report(event);
  };
  const events = async (agent = "101"): Promise<AgentEventMessage[]> => {
    const all: AgentEventMessage[] = [];
    for (;;) {
      const polled = await gateway.poll(agent, 0, () => {});
      if ("refused" in polled || polled.event === null) return all;
      polled.delivered();
      all.push(polled.event);
    }
  };
  const last = (pattern: RegExp): LegId => {
    const found = [...legs.alive.keys()].filter((leg) => pattern.test(leg)).at(-1);
    assert.ok(found, `no leg like ${pattern}`);
    return found;
  };
  return {
    ...gateway,
    clock,
    mended,
    legs,
    parameters,
    events,
    told: async (agent) => (await events(agent)).map(short),
    phone: () => last(/\.phone\./),
    party: () => last(/\.party$/),
    incoming: (called, sdp = "v=0") => ({ ...twinInvite(called), sdp }),
    ring: (leg, early = false, talks = false) => report(leg, { type: "leg-ringing", leg, early, talks }),
    answer: (leg, video = false) => report(leg, { type: "leg-answered", leg, video, telephoneEvent: true }),
    fail: (leg, cause) => report(leg, { type: "leg-failed", leg, cause: { rung: false, ...cause } }),
    end: (leg) => report(leg, { type: "leg-ended", leg, remote: true }),
    lose: (leg) => report(leg, { type: "leg-lost", leg, graceMs: 30_000 }),
    comeBack: (leg, video = false) => report(leg, { type: "leg-returned", leg, video }),
  };
}

/** In memory, and at once. */
function previewStore(): Pick<Store, "addPreview" | "keepPreview" | "previews" | "forgetPreviews"> {
  const rows = new Map<number, PreviewRow>();
  return {
    addPreview: async (row) => {
      const id = rows.size + 1;
      rows.set(id, { ...row, id });
      return id;
    },
    keepPreview: async (row) => void rows.set(row.id, row),
    previews: async () => [...rows.values()].reverse(),
    forgetPreviews: async (which) => ("ids" in which && which.ids.some((id) => rows.delete(id)) ? 1 : 0),
  };
}

const twinInvite = (called: string): IncomingInvite => ({
  uri: `sip:${called}@127.0.0.1`,
  user: called,
  from: { user: "13800000000", host: "127.0.0.1", displayName: "" },
  source: { transport: "udp", address: "127.0.0.1", port: 5080 },
  diversions: [],
  sipCallId: "twin",
  header: () => undefined,
  observe() {},
  ring() {},
  answer() {},
  reject() {},
  hangUp() {},
  reoffer: async () => ({ status: 488 }),
});

function short({ eventType, content }: AgentEventMessage): string {
  const name = eventType.replace(/^Agent(State|Event|Other)_/, "");
  if (content === null || typeof content === "string") return name;
  if ("detect" in content) return `detect ${content.detect}`;
  if ("phoneState" in content) return `${name} ${content.phoneState}`;
  if ("reason" in content) return `${name} ${content.reason}`;
  return name;
}

const signInRequest: SignIn = {
  password: "",
  phoneNumber: "40001",
  autoAnswer: true,
  autoEnterIdle: true,
  releasePhone: true,
  agentType: 4,
  status: 4,
};

export const here = { address: "127.0.0.1", trusted: false };

export const call: CallOut = {
  caller: "",
  called: "40040",
  skillId: 0,
  appData: "",
  mediaAbility: 0,
  userVideoDirection: 4,
};

/** Signs in and forgets the events of it. */
export async function signedIn(gateway: TestGateway, change: Partial<SignIn> = {}, agent = "101"): Promise<string> {
  const how = { force: false };
  const reply = await gateway.signIn(agent, { ...signInRequest, ...change }, how, here);
  assert.ok("guid" in reply, JSON.stringify(reply));
  await gateway.told(agent);
  return reply.guid;
}

export function callsOut(gateway: TestGateway, change: Partial<CallOut> = {}, agent = "101"): string {
  const reply = gateway.callOut(agent, { ...call, ...change });
  assert.ok("callId" in reply, JSON.stringify(reply));
  return reply.callId;
}

/** A callout whose agent has answered, up to where the party's phone rings. Its id. */
export function ringing(gateway: TestGateway): string {
  const id = callsOut(gateway);
  gateway.answer(gateway.phone());
  gateway.ring(gateway.party());
  return id;
}

/** A call from outside, up to where the queues have done their work. Its id. */
export function callsIn(gateway: TestGateway, called = "8000"): string {
  gateway.receive(gateway.incoming(called));
  return gateway.party().replace(/\.party$/, "");
}

/** A callout up to talking; its events are forgotten. */
export async function talking(gateway: TestGateway, change: Partial<CallOut> = {}): Promise<string> {
  const id = callsOut(gateway, change);
  if ([...gateway.legs.alive.keys()].every((leg) => !leg.endsWith(".party"))) {
    const phone = [...gateway.legs.alive.keys()].find((leg) => leg.includes(".phone."));
    if (phone) gateway.answer(phone, change.mediaAbility === 1);
  }
  gateway.ring(gateway.party());
  gateway.answer(gateway.party(), change.mediaAbility === 1);
  await gateway.told();
  return id;
}
