// A route joins one operation of the contract with the act that carries it out. The act sees checked fields only.

import { isRefusal, refuse } from "../base/step.ts";
import type { Operation, RequestValues } from "../contract/operation.ts";
import type { Asker, OnGone, Refused } from "../runtime/face.ts";
import { readFields, type Sources } from "./check.ts";
import type { Outcome } from "./reply.ts";

/** Who asks, known before the fields are read. `agent` is "" where the path has none. */
export type Caller = {
  readonly agent: string;
  readonly asker: Asker;
  readonly onGone: OnGone;
  /** A header of the request, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
};

export type Ask<Op extends Operation> = Caller & { readonly fields: RequestValues<Op> };

export type Route = {
  readonly operation: Operation;
  readonly carryOut: (caller: Caller, sources: Sources) => Outcome | Promise<Outcome>;
};

export const route = <Op extends Operation>(
  operation: Op,
  act: (ask: Ask<Op>) => Outcome | Promise<Outcome>,
): Route => ({
  operation,
  carryOut(caller, sources) {
    const fields = readFields(operation, sources);
    return isRefusal(fields) ? (fields as Refused) : act({ ...caller, fields });
  },
});

/** For an operation that is not in this product, which says so itself. */
export function refusing<Op extends Operation>(operation: Op): Route {
  const { refused } = operation;
  if (!refused) throw new Error(`${operation.id} says nothing of a refusal`);
  return route(operation, () => refuse(refused.code, refused.why));
}
