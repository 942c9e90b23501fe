// The endpoint under the storm, as a process of its own, with what it tells about itself over the channel to its parent. Its
// clock runs twenty times as fast as time does, so that every timer of the transactions (32 s) runs out inside a run.

import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { openEndpoint } from "../../src/sip/endpoint.ts";
import type { IncomingInvite, Transport } from "../../src/sip/face.ts";
import { parse } from "../../src/sip/message/parse.ts";
import { isMalformed } from "../../src/sip/message/syntax.ts";
import { isUsableResponse, objectToRequest } from "../../src/sip/message/validate.ts";
import { Overload } from "../../src/sip/transaction/overload.ts";
import { ServerTransaction } from "../../src/sip/transaction/server.ts";
import { options } from "../support/sip-endpoints.ts";

export type Report = {
  readonly port: number;
  readonly received: number;
  /** Of those received, the ones that are SIP and keep its rules. */
  readonly passed: number;
  /** Server transaction state -> how many times one came into it: "invite completed". */
  readonly states: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
  readonly heapBytes: number;
  readonly transactions: number;
  readonly dialogs: number;
  readonly blockedMs: { readonly p999: number; readonly max: number };
};

const HASTE = 20;
const HANG_UP_MS = 8_000;

const clock: Clock = {
  now: systemClock.now,
  monotonic: () => systemClock.monotonic() * HASTE,
  after: (ms, task) => systemClock.after(ms / HASTE, task),
};

const faults: string[] = [];
const states: Record<string, number> = {};
const count = { received: 0, passed: 0 };
const delay = monitorEventLoopDelay({ resolution: 10 });

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
// On the hasty clock every pause looks twenty times as long: overload has its own test (test/wire/overload.test.ts).
Reflect.set(Overload.prototype, "noteOverload", () => {});
const endpoint = await openEndpoint(
  options(
    { invite, password: (username) => (username === "1" ? "p" : undefined) },
    {
      clock,
      log: { ...silentLog, error: (fields, text) => void faults.push(`${text}: ${fields["error"]}`) },
      trace({ direction, peer, text }) {
        if (direction === "out") return;
        count.received += 1;
        if (passes(Buffer.from(text), peer.transport)) count.passed += 1;
      },
    },
  ),
);
delay.enable();

/** Before the collection that the report itself asks for. */
const blocked = (): Report["blockedMs"] => ({ p999: delay.percentile(99.9) / 1e6, max: delay.max / 1e6 });

const report = (blockedMs: Report["blockedMs"]): Report => ({
  port: endpoint.port,
  ...count,
  ...endpoint.census(),
  states,
  faults,
  heapBytes: process.memoryUsage().heapUsed,
  blockedMs,
});

process.on("message", () => {
  const blockedMs = blocked();
  globalThis.gc?.();
  delay.reset();
  process.send?.(report(blockedMs));
});
process.on("disconnect", () => process.exit());
process.send?.(report(blocked()));
