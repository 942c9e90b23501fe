// What a reload (reload.ts) reads, asks and changes, from the parts of the running gateway. Run by start.ts.

import { X509Certificate } from "node:crypto";
import { type Certificate, readCertificate } from "./certificate.ts";
import type { Site } from "./core/site.ts";
import type { Ground } from "./ground.ts";
import type { HttpFace } from "./http/options.ts";
import type { LivingSite } from "./living-site.ts";
import { type Environment, readSite } from "./read-site.ts";
import { openReloader } from "./reload.ts";
import type { RunningGateway } from "./runtime/gateway.ts";
import type { Reloader } from "./runtime/operator/face.ts";
import type { Passwords } from "./runtime/passwords.ts";
import type { Registrar } from "./runtime/registrar.ts";
import type { SettingInForce } from "./settings.ts";
import type { SipEndpoint } from "./sip/face.ts";
import type { SiteEditRow } from "./store/ports.ts";

export type ReloadParts = {
  readonly living: LivingSite;
  /** null: there is a site file. */
  readonly demo: (() => Site) | null;
  readonly inForce: readonly SettingInForce[];
  readonly environment: Environment;
  /** What operators have changed of the site. */
  readonly edits: () => readonly SiteEditRow[];
  readonly gateway: Pick<RunningGateway, "reads" | "waiting" | "siteChanged">;
  readonly registrar: Pick<Registrar, "serve">;
  readonly passwords: Pick<Passwords, "siteChanged">;
  /** null: SIP is off. */
  readonly sip: Pick<SipEndpoint, "renew"> | null;
  /** undefined until it is open. */
  readonly http: () => HttpFace | undefined;
  /** Somebody has asked for a reload. */
  readonly asked: () => void;
};

export function keepReloading(ground: Ground, parts: ReloadParts): Reloader {
  const { settings, clock, log, audit } = ground;
  const { living, gateway, registrar, passwords, sip, http } = parts;
  let shown = ground.certificate;
  return openReloader({
    ...{ log, audit, settings, living, demo: parts.demo, inForce: parts.inForce, asked: parts.asked },
    read: () => readSite(parts.environment, parts.edits()),
    certificate: shown
      ? { current: () => shown as Certificate, read: () => readCertificate(settings.data, clock) }
      : undefined,
    missed: (next) => stillInUse(living.site, next, gateway),
    apply(next, changed) {
      if (changed.includes("phones")) registrar.serve(next.phones);
      if (changed.includes("agents")) passwords.siteChanged();
      gateway.siteChanged();
    },
    show(certificate) {
      const before = shown as Certificate;
      try {
        sip?.renew(certificate);
        http()?.renew(certificate);
      } catch (fault) {
        // Both as they were: a face that has taken the new one goes back.
        sip?.renew(before);
        throw fault;
      }
      shown = certificate;
      log.info({ until: new X509Certificate(certificate.cert).validTo }, "a new certificate is shown");
    },
    setLogLevel: (level) => ground.setLogLevel(level),
  });
}

/** What calls and sessions stand on cannot go away under them. */
function stillInUse(
  now: Site,
  next: Site,
  { reads, waiting }: Pick<RunningGateway, "reads" | "waiting">,
): readonly string[] {
  const agents = new Set(next.agents.map(({ id }) => id));
  const phones = new Set(next.phones.map(({ number }) => number));
  const skills = new Set(next.skills.map(({ id }) => id));
  const signedIn = now.agents.flatMap(({ id }) => {
    const view = reads.agent(id);
    return view && view.state !== SIGNED_OUT ? [view] : [];
  });
  const waits = waiting();
  return [
    ...signedIn.flatMap(({ id }) => (agents.has(id) ? [] : [`agents: ${id} is signed in and cannot be taken away`])),
    ...signedIn.flatMap(({ id, phone }) =>
      phone === "" || phones.has(phone) ? [] : [`phones: ${phone} is the phone of agent ${id}, who is signed in`],
    ),
    ...now.skills.flatMap(({ id }) =>
      skills.has(id) || (waits.get(id) ?? 0) === 0 ? [] : [`skills: ${waits.get(id)} calls wait for skill ${id}`],
    ),
  ];
}

/** codes.json agent_states. */
const SIGNED_OUT = 2;
