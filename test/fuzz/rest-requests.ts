// Requests for every operation of the contract: mostly what a desktop would ask, with call ids and numbers that are in use; now and
// then a field that is missing, of another type, beyond its limits, or made to hurt.

import type { Field } from "../../src/contract/field.ts";
import type { Operation } from "../../src/contract/operation.ts";
import type { Random } from "./random.ts";

export type RestRequest = {
  /** "PUT /voicecall/@/callout?…": `@` is the work number of whoever asks. */
  readonly line: string;
  /** Text that goes out as it stands; undefined: no body. */
  readonly body: string | undefined;
};

/** What is in use, so that requests meet something: by the name that a field has. */
export type Known = {
  readonly callIds: readonly string[];
  readonly agents: readonly string[];
  readonly numbers: readonly string[];
  readonly skills: readonly number[];
};

const hostile: readonly string[] = [
  ...[
    "\u0000",
    "a\r\nVia: SIP/2.0/UDP x",
    "../../../etc/passwd",
    "__proto__",
    "constructor",
    "é😀\ud800",
    "' OR 1=1 --",
  ],
  ...["<script>alert(1)</script>", "%00%ff", "=cmd|'/C calc'!A0", " 101 ", "1e309", "-0"],
  ...[
    "9".repeat(5_000),
    "a".repeat(70_000),
    "\u202e101",
    "null",
    "undefined",
    "[]",
    "{}",
    "101;DROP TABLE",
    "*",
    "#",
    "+",
  ],
];
const otherTypes: readonly unknown[] = [
  ...[null, true, -1, 0, 1.5, 2 ** 53, 1e308, [], [null], {}, { a: { b: [] } }, [[[[[[]]]]]]],
];
const brokenBodies: readonly string[] = [
  ...[
    "{",
    "[]",
    '"text"',
    "1e400",
    "{}{}",
    '{"a":1,"a":2}',
    "\u0000",
    "{'a':1}",
    `${"[".repeat(20_000)}`,
    '{"__proto__":{"a":1}}',
  ],
];

export function restRequest(operation: Operation, known: Known, random: Random): RestRequest {
  const wild = random.chance(0.25);
  const value = (name: string, field: Field): unknown =>
    wild && random.chance(0.4) ? wrong(random) : usual(name, field, known, random);
  const filled = (fields: Readonly<Record<string, Field>>): readonly (readonly [string, unknown])[] =>
    Object.entries(fields)
      .filter(([, field]) => random.chance(field.required ? 0.98 : 0.5))
      .map(([name, field]) => [name, value(name, field)]);
  const places = new Map(Object.entries(operation.pathFields).map(([name, field]) => [name, value(name, field)]));
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === "agentid" || name === "workno" ? "@" : inUrl(places.get(name) ?? "x", random),
  );
  const query = filled(operation.query).map(([name, given]) => `${name}=${inUrl(given, random)}`);
  const body = filled(operation.body);
  const hasBody = Object.keys(operation.body).length > 0 || operation.method === "PUT" || operation.method === "POST";
  const text = wild && random.chance(0.2) ? random.pick(brokenBodies) : JSON.stringify(Object.fromEntries(body));
  const line = `${operation.method} ${path}${query.length > 0 ? `?${query.join("&")}` : ""}`;
  return { line, body: hasBody ? text : undefined };
}

const wrong = (random: Random): unknown => (random.chance(0.6) ? random.pick(hostile) : random.pick(otherTypes));

/** Control characters cannot stand in a request line; what is left out here is the HTTP parser's to refuse. */
function inUrl(value: unknown, random: Random): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (random.chance(0.02)) return "%zz";
  return encodeURIComponent(text.toWellFormed()).slice(0, 4_000);
}

function usual(name: string, field: Field, known: Known, random: Random): unknown {
  const lower = name.toLowerCase();
  if (field.kind === "list" && field.item.kind === "record") {
    const { fields } = field.item;
    return Array.from({ length: 1 + random.below(3) }, () => member(fields, known, random));
  }
  if (lower === "addresstype" && random.chance(0.9)) return random.pick(["6", "9"]);
  if (lower.includes("callid") && known.callIds.length > 0 && random.chance(0.9)) return random.pick(known.callIds);
  if (/work|agent|receiver|dest|monitored/.test(lower) && random.chance(0.9)) return random.pick(known.agents);
  if (/called|caller|address|number|phone/.test(lower) && random.chance(0.9))
    return random.pick([...known.numbers, ...known.agents]);
  if (lower.includes("skill") && random.chance(0.9)) return random.pick(known.skills);
  return fitting(field, random);
}

const member = (fields: Readonly<Record<string, Field>>, known: Known, random: Random): unknown =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, usual(name, field, known, random)]));

function fitting(field: Field, random: Random): unknown {
  switch (field.kind) {
    case "flag":
      return random.pick([true, false, "true", "false", 1, 0]);
    case "choice":
      return random.pick(field.values);
    case "integer": {
      const span = field.maximum - field.minimum + 1;
      return random.pick([field.minimum, field.maximum, field.minimum + random.below(Math.min(span, 1_000))]);
    }
    case "text":
      return random.pick([
        "hello",
        "1",
        "0",
        "5",
        "a b",
        "1;2",
        "2026-11-25 00:00:00",
        "x".repeat(field.maxLength % 300),
      ]);
    case "list": {
      const { item } = field;
      return item.kind === "record" ? [] : Array.from({ length: 1 + random.below(3) }, () => fitting(item, random));
    }
  }
}
