// One request to the gateway and its reply: path, headers, Guid, envelope (wire.md 1-11). Every other file here asks
// through it. Works in browsers and in Node: `fetch` is handed in or the global one. A refusal of the gateway is a
// value with its code; only a fault (no connection, no envelope, time over) is thrown.

import { pathSegment } from "./path-segment.ts";
import { type Refused, refusal } from "./refusal.ts";

/** As much of `fetch` as is used here, so that Node can hand in one that checks a self-signed certificate. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
  /** For streams; absent = this one has none, and polls are used. */
  readonly body?: ReadableStream<Uint8Array> | null;
}>;

export type { Refused } from "./refusal.ts";

export type Reply<Result> = { readonly ok: true; readonly result: Result; readonly message: string } | Refused;

export type Fault = "unreachable" | "timeout" | "malformed" | "stopped";

/** The gateway did not answer, or not in its own form. Says nothing about the state of the agent. */
export class GatewayFault extends Error {
  override readonly name = "GatewayFault";
  readonly fault: Fault;

  constructor(fault: Fault, message: string, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
  }
}

export type Ask = {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Path segments after `/agentgateway/resource/`; each is escaped. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The member that holds the answer: `event` in a poll. Default `result`. */
  readonly member?: "result" | "event";
  readonly timeoutMs?: number;
  /** Hears the headers of the reply. */
  readonly heard?: (header: (name: string) => string | null) => void;
  /** Gives up this request alone. */
  readonly signal?: AbortSignal;
};

/** Turns the untrusted answer into a type; undefined when it has another shape. An absent member reads as null. */
export type Read<Result> = (value: unknown) => Result | undefined;

/** A request that is no GET; its body goes as JSON. */
export type Sent = { readonly method: Ask["method"]; readonly body: unknown };

export type Exchange = {
  /** Of the gateway, without a slash at its end. */
  readonly origin: string;
  /** A request beside the interface, whose reply goes on for as long as it likes. Rejects with a GatewayFault. */
  open(path: string, signal: AbortSignal, send?: Sent): ReturnType<Fetch>;
  ask<Result>(request: Ask, read: Read<Result>): Promise<Reply<Result>>;
  /** A reply that is a file, or the envelope of a refusal; its body goes on for as long as it likes. */
  file(request: Ask, signal: AbortSignal): Promise<Reply<Awaited<ReturnType<Fetch>>>>;
  /** The newest Guid, "" before a sign-in. A secret: keep it out of logs. */
  guid(): string;
  useGuid(guid: string): void;
};

export type ExchangeOptions = {
  readonly url: string;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

export function openExchange(options: ExchangeOptions): Exchange {
  const origin = options.url.replace(/\/+$/, "");
  const root = `${origin}/agentgateway/resource`;
  let guid = "";
  const send = async (request: Ask): Promise<{ status: number; text: string }> => {
    const url = root + target(request);
    const timer = AbortSignal.timeout(request.timeoutMs ?? options.timeoutMs);
    const stop = request.signal ? AbortSignal.any([options.signal, request.signal]) : options.signal;
    try {
      const response = await options.fetch(url, {
        method: request.method,
        headers: headersOf(request, guid),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        signal: AbortSignal.any([stop, timer]),
      });
      const text = await response.text();
      // Any 2xx reply may carry a newer Guid (wire.md 13).
      guid = renewed(response.status, response.headers.get("Set-GUID")) ?? guid;
      request.heard?.((name) => response.headers.get(name));
      return { status: response.status, text };
    } catch (cause) {
      throw faultOf(cause, { stopped: stop.aborted, timedOut: timer.aborted });
    }
  };
  const exchange: Exchange = {
    origin,
    async open(path, signal, sent = { method: "GET", body: undefined }) {
      const opening = new AbortController();
      const timer = AbortSignal.timeout(options.timeoutMs);
      // The limit is for the head of the reply alone.
      const late = () => opening.abort();
      timer.addEventListener("abort", late, { once: true });
      const stop = AbortSignal.any([options.signal, signal]);
      try {
        return await options.fetch(origin + path, {
          method: sent.method,
          headers: headersOf(sent, guid),
          ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
          signal: AbortSignal.any([stop, opening.signal]),
        });
      } catch (cause) {
        throw faultOf(cause, { stopped: stop.aborted, timedOut: timer.aborted });
      } finally {
        timer.removeEventListener("abort", late);
      }
    },
    async ask(request, read) {
      const { status, text } = await send(request);
      return openEnvelope(status, text, { member: request.member ?? "result", read });
    },
    async file(request, signal) {
      const path = `/agentgateway/resource${target(request)}`;
      const response = await exchange.open(path, signal);
      if (!/^application\/json/.test(response.headers.get("Content-Type") ?? "")) {
        return { ok: true, result: response, message: "" };
      }
      const refused = openEnvelope(response.status, await response.text(), { member: "result", read: () => null });
      if (refused.ok) throw new GatewayFault("malformed", "a reply without the file");
      return refused;
    },
    guid: () => guid,
    useGuid(next) {
      guid = next;
    },
  };
  return exchange;
}

function target(request: Ask): string {
  const path = request.path.map((segment) => `/${pathSegment(segment)}`).join("");
  const query = new URLSearchParams(request.query).toString();
  return query === "" ? path : `${path}?${query}`;
}

/** No Content-Type without a body: some servers take an empty JSON body for a broken one. */
function headersOf(request: Pick<Ask, "body">, guid: string): Record<string, string> {
  return {
    ...(request.body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(guid === "" ? {} : { Guid: guid }),
  };
}

/** `JSESSIONID=<guid>` (wire.md 9). */
function renewed(status: number, header: string | null): string | undefined {
  if (status < 200 || status > 299) return undefined;
  const found = header?.match(/^JSESSIONID=([^;=\s]+)/);
  return found?.[1];
}

function faultOf(cause: unknown, why: { stopped: boolean; timedOut: boolean }): GatewayFault {
  if (why.stopped) return new GatewayFault("stopped", "the session was stopped", cause);
  if (why.timedOut) return new GatewayFault("timeout", "the gateway did not answer in time", cause);
  return new GatewayFault("unreachable", `cannot reach the gateway: ${reasonOf(cause)}`, cause);
}

/** `fetch` hides the reason (ECONNREFUSED and the like) in the cause of its own error, several deep. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause !== undefined) return reasonOf(cause.cause);
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return cause.message || code || cause.name;
}

/** A retcode other than "0" is an answer; an HTTP status is not looked at beyond the message (wire.md 1). */
function openEnvelope<Result>(
  status: number,
  text: string,
  expected: { member: string; read: Read<Result> },
): Reply<Result> {
  const envelope = parseObject(text);
  const retcode = envelope?.["retcode"];
  if (envelope === undefined || typeof retcode !== "string") {
    throw new GatewayFault("malformed", `HTTP ${status} without the gateway's envelope`);
  }
  const message = typeof envelope["message"] === "string" ? envelope["message"] : "";
  if (retcode !== "0") return refusal(retcode, message);
  const result = expected.read(envelope[expected.member] ?? null);
  if (result === undefined) throw new GatewayFault("malformed", `the reply's ${expected.member} has an unknown shape`);
  return { ok: true, result, message };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
