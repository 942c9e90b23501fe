// Opens SIP and media with the runtime over them: registrar, trunks, legs, gateway. Run by start.ts, before the faces.

import { randomUUID } from "node:crypto";
import { hashPassword, verifyPassword } from "./base/password.ts";
import type { Site } from "./core/site.ts";
import type { Ground } from "./ground.ts";
import type { MediaPlane } from "./media/face.ts";
import { readCa } from "./read-ca.ts";
import { type CallIds, openCallIds } from "./runtime/call-ids.ts";
import { openGateway, type RunningGateway } from "./runtime/gateway.ts";
import { type LegImage, whole } from "./runtime/leg-image.ts";
import type { Legs } from "./runtime/legs-port.ts";
import type { ParameterDesk } from "./runtime/parameters.ts";
import { openPasswords, type Passwords } from "./runtime/passwords.ts";
import { openPostman } from "./runtime/postman.ts";
import { openLoopWatch } from "./runtime/pressure.ts";
import { openPreviewShelf } from "./runtime/preview-rows.ts";
import { openRecordingIndex, type RecordingIndex } from "./runtime/recording-index.ts";
import { openRegistrar, type Registrar } from "./runtime/registrar.ts";
import { dayOf, openTollDesk, type TollDesk } from "./runtime/toll.ts";
import { openTracing, type Tracing } from "./runtime/tracing/tracing.ts";
import { openTrunkDoctor, type TrunkDesk } from "./runtime/trunk-doctor.ts";
import type { Trunks } from "./runtime/trunks.ts";
import type { SipEndpoint, SipTrace } from "./sip/face.ts";
import type { DemoTown } from "./start-demo.ts";
import { openAllLegs, openLines, openMedia } from "./start-legs.ts";
import { type CallKeeping, openCallKeeping, recordingsFolder } from "./start-records.ts";
import { liveLine, openSip } from "./start-sip.ts";
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

/** What the network says; it is there before the gateway that hears it. */
type Ear = Pick<RunningGateway, "note" | "receive" | "referred">;

/** Until the gateway stands: a call that comes before is for its caller to place again. */
const deaf: Ear = { note() {}, receive: (incoming) => incoming.reject(503), referred() {} };

/** SIP and media with the runtime over them. */
export async function openShell(ground: Ground, served: Served): Promise<Shell> {
  const { site, demo } = served;
  const { settings, clock, log, store, closing } = ground;
  let ear = deaf;
  const registrar = openPhones(ground, served);
  const images = whole(ground.journal.found<Partial<LegImage>>("leg"));
  const sip = await openSignalling(ground, { site, registrar, images, ear: () => ear });
  const index = openRecordingIndex({ clock, log, store });
  // After the media, which finish their files as they close.
  closing.push(() => index.close());
  const tracing = await openTraces(ground);
  const keeping = await openCallKeeping(ground, site, tracing ? [tracing.witness] : []);
  const media = await openMedia(ground, site, [...images.values()]);
  const trunks = openLines(ground, site, sip);
  const toll = await openToll(ground, site);
  const hashing = { verify: verifyPassword, hash: hashPassword };
  const passwords = openPasswords({ clock, log, site, store, changed: await store.passwords(), ...hashing });
  const callIds = await openCallIds({ reserve: (count) => store.reserveSequence(count), clock, log });
  const calls = { media, registrar, trunks, callIds, index };
  const referred: Ear["referred"] = (leg, referral) => ear.referred(leg, referral);
  const legs = openAllLegs(ground, { ...calls, sip, ledger: keeping.ledger, referred });
  const gateway = await openCore(ground, served, { ...calls, sip, legs, toll, passwords, keeping });
  ear = gateway;
  await begin(ground, gateway, { images, media, legs });
  tracing?.follow(gateway);
  if (sip) demo?.sim.register({ transport: "udp", address: settings.host, port: sip.port });
  const trunkDesk = openTrunkDoctor({ trunks, media, clock, log, site, toll });
  return { gateway, sip, trunkDesk, registrar, passwords, index, tracing };
}

const openPhones = ({ clock, log, journal }: Ground, { site, demo }: Served): Registrar =>
  openRegistrar({
    phones: site.phones,
    clock,
    log,
    journal,
    ...(demo ? { simulated: { address: "127.0.0.1", port: demo.sim.phonePort } } : {}),
  });

type Signalling = {
  readonly site: Site;
  readonly registrar: Registrar;
  readonly images: ReadonlyMap<unknown, LegImage>;
  readonly ear: () => Ear;
};

/** null: it is off. */
async function openSignalling(
  ground: Ground,
  { site, registrar, images, ear }: Signalling,
): Promise<SipEndpoint | null> {
  if (ground.settings.sipPort === 0) return null;
  const trace = (message: SipTrace): void => {
    ground.evidence.keep(message);
    ear().note(() => liveLine(message));
  };
  const dialogs = [...images.values()].map(({ dialog }) => dialog);
  return openSip(ground, { registrar, site, trace, dialogs, receive: (incoming) => ear().receive(incoming) });
}

type Around = {
  readonly sip: SipEndpoint | null;
  readonly legs: Legs;
  readonly registrar: Registrar;
  readonly trunks: Trunks;
  readonly callIds: CallIds;
  readonly index: RecordingIndex;
  readonly toll: TollDesk;
  readonly passwords: Passwords;
  readonly keeping: CallKeeping;
};

async function openCore(ground: Ground, served: Served, around: Around): Promise<RunningGateway> {
  const { settings, clock, log, metrics, journal, evidence, store, precedence } = ground;
  const { legs, registrar, trunks, callIds, index, toll, passwords, keeping } = around;
  const { site, parameters } = served;
  const watch = openLoopWatch({ clock, log, limitMs: settings.overloadMs });
  ground.closing.push(async () => watch.close());
  const postman = openPostman(settings.pushCa === "" ? "" : await readCa("SEATWAY_PUSH_CA", settings.pushCa));
  const gateway = openGateway({
    ...{ clock, log, site, legs, registrar, trunks, toll, passwords, callIds, journal, evidence },
    ...rulesOf(ground),
    push: { post: postman.post, targets: settings.pushTargets, pushed: metrics.events.pushed },
    unread: metrics.events.lost,
    delivered: metrics.events.delivered,
    crowded: metrics.events.crowded,
    late: () => watch.late() || precedence.waitedMs() >= settings.overloadMs,
    node: { name: settings.nodeName, version: await productVersion() },
    mintGuid: () => `${randomUUID()}.${settings.nodeName}`,
    parameters: () => parameters.values(),
    recordings: { index, folder: recordingsFolder(settings) },
    previews: await openPreviewShelf(store, clock),
    ...keeping,
    callEnded: metrics.calls.ended,
    mended: metrics.calls.mended,
    chose: metrics.calls.chose,
    missing: missingIn(served, around),
  });
  ground.closing.push(async () => {
    await gateway.drainPushes(LAST_PUSHES_MS);
    await postman.close();
  });
  return gateway;
}

/** What of the settings the gateway goes by. */
const rulesOf = ({ settings }: Ground) => ({
  guidRules: { authMode: settings.authMode, intervalMs: settings.guidIntervalMs, timeoutMs: settings.guidTimeoutMs },
  pollTimeoutMs: settings.pollTimeoutMs,
  forceAllowed: settings.forceLogin,
  eventGenTime: settings.eventGenTime,
  mostCalls: settings.mostCalls,
  keeping: { most: settings.eventsKept, unreadMs: settings.eventUnreadMs, readMs: settings.eventReadMs },
});

/** Phones and trunks of the demo site that are not there yet. */
const missingIn =
  ({ demo }: Served, { sip, registrar, trunks }: Around) =>
  (): readonly string[] =>
    demo && sip
      ? [
          ...registrar.unregistered().map((number) => `phone ${number} is not registered`),
          ...trunks.down().map((trunk) => `trunk ${trunk} is down`),
        ]
      : [];

type Found = {
  readonly images: Parameters<RunningGateway["recover"]>[0];
  readonly media: MediaPlane;
  readonly legs: Legs;
};

/** Takes up what an earlier process has left, and looks after itself from now on. */
async function begin(ground: Ground, gateway: RunningGateway, { images, media, legs }: Found): Promise<void> {
  const { metrics } = ground;
  // What no call has a use for gets BYE.
  gateway.recover(images);
  await media.release();
  metrics.calls.watch(gateway);
  metrics.events.watch(gateway);
  metrics.media.watch(legs);
  repeat(ground, RECONCILE_MS, gateway.reconcile);
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
