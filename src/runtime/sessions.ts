// Sign-ins as the network sees them: Guids, signs of life, lock-outs (decisions.md 1-5). Secrets stay in here.

import type { Clock, Timer } from "../base/clock.ts";
import { refuse } from "../base/step.ts";
import { subscriberPrefix } from "../base/subscriber.ts";
import { delayMs, type Failures, failed, type LockRules, locked } from "../core/session/lock.ts";
import {
  addGuid,
  type GuidRules,
  holds,
  newestGuid,
  openSession,
  type Session,
  seen,
  useGuid,
} from "../core/session/session.ts";
import type { Asker, Refused } from "./face.ts";

export type SessionsOptions = {
  readonly clock: Clock;
  readonly rules: GuidRules;
  /** Without a sign of life for this long the agent is signed out. */
  readonly silenceMs: number;
  /** A new Guid: UUID version 4, a dot, the node's name. */
  readonly mint: () => string;
  /** A held poll is a sign of life. */
  readonly waiting: (agent: string) => boolean;
  readonly silent: (agent: string) => void;
};

export type Sessions = {
  /** Returns the first Guid. */
  open(agent: string, address: string): string;
  /** `message`: how it ended, for whoever still asks with a Guid of it; "" = he knows it. */
  close(agent: string, message: string): void;
  get(agent: string): Session | undefined;
  newestGuid(agent: string): string;
  authorise(
    agent: string,
    guid: string | undefined,
    keepAlive: boolean,
    asker: Asker,
  ): Refused | { renewedGuid?: string };
  /** Whose session it is; as any other request it keeps nothing alive. */
  holder(guid: string): string | undefined;
  /** Agents signed in from this address. */
  from(address: string): readonly string[];
};

const notSignedIn = (message = "the agent is not signed in"): Refused => refuse("100-006", message);
const noRight = (message = "no right to invite resouce"): Refused => refuse("000-003", message);

/** Ended sessions of one agent that are remembered: a client learns what became of his. */
const REMEMBERED_ENDS = 3;

type Ended = { readonly session: Session; readonly message: string };

export function openSessions(options: SessionsOptions): Sessions {
  const { clock, rules, silenceMs, mint } = options;
  const sessions = new Map<string, Session>();
  const timers = new Map<string, Timer>();
  const ended = new Map<string, readonly Ended[]>();

  /** One timer an agent, set anew only when it fires: a sign of life costs nothing. */
  const watch = (agent: string, ms: number): void => {
    timers.set(
      agent,
      clock.after(ms, () => {
        const session = sessions.get(agent);
        if (!session) return;
        const left = options.waiting(agent) ? silenceMs : session.lastSeenAt + silenceMs - clock.now();
        if (left > 0) watch(agent, left);
        else options.silent(agent);
      }),
    );
  };

  const renewed = (agent: string, session: Session, next: "renew" | "mint"): { renewedGuid: string } => {
    const after = next === "mint" ? addGuid(session, mint(), clock.now()) : session;
    sessions.set(agent, after);
    return { renewedGuid: newestGuid(after) };
  };

  /** What became of the session that this Guid belonged to; undefined for a stranger. */
  const endOf = (agent: string, guid: string | undefined): string | undefined =>
    guid === undefined ? undefined : ended.get(agent)?.findLast(({ session }) => holds(session, guid))?.message;

  return {
    open(agent, address) {
      timers.get(agent)?.cancel();
      const session = openSession(mint(), address, clock.now());
      sessions.set(agent, session);
      watch(agent, silenceMs);
      return newestGuid(session);
    },
    close(agent, message) {
      const session = sessions.get(agent);
      if (session && message !== "")
        ended.set(agent, [...(ended.get(agent) ?? []), { session, message }].slice(-REMEMBERED_ENDS));
      timers.get(agent)?.cancel();
      timers.delete(agent);
      sessions.delete(agent);
    },
    get: (agent) => sessions.get(agent),
    newestGuid(agent) {
      const session = sessions.get(agent);
      return session ? newestGuid(session) : "";
    },
    authorise(agent, guid, keepAlive, asker) {
      const session = sessions.get(agent);
      if (!session) return notSignedIn(endOf(agent, guid));
      const now = clock.now();
      if (guid === undefined) {
        // A trusted host acts for the agents that it signed in, not for others (wire.md 15).
        if (!asker.trusted || session.address !== asker.address) return noRight();
        if (keepAlive) sessions.set(agent, seen(session, now));
        return {};
      }
      const used = useGuid(session, guid, { keepAlive, now, rules });
      if (!used) return noRight(endOf(agent, guid));
      sessions.set(agent, used.session);
      return used.next === "none" ? {} : renewed(agent, used.session, used.next);
    },
    holder(guid) {
      const use = { keepAlive: false, now: clock.now(), rules };
      // All of them, whichever it is: the time says nothing.
      const found = [...sessions].filter(([, session]) => useGuid(session, guid, use) !== null);
      return found[0]?.[0];
    },
    from: (address) => [...sessions].filter(([, session]) => session.address === address).map(([agent]) => agent),
  };
}

export type LockOut = {
  locked(agent: string, address: string): boolean;
  /** Counts a failure; resolves when its answer may go out. */
  failed(agent: string, address: string): Promise<void>;
  succeeded(agent: string): void;
};

/** Per agent, and with more patience per address: many agents may sit behind one. */
const AGENT_LOCK: LockRules = { limit: 5, windowMs: 300_000 };
const ADDRESS_LOCK: LockRules = { limit: 50, windowMs: 300_000 };
/** Keys remembered at a time: an attacker who names many cannot fill the memory. */
const REMEMBERED = 10_000;

export function openLockOut(clock: Clock): LockOut {
  const agents = new Map<string, Failures>();
  const addresses = new Map<string, Failures>();

  const count = (table: Map<string, Failures>, key: string, rules: LockRules): Failures => {
    const failures = failed(table.get(key), rules, clock.now());
    table.delete(key);
    table.set(key, failures);
    const oldest = table.size > REMEMBERED ? table.keys().next().value : undefined;
    if (oldest !== undefined) table.delete(oldest);
    return failures;
  };

  return {
    locked: (agent, address) =>
      locked(agents.get(agent), AGENT_LOCK, clock.now()) ||
      locked(addresses.get(subscriberPrefix(address)), ADDRESS_LOCK, clock.now()),
    failed(agent, address) {
      count(addresses, subscriberPrefix(address), ADDRESS_LOCK);
      const ms = delayMs(count(agents, agent, AGENT_LOCK));
      return ms === 0 ? Promise.resolve() : new Promise((resolve) => void clock.after(ms, resolve));
    },
    succeeded: (agent) => void agents.delete(agent),
  };
}
