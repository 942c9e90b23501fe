// Bindings of one address of record (RFC 3261 §10.3): which contacts a phone number stands for, and until when.

/** Where requests for a contact go: the flow that it registered over. */
export type Flow = {
  readonly transport: "udp" | "tcp" | "tls" | "ws" | "wss";
  readonly address: string;
  readonly port: number;
  /** The phone has opened it: once it is gone, the contact itself is what is left. */
  readonly accepted?: true;
};

/** Which device, and which of its flows (RFC 5626 §6): a new contact of the same flow takes the place of the old one. */
export type Outbound = { readonly instance: string; readonly regId: number };

type Contact = {
  readonly uri: string;
  readonly expiresS: number;
  readonly q: number;
  /** The device (RFC 5626 §4.1), as `+sip.instance` has it. */
  readonly instance?: string;
  readonly outbound?: Outbound;
};

export type Binding = {
  readonly uri: string;
  readonly instance?: string;
  readonly outbound?: Outbound;
  readonly flow: Flow;
  /** Route values for requests to it (RFC 3327), topmost first. */
  readonly path: readonly string[];
  readonly sipCallId: string;
  readonly cseq: number;
  readonly q: number;
  /** Steady ms, as `now` of the change. */
  readonly expiresAt: number;
  readonly updatedAt: number;
  /** A simulated phone of the demo site: any phone from outside goes before it. */
  readonly simulated: boolean;
};

export type Change = {
  readonly now: number;
  readonly flow: Flow;
  readonly path: readonly string[];
  readonly sipCallId: string;
  readonly cseq: number;
  /** It came from the demo's simulation. */
  readonly simulated: boolean;
  readonly contacts: readonly Contact[] | "*";
};

/** Seconds; shorter ones are answered 423 with this (RFC 3261 §10.2.8), longer ones are cut to the longest. */
export const SHORTEST_S = 10;
export const LONGEST_S = 3600;
/** Bindings of one number. A request with more is refused; else those that were refreshed longest ago make room. */
export const MOST = 10;

export const alive = (bindings: readonly Binding[], now: number): readonly Binding[] =>
  bindings.filter(({ expiresAt }) => expiresAt > now);

/** The new list, or why not: `too-brief` 423, `out-of-order` 500 (RFC 3261 §10.3 step 7), `too-many` 403. */
export function register(
  before: readonly Binding[],
  change: Change,
): readonly Binding[] | "too-brief" | "out-of-order" | "too-many" {
  const { now, sipCallId, cseq, contacts } = change;
  const bindings = alive(before, now);
  const stale = ({ sipCallId: id, cseq: last }: Binding): boolean => id === sipCallId && last >= cseq;
  if (contacts === "*") return bindings.some(stale) ? "out-of-order" : [];
  if (contacts.length > MOST) return "too-many";
  if (contacts.some(({ expiresS }) => expiresS > 0 && expiresS < SHORTEST_S)) return "too-brief";
  let next = bindings;
  for (const contact of contacts) {
    const known = next.find((binding) => sameFlow(binding, contact)) ?? next.find(({ uri }) => uri === contact.uri);
    if (known && stale(known)) return "out-of-order";
    const others = next.filter((binding) => binding !== known);
    next = contact.expiresS === 0 ? others : [...others, bindingFor(contact, change)];
  }
  // In the order of their last refresh. A phone whose connection breaks often has another contact each time, and shall not be shut out.
  return next.slice(-MOST);
}

const sameFlow = ({ outbound: ours }: Binding, { outbound: theirs }: Contact): boolean =>
  ours !== undefined && ours.instance === theirs?.instance && ours.regId === theirs.regId;

const bindingFor = (contact: Contact, change: Change): Binding => ({
  uri: contact.uri,
  ...(contact.instance !== undefined && { instance: contact.instance }),
  ...(contact.outbound && { outbound: contact.outbound }),
  flow: change.flow,
  path: change.path,
  sipCallId: change.sipCallId,
  cseq: change.cseq,
  q: contact.q,
  expiresAt: change.now + Math.min(contact.expiresS, LONGEST_S) * 1000,
  updatedAt: change.now,
  simulated: change.simulated,
});

const ranked = (bindings: readonly Binding[], now: number): readonly Binding[] =>
  alive(bindings, now).toSorted(
    (a, b) => Number(a.simulated) - Number(b.simulated) || b.q - a.q || b.updatedAt - a.updatedAt,
  );

/** The contact to ring: real before simulated, then the highest q, then the latest. */
export const best = (bindings: readonly Binding[], now: number): Binding | undefined => ranked(bindings, now)[0];

/** The contact to ring, and behind it the other flows of the same device (RFC 5626 §7). */
export function ways(bindings: readonly Binding[], now: number): readonly Binding[] {
  const [first, ...others] = ranked(bindings, now);
  if (!first) return [];
  const { outbound } = first;
  return [first, ...others.filter((other) => outbound && other.outbound?.instance === outbound.instance)];
}

/** The contact of one device (RFC 5627 §5.4). */
export const ofInstance = (bindings: readonly Binding[], now: number, instance: string): Binding | undefined =>
  best(
    bindings.filter((binding) => binding.instance === instance),
    now,
  );
