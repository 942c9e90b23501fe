// The client process of the load of idle agents: they sign in and hold polls, or ask again at a steady pace; then some of them make
// themselves busy and idle again, each of which is an event. Forked by idle-run.ts: the order signs them in, each further message
// measures, its disconnection ends the process.

import { once } from "node:events";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { AgentDoor, type Gate, openConnections, type Reply } from "./agent-door.ts";
import { type Spread, spread, wallMs } from "./figures.ts";
import { seat } from "./site.ts";

export type IdleOrder = {
  readonly gate: Gate;
  readonly agents: number;
  /** From one poll of an agent to his next, ms; 0: at once after the reply, which the gateway holds. */
  readonly pollMs: number;
};

export type Measure = { readonly seconds: number; readonly eventsPerSecond: number };

export type IdleState = {
  readonly agents: number;
  /** Polls that wait for their reply now. */
  readonly held: number;
  /** Polls and orders that were refused or broke. */
  readonly failures: number;
  /** Every reason once, with its number. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly pollsPerSecond: number;
  /** From the request to the last byte of the reply, of polls that are not held. */
  readonly replyMs: Spread | null;
  readonly events: EventFigures | null;
};

export type EventFigures = {
  readonly made: number;
  readonly told: number;
  /** From the order that makes the event, before it is written, to the event read: the order's own way is part of it. */
  readonly orderToEventMs: Spread;
  /** From the time that the event carries, in whole ms, to the event read. */
  readonly eventMs: Spread;
};

const SIGN_INS_AT_A_TIME = 20;
const DRAIN_MS = 5_000;

type Idle = { readonly door: AgentDoor; busy: boolean; askedAt: number | null };

class IdleFloor {
  readonly #order: IdleOrder;
  readonly #idle: Idle[] = [];
  readonly #times = { reply: [] as number[], order: [] as number[], event: [] as number[] };
  #held = 0;
  #failures = 0;
  readonly #reasons: Record<string, number> = {};
  #polls = 0;
  #made = 0;

  constructor(order: IdleOrder) {
    this.#order = order;
  }

  async signIn(): Promise<void> {
    const { gate, agents } = this.#order;
    const connections = openConnections(gate);
    for (let at = 0; at < agents; at += SIGN_INS_AT_A_TIME) {
      const few = Array.from({ length: Math.min(SIGN_INS_AT_A_TIME, agents - at) }, (_, index) => at + index);
      await Promise.all(
        few.map(async (index) => {
          const { agent, phone } = seat(index);
          const door = new AgentDoor(agent, gate.url, connections);
          await door.signIn(phone);
          const idle: Idle = { door, busy: false, askedAt: null };
          this.#idle.push(idle);
          this.#poll(idle);
        }),
      );
    }
  }

  async measure({ seconds, eventsPerSecond }: Measure): Promise<IdleState> {
    for (const times of Object.values(this.#times)) times.length = 0;
    [this.#polls, this.#made] = [0, 0];
    const start = wallMs();
    while (wallMs() - start < seconds * 1000) {
      const due = Math.floor(((wallMs() - start) * eventsPerSecond) / 1000);
      while (this.#made < due) this.#change(this.#idle[this.#made % this.#idle.length]);
      await sleep(1);
    }
    const pollsPerSecond = Math.round((this.#polls * 1000) / (wallMs() - start));
    const pending = (): boolean => this.#times.order.length < this.#made || this.#held < this.#holding();
    for (const end = wallMs() + DRAIN_MS; pending() && wallMs() < end; ) await sleep(5);
    return this.#state(pollsPerSecond);
  }

  #holding(): number {
    return this.#order.pollMs === 0 ? this.#order.agents : 0;
  }

  #state(pollsPerSecond: number): IdleState {
    const { reply, order, event } = this.#times;
    const events = { made: this.#made, told: order.length, orderToEventMs: spread(order), eventMs: spread(event) };
    return {
      agents: this.#order.agents,
      held: this.#held,
      failures: this.#failures,
      reasons: this.#reasons,
      pollsPerSecond,
      replyMs: this.#order.pollMs === 0 ? null : spread(reply),
      events: this.#made === 0 ? null : events,
    };
  }

  /** Busy, or idle again. Whose last event has not come yet is left out of it: that is counted at the end. */
  async #change(idle: Idle | undefined): Promise<void> {
    this.#made++;
    if (!idle || idle.askedAt !== null) return;
    const { door, busy } = idle;
    idle.busy = !busy;
    idle.askedAt = wallMs();
    const path = `/onlineagent/${door.agent}/${busy ? "cancelbusy" : "saybusy"}`;
    try {
      const { retcode, message } = await door.ask({ method: "POST", path });
      if (retcode !== "0") this.#fail(`order: ${retcode} ${message}`);
    } catch (fault) {
      this.#fail(`order: ${String(fault)}`);
    }
  }

  #fail(reason: string): void {
    this.#failures++;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
  }

  /** Polls for ever; the first failure ends it and is counted. */
  async #poll(idle: Idle): Promise<void> {
    try {
      for (;;) {
        const begun = wallMs();
        this.#held++;
        const reply = await idle.door.poll().finally(() => {
          this.#held--;
        });
        if (reply.retcode !== "0") return this.#fail(`poll: ${reply.retcode} ${reply.message}`);
        this.#hear(idle, reply, begun);
        const { pollMs } = this.#order;
        if (pollMs > 0 && !reply.event) await sleep(Math.max(0, begun + pollMs - wallMs()));
      }
    } catch (fault) {
      this.#fail(`poll: ${String(fault)}`);
    }
  }

  #hear(idle: Idle, { event, at }: Reply, begun: number): void {
    this.#polls++;
    if (this.#order.pollMs > 0) this.#times.reply.push(at - begun);
    if (!event || idle.askedAt === null) return;
    this.#times.order.push(at - idle.askedAt);
    this.#times.event.push(Date.now() - (event.eventGenTime ?? Number.NaN));
    idle.askedAt = null;
  }
}

if (process.send) {
  const [order] = (await once(process, "message")) as [IdleOrder];
  const floor = new IdleFloor(order);
  process.on("disconnect", () => process.exit(0));
  await floor.signIn();
  process.on("message", async (measure: Measure) => process.send?.(await floor.measure(measure)));
  process.send("signed-in");
}
