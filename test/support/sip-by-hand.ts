// One endpoint on a virtual clock, over a network that the test itself is: it reads what is sent and says what arrives.

import { type VirtualClock, virtualClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { openEndpointOver } from "../../src/sip/endpoint.ts";
import type { EndpointOptions, Handlers, Peer, SipEndpoint } from "../../src/sip/face.ts";
import type { NetworkEvents } from "../../src/sip/transport/network.ts";

type Bench = {
  readonly clock: VirtualClock;
  readonly endpoint: SipEndpoint;
  readonly sent: string[];
  /** Where each of them went. */
  readonly peers: Peer[];
  /** Errors that the endpoint has logged: bugs. */
  readonly faults: string[];
  /** A message from the peer. */
  receive(message: string | Buffer): void;
  /** The connection to it is gone. */
  lose(peer: Peer): void;
};

export const PEER: Peer = { transport: "udp", address: "127.0.0.1", port: 5070 };

export async function bench(
  handlers: Partial<Handlers> = {},
  options: Pick<EndpointOptions, "allowEvents" | "invites" | "leftBehind"> = {},
): Promise<Bench> {
  const clock = virtualClock();
  const sent: string[] = [];
  const peers: Peer[] = [];
  const faults: string[] = [];
  let events: NetworkEvents | undefined;
  const endpoint = await openEndpointOver(
    (_, given) => {
      events = given;
      const network = {
        port: 5060,
        send: (peer: Peer, bytes: Buffer) => void (sent.push(bytes.toString()) && peers.push(peer)),
        reaches: () => true,
      };
      return Promise.resolve({ ...network, close: () => Promise.resolve() });
    },
    {
      clock,
      log: { ...silentLog, error: (fields, message) => void faults.push(`${message}: ${fields["error"]}`) },
      host: "127.0.0.1",
      port: 0,
      advertise: "127.0.0.1",
      transports: ["udp"],
      userAgent: "test",
      realm: "seatway",
      handlers: { password: () => undefined, register: () => ({ status: 403 }), ...handlers },
      ...options,
    },
  );
  return {
    clock,
    endpoint,
    sent,
    peers,
    faults,
    receive: (message) => events?.message(Buffer.from(message as string), PEER),
    lose: (peer) => events?.closed(peer),
  };
}

/** A response to a request of ours, as its peer would write it. */
export function reply(request: string, status: string, ...extra: string[]): string {
  const copied = request.split("\r\n").filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
  const tagged = copied.map((line) => (line.startsWith("To:") && !line.includes("tag=") ? `${line};tag=peer` : line));
  return [`SIP/2.0 ${status}`, ...tagged, ...extra, "Content-Length: 0", "", ""].join("\r\n");
}

export const INVITE = { uri: "sip:1@127.0.0.1:5070", from: { uri: "sip:2@gw" }, sdp: "v=0" } as const;
export const methods = (sent: readonly string[]) => sent.map((text) => text.slice(0, text.indexOf(" ")));
