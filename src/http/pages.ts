// The pages of web/: the agent's desk at `/`, the operator's console at `/console`, and the files that both are made of. Every reply
// of a page has a nonce of its own for the component library's styles (CSP Level 3 §2.3.1); files carry a hash of their content in
// their names, so a browser never asks twice for one (RFC 9111 §5.2.2.10, RFC 8246).

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { refuse } from "../base/step.ts";
import { type HeaderList, refusalBody, sendJson } from "./reply.ts";

/** Beside src/ in a checkout, in dist/ in a package. */
const folders = ["../../web/dist", "../web"].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/** What bin/web.mjs has put where each reply gets its own. */
const nonceMark = "__NONCE__";

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Scripts, styles and sockets of our own alone; nobody puts the page into a frame but who may. */
const policy = (nonce: string, frames: readonly string[]): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "media-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${["'self'", ...frames].join(" ")}`,
  ].join("; ");

const guarded: HeaderList = [
  ...["X-Content-Type-Options", "nosniff"],
  ...["Referrer-Policy", "no-referrer"],
  ...["Cross-Origin-Resource-Policy", "same-origin"],
];

/** The page may use microphone, camera and choice of speaker; nothing that it frames may. */
const rights = "microphone=(self), camera=(self), speaker-selection=(self), geolocation=(), payment=(), usb=()";

const noSuchFile = refusalBody(refuse("000-002", "no such path"));

async function servePage(response: ServerResponse, frames: readonly string[]): Promise<void> {
  const nonce = randomBytes(16).toString("base64");
  const folder = folders.find((path) => existsSync(join(path, "index.html")));
  const html = folder ? await readFile(join(folder, "index.html"), "utf8") : await absentPage();
  const body = html.replaceAll(nonceMark, nonce);
  response.writeHead(folder ? 200 : 503, [
    ...["Content-Type", "text/html; charset=utf-8", "Content-Length", String(Buffer.byteLength(body))],
    ...["Content-Security-Policy", policy(nonce, frames), "Permissions-Policy", rights, ...guarded],
    // A nonce is for one reply.
    ...["Cache-Control", "no-store"],
  ]);
  response.end(body);
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** In place of pages that were never built: why, as bin/web.mjs has heard it. */
async function absentPage(): Promise<string> {
  const reasons = await Promise.all(
    folders.map((path) => readFile(join(path, "failure.txt"), "utf8").catch(() => undefined)),
  );
  const why = reasons.find((reason) => reason !== undefined) ?? "They are built by npm start.";
  const shown = why.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Seatway</title>
<h1>The pages are not built</h1><p>The gateway runs; its pages are missing.</p><pre>${shown}</pre></html>`;
}

/** Names as the bundler makes them: no path leads out of the folder. */
const fileName = /^[\w-][\w.-]*\.(?:js|css|svg|woff2)$/;

async function serveAsset(request: FastifyRequest, response: ServerResponse): Promise<void> {
  const { name } = request.params as { readonly name: string };
  const compressed = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const tag = `"${name}${compressed ? ".gz" : ""}"`;
  const headers = [
    ...["ETag", tag, "Vary", "Accept-Encoding", "Cache-Control", "public, max-age=31536000, immutable", ...guarded],
  ];
  const body = fileName.test(name) ? await readAsset(compressed ? `${name}.gz` : name) : undefined;
  if (!body) return sendJson(response, 404, noSuchFile, []);
  if (request.headers["if-none-match"] === tag) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  const encoding = compressed ? ["Content-Encoding", "gzip"] : [];
  const length = ["Content-Type", types[extname(name)] ?? "", "Content-Length", String(body.length)];
  response.writeHead(200, [...length, ...encoding, ...headers]);
  response.end(body);
}

async function readAsset(name: string): Promise<Buffer | undefined> {
  for (const folder of folders) {
    const body = await readFile(join(folder, "assets", name)).catch(() => undefined);
    if (body) return body;
  }
  return undefined;
}

/** `frames`: origins of the pages that may have ours in a frame. */
export function pages(app: FastifyInstance, frames: readonly string[]): void {
  for (const url of ["/", "/console", "/console/*"]) {
    app.get(url, (_request, reply) => {
      reply.hijack();
      return servePage(reply.raw, frames);
    });
  }
  app.get("/assets/:name", (request, reply) => {
    reply.hijack();
    return serveAsset(request, reply.raw);
  });
}
