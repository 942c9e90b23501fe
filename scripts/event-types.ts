// The types of events and stream items (contract/agent-event.ts, event-stream.ts) as JSON Schema: read from their source, since types
// are gone at run time. Only what these files are written in is understood; anything else is an error here.

import { readFileSync } from "node:fs";
import ts from "typescript";
import type { Schema } from "./json-schema.ts";

const files = ["agent-event", "event-stream", "call-data"].map(
  (name) => new URL(`../src/contract/${name}.ts`, import.meta.url),
);

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

function members(node: ts.TypeLiteralNode): Schema {
  const properties = node.members.filter(ts.isPropertySignature);
  const nameOf = (each: ts.PropertySignature): string => each.name.getText();
  return {
    type: "object",
    properties: Object.fromEntries(
      properties.map((each) => [nameOf(each), { ...schema(each.type as ts.TypeNode), ...comment(each) }]),
    ),
    required: properties.filter((each) => !each.questionToken).map(nameOf),
  };
}

const keywords: Readonly<Record<number, Schema>> = {
  [ts.SyntaxKind.StringKeyword]: { type: "string" },
  [ts.SyntaxKind.NumberKeyword]: { type: "number" },
  [ts.SyntaxKind.BooleanKeyword]: { type: "boolean" },
};

function literal({ literal: node }: ts.LiteralTypeNode): Schema {
  if (node.kind === ts.SyntaxKind.NullKeyword) return { type: "null" };
  if (ts.isStringLiteral(node)) return { const: node.text };
  if (ts.isNumericLiteral(node)) return { const: Number(node.text) };
  throw new Error(`no schema for ${node.getText()}`);
}

function union({ types }: ts.UnionTypeNode): Schema {
  const each = types.map(schema);
  return each.every((one) => "const" in one) ? { enum: each.map((one) => one["const"]) } : { anyOf: each };
}

function intersection({ types }: ts.IntersectionTypeNode): Schema {
  const each = types.map(schema);
  if (each.some((one) => "$ref" in one)) return { allOf: each };
  const properties = Object.assign({}, ...each.map((one) => one["properties"]));
  return { type: "object", properties, required: Object.keys(properties) };
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
  if (ts.isTypeReferenceNode(node))
    return named.has(node.typeName.getText()) ? ref(node.typeName.getText()) : aliased(node.typeName.getText());
  throw new Error(`no schema for ${node.getText()}`);
}

function typeOf(name: string): ts.TypeAliasDeclaration {
  const alias = aliases.get(name);
  if (!alias) throw new Error(`no type ${name}`);
  return alias;
}

function aliased(name: string): Schema {
  const alias = typeOf(name);
  return { ...schema(alias.type), ...comment(alias) };
}

function literalMembers(name: string): readonly ts.PropertySignature[] {
  const alias = typeOf(name);
  if (!ts.isTypeLiteralNode(alias.type)) throw new Error(`no members of ${name}`);
  return alias.type.members.filter(ts.isPropertySignature);
}

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
          eventType: { const: name },
          eventGenTime: { type: "integer", description: "ms since the epoch; only when the setting asks for it." },
          workNo: { type: "string" },
          content,
        },
        required: ["eventType", "workNo", "content"],
      },
    ]),
  ),
  AgentSnapshot: aliased("AgentSnapshot"),
  CallInfoMessage: aliased("CallInfoMessage"),
};
