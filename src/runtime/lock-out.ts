// Passwords that are tried: after too many wrong ones the agent is locked, or the address (decisions.md 5). Tries wait for their turn, one of
// an agent at a time: guesses that come as a crowd would all be looked at before the first of them has been counted.

import type { Clock } from "../base/clock.ts";
import { subscriberPrefix } from "../base/subscriber.ts";
import { delayMs, type Failures, failed, type LockRules, locked } from "../core/session/lock.ts";

export type LockOut = {
  locked(agent: string, address: string): boolean;
  /** `fits` is asked when it is his turn, unless he or his address is locked by then. `wrong`: its answer may go out now. */
  attempt(agent: string, address: string, fits: () => Promise<boolean>): Promise<"fits" | "wrong" | "locked">;
};

/** Per agent, and with more patience per address: many agents may sit behind one. */
const AGENT_LOCK: LockRules = { limit: 5, windowMs: 300_000 };
const ADDRESS_LOCK: LockRules = { limit: 50, windowMs: 300_000 };
/** Keys remembered at a time: an attacker who names many cannot fill the memory. */
const REMEMBERED = 10_000;
/** Of the four threads that hash passwords and read files: a crowd of guesses leaves one for the rest of the gateway. */
const AT_ONCE = 3;

export function openLockOut(clock: Clock): LockOut {
  const agents = new Map<string, Failures>();
  const addresses = new Map<string, Failures>();
  /** Those whose password is looked at now: with them nobody has more tries than one after the other. */
  const trying = new Set<string>();
  const waiting: { readonly agent: string; readonly begin: () => void }[] = [];

  const count = (table: Map<string, Failures>, key: string, rules: LockRules): Failures => {
    const failures = failed(table.get(key), rules, clock.monotonic());
    table.delete(key);
    table.set(key, failures);
    const oldest = table.size > REMEMBERED ? table.keys().next().value : undefined;
    if (oldest !== undefined) table.delete(oldest);
    return failures;
  };

  const isLocked = (agent: string, address: string): boolean =>
    locked(agents.get(agent), AGENT_LOCK, clock.monotonic()) ||
    locked(addresses.get(subscriberPrefix(address)), ADDRESS_LOCK, clock.monotonic());

  const turn = (agent: string): Promise<void> =>
    new Promise((begin) => {
      waiting.push({ agent, begin });
      next();
    });

  const next = (): void => {
    const at = trying.size < AT_ONCE ? waiting.findIndex(({ agent }) => !trying.has(agent)) : -1;
    const [first] = at < 0 ? [] : waiting.splice(at, 1);
    if (!first) return;
    trying.add(first.agent);
    first.begin();
    next();
  };

  const wrong = (agent: string, address: string): Promise<void> => {
    count(addresses, subscriberPrefix(address), ADDRESS_LOCK);
    const ms = delayMs(count(agents, agent, AGENT_LOCK));
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => void clock.after(ms, resolve));
  };

  /** The answer to a wrong one waits when the next one's turn has come. */
  const tried = async (agent: string, address: string, fits: () => Promise<boolean>) => {
    await turn(agent);
    try {
      if (isLocked(agent, address)) return "locked";
      if (!(await fits())) return { answered: wrong(agent, address) };
      agents.delete(agent);
      return "fits";
    } finally {
      trying.delete(agent);
      next();
    }
  };

  return {
    locked: isLocked,
    async attempt(agent, address, fits) {
      if (isLocked(agent, address)) return "locked";
      const outcome = await tried(agent, address, fits);
      if (typeof outcome === "string") return outcome;
      await outcome.answered;
      return "wrong";
    },
  };
}
