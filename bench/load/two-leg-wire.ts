// The sockets of the two-leg load, one pair of ends per transport: a caller who sends to one place, and a callee who answers
// where he was asked. Messages of a stream are cut by Content-Length.

import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import type { Kind } from "./two-leg-messages.ts";

/** PEM of the certificate that all programs of the load share; it is its own CA. */
export type Pem = { readonly key: string; readonly cert: string };

export type Send = (text: string) => void;

export type Wire = {
  readonly callerPort: number;
  readonly calleePort: number;
  /** From here on the caller's messages go to this port of loopback. */
  aim(port: number): Promise<void>;
  readonly toTarget: Send;
  close(): void;
};

export type Heard = {
  caller(text: string): void;
  callee(text: string, reply: Send): void;
};

export const openWire = (transport: Kind, pem: Pem, heard: Heard): Promise<Wire> =>
  transport === "udp" ? openDatagrams(heard) : openStreams(transport, pem, heard);

/** With a look-up that answers at once: everybody is on loopback. */
export async function openUdp(): Promise<UdpSocket> {
  const socket = createSocket({
    ...{ type: "udp4", recvBufferSize: 4_194_304 },
    lookup: (host, _options, found) => found(null, host, 4),
  });
  const listening = once(socket, "listening");
  socket.bind(0, "127.0.0.1");
  await listening;
  return socket;
}

async function openDatagrams(heard: Heard): Promise<Wire> {
  const [caller, callee] = await Promise.all([openUdp(), openUdp()]);
  let target = 0;
  const send = (socket: UdpSocket, port: number, text: string) =>
    socket.send(Buffer.from(text, "latin1"), port, "127.0.0.1");
  caller.on("message", (bytes) => heard.caller(bytes.toString("latin1")));
  callee.on("message", (bytes, { port }) => heard.callee(bytes.toString("latin1"), (text) => send(callee, port, text)));
  return {
    callerPort: caller.address().port,
    calleePort: callee.address().port,
    async aim(port) {
      target = port;
    },
    toTarget: (text) => send(caller, target, text),
    close() {
      caller.close();
      callee.close();
    },
  };
}

/** A listening socket of this transport on a free port. */
export async function listen(
  transport: Kind,
  pem: Pem,
  take: (socket: Socket) => void,
): Promise<readonly [Server, number]> {
  const server = transport === "tls" ? createTlsServer(pem, take) : createServer(take);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return [server, typeof address === "object" && address ? address.port : 0];
}

export async function dial(transport: Kind, { cert }: Pem, port: number): Promise<Socket> {
  const to = { host: "127.0.0.1", port };
  const socket = transport === "tls" ? connectTls({ ...to, ca: cert }) : connect(to);
  await once(socket, transport === "tls" ? "secureConnect" : "connect");
  socket.setNoDelay(true);
  return socket;
}

async function openStreams(transport: Kind, pem: Pem, heard: Heard): Promise<Wire> {
  const sockets: Socket[] = [];
  const keep = (socket: Socket, take: (text: string) => void): Socket => {
    sockets.push(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", cutter(take));
    return socket;
  };
  const [server, calleePort] = await listen(transport, pem, (socket) => {
    socket.setNoDelay(true);
    const reply: Send = (text) => void socket.write(text, "latin1");
    keep(socket, (text) => heard.callee(text, reply));
  });
  let caller: Socket | undefined;
  return {
    // A caller over a stream is reached over it alone; the number stands in Via and Contact.
    callerPort: calleePort,
    calleePort,
    async aim(port) {
      caller = keep(await dial(transport, pem, port), heard.caller);
    },
    toTarget: (text) => void caller?.write(text, "latin1"),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Takes chunks, gives whole messages. */
function cutter(take: (text: string) => void): (chunk: Buffer) => void {
  let pending = "";
  return (chunk) => {
    pending += chunk.toString("latin1");
    for (;;) {
      const head = pending.indexOf("\r\n\r\n");
      if (head < 0) return;
      const at = pending.indexOf("Content-Length: ");
      const end = head + 4 + Number.parseInt(pending.slice(at + 16, at + 24), 10);
      if (pending.length < end) return;
      take(pending.slice(0, end));
      pending = pending.slice(end);
    }
  };
}
