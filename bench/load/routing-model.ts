// A whole contact centre without sockets: the loop with all its machines, under calls from outside. Phones answer, callers talk and
// hang up or give up, at times of a seeded generator; time is an agenda's. What is measured is what the machines take for it.

import type { Timer } from "../../src/base/clock.ts";
import { agentId, type CallId, callId } from "../../src/base/ids.ts";
import { silentLog } from "../../src/base/log.ts";
import type { CallPlan, Ended } from "../../src/core/call/state.ts";
import { partyLegId } from "../../src/core/party-leg.ts";
import { type Loop, type Outward, openLoop } from "../../src/runtime/loop.ts";
import { seeded } from "../../src/sim/speech.ts";
import { agenda } from "./agenda.ts";
import { type Spread, spread } from "./figures.ts";
import { RoutingLedger } from "./routing-ledger.ts";
import { type Seat, seatsOf, skillsOf } from "./routing-site.ts";

export type RoutingLoad = {
  readonly agents: number;
  readonly skills: number;
  /** Calls a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Share of the agents' time that the calls take, in percent. */
  readonly load: number;
};

export type RoutingFigures = {
  readonly calls: number;
  readonly served: number;
  readonly abandoned: number;
  /** Neither: none of them may be. */
  readonly lost: number;
  /** Had to wait in a queue. */
  readonly waited: number;
  readonly waitMs: Spread;
  readonly outOfOrder: number;
  readonly mistakes: readonly string[];
  /** From a call's arrival until it is offered to an agent or stands in a queue: every machine that takes part. */
  readonly arrivalMs: Spread;
  /** From the end of a call until its agent has the next one, or is free. */
  readonly endMs: Spread;
  readonly cpuMsPerCall: number;
};

const PATIENCE_MS = 180_000;
const RING_MS = 800;

export class RoutingModel {
  private readonly load: RoutingLoad;
  private readonly clock = agenda();
  private readonly random = seeded(1);
  private readonly seats: readonly Seat[];
  private readonly skills: readonly number[];
  private readonly ledger: RoutingLedger;
  private readonly loop: Loop;
  private readonly timers = new Map<string, Timer>();
  private readonly arrivedAt = new Map<string, number>();
  private readonly choices: { readonly call: string; readonly agent: string; readonly at: number }[] = [];
  private readonly becameFree: string[] = [];
  private readonly mistakes: string[] = [];
  private readonly figures = { served: 0, abandoned: 0, waited: 0, ended: 0 };
  private readonly times = { arrival: [] as number[], end: [] as number[], wait: [] as number[] };

  constructor(load: RoutingLoad) {
    this.load = load;
    this.seats = seatsOf(load);
    this.skills = skillsOf(load);
    this.ledger = new RoutingLedger(this.seats);
    const levels = new Map(this.seats.map((seat) => [seat.agent, seat.levels]));
    this.loop = openLoop({
      clock: this.clock,
      log: silentLog,
      perform: (outward) => this.perform(outward),
      level: (agent, skill) => levels.get(agent)?.get(skill) ?? 1,
      ended: (call) => this.callEnded(call),
    });
  }

  run(): RoutingFigures {
    for (const { agent, levels } of this.seats) this.signIn(agent, [...levels.keys()]);
    const { rate, seconds } = this.load;
    const cpu = process.cpuUsage();
    const begun = this.clock.now();
    for (let index = 0; index < rate * seconds; index++) {
      this.clock.runUntil(begun + (index * 1000) / rate);
      this.call(index);
    }
    // Whoever is in a call or waits comes to his end.
    this.clock.runUntil(this.clock.now() + 2 * PATIENCE_MS);
    const { user, system } = process.cpuUsage(cpu);
    const calls = rate * seconds;
    const { served, abandoned, waited } = this.figures;
    return {
      ...{ calls, served, abandoned, waited, lost: calls - served - abandoned },
      outOfOrder: this.mistakes.length,
      mistakes: this.mistakes.slice(0, 5),
      waitMs: spread(this.times.wait),
      arrivalMs: spread(this.times.arrival),
      endMs: spread(this.times.end),
      cpuMsPerCall: Number(((user + system) / 1000 / calls).toFixed(3)),
    };
  }

  private signIn(agent: string, skills: readonly number[]): void {
    const profile = {
      ...{ phoneNumber: agent, loginAt: this.clock.now(), autoAnswer: true, autoEnterIdle: true, releasePhone: true },
      ...{
        agentType: 4 as const,
        phoneLinkage: false,
        skills,
        talkRight: true,
        selfRecord: false,
        customState: null,
        wrapUpMs: null,
      },
      forwarding: null,
    } as const;
    this.loop.post({ to: "agent", id: agentId(agent), input: { type: "sign-in", profile, status: 4 } });
    this.ledger.isFree(agent, this.clock.now());
    // Nobody is idle as long as another one.
    this.clock.runUntil(this.clock.now() + 1);
  }

  private call(index: number): void {
    const skill = this.skills[Math.floor(this.random() * this.skills.length)] ?? 0;
    const id = callId(`1455885056-${index + 1}`);
    this.ledger.arrived(id, skill, this.clock.now());
    this.arrivedAt.set(id, this.clock.now());
    const plan: CallPlan = {
      ...{ id, kind: "incoming", agent: null, target: { type: "skill", skill }, caller: "13800000000", called: "8000" },
      ...{ skill: { id: skill, name: `skill ${skill}` }, record: false, detect: [], appData: "", mediaAbility: 0 },
      ...{ videoDirection: null, ringMs: 30_000, createdAt: this.clock.now() },
    };
    this.timed(this.times.arrival, () => this.loop.arrive(plan));
    this.clock.after(PATIENCE_MS, () => this.giveUp(id));
  }

  private giveUp(id: CallId): void {
    const call = this.loop.call(id);
    if (call?.name !== "live" || call.answeredAt !== null || call.members.length > 1) return;
    this.ledger.gaveUp(id);
    this.hangUp(id);
  }

  private hangUp(id: CallId): void {
    const event = { type: "leg-ended", leg: partyLegId(id, 1), remote: true } as const;
    this.timed(this.times.end, () => this.loop.post({ to: "call", id, event }));
  }

  /** Then what was decided in it is looked at, outside the time that is measured. */
  private timed(into: number[], work: () => void): void {
    const begun = performance.now();
    work();
    into.push(performance.now() - begun);
    for (const agent of this.becameFree.splice(0)) this.ledger.isFree(agent, this.clock.now());
    for (const { call, agent, at } of this.choices.splice(0)) {
      this.mistakes.push(...this.ledger.assigned(call, agent));
      const waitedMs = at - (this.arrivedAt.get(call) ?? at);
      this.times.wait.push(waitedMs);
      if (waitedMs > 0) this.figures.waited++;
    }
  }

  private perform({ by, id, effect }: Outward): void {
    switch (effect.type) {
      case "invite-phone": {
        this.choices.push({ call: effect.order.call, agent: id, at: this.clock.now() });
        const event = { type: "leg-answered", leg: effect.leg, video: false, telephoneEvent: true } as const;
        this.clock.after(RING_MS, () => this.loop.post({ to: "agent", id: agentId(id), input: event }));
        return;
      }
      case "answer-party": {
        const event = { type: "leg-answered", leg: effect.leg, video: false, telephoneEvent: true } as const;
        this.clock.after(1, () => this.loop.post({ to: "call", id: callId(id), event }));
        return;
      }
      case "notify":
        return this.told(id, effect.event);
      case "start-timer":
        return this.startTimer(`${by} ${id} ${effect.name}`, effect.ms);
      case "stop-timer":
        this.timers.get(`${by} ${id} ${effect.name}`)?.cancel();
        return;
      default:
    }
  }

  /** None of them runs out here: phones answer, and nobody rests. */
  private startTimer(key: string, ms: number): void {
    this.timers.get(key)?.cancel();
    this.timers.set(
      key,
      this.clock.after(ms, () => {
        throw new Error(`the timer ${key} ran out`);
      }),
    );
  }

  private told(agent: string, { eventType, content }: { readonly eventType: string; readonly content: unknown }): void {
    if (eventType === "AgentState_Ready") this.becameFree.push(agent);
    if (eventType !== "AgentEvent_Talking") return;
    const { callid } = content as { callid: string };
    this.figures.served++;
    const { agents, rate, load } = this.load;
    const handlingMs = ((agents * load) / 100 / rate) * 1000;
    const talkMs = (0.5 + this.random()) * (handlingMs - RING_MS);
    this.clock.after(talkMs, () => this.hangUp(callId(callid)));
  }

  private callEnded({ abandoned }: Ended): void {
    this.figures.ended++;
    if (abandoned) this.figures.abandoned++;
  }
}
