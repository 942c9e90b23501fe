// The types of events and stream items (contract/agent-event.ts, event-stream.ts) as JSON Schema: read from their source, since types
// are gone at run time. Only what these files are written in is understood; anything else is an error here.

import { readFileSync } from "node:fs";
import ts from "typescript";
import { wordsFor } from "./field-words.ts";
import type { Schema } from "./json-schema.ts";

const files = [
  ...["agent-event", "event-stream", "call-data", "agent-group", "agent-conference", "call-figures", "configuration"],
  ...["query-monitor", "queue-device", "record-play", "operator-reply", "call-record", "board"],
  ...["trunk", "timeline", "site-edit"],
].map((name) => new URL(`../src/contract/${name}.ts`, import.meta.url));

const aliases = new Map<string, ts.TypeAliasDeclaration>();
for (const file of files) {
  const source = ts.createSourceFile(file.pathname, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  for (const statement of source.statements) {
    if (ts.isTypeAliasDeclaration(statement)) aliases.set(statement.name.text, statement);
  }
}

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** Not unfolded but named. */
const named: ReadonlySet<string> = new Set(["AgentEventMessage", "AgentSnapshot", "CallInfoMessage"]);

function comment(node: ts.Node): { readonly description?: string } {
  const [doc] = ts.getJSDocCommentsAndTags(node);
  const text = doc && ts.getTextOfJSDocComment(doc.comment);
  return text ? { description: text.replaceAll(/\s*\n\s*/g, " ") } : {};
}

/** The operator's side has names of its own kind: there a field says itself what it is. */
const byItself = /\/(operator-reply|call-record|board|trunk|timeline|site-edit)\.ts$/;

function words(each: ts.PropertySignature): { readonly description?: string } {
  return byItself.test(each.getSourceFile().fileName) ? {} : wordsFor(each.name.getText());
}

function members(node: ts.TypeLiteralNode): Schema {
  const properties = node.members.filter(ts.isPropertySignature);
  const nameOf = (each: ts.PropertySignature): string => each.name.getText();
  return {
    type: "object",
    properties: Object.fromEntries(
      properties.map((each) => [
        nameOf(each),
        { ...words(each), ...schema(each.type as ts.TypeNode), ...comment(each) },
      ]),
    ),
    required: properties.filter((each) => !each.questionToken).map(nameOf),
  };
}

const keywords: Readonly<Record<number, Schema>> = {
  [ts.SyntaxKind.StringKeyword]: { type: "string" },
  [ts.SyntaxKind.NumberKeyword]: { type: "number" },
  [ts.SyntaxKind.BooleanKeyword]: { type: "boolean" },
  [ts.SyntaxKind.ObjectKeyword]: { type: "object" },
  [ts.SyntaxKind.UnknownKeyword]: {},
};

function literal({ literal: node }: ts.LiteralTypeNode): Schema {
  if (node.kind === ts.SyntaxKind.NullKeyword) return { type: "null" };
  if (ts.isStringLiteral(node)) return { const: node.text };
  if (ts.isNumericLiteral(node)) return { const: Number(node.text) };
  throw new Error(`no schema for ${node.getText()}`);
}

function union({ types }: ts.UnionTypeNode): Schema {
  const each = types.map(schema);
  const words = each.flatMap((one) =>
    "const" in one ? [one["const"]] : ((one["enum"] as unknown[] | undefined) ?? []),
  );
  return each.every((one) => "const" in one || "enum" in one) ? { enum: words } : { anyOf: each };
}

function intersection({ types }: ts.IntersectionTypeNode): Schema {
  const each = types.map(schema);
  if (each.some((one) => "$ref" in one)) return { allOf: each };
  const properties = Object.assign({}, ...each.map((one) => one["properties"]));
  return { type: "object", properties, required: Object.keys(properties) };
}

function referred({
  typeName,
  typeArguments: [first, second] = [] as unknown as ts.NodeArray<ts.TypeNode>,
}: ts.TypeReferenceNode): Schema {
  const name = typeName.getText();
  if (named.has(name)) return ref(name);
  if (!first) return aliased(name);
  if (name === "Readonly") return schema(first);
  if (name === "Record" && second) return { type: "object", additionalProperties: schema(second) };
  if (name === "Omit" && second) return without(schema(first), schema(second));
  throw new Error(`no schema for ${name}`);
}

/** `Timeline["verdict"]`. */
function indexed({ objectType, indexType }: ts.IndexedAccessTypeNode): Schema {
  const properties = schema(objectType)["properties"] as Readonly<Record<string, Schema>> | undefined;
  const found = properties?.[String(schema(indexType)["const"])];
  if (!found) throw new Error(`no schema for ${objectType.getText()}[${indexType.getText()}]`);
  return found;
}

/** A member, or several. */
function without(whole: Schema, names: Schema): Schema {
  const gone = new Set([names["const"], ...((names["enum"] as unknown[] | undefined) ?? [])]);
  const left = Object.entries(whole["properties"] ?? {}).filter(([name]) => !gone.has(name));
  const required = (whole["required"] as readonly string[]).filter((name) => !gone.has(name));
  return { ...whole, properties: Object.fromEntries(left), required };
}

function schema(node: ts.TypeNode): Schema {
  const keyword = keywords[node.kind];
  if (keyword) return keyword;
  if (ts.isLiteralTypeNode(node)) return literal(node);
  if (ts.isParenthesizedTypeNode(node)) return schema(node.type);
  if (ts.isTypeOperatorNode(node)) return schema(node.type);
  if (ts.isArrayTypeNode(node)) return { type: "array", items: schema(node.elementType) };
  if (ts.isUnionTypeNode(node)) return union(node);
  if (ts.isIntersectionTypeNode(node)) return intersection(node);
  if (ts.isTypeLiteralNode(node)) return members(node);
  if (ts.isTypeReferenceNode(node)) return referred(node);
  if (ts.isIndexedAccessTypeNode(node)) return indexed(node);
  throw new Error(`no schema for ${node.getText()}`);
}

function typeOf(name: string): ts.TypeAliasDeclaration {
  const alias = aliases.get(name);
  if (!alias) throw new Error(`no type ${name}`);
  return alias;
}

/** A value that holds itself is any JSON; the entries of a site have the form of its parts (docs/site.md). */
const open: Readonly<Record<string, Schema>> = { SiteValue: {}, SiteEntriesView: { type: "object" } };

function aliased(name: string): Schema {
  if (Object.hasOwn(open, name)) return open[name] as Schema;
  const alias = typeOf(name);
  return { ...schema(alias.type), ...comment(alias) };
}

function literalMembers(name: string): readonly ts.PropertySignature[] {
  const alias = typeOf(name);
  if (!ts.isTypeLiteralNode(alias.type)) throw new Error(`no members of ${name}`);
  return alias.type.members.filter(ts.isPropertySignature);
}

/** Of a type in the words of TypeScript, over the types of these files. */
export function schemaOfType(text: string): Schema {
  const source = ts.createSourceFile("type.ts", `type Asked = ${text};`, ts.ScriptTarget.Latest, true);
  const [statement] = source.statements;
  if (!statement || !ts.isTypeAliasDeclaration(statement)) throw new Error(`no type: ${text}`);
  return schema(statement.type);
}

/** The members of a type by their names. */
export const memberSchemas = (name: string): Readonly<Record<string, Schema>> =>
  Object.fromEntries(literalMembers(name).map((each) => [each.name.getText(), schema(each.type as ts.TypeNode)]));

/** Every event by its name: what its `content` is, and the sentence that stands above it. */
export const eventContents: Readonly<Record<string, Schema>> = Object.fromEntries(
  literalMembers("Content").map((each) => [
    each.name.getText(),
    { ...schema(each.type as ts.TypeNode), ...comment(each) },
  ]),
);

/** What crosses a stream, by its `type`. */
export const streamItems: Readonly<Record<string, Schema>> = Object.fromEntries(
  (typeOf("StreamItem").type as ts.UnionTypeNode).types.map((node) => {
    const item = members(node as ts.TypeLiteralNode) as Schema & {
      readonly properties: { readonly type: { readonly const: string } };
    };
    return [item.properties.type.const, { ...item, ...comment(node) }];
  }),
);

/** The schemas that both documents name. */
export const eventSchemas: Readonly<Record<string, Schema>> = {
  AgentEventMessage: {
    description: "One event of an agent, as it crosses HTTP.",
    oneOf: Object.keys(eventContents).map((name) => ref(name)),
  },
  ...Object.fromEntries(
    Object.entries(eventContents).map(([name, { description, ...content }]) => [
      name,
      {
        type: "object",
        ...(description ? { description } : {}),
        properties: {
          eventType: { const: name, ...wordsFor("eventType") },
          eventGenTime: { type: "integer", description: "ms since the epoch; only when the setting asks for it." },
          workNo: { type: "string", ...wordsFor("workNo") },
          content: { ...wordsFor("content"), ...content },
        },
        required: ["eventType", "workNo", "content"],
      },
    ]),
  ),
  AgentSnapshot: aliased("AgentSnapshot"),
  CallInfoMessage: aliased("CallInfoMessage"),
};
