// Builds the gateway from settings and site, and takes it down again in the opposite order. Run by main.ts.

import { randomUUID, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { AcmeKeeper } from "./acme.ts";
import type { Demo, Listening } from "./banner.ts";
import { systemClock } from "./base/clock.ts";
import { hashPassword, verifyPassword } from "./base/password.ts";
import { openCertificate } from "./certificate.ts";
import type { Site } from "./core/site.ts";
import { demoText, editedDemo, editsOf, storedEdit, type Whose } from "./demo-edits.ts";
import type { Ground } from "./ground.ts";
import { type HttpFace, openHttp } from "./http/server.ts";
import { livingSite } from "./living-site.ts";
import { openPlane } from "./media/plane.ts";
import { openMml } from "./mml/server.ts";
import { pinoLog } from "./pino-log.ts";
import { must, named, StartProblem } from "./problem.ts";
import { type Environment, readSite } from "./read-site.ts";
import { openAgentCalls } from "./runtime/agent-calls.ts";
import { openAudit } from "./runtime/audit.ts";
import { type CallArchive, openCallArchive } from "./runtime/call-archive.ts";
import { openCallIds } from "./runtime/call-ids.ts";
import { openEvidence } from "./runtime/evidence/evidence.ts";
import { openGateway, type RunningGateway } from "./runtime/gateway.ts";
import { addressList } from "./runtime/guard.ts";
import { continuedClock } from "./runtime/journal/continued-clock.ts";
import { type LegImage, whole } from "./runtime/leg-image.ts";
import { openLegs } from "./runtime/legs.ts";
import { openMetrics } from "./runtime/metrics/metrics.ts";
import type { OperatorDesk, Reloader } from "./runtime/operator/face.ts";
import { openParameterDesk, type ParameterDesk } from "./runtime/parameters.ts";
import { openPasswords, type Passwords } from "./runtime/passwords.ts";
import { openPlaybacks } from "./runtime/playbacks.ts";
import { openPostman } from "./runtime/postman.ts";
import { openLoopWatch } from "./runtime/pressure.ts";
import { openPreviewShelf } from "./runtime/preview-rows.ts";
import { openRecordingIndex, type RecordingIndex } from "./runtime/recording-index.ts";
import { openRegistrar, type Registrar } from "./runtime/registrar.ts";
import { openReplies } from "./runtime/replies.ts";
import { dayOf, openTollDesk, type TollDesk } from "./runtime/toll.ts";
import { openTracing, type Tracing } from "./runtime/tracing/tracing.ts";
import { openTrunkDoctor, type TrunkDesk } from "./runtime/trunk-doctor.ts";
import { openTrunks } from "./runtime/trunks.ts";
import { checkAgainstSite, pollHoldMs, type Settings, unknownSettings } from "./settings.ts";
import type { SipEndpoint, SipTrace } from "./sip/face.ts";
import { editedText } from "./site-edits.ts";
import { keepAcme } from "./start-acme.ts";
import { type DemoTown, openDemo } from "./start-demo.ts";
import { keepJournal } from "./start-journal.ts";
import { openOperator } from "./start-operator.ts";
import { keepRecordings, openCallKeeping, recordingsFolder } from "./start-records.ts";
import { keepReloading } from "./start-reload.ts";
import { liveLine, openSip, sipOff } from "./start-sip.ts";
import { openSiteDesk, type SiteSource } from "./start-site.ts";
import { openStore } from "./store/open.ts";
import type { SiteEditRow } from "./store/ports.ts";
import { productVersion } from "./version.ts";

export type Running = {
  readonly listening: Listening;
  readonly demo: Demo | null;
  readonly gateway: RunningGateway;
  /** Reads site file and certificate anew. Never rejects. */
  readonly reload: Reloader["reload"];
  /** Resolves with the reason when a part without which the gateway is of no use has ended. */
  readonly broken: Promise<string>;
  /** Lets calls go on for SEATWAY_DRAIN_MS at most, ends them with their events, then every part. Safe to repeat. */
  stop(): Promise<void>;
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
  const { own: asWritten, settings, inForce, path } = await readSite(environment);
  const log = pinoLog(settings.logLevel);
  for (const unknown of unknownSettings(environment)) log.warn({ name: unknown }, "not a setting");
  const ground = await lay(settings, { log, closing, setLogLevel: log.setLevel });
  const whose: Whose = asWritten ? "file" : "demo";
  const atStart = editsOf(whose, await ground.store.siteEdits());
  const own = asWritten && (await editedSite(ground, { environment, path, edits: atStart }));
  const demo = own ? null : await openDemo(ground);
  const living = livingSite(own ?? changedDemo(ground, demo as DemoTown, atStart));
  const { site } = living;
  must(checkAgainstSite(settings, site) ?? {});
  const parameters = await openParameterDesk({ ...ground, site: site.parameters });
  const shell = await openShell(ground, { site, demo, parameters });
  const { gateway } = shell;
  // Once more after the faces: whoever came back while they were closing.
  closing.push(() => gateway.shutDown());
  const control = demo ? `http://127.0.0.1:${demo.sim.controlPort}` : undefined;
  const archive = openCallArchive({ store: ground.store, site });
  const trunks = shell.sip ? shell.trunkDesk : undefined;
  let http: HttpFace | undefined;
  let acme: AcmeKeeper | null = null;
  const reloader: Reloader = keepReloading(ground, {
    ...shell,
    ...{ living, inForce, environment },
    demo: demo && (() => editedDemo(demo.site, siteEntries.inForce()).site),
    edits: () => siteEntries.inForce(),
    http: () => http,
    // Who has mended what kept a certificate away need not wait.
    asked: () => acme?.now(),
  });
  const siteEntries = openSiteDesk({
    ...{ clock: ground.clock, log, atStart, reloader },
    source: demo ? demoSource(demo) : fileSource(path),
    keep: (row, line) => ground.store.keepSiteEdit(storedEdit(whose, row), line),
  });
  const operator = await openOperator(ground, {
    ...shell,
    site,
    parameters,
    trunks,
    archive,
    control,
    reloader,
    siteEntries,
  });
  const faces = await openFaces(ground, { ...shell, parameters, site, archive, operator }, (face) => {
    http = face;
  });
  acme = await keepAcme(ground, reloader);
  closing.push(() => gateway.drain(ground.settings.drainMs));
  return {
    gateway,
    reload: reloader.reload,
    demo: demo && control !== undefined ? { phones: site.phones, control } : null,
    broken: demo ? demo.sim.died : new Promise<string>(() => {}),
    listening: { ...faces, site: own ? path : "demo site", readyMs: systemClock.monotonic() - begun },
  };
}

/** With what operators have changed of it; what does not fit the file any more is said, and left out. */
async function editedSite({ log }: Ground, { environment, path, edits }: Edits): Promise<Site | null> {
  for (const { edit, why } of editedText(await readFile(path, "utf8"), edits).left)
    log.warn({ kind: edit.kind, key: edit.key, why }, "a change of the site does not fit its file any more");
  return (await readSite(environment, edits)).own;
}

/** The same of the demo site. */
function changedDemo({ log }: Ground, demo: DemoTown, edits: readonly SiteEditRow[]): Site {
  const { site, left } = editedDemo(demo.site, edits);
  for (const { edit, why } of left)
    log.warn({ kind: edit.kind, key: edit.key, why }, "a change of the demo site does not fit it any more");
  return site;
}

const fileSource = (path: string): SiteSource => ({
  text: () => readFile(path, "utf8"),
  admitted: (_kind, _key, fields) => fields,
});

function demoSource({ site }: DemoTown): SiteSource {
  const { text, admitted } = demoText(site);
  return { text: async () => text, admitted };
}

type Edits = {
  readonly environment: Environment;
  /** Of the site file. */
  readonly path: string;
  readonly edits: readonly SiteEditRow[];
};

async function lay(
  settings: Settings,
  { log, closing, setLogLevel }: Pick<Ground, "log" | "closing" | "setLogLevel">,
): Promise<Ground> {
  const evidence = openEvidence({ clock: systemClock, bytes: settings.evidenceMib * 2 ** 20 });
  const certificate = await certificateFor(settings);
  const { data: folder, databaseUrl: url, nodeName: node } = settings;
  const store = must(await openStore({ folder, url, clock: systemClock, log, node }));
  closing.push(() => store.close());
  const base = { settings, log, setLogLevel, evidence, certificate, store, metrics: openMetrics(), closing };
  const journal = await keepJournal({ ...base, clock: systemClock });
  const clock = continuedClock({ clock: systemClock, log, journal });
  closing.push(() => clock.close());
  return { ...base, clock, audit: openAudit({ store, clock, log }), journal };
}

/** It names every address under which we can be reached. */
async function certificateFor(settings: Settings) {
  const { httpsPort, sipPort, sipsPort, data, host, advertise } = settings;
  if (httpsPort === 0 && (sipPort === 0 || sipsPort === 0)) return null;
  const names = [...new Set(["localhost", "127.0.0.1", host, advertise])];
  return must(await openCertificate(data, names, systemClock, settings.acmeDomains.length > 0));
}

type Served = {
  readonly site: Site;
  readonly demo: DemoTown | null;
  readonly parameters: ParameterDesk;
};

type Shell = {
  readonly gateway: RunningGateway;
  /** null: it is off. */
  readonly sip: SipEndpoint | null;
  readonly trunkDesk: TrunkDesk;
  readonly registrar: Registrar;
  readonly passwords: Passwords;
  readonly index: RecordingIndex;
  readonly tracing: Tracing | null;
};

/** How long the last events of a gateway that goes down may take. */
const LAST_PUSHES_MS = 2000;

/** How often states are compared with the legs. */
const RECONCILE_MS = 1000;

/** Until the process goes down. */
function repeat({ clock, closing }: Ground, ms: number, task: () => void): void {
  let timer = clock.after(ms, run);
  function run(): void {
    timer = clock.after(ms, run);
    task();
  }
  closing.push(() => timer.cancel());
}

/** SIP and media with the runtime over them. */
async function openShell(ground: Ground, { site, demo, parameters }: Served): Promise<Shell> {
  const { settings, clock, log, closing } = ground;
  const registrar = openRegistrar({
    phones: site.phones,
    clock,
    log,
    journal: ground.journal,
    ...(demo ? { simulated: { address: "127.0.0.1", port: demo.sim.phonePort } } : {}),
  });
  const images = whole(ground.journal.found<Partial<LegImage>>("leg"));
  const dialogs = [...images.values()].map(({ dialog }) => dialog);
  let note: RunningGateway["note"] | undefined;
  const trace = (message: SipTrace): void => {
    ground.evidence.keep(message);
    note?.(() => liveLine(message));
  };
  // A call that comes before the gateway stands is for its caller to place again.
  let receive: RunningGateway["receive"] = (incoming) => incoming.reject(503);
  const arrived: RunningGateway["receive"] = (incoming) => receive(incoming);
  let referred: RunningGateway["referred"] = () => {};
  const sip =
    settings.sipPort === 0 ? null : await openSip(ground, { registrar, site, trace, dialogs, receive: arrived });
  const index = openRecordingIndex({ clock, log, store: ground.store });
  // After the media, which finish their files as they close.
  closing.push(() => index.close());
  const tracing = await openTraces(ground);
  const keeping = await openCallKeeping(ground, site, tracing ? [tracing.witness] : []);
  const media = await openMedia(ground, site, [...images.values()]);
  const trunks = openTrunks({
    trunks: sip ? site.trunks : [],
    sip: sip ?? sipOff,
    clock,
    log,
    domain: settings.advertise,
    random: Math.random,
    replied: ground.metrics.trunks.replied,
  });
  ground.metrics.trunks.watch(trunks.lines);
  closing.push(() => trunks.close());
  const toll = await openToll(ground, site);
  const changed = await ground.store.passwords();
  const hashing = { verify: verifyPassword, hash: hashPassword };
  const passwords = openPasswords({ clock, log, site, store: ground.store, changed, ...hashing });
  const callIds = await openCallIds({ reserve: (count) => ground.store.reserveSequence(count), clock, log });
  const legs = openLegs({
    ...{ clock, log, media, journal: ground.journal },
    sip: sip ?? sipOff,
    playbacks: openPlaybacks({ log, folder: recordingsFolder(settings) }),
    recordings: keepRecordings(ground, { media, ids: callIds, index }),
    domain: settings.advertise,
    phone: (number) => registrar.target(number),
    line: (number) => trunks.line(number),
    sent(call, sipCallId, trunk) {
      ground.evidence.link(call, sipCallId);
      keeping.ledger.sent(call, sipCallId, trunk);
    },
    referred: (leg, referral) => referred(leg, referral),
    figures(leg, codec, audio) {
      keeping.ledger.figures(leg, codec, audio);
      ground.metrics.media.closed(audio);
    },
    graceMs: settings.phoneGraceMs,
    takeUpMs: settings.takeUpMs,
    resume: trunks.takeUp,
  });
  registrar.watch(legs);
  const watch = openLoopWatch({ clock, log, limitMs: settings.overloadMs });
  closing.push(async () => watch.close());
  const postman = openPostman(settings.pushCa === "" ? "" : await readCa("SEATWAY_PUSH_CA", settings.pushCa));
  const gateway = openGateway({
    ...{ clock, log, site, legs, registrar, trunks, toll },
    guidRules: { authMode: settings.authMode, intervalMs: settings.guidIntervalMs, timeoutMs: settings.guidTimeoutMs },
    pollTimeoutMs: settings.pollTimeoutMs,
    forceAllowed: settings.forceLogin,
    eventGenTime: settings.eventGenTime,
    push: { post: postman.post, targets: settings.pushTargets, pushed: ground.metrics.events.pushed },
    unread: ground.metrics.events.lost,
    delivered: ground.metrics.events.delivered,
    crowded: ground.metrics.events.crowded,
    mostCalls: settings.mostCalls,
    late: watch.late,
    journal: ground.journal,
    keeping: { most: settings.eventsKept, unreadMs: settings.eventUnreadMs, readMs: settings.eventReadMs },
    node: { name: settings.nodeName, version: await productVersion() },
    mintGuid: () => `${randomUUID()}.${settings.nodeName}`,
    passwords,
    callIds,
    parameters: () => parameters.values(),
    recordings: { index, folder: recordingsFolder(settings) },
    previews: await openPreviewShelf(ground.store, clock),
    evidence: ground.evidence,
    ...keeping,
    callEnded: ground.metrics.calls.ended,
    mended: ground.metrics.calls.mended,
    chose: ground.metrics.calls.chose,
    missing: () =>
      demo && sip
        ? [
            ...registrar.unregistered().map((number) => `phone ${number} is not registered`),
            ...trunks.down().map((trunk) => `trunk ${trunk} is down`),
          ]
        : [],
  });
  closing.push(async () => {
    await gateway.drainPushes(LAST_PUSHES_MS);
    await postman.close();
  });
  note = gateway.note;
  receive = gateway.receive;
  referred = gateway.referred;
  // What no call has a use for gets BYE.
  gateway.recover(images);
  await media.release();
  ground.metrics.calls.watch(gateway);
  ground.metrics.events.watch(gateway);
  ground.metrics.media.watch(legs);
  tracing?.follow(gateway);
  repeat(ground, RECONCILE_MS, gateway.reconcile);
  if (sip) demo?.sim.register({ transport: "udp", address: settings.host, port: sip.port });
  const trunkDesk = openTrunkDoctor({ trunks, media, clock, log, site, toll });
  return { gateway, sip, trunkDesk, registrar, passwords, index, tracing };
}

/** null: it is off, and nothing of it is loaded. */
async function openTraces({ settings, clock, closing }: Ground): Promise<Tracing | null> {
  const { otlpUrl: url, tracePercent: percent, nodeName: name } = settings;
  if (url === "") return null;
  const { openOtlp } = await import("./runtime/tracing/otlp.ts");
  const sink = await openOtlp({ url, percent, node: { name, version: await productVersion() } });
  const tracing = openTracing({ clock, sink });
  closing.push(() => tracing.close());
  return tracing;
}

async function openToll({ clock, log, store, audit, metrics, closing }: Ground, site: Site): Promise<TollDesk> {
  const toll = openTollDesk({
    ...{ clock, log, site, store, begun: await store.dailyCalls(dayOf(clock.now())) },
    barred(bar) {
      const { agent, called, why } = bar;
      const peer = agent === "" ? "trunk doctor" : `agent ${agent}`;
      audit({ face: "rest", peer, what: "bar", before: "", after: `${called}: ${why}` });
      metrics.calls.barred(bar);
    },
  });
  closing.push(() => toll.close());
  return toll;
}

async function openMedia({ settings, clock, log, closing }: Ground, site: Site, images: readonly LegImage[]) {
  const { country, music, announcements, codecs, media: way } = site;
  const { host, advertise, rtpPorts } = settings;
  const media = await named(
    `media with SEATWAY_RTP_PORTS=${rtpPorts.join("-")}, country, music and announcements of the site`,
    openPlane({
      clock,
      log,
      host,
      advertise,
      ports: rtpPorts,
      workers: 1,
      held: images.map(({ media }) => media),
      ...(country && { country }),
      ...(music && { music }),
      ...(announcements && { announcements }),
      ...(codecs && { codecs: [...new Set([...codecs, "PCMU", "PCMA"] as const)] }),
      ...(way?.engine === "rtpengine" && { rtpengine: way }),
    }),
  );
  closing.push(() => media.close());
  return media;
}

/** Read and checked at start, so that a wrong file does not mean "nobody is trusted". */
async function readCa(setting: string, path: string): Promise<string> {
  return named(
    `${setting}=${path}`,
    readFile(path, "utf8").then((pem) => new X509Certificate(pem).toString()),
  );
}

type Faced = Shell & {
  readonly parameters: ParameterDesk;
  readonly site: Site;
  readonly archive: CallArchive;
  readonly operator: OperatorDesk;
};
type Faces = Omit<Listening, "site" | "readyMs">;

async function openFaces(ground: Ground, faced: Faced, opened: (http: HttpFace) => void): Promise<Faces> {
  const { gateway, parameters, sip, trunkDesk, site, archive, operator, tracing } = faced;
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
      replies: openReplies({ clock, log, store: ground.store, journal: ground.journal }),
      limited: ground.metrics.events.limited,
      served: ground.metrics.requests.served,
      ...(tracing && { tracing }),
      metrics: { page: ground.metrics.page, allows: addressList(settings.metricsAllow) },
      site,
      records: archive,
      agentCalls: openAgentCalls({ clock, site, reads: gateway.reads, archive, store: ground.store }),
      operator,
      notes: { note: ground.evidence.note, inCall: gateway.inCall },
      evidence: { find: ground.evidence.find, gateway: { address: advertise, port: settings.sipPort } },
      settings: {
        host,
        ...(tls ? { httpsPort: settings.httpsPort, tls } : {}),
        ...(settings.httpPort === 0 ? {} : { httpPort: settings.httpPort }),
        corsOrigins: settings.corsOrigins,
        frameOrigins: settings.frameOrigins,
        trustedHosts: settings.trustedHosts,
        ...(settings.trustedCa ? { trustedCa: await readCa("SEATWAY_TRUSTED_CA", settings.trustedCa) } : {}),
        agentIdRange: { min, max },
        pollHoldMs: pollHoldMs(settings),
        streamLifeMs: settings.pollTimeoutMs,
        streamBeatMs: Math.min(15_000, settings.guidTimeoutMs / 3, settings.pollTimeoutMs / 3),
        eventMethod: settings.eventMethod,
        rates: { agent: settings.rateAgent, operation: settings.rateOperation, address: settings.rateAddress },
        getEventMode: settings.getEventMode,
      },
    }),
  );
  opened(http);
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
