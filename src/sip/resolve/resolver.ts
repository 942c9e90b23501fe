// Where a URI leads (RFC 3263), with a memory: what DNS said, for as long as it may be believed, and which servers have just
// failed, so that the next request does not wait for them again. One per endpoint.

import type { Clock } from "../../base/clock.ts";
import { drawOrder } from "../../base/draw.ts";
import type { Log } from "../../base/log.ts";
import type { Peer, Transport } from "../face.ts";
import { isMalformed } from "../message/syntax.ts";
import { parseUri } from "../message/uri.ts";
import { type Goal, goalOf, type Located, literalPeer, locate } from "./locate.ts";
import type { NameServer } from "./name-server.ts";

export type Resolver = {
  /** At once: the URI names an address, or was found before. [] = it can never be reached. undefined = ask `find`. */
  known(uri: string): readonly Peer[] | undefined;
  /** In the order in which they are to be tried. [] when DNS knows none, or does not answer. Never rejects. */
  find(uri: string): Promise<readonly Peer[]>;
  /** Every server that DNS has for it, in no order; else as `find`. */
  all(uri: string): Promise<readonly Peer[]>;
  /** This server gave no answer, or 503: for a while the others go first. */
  avoid(peer: Peer): void;
};

export type ResolverOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly names: NameServer;
  /** Best first: decides where DNS leaves the choice. */
  readonly transports: readonly Transport[];
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
};

/** node:dns tells the TTL of addresses only, so NAPTR and SRV live as long as the addresses behind them. */
const TTL = { leastS: 30, mostS: 3_600, unsaidS: 300 } as const;
/** Nothing found, or nobody to ask: the next call asks again soon, but not each call of a burst. */
const NEGATIVE_MS = 5_000;
/** A name that was known is used so much longer while no name server answers. */
const STALE_MS = 86_400_000;
const AVOID_MS = 60_000;
/** Names of trunks are few; a Request-URI from elsewhere must not fill the memory. */
const MAX_NAMES = 1_000;
/** One request tries so many at most. */
const MAX_TRIES = 8;

type Entry = { readonly places: Located["places"]; readonly until: number; readonly staleUntil: number };

export function openResolver(options: ResolverOptions): Resolver {
  const { clock, log, names, transports, random } = options;
  const cache = new Map<string, Entry>();
  const asking = new Map<string, Promise<Entry>>();
  const avoided = new Map<string, number>();

  const keep = (key: string, entry: Entry): Entry => {
    cache.delete(key);
    const [oldest] = cache.keys();
    if (cache.size >= MAX_NAMES && oldest !== undefined) cache.delete(oldest);
    cache.set(key, entry);
    return entry;
  };

  const ask = async (key: string, goal: Goal): Promise<Entry> => {
    const before = cache.get(key);
    try {
      const { places, ttlS = TTL.unsaidS } = await locate(goal, { names, transports });
      const now = clock.monotonic();
      const lifeMs = places.length === 0 ? NEGATIVE_MS : Math.min(Math.max(ttlS, TTL.leastS), TTL.mostS) * 1_000;
      return keep(key, { places, until: now + lifeMs, staleUntil: now + lifeMs + STALE_MS });
    } catch (fault) {
      log.warn(
        { name: goal.host, error: fault instanceof Error ? fault.message : String(fault) },
        "no answer from DNS",
      );
      const now = clock.monotonic();
      const places = before && before.staleUntil > now ? before.places : [];
      return keep(key, { places, until: now + NEGATIVE_MS, staleUntil: before?.staleUntil ?? now });
    }
  };

  /** Requests that ask for the same name at the same time share the answer. */
  const asked = (key: string, goal: Goal): Promise<Entry> => {
    const running = asking.get(key);
    if (running !== undefined) return running;
    const fresh = ask(key, goal).finally(() => asking.delete(key));
    asking.set(key, fresh);
    return fresh;
  };

  const isAvoided = (peer: Peer): boolean => {
    const until = avoided.get(nameOf(peer));
    if (until === undefined) return false;
    if (until > clock.monotonic()) return true;
    avoided.delete(nameOf(peer));
    return false;
  };

  const ordered = ({ places }: Entry): readonly Peer[] => {
    const peers = drawOrder(places, random).flatMap((place) => place.peers);
    if (avoided.size === 0) return peers.slice(0, MAX_TRIES);
    const tired = peers.filter(isAvoided);
    return [...peers.filter((peer) => !tired.includes(peer)), ...tired].slice(0, MAX_TRIES);
  };

  const entryOf = async (goal: Goal): Promise<Entry> => fresh(keyOf(goal)) ?? (await asked(keyOf(goal), goal));

  const fresh = (key: string): Entry | undefined => {
    const entry = cache.get(key);
    return entry && entry.until > clock.monotonic() ? entry : undefined;
  };

  return {
    known(text) {
      const goal = readGoal(text, transports);
      if (!goal) return [];
      const literal = literalPeer(goal);
      if (literal) return [literal];
      const entry = fresh(keyOf(goal));
      return entry && ordered(entry);
    },
    async find(text) {
      const goal = readGoal(text, transports);
      return goal ? ordered(await entryOf(goal)) : [];
    },
    async all(text) {
      const goal = readGoal(text, transports);
      if (!goal) return [];
      const literal = literalPeer(goal);
      return literal ? [literal] : (await entryOf(goal)).places.flatMap(({ peers }) => peers);
    },
    avoid(peer) {
      const [oldest] = avoided.keys();
      if (avoided.size >= MAX_NAMES && oldest !== undefined) avoided.delete(oldest);
      avoided.set(nameOf(peer), clock.monotonic() + AVOID_MS);
    },
  };
}

function readGoal(text: string, transports: readonly Transport[]): Goal | undefined {
  const uri = parseUri(text);
  return isMalformed(uri) ? undefined : goalOf(uri, transports);
}

const keyOf = ({ host, port, transport, secure }: Goal): string =>
  `${secure ? "sips" : "sip"} ${host.toLowerCase()} ${port ?? ""} ${transport ?? ""}`;

const nameOf = ({ transport, address, port }: Peer): string => `${transport} ${address} ${port}`;
