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
  headers(): HeaderList;
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

  const take = (name: Name, used: { bucket: Bucket }, now: number): State => {
    const admission = admit(used.bucket, rates[name], now);
    used.bucket = admission.bucket;
    if (!admission.admitted) limited(name);
    return { name, admission };
  };

  return {
    address: ({ address, trusted }) =>
      trusted
        ? unlimited
        : new Counted(policy, take("address", usedBy(addresses, subscriberPrefix(address)), clock.monotonic())),
    agent(agent, operation) {
      const now = clock.monotonic();
      const used = usedBy(agents, agent);
      const known = used.operations.get(operation) ?? newOperation(used, operation);
      const first = take("agent", used, now);
      // What the first refuses is not counted in the second.
      return new Counted(policy, first, first.admission.admitted ? take("operation", known, now) : undefined);
    },
  };
}

type State = { readonly name: Name; readonly admission: Admission };

const unlimited: Limited = { refused: undefined, headers: () => [] };

/** Made for each request: its headers are written when a reply shows them. */
class Counted implements Limited {
  readonly refused: Limited["refused"];
  readonly #policy: string;
  readonly #first: State;
  readonly #second: State | undefined;

  constructor(policy: string, first: State, second?: State) {
    this.#policy = policy;
    this.#first = first;
    this.#second = second;
    const last = second ?? first;
    this.refused = last.admission.admitted ? undefined : refusal(last);
  }

  headers(): HeaderList {
    const second = this.#second ? `, ${leftOf(this.#second)}` : "";
    return ["RateLimit-Policy", this.#policy, "RateLimit", leftOf(this.#first) + second];
  }
}

const leftOf = ({ name, admission: { left, resetS } }: State): string => `"${name}";r=${left};t=${resetS}`;

function refusal({ name, admission: { resetS: retryAfterS } }: State): NonNullable<Limited["refused"]> {
  const message = `too many requests ${of[name]}: again in ${retryAfterS} s`;
  return { ...refuse("100-007", message), retryAfterS };
}

function newOperation({ operations }: Used, operation: string): { bucket: Bucket } {
  const fresh = { bucket: 0 };
  operations.set(operation, fresh);
  return fresh;
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
