// HTTP/1.1 as bytes: one socket for one request, the reply as it came. No client library stands between the tests and
// the wire, so letter case, key order and white space are those of the gateway (wire.md 1-10).

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export type RawReply = {
  readonly status: number;
  /** Status line and headers, as they came. */
  readonly head: string;
  readonly body: string;
};

export type RawOptions = {
  readonly port: number;
  /** Over TLS; the certificate is the gateway's own and is not checked here. */
  readonly tls?: boolean;
  /** Source address; 127.0.0.2 is another host to the gateway. */
  readonly from?: string;
};

/** The bytes of one request; the connection ends with its reply. */
export function requestBytes(line: string, headers: readonly string[], body?: string | Buffer): Buffer {
  const content = body === undefined ? Buffer.alloc(0) : Buffer.from(body);
  const length = body === undefined ? [] : [`Content-Length: ${content.length}`];
  const head = [`${line} HTTP/1.1`, "Host: 127.0.0.1", "Connection: close", ...headers, ...length, "", ""];
  return Buffer.concat([Buffer.from(head.join("\r\n")), content]);
}

export async function dial({ port, tls = false, from }: RawOptions): Promise<Socket> {
  const local = from === undefined ? {} : { localAddress: from };
  const where = { host: "127.0.0.1", port, ...local };
  const socket = tls ? connectTls({ ...where, rejectUnauthorized: false }) : connect(where);
  await once(socket, tls ? "secureConnect" : "connect");
  return socket;
}

/** Everything until the gateway closes the connection. */
export async function readReply(socket: Socket): Promise<RawReply> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  const end = text.indexOf("\r\n\r\n");
  const head = end < 0 ? text : text.slice(0, end);
  return { head, body: end < 0 ? "" : text.slice(end + 4), status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0) };
}

/** `line`: "PUT /agentgateway/resource/…". */
export async function send(
  to: RawOptions,
  line: string,
  headers: readonly string[] = [],
  body?: string | Buffer,
): Promise<RawReply> {
  const socket = await dial(to);
  socket.write(requestBytes(line, headers, body));
  return readReply(socket);
}

/** The value of a header, its name spelled exactly so; undefined when there is none. */
export function header({ head }: RawReply, name: string): string | undefined {
  const line = head.split("\r\n").find((each) => each.startsWith(`${name}: `));
  return line?.slice(name.length + 2);
}
