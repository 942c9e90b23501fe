// The client process of the callout load: agents sign in, poll without pause, call out at a steady rate, release as soon
// as they talk, or a while later, and call again once they are ready. Forked by callout-run.ts; speaks to it by messages.

import { once } from "node:events";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { AgentDoor, type AgentEvent, type Gate, openConnections } from "./agent-door.ts";
import { wallMs } from "./figures.ts";
import { partyNumber, seat } from "./site.ts";

export type CallingOrder = {
  readonly gate: Gate;
  readonly agents: number;
  /** Callouts a second. */
  readonly rate: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** From the word that both talk to the release, ms. */
  readonly talkMs: number;
  /** Between the sign-ins and the first callout, ms. */
  readonly restMs: number;
};

/** Times are wall milliseconds. A call without `readyAt` has failed; `failure` says how. */
export type CallRecord = {
  readonly phone: string;
  readonly called: string;
  /** Belongs to the warm-up. */
  readonly warmUp: boolean;
  readonly askedAt: number;
  repliedAt?: number;
  callId?: string;
  talkingAt?: number;
  releasedAt?: number;
  readyAt?: number;
  failure?: string;
};

export type CallingMessage =
  | { readonly type: "signed-in" }
  /** The warm-up is over. */
  | { readonly type: "measuring" }
  /** The last callout has been made. */
  | { readonly type: "placed" }
  /** `unplaced`: callouts that were due when no agent was free. */
  | { readonly type: "done"; readonly calls: readonly CallRecord[]; readonly unplaced: number };

/** A call that takes longer than this has failed. */
const DRAIN_MS = 10_000;
const SIGN_INS_AT_A_TIME = 20;

type Seated = { readonly door: AgentDoor; readonly phone: string; call: CallRecord | null };

class CallingFloor {
  readonly #order: CallingOrder;
  readonly #free: Seated[] = [];
  readonly #calls: CallRecord[] = [];
  #open = 0;
  #unplaced = 0;
  #over = false;

  constructor(order: CallingOrder) {
    this.#order = order;
  }

  async run(tell: (message: CallingMessage) => void): Promise<void> {
    const { rate, warmUpSeconds, seconds } = this.#order;
    const seated = await this.#signIn();
    const polls = seated.map((each) => this.#poll(each));
    tell({ type: "signed-in" });
    await sleep(this.#order.restMs);
    await this.#place(rate * warmUpSeconds, true);
    tell({ type: "measuring" });
    await this.#place(rate * seconds, false);
    tell({ type: "placed" });
    for (const end = wallMs() + DRAIN_MS + this.#order.talkMs; this.#open > 0 && wallMs() < end; ) await sleep(5);
    tell({ type: "done", calls: this.#calls, unplaced: this.#unplaced });
    this.#over = true;
    await Promise.all(seated.map(({ door }) => door.signOut()));
    await Promise.all(polls);
  }

  async #signIn(): Promise<readonly Seated[]> {
    const { gate, agents } = this.#order;
    const connections = openConnections(gate);
    const seated: Seated[] = [];
    for (let index = 0; index < agents; index++) {
      const { agent, phone } = seat(index);
      seated.push({ door: new AgentDoor(agent, gate.url, connections), phone, call: null });
    }
    for (let at = 0; at < agents; at += SIGN_INS_AT_A_TIME) {
      await Promise.all(seated.slice(at, at + SIGN_INS_AT_A_TIME).map(({ door, phone }) => door.signIn(phone)));
    }
    this.#free.push(...seated);
    return seated;
  }

  /** `count` callouts, evenly spaced; one that is due while no agent is free is not made up for. */
  async #place(count: number, warmUp: boolean): Promise<void> {
    const start = wallMs();
    for (let placed = 0; placed < count; ) {
      const due = Math.min(count, Math.floor(((wallMs() - start) * this.#order.rate) / 1000) + 1);
      for (; placed < due; placed++) this.#callOut(warmUp);
      await sleep(1);
    }
  }

  #callOut(warmUp: boolean): void {
    const seated = this.#free.shift();
    if (!seated) {
      this.#unplaced++;
      return;
    }
    const called = partyNumber(this.#calls.length);
    const call: CallRecord = { phone: seated.phone, called, warmUp, askedAt: wallMs() };
    this.#calls.push(call);
    seated.call = call;
    this.#open++;
    seated.door.callOut(called).then(
      ({ retcode, message, result, at }) => {
        call.repliedAt = at;
        if (retcode === "0") call.callId = String(result);
        else this.#fail(seated, `callout: ${retcode} ${message}`);
      },
      (fault: unknown) => this.#fail(seated, `callout: ${String(fault)}`),
    );
  }

  async #poll(seated: Seated): Promise<void> {
    while (!this.#over) {
      try {
        const { retcode, event, at } = await seated.door.poll();
        if (event) this.#hear(seated, event, at);
        else if (retcode !== "0" && !this.#over) this.#fail(seated, `poll: ${retcode}`);
      } catch (fault) {
        if (this.#over) return;
        this.#fail(seated, `poll: ${String(fault)}`);
        return;
      }
    }
  }

  #hear(seated: Seated, { eventType, content }: AgentEvent, at: number): void {
    const { call } = seated;
    if (!call) return;
    if (eventType === "AgentEvent_Talking") this.#talk(seated, call, content, at);
    else if (eventType === "AgentEvent_Connect_Fail") this.#fail(seated, eventType);
    else if (eventType === "AgentState_Ready" && call.talkingAt !== undefined) {
      call.readyAt = at;
      this.#finish(seated);
    }
  }

  #talk(seated: Seated, call: CallRecord, content: unknown, at: number): void {
    call.talkingAt = at;
    const { callid } = content as { readonly callid?: unknown };
    // The reply has its own connection, but it is written long before.
    if (callid !== call.callId) return this.#fail(seated, "the event names another call than the reply");
    const { talkMs } = this.#order;
    if (talkMs > 0) setTimeout(() => this.#release(seated, call), talkMs);
    else this.#release(seated, call);
  }

  #release(seated: Seated, call: CallRecord): void {
    seated.door.release().then(
      ({ retcode, at: releasedAt }) => {
        call.releasedAt = releasedAt;
        if (retcode !== "0") this.#fail(seated, `release: ${retcode}`);
      },
      (fault: unknown) => this.#fail(seated, `release: ${String(fault)}`),
    );
  }

  /** The agent is out of the load: what he would do next is not known. */
  #fail(seated: Seated, failure: string): void {
    const { call } = seated;
    if (!call || call.failure !== undefined) return;
    call.failure = failure;
    seated.call = null;
    this.#open--;
  }

  #finish(seated: Seated): void {
    seated.call = null;
    this.#open--;
    this.#free.push(seated);
  }
}

if (process.send) {
  const [order] = (await once(process, "message")) as [CallingOrder];
  await new CallingFloor(order).run((message) => process.send?.(message));
  process.disconnect();
}
