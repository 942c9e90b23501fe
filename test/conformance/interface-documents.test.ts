// docs/openapi.json and docs/asyncapi.json are what the contract says today, a running gateway answers their examples as they stand,
// and serves them with a page that needs nothing from anywhere.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { stale } from "../../scripts/api.ts";
import { eventContents } from "../../scripts/event-types.ts";
import { askAll } from "../../scripts/examples.ts";
import { everyOperation, examplesIn } from "../../scripts/open-api.ts";
import { resultIds } from "../../scripts/result-types.ts";
import { sampled } from "../../scripts/sampled.ts";
import { type OperatorOperation, operatorOperations, operatorRoot } from "../../src/contract/operator.ts";
import { results } from "../../src/contract/result.ts";
import { faultsIn, type JsonSchema } from "../support/schema-check.ts";
import { startGateway } from "../support/started-gateway.ts";

const textOf = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
const written = JSON.parse(textOf("openapi.json"));

type Operation = {
  readonly operationId: string;
  readonly "x-codes"?: readonly string[];
  readonly "x-events"?: readonly string[];
  readonly responses: {
    readonly "200": { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  };
};
const described = Object.values(written.paths).flatMap((methods) =>
  Object.values(methods as Record<string, Operation>),
);

const examples = examplesIn(written);

const gateway = await startGateway({ settings: { AGENT_POLL_WAIT_TIMES: "1" } });
after(() => gateway.stop());

test("docs/openapi.json and docs/asyncapi.json are what the contract says", () => {
  assert.deepEqual(stale(), [], "run npm run api and commit what it writes");
});

test("every operation is in it, with sentences, known codes and known events; every reference leads somewhere", () => {
  const ids = described.map(({ operationId }) => operationId);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(
    everyOperation.map(({ id }) => id).filter((id) => !ids.includes(id)),
    [],
  );
  for (const it of described) {
    for (const code of it["x-codes"] ?? []) assert.ok(Object.hasOwn(results, code), `${it.operationId}: ${code}`);
    for (const event of it["x-events"] ?? [])
      assert.ok(Object.hasOwn(eventContents, event), `${it.operationId}: ${event}`);
  }
  for (const name of ["openapi.json", "asyncapi.json"]) {
    const document = JSON.parse(textOf(name));
    for (const [, path = ""] of textOf(name).matchAll(/"\$ref": "#\/([^"]+)"/g)) {
      const found = path.split("/").reduce((at, step) => at?.[step], document);
      assert.ok(found !== undefined, `${name}: ${path}`);
    }
  }
});

test("whatever may change something says what agents are told because of it; the operator's side has its codes too", () => {
  const changing = Object.entries(
    written.paths as Record<string, Record<string, Operation & { "x-refused"?: unknown }>>,
  )
    .flatMap(([, methods]) => Object.entries(methods))
    .flatMap(([method, it]) => (method === "get" || it["x-refused"] ? [] : [it]));
  assert.deepEqual(
    changing.filter((it) => !it["x-events"]).map((it) => it.operationId),
    [],
  );
  assert.deepEqual(
    described.filter((it) => !it["x-codes"]).map((it) => it.operationId),
    [],
  );
});

type Form = {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Form>>;
  readonly items?: Form;
  readonly oneOf?: readonly Form[];
  readonly anyOf?: readonly Form[];
  readonly allOf?: readonly Form[];
};

/** Fields without a sentence, those of parts that are referred to left out: they have their own turn. */
function mute(form: Form, at: string): readonly string[] {
  const own = Object.entries(form.properties ?? {}).flatMap(([name, field]) => [
    ...(field.description || field.$ref ? [] : [`${at}.${name}`]),
    ...mute(field, `${at}.${name}`),
  ]);
  const parts = [
    ...(form.oneOf ?? []),
    ...(form.anyOf ?? []),
    ...(form.allOf ?? []),
    ...(form.items ? [form.items] : []),
  ];
  return [...own, ...parts.flatMap((part) => mute(part, at))];
}

test("every field that is given back, and every event's, has a sentence", () => {
  const replies = described.flatMap(({ operationId, responses }) =>
    Object.values(responses["200"].content).flatMap(({ schema }) => mute(schema as Form, operationId)),
  );
  const parts = Object.entries(written.components.schemas as Record<string, Form>);
  assert.deepEqual([...replies, ...parts.flatMap(([name, part]) => mute(part, name))], []);
});

// The gateway is fresh and on ports of its own, as in `npm run api`: whatever differs would change the document with each run.
test("a fresh gateway answers every example as it stands, value by value", async () => {
  const asked = JSON.parse(JSON.stringify(await askAll(gateway)));
  assert.deepEqual(
    Object.keys(asked).filter((id) => !id.startsWith("operator.")),
    everyOperation.map(({ id }) => id),
  );
  assert.deepEqual(Object.keys(asked).sort(), Object.keys(examples).sort());
  for (const id of Object.keys(asked)) assert.deepEqual(asked[id], examples[id], id);
});

test("what differs from run to run is shown as a sample of the same form, and nothing else is touched", () => {
  const body = "v=0\r\no=- 68628026001141 1 IN IP4 127.0.0.1\r\nm=audio 17952 RTP/AVP 0\r\n";
  const message = (ports: string, length: number, rest: string): string =>
    `INVITE sip:40001@127.0.0.1:${ports} SIP/2.0\r\nContent-Length: ${length}\r\n\r\n${rest}`;
  const shown = sampled({
    ...{ port: 58_065, most: 4_294_967_295, at: 1_795_663_446_123, callId: "1795663446-16", talkMs: null },
    ...{ rttMs: null, probes: [{ ms: 265 }, { ms: 12 }], begun: [0, 3] },
    ...{ leg: "1795663446-16.party", file: "2026-11-26/1795663446-16-13.wav", phone: "40001" },
    text: message("58065", 999, body),
    fields: { port: "41167", host: "127.0.0.1" },
  });
  assert.deepEqual(shown, {
    ...{ port: 5060, most: 4_294_967_295, at: 1_795_350_417_000, callId: "1795350417-1", talkMs: null },
    ...{ rttMs: 1.2, probes: [{ ms: 20 }], begun: [1, 1] },
    ...{ leg: "1795350417-1.party", file: "2026-11-22/1795350417-1-13.wav", phone: "40001" },
    text: message("5060", body.length - 4, body.replace("68628026001141", "1795350417").replace("17952", "10000")),
    fields: { port: "5060", host: "127.0.0.1" },
  });
});

test("every value that comes has a form in the document, and the replies of a running gateway have it", async () => {
  for (const { id, result, refused } of everyOperation)
    if (result === "value" && !refused) assert.ok(resultIds.has(id), `${id}: scripts/result-types.ts has no row`);
  for (const id of resultIds)
    assert.ok(
      everyOperation.some((each) => each.id === id && each.result === "value"),
      id,
    );
  const schemaOf = new Map(
    described.map((it) => [it.operationId, it.responses["200"].content["application/json"]?.schema]),
  );
  for (const [id, { reply }] of Object.entries(await askAll(gateway))) {
    const schema = schemaOf.get(id);
    if (schema && typeof reply === "object")
      assert.deepEqual(faultsIn(reply, schema, written), [], `${id}: ${JSON.stringify(reply)}`);
  }
});

test("the operator's questions are answered in the form of the document", async () => {
  const ask = async (path: string, init: RequestInit = {}) =>
    fetch(`${gateway.url}${operatorRoot}${path}`, {
      ...init,
      headers: { ...init.headers, "Content-Type": "application/json" },
    });
  const signedIn = await ask("/session", { method: "POST", body: JSON.stringify({ user: "120", password: "" }) });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const asked: string[] = [];
  for (const { id, method, path, reply } of Object.values<OperatorOperation>(operatorOperations)) {
    // Of what needs a call or a trunk's name, test/peer/operator.test.ts has the replies.
    if (method !== "GET" || reply !== "json" || path.includes("{")) continue;
    const got = await ask(path, { headers: { Cookie: cookie } });
    assert.equal(got.status, 200, id);
    const schema = described.find(({ operationId }) => operationId === `operator.${id}`)?.responses["200"].content[
      "application/json"
    ]?.schema;
    assert.deepEqual([...new Set(faultsIn(await got.json(), schema ?? {}, written))], [], id);
    asked.push(id);
  }
  assert.ok(asked.length > 10, asked.join());
});

test("the gateway serves both, byte for byte, and a page with every operation that loads nothing", async () => {
  for (const name of ["openapi.json", "asyncapi.json"]) {
    const reply = await fetch(`${gateway.url}/${name}`);
    assert.deepEqual([reply.status, reply.headers.get("content-type")], [200, "application/json"]);
    assert.equal(await reply.text(), textOf(name));
  }
  const page = await fetch(`${gateway.url}/api`);
  assert.equal(page.status, 200);
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'/);
  const html = await page.text();
  for (const { operationId } of described) assert.ok(html.includes(`<section id="${operationId}">`), operationId);
  assert.doesNotMatch(html, /<(script|link|img|iframe)|\son\w+=|style="/);
  assert.doesNotMatch(html.replaceAll(/<pre>.*?<\/pre>/gs, ""), /`/, "code stands as code");
});
