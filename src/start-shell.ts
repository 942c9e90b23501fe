// Opens SIP and media with the runtime over them: registrar, trunks, legs, gateway. Run by start.ts, before the faces.

import { randomUUID } from "node:crypto";
import { hashPassword, verifyPassword } from "./base/password.ts";
import type { Site } from "./core/site.ts";
import type { Ground } from "./ground.ts";
import { openPlane } from "./media/plane.ts";
import { named } from "./problem.ts";
import { readCa } from "./read-ca.ts";
import { openCallIds } from "./runtime/call-ids.ts";
import { openGateway, type RunningGateway } from "./runtime/gateway.ts";
import { type LegImage, whole } from "./runtime/leg-image.ts";
import { openLegs } from "./runtime/legs.ts";
import type { ParameterDesk } from "./runtime/parameters.ts";
import { openPasswords, type Passwords } from "./runtime/passwords.ts";
import { openPlaybacks } from "./runtime/playbacks.ts";
import { openPostman } from "./runtime/postman.ts";
import { openLoopWatch } from "./runtime/pressure.ts";
import { openPreviewShelf } from "./runtime/preview-rows.ts";
import { openRecordingIndex, type RecordingIndex } from "./runtime/recording-index.ts";
import { openRegistrar, type Registrar } from "./runtime/registrar.ts";
import { dayOf, openTollDesk, type TollDesk } from "./runtime/toll.ts";
import { openTracing, type Tracing } from "./runtime/tracing/tracing.ts";
import { openTrunkDoctor, type TrunkDesk } from "./runtime/trunk-doctor.ts";
import { openTrunks } from "./runtime/trunks.ts";
import type { SipEndpoint, SipTrace } from "./sip/face.ts";
import type { DemoTown } from "./start-demo.ts";
import { keepRecordings, openCallKeeping, recordingsFolder } from "./start-records.ts";
import { liveLine, openSip, sipOff } from "./start-sip.ts";
import { productVersion } from "./version.ts";

type Served = {
  readonly site: Site;
  readonly demo: DemoTown | null;
  readonly parameters: ParameterDesk;
};

export type Shell = {
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
export async function openShell(ground: Ground, { site, demo, parameters }: Served): Promise<Shell> {
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
