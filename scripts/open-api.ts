// docs/openapi.json: the whole REST interface as OpenAPI 3.1, from the contract, the codes of each operation that a test brings about
// (documented-codes.ts), the events that follow from it (docs/api/operation-events.json) and examples that a running gateway has answered
// (examples.ts, operator-examples.ts). Pure: no file is written here.

import { readFileSync } from "node:fs";
import { type Access, type Operation, type ResultForm, resourceRoot } from "../src/contract/operation.ts";
import { documentedOperations, ownOperations } from "../src/contract/operations.ts";
import { type OperatorOperation, operatorOperations, operatorRoot } from "../src/contract/operator.ts";
import { type ResultCode, results } from "../src/contract/result.ts";
import { documentedCodes, neverAnswered } from "../test/conformance/documented-codes.ts";
import { eventSchemas, memberSchemas } from "./event-types.ts";
import { objectOf, type Schema, schemaOf } from "./json-schema.ts";
import { resultSchema } from "./result-types.ts";

export type Example = { readonly path: string; readonly body?: unknown; readonly reply: unknown };
/** By the id of the operation. */
export type Examples = Readonly<Record<string, Example>>;

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
export const eventsOf = read("../docs/api/operation-events.json") as Readonly<Record<string, readonly string[]>>;
const codesShown = documentedCodes
  .filter((pair) => !Object.hasOwn(neverAnswered, pair))
  .map((pair) => pair.split(" ") as [string, ResultCode]);
const { version, license } = read("../package.json") as { version: string; license: string };

export const everyOperation: readonly Operation[] = [...documentedOperations, ...ownOperations];

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const headerRef = (name: string): Schema => ({ $ref: `#/components/headers/${name}` });

/** What follows `retcode` on success. */
const follows: Readonly<Record<Exclude<ResultForm, "file">, Schema>> = {
  none: {},
  reserved: { result: { type: "object", description: "Reserved: empty." } },
  value: { result: { description: "What was asked for." } },
  event: {
    event: {
      description: "The next event; absent when nothing happened. From allagentevent a list.",
      oneOf: [ref("AgentEventMessage"), { type: "array", items: ref("AgentEventMessage") }],
    },
  },
};

/** A refused operation never gets so far. */
function followsIn({ id, result, refused }: Operation): Schema {
  if (result === "file") return {};
  if (result !== "value" || refused) return follows[result];
  const schema = resultSchema(id);
  if (!schema) throw new Error(`${id}: scripts/result-types.ts does not say what its result is`);
  return { result: { description: "What was asked for.", ...schema } };
}

const success = (more: Schema): Schema => ({
  type: "object",
  properties: {
    message: { type: "string", description: "A text that some operations document; else empty." },
    retcode: { const: "0", description: "Carried out." },
    ...more,
  },
  required: ["message", "retcode"],
});

const accesses: Readonly<Record<Access, string>> = {
  "sign-in": "Anyone: the password decides.",
  session: "The agent's own session, by its Guid.",
  "sign-of-life": "The agent's own session; keeps it alive and may bring a new Guid.",
  heartbeat: "The agent's own session; keeps it alive.",
  "trusted-host": "Hosts that SEATWAY_TRUSTED_HOSTS names.",
  configuration: "The Guid of an administrator's session.",
};

/** Codes that any operation with this access may answer. */
const common = ({ access }: Operation): readonly ResultCode[] =>
  access === "sign-in"
    ? ["000-002", "100-007"]
    : access === "trusted-host"
      ? ["000-002", "000-003", "100-007"]
      : ["000-002", "000-003", "100-006", "100-007"];

export const codesOf = (operation: Operation): readonly ResultCode[] => {
  const shown = codesShown.flatMap(([id, code]) => (id === operation.id ? [code] : []));
  const own = operation.refused ? [operation.refused.code] : [];
  return [...new Set([...common(operation), ...shown, ...own])].sort();
};

const parameters = (operation: Pick<Operation, "path" | "pathFields" | "query">): readonly Schema[] => [
  ...[...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => {
    const field = operation.pathFields[name];
    const schema = field ? schemaOf(field) : { type: "string", description: "Work number of the agent who asks." };
    return { name, in: "path", required: true, schema };
  }),
  ...Object.entries(operation.query).map(([name, field]) => ({
    ...{ name, in: "query", required: field.required, schema: schemaOf(field) },
  })),
];

const hasBody = ({ body }: Pick<Operation, "body">): boolean => Object.keys(body).length > 0;

const requestBody = ({ body }: Pick<Operation, "body">, example: unknown): Schema => ({
  required: Object.values(body).some((field) => field.required),
  content: { "application/json": { schema: objectOf(body), ...(example === undefined ? {} : { example }) } },
});

function replies(operation: Operation, example: Example | undefined): Schema {
  const headers = Object.fromEntries(
    ["Trace-Id", "RateLimit-Policy", "RateLimit"].map((name) => [name, headerRef(name)]),
  );
  const guids = ["sign-in", "sign-of-life"].includes(operation.access)
    ? { "Set-GUID": headerRef("Set-GUID"), Guid: headerRef("Guid") }
    : {};
  const json = (good: readonly Schema[]): Schema => ({
    schema: { oneOf: [...good, ref("Refusal")] },
    ...(example ? { example: example.reply } : {}),
  });
  const content =
    operation.result === "file"
      ? { "audio/wav": { schema: { type: "string", format: "binary" } }, "application/json": json([]) }
      : { "application/json": json([success(followsIn(operation))]) };
  const description = operation.refused
    ? `Not in this product: ${operation.refused.code}, ${operation.refused.why}.`
    : "Carried out (retcode 0), or refused; the status is 200 for both.";
  return { "200": { description, headers: { ...headers, ...guids }, content } };
}

/** `[]`: nobody is told anything. Absent: it only asks, or is refused. */
const followingEvents = (id: string): Schema => (Object.hasOwn(eventsOf, id) ? { "x-events": eventsOf[id] } : {});

function describe(operation: Operation, example: Example | undefined): Schema {
  return {
    operationId: operation.id,
    tags: [operation.id.split(".")[0]],
    summary: operation.summary,
    description: accesses[operation.access],
    parameters: parameters(operation),
    ...(hasBody(operation) ? { requestBody: requestBody(operation, example?.body) } : {}),
    responses: replies(operation, example),
    security:
      operation.access === "sign-in" || operation.access === "trusted-host" ? [] : [{ Guid: [] }, { cookie: [] }],
    "x-codes": codesOf(operation),
    ...followingEvents(operation.id),
    ...(operation.refused ? { "x-refused": operation.refused } : {}),
    ...(example ? { "x-example-path": example.path } : {}),
  };
}

const operatorReplies = memberSchemas("OperatorReplies");

const operatorForms: Readonly<Record<Exclude<OperatorOperation["reply"], "json">, Schema>> = {
  stream: { "text/event-stream": { schema: { type: "string" } } },
  file: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
};

const operatorForm = ({ id, reply }: OperatorOperation, example: Example | undefined): Schema =>
  reply === "json"
    ? { "application/json": { schema: operatorReplies[id] ?? {}, ...(example ? { example: example.reply } : {}) } }
    : operatorForms[reply];

/** Wrong fields, too many requests and a database that is away; no session; no right. */
const operatorCodes = ({ right, codes }: OperatorOperation): readonly ResultCode[] =>
  [
    ...new Set<ResultCode>([
      ...(["000-002", "100-007"] as const),
      ...(right === "anyone" ? [] : (["100-006"] as const)),
      ...(right === "administrator" ? (["900-002"] as const) : []),
      ...codes,
    ]),
  ].sort();

/** The fields of what has some: a site's entry and a simulated phone have those of other documents. */
const operatorBody = (operation: OperatorOperation, body: unknown): Schema =>
  hasBody(operation)
    ? { requestBody: requestBody(operation, body) }
    : body === undefined
      ? {}
      : { requestBody: { content: { "application/json": { schema: { type: "object" }, example: body } } } };

const describeOperator = (operation: OperatorOperation, example: Example | undefined): Schema => ({
  operationId: `operator.${operation.id}`,
  tags: ["operator"],
  summary: operation.summary,
  description: operation.right === "anyone" ? "Anyone." : `A signed-in ${operation.right}.`,
  parameters: parameters(operation),
  ...operatorBody(operation, example?.body),
  responses: {
    "200": { description: "What was asked for.", content: operatorForm(operation, example) },
    default: {
      description: "Refused, with a status of its own.",
      content: { "application/json": { schema: ref("Refusal") } },
    },
  },
  security: operation.right === "anyone" ? [] : [{ operator: [] }],
  "x-codes": operatorCodes(operation),
  ...followingEvents(`operator.${operation.id}`),
  ...(example ? { "x-example-path": example.path } : {}),
});

function paths(examples: Examples): Schema {
  const all: Record<string, Record<string, Schema>> = {};
  const put = (path: string, method: string, described: Schema): void => {
    all[path] = { ...all[path], [method.toLowerCase()]: described };
  };
  for (const each of everyOperation) put(resourceRoot + each.path, each.method, describe(each, examples[each.id]));
  for (const each of Object.values<OperatorOperation>(operatorOperations)) {
    put(operatorRoot + each.path, each.method, describeOperator(each, examples[`operator.${each.id}`]));
  }
  return all;
}

const text = { type: "string" } as const;
const headers: Readonly<Record<string, Schema>> = {
  "Set-GUID": { description: "JSESSIONID=<the newest Guid>; a secret.", schema: text },
  Guid: { description: "The newest Guid, for the next requests; a secret.", schema: text },
  "Trace-Id": {
    description: "32 hex digits: the trace of the request, or of the event that a poll brings.",
    schema: text,
  },
  "RateLimit-Policy": { description: "The limits of requests (draft-ietf-httpapi-ratelimit-headers).", schema: text },
  RateLimit: { description: "What is left of them.", schema: text },
};

const info = {
  title: "Seatway",
  version,
  summary: "The agent API of a contact centre: agents sign in, calls are made, events come back.",
  description: [
    "Every reply of the agent interface is an envelope, `message`, `retcode` and `result` or `event`, with status 200 whether it was carried out or refused.",
    "A field may come as a JSON string or as its own type; unknown fields mean nothing; an absent field, null and an empty string are the same.",
    "`x-codes` lists the codes that an operation may answer, `x-events` what agents are told because of it (empty: nothing), `x-refused` marks what is not in this product.",
  ].join(" "),
  license: { name: license, identifier: license },
};

/** The document. */
export const openApi = (examples: Examples): Schema => ({
  openapi: "3.1.0",
  info,
  servers: [{ url: "/" }],
  paths: paths(examples),
  components: {
    schemas: {
      ResultCode: {
        ...{ type: "string", enum: Object.keys(results) },
        description: Object.entries(results)
          .map(([code, message]) => `${code}: ${message || "carried out"}`)
          .join("; "),
      },
      Refusal: {
        type: "object",
        properties: {
          message: { ...text, description: "Why, for people." },
          retcode: ref("ResultCode"),
          result: { description: "Only where a refusal documents one." },
        },
        required: ["message", "retcode"],
      },
      ...eventSchemas,
    },
    headers,
    securitySchemes: {
      Guid: { type: "apiKey", in: "header", name: "Guid" },
      cookie: { type: "apiKey", in: "cookie", name: "JSESSIONID" },
      operator: { type: "apiKey", in: "cookie", name: "seatway-operator" },
    },
  },
});

type Described = {
  readonly operationId: string;
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly example?: unknown } } };
  readonly responses: {
    readonly "200": { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  };
  readonly "x-example-path"?: string;
};

/** The examples as a document has them. */
export function examplesIn(document: { readonly paths: Readonly<Record<string, object>> }): Examples {
  const described = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods as Record<string, Described>),
  );
  return Object.fromEntries(
    described.flatMap((it) => {
      const path = it["x-example-path"];
      if (path === undefined) return [];
      const body = it.requestBody?.content["application/json"].example;
      const reply = it.responses["200"].content["application/json"]?.example;
      return [[it.operationId, { path, ...(body === undefined ? {} : { body }), reply }]];
    }),
  );
}
