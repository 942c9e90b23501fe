// `fetch` for Node that accepts one self-signed certificate: by `ca` (the certificate itself, PEM) or by its SHA-256
// fingerprint, as the gateway prints it at start. The certificate is compared before the first byte of a request is
// sent. Not for browsers, where the user trusts the certificate once.

import { Agent, type RequestOptions, request } from "node:https";
import { Readable } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import type { Fetch } from "./exchange.ts";

/** `fingerprint`: 32 bytes in hex, with or without colons, any letter case. */
export type Pin = { readonly ca: string } | { readonly fingerprint: string };

/** Throws a RangeError for a fingerprint that is not 32 bytes of hex. `close` frees idle connections. */
export function pinnedFetch(pin: Pin): { readonly fetch: Fetch; close(): void } {
  const agent = "ca" in pin ? new Agent({ keepAlive: true, ca: pin.ca }) : new PinnedAgent(pin.fingerprint);
  const pinned: Fetch = (url, init) =>
    new Promise((resolve, reject) => {
      const options: RequestOptions = { agent, method: init.method, headers: init.headers, signal: init.signal };
      const call = request(url, options, (response) => {
        const get = (name: string) => headerOf(response.headers[name.toLowerCase()]);
        const body = Readable.toWeb(response) as ReadableStream<Uint8Array>;
        resolve({ status: response.statusCode ?? 0, headers: { get }, body, text: () => new Response(body).text() });
      });
      call.on("error", reject);
      call.end(init.body);
    });
  return { fetch: pinned, close: () => agent.destroy() };
}

const headerOf = (value: string | string[] | undefined): string | null => (value === undefined ? null : String(value));

const bare = (fingerprint: string): string => fingerprint.replaceAll(":", "").toUpperCase();

type Connected = (error: Error | null, socket: TLSSocket) => void;

/** Hands a socket to HTTP only after its certificate was compared: the chain is not checked, the pin is. */
class PinnedAgent extends Agent {
  readonly #fingerprint: string;

  constructor(fingerprint: string) {
    super({ keepAlive: true });
    this.#fingerprint = bare(fingerprint);
    if (!/^[0-9A-F]{64}$/.test(this.#fingerprint)) {
      throw new RangeError("fingerprint: 32 bytes in hex (SHA-256), colons allowed");
    }
  }

  override createConnection(options: RequestOptions, connected?: Connected): undefined {
    const port = Number(options.port ?? 443);
    const socket = connect({ host: options.host ?? "localhost", port, rejectUnauthorized: false });
    const failed = (error: Error) => connected?.(error, socket);
    socket.once("error", failed);
    socket.once("secureConnect", () => {
      socket.off("error", failed);
      if (bare(socket.getPeerCertificate().fingerprint256 ?? "") === this.#fingerprint)
        return connected?.(null, socket);
      socket.destroy();
      return connected?.(new Error("the gateway's certificate is not the one with the given fingerprint"), socket);
    });
  }
}
