// Site file and certificate anew while calls go on: all that has changed is in force, or nothing, and it is said why. Asked for by
// SIGHUP and by operators. What sockets, files or rows of the store were opened with waits for a restart and is named.

import type { Log } from "./base/log.ts";
import type { Certificate } from "./certificate.ts";
import type { ReloadedView } from "./contract/operator-reply.ts";
import type { Site } from "./core/site.ts";
import type { LivingSite, SitePart } from "./living-site.ts";
import { siteParts } from "./living-site.ts";
import type { SiteRead } from "./read-site.ts";
import type { Audit } from "./runtime/audit.ts";
import type { Reloader, ReloadRefused } from "./runtime/operator/face.ts";
import { checkAgainstSite, type SettingInForce, type Settings, settingsTable } from "./settings.ts";

export type ReloadOptions = {
  readonly log: Log;
  readonly audit: Audit;
  readonly settings: Settings;
  /** Each setting as it is in force, with where it comes from. */
  readonly inForce: readonly SettingInForce[];
  readonly living: LivingSite;
  /** The demo site as it is to be, when that is served. */
  readonly demo: (() => Site) | null;
  /** Rejects with a StartProblem, whose line names file and rule. */
  readonly read: () => Promise<SiteRead>;
  /** undefined: neither HTTPS nor SIP over TLS. */
  readonly certificate:
    | { current(): Certificate; read(): Promise<Certificate | { readonly problem: string }> }
    | undefined;
  /** What is in use and gone in `next`, a line for each; [] = nothing. */
  readonly missed: (next: Site) => readonly string[];
  /** Tells those who hold copies. Cannot fail. */
  readonly apply: (next: Site, changed: readonly SitePart[]) => void;
  /** Shows it from the next handshake on. Throws when it is none; nothing has changed then. */
  readonly show: (certificate: Certificate) => void;
  readonly setLogLevel: (level: Settings["logLevel"]) => void;
  /** Somebody has asked for a reload. */
  readonly asked?: () => void;
};

/** Settings that take another value while the gateway runs. */
const liveSettings: ReadonlySet<keyof Settings> = new Set(["logLevel"]);

/** The settings of the site file and the site that are to be in force. */
type Wanted = Pick<SiteRead, "settings" | "inForce"> & { readonly site: Site; readonly changed: readonly SitePart[] };

export function openReloader(options: ReloadOptions): Reloader {
  const { log, audit, living } = options;
  let { settings: current, inForce } = options;
  let running: Promise<unknown> = Promise.resolve();

  const settingsChanged = (settings: Settings): readonly (keyof Settings)[] =>
    (Object.keys(settingsTable) as (keyof Settings)[]).filter(
      (key) => JSON.stringify(settings[key]) !== JSON.stringify(current[key]),
    );

  const want = async (): Promise<Wanted | ReloadRefused> => {
    const { own, settings, inForce: listed, path } = await options.read();
    if (own && options.demo) return { refused: [`${path}: the demo site is served; a site file needs a restart`] };
    const site = own ?? options.demo?.();
    if (!site) return { refused: [`${path}: there is no such file any more`] };
    const problem = checkAgainstSite(settings, site)?.problem;
    if (problem !== undefined) return { refused: [problem] };
    const changed = living.changed(site);
    const waits = [
      ...changed.filter((part) => siteParts[part] === "start").map((part) => `${part}: needs a restart`),
      ...settingsChanged(settings)
        .filter((key) => !liveSettings.has(key))
        .map((key) => `${settingsTable[key].name}: needs a restart`),
      ...options.missed(site),
    ];
    return waits.length > 0 ? { refused: waits } : { site, settings, inForce: listed, changed };
  };

  const renew = async (): Promise<Certificate | null | ReloadRefused> => {
    const { certificate } = options;
    if (!certificate) return null;
    const found = await certificate.read();
    if ("problem" in found) return { refused: [found.problem] };
    return found.fingerprint === certificate.current().fingerprint ? null : found;
  };

  const attempt = async (): Promise<ReloadedView | ReloadRefused> => {
    try {
      const wanted = await want();
      if ("refused" in wanted) return wanted;
      const renewed = await renew();
      if (renewed && "refused" in renewed) return renewed;
      if (renewed) options.show(renewed);
      // From here on nothing fails and nothing waits.
      const settings = settingsChanged(wanted.settings).map((key) => settingsTable[key].name);
      living.replace(wanted.site, wanted.changed);
      options.apply(wanted.site, wanted.changed);
      options.setLogLevel(wanted.settings.logLevel);
      current = wanted.settings;
      inForce = wanted.inForce;
      return { changed: [...wanted.changed, ...settings], certificate: renewed ? renewed.fingerprint : null };
    } catch (fault) {
      return { refused: [fault instanceof Error ? fault.message : String(fault)] };
    }
  };

  const certificateAlone = async (): Promise<ReloadedView | ReloadRefused> => {
    try {
      const renewed = await renew();
      if (renewed && "refused" in renewed) return renewed;
      if (renewed) options.show(renewed);
      return { changed: [], certificate: renewed ? renewed.fingerprint : null };
    } catch (fault) {
      return { refused: [fault instanceof Error ? fault.message : String(fault)] };
    }
  };

  /** One after the other: the second one sees what the first has made. */
  const inTurn = (work: typeof attempt): Promise<ReloadedView | ReloadRefused> => {
    const mine = running.then(work);
    running = mine;
    return mine;
  };

  return {
    settings: () => inForce,
    bring: () => inTurn(attempt),
    renew: () => inTurn(certificateAlone),
    async reload(by) {
      options.asked?.();
      const outcome = await inTurn(attempt);
      if ("refused" in outcome) {
        log.warn({ peer: by.peer, reason: outcome.refused.join("; ") }, "not reloaded: nothing has changed");
        return outcome;
      }
      const changed = outcome.changed.join(", ");
      log.info({ peer: by.peer, changed, fingerprint: outcome.certificate }, "reloaded");
      const after = [changed, outcome.certificate === null ? "" : `certificate ${outcome.certificate}`];
      audit({ ...by, what: "reload", before: "", after: after.filter((part) => part !== "").join("; ") || "nothing" });
      return outcome;
    },
  };
}
