// A Helm chart rendered as far as ours goes: values, release and chart, `if` and `range`, and a few functions in a pipe. Whatever else
// stands in a template is an error: the chart is kept to what is looked at here.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";

export type Values = Readonly<Record<string, unknown>>;
export type Scope = {
  readonly Values: Values;
  readonly Release: { readonly Name: string };
  readonly Chart: { readonly AppVersion: string };
};

type Variables = Readonly<Record<string, unknown>>;

/** `.Values.image.tag`, `$name`. An unknown one is a slip of the pen. */
function lookUp(path: string, scope: Scope, variables: Variables): unknown {
  if (path.startsWith("$")) {
    assert.ok(Object.hasOwn(variables, path), `${path}: no such variable`);
    return variables[path];
  }
  let at: unknown = scope;
  for (const part of path.slice(1).split(".")) {
    assert.ok(typeof at === "object" && at !== null && Object.hasOwn(at, part), `${path}: not in values.yaml`);
    at = (at as Values)[part];
  }
  return at;
}

function evaluate(expression: string, scope: Scope, variables: Variables): unknown {
  const [first = "", ...pipes] = expression.split("|").map((part) => part.trim());
  let value = lookUp(first, scope, variables);
  for (const pipe of pipes) {
    const [name = "", argument = ""] = pipe.split(" ");
    if (name === "quote") value = JSON.stringify(String(value));
    else if (name === "toJson") value = JSON.stringify(value);
    else if (name === "sha256sum") value = createHash("sha256").update(String(value)).digest("hex");
    else if (name === "default") value = value || lookUp(argument, scope, variables);
    else assert.fail(`${pipe}: a function that the test does not know`);
  }
  return value;
}

type Token = { readonly text: string } | { readonly action: string };

function tokens(template: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  for (const match of template.matchAll(/(\s*)\{\{(-?)\s*(.*?)\s*\}\}/g)) {
    const [whole, space = "", trim, action = ""] = match;
    found.push({ text: template.slice(at, match.index) + (trim === "-" ? "" : space) }, { action });
    at = match.index + whole.length;
  }
  return [...found, { text: template.slice(at) }];
}

type Part =
  | { readonly type: "text" | "value"; readonly text: string }
  | { readonly type: "if"; readonly of: string; readonly parts: readonly Part[] }
  | {
      readonly type: "range";
      readonly key: string;
      readonly value: string;
      readonly of: string;
      readonly parts: readonly Part[];
    };

/** Takes what it reads off the list, up to the `end` that belongs here. */
function read(list: Token[]): readonly Part[] {
  const parts: Part[] = [];
  for (let token = list.shift(); token; token = list.shift()) {
    if ("text" in token) parts.push({ type: "text", text: token.text });
    else if (token.action === "end") return parts;
    else parts.push(started(token.action, list));
  }
  return parts;
}

function started(action: string, list: Token[]): Part {
  const condition = /^if (\S+)$/.exec(action)?.[1];
  if (condition) return { type: "if", of: condition, parts: read(list) };
  const [, key = "", value = "", of = ""] = /^range (\$\w+), (\$\w+) := (\S+)$/.exec(action) ?? [];
  return of === "" ? { type: "value", text: action } : { type: "range", key, value, of, parts: read(list) };
}

export function render(template: string, scope: Scope): string {
  const written = (parts: readonly Part[], variables: Variables): string =>
    parts.map((part) => textOf(part, variables)).join("");
  const textOf = (part: Part, variables: Variables): string => {
    switch (part.type) {
      case "text":
        return part.text;
      case "value":
        return String(evaluate(part.text, scope, variables));
      case "if":
        return lookUp(part.of, scope, variables) ? written(part.parts, variables) : "";
      case "range":
        return Object.entries(lookUp(part.of, scope, variables) as Values)
          .map(([name, item]) => written(part.parts, { ...variables, [part.key]: name, [part.value]: item }))
          .join("");
    }
  };
  return written(read([...tokens(template)]), {});
}
