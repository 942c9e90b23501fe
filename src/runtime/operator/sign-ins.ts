// Operators who are signed in: supervisors and administrators of the site file, with the password that they have as agents. A session
// is a random token, kept as its hash alone; it ends with the process, after half an hour without a request, and after twelve hours.

import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { isRefusal, refuse } from "../../base/step.ts";
import { isInspector, type Site } from "../../core/site.ts";
import type { Asker, Refused } from "../face.ts";

export type Operator = {
  readonly user: string;
  readonly name: string;
  readonly rights: "supervisor" | "administrator";
};

export type OperatorSignIns = {
  /** `token`: a secret, for the cookie alone. */
  signIn(
    user: string,
    password: string,
    asker: Asker,
  ): Promise<Refused | { readonly token: string; readonly operator: Operator }>;
  /** Whose session this is; it lives on by that. */
  holder(token: string): Operator | undefined;
  signOut(token: string): void;
};

type Session = { readonly user: string; readonly begunAt: number; seenAt: number };

const IDLE_MS = 1_800_000;
const LONGEST_MS = 43_200_000;
/** Beyond it the oldest ends. */
const MOST = 1_000;

export type OperatorSignInOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Pick<Site, "agents">;
  /** Counts wrong ones as a sign-in of the agent does, in the same lock-out. */
  readonly checkPassword: (agent: string, password: string, asker: Asker) => Promise<Refused | { done: true }>;
};

const keyOf = (token: string): string => createHash("sha256").update(token).digest("base64");

export function openOperatorSignIns({ clock, log, site, checkPassword }: OperatorSignInOptions): OperatorSignIns {
  const sessions = new Map<string, Session>();

  const operatorOf = (user: string): Operator | undefined => {
    const agent = site.agents.find(({ id }) => id === user);
    if (!agent || !isInspector(agent)) return undefined;
    const rights = agent.rights.includes("administrator") ? "administrator" : "supervisor";
    return { user, name: agent.name, rights };
  };

  const isOver = ({ begunAt, seenAt }: Session, now: number): boolean =>
    now - seenAt > IDLE_MS || now - begunAt > LONGEST_MS;

  const sweep = (now: number): void => {
    for (const [key, session] of sessions) if (isOver(session, now)) sessions.delete(key);
    const oldest = sessions.size >= MOST ? sessions.keys().next().value : undefined;
    if (oldest !== undefined) sessions.delete(oldest);
  };

  return {
    async signIn(user, password, asker) {
      const checked = await checkPassword(user, password, asker);
      if (isRefusal(checked)) return checked as Refused;
      const operator = operatorOf(user);
      if (!operator) return refuse("900-002", "user: neither supervisor nor administrator");
      const now = clock.monotonic();
      sweep(now);
      const token = randomBytes(32).toString("base64url");
      sessions.set(keyOf(token), { user, begunAt: now, seenAt: now });
      log.info({ user, from: asker.address }, "operator signed in");
      return { token, operator };
    },
    holder(token) {
      const key = keyOf(token);
      const session = sessions.get(key);
      if (!session) return undefined;
      const now = clock.monotonic();
      if (isOver(session, now)) {
        sessions.delete(key);
        return undefined;
      }
      session.seenAt = now;
      return operatorOf(session.user);
    },
    signOut: (token) => void sessions.delete(keyOf(token)),
  };
}
