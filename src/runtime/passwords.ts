// The agents' passwords: the site file's, and those that agents have changed. A changed one holds as long as the site file says what
// it said when it was changed: who writes another one there has reset it.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Site } from "../core/site.ts";
import type { PasswordRow, Store } from "../store/ports.ts";

export type Passwords = {
  /** An unknown agent costs the same as a wrong password. */
  fits(agent: string, password: string): Promise<boolean>;
  /** He has one that is not empty. */
  has(agent: string): boolean;
  /** On disk when it resolves with true; nothing has changed when with false. */
  change(agent: string, password: string): Promise<boolean>;
  /** The site has other agents or passwords now. */
  siteChanged(): void;
};

export type PasswordsOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Pick<Site, "agents">;
  readonly store: Pick<Store, "keepPassword">;
  /** What agents have changed so far. */
  readonly changed: readonly PasswordRow[];
  /** base/password.ts. */
  readonly verify: (password: string, stored: string | undefined) => Promise<boolean>;
  readonly hash: (password: string) => Promise<string>;
};

export function openPasswords(options: PasswordsOptions): Passwords {
  const { clock, log, site, store } = options;
  const changed = new Map(options.changed.map((row) => [row.agent, row]));
  let configured = new Map<string, string>();
  let stored = new Map<string, string>();
  const siteChanged = (): void => {
    configured = new Map(site.agents.map(({ id, password }) => [id, password]));
    stored = new Map(configured);
    for (const { agent, hash, insteadOf } of changed.values())
      if (configured.get(agent) === insteadOf) stored.set(agent, hash);
  };
  siteChanged();
  return {
    siteChanged,
    has: (agent) => (stored.get(agent) ?? "") !== "",
    fits: (agent, password) => options.verify(password, stored.get(agent)),
    async change(agent, password) {
      const insteadOf = configured.get(agent);
      if (insteadOf === undefined) return false;
      const hash = await options.hash(password);
      const at = clock.now();
      const audit = { at, face: "rest", peer: `agent ${agent}`, what: `password of ${agent}`, before: "", after: "" };
      try {
        await store.keepPassword({ agent, hash, insteadOf }, audit);
      } catch (fault) {
        log.error({ agent, fault: String(fault) }, "a password was not stored");
        return false;
      }
      changed.set(agent, { agent, hash, insteadOf });
      siteChanged();
      return true;
    },
  };
}
