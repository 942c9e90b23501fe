// What the REST face needs to open: plain values, already read from the settings.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Precedence } from "../base/precedence.ts";
import type { Rate } from "../core/session/rate.ts";
import type { Site } from "../core/site.ts";
import type { AgentCalls } from "../runtime/agent-calls.ts";
import type { CallArchive } from "../runtime/call-archive.ts";
import type { Evidence } from "../runtime/evidence/evidence.ts";
import type { Gateway } from "../runtime/face.ts";
import type { Metrics } from "../runtime/metrics/metrics.ts";
import type { RequestMetrics } from "../runtime/metrics/request-metrics.ts";
import type { OperatorDesk } from "../runtime/operator/face.ts";
import type { ReplyDesk } from "../runtime/replies.ts";
import type { Tracing } from "../runtime/tracing/tracing.ts";
import type { TrunkDesk } from "../runtime/trunk-doctor.ts";

export type HttpOptions = {
  readonly gateway: Gateway;
  /** Commands with an Idempotency-Key; absent = the header means nothing. */
  readonly replies?: ReplyDesk;
  /** Absent: SIP is off. */
  readonly trunks?: TrunkDesk;
  readonly clock: Clock;
  readonly log: Log;
  /** Who comes before requests; absent: nobody does. */
  readonly precedence?: Pick<Precedence, "run">;
  readonly settings: HttpSettings;
  /** The SIP messages of calls, and where the gateway stands in them; absent = none are kept. */
  readonly evidence?: Pick<Evidence, "find"> & {
    readonly gateway: { readonly address: string; readonly port: number };
  };
  /** Keeps the requests of calls for their timelines; `inCall`: the call that an agent is in, "" without one. */
  readonly notes?: Pick<Evidence, "note"> & { readonly inCall: (agent: string) => string };
  /** The operator's side; absent = there is none. */
  readonly operator?: OperatorDesk;
  /** Told of each request above a limit, by the limit. */
  readonly limited?: (limit: string) => void;
  /** What the agents' desks show of it; absent = they are told nothing. */
  readonly site?: Pick<
    Site,
    "agents" | "skills" | "callers" | "defaultCaller" | "restCauses" | "busyReasons" | "wrapUpCodes" | "wrapUpMs"
  >;
  /** Agents' own calls; absent = none are kept. */
  readonly agentCalls?: AgentCalls;
  /** Call records; absent = none are kept. */
  readonly records?: CallArchive;
  /** What Prometheus reads; absent = nobody counts. */
  readonly metrics?: Pick<Metrics, "page"> & {
    /** Beside this machine. */
    readonly allows: (address: string) => boolean;
  };
  /** Told of each request that was answered. */
  readonly served?: RequestMetrics["served"];
  /** Makes spans of requests; absent = tracing is off. */
  readonly tracing?: Pick<Tracing, "request">;
  /** Takes over a connection that asked for SIP over WebSocket at /sip; absent = nobody does. */
  readonly sipSocket?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
};

/** Requests in a time, of each agent, of each operation of his, from each address. */
export type Rates = { readonly agent: Rate; readonly operation: Rate; readonly address: Rate };

export type HttpSettings = {
  /** Address of the HTTPS listener. Plain HTTP listens on 127.0.0.1 whatever stands here. */
  readonly host: string;
  /** Absent = off, 0 = any free port. */
  readonly httpsPort?: number;
  readonly httpPort?: number;
  /** PEM texts; needed when `httpsPort` is given. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Origins of pages that may call from a browser, as browsers write them: "https://desk.example.org". */
  readonly corsOrigins: readonly string[];
  /** Origins of pages that may show ours in a frame. */
  readonly frameOrigins: readonly string[];
  /** Addresses of hosts that may act without a Guid and poll for all their agents (wire.md 15). */
  readonly trustedHosts: readonly string[];
  /** PEM text of the CA whose client certificates make a host trusted too; absent = none is asked for. */
  readonly trustedCa?: string;
  readonly agentIdRange: { readonly min: number; readonly max: number };
  /** AGENT_POLL_WAIT_TIMES × AGENT_POLL_WAIT_INTERVAL; 0 when AGENT_POLL_WAIT_FLAG is not ON. */
  readonly pollHoldMs: number;
  /** A stream of events shows so often that it lives, and renews its Guid: well below GUIDTIMEOUT. */
  readonly streamBeatMs: number;
  /** After so long server-sent events end and are to be opened anew: who does not come again is gone, whatever his TCP says. */
  readonly streamLifeMs: number;
  /** EVENT_METHOD and GET_EVENT_MODE: which of the two polls is served, the other answers 000-001. */
  readonly eventMethod: string;
  readonly rates: Rates;
  readonly getEventMode: number;
};

/** The opened face: the ports really taken, undefined for a listener that is off. */
export type HttpFace = {
  readonly httpsPort: number | undefined;
  readonly httpPort: number | undefined;
  /** Another certificate from the next handshake on; throws when it is none, and keeps the one that it has. */
  renew(own: { readonly key: string; readonly cert: string }): void;
  /** Stops listening, ends live feeds, gives open requests a moment, then closes what is left. */
  close(): Promise<void>;
};
