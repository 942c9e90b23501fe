// Any interleaving of what agents and legs do, of crashes and restarts, leads to the state that no crash would have led to. Two
// gateways live through the same: one never dies; the other one is killed before a commit (what was done is then done again, as
// its client would), between the commit and its effects, or after them.
//
// What a kill costs by nature is told to the one that never dies as what it is there. A leg that is not up has no image
// (docs/journal.md): it failed, be it a phone that rang, a party that was called, or a caller who had no answer yet. Effects that
// did not happen any more: the legs to be rung fail, the answer to a caller does not arrive. Each act has its millisecond: agents
// who are free since the same one are equals, and which of them comes first is not kept.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type VirtualClock, virtualClock } from "../../src/base/clock.ts";
import type { LegId } from "../../src/base/ids.ts";
import { silentLog } from "../../src/base/log.ts";
import { openJournal } from "../../src/runtime/journal/journal.ts";
import type { LegImage } from "../../src/runtime/leg-image.ts";
import { allKept, atRest } from "../support/at-rest.ts";
import { type JournalDisk, journalDisk } from "../support/journal-disk.ts";
import { call, signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

type Process = TestGateway & { /** It is gone. */ stop(): void };

type Site = {
  gateway: Process;
  disk: JournalDisk;
  readonly clock: VirtualClock;
  readonly ids: { calls: number; guids: number };
  /** What each agent's poll has brought, by its id. */
  readonly told: Map<string, string>;
  /** Legs that were answered, and that have rung. */
  readonly up: Set<LegId>;
  readonly rung: Set<LegId>;
};

const agents = ["101", "102"] as const;
const numbers = [{ pattern: "8000", to: { skill: 25 } }];

async function process(disk: JournalDisk, { clock, ids }: Pick<Site, "clock" | "ids">): Promise<Process> {
  const secret = Buffer.alloc(32, 7);
  const { own, stop } = mortalClock(clock);
  const journal = await openJournal({ clock: own, log: silentLog, store: disk, node: "n", secret, waitMs: 1e9 });
  return { ...testGateway({ journal, clock: own, ids, site: { numbers } }), stop };
}

/** Timers die with their process. */
function mortalClock(clock: VirtualClock): { readonly own: VirtualClock; stop(): void } {
  let runs = true;
  const after: VirtualClock["after"] = (ms, task) => clock.after(ms, () => void (runs && task()));
  return {
    own: { ...clock, after },
    stop() {
      runs = false;
    },
  };
}

async function opened(): Promise<Site> {
  const [disk, clock, ids] = [journalDisk(), virtualClock(), { calls: 0, guids: 0 }];
  const gateway = await process(disk, { clock, ids });
  const site = {
    gateway,
    disk,
    clock,
    ids,
    told: new Map<string, string>(),
    up: new Set<LegId>(),
    rung: new Set<LegId>(),
  };
  for (const [index, agent] of agents.entries()) {
    clock.advance(1);
    await signedIn(gateway, { phoneNumber: `4000${index + 1}` }, agent);
  }
  await settled(site);
  return site;
}

/** All commits are made, and what follows from them; the agents have read what came. */
async function settled(site: Site): Promise<void> {
  await allKept(site.gateway.kept);
  for (const agent of agents) {
    for (;;) {
      const polled = await site.gateway.poll(agent, 0, () => {});
      if ("refused" in polled || polled.event === null) break;
      assert.ok(site.disk.rows.has(`feed ${agent} ${polled.id}`), "nobody hears of what is not on the disk");
      polled.delivered();
      site.told.set(`${agent} ${polled.id}`, `${polled.event.eventType} ${JSON.stringify(polled.event.content)}`);
    }
  }
  await allKept(site.gateway.kept);
}

type Crash = "none" | "before" | "between" | "after";

/** The process is gone; the next one knows what is on the disk, and the peers of these legs are there. */
async function restarted(site: Site, disk: JournalDisk, survivors: readonly LegId[]): Promise<void> {
  site.gateway.stop();
  site.disk = disk;
  site.gateway = await process(disk, site);
  site.gateway.recover(new Map(survivors.map((leg) => [leg, {} as LegImage])));
  await settled(site);
}

/** Legs that outlive their gateway. */
const legsUp = ({ gateway: { legs }, up }: Site): readonly LegId[] =>
  [...legs.alive.keys()].filter((leg) => up.has(leg) || legs.answered.includes(leg));

type Act = { readonly name: string; readonly pick: number; readonly crash: Crash };

const legAt = ({ gateway }: Site, pick: number): LegId | undefined => {
  const legs = [...gateway.legs.alive.keys()].toSorted();
  return legs[pick % Math.max(1, legs.length)];
};

/** Our INVITE to it has no final answer yet. */
const isCalled = ({ gateway: { legs }, up }: Site, leg: LegId): boolean =>
  !up.has(leg) && (!isParty(leg) || legs.alive.get(leg)?.invite !== null);

const agentAt = (pick: number): string => agents[pick % 2] ?? "101";

const acts: Readonly<Record<string, (site: Site, pick: number) => unknown>> = {
  busy: ({ gateway }, pick) => gateway.command(agentAt(pick), { type: "say-busy", reason: 1, prolong: false }),
  free: ({ gateway }, pick) => gateway.command(agentAt(pick), { type: "say-free" }),
  ready: ({ gateway }, pick) => gateway.command(agentAt(pick), { type: "cancel-busy" }),
  rest: ({ gateway }, pick) => gateway.command(agentAt(pick), { type: "rest", seconds: 60, cause: 2, prolong: false }),
  callOut: ({ gateway }, pick) => gateway.callOut(agentAt(pick), call),
  callIn: ({ gateway }) => gateway.receive(gateway.incoming("8000")),
  inner: ({ gateway }, pick) =>
    gateway.callInner(agentAt(pick), { to: { agent: agentAt(pick + 1) }, appData: "", skillId: 0 }),
  release: ({ gateway }, pick) => gateway.command(agentAt(pick), { type: "release" }),
  hold: ({ gateway }, pick) => gateway.command(agentAt(pick), { type: "hold" }),
  getHold: ({ gateway }, pick) => gateway.command(agentAt(pick), { type: "get-hold", callId: "" }),
  mute: ({ gateway }, pick) => gateway.command(agentAt(pick), { type: "begin-mute" }),
  take: ({ gateway }, pick) => gateway.command(agentAt(pick), { type: "answer", callId: "" }),
  ring(site, pick) {
    const leg = legAt(site, pick);
    if (!leg || !isCalled(site, leg)) return;
    site.rung.add(leg);
    site.gateway.ring(leg);
  },
  answer(site, pick) {
    const leg = legAt(site, pick);
    if (!leg || !isCalled(site, leg)) return;
    site.up.add(leg);
    site.gateway.answer(leg);
  },
  end(site, pick) {
    const leg = legAt(site, pick);
    if (leg) site.gateway.end(leg);
  },
  fail(site, pick) {
    const leg = legAt(site, pick);
    if (leg) site.gateway.fail(leg, { status: 486 });
  },
};

async function did(site: Site, { name, pick }: Act): Promise<void> {
  acts[name]?.(site, pick);
  await settled(site);
}

type Sites = { readonly steady: Site; readonly mortal: Site };

const lived: Readonly<Record<Crash, (sites: Sites, act: Act) => Promise<void>>> = {
  async none({ steady, mortal }, act) {
    await did(steady, act);
    await did(mortal, act);
  },
  async before({ steady, mortal }, act) {
    const [survivors, up, { calls }] = [legsUp(mortal), [...mortal.up], mortal.ids];
    mortal.disk.free = false;
    acts[act.name]?.(mortal, act.pick);
    mortal.ids.calls = calls;
    mortal.up.clear();
    for (const leg of [...up, ...survivors]) mortal.up.add(leg);
    await restarted(mortal, journalDisk(mortal.disk), survivors);
    await lose(steady, survivors);
    await lived.none({ steady, mortal }, act);
  },
  async between({ steady, mortal }, act) {
    mortal.disk.free = false;
    acts[act.name]?.(mortal, act.pick);
    await atRest(mortal.gateway.kept, mortal.disk);
    const survivors = kept(mortal);
    await restarted(mortal, mortal.disk.peek(), survivors);
    steady.gateway.legs.answersArrive = false;
    await did(steady, act);
    steady.gateway.legs.answersArrive = true;
    await lose(steady, survivors);
  },
  async after({ steady, mortal }, act) {
    await lived.none({ steady, mortal }, act);
    const survivors = kept(mortal);
    await restarted(mortal, journalDisk(mortal.disk), survivors);
    await lose(steady, survivors);
  },
};

/** Those that are up stay so for the next process. */
function kept(site: Site): readonly LegId[] {
  const survivors = legsUp(site);
  for (const leg of survivors) site.up.add(leg);
  return survivors;
}

/** To the one that never dies: these legs alone are there. In the order in which a restart tells it: parties, then phones by agent. */
async function lose(steady: Site, survivors: readonly LegId[]): Promise<void> {
  const { gateway, rung } = steady;
  const lost = [...gateway.legs.alive.keys()].filter((leg) => !survivors.includes(leg));
  for (const leg of [...lost.filter(isParty), ...lost.filter((leg) => !isParty(leg)).toSorted()])
    if (gateway.legs.alive.has(leg)) gateway.fail(leg, { status: 503, rung: rung.has(leg), ours: "restart" });
  await settled(steady);
}

const isParty = (leg: LegId): boolean => leg.includes(".party");

const stateOf = ({ gateway, told }: Site) => ({
  agents: agents.map((agent) => {
    const { currentTime: _, ...info } = gateway.agentInfo(agent).agentStateInfo;
    return info;
  }),
  calls: gateway.reads.allCalls("103"),
  census: gateway.census(),
  waiting: [...gateway.waiting()],
  counts: agents.map((agent) => gateway.reads.agentCounts(agent)),
  skills: [25, 26].map((skill) => gateway.reads.skillCounts(skill)),
  legs: [...gateway.legs.alive.keys()].toSorted(),
  told: agents.map((agent) => [...told].flatMap(([id, event]) => (id.startsWith(agent) ? [event] : []))),
});

const crash: fc.Arbitrary<Crash> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Crash>("none") },
  { weight: 1, arbitrary: fc.constantFrom<Crash>("before", "between", "after") },
);
const act = fc.record({ name: fc.constantFrom(...Object.keys(acts), "wait"), pick: fc.nat(7), crash });

test("any interleaving of events, crashes and restarts leads to where no crash would have led", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (steps) => {
      const [steady, mortal] = [await opened(), await opened()];
      for (const step of steps) {
        for (const site of [steady, mortal]) site.clock.advance(step.name === "wait" ? 7_000 : 1);
        await lived[step.crash]({ steady, mortal }, step);
        assert.deepEqual(stateOf(mortal), stateOf(steady), JSON.stringify(step));
      }
    }),
    { numRuns: 200, seed: 7, interruptAfterTimeLimit: 8_000 },
  );
});
