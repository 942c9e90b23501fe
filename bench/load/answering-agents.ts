// The client process of the routing load: agents sign in, poll without pause, and hang up each call once they have talked for as
// long as it asks. Forked by routing-run.ts; speaks to it by messages.

import { once } from "node:events";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { AgentDoor, type AgentEvent, type Gate, openConnections } from "./agent-door.ts";
import { wallMs } from "./figures.ts";
import { callerIndex } from "./routing-site.ts";

export type AnsweringOrder = {
  readonly gate: Gate;
  readonly seats: readonly { readonly agent: string; readonly phone: string }[];
  /** From `AgentEvent_Talking` to the release, of each call by its index, ms. */
  readonly talkMs: readonly number[];
};

/** One call at one agent. Times are wall milliseconds. */
export type Answered = {
  /** Of the call, by its caller's number. */
  readonly call: number;
  readonly agent: string;
  readonly talkingAt: number;
  /** The release was written then. */
  releasedAt?: number;
  /** He heard that he is free again. */
  readyAt?: number;
};

/** An agent is free from somewhere between these two. */
export type SignedIn = { readonly agent: string; readonly askedAt: number; readonly repliedAt: number };

export type AnsweringMessage =
  | { readonly type: "signed-in" }
  | {
      readonly type: "done";
      readonly signIns: readonly SignedIn[];
      readonly answered: readonly Answered[];
      /** Every reason once, with its number. */
      readonly failures: Readonly<Record<string, number>>;
    };

const SIGN_INS_AT_A_TIME = 20;
const DRAIN_MS = 10_000;

type Seated = { readonly door: AgentDoor; call: Answered | null };

class AnsweringFloor {
  readonly #order: AnsweringOrder;
  readonly #signIns: SignedIn[] = [];
  readonly #answered: Answered[] = [];
  readonly #failures: Record<string, number> = {};
  #talking = 0;
  #over = false;

  constructor(order: AnsweringOrder) {
    this.#order = order;
  }

  async signIn(): Promise<void> {
    const { gate, seats } = this.#order;
    const connections = openConnections(gate);
    for (let at = 0; at < seats.length; at += SIGN_INS_AT_A_TIME) {
      await Promise.all(
        seats.slice(at, at + SIGN_INS_AT_A_TIME).map(async ({ agent, phone }) => {
          const door = new AgentDoor(agent, gate.url, connections);
          const askedAt = wallMs();
          await door.signIn(phone);
          this.#signIns.push({ agent, askedAt, repliedAt: wallMs() });
          this.#poll({ door, call: null });
        }),
      );
    }
  }

  /** Once everybody is free again. */
  async finish(): Promise<AnsweringMessage> {
    for (const end = wallMs() + DRAIN_MS; this.#talking > 0 && wallMs() < end; ) await sleep(20);
    this.#over = true;
    return { type: "done", signIns: this.#signIns, answered: this.#answered, failures: this.#failures };
  }

  async #poll(seated: Seated): Promise<void> {
    while (!this.#over) {
      try {
        const { retcode, event, at } = await seated.door.poll();
        if (event) this.#hear(seated, event, at);
        else if (retcode !== "0") return this.#fail(`poll: ${retcode}`);
      } catch (fault) {
        return this.#fail(`poll: ${String(fault)}`);
      }
    }
  }

  #hear(seated: Seated, { eventType, content }: AgentEvent, at: number): void {
    if (eventType === "AgentEvent_Talking") this.#talk(seated, content as { readonly caller: string }, at);
    else if (eventType === "AgentState_Ready" && seated.call) {
      seated.call.readyAt = at;
      seated.call = null;
      this.#talking--;
    }
  }

  async #talk(seated: Seated, { caller }: { readonly caller: string }, talkingAt: number): Promise<void> {
    if (seated.call) this.#fail("an agent talks in two calls");
    const call: Answered = { call: callerIndex(caller), agent: seated.door.agent, talkingAt };
    seated.call = call;
    this.#answered.push(call);
    this.#talking++;
    await sleep(this.#order.talkMs[call.call] ?? 0);
    call.releasedAt = wallMs();
    try {
      const { retcode } = await seated.door.release();
      if (retcode !== "0") this.#fail(`release: ${retcode}`);
    } catch (fault) {
      this.#fail(`release: ${String(fault)}`);
    }
  }

  #fail(reason: string): void {
    if (!this.#over) this.#failures[reason] = (this.#failures[reason] ?? 0) + 1;
  }
}

if (process.send) {
  const [order] = (await once(process, "message")) as [AnsweringOrder];
  const floor = new AnsweringFloor(order);
  process.once("disconnect", () => process.exit(0));
  await floor.signIn();
  process.send({ type: "signed-in" } satisfies AnsweringMessage);
  await once(process, "message");
  process.send(await floor.finish());
}
