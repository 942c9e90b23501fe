// Commands that carry an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): carried out once, the first reply to each
// repeat; and 000-007 for the command of an agent that comes again, without a key, before it has answered (codes.json).

import { isRefusal, refuse } from "../base/step.ts";
import type { Operation } from "../contract/operation.ts";
import { results } from "../contract/result.ts";
import type { Refused } from "../runtime/face.ts";
import type { Carried, Command, ReplyDesk } from "../runtime/replies.ts";
import { answerBody, guidHeaders, type Outcome, refusalBody, retryHeaders } from "./reply.ts";

/** What a client may take: a UUID, most often. */
const keyForm = /^[\x21-\x7e]{1,255}$/;

const badKey = refuse("000-002", "Idempotency-Key: 1-255 visible ASCII characters");

/** The key of a command; undefined when there is none, or the request is no command. */
export function keyOf(operation: Operation, header: string | undefined): string | undefined | Refused {
  if (header === undefined || operation.method === "GET") return undefined;
  return keyForm.test(header) ? header : badKey;
}

/** Nothing was done, and the same request may well be done later: not a reply to keep. */
const passing: ReadonlySet<string> = new Set(["000-002", "000-007", "100-021", "110-021"]);

function carried(operation: Operation, outcome: Outcome): Carried {
  if (isRefusal(outcome)) {
    const refusal = outcome as Refused;
    // Who signs in is a stranger until he has: he cannot fill the store, and a lock that is over is over.
    const lasting = operation.access !== "sign-in" && !passing.has(refusal.refused);
    const keep = lasting && refusal.retryAfterS === undefined;
    return { reply: { body: refusalBody(refusal), headers: retryHeaders(refusal) }, keep };
  }
  const body = answerBody(operation.result, operation.success, outcome);
  return { reply: { body, headers: guidHeaders(outcome.guid) }, keep: true };
}

export async function once(
  replies: ReplyDesk,
  operation: Operation,
  command: Command,
  act: () => Outcome | Promise<Outcome>,
): Promise<Outcome> {
  let own: Outcome | undefined;
  const told = (outcome: Outcome): Carried => {
    own = outcome;
    return carried(operation, outcome);
  };
  const found = await replies.once(command, () => {
    const outcome = act();
    return outcome instanceof Promise ? outcome.then(told) : told(outcome);
  });
  if (isRefusal(found)) return found as Refused;
  return own ?? { kept: (found as Exclude<typeof found, Refused>).reply };
}

const again = refuse("000-007", results["000-007"]);

export type Pending = {
  /** Carries a command out; a refusal when the agent's same command is under way. Sign-ins have a code of their own (100-021). */
  run(agent: string, operation: Operation, act: () => Outcome | Promise<Outcome>): Outcome | Promise<Outcome>;
};

export function openPending(): Pending {
  const under = new Set<string>();
  return {
    run(agent, operation, act) {
      if (operation.method === "GET" || operation.access === "sign-in") return act();
      const name = `${agent} ${operation.id}`;
      if (under.has(name)) return again;
      const outcome = act();
      if (!(outcome instanceof Promise)) return outcome;
      under.add(name);
      return outcome.finally(() => under.delete(name));
    },
  };
}
