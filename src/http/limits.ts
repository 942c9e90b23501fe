// How often who may ask: each agent, each of his operations, each address. What is too much is refused before anything is done, in
// the envelope and with status 200 (wire.md 1), with a hint when to come again (RFC 9110 §10.2.3) and the limits' state in the fields
// of draft-ietf-httpapi-ratelimit-headers.

import type { Clock } from "../base/clock.ts";
import { refuse } from "../base/step.ts";
import { subscriberPrefix } from "../base/subscriber.ts";
import { type Admission, admit, type Bucket } from "../core/session/rate.ts";
import type { Asker, Refused } from "../runtime/face.ts";
import type { Rates } from "./options.ts";
import type { HeaderList } from "./reply.ts";

type Name = keyof Rates;

export type Limited = {
  /** undefined: go on. */
  readonly refused: (Refused & { readonly retryAfterS: number }) | undefined;
  /** Made when a reply shows them: most polls do not. */
  readonly headers: () => HeaderList;
};

export type Limits = {
  /** Before anything is looked at; all addresses of one IPv6 /64 are one. `trusted`: a host that speaks for many agents, whose address is not counted. */
  address(asker: Asker): Limited;
  /** Once it is known that he asks himself: nobody else can use up what an agent may. */
  agent(agent: string, operation: string): Limited;
};

/** Agents and addresses remembered, so many of each; the oldest make room, and begin anew. */
const REMEMBERED = 20_000;

/** What one of them has used up. */
type Used = { bucket: Bucket; readonly operations: Map<string, { bucket: Bucket }> };

/** What the message calls it. */
const of: Readonly<Record<Name, string>> = {
  agent: "of this agent",
  operation: "of this kind by this agent",
  address: "from this address",
};

export function openLimits(clock: Clock, rates: Rates, limited: (limit: string) => void = () => {}): Limits {
  const addresses = new Map<string, Used>();
  const agents = new Map<string, Used>();
  const names: readonly Name[] = ["address", "agent", "operation"];
  const policy = names.map((name) => `"${name}";q=${rates[name].requests};w=${rates[name].seconds}`).join(", ");

  const count = (asked: readonly (readonly [Name, { bucket: Bucket }])[]): Limited => {
    const now = clock.monotonic();
    const states: [Name, Admission][] = [];
    const headers = () => headersOf(states);
    for (const [name, used] of asked) {
      const admission = admit(used.bucket, rates[name], now);
      used.bucket = admission.bucket;
      states.push([name, admission]);
      if (admission.admitted) continue;
      limited(name);
      const { resetS: retryAfterS } = admission;
      const message = `too many requests ${of[name]}: again in ${retryAfterS} s`;
      return { refused: { ...refuse("100-007", message), retryAfterS }, headers };
    }
    return { refused: undefined, headers };
  };

  const headersOf = (states: readonly (readonly [Name, Admission])[]): HeaderList => {
    if (states.length === 0) return [];
    const left = states.map(([name, { left, resetS }]) => `"${name}";r=${left};t=${resetS}`);
    return ["RateLimit-Policy", policy, "RateLimit", left.join(", ")];
  };

  return {
    address: ({ address, trusted }) =>
      count(trusted ? [] : [["address", usedBy(addresses, subscriberPrefix(address))]]),
    agent(agent, operation) {
      const used = usedBy(agents, agent);
      const known = used.operations.get(operation) ?? { bucket: 0 };
      used.operations.set(operation, known);
      return count([
        ["agent", used],
        ["operation", known],
      ]);
    },
  };
}

function usedBy(table: Map<string, Used>, key: string): Used {
  const known = table.get(key);
  // Who asks is not the oldest; while there is room, nobody has to be.
  if (known && table.size < REMEMBERED / 2) return known;
  const used = known ?? { bucket: 0, operations: new Map() };
  table.delete(key);
  if (table.size >= REMEMBERED) table.delete(table.keys().next().value ?? "");
  table.set(key, used);
  return used;
}
