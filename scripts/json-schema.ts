// The fields of a request (contract/field.ts) as JSON Schema 2020-12.

import type { Field, Fields, RecordItem } from "../src/contract/field.ts";

export type Schema = { readonly [keyword: string]: unknown };

/** A field that is read only beside another one says so. */
function described(field: Field): string {
  const when = field.readWhen ? ` Read only when ${field.readWhen.field} is ${field.readWhen.is}.` : "";
  return `${field.description} ${field.rule[0]?.toUpperCase()}${field.rule.slice(1)}.${when}`;
}

type Item = Field | RecordItem;

function shape(field: Item): Schema {
  switch (field.kind) {
    case "text":
      return {
        type: "string",
        // Limits in bytes are in the words: JSON Schema counts characters.
        ...(field.minLength > 0 ? { minLength: field.minLength } : {}),
        ...(field.unit === "characters" ? { maxLength: field.maxLength } : {}),
        ...(field.pattern && field.pattern.flags === "" ? { pattern: field.pattern.source } : {}),
      };
    case "integer":
      return { type: "integer", minimum: lowest(field), maximum: field.maximum };
    case "choice":
      return { type: "integer", enum: field.values };
    case "flag":
      return { type: "boolean" };
    case "list":
      return { type: "array", items: shape(field.item), minItems: field.minItems, maxItems: field.maxItems };
    case "record":
      return objectOf(field.fields);
  }
}

/** The default may stand in the request too. */
const lowest = (field: Field & { readonly kind: "integer" }): number =>
  field.required ? field.minimum : Math.min(field.minimum, field.default);

/** One field, with its sentence, its rule and what holds when it is absent. */
export function schemaOf(field: Field): Schema {
  const silent = field.required || field.default === null || field.default === "";
  return { ...shape(field), description: described(field), ...(silent ? {} : { default: field.default }) };
}

export function objectOf(fields: Fields): Schema {
  const named = Object.entries(fields);
  const required = named.filter(([, field]) => field.required).map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(named.map(([name, field]) => [name, schemaOf(field)])),
    ...(required.length > 0 ? { required } : {}),
  };
}
