// Opens what agents and operators speak to: REST with everything behind it, and the MML console. Run by start.ts, last.

import type { Listening } from "./banner.ts";
import type { Site } from "./core/site.ts";
import type { Ground } from "./ground.ts";
import { type HttpFace, openHttp } from "./http/server.ts";
import { openMml } from "./mml/server.ts";
import { must, StartProblem } from "./problem.ts";
import { readCa } from "./read-ca.ts";
import { openAgentCalls } from "./runtime/agent-calls.ts";
import type { CallArchive } from "./runtime/call-archive.ts";
import { addressList } from "./runtime/guard.ts";
import type { OperatorDesk } from "./runtime/operator/face.ts";
import type { ParameterDesk } from "./runtime/parameters.ts";
import { openReplies } from "./runtime/replies.ts";
import { pollHoldMs, type Settings } from "./settings.ts";
import type { Shell } from "./start-shell.ts";

type Faced = Shell & {
  readonly parameters: ParameterDesk;
  readonly site: Site;
  readonly archive: CallArchive;
  readonly operator: OperatorDesk;
};
type Faces = Omit<Listening, "site" | "readyMs">;

export async function openFaces(ground: Ground, faced: Faced, opened: (http: HttpFace) => void): Promise<Faces> {
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
      precedence: ground.precedence,
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
