// The page /api: every operation of the OpenAPI document with its fields, codes, events and example, as plain HTML.

import { createHash } from "node:crypto";

type Schema = {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
};
type Parameter = { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Schema };
type Media = { readonly schema: Schema; readonly example?: unknown };
type Content = Readonly<Record<string, Media>>;

type Described = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  readonly "x-codes"?: readonly string[];
  readonly "x-events"?: readonly string[];
  readonly "x-example-path"?: string;
};

/** What the page reads of the document. */
export type OpenApi = {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
};

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const shown = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
/** Text of the documents: what stands between backticks is code. */
const told = (text = ""): string => shown(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
const json = (value: unknown): string => shown(JSON.stringify(value));

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav ul { columns: 14rem; padding-left: 1rem; }
section { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: 0.5rem 0; }
h3 { margin: 0.5rem 0 0; font-size: 1rem; overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9rem; }
pre { overflow-x: auto; padding: 0.5rem; background: color-mix(in srgb, currentColor 8%, transparent); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 0.8rem 0.2rem 0; overflow-wrap: anywhere; }
td:first-child { overflow-wrap: break-word; }
`;
const styleHash = `sha256-${createHash("sha256").update(style).digest("base64")}`;

type Row = { readonly name: string; readonly where: string; readonly required: boolean; readonly schema: Schema };

const bodyRows = ({ requestBody }: Described): readonly Row[] => {
  const { properties = {}, required = [] } = requestBody?.content["application/json"]?.schema ?? {};
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, where: "body", required: required.includes(name), schema },
  }));
};

function fields(operation: Described): string {
  const rows = [...operation.parameters.map((each) => ({ ...each, where: each.in })), ...bodyRows(operation)];
  if (rows.length === 0) return "";
  const line = ({ name, where, required, schema }: Row): string =>
    `<tr><td><code>${shown(name)}</code></td><td>${where}${required ? ", required" : ""}</td><td>${told(schema.description)}</td></tr>`;
  return `<table><tr><th scope="col">Field</th><th scope="col">Where</th><th scope="col">Meaning and rule</th></tr>${rows.map(line).join("")}</table>`;
}

const list = (title: string, each: readonly string[] = []): string =>
  each.length === 0 ? "" : `<p>${title}: ${each.map((one) => `<code>${shown(one)}</code>`).join(", ")}</p>`;

function example(operation: Described, method: string): string {
  const path = operation["x-example-path"];
  const reply = operation.responses["200"]?.content?.["application/json"]?.example;
  if (path === undefined) return "";
  const body = operation.requestBody?.content["application/json"]?.example;
  const asked = `${method} ${shown(path)}${body === undefined ? "" : `\n${json(body)}`}`;
  return `<pre>${asked}${reply === undefined ? "" : `\n\n${json(reply)}`}</pre>`;
}

const section = (path: string, method: string, it: Described): string =>
  `<section id="${shown(it.operationId)}"><h3><code>${method} ${shown(path)}</code></h3><p>${told(it.summary)} ${told(it.description)}</p>${fields(it)}<p>${told(it.responses["200"]?.description)}</p>${list("Codes", it["x-codes"])}${list("Events", it["x-events"])}${example(it, method)}</section>`;

/** The page, and the hash under which a Content-Security-Policy allows its styles. */
export function apiPage({ info, paths }: OpenApi): { readonly html: string; readonly styleHash: string } {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, it]) => ({ path, method: method.toUpperCase(), it })),
  );
  const groups = [...Map.groupBy(all, ({ it }) => it.tags[0] ?? "")];
  const contents = groups.map(([name, own]) => `<li><a href="#${name}">${name}</a> (${own.length})</li>`).join("");
  const chapters = groups
    .map(([name, own]) => {
      const sections = own.map(({ path, method, it }) => section(path, method, it)).join("\n");
      return `<h2 id="${name}">${name}</h2>\n${sections}`;
    })
    .join("\n");
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${shown(info.title)} ${shown(info.version)}: the interface</title><style>${style}</style></head>
<body><h1>${shown(info.title)} ${shown(info.version)}: the interface</h1><p>${told(info.description)}</p>
<p>For programs: <a href="/openapi.json">openapi.json</a>, <a href="/asyncapi.json">asyncapi.json</a>.</p>
<nav aria-label="Groups"><ul>${contents}</ul></nav>
<main>
${chapters}
</main></body></html>
`;
  return { html, styleHash };
}
