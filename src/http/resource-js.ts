// GET /agentgateway/resource-js (wire.md 31): the interface as a script for old pages, generated from the contract. One object,
// `AgentGateway`, with a function for each operation, called as generated REST clients were: parameters by their names, `$entity` for a
// body, `$callback(status, request, value)`; without a callback it waits and returns the value. Written for browsers without promises.

import type { FastifyInstance } from "fastify";
import { resourceRoot } from "../contract/operation.ts";
import { documentedOperations } from "../contract/operations.ts";

export const resourceScriptPath = "/agentgateway/resource-js";

/** What the script knows of an operation: method, path, and the names of its parameters in query and body. */
type Row = readonly [method: string, path: string, query: readonly string[], body: readonly string[]];

const rows = (): Readonly<Record<string, Readonly<Record<string, Row>>>> => {
  const groups: Record<string, Record<string, Row>> = {};
  for (const { id, method, path, query, body } of documentedOperations) {
    const [group = "", name = ""] = id.split(".");
    groups[group] ??= {};
    groups[group][name] = [method, path, Object.keys(query), Object.keys(body)];
  }
  return groups;
};

/** In the words of every browser that still runs: no promise, no arrow, no template. */
const client = `(function (global, operations, root) {
  "use strict";
  var scripts = document.getElementsByTagName("script");
  var source = (document.currentScript || scripts[scripts.length - 1] || {}).src || "";
  var REST = global.REST = global.REST || {};
  // Where the interface is: by default beside this script. A page may set it, or give $apiURL with a call.
  REST.apiURL = REST.apiURL || source.replace(/\\/agentgateway\\/.*$/, "") + root;
  // The newest Guid of the last sign-in; a call may name another one: guid.
  REST.guid = REST.guid || "";

  function defined(value) { return value !== undefined && value !== null; }

  function queryOf(names, given) {
    var parts = [];
    for (var i = 0; i < names.length; i++)
      if (defined(given[names[i]])) parts.push(encodeURIComponent(names[i]) + "=" + encodeURIComponent(given[names[i]]));
    return parts.length ? "?" + parts.join("&") : "";
  }

  function bodyOf(names, given) {
    if (defined(given.$entity)) return typeof given.$entity === "string" ? given.$entity : JSON.stringify(given.$entity);
    var body = {}, any = false;
    for (var i = 0; i < names.length; i++)
      if (defined(given[names[i]])) { body[names[i]] = given[names[i]]; any = true; }
    return any ? JSON.stringify(body) : null;
  }

  function valueOf(request) {
    try { return JSON.parse(request.responseText); } catch (error) { return request.responseText; }
  }

  function send(row, given) {
    given = given || {};
    var path = row[1].replace(/\\{(\\w+)\\}/g, function (whole, name) {
      if (!defined(given[name])) throw new Error(name + ": missing");
      // The request would be another one: a URL climbs at these.
      if (given[name] === "." || given[name] === "..") throw new Error(name + ": not " + given[name]);
      return encodeURIComponent(given[name]);
    });
    var request = new XMLHttpRequest();
    var wait = typeof given.$callback !== "function";
    request.open(row[0], (given.$apiURL || REST.apiURL) + path + queryOf(row[2], given), !wait);
    var body = row[0] === "GET" ? null : bodyOf(row[3], given);
    if (body !== null) request.setRequestHeader("Content-Type", "application/json; charset=UTF-8");
    var guid = defined(given.guid) ? given.guid : REST.guid;
    if (guid) request.setRequestHeader("Guid", guid);
    function done() {
      var renewed = request.getResponseHeader("Guid");
      if (request.status >= 200 && request.status < 300 && renewed) REST.guid = renewed;
      return valueOf(request);
    }
    if (!wait) request.onreadystatechange = function () {
      if (request.readyState === 4) given.$callback(request.status, request, done());
    };
    request.send(body);
    if (wait) return done();
  }

  function bound(row) { return function (given) { return send(row, given); }; }

  var gateway = {};
  for (var group in operations) {
    gateway[group] = {};
    for (var name in operations[group]) gateway[group][name] = bound(operations[group][name]);
  }
  global.AgentGateway = gateway;
})(this, OPERATIONS, ROOT);
`;

export const resourceScript = (): string =>
  `// Generated from the contract of this gateway; docs/client.md says how it is used.\n${client
    .replace("OPERATIONS", () => JSON.stringify(rows()))
    .replace("ROOT", () => JSON.stringify(resourceRoot))}`;

/** Made when the first page asks. No Guid is needed, and nothing secret stands in it. */
export function resourceScriptRoute(app: FastifyInstance): void {
  let text: Buffer | undefined;
  app.get(resourceScriptPath, (_request, reply) => {
    reply.hijack();
    text ??= Buffer.from(resourceScript());
    reply.raw.writeHead(200, [
      ...["Content-Type", "text/javascript; charset=utf-8", "Content-Length", String(text.length)],
      ...["Cache-Control", "no-cache", "X-Content-Type-Options", "nosniff"],
    ]);
    reply.raw.end(text);
  });
}
