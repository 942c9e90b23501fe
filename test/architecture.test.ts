// The walls of docs/architecture.md hold only if the tool that checks them reads the whole tree and every rule bites.
// So: the tree is counted, and a small tree with one break of each wall must raise exactly that rule.
// Also the naming rules that no linter knows.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, describe, it } from "node:test";

const root = resolve(import.meta.dirname, "..");
const config = join(root, ".dependency-cruiser.cjs");
const program = join(root, "node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs");

type Violation = { readonly from: string; readonly rule: { readonly name: string } };
type Cruised = {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: { readonly violations: readonly Violation[] };
};

function cruise(folder: string): Cruised {
  // --output-type json never fails by itself: what it found is in the report.
  const args = [program, "src", "web", "--config", config, "--output-type", "json"];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 }));
}

/** One break of each wall: the file that breaks it, its text, the rule that must catch it. */
const breaks: readonly (readonly [file: string, text: string, rule: string])[] = [
  ["src/base/a.ts", 'import type { B } from "./b.ts"; export type A = B;', "no-circle"],
  ["src/base/up.ts", 'import type { C } from "../contract/plain.ts"; export type U = C;', "room-base"],
  ["src/contract/up.ts", 'import "../base/plain.ts";', "room-contract"],
  ["src/core/call/out.ts", 'import type { P } from "../../sip/face.ts"; export type O = P;', "room-core"],
  ["src/core/call/file.ts", 'import { readFileSync } from "node:fs"; export const f = readFileSync;', "core-is-pure"],
  ["src/core/call/npm.ts", 'import { stringify } from "yaml"; export const f = stringify;', "core-is-pure"],
  ["src/core/call/sister.ts", 'import { agent } from "../agent/agent.ts"; export const f = agent;', "core-sisters"],
  ["src/sip/media.ts", 'import type { M } from "../media/face.ts"; export type X = M;', "room-sip"],
  ["src/media/sip.ts", 'import type { P } from "../sip/face.ts"; export type X = P;', "room-media"],
  ["src/store/up.ts", 'import type { G } from "../runtime/face.ts"; export type X = G;', "room-store"],
  ["src/settings.ts", 'import type { G } from "./runtime/face.ts"; export type X = G;', "room-settings"],
  ["src/runtime/up.ts", 'import "../http/server.ts";', "room-runtime"],
  ["src/runtime/inside.ts", 'import { parse } from "../sip/message/parse.ts"; export const f = parse;', "by-the-face"],
  ["src/http/around.ts", 'import type { P } from "../sip/face.ts"; export type X = P;', "room-http"],
  ["src/mml/around.ts", 'import "../store/sql.ts";', "room-mml"],
  ["src/client/around.ts", 'import "../base/plain.ts";', "room-client"],
  ["src/cli/around.ts", 'import "../runtime/gateway.ts";', "room-cli"],
  ["src/sim/around.ts", 'import "../runtime/gateway.ts";', "room-sim"],
  ["src/sim/inside.ts", 'import { parse } from "../sip/message/parse.ts"; export const f = parse;', "by-the-face"],
  ["web/around.tsx", 'import type { G } from "../src/runtime/face.ts"; export type X = G;', "pages-by-client"],
  ["web/file.ts", 'import { readFileSync } from "node:fs"; export const f = readFileSync;', "pages-in-browsers"],
  ["src/http/drawn.ts", 'import "../../web/sound.ts";', "pages-apart"],
  ["src/cellar/a.ts", 'import "../base/plain.ts";', "known-room"],
  ["src/sip/counts.ts", 'import { Counter } from "prom-client"; export const f = Counter;', "one-registry"],
  ["src/runtime/spans.ts", 'import { trace } from "@opentelemetry/api"; export const t = trace;', "one-tracer"],
  ["src/eager.ts", 'import { open } from "./runtime/tracing/otlp.ts"; export const o = open;', "tracer-on-demand"],
  ["src/orders.ts", 'import acme from "acme-client"; export const a = acme;', "one-acme"],
  ["src/hasty.ts", 'import { order } from "./acme-order.ts"; export const o = order;', "acme-on-demand"],
  ["src/http/roof.ts", 'import "../main.ts";', "main-is-the-roof"],
  ["src/http/tested.ts", 'import "./server.test.ts";', "no-test-in-product"],
  ["src/http/tool.ts", 'import fc from "fast-check"; export const f = fc;', "no-tool-in-product"],
  ["src/http/nowhere.ts", 'import "./nothing.ts";', "resolvable"],
];

/** What the breaks lean on, and imports that are allowed and must stay silent. */
const sound: readonly (readonly [file: string, text: string])[] = [
  ["src/base/b.ts", 'import type { A } from "./a.ts"; export type B = A | 1;'],
  ["src/base/plain.ts", "export const base = 1;"],
  ["src/contract/plain.ts", "export type C = 1;"],
  ["src/core/agent/agent.ts", "export type Agent = 1; export const agent = 1;"],
  ["src/core/call/call.ts", 'import type { Agent } from "../agent/agent.ts"; export type Call = Agent;'],
  [
    "src/core/call/call.test.ts",
    'import { it } from "node:test"; import fc from "fast-check"; it(String(fc), () => {});',
  ],
  ["src/sip/face.ts", "export type P = 1;"],
  ["src/sip/endpoint.ts", 'import { parse } from "./message/parse.ts"; export const openEndpoint = parse;'],
  ["src/sip/message/parse.ts", "export type Message = 1; export const parse = 1;"],
  ["src/media/face.ts", "export type M = 1;"],
  ["src/store/sql.ts", 'import { base } from "../base/plain.ts"; export const sql = base;'],
  ["src/runtime/face.ts", "export type G = 1;"],
  ["src/runtime/gateway.ts", 'import { openEndpoint } from "../sip/endpoint.ts"; export const g = openEndpoint;'],
  ["src/runtime/types.ts", 'import type { Message } from "../sip/message/parse.ts"; export type T = Message;'],
  ["src/runtime/metrics/registry.ts", 'import { Registry } from "prom-client"; export const r = Registry;'],
  ["src/runtime/tracing/otlp.ts", 'import { trace } from "@opentelemetry/api"; export const open = trace;'],
  ["src/acme-order.ts", 'import acme from "acme-client"; export const order = acme;'],
  ["src/lazy-order.ts", 'export const o = () => import("./acme-order.ts");'],
  ["src/lazy.ts", 'export const o = () => import("./runtime/tracing/otlp.ts");'],
  ["src/http/server.ts", 'import type { G } from "../runtime/face.ts"; export type S = G;'],
  ["src/http/server.test.ts", 'import "./server.ts";'],
  ["web/sound.ts", 'import type { C } from "../src/contract/plain.ts"; export type D = C;'],
  ["src/main.ts", 'import "./http/server.ts"; import "./sip/endpoint.ts"; import "./store/sql.ts";'],
];

function plantedTree(): string {
  const folder = mkdtempSync(join(tmpdir(), "seatway-walls-"));
  for (const [file, text] of [...sound, ...breaks]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  for (const file of ["package.json", "tsconfig.json"]) cpSync(join(root, file), join(folder, file));
  for (const name of ["yaml", "fast-check", "prom-client", "acme-client", "@opentelemetry/api"]) {
    const home = join(folder, "node_modules", name);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), JSON.stringify({ name, main: "index.js" }));
    writeFileSync(join(home, "index.js"), "");
  }
  return folder;
}

describe("walls", () => {
  const folder = plantedTree();
  after(() => rmSync(folder, { recursive: true, force: true }));
  const { violations } = cruise(folder).summary;
  const raised = (file: string) => violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);

  for (const [file, text, rule] of breaks) {
    it(`${rule} catches ${file}: ${text.split(";")[0]}`, () =>
      assert.ok(raised(file).includes(rule), `${raised(file)}`));
  }

  it("what is allowed raises nothing", () => {
    const partners = new Set(["src/base/b.ts"]);
    const silent = sound.map(([file]) => file).filter((file) => !partners.has(file));
    assert.deepEqual(silent.flatMap(raised), []);
  });

  it("every rule has a break that it catches", () => {
    const tried = new Set(breaks.map(([, , rule]) => rule));
    const { forbidden }: { forbidden: { name: string }[] } = createRequire(import.meta.url)(config);
    assert.deepEqual(
      forbidden.map(({ name }) => name).filter((name) => !tried.has(name)),
      [],
    );
  });

  it("the whole tree is read and keeps every wall", () => {
    const { modules, summary } = cruise(root);
    const read = new Set(modules.map(({ source }) => source));
    const files = globSync(["src/**/*.ts", "web/**/*.{ts,tsx}"], { cwd: root, exclude: ["web/dist/**"] });
    assert.ok(files.length > 0);
    assert.deepEqual(
      files.filter((file) => !read.has(file)),
      [],
    );
    assert.deepEqual(
      summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`),
      [],
    );
  });
});

describe("names and openings", () => {
  const files = globSync("{src,test,bench,scripts,bin,web}/**/*.{ts,tsx,mjs}", { cwd: root });

  it("no file or folder has a name that says nothing", () => {
    const empty = /^(utils?|helpers?|commons?|misc|.*-?(manager|handler|impl))(\.test)?(\.tsx?|\.mjs)?$/i;
    assert.deepEqual(
      files.filter((file) => file.split("/").some((part) => empty.test(part))),
      [],
    );
  });

  it("nobody who does not exist has a name: agents are told by their numbers", () => {
    const told = globSync("{src,test,bench,scripts,web,docs,examples,deploy}/**/*.{ts,tsx,mjs,md,yaml,html}", {
      cwd: root,
    });
    // Spelled so that this file does not find itself.
    const invented = /\b(?:A[n]n|B[o]b|A[l]ice|C[a]rol|E[v]e|D[a]ve)\b/;
    assert.deepEqual(
      told.filter((file) => invented.test(readFileSync(join(root, file), "utf8"))),
      [],
    );
  });

  it("every file opens by saying what it is", () => {
    const product = files.filter((file) => !file.endsWith(".test.ts"));
    const opens = (file: string) => /^(#!.*\n)?\/[/*]/.test(readFileSync(join(root, file), "utf8"));
    assert.deepEqual(
      product.filter((file) => !opens(file)),
      [],
    );
  });
});
