// Every operation against bad requests, by its own contract: strangers, agents who are not there, and each of its fields in every
// wrong form. The first wrong field is named with its rule, before any state is looked at, and nothing happens (decisions.md 2, 8-10).

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Field } from "../../src/contract/field.ts";
import type { Operation } from "../../src/contract/operation.ts";
import { coerce } from "../../src/http/check.ts";
import { Agent } from "./agent.ts";
import { builtOperations, ownOperations } from "./documents.ts";
import { refusesStrangers } from "./refusals.ts";
import { bodyOf, encoded, lineOf, type Request, requestOf, sample } from "./requests.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;
let agent: Agent;
let administrator: Agent;

before(async () => {
  // Thousands of requests of one agent, as fast as they go: not what is looked at here.
  demo = await openDemo({ SEATWAY_RATE_AGENT: "1000000/1", SEATWAY_RATE_OPERATION: "1000000/1" });
  agent = await (await demo.agent()).begin();
  administrator = await new Agent(demo.gateway, "120", "40020").begin();
});
after(() => demo?.stop());

const operations = [...builtOperations, ...ownOperations];

const forms: readonly unknown[] = [true, 1.5, {}, [], "\0", "a b;c", "../..", "ü", "x", "-1", "1e3", "0x10", " 1", ""];

/** Values of every kind, among them those that the field's rule forbids. */
function candidates(field: Field): readonly unknown[] {
  switch (field.kind) {
    case "text":
      return [...forms, "1".repeat(field.maxLength + 1), "x".repeat(field.maxLength + 1)];
    case "integer":
      return [...forms, field.minimum - 1, field.maximum + 1, `${field.maximum + 1}`];
    case "choice":
      return [...forms, Math.max(...field.values) + 1];
    case "flag":
      return [...forms, 2, "maybe"];
    case "list":
      return [...forms, null, Array(field.maxItems + 1).fill(sample(field.item)), [{}], ["a b"], [-1]];
  }
}

/** null and "" stand for an absent field where it may be absent. */
const isWrong = (field: Field, value: unknown): boolean =>
  !((value === "" || value === null) && !field.required) && coerce(field, value) === undefined;

/** Longer ones are refused by the HTTP parser itself, 431. */
const LONGEST_LINE = 8_000;
/** A longer segment of a path is no segment, an empty one and a relative one make another path. */
const LONGEST_SEGMENT = 250;

const fitsQuery = (value: unknown): boolean => typeof value !== "object" && encoded(value).length < LONGEST_LINE;
const fitsPath = (value: unknown): boolean =>
  fitsQuery(value) && encoded(value).length < LONGEST_SEGMENT && value !== "" && value !== "../..";

/** In a path or a query everything is a text. */
const wrongIn = {
  path: (field: Field, value: unknown) => fitsPath(value) && isWrong(field, String(value)),
  query: (field: Field, value: unknown) => fitsQuery(value) && isWrong(field, String(value)),
  body: isWrong,
} as const;

type Wrong = { readonly name: string; readonly rule: string; readonly request: Request };

function wrongRequests(operation: Operation): readonly Wrong[] {
  const places = { path: operation.pathFields, query: operation.query, body: operation.body } as const;
  return (["path", "query", "body"] as const).flatMap((place) =>
    Object.entries(places[place]).flatMap(([name, field]) =>
      candidates(field)
        .filter((value) => wrongIn[place](field, value))
        .map((value) => {
          const request = requestOf(operation);
          return { name, rule: field.rule, request: { ...request, [place]: { ...request[place], [name]: value } } };
        }),
    ),
  );
}

test("every operation with a session refuses strangers and agents who are not there", async () => {
  const asked = operations.filter(({ access }) => ["session", "sign-of-life", "heartbeat"].includes(access));
  assert.ok(asked.length > 150, `${asked.length}`);
  for (const operation of asked) {
    const request = requestOf(operation);
    await refusesStrangers(agent, lineOf(operation, request), bodyOf(operation, request));
  }
});

test("every field of every operation: what its rule forbids is 000-002 with its name and rule, and nothing happens", async () => {
  let count = 0;
  for (const operation of operations) {
    const asking = operation.access === "configuration" ? administrator : agent;
    for (const { name, rule, request } of wrongRequests(operation)) {
      const [line, body] = [lineOf(operation, request), bodyOf(operation, request)];
      const { status, code, message } = await asking.ask(line, body);
      const what = `${line} ${JSON.stringify(body)?.slice(0, 300)}`;
      assert.deepEqual([status, code, message], [200, "000-002", `${name}: ${rule}`], what);
      count += 1;
    }
  }
  assert.ok(count > 1_000, `${count}`);
  for (const each of [agent, administrator]) {
    assert.equal(await each.state(), 4);
    await each.hearsNothing();
  }
});
