// The fields of a request, checked before any state is looked at: coerced to their own type, held against their rule, the
// first wrong one named (decisions.md 8 and 9). Only declared names are read, and only own properties, so that unknown
// fields, "__proto__" among them, mean nothing (wire.md 18).

import { refuse } from "../base/step.ts";
import type { Field, Fields, ListField, RecordItem, TextField } from "../contract/field.ts";
import type { Fielded, RequestValues } from "../contract/operation.ts";
import type { Refused } from "../runtime/face.ts";

type Item = string | number | { readonly [name: string]: Value };
type Value = string | number | boolean | null | readonly Item[];

/** Where the fields of one request stand; the body still as bytes. */
export type Sources = {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Buffer | undefined;
};

const wrong = (name: string, rule: string): Refused => refuse("000-002", `${name}: ${rule}`);

/** A number in a text field is its digits; anything but a text or a number is no text. */
function asText(raw: unknown): string | undefined {
  if (typeof raw === "string") return raw;
  return Number.isSafeInteger(raw) ? String(raw) : undefined;
}

/** Plain decimal digits only: no `1e3`, no `0x10`, no blanks, which Number() would take. */
function asInteger(raw: unknown): number | undefined {
  const value = typeof raw === "string" && /^-?\d{1,15}$/.test(raw) ? Number(raw) : raw;
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

function asFlag(raw: unknown): boolean | undefined {
  if (typeof raw === "boolean") return raw;
  const text = asText(raw)?.toLowerCase();
  if (text === "true" || text === "1") return true;
  return text === "false" || text === "0" ? false : undefined;
}

function fittingText(field: TextField, raw: unknown): string | undefined {
  const text = asText(raw);
  if (text === undefined) return undefined;
  const length = field.unit === "bytes" ? Buffer.byteLength(text) : text.length;
  if (length < field.minLength || length > field.maxLength) return undefined;
  return field.pattern && !field.pattern.test(text) ? undefined : text;
}

function fittingList({ item, minItems, maxItems }: ListField, raw: unknown): readonly Item[] | undefined {
  if (!Array.isArray(raw) || raw.length < minItems || raw.length > maxItems) return undefined;
  const items = raw.flatMap((each: unknown) => {
    const value = item.kind === "record" ? fittingRecord(item, each) : coerce(item, each);
    return value === undefined ? [] : [value as Item];
  });
  return items.length === raw.length ? items : undefined;
}

function fittingRecord({ fields }: RecordItem, raw: unknown): Item | undefined {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return undefined;
  const values: Record<string, Value> = {};
  return readGroup(fields, raw, values) ? undefined : values;
}

/** The value in its own type, or undefined when it breaks the field's rule. */
export function coerce(field: Field, raw: unknown): Value | undefined {
  switch (field.kind) {
    case "text":
      return fittingText(field, raw);
    case "flag":
      return asFlag(raw);
    case "list":
      return fittingList(field, raw);
    case "choice": {
      const value = asInteger(raw);
      return field.values.find((allowed) => allowed === value);
    }
    case "integer": {
      const value = asInteger(raw);
      if (value === undefined || (!field.required && value === field.default)) return value;
      return value >= field.minimum && value <= field.maximum ? value : undefined;
    }
  }
}

const isAbsent = (field: Field, raw: unknown): boolean =>
  raw === undefined || raw === null || (raw === "" && !field.required);

function readField(field: Field, raw: unknown, earlier: Readonly<Record<string, Value>>): Value | undefined {
  const unread = field.readWhen !== undefined && earlier[field.readWhen.field] !== field.readWhen.is;
  if (unread || isAbsent(field, raw)) return field.required ? undefined : field.default;
  return coerce(field, raw);
}

/** Adds the fields found in `source` to `values`, or names the first wrong one. */
function readGroup(fields: Fields, source: object, values: Record<string, Value>): Refused | undefined {
  for (const [name, field] of Object.entries(fields)) {
    const raw: unknown = Object.hasOwn(source, name) ? (source as Record<string, unknown>)[name] : undefined;
    const value = readField(field, raw, values);
    if (value === undefined) return wrong(name, field.rule);
    values[name] = value;
  }
  return undefined;
}

/** RFC 8259 §8.1: UTF-8, and nothing that only looks like it; a byte order mark is passed over. */
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** undefined when it is no JSON object. An empty one is an empty object, whatever its Content-Type says (wire.md 19). */
function parseBody(body: Buffer | undefined): object | undefined {
  try {
    const json = utf8.decode(body ?? new Uint8Array());
    if (json.trim() === "") return {};
    const parsed: unknown = JSON.parse(json) ?? {};
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * All fields of an operation: path, then query, then body, in the order of the contract.
 * A body is not even parsed when the operation has no field in it.
 */
export function readFields<Op extends Fielded>(operation: Op, sources: Sources): RequestValues<Op> | Refused {
  const values: Record<string, Value> = {};
  const early =
    readGroup(operation.pathFields, sources.params, values) ?? readGroup(operation.query, sources.query, values);
  if (early) return early;
  if (Object.keys(operation.body).length > 0) {
    const body = parseBody(sources.body);
    if (!body) return wrong("body", "a JSON object in UTF-8");
    const late = readGroup(operation.body, body, values);
    if (late) return late;
  }
  return values as RequestValues<Op>;
}
