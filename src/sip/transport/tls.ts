// SIP over TLS (RFC 3261 §26.2.1, RFC 5922): our certificate for those who connect to us; those whom we connect to must show
// one for the name that we asked for, and get ours or a trunk's own when they want one.

import { createServer, isIP, type Socket } from "node:net";
import {
  connect,
  createServer as createSecure,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import type { Peer, TlsIdentity, TlsOptions } from "../face.ts";
import { Connections, type StreamTransport } from "./connections.ts";
import type { NetworkEvents, NetworkOptions } from "./network.ts";
import { StreamConnection, type Surroundings } from "./stream-connection.ts";
import { closeServer, endsOf, enteringPeer, listen, peerOfSocket } from "./tcp.ts";

const HANDSHAKE_MS = 10_000;
const MIN_VERSION = "TLSv1.2";

type SecureOptions = NetworkOptions & { readonly tls: TlsOptions };

/** Rejects with the error of the listening socket, or with the reason why key and certificate are none. */
export async function openTls(options: SecureOptions, events: NetworkEvents): Promise<StreamTransport> {
  const { tls, clock, log, host } = options;
  const connections = new Connections(events);
  const around: Surroundings = { clock, events, gone: connections.gone, ready: "secureConnect" };
  const adopt = (socket: Socket, peer: Peer) => connections.add(new StreamConnection(socket, peer, around));
  const { key, cert } = tls;
  const secure = createSecure({ key, cert, minVersion: MIN_VERSION, handshakeTimeout: HANDSHAKE_MS }, (socket) => {
    const peer = peerOfSocket(socket, "tls");
    if (peer) adopt(socket, peer);
    else socket.destroy();
  });
  // Asked before the handshake, which costs us most and may take its time.
  const server = createServer((socket) => {
    if (enteringPeer(socket, "tls", events)) secure.emit("connection", socket);
    else socket.destroy();
  });
  // A failed handshake concerns only the one who tried. One that took too long leaves its socket open.
  secure.on("tlsClientError", (error, socket) => {
    log.debug({ error: error.message }, "tls handshake");
    socket.destroy();
  });
  const refused = (fault: Fault): void => log.warn(fault, "tls peer refused");
  let dial = dialler(options, refused);
  const port = await listen(server, { host, port: tls.port });
  server.on("error", (error) => log.warn({ error: error.message }, "tls listener"));
  return {
    port,
    send(peer, bytes, failed) {
      const open = connections.find(peer);
      if (open) open.send(bytes, failed);
      else if (!peer.accepted) adopt(dial(peer), peer).send(bytes, failed);
      else if (failed) queueMicrotask(failed);
    },
    reaches: (peer) => connections.find(peer) !== undefined,
    expectKeepAlive: (peer, ms) => connections.find(peer)?.expect?.(ms),
    renew(own) {
      // Made first, since it throws: the listener then keeps what it has.
      const next = dialler({ ...options, tls: { ...tls, ...own } }, refused);
      secure.setSecureContext({ ...own, minVersion: MIN_VERSION });
      dial = next;
    },
    close: () => closeServer(server, connections),
  };
}

type Fault = { readonly peer: string; readonly error: string };

/** Opens connections to peers. The contexts of named ones are made once. */
function dialler(options: SecureOptions, refused: (fault: Fault) => void): (peer: Peer) => TLSSocket {
  const { tls } = options;
  const contextOf = (identity: TlsIdentity): SecureContext =>
    createSecureContext({
      minVersion: MIN_VERSION,
      key: identity.key ?? tls.key,
      cert: identity.cert ?? tls.cert,
      ...(identity.ca === undefined ? {} : { ca: identity.ca }),
    });
  const strangers = contextOf({});
  const known = new Map([...(tls.identities ?? [])].map(([name, identity]) => [name, contextOf(identity)]));
  return (peer) => {
    const name = peer.serverName ?? peer.address;
    const socket = connect({
      ...endsOf(options, peer),
      secureContext: known.get(name) ?? strangers,
      // RFC 6066 §3: an address is no server name; it is compared with the certificate's addresses all the same.
      ...(isIP(name) ? {} : { servername: name }),
    });
    socket.on("error", (error) => refused({ peer: name, error: error.message }));
    return socket;
  };
}
