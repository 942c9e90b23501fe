// Opens the media, the trunks, and the legs over SIP and both. Run by start-shell.ts.

import type { Site } from "./core/site.ts";
import type { Ground } from "./ground.ts";
import type { MediaPlane } from "./media/face.ts";
import { openPlane } from "./media/plane.ts";
import { named } from "./problem.ts";
import type { CallIds } from "./runtime/call-ids.ts";
import type { CallLedger } from "./runtime/call-ledger.ts";
import type { RunningGateway } from "./runtime/gateway.ts";
import type { LegImage } from "./runtime/leg-image.ts";
import { openLegs } from "./runtime/legs.ts";
import type { Legs } from "./runtime/legs-port.ts";
import { openPlaybacks } from "./runtime/playbacks.ts";
import type { RecordingIndex } from "./runtime/recording-index.ts";
import type { Registrar } from "./runtime/registrar.ts";
import { openTrunks, type Trunks } from "./runtime/trunks.ts";
import type { SipEndpoint } from "./sip/face.ts";
import { keepRecordings, recordingsFolder } from "./start-records.ts";
import { sipOff } from "./start-sip.ts";

/** `images`: of the legs that an earlier process had, whose ports are kept for them. */
export async function openMedia(
  { settings, clock, log, closing }: Ground,
  site: Site,
  images: readonly LegImage[],
): Promise<MediaPlane> {
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

/** `sip` null: it is off, and no trunk is served. */
export function openLines(
  { settings, clock, log, metrics, closing }: Ground,
  site: Site,
  sip: SipEndpoint | null,
): Trunks {
  const trunks = openTrunks({
    trunks: sip ? site.trunks : [],
    sip: sip ?? sipOff,
    clock,
    log,
    domain: settings.advertise,
    random: Math.random,
    replied: metrics.trunks.replied,
  });
  metrics.trunks.watch(trunks.lines);
  closing.push(() => trunks.close());
  return trunks;
}

type Under = {
  readonly sip: SipEndpoint | null;
  readonly media: MediaPlane;
  readonly registrar: Registrar;
  readonly trunks: Trunks;
  readonly callIds: CallIds;
  readonly index: RecordingIndex;
  readonly ledger: CallLedger;
  readonly referred: RunningGateway["referred"];
};

/** The legs, told of each phone that comes and goes. */
export function openAllLegs(ground: Ground, under: Under): Legs {
  const { settings, clock, log, journal, evidence, metrics } = ground;
  const { sip, media, registrar, trunks, callIds: ids, index, ledger, referred } = under;
  const legs = openLegs({
    ...{ clock, log, media, journal, referred },
    sip: sip ?? sipOff,
    playbacks: openPlaybacks({ log, folder: recordingsFolder(settings) }),
    recordings: keepRecordings(ground, { media, ids, index }),
    domain: settings.advertise,
    phone: (number) => registrar.target(number),
    line: (number) => trunks.line(number),
    sent(call, sipCallId, trunk) {
      evidence.link(call, sipCallId);
      ledger.sent(call, sipCallId, trunk);
    },
    figures(leg, codec, audio) {
      ledger.figures(leg, codec, audio);
      metrics.media.closed(audio);
    },
    graceMs: settings.phoneGraceMs,
    takeUpMs: settings.takeUpMs,
    resume: trunks.takeUp,
  });
  registrar.watch(legs);
  return legs;
}
