// The site as every part of the process holds it: one object whose parts are those that are in force now. Another site file takes the
// place of the first one in a single step (reload.ts), part by part, those that are the same staying what they are.

import { isDeepStrictEqual } from "node:util";
import type { Site } from "./core/site.ts";

export type SitePart = keyof Site;

/**
 * When a part of another site file is in force. `now`: whoever reads it next sees it. `start`: sockets, files or rows of the store
 * were opened with it.
 */
export const siteParts: Readonly<Record<SitePart, "now" | "start">> = {
  ...{
    agents: "now",
    skills: "now",
    phones: "now",
    groups: "now",
    restCauses: "now",
    busyReasons: "now",
    wrapUpCodes: "now",
  },
  ...{ callers: "now", defaultCaller: "now", defaultSkill: "now", numbers: "now", menus: "now" },
  ...{ ring: "now", wrapUpMs: "now", workNumberVoice: "now", detect: "now", toll: "now" },
  ...{ vdn: "start", trunks: "start", parameters: "start" },
  ...{ country: "start", music: "start", announcements: "start", codecs: "start", media: "start" },
};

const parts = Object.keys(siteParts) as readonly SitePart[];

export type LivingSite = {
  readonly site: Site;
  /** Parts of `next` that are other ones than those in force. */
  changed(next: Site): readonly SitePart[];
  /** These parts are in force from now on. */
  replace(next: Site, changed: readonly SitePart[]): void;
};

export function livingSite(first: Site): LivingSite {
  let current = first;
  const site = Object.defineProperties(
    {},
    Object.fromEntries(parts.map((part) => [part, { enumerable: true, get: () => current[part] }])),
    // Every part of the table, which has all of them, is read from the site in force.
  ) as Site;
  return {
    site,
    changed: (next) => parts.filter((part) => !isDeepStrictEqual(current[part], next[part])),
    replace(next, changed) {
      current = { ...current, ...Object.fromEntries(changed.map((part) => [part, next[part]])) };
    },
  };
}
