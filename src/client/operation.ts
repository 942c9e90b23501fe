// Any operation of the interface, by its description in src/contract (operations.ts has them all): each field goes to the place
// that the description says, and only fields that it knows are taken.

import type { Given } from "../contract/field.ts";
import type { Operation } from "../contract/operation.ts";
import type { Ask, Exchange, Fetch, Read, Reply } from "./exchange.ts";

/** Fields by their names, wherever they stand in the request; those with a default may be left out. */
export type FieldsFor<Op> =
  Op extends Operation<infer Path, infer Query, infer Body> ? Given<Path> & Given<Query> & Given<Body> : never;

/** A recording as it comes: its bytes, and its name in Content-Disposition. */
export type File = Awaited<ReturnType<Fetch>>;

/** The request for an operation of this agent. */
export function askFor(operation: Operation, agent: string, fields: Readonly<Record<string, unknown>>): Ask {
  const given = (names: object): [string, unknown][] =>
    Object.keys(names).flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]]));
  const segment = (part: string): string => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return part;
    return Object.hasOwn(operation.pathFields, name) ? String(fields[name]) : agent;
  };
  return {
    method: operation.method,
    path: operation.path.slice(1).split("/").map(segment),
    query: Object.fromEntries(given(operation.query).map(([name, value]) => [name, String(value)])),
    ...(Object.keys(operation.body).length > 0 && { body: Object.fromEntries(given(operation.body)) }),
  };
}

const asItCame: Read<unknown> = (value) => value;

/** `exchange`: of the session of this agent. */
export function operationCalls(exchange: Exchange, agent: string, signal: AbortSignal) {
  return {
    /**
     * The result as the gateway has sent it, null where it means nothing; `read` gives it a type, and takes no other shape. For files there
     * is `file`.
     */
    call<Op extends Operation, Result = unknown>(
      operation: Op,
      fields: FieldsFor<Op>,
      read: Read<Result> = asItCame as Read<Result>,
    ): Promise<Reply<Result>> {
      const means = operation.result === "value" || operation.result === "event";
      const member = operation.result === "event" ? "event" : "result";
      return exchange.ask({ ...askFor(operation, agent, fields), member }, (value) => read(means ? value : null));
    },
    /** A recording. */
    async file<Op extends Operation>(operation: Op, fields: FieldsFor<Op>): Promise<Reply<File>> {
      return exchange.file(askFor(operation, agent, fields), signal);
    },
  };
}
