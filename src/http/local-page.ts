// The plain page at `/watch` and who may see it: browsers on this machine, addressing it by a name of this machine. A page of
// another site cannot reach it by pointing its own name at 127.0.0.1 (DNS rebinding), since the Host header betrays it.

import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { refuse } from "../base/step.ts";
import { refusalBody, sendJson } from "./reply.ts";
import { addressOf, isLoopback } from "./session.ts";

const localName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

const notLocal = refusalBody(refuse("000-002", "this page is served on the gateway's own machine only"));

/** From this machine, by a name of this machine. */
export const isLocal = (request: IncomingMessage): boolean =>
  isLoopback(addressOf(request)) && localName.test(request.headers.host ?? "");

/** Refuses with 403 and says false when the page is not for this peer. */
export function admitLocal(request: IncomingMessage, response: ServerResponse): boolean {
  if (isLocal(request)) return true;
  sendJson(response, 403, notLocal, []);
  return false;
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const files = [
  { url: "/watch", name: "page.html", type: "text/html; charset=utf-8" },
  { url: "/page.js", name: "page.js", type: "text/javascript; charset=utf-8" },
  { url: "/page.css", name: "page.css", type: "text/css; charset=utf-8" },
] as const;

/** Reads the three files of the page once and routes them. */
export async function localPage(app: FastifyInstance): Promise<void> {
  for (const { url, name, type } of files) {
    const body = await readFile(new URL(`./page/${name}`, import.meta.url));
    app.get(url, (request, reply) => {
      reply.hijack();
      if (!admitLocal(request.raw, reply.raw)) return;
      reply.raw.writeHead(200, {
        "Content-Type": type,
        "Content-Length": body.length,
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
      });
      reply.raw.end(body);
    });
  }
}
