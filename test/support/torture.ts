// One message of a torture collection, sent as it is through a socket of an endpoint, and what the endpoint says to it. A
// well-formed OPTIONS behind it is the fence: once that is answered, the message before it has had its answer, or gets none.

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket as Stream } from "node:net";
import { after } from "node:test";
import { connect as connectTls } from "node:tls";
import type { Log } from "../../src/base/log.ts";
import { silentLog } from "../../src/base/log.ts";
import { openEndpoint } from "../../src/sip/endpoint.ts";
import type { EndpointOptions, SipEndpoint, SipTrace } from "../../src/sip/face.ts";
import { certificateBy, makeCa } from "./certificates.ts";
import { options, Seen, started } from "./sip-endpoints.ts";

export type Heard = {
  /** First line of each answer, in order; [] = silence. */
  readonly lines: readonly string[];
  readonly answers: readonly SipTrace[];
};

export type Torture = {
  readonly endpoint: SipEndpoint;
  /** Errors that the endpoint has logged: bugs. */
  readonly faults: readonly string[];
  send(message: Buffer, transport: Way["transport"]): Promise<Heard>;
};

const ca = await makeCa("torture CA");
const own = await certificateBy(ca, "torture.test");

/** An endpoint on loopback; an INVITE that gets through to its user is refused with 486. */
export async function torture(host: "127.0.0.1" | "::1", more: Partial<EndpointOptions> = {}): Promise<Torture> {
  const wire = new Seen<SipTrace>();
  const faults: string[] = [];
  const log: Log = { ...silentLog, error: (fields, text) => void faults.push(`${text}: ${fields["error"]}`) };
  const endpoint = await started(
    openEndpoint(
      options(
        { invite: (call) => call.reject(486) },
        {
          ...{
            host,
            advertise: host,
            transports: ["udp", "tcp", "tls"],
            tls: { ...own, port: 0, identities: new Map() },
          },
          trace: (message) => wire.push(message),
          log,
          ...more,
        },
      ),
    ),
  );
  const socket = createSocket(host === "::1" ? "udp6" : "udp4");
  after(() => socket.close());
  socket.bind(0, host);
  await once(socket, "listening");
  let fences = 0;
  return {
    endpoint,
    faults,
    async send(message, transport) {
      fences += 1;
      const mark = `fence-${fences}`;
      const from = wire.items.length;
      const arrived = () => wire.until(() => wire.items.slice(from).some(({ direction }) => direction === "in"));
      const port = transport === "tls" ? (endpoint.tlsPort ?? 0) : endpoint.port;
      const close = await deliver({ host, socket, port, transport, arrived }, [message, fence(mark, transport)]);
      await wire.until(({ direction, sipCallId }) => direction === "out" && sipCallId === mark);
      close();
      const answers = wire.items
        .slice(from)
        .filter(({ direction, sipCallId }) => direction === "out" && sipCallId !== mark);
      return { answers, lines: answers.map(({ text }) => text.slice(0, text.indexOf("\r\n"))) };
    },
  };
}

const fence = (mark: string, transport: string): Buffer =>
  Buffer.from(
    [
      "OPTIONS sip:fence@example.com SIP/2.0",
      `Via: SIP/2.0/${transport.toUpperCase()} fence.example.com;branch=z9hG4bK${mark};rport`,
      "From: <sip:fence@example.com>;tag=f",
      "To: <sip:fence@example.com>",
      `Call-ID: ${mark}`,
      "CSeq: 1 OPTIONS",
      "Content-Length: 0",
      "",
      "",
    ].join("\r\n"),
  );

type Way = {
  readonly host: string;
  readonly socket: Socket;
  readonly port: number;
  readonly transport: "udp" | "tcp" | "tls";
  /** Resolves when the endpoint has seen a message, which it answers before anything else happens. */
  readonly arrived: () => Promise<unknown>;
};

/** Returns how to close. On a stream, a message that breaks the framing ends its connection: the fence has its own. */
async function deliver(way: Way, parts: Buffer[]): Promise<() => void> {
  const { host, socket, port, transport } = way;
  if (transport === "udp") {
    for (const part of parts) socket.send(part, port, host);
    return () => {};
  }
  const streams = await Promise.all(parts.map(() => dial(way)));
  for (const [at, part] of parts.entries()) {
    const stream = streams[at];
    await new Promise<void>((resolve) => stream?.write(part, () => resolve()));
    // The server reads its connections in any order: the fence waits until the message is there, or has been refused whole.
    if (at === 0 && stream) await Promise.race([way.arrived(), closed(stream)]);
  }
  return () => {
    for (const stream of streams) stream.destroy();
  };
}

async function dial({ host, port, transport }: Way) {
  const stream =
    transport === "tls" ? connectTls({ host, port, ca: ca.cert, servername: "torture.test" }) : connect(port, host);
  stream.on("error", () => stream.destroy());
  await once(stream, transport === "tls" ? "secureConnect" : "connect");
  return stream;
}

const closed = (stream: Stream): Promise<void> => new Promise((resolve) => stream.once("close", () => resolve()));
