// The client process of the idle load: agents sign in and hold polls; what events come is read and forgotten. Forked by
// idle-run.ts; a message from there asks for the state, its disconnection ends the process.

import { once } from "node:events";
import process from "node:process";
import { AgentDoor, type Gate, openConnections } from "./agent-door.ts";
import { seat } from "./site.ts";

export type IdleOrder = { readonly gate: Gate; readonly agents: number };

export type IdleState = {
  readonly agents: number;
  /** Polls that wait for their reply now. */
  readonly held: number;
  /** Sign-ins and polls that were refused or broke. */
  readonly failures: number;
};

const SIGN_INS_AT_A_TIME = 20;

class IdleFloor {
  readonly #gate: Gate;
  readonly #agents: number;
  #held = 0;
  #failures = 0;

  constructor({ gate, agents }: IdleOrder) {
    this.#gate = gate;
    this.#agents = agents;
  }

  state(): IdleState {
    return { agents: this.#agents, held: this.#held, failures: this.#failures };
  }

  async signIn(): Promise<void> {
    const connections = openConnections(this.#gate);
    for (let at = 0; at < this.#agents; at += SIGN_INS_AT_A_TIME) {
      const few = Array.from({ length: Math.min(SIGN_INS_AT_A_TIME, this.#agents - at) }, (_, index) => at + index);
      await Promise.all(
        few.map(async (index) => {
          const { agent, phone } = seat(index);
          const door = new AgentDoor(agent, this.#gate.url, connections);
          await door.signIn(phone);
          this.#poll(door);
        }),
      );
    }
  }

  /** Polls for ever; the first failure ends it and is counted. */
  async #poll(door: AgentDoor): Promise<void> {
    try {
      for (let retcode = "0"; retcode === "0"; ) {
        this.#held++;
        const reply = await door.poll().finally(() => {
          this.#held--;
        });
        ({ retcode } = reply);
      }
    } catch {
      // The connection broke: counted below like a refusal.
    }
    this.#failures++;
  }
}

if (process.send) {
  const [order] = (await once(process, "message")) as [IdleOrder];
  const floor = new IdleFloor(order);
  await floor.signIn();
  process.on("message", () => process.send?.(floor.state()));
  process.on("disconnect", () => process.exit(0));
  process.send(floor.state());
}
