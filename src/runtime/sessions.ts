// Sign-ins as the network sees them: Guids and signs of life (decisions.md 1-4). Secrets stay in here.

import type { Clock, Timer } from "../base/clock.ts";
import { refuse } from "../base/step.ts";
import {
  addGuid,
  type GuidRules,
  holds,
  newestGuid,
  openSession,
  revived,
  type Session,
  seen,
  useGuid,
} from "../core/session/session.ts";
import type { Asker, Refused } from "./face.ts";
import { type Journal, noJournal } from "./journal/journal.ts";

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
  /** Sessions go on after a restart; absent: none do. */
  readonly journal?: SessionJournal;
};

type SessionJournal = Pick<Journal, "keep" | "note" | "found" | "seal" | "unseal">;

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
  /** All who have one. */
  agents(): readonly string[];
  /** Agents signed in from this address. */
  from(address: string): readonly string[];
};

const notSignedIn = (message = "the agent is not signed in"): Refused => refuse("100-006", message);
const noRight = (message = "no right to invite resouce"): Refused => refuse("000-003", message);

/** Ended sessions of one agent that are remembered: a client learns what became of his. */
const REMEMBERED_ENDS = 3;

/** How old a sign of life in the journal may be. */
const SEEN_MS = 10_000;

/** Sealed: Guids are secrets. */
type SessionImage = { readonly session: Session | null; readonly ended: readonly Ended[] };

type Ended = { readonly session: Session; readonly message: string };

export function openSessions(options: SessionsOptions): Sessions {
  const { clock, rules, silenceMs, mint, journal = noJournal } = options;
  const sessions = new Map<string, Session>();
  const timers = new Map<string, Timer>();
  const ended = new Map<string, readonly Ended[]>();
  /** When the journal last had the sign of life of each. */
  const notedAt = new Map<string, number>();

  const image = (agent: string) => (): string => {
    const now: SessionImage = { session: sessions.get(agent) ?? null, ended: ended.get(agent) ?? [] };
    return journal.seal(JSON.stringify(now));
  };

  const keep = (agent: string): void => journal.keep("session", agent, image(agent));

  const noteLife = (agent: string): void => {
    const now = clock.steady();
    if (now - (notedAt.get(agent) ?? 0) < SEEN_MS) return;
    notedAt.set(agent, now);
    journal.note("session", agent, image(agent));
  };

  /** While the gateway was away nobody could give a sign of life. */
  const restore = (agent: string, { session, ended: before }: SessionImage): void => {
    ended.set(agent, before);
    if (!session) return;
    sessions.set(agent, revived(session, rules, clock.steady()));
    watch(agent, silenceMs);
  };

  /** One timer an agent, set anew only when it fires: a sign of life costs nothing. */
  const watch = (agent: string, ms: number): void => {
    timers.set(
      agent,
      clock.after(ms, () => {
        const session = sessions.get(agent);
        if (!session) return;
        const left = options.waiting(agent) ? silenceMs : session.lastSeenAt + silenceMs - clock.steady();
        if (left > 0) watch(agent, left);
        else options.silent(agent);
      }),
    );
  };

  const renewed = (agent: string, session: Session, next: "renew" | "mint"): { renewedGuid: string } => {
    const after = next === "mint" ? addGuid(session, mint(), clock.steady()) : session;
    sessions.set(agent, after);
    if (next === "mint") keep(agent);
    return { renewedGuid: newestGuid(after) };
  };

  /** What became of the session that this Guid belonged to; undefined for a stranger. */
  const endOf = (agent: string, guid: string | undefined): string | undefined =>
    guid === undefined ? undefined : ended.get(agent)?.findLast(({ session }) => holds(session, guid))?.message;

  /** A trusted host acts for the agents that it signed in, not for others (wire.md 15). */
  const trustedOnly = (agent: string, session: Session, keepAlive: boolean, asker: Asker): Refused | object => {
    if (!asker.trusted || session.address !== asker.address) return noRight();
    if (keepAlive) sessions.set(agent, seen(session, clock.steady()));
    return {};
  };

  for (const [agent, text] of journal.found<string>("session")) {
    const found = journal.unseal(text);
    if (found !== null) restore(agent, JSON.parse(found) as SessionImage);
  }

  return {
    open(agent, address) {
      timers.get(agent)?.cancel();
      const session = openSession(mint(), address, clock.steady(), clock.now());
      sessions.set(agent, session);
      keep(agent);
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
      keep(agent);
    },
    get: (agent) => sessions.get(agent),
    newestGuid(agent) {
      const session = sessions.get(agent);
      return session ? newestGuid(session) : "";
    },
    authorise(agent, guid, keepAlive, asker) {
      const session = sessions.get(agent);
      if (!session) return notSignedIn(endOf(agent, guid));
      if (keepAlive) noteLife(agent);
      const now = clock.steady();
      if (guid === undefined) return trustedOnly(agent, session, keepAlive, asker);
      const used = useGuid(session, guid, { keepAlive, now, rules });
      if (!used) return noRight(endOf(agent, guid));
      sessions.set(agent, used.session);
      return used.next === "none" ? {} : renewed(agent, used.session, used.next);
    },
    holder(guid) {
      const use = { keepAlive: false, now: clock.steady(), rules };
      // All of them, whichever it is: the time says nothing.
      const found = [...sessions].filter(([, session]) => useGuid(session, guid, use) !== null);
      return found[0]?.[0];
    },
    agents: () => [...sessions.keys()],
    from: (address) => [...sessions].filter(([, session]) => session.address === address).map(([agent]) => agent),
  };
}
