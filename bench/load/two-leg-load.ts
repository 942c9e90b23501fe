// The load of the two-leg benchmark, a process of its own: callers on one side of the program under load, callees on the
// other. A call is INVITE, 180, 200, ACK, a moment, BYE, 200. Forked by two-leg-run.ts; speaks to it by messages. SIPp of
// Debian has no TLS, so that all transports have this one.

import { once } from "node:events";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { type Spread, spread } from "./figures.ts";
import { CalleeText, CallerText, header, type Kind, type Route, routeBy } from "./two-leg-messages.ts";
import { openWire, type Pem, type Send, type Wire } from "./two-leg-wire.ts";

export type LoadOrder =
  | { readonly type: "aim"; readonly port: number }
  | { readonly type: "run"; readonly rate: number; readonly seconds: number }
  | { readonly type: "end" };

export type LoadResult = {
  readonly calls: number;
  readonly failed: number;
  /** Why, each reason with its number. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Messages that came again, in either direction. */
  readonly retransmissions: number;
  readonly achievedPerSecond: number;
  /** From INVITE to 200, ms; the callee answers after ANSWER_MS. */
  readonly answeredMs: Spread;
};

export type LoadMessage =
  | { readonly type: "open"; readonly callerPort: number; readonly calleePort: number }
  | { readonly type: "aimed" }
  | ({ readonly type: "done" } & LoadResult);

/** Between 180 and 200. */
const ANSWER_MS = 20;
/** Between ACK and BYE. */
const TALK_MS = 50;
/** RFC 3261 T1; what has no answer by then goes out again, over UDP. */
const T1_MS = 500;
/** A call that is not over by then has failed. */
const DRAIN_MS = 4_000;

type Call = {
  readonly id: string;
  readonly startedAt: number;
  state: "inviting" | "ringing" | "talking" | "ending";
  /** What goes out again until it is answered. */
  request: string;
  againAt: number;
  waitMs: number;
  route: Route | undefined;
};

/** Something to do at a time; times only grow within one queue. */
class Later {
  private readonly queue: { readonly at: number; readonly act: () => void }[] = [];

  add(at: number, act: () => void): void {
    this.queue.push({ at, act });
  }

  run(now: number): void {
    let due = 0;
    while ((this.queue[due]?.at ?? Number.POSITIVE_INFINITY) <= now) this.queue[due++]?.act();
    if (due > 0) this.queue.splice(0, due);
  }
}

class TwoLegLoad {
  readonly wire: Wire;
  private readonly kind: Kind;
  private readonly callee: CalleeText;
  private caller: CallerText | undefined = undefined;
  private readonly calls = new Map<string, Call>();
  /** The callee's 200s that miss their ACK, by Call-ID. */
  private readonly unacknowledged = new Map<string, { readonly send: () => void; at: number }>();
  private readonly talks = new Later();
  private readonly answers = new Later();
  private number = 0;
  private retransmissions = 0;
  private reasons: Record<string, number> = {};
  private answered: number[] = [];

  constructor(kind: Kind, wire: Wire) {
    this.kind = kind;
    this.wire = wire;
    this.callee = new CalleeText({ transport: kind, ...wire });
  }

  async aim(port: number): Promise<void> {
    await this.wire.aim(port);
    this.caller = new CallerText({ transport: this.kind, ...this.wire }, port);
  }

  async run(rate: number, seconds: number): Promise<LoadResult> {
    const count = rate * seconds;
    this.retransmissions = 0;
    this.reasons = {};
    this.answered = [];
    const start = performance.now();
    let done = start;
    for (let placed = 0; placed < count || this.calls.size > 0; ) {
      const now = performance.now();
      const due = Math.min(count, Math.floor(((now - start) * rate) / 1_000) + 1);
      for (; placed < due; placed++) this.invite(now);
      this.tick(now);
      if (placed < count) done = now;
      else if (now - done > DRAIN_MS) this.giveUp();
      await sleep(1);
    }
    const failed = Object.values(this.reasons).reduce((sum, each) => sum + each, 0);
    const achievedPerSecond = Math.round((count - failed) / Math.max(seconds, (done - start) / 1_000));
    const { reasons, retransmissions } = this;
    return { calls: count, failed, reasons, retransmissions, achievedPerSecond, answeredMs: spread(this.answered) };
  }

  private invite(now: number): void {
    const id = `load-${process.pid}-${++this.number}`;
    const request = this.caller?.invite(id) ?? "";
    const times = { startedAt: now, againAt: now + T1_MS, waitMs: T1_MS };
    this.calls.set(id, { id, state: "inviting", request, route: undefined, ...times });
    this.wire.toTarget(request);
  }

  private tick(now: number): void {
    this.answers.run(now);
    this.talks.run(now);
    if (this.kind !== "udp") return;
    for (const call of this.calls.values()) {
      if (call.againAt > now) continue;
      call.waitMs *= 2;
      call.againAt = now + call.waitMs;
      this.retransmissions++;
      this.wire.toTarget(call.request);
    }
    for (const each of this.unacknowledged.values()) {
      if (each.at > now) continue;
      each.at = now + T1_MS;
      this.retransmissions++;
      each.send();
    }
  }

  private giveUp(): void {
    for (const { state } of this.calls.values()) this.note(`no answer: ${state}`);
    this.calls.clear();
    this.unacknowledged.clear();
  }

  private note(reason: string): void {
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
  }

  /** A response to the caller. */
  readonly heardByCaller = (text: string): void => {
    const call = this.calls.get(header(text, "Call-ID"));
    if (!call) return;
    const status = Number(text.slice(8, 11));
    if (header(text, "CSeq").endsWith("BYE")) this.ended(call, status);
    else if (status >= 300) {
      this.wire.toTarget(this.caller?.refusalAck(call.id, text) ?? "");
      this.note(`INVITE: ${status}`);
      this.calls.delete(call.id);
    } else if (status >= 200) this.talk(call, text);
    else if (call.state === "inviting") {
      call.state = "ringing";
      call.againAt = Number.POSITIVE_INFINITY;
    }
  };

  private talk(call: Call, text: string): void {
    const now = performance.now();
    const first = call.state === "inviting" || call.state === "ringing";
    call.route ??= routeBy(text);
    this.wire.toTarget(this.caller?.ack(call.id, call.route) ?? "");
    if (!first) {
      this.retransmissions++;
      return;
    }
    this.answered.push(now - call.startedAt);
    call.state = "talking";
    call.againAt = Number.POSITIVE_INFINITY;
    this.talks.add(now + TALK_MS, () => this.hangUp(call));
  }

  private hangUp(call: Call): void {
    if (!call.route) return;
    const now = performance.now();
    call.state = "ending";
    call.request = this.caller?.bye(call.id, call.route) ?? "";
    call.waitMs = T1_MS;
    call.againAt = now + T1_MS;
    this.wire.toTarget(call.request);
  }

  private ended(call: Call, status: number): void {
    if (status < 200) return;
    if (status >= 300) this.note(`BYE: ${status}`);
    this.calls.delete(call.id);
  }

  /** A request to the callee. */
  readonly heardByCallee = (text: string, reply: Send): void => {
    if (text.startsWith("INVITE")) this.ring(text, reply);
    else if (text.startsWith("ACK")) this.unacknowledged.delete(header(text, "Call-ID"));
    else if (text.startsWith("BYE")) {
      this.unacknowledged.delete(header(text, "Call-ID"));
      reply(this.callee.goodbye(text));
    }
  };

  private ring(invite: string, reply: Send): void {
    const id = header(invite, "Call-ID");
    if (this.unacknowledged.has(id)) {
      this.retransmissions++;
      return;
    }
    const tag = `callee-${id.length}-${++this.number}`;
    const send = (): void => reply(this.callee.answer(invite, tag));
    const answer = { send, at: performance.now() + ANSWER_MS + T1_MS };
    this.unacknowledged.set(id, answer);
    reply(this.callee.ringing(invite, tag));
    this.answers.add(answer.at - T1_MS, send);
  }
}

const tell = (message: LoadMessage): void => void process.send?.(message);

if (process.send) {
  const [{ transport, pem }] = (await once(process, "message")) as [{ transport: Kind; pem: Pem }];
  // The ends hear nothing before there is a load.
  const wire = await openWire(transport, pem, {
    caller: (text) => load.heardByCaller(text),
    callee: (text, reply) => load.heardByCallee(text, reply),
  });
  const load = new TwoLegLoad(transport, wire);
  process.on("message", async (order: LoadOrder) => {
    if (order.type === "aim") {
      await load.aim(order.port);
      tell({ type: "aimed" });
    } else if (order.type === "run") tell({ type: "done", ...(await load.run(order.rate, order.seconds)) });
    else {
      wire.close();
      process.disconnect();
    }
  });
  tell({ type: "open", callerPort: wire.callerPort, calleePort: wire.calleePort });
}
