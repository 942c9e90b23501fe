// Requests made from the contract alone: each field of an operation filled with something that its rule allows.

import assert from "node:assert/strict";
import type { Field, Fields, RecordItem } from "../../src/contract/field.ts";
import type { Operation } from "../../src/contract/operation.ts";
import { coerce } from "../../src/http/check.ts";
import type { Body } from "./agent.ts";

export type Request = Readonly<Record<"path" | "query" | "body", Body>>;

/** For each text field of the interface one of these fits. */
const texts = [
  "101",
  "1-1",
  "25",
  "true",
  "1",
  "",
  "a",
  "a.wav",
  "2026-01-01 00:00:00",
  "20260101000000",
  "127.0.0.1",
  "6",
];

export function sample(field: Field | RecordItem): unknown {
  switch (field.kind) {
    case "list":
      return Array.from({ length: Math.max(1, field.minItems) }, () => sample(field.item));
    case "integer":
      return field.minimum;
    case "choice":
      return field.values[0];
    case "flag":
      return true;
    case "record":
      return samples(field.fields, {});
    case "text": {
      const fits = texts.find((text) => coerce(field, text) !== undefined && (text !== "" || !field.required));
      assert.ok(fits !== undefined, `no sample for: ${field.rule}`);
      return fits;
    }
  }
}

/** A field that is read only under a condition gets it. */
function samples(fields: Fields, given: Body): Body {
  const filled = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, sample(field)]));
  const conditions = Object.values(fields).flatMap(({ readWhen }) => (readWhen ? [[readWhen.field, readWhen.is]] : []));
  const own = Object.entries(given).filter(([name]) => Object.hasOwn(fields, name));
  return { ...filled, ...Object.fromEntries(conditions), ...Object.fromEntries(own) };
}

/** `given`: fields by their names, wherever they stand. */
export const requestOf = ({ pathFields, query, body }: Operation, given: Body = {}): Request => ({
  path: samples(pathFields, given),
  query: samples(query, given),
  body: samples(body, given),
});

export const encoded = (value: unknown): string => encodeURIComponent(String(value));

/** As Agent.ask takes it: `@` for the agent. */
export function lineOf({ method, path }: Operation, request: Request): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(request.path, name) ? encoded(request.path[name]) : "@",
  );
  const query = Object.entries(request.query).map(([name, value]) => `${name}=${encoded(value)}`);
  return `${method} ${filled}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

/** undefined: the operation reads none. */
export const bodyOf = ({ body }: Operation, request: Request): Body | undefined =>
  Object.keys(body).length > 0 ? request.body : undefined;
