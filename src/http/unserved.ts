// Requests that no route serves: the browser client of wire.md 31, wrong methods, preflights of browsers, unknown
// paths (decisions.md 10). Rare, so the catalogue is searched and not entered into the router.

import type { IncomingMessage, ServerResponse } from "node:http";
import { refuse } from "../base/step.ts";
import { agentCallsPath, wrapUpPath } from "../contract/agent-calls.ts";
import { catalogue, secondMethods } from "../contract/catalogue.ts";
import { deskSetupPath } from "../contract/desk-setup.ts";
import { eventStreamPath } from "../contract/event-stream.ts";
import { resourceRoot } from "../contract/operation.ts";
import * as previewList from "../contract/preview-list.ts";
import { results } from "../contract/result.ts";
import { documentPaths } from "./interface-documents.ts";
import { recordsPath } from "./records.ts";
import { refusalBody, sendJson } from "./reply.ts";
import { resourceScriptPath } from "./resource-js.ts";
import type { Door } from "./serve.ts";
import { traceOf } from "./session.ts";

type Pattern = { readonly method: string; readonly path: string; readonly segments: readonly string[] };

const pattern = (method: string, path: string): Pattern => ({
  method,
  path,
  segments: path.split("/").filter(Boolean),
});

/** Paths outside the interface. */
const otherPaths = [
  "/",
  "/console",
  "/watch",
  "/page.js",
  "/page.css",
  "/live",
  ...documentPaths,
  "/healthz",
  "/readyz",
  resourceScriptPath,
  eventStreamPath,
  deskSetupPath,
  agentCallsPath,
  recordsPath,
];

const patterns: readonly Pattern[] = [
  ...[...catalogue, ...secondMethods].map((line) => {
    const space = line.indexOf(" ");
    return pattern(line.slice(0, space), resourceRoot + line.slice(space + 1));
  }),
  ...Object.values(previewList).map(({ method, path }) => pattern(method, resourceRoot + path)),
  ...otherPaths.map((path) => pattern("GET", path)),
  pattern("PUT", wrapUpPath),
];

/** Double and trailing slashes count for nothing (wire.md 16). */
function matching(path: string): readonly Pattern[] {
  const segments = path.split("/").filter(Boolean);
  return patterns.filter(
    (known) =>
      known.segments.length === segments.length &&
      known.segments.every((segment, index) => segment.startsWith("{") || segment === segments[index]),
  );
}

const notBuilt = refusalBody(refuse("100-007", results["100-007"]));
const wrongMethod = (methods: readonly string[]): string =>
  refusalBody(refuse("000-002", `this path is asked with ${methods.join(" or ")}`));
const unknownPath = refusalBody(refuse("000-002", "no such path"));

/** Without the query, and without the scheme and host of the absolute form, which proxies send (RFC 9112 §3.2.2). */
const pathOf = (target: string): string => target.replace(/^https?:\/\/[^/?]*/i, "").replace(/\?.*$/s, "");

/** Answers a request that the router has no route for. */
export function serveUnserved(door: Door, request: IncomingMessage, response: ServerResponse): void {
  const known = matching(pathOf(request.url ?? ""));
  const { trace } = traceOf(request.headers);
  const headers = ["Trace-Id", trace, ...door.cors.reply(request.headers.origin)];
  const documented = known.find(({ method }) => method === request.method);
  const own = [...new Set(known.map(({ method }) => method))];
  const methods = [...own, "OPTIONS"];
  let name = "unknown";
  if (known.length === 0) {
    sendJson(response, 404, unknownPath, headers);
  } else if (request.method === "OPTIONS") {
    const allow = ["Allow", methods.join(", ")];
    response.writeHead(204, [...allow, ...door.cors.preflight(request.headers.origin, methods)]);
    response.end();
    return;
  } else if (documented) {
    name = `${documented.method} ${documented.path}`;
    sendJson(response, 200, notBuilt, headers);
  } else {
    sendJson(response, 405, wrongMethod(own), ["Allow", methods.join(", "), ...headers]);
  }
  door.log.info(
    { method: name, agent: "", callId: "", retcode: documented ? "100-007" : "000-002", ms: 0, trace },
    "request",
  );
}
