// The transports by their properties (RFC 3261 §18, §19.1.1, RFC 7118 §5).

import type { Transport } from "../face.ts";

/** How Via names each (RFC 3261 §20.42, RFC 7118 §5.2). */
export const VIA_TRANSPORT: Readonly<Record<Transport, string>> = {
  udp: "UDP",
  tcp: "TCP",
  tls: "TLS",
  ws: "WS",
  wss: "WSS",
};

/** A stream: nothing is lost and nothing is sent again, and a peer is found by the connection that it has opened. */
export const isStream = (transport: Transport): boolean => transport !== "udp";

/** A browser's connection. */
export const isWebSocket = ({ transport }: { readonly transport: Transport }): boolean =>
  transport === "ws" || transport === "wss";

/** Bytes without borders, which Content-Length has to draw; a WebSocket carries whole messages (RFC 7118 §5). */
export const isByteStream = (transport: Transport): boolean => transport === "tcp" || transport === "tls";

/** What `sips` asks of a hop (RFC 3261 §26.2.2). */
export const isSecure = (transport: Transport): boolean => transport === "tls" || transport === "wss";

/** Where a sent-by or a URI without a port points (RFC 3261 §18.2.2, §19.1.2, RFC 7118 §5.4). */
export const DEFAULT_PORT: Readonly<Record<Transport, number>> = { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 };

/** The value of a URI's transport parameter; `ws` stands for both kinds of WebSocket (RFC 7118 §5.4). */
export const uriTransport = (transport: Transport): string => (transport === "wss" ? "ws" : transport);
