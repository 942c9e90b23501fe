// The documents of the interface for programs and people: /openapi.json, /asyncapi.json (docs/, made by `npm run api`) and /api, a page
// that is written from the first, without scripts. Read when they are asked for: a gateway that serves calls does not hold them.

import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { refuse } from "../base/step.ts";
import { apiPage, type OpenApi } from "./api-page.ts";
import { type HeaderList, refusalBody, sendJson } from "./reply.ts";

/** Paths that these routes serve. */
export const documentPaths = ["/openapi.json", "/asyncapi.json", "/api"] as const;

/** Beside src/ in a checkout, in dist/ in a package. */
const folders = ["../../docs/", "../"];

async function readDocument(name: string): Promise<Buffer | undefined> {
  for (const folder of folders) {
    const found = await readFile(new URL(folder + name, import.meta.url)).catch(() => undefined);
    if (found) return found;
  }
  return undefined;
}

const guarded: HeaderList = [
  ...["X-Content-Type-Options", "nosniff"],
  ...["Referrer-Policy", "no-referrer"],
  ...["Cache-Control", "no-cache"],
];

/** Nothing but the styles that stand in the page itself, by their hash. */
const policy = (styleHash: string): string =>
  `default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const missing = refusalBody(refuse("100-007", "the documents are not in this installation"));

async function sendDocument(response: ServerResponse, name: string): Promise<void> {
  const body = await readDocument(name);
  if (!body) return sendJson(response, 503, missing, []);
  response.writeHead(200, [
    ...["Content-Type", "application/json", "Content-Length", String(body.length), "Access-Control-Allow-Origin", "*"],
    ...guarded,
  ]);
  response.end(body);
}

async function sendPage(response: ServerResponse): Promise<void> {
  const document = await readDocument("openapi.json");
  if (!document) return sendJson(response, 503, missing, []);
  const { html, styleHash } = apiPage(JSON.parse(document.toString("utf8")) as OpenApi);
  const body = Buffer.from(html);
  response.writeHead(200, [
    ...["Content-Type", "text/html; charset=utf-8", "Content-Length", String(body.length)],
    ...["Content-Security-Policy", policy(styleHash), ...guarded],
  ]);
  response.end(body);
}

export function interfaceDocuments(app: FastifyInstance): void {
  for (const path of documentPaths) {
    app.get(path, async (_request, reply) => {
      reply.hijack();
      if (path === "/api") await sendPage(reply.raw);
      else await sendDocument(reply.raw, path.slice(1));
    });
  }
}
