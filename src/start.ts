// Builds the gateway from settings and site, and takes it down again in the opposite order. Run by main.ts.

import { randomBytes, randomUUID, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { join } from "node:path";
import type { Demo, Listening } from "./banner.ts";
import { type Clock, systemClock } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import { verifyPassword } from "./base/password.ts";
import { type Certificate, openCertificate } from "./certificate.ts";
import type { Site } from "./core/site.ts";
import { demoPhones, demoSite } from "./demo-site.ts";
import { openHttp } from "./http/server.ts";
import type { MediaPlane } from "./media/face.ts";
import { openPlane } from "./media/plane.ts";
import { openMml } from "./mml/server.ts";
import { pinoLog } from "./pino-log.ts";
import { must, named, StartProblem } from "./problem.ts";
import { openCallIds } from "./runtime/call-ids.ts";
import { type Evidence, openEvidence } from "./runtime/evidence/evidence.ts";
import type { LiveLine } from "./runtime/face.ts";
import { openGateway, type RunningGateway } from "./runtime/gateway.ts";
import { auditor, openGuardDesk } from "./runtime/guard.ts";
import { openLegs } from "./runtime/legs.ts";
import { openParameterDesk, type ParameterDesk } from "./runtime/parameters.ts";
import { openRecordings, type Recordings } from "./runtime/recordings.ts";
import { openRegistrar, type Registrar } from "./runtime/registrar.ts";
import { openTrunkDoctor, type TrunkDesk } from "./runtime/trunk-doctor.ts";
import { openTrunks } from "./runtime/trunks.ts";
import {
  checkAgainstSite,
  pollHoldMs,
  readSettings,
  type Settings,
  siteFilePath,
  unknownSettings,
} from "./settings.ts";
import type { Sim } from "./sim/launch.ts";
import { openEndpoint } from "./sip/endpoint.ts";
import type { EndpointOptions, SipEndpoint, SipTrace, TlsIdentity } from "./sip/face.ts";
import { readSiteFile } from "./site-file.ts";
import type { Store } from "./store/ports.ts";
import { openStore } from "./store/sqlite.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export type Running = {
  readonly listening: Listening;
  readonly demo: Demo | null;
  readonly gateway: RunningGateway;
  /** Resolves with the reason when a part without which the gateway is of no use has ended. */
  readonly broken: Promise<string>;
  /** Ends every call with its events, then every part. Safe to repeat. */
  stop(): Promise<void>;
};

/** What every part is built on; `closing` runs from its end. */
type Ground = {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  /** null: neither HTTPS nor SIP over TLS. */
  readonly certificate: Certificate | null;
  readonly evidence: Evidence;
  readonly closing: (() => Promise<void> | void)[];
};

export async function start(environment: Environment): Promise<Running> {
  const closing: Ground["closing"] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= takeDown(closing);
    return stopping;
  };
  try {
    return { ...(await build(environment, closing)), stop };
  } catch (fault) {
    // Why it does not start is what has to be told, whatever goes wrong after.
    await stop().catch(() => {});
    throw fault;
  }
}

/** A part that cannot be closed does not keep the others from it: the fault comes when all had their turn. */
async function takeDown(closing: Ground["closing"]): Promise<void> {
  const faults: unknown[] = [];
  for (const close of closing.toReversed()) {
    try {
      await close();
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, faults.map(String).join("; "));
}

async function build(environment: Environment, closing: Ground["closing"]): Promise<Omit<Running, "stop">> {
  const begun = systemClock.monotonic();
  const { own, settings, name } = await readSite(environment);
  const log = pinoLog(settings.logLevel);
  for (const unknown of unknownSettings(environment)) log.warn({ name: unknown }, "not a setting");
  const evidence = openEvidence({ clock: systemClock, bytes: settings.evidenceMib * 2 ** 20 });
  const ground: Ground = {
    settings,
    clock: systemClock,
    log,
    evidence,
    certificate: await certificateFor(settings),
    closing,
  };

  const demo = own ? null : await openDemo(ground);
  const site = own ?? (demo as DemoTown).site;
  must(checkAgainstSite(settings, site) ?? {});
  const store = must(await openStore({ folder: settings.data, clock: systemClock }));
  closing.push(() => store.close());
  const parameters = await openParameterDesk({ store, site: site.parameters, clock: systemClock, log });
  const { gateway, sip, trunkDesk } = await openShell(ground, { site, demo, store, parameters });
  // Once more after the faces: whoever came back while they were closing.
  closing.push(() => gateway.shutDown());
  const faces = await openFaces(ground, { gateway, parameters, sip, trunkDesk });
  closing.push(() => gateway.shutDown());
  return {
    gateway,
    demo: demo && { phones: site.phones, control: `http://127.0.0.1:${demo.sim.controlPort}` },
    broken: demo ? demo.sim.died : new Promise<string>(() => {}),
    listening: { ...faces, site: name, readyMs: systemClock.monotonic() - begun },
  };
}

/** It names every address under which we can be reached. */
async function certificateFor({ httpsPort, sipPort, sipsPort, data, host, advertise }: Settings) {
  if (httpsPort === 0 && (sipPort === 0 || sipsPort === 0)) return null;
  const names = [...new Set(["localhost", "127.0.0.1", host, advertise])];
  return must(await openCertificate(data, names, systemClock));
}

async function readSite(environment: Environment): Promise<{ own: Site | null; settings: Settings; name: string }> {
  const { path, asked } = siteFilePath(environment);
  const read = await readSiteFile(path);
  if (read === null && asked) throw new StartProblem(`SEATWAY_CONFIG=${path}: there is no such file`);
  if (read && "unreadable" in read) throw new StartProblem(`SEATWAY_CONFIG=${path}: ${read.unreadable}`);
  const file = read && must(read);
  const settings = must(readSettings(environment, file?.settings));
  return { own: file?.site ?? null, settings, name: file ? path : "demo site" };
}

type DemoTown = { readonly sim: Sim; readonly site: Site };

/** The simulated phones and parties, a child process; its trunk port makes the demo site complete. */
async function openDemo({ settings, clock, log, closing }: Ground): Promise<DemoTown> {
  // Its phones and parties are at 127.0.0.1, out of reach of an IPv6 socket.
  if (!isIPv4(settings.host)) {
    throw new StartProblem(`SEATWAY_HOST=${settings.host}: allowed is an IPv4 address with the demo site`);
  }
  const phones = demoPhones(randomBytes);
  // Only the demo site needs it: with a site file nothing of the simulation is loaded.
  const { launchSim } = await import("./sim/launch.ts");
  const sim = await launchSim({ clock, log, phones, domain: settings.advertise });
  closing.push(() => sim.close());
  return { sim, site: demoSite(phones, { host: "127.0.0.1", port: sim.trunkPort, transport: "udp" }) };
}

type Served = {
  readonly site: Site;
  readonly demo: DemoTown | null;
  readonly store: Store;
  readonly parameters: ParameterDesk;
};

type Shell = {
  readonly gateway: RunningGateway;
  /** null: it is off. */
  readonly sip: SipEndpoint | null;
  readonly trunkDesk: TrunkDesk;
};

/** SIP and media with the runtime over them. */
async function openShell(ground: Ground, { site, demo, store, parameters }: Served): Promise<Shell> {
  const { settings, clock, log, closing } = ground;
  const registrar = openRegistrar({
    phones: site.phones,
    clock,
    log,
    ...(demo ? { simulated: { address: "127.0.0.1", port: demo.sim.phonePort } } : {}),
  });
  let note: RunningGateway["note"] | undefined;
  const sip =
    settings.sipPort === 0
      ? null
      : await openSip(ground, { registrar, trunks: site.trunks, store }, (message) => {
          ground.evidence.keep(message);
          note?.(() => liveLine(message));
        });
  const media = await openMedia(ground, site);
  const trunks = openTrunks({
    trunks: sip ? site.trunks : [],
    sip: sip ?? sipOff,
    clock,
    log,
    domain: settings.advertise,
    random: Math.random,
  });
  closing.push(() => trunks.close());
  const audit = auditor({ store, clock, log });
  const gateway = openGateway({
    clock,
    log,
    site,
    guidRules: { authMode: settings.authMode, intervalMs: settings.guidIntervalMs, timeoutMs: settings.guidTimeoutMs },
    pollTimeoutMs: settings.pollTimeoutMs,
    forceAllowed: settings.forceLogin,
    eventGenTime: settings.eventGenTime,
    mintGuid: () => `${randomUUID()}.${settings.nodeName}`,
    verify: verifyPassword,
    callIds: await openCallIds({ reserve: (count) => store.reserveSequence(count), clock, log }),
    parameters: () => parameters.values(),
    legs: openLegs({
      clock,
      log,
      sip: sip ?? sipOff,
      media,
      recordings: keepRecordings(ground, media),
      domain: settings.advertise,
      phone: (number) => registrar.target(number),
      line: (number) => trunks.line(number),
      sent: (call, sipCallId) => ground.evidence.link(call, sipCallId),
    }),
    registrar,
    trunks,
    barred: (agent, why) => audit({ face: "rest", peer: `agent ${agent}`, what: "bar", before: "", after: why }),
    missing: () =>
      demo && sip
        ? [
            ...registrar.unregistered().map((number) => `phone ${number} is not registered`),
            ...trunks.down().map((trunk) => `trunk ${trunk} is down`),
          ]
        : [],
  });
  note = gateway.note;
  if (sip) demo?.sim.register({ transport: "udp", address: settings.host, port: sip.port });
  return { gateway, sip, trunkDesk: openTrunkDoctor({ trunks, media, clock, log, site }) };
}

/** SEATWAY_SIP_PORT=0: nobody can be called, so nothing ever asks for these. */
const sipOff: Pick<SipEndpoint, "invite" | "options" | "register"> = {
  invite() {
    throw new Error("SIP is off (SEATWAY_SIP_PORT=0)");
  },
  register() {
    throw new Error("SIP is off (SEATWAY_SIP_PORT=0)");
  },
  options: async () => ({ status: 503, reason: "SIP is off", local: "transport" }),
};

const digests = { MD5: ["MD5"], "SHA-256": ["SHA-256"], "SHA-256,MD5": ["SHA-256", "MD5"] } as const;

async function openSip(
  { settings, clock, log, certificate, closing }: Ground,
  { registrar, trunks, store }: { registrar: Registrar; trunks: Site["trunks"]; store: Store },
  trace: NonNullable<EndpointOptions["trace"]>,
): Promise<SipEndpoint> {
  const { sipPort, sipsPort } = settings;
  const tls = certificate && sipsPort !== 0 ? { ...certificate, port: sipsPort } : null;
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
      digest: digests[settings.sipDigest],
      // RFC 4028 §5: less than 90 s is forbidden.
      sessionTimer: { expiresS: settings.sipSessionExpires, minS: 90 },
      handlers: { password: registrar.password, register: registrar.register, flowClosed: registrar.flowClosed },
      guard: openGuardDesk({ allow: settings.sipAllow, trunks, store, clock, log }),
      trace,
    }),
  );
  closing.push(() => sip.close(1000));
  return sip;
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

function keepRecordings({ settings, clock, log, closing }: Ground, media: MediaPlane): Recordings {
  const folder = join(settings.data, "recordings");
  const keep = { days: settings.recordingDays, bytes: settings.recordingGib * 2 ** 30 };
  const recordings = openRecordings({ clock, log, media, folder, keep });
  closing.push(async () => recordings.close());
  return recordings;
}

async function openMedia({ settings, clock, log, closing }: Ground, { country, music }: Site) {
  const { host, advertise, rtpPorts } = settings;
  const media = await named(
    `media with SEATWAY_RTP_PORTS=${rtpPorts.join("-")}, country and music of the site`,
    openPlane({
      clock,
      log,
      host,
      advertise,
      ports: rtpPorts,
      workers: 1,
      ...(country && { country }),
      ...(music && { music }),
    }),
  );
  closing.push(() => media.close());
  return media;
}

/** A SIP message as the live page shows it: its first line as title. */
const liveLine = ({ at, direction, sipCallId, text }: SipTrace): LiveLine => ({
  at,
  kind: "sip",
  agent: "",
  callId: sipCallId,
  title: `${direction === "in" ? "received" : "sent"} ${text.slice(0, text.indexOf("\r\n"))}`,
  text,
});

/** Read and checked at start, so that a wrong file does not mean "nobody is trusted". */
async function readTrustedCa(path: string): Promise<string> {
  return named(
    `SEATWAY_TRUSTED_CA=${path}`,
    readFile(path, "utf8").then((pem) => new X509Certificate(pem).toString()),
  );
}

type Faced = Shell & { readonly parameters: ParameterDesk };
type Faces = Omit<Listening, "site" | "readyMs">;

async function openFaces(ground: Ground, { gateway, parameters, sip, trunkDesk }: Faced): Promise<Faces> {
  const { settings, clock, log, closing } = ground;
  const { host, advertise, nodeName } = settings;
  const tls = settings.httpsPort === 0 ? null : ground.certificate;
  const [min, max] = settings.agentIdRange;
  const http = await plainLine(
    openHttp({
      gateway,
      clock,
      log,
      ...(sip ? { sipSocket: sip.acceptWebSocket, trunks: trunkDesk } : {}),
      evidence: { find: ground.evidence.find, gateway: { address: advertise, port: settings.sipPort } },
      settings: {
        host,
        ...(tls ? { httpsPort: settings.httpsPort, tls } : {}),
        ...(settings.httpPort === 0 ? {} : { httpPort: settings.httpPort }),
        corsOrigins: settings.corsOrigins,
        trustedHosts: settings.trustedHosts,
        ...(settings.trustedCa ? { trustedCa: await readTrustedCa(settings.trustedCa) } : {}),
        agentIdRange: { min, max },
        pollHoldMs: pollHoldMs(settings),
        eventMethod: settings.eventMethod,
        getEventMode: settings.getEventMode,
      },
    }),
  );
  closing.push(() => http.close());
  if (settings.mmlPort !== 0) {
    const mml = must(await openMml({ desk: parameters, clock, log, nodeName, port: settings.mmlPort }));
    closing.push(() => mml.close());
  }
  // RFC 3986 §3.2.2: an IPv6 address stands in brackets before a port.
  const shown = advertise.includes(":") ? `[${advertise}]` : advertise;
  return {
    https: http.httpsPort === undefined ? null : `https://${shown}:${http.httpsPort}`,
    http: http.httpPort === undefined ? null : `http://127.0.0.1:${http.httpPort}`,
    sip: sipPlaces(settings, shown),
    rtp: settings.rtpPorts.join("-"),
    mml: settings.mmlPort === 0 ? null : `127.0.0.1:${settings.mmlPort}`,
    fingerprint: tls?.fingerprint ?? null,
  };
}

function sipPlaces({ sipPort, sipsPort }: Settings, shown: string): string | null {
  if (sipPort === 0) return null;
  const plain = `${shown}:${sipPort} (UDP and TCP)`;
  return sipsPort === 0 ? plain : `${plain}, ${shown}:${sipsPort} (TLS)`;
}

/** The REST face names the setting itself. */
async function plainLine<Part>(opening: Promise<Part>): Promise<Part> {
  try {
    return await opening;
  } catch (fault) {
    throw new StartProblem(fault instanceof Error ? fault.message : String(fault));
  }
}
