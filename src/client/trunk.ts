// The trunk doctor over HTTP (docs/sip.md): reports and tests. The gateway serves it on its own machine only.

import type { TrunkReport, TrunkTest } from "../contract/trunk.ts";
import { type Fetch, GatewayFault, type Read } from "./exchange.ts";
import { pathSegment } from "./path-segment.ts";
import { list, record } from "./shape.ts";

export type { TrunkProbe, TrunkReply, TrunkReport, TrunkTest } from "../contract/trunk.ts";

export type TrunkClientOptions = {
  /** Origin of the gateway, e.g. "http://127.0.0.1:8000". */
  readonly url: string;
  readonly fetch?: Fetch;
  /** Gives up. */
  readonly signal?: AbortSignal;
};

/** A refusal has a code of contract/result.ts. */
export type TrunkRefused = { readonly refused: string; readonly message: string };

export type TrunkClient = {
  list(): Promise<readonly TrunkReport[] | TrunkRefused>;
  report(name: string): Promise<TrunkReport | TrunkRefused>;
  /** `number` absent: OPTIONS alone. */
  test(name: string, number?: string): Promise<TrunkTest | TrunkRefused>;
};

const report: Read<TrunkReport> = (value) => {
  const read = record<TrunkReport>({ name: "string", uri: "string", state: "string", priority: "number" })(value);
  const whole =
    read && Array.isArray(read.probes) && Array.isArray(read.replies) && record({ inUse: "number" })(read.channels);
  return whole ? read : undefined;
};
const reports: Read<readonly TrunkReport[]> = (value) => {
  const read = record<{ readonly trunks?: unknown }>({})(value);
  return read && Array.isArray(read.trunks) ? list(report)(read.trunks) : undefined;
};
const tested: Read<TrunkTest> = (value) => {
  const read = record<TrunkTest>({})(value);
  return read && record({ status: "number", ms: "number" })(read.probe) ? read : undefined;
};
const refusal = record<{ readonly retcode: string; readonly message: string }>({
  retcode: "string",
  message: "string",
});

/** Throws GatewayFault when nobody answers, or not in the gateway's form. */
export function trunkClient({ url, fetch: given = fetch, signal }: TrunkClientOptions): TrunkClient {
  const ask = async <Result>(request: Ask, read: Read<Result>): Promise<Result | TrunkRefused> => {
    const { method, path, body } = request;
    const target = `${url.replace(/\/$/, "")}/seatway/trunks${path.map((part) => `/${pathSegment(part)}`).join("")}`;
    const reply = await given(target, {
      method,
      headers: {},
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ?? new AbortController().signal,
    }).catch((cause: unknown) => {
      throw new GatewayFault("unreachable", `${url}: no connection`, cause);
    });
    const value = parsed(await reply.text());
    const refused = reply.status === 200 ? undefined : refusal(value);
    if (refused) return { refused: refused.retcode, message: refused.message };
    const result = reply.status === 200 ? read(value) : undefined;
    if (result === undefined) throw new GatewayFault("malformed", `${url}: not the answer of a gateway with trunks`);
    return result;
  };
  return {
    list: () => ask({ method: "GET", path: [] }, reports),
    report: (name) => ask({ method: "GET", path: [name] }, report),
    test: (name, number) =>
      ask({ method: "POST", path: [name, "test"], body: number === undefined ? {} : { number } }, tested),
  };
}

type Ask = { readonly method: "GET" | "POST"; readonly path: readonly string[]; readonly body?: object };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
