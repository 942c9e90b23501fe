// Two endpoints on loopback, the watching of what they do, and a bare socket for what no endpoint would say.

import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { after } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { openEndpoint, openEndpointOver } from "../../src/sip/endpoint.ts";
import type {
  DialogEvent,
  EndpointOptions,
  Handlers,
  IncomingInvite,
  OutgoingInvite,
  SipEndpoint,
  SipTrace,
  Transport,
} from "../../src/sip/face.ts";
import type { Network } from "../../src/sip/transport/network.ts";
import { openNetwork } from "../../src/sip/transport/sockets.ts";

const NOBODY: Handlers = { password: () => undefined, register: () => ({ status: 403 }) };

export const options = (handlers: Partial<Handlers>, more: Partial<EndpointOptions> = {}): EndpointOptions => ({
  clock: systemClock,
  log: silentLog,
  host: "127.0.0.1",
  port: 0,
  advertise: "127.0.0.1",
  transports: ["udp", "tcp"],
  userAgent: "test",
  realm: "seatway",
  handlers: { ...NOBODY, ...handlers },
  ...more,
});

/** Collects what comes, and lets a test wait for it. */
export class Seen<T> {
  readonly items: T[] = [];
  private waiting: (() => void)[] = [];

  readonly push = (item: T): void => {
    this.items.push(item);
    for (const wake of this.waiting.splice(0)) wake();
  };

  async until(wanted: (item: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.items.find(wanted);
      if (found) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  type(type: string): Promise<T> {
    return this.until((item) => (item as { type?: string }).type === type);
  }
}

const open: SipEndpoint[] = [];
const sockets: Socket[] = [];
/** Closed when the tests of the file are over. */
export async function started(endpoint: Promise<SipEndpoint>): Promise<SipEndpoint> {
  const opened = await endpoint;
  open.push(opened);
  return opened;
}
after(async () => {
  for (const socket of sockets) socket.close();
  await Promise.all(open.map((endpoint) => endpoint.close(0)));
});

export type Pair = {
  readonly caller: SipEndpoint;
  readonly callee: SipEndpoint;
  /** What the callee's INVITE handler got. */
  readonly calls: Seen<IncomingInvite>;
  readonly calleeEvents: Seen<DialogEvent>;
  /** Every message at the callee's sockets. */
  readonly wire: Seen<SipTrace>;
};

type Lossy = (bytes: Buffer, direction: "in" | "out") => boolean;

/** A network that loses what `drop` chooses. */
const lossy =
  (drop: Lossy): typeof openNetwork =>
  async (given, events) => {
    const network: Network = await openNetwork(given, {
      ...events,
      message: (bytes, source) => drop(bytes, "in") || events.message(bytes, source),
    });
    return { ...network, send: (peer, bytes, failed) => drop(bytes, "out") || network.send(peer, bytes, failed) };
  };

export async function pair(answer: (call: IncomingInvite) => void, drop: Lossy = () => false): Promise<Pair> {
  const calls = new Seen<IncomingInvite>();
  const calleeEvents = new Seen<DialogEvent>();
  const wire = new Seen<SipTrace>();
  const invite = (call: IncomingInvite) => {
    call.observe(calleeEvents.push);
    calls.push(call);
    answer(call);
  };
  const callee = await started(openEndpointOver(lossy(drop), options({ invite }, { trace: wire.push })));
  const caller = await started(openEndpoint(options({})));
  return { caller, callee, calls, calleeEvents, wire };
}

export function call({ caller, callee }: Pair, more: Partial<OutgoingInvite> = {}, transport: Transport = "udp") {
  const events = new Seen<DialogEvent>();
  const request: OutgoingInvite = {
    uri: `sip:40%231@127.0.0.1:${callee.port};transport=${transport}`,
    from: { uri: "sip:40038@127.0.0.1", displayName: "前台" },
    sdp: "v=0 offer",
    ...more,
  };
  return { events, dialog: caller.invite(request, events.push) };
}

export const starts = (text: string) => (message: SipTrace) => message.text.startsWith(text);
export const count = (wire: Seen<SipTrace>, text: string) => wire.items.filter(starts(text)).length;
export const kinds = (events: Seen<DialogEvent>) => events.items.map(({ type }) => type);
export const idle = async ({ caller, callee }: Pair) => {
  for (const endpoint of [caller, callee]) {
    const end = performance.now() + 5_000;
    while (endpoint.census().transactions + endpoint.census().dialogs > 0 && performance.now() < end)
      await new Promise(setImmediate);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
  }
};

/** A bare socket that speaks whatever a test writes. */
export async function bareSocket(): Promise<{ socket: Socket; port: number; got: Seen<string> }> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  const got = new Seen<string>();
  socket.on("message", (bytes) => got.push(bytes.toString()));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { socket, port: socket.address().port, got };
}
