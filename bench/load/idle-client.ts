// The client process of agents who are signed in and do nothing (idle-agents.ts), as the one who forks it sees it.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { IdleOrder, IdleState, Measure } from "./idle-agents.ts";

export type IdleClient = {
  /** Some of them make themselves busy and idle again meanwhile. */
  measure(measure: Measure): Promise<IdleState>;
  end(): void;
};

const program = fileURLToPath(new URL("./idle-agents.ts", import.meta.url));

/** Resolves when all are signed in; rejects when the process ends before. */
export async function startIdleAgents(order: IdleOrder): Promise<IdleClient> {
  const child = fork(program, { execArgv: ["--disable-warning=ExperimentalWarning"] });
  const early = once(child, "exit").then(([code]) => {
    throw new Error(`the client process ended with ${String(code)}`);
  });
  early.catch(() => {});
  const ask = async (message: IdleOrder | Measure): Promise<unknown> => {
    child.send(message);
    const [said] = (await Promise.race([once(child, "message"), early])) as [unknown];
    return said;
  };
  try {
    await ask(order);
  } catch (fault) {
    child.kill();
    throw fault;
  }
  return {
    measure: async (measure) => (await ask(measure)) as IdleState,
    end: () => void child.kill(),
  };
}
