// Whether a value is what a schema of ours says: the words of JSON Schema that scripts/ writes, no others. Members that the schema does not
// know are faults too: a document has to tell them.

import assert from "node:assert/strict";

export type JsonSchema = Readonly<Record<string, unknown>>;
type Members = Readonly<Record<string, JsonSchema>>;

const known: ReadonlySet<string> = new Set([
  ...["type", "properties", "required", "items", "enum", "const", "anyOf", "oneOf", "allOf", "additionalProperties"],
  ...[
    "description",
    "$ref",
    "format",
    "minimum",
    "maximum",
    "maxItems",
    "default",
    "pattern",
    "maxLength",
    "minLength",
  ],
]);

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** `document`: where `$ref` leads. The faults, each with its place. */
export function faultsIn(value: unknown, schema: JsonSchema, document: JsonSchema, at = "$"): readonly string[] {
  for (const word of Object.keys(schema)) assert.ok(known.has(word), `${at}: ${word} is not checked`);
  const same = (other: JsonSchema, from = value, place = at): readonly string[] =>
    faultsIn(from, other, document, place);
  if ("$ref" in schema) return same(found(String(schema["$ref"]), document));
  if ("const" in schema) return value === schema["const"] ? [] : [`${at}: not ${JSON.stringify(schema["const"])}`];
  if ("enum" in schema) return (schema["enum"] as unknown[]).includes(value) ? [] : [`${at}: not one of the words`];
  const some = (schema["anyOf"] ?? schema["oneOf"]) as readonly JsonSchema[] | undefined;
  if (some) return oneFits(some.map((each) => same(each)));
  const all = schema["allOf"] as readonly JsonSchema[] | undefined;
  if (all) return same(merged(all, document));
  return typed(value, schema, at, (it, from, place) => faultsIn(from, it, document, place));
}

type Look = (schema: JsonSchema, value: unknown, place: string) => readonly string[];

function typed(value: unknown, schema: JsonSchema, at: string, look: Look): readonly string[] {
  const { type: said } = schema;
  if (said === undefined) return [];
  const type = typeOf(value);
  if (type !== (said === "integer" ? "number" : said)) return [`${at}: ${type}, not ${said}`];
  if (type === "array") {
    const items = (schema["items"] ?? {}) as JsonSchema;
    return (value as unknown[]).flatMap((each, index) => look(items, each, `${at}[${index}]`));
  }
  if (type !== "object") return [];
  return members(value as Readonly<Record<string, unknown>>, schema, (it, from, name) =>
    look(it, from, `${at}.${name}`),
  );
}

function members(value: Readonly<Record<string, unknown>>, schema: JsonSchema, look: Look): readonly string[] {
  const properties = schema["properties"] as Members | undefined;
  const others = (schema["additionalProperties"] ?? (properties ? undefined : {})) as JsonSchema | undefined;
  const missing = ((schema["required"] ?? []) as readonly string[]).filter((name) => !Object.hasOwn(value, name));
  return [
    ...missing.map((name) => `${name} is missing`),
    ...Object.entries(value).flatMap(([name, each]) => {
      const its = properties?.[name] ?? others;
      return its ? look(its, each, name) : [`${name} is not in the document`];
    }),
  ];
}

/** The least faults of all, none when one of them fits. */
const oneFits = (faults: readonly (readonly string[])[]): readonly string[] =>
  faults.toSorted((one, other) => one.length - other.length)[0] ?? ["nothing fits"];

function merged(all: readonly JsonSchema[], document: JsonSchema): JsonSchema {
  const each = all.map((schema) => ("$ref" in schema ? found(String(schema["$ref"]), document) : schema));
  return {
    type: "object",
    properties: Object.assign({}, ...each.map((schema) => schema["properties"])),
    required: each.flatMap((schema) => (schema["required"] ?? []) as string[]),
  };
}

function found(path: string, document: JsonSchema): JsonSchema {
  const steps = path.replace(/^#\//, "").split("/");
  const target = steps.reduce<unknown>((at, step) => (at as Members | undefined)?.[step], document);
  assert.ok(target, `${path} leads nowhere`);
  return target as JsonSchema;
}
