// A program beside the driver, forked and told what to do: one answer for each order. Both ends of it.

import { fork } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";

type Question<Order> = { readonly question: number; readonly order: Order };
type Answer = { readonly question: number; readonly reply?: unknown; readonly failed?: string };

export type Program<Order> = {
  readonly pid: number;
  /** Rejects with the program's own reason, or because it has ended. */
  ask<Reply>(order: Order): Promise<Reply>;
  /** Ends it, and waits for that. */
  close(): Promise<void>;
};

/** `file`: relative to this folder. */
export async function startProgram<Order>(file: string): Promise<Program<Order>> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, { execArgv: ["--disable-warning=ExperimentalWarning"], serialization: "advanced" });
  const exited = once(child, "exit");
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  let over = false;
  child.on("message", ({ question, reply, failed }: Answer) => {
    const asker = waiting.get(question);
    waiting.delete(question);
    if (failed === undefined) asker?.resolve(reply);
    else asker?.reject(new Error(`${file}: ${failed}`));
  });
  exited.then(([code, signal]) => {
    over = true;
    for (const { reject } of waiting.values()) reject(new Error(`${file} has ended (${String(signal ?? code)})`));
  });
  return {
    pid: child.pid ?? 0,
    ask<Reply>(order: Order): Promise<Reply> {
      if (over) return Promise.reject(new Error(`${file} has ended`));
      asked += 1;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(asked, answer);
      child.send({ question: asked, order } satisfies Question<Order>);
      return answer.promise as Promise<Reply>;
    },
    async close() {
      if (!over) child.disconnect();
      over = true;
      await exited;
    },
  };
}

/** The program's end: carries out each order as it comes, and ends with its driver. */
export function obey<Order>(carryOut: (order: Order) => Promise<unknown>): void {
  if (!process.send) return;
  process.on("disconnect", () => process.exit(0));
  process.on("message", ({ question, order }: Question<Order>) => {
    carryOut(order).then(
      (reply) => process.send?.({ question, reply } satisfies Answer),
      (fault: unknown) => process.send?.({ question, failed: String(fault) } satisfies Answer),
    );
  });
}
