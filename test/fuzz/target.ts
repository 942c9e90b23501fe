// The endpoint under the storm (UDP, TCP, TLS, and WebSockets from an HTTP server), as a process of its own, with what it tells about itself over the channel to its parent. Its
// clock runs twenty times as fast as time does, so that every timer of the transactions (32 s) runs out inside a run.

import { once } from "node:events";
import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { openEndpoint } from "../../src/sip/endpoint.ts";
import type { IncomingInvite, Transport } from "../../src/sip/face.ts";
import { parse } from "../../src/sip/message/parse.ts";
import { isMalformed } from "../../src/sip/message/syntax.ts";
import { isUsableResponse, objectToRequest } from "../../src/sip/message/validate.ts";
import { TransactionLayer } from "../../src/sip/transaction/layer.ts";
import { Overload } from "../../src/sip/transaction/overload.ts";
import { ServerTransaction } from "../../src/sip/transaction/server.ts";
import { Framing } from "../../src/sip/transport/framing.ts";
import { makeCa } from "../support/certificates.ts";
import { options } from "../support/sip-endpoints.ts";
import type { Way } from "./seeds.ts";

type Counts = Readonly<Record<Way, number>>;

export type Report = {
  /** UDP and TCP have one port. */
  readonly ports: { readonly sip: number; readonly tls: number; readonly http: number };
  readonly received: Counts;
  /** Of those received, the ones that are SIP and keep its rules. */
  readonly passed: Counts;
  /** Server transaction state -> how many times one came into it: "invite completed". */
  readonly states: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
  readonly heapBytes: number;
  readonly transactions: number;
  readonly dialogs: number;
  /** The longest that we have kept the event loop to ourselves, ms of the thread's processor time, and with what. */
  readonly turnMs: number;
  readonly longest: string;
  /** By the clock on the wall, which other programs share. */
  readonly lateMs: { readonly p999: number; readonly max: number };
};

const HASTE = 20;
const HANG_UP_MS = 8_000;

const clock: Clock = {
  now: systemClock.now,
  steady: systemClock.steady,
  monotonic: () => systemClock.monotonic() * HASTE,
  after: (ms, task) => systemClock.after(ms / HASTE, () => timed("a timer", task)),
};

const faults: string[] = [];
const states: Record<string, number> = {};
const noCounts = () => ({ UDP: 0, TCP: 0, TLS: 0, WS: 0 });
const count = { received: noCounts(), passed: noCounts() };
const longest = { turnMs: 0, longest: "" };
const delay = monitorEventLoopDelay({ resolution: 10 });

/** Runs what one turn of the event loop does, and remembers the longest. Turns do not nest, or count with the outer one. */
function timed<Result>(what: string, turn: () => Result): Result {
  const begun = process.threadCpuUsage();
  try {
    return turn();
  } finally {
    const { user, system } = process.threadCpuUsage(begun);
    const ms = (user + system) / 1_000;
    if (ms > longest.turnMs) Object.assign(longest, { turnMs: ms, longest: what.slice(0, 300) });
  }
}

/** Everything that comes in passes one of these doors. */
function watchTurns(): void {
  for (const [owner, method] of [
    [TransactionLayer.prototype, "receive"],
    [Framing.prototype, "push"],
  ] as const) {
    const real: (this: unknown, bytes: Buffer, ...more: unknown[]) => unknown = Reflect.get(owner, method);
    Reflect.set(owner, method, function watched(this: unknown, bytes: Buffer, ...more: unknown[]) {
      return timed(bytes.toString("latin1", 0, 300), () => real.call(this, bytes, ...more));
    });
  }
}

/** Every state that a server transaction comes into: the machine's one door is watched. */
function watchTransactions(): void {
  const input: (this: ServerTransaction, given: unknown) => void = Reflect.get(ServerTransaction.prototype, "input");
  const seen = (transaction: ServerTransaction): void => {
    const { name } = Reflect.get(transaction, "state");
    const key = `${Reflect.get(transaction, "isInvite") ? "invite" : "other"} ${name}`;
    states[key] = (states[key] ?? 0) + 1;
  };
  const known = new WeakSet<ServerTransaction>();
  Reflect.set(ServerTransaction.prototype, "input", function watched(this: ServerTransaction, given: unknown) {
    const before = Reflect.get(this, "state");
    if (!known.has(this)) seen(this);
    known.add(this);
    input.call(this, given);
    if (Reflect.get(this, "state") !== before) seen(this);
  });
}

function passes(bytes: Buffer, transport: Transport): boolean {
  const message = parse(bytes);
  if (isMalformed(message)) return false;
  return message.kind === "response" ? isUsableResponse(message) : objectToRequest(message, transport) === undefined;
}

function invite(call: IncomingInvite): void {
  call.observe((event) => event.type === "offer" && event.reply({ sdp: "v=0" }));
  if (call.user.includes("busy")) call.reject(486);
  else if (call.user.includes("answer")) call.answer("v=0");
  else call.ring(180);
  clock.after(HANG_UP_MS, () => call.hangUp());
}

watchTransactions();
watchTurns();
const wayOf = { udp: "UDP", tcp: "TCP", tls: "TLS", ws: "WS", wss: "WS" } as const;
const pem = await makeCa("target");
// On the hasty clock every pause looks twenty times as long: overload has its own test (test/wire/overload.test.ts).
Reflect.set(Overload.prototype, "noteOverload", () => {});
const endpoint = await openEndpoint(
  options(
    { invite, password: (username) => (username === "1" ? "p" : undefined) },
    {
      clock,
      transports: ["udp", "tcp", "tls"],
      tls: { port: 0, ...pem },
      // What Via and Contact say: nobody comes back by it.
      webSocketPorts: { ws: 9 },
      log: { ...silentLog, error: (fields, text) => void faults.push(`${text}: ${fields["error"]}`) },
      trace({ direction, peer, text }) {
        if (direction === "out") return;
        const way = wayOf[peer.transport];
        count.received[way] += 1;
        if (passes(Buffer.from(text), peer.transport)) count.passed[way] += 1;
      },
    },
  ),
);
const http = createServer();
http.on("upgrade", endpoint.acceptWebSocket);
http.listen(0, "127.0.0.1");
await once(http, "listening");
const bound = http.address();
const httpPort = typeof bound === "object" && bound ? bound.port : 0;
delay.enable();

/** Before the collection that the report itself asks for. */
const late = (): Report["lateMs"] => ({ p999: delay.percentile(99.9) / 1e6, max: delay.max / 1e6 });

const report = (lateMs: Report["lateMs"]): Report => ({
  ports: { sip: endpoint.port, tls: endpoint.tlsPort ?? 0, http: httpPort },
  ...count,
  ...longest,
  ...endpoint.census(),
  states,
  faults,
  heapBytes: process.memoryUsage().heapUsed,
  lateMs,
});

process.on("message", () => {
  const lateMs = late();
  globalThis.gc?.();
  delay.reset();
  process.send?.(report(lateMs));
});
process.on("disconnect", () => process.exit());
process.send?.(report(late()));
