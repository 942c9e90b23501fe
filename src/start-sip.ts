// Opens the SIP endpoint from settings and site, its guard with it. Run by start.ts.

import { readFile } from "node:fs/promises";
import type { Site } from "./core/site.ts";
import type { Ground } from "./ground.ts";
import { readNonceKey } from "./nonce-key.ts";
import { named } from "./problem.ts";
import { openDoor } from "./runtime/door.ts";
import type { LiveLine } from "./runtime/face.ts";
import { addressList, openGuardDesk } from "./runtime/guard.ts";
import { foundInvites, inviteKeeper } from "./runtime/journal/invite-images.ts";
import type { Registrar } from "./runtime/registrar.ts";
import type { Settings } from "./settings.ts";
import { openEndpoint } from "./sip/endpoint.ts";
import type {
  Credentials,
  DialogImage,
  EndpointOptions,
  IncomingInvite,
  SentInvite,
  SipEndpoint,
  SipTrace,
  TlsIdentity,
} from "./sip/face.ts";

/** SEATWAY_SIP_PORT=0: nobody can be called, so nothing ever asks for these. */
export const sipOff: Pick<SipEndpoint, "invite" | "options" | "register" | "takeUp"> = {
  invite() {
    throw new Error("SIP is off (SEATWAY_SIP_PORT=0)");
  },
  register() {
    throw new Error("SIP is off (SEATWAY_SIP_PORT=0)");
  },
  takeUp: () => undefined,
  options: async () => ({ status: 503, reason: "SIP is off", local: "transport" }),
};

type Around = {
  readonly registrar: Registrar;
  readonly site: Pick<Site, "trunks">;
  readonly trace: NonNullable<EndpointOptions["trace"]>;
  /** Dialogs of the process before this one. */
  readonly dialogs: readonly DialogImage[];
  /** A call from outside. */
  readonly receive: (incoming: IncomingInvite) => void;
};

/** Rejects with the setting's name when a port cannot be opened. */
export async function openSip(
  { settings, clock, log, certificate, audit, metrics, journal, precedence, closing }: Ground,
  { registrar, site, trace, dialogs, receive }: Around,
): Promise<SipEndpoint> {
  const { sipPort, sipsPort } = settings;
  const { trunks } = site;
  const { register, device, flowClosed, isPhone } = registrar;
  const tls = certificate && sipsPort !== 0 ? { ...certificate, port: sipsPort } : null;
  const { sipAllow: allow, sipProxies: proxies } = settings;
  const desk = openGuardDesk({ allow, proxies, trunks, audit, clock, log, banned: metrics.sip.banned });
  const door = openDoor({ site, isTrunk: desk.isTrunk, isProxy: addressList(proxies), isPhone });
  const sip = await named(
    sipsPort === 0 ? `SEATWAY_SIP_PORT=${sipPort}` : `SEATWAY_SIP_PORT=${sipPort}, SEATWAY_SIPS_PORT=${sipsPort}`,
    openEndpoint({
      clock,
      log,
      host: settings.host,
      port: settings.sipPort,
      advertise: settings.advertise,
      transports: tls ? ["udp", "tcp", "tls"] : ["udp", "tcp"],
      webSocketPorts: webSocketPorts(settings),
      ...(tls ? { tls: { ...tls, identities: await readIdentities(trunks) } } : {}),
      userAgent: "Seatway",
      realm: "seatway",
      digest: settings.sipDigest,
      qop: settings.sipQop,
      ...(await readNonceKey(settings.sipNonceKey)),
      // RFC 4028 §5: less than 90 s is forbidden.
      sessionTimer: { expiresS: settings.sipSessionExpires, minS: 90 },
      overloadMs: settings.overloadMs,
      datagrams: precedence,
      handlers: {
        password: (username) => registrar.password(username) ?? door.password(username),
        ...{ register, device, flowClosed, admission: door.admission, invite: receive },
      },
      guard: desk.guard,
      report: metrics.sip.report,
      trace,
      dialogs,
      invites: inviteKeeper(clock, journal),
      leftBehind: { images: foundInvites(clock, journal), credentials: (invite) => credentialsFor(trunks, invite) },
    }),
  );
  closing.push(() => sip.close(1000));
  metrics.sip.watch(sip);
  desk.follow(sip);
  closing.push(() => desk.close());
  return sip;
}

/** Of the trunk that it went to. */
function credentialsFor(trunks: Site["trunks"], { peer }: SentInvite): Credentials | undefined {
  return trunks.find(({ host }) => host === (peer.serverName ?? peer.address))?.credentials;
}

const webSocketPorts = ({ httpPort, httpsPort }: Settings) => ({
  ...(httpPort === 0 ? {} : { ws: httpPort }),
  ...(httpsPort === 0 ? {} : { wss: httpsPort }),
});

/** What the TLS trunks show and believe, by their hosts; read at start, so that a wrong path does not wait for a call. */
async function readIdentities(trunks: Site["trunks"]): Promise<Map<string, TlsIdentity>> {
  const identities = new Map<string, TlsIdentity>();
  for (const { name, host, tls = {} } of trunks.filter(({ transport }) => transport === "tls")) {
    const pem: Partial<Record<"ca" | "cert" | "key", string>> = {};
    for (const part of ["ca", "cert", "key"] as const) {
      const path = tls[part];
      if (path !== undefined) pem[part] = await named(`trunk ${name}: ${part} ${path}`, readFile(path, "utf8"));
    }
    identities.set(host, pem);
  }
  return identities;
}

/** A SIP message as the live page shows it: its first line as title. */
export const liveLine = ({ at, direction, sipCallId, text }: SipTrace): LiveLine => ({
  at,
  kind: "sip",
  agent: "",
  callId: sipCallId,
  title: `${direction === "in" ? "received" : "sent"} ${text.slice(0, text.indexOf("\r\n"))}`,
  text,
});
