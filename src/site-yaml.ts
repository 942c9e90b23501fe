// Reading YAML (1.2.2) against a form. Every error names file, line, field and rule, and all of a file come at once.
// Scalars are taken as they stand in the file: a phone number written 0040 keeps its zeros. Aliases and tags are
// refused, so that a small file cannot grow into a large one.

import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from "yaml";

import { quoted } from "./setting.ts";

type Path = readonly (string | number)[];

/** A value and where it stands. */
export type Field = { readonly path: Path; readonly node: unknown };

/** Notes a broken rule; answers undefined, for `return complain(…)`. */
export type Complain = (field: Field, rule: string) => undefined;

/** Reads one value; undefined after a complaint. */
export type Read<Value> = (field: Field, complain: Complain) => Value | undefined;

export type Required<Value> = { readonly kind: "required"; readonly read: Read<Value> };
/** The key stays absent when the file does not have it. */
export type Optional<Value> = { readonly kind: "optional"; readonly read: Read<Value> };
export type Defaulted<Value> = { readonly kind: "defaulted"; readonly read: Read<Value>; readonly value: Value };
type Key = Required<unknown> | Optional<unknown> | Defaulted<unknown>;
type Form = Readonly<Record<string, Key>>;

type Taken<Entry> = Entry extends { readonly read: Read<infer Value> } ? Value : never;
type OptionalNames<F extends Form> = { [Name in keyof F]: F[Name] extends Optional<unknown> ? Name : never }[keyof F];
type Formed<F extends Form> = { readonly [Name in Exclude<keyof F, OptionalNames<F>>]: Taken<F[Name]> } & {
  readonly [Name in OptionalNames<F>]?: Taken<F[Name]>;
};

export const required = <Value>(read: Read<Value>): Required<Value> => ({ kind: "required", read });
export const optional = <Value>(read: Read<Value>): Optional<Value> => ({ kind: "optional", read });
export const defaulted = <Value>(value: Value, read: Read<Value>): Defaulted<Value> => ({
  kind: "defaulted",
  read,
  value,
});

const limits = { bytes: 4 * 1024 * 1024, items: 100_000, problems: 20 } as const;

/** The texts of problems: one line each, `file:line: field: rule`. */
export type Problems = { readonly problems: readonly string[] };

export type Source = { readonly file: string; readonly text: string };

/** A complaint about what was read, by its path: `["agents", 2, "skills"]`. */
export type Find = (path: Path, rule: string) => void;

/** Reads `source` by `read`; `check` then runs over the result, for rules between fields. Never throws. */
export function readYaml<Value>(
  source: Source,
  read: Read<Value>,
  check: (value: Value, find: Find) => void,
): { readonly value: Value } | Problems {
  const problems: string[] = [];
  const note = (line: number, text: string): void => {
    if (problems.length < limits.problems)
      problems.push(`${source.file}:${line}: ${text}`.replaceAll(/\p{Cc}+/gu, " "));
  };
  if (Buffer.byteLength(source.text) > limits.bytes) note(1, `${limits.bytes} bytes at most`);
  if (problems.length > 0) return { problems };
  const lines = new LineCounter();
  const document = parse(source.text, lines);
  if (!document) return { problems: [`${source.file}:1: nested too deep`] };
  const at = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  for (const { pos, message } of [...document.errors, ...document.warnings]) note(at(pos[0]), message);
  if (problems.length > 0) return { problems };

  const complain = ({ path, node }: Field, rule: string): undefined => {
    const offset = isNode(node) && node.range ? node.range[0] : offsetOf(document, path);
    note(at(offset), path.length > 0 ? `${written(path)}: ${rule}` : rule);
  };
  const find: Find = (path, rule) => complain({ path, node: undefined }, rule);
  const value = read({ path: [], node: document.contents }, complain);
  if (value !== undefined && problems.length === 0) check(value, find);
  return value === undefined || problems.length > 0 ? { problems } : { value };
}

/** The failsafe schema (YAML 1.2.2 §10.1) converts nothing. Doubled keys are ours to find: the library's way is quadratic. */
function parse(text: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      lineCounter,
      schema: "failsafe",
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
    });
  } catch (fault) {
    // The parser walks down by recursion: ten thousand brackets end its stack.
    if (fault instanceof RangeError) return undefined;
    throw fault;
  }
}

const written = (path: Path): string =>
  path.map((step, index) => (typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${step}`)).join("");

/** Where the value stands, or else the nearest thing around it that does stand in the file. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

/** What stands in the file, for an error: cut and quoted. */
const shown = (text: string): string => (/^[\w.:+-]{1,40}$/.test(text) ? text : quoted(text, 40));

/** A scalar's text; `password:` with nothing behind it is a mistake, `password: ""` is an empty text. */
function scalar(field: Field, complain: Complain): string | undefined {
  const { node } = field;
  if (!isScalar(node) || typeof node.value !== "string") return complain(field, "a single value expected");
  if (node.type === "PLAIN" && /^(|~|null)$/i.test(node.value)) return complain(field, "a value expected");
  return node.value;
}

/** A text that `fits`. `expected` ends the error line. `secret`: the value does not stand in it. */
export const text =
  (fits: RegExp | ((value: string) => boolean), expected: string, secret?: "secret"): Read<string> =>
  (field, complain) => {
    const value = scalar(field, complain);
    if (value === undefined) return undefined;
    if (typeof fits === "function" ? fits(value) : fits.test(value)) return value;
    return complain(field, secret ? `${expected} expected` : `${shown(value)} is not allowed, ${expected} expected`);
  };

/** Digits only; a quoted number is a number too. */
export const whole =
  (least: number, most: number): Read<number> =>
  (field, complain) => {
    const value = scalar(field, complain);
    if (value === undefined) return undefined;
    if (/^\d{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    return complain(field, `${shown(value)} is not allowed, a whole number from ${least} to ${most} expected`);
  };

export const oneOf =
  <const Word extends string>(...words: readonly Word[]): Read<Word> =>
  (field, complain) => {
    const value = scalar(field, complain);
    if (value === undefined) return undefined;
    const word = words.find((each) => each === value);
    return word ?? complain(field, `${shown(value)} is not allowed, ${words.join(" or ")} expected`);
  };

/** A single value, or what has parts. */
export const scalarOr =
  <Value>(single: Read<Value>, parted: Read<Value>): Read<Value> =>
  (field, complain) =>
    isScalar(field.node) ? single(field, complain) : parted(field, complain);

export const listOf =
  <Value>(read: Read<Value>): Read<readonly Value[]> =>
  (field, complain) => {
    const { node, path } = field;
    if (!isSeq(node)) return complain(field, "a list expected");
    if (node.items.length > limits.items) return complain(field, `${limits.items} items at most`);
    const values = node.items.map((item, index) => read({ path: [...path, index], node: item }, complain));
    return values.every((value) => value !== undefined) ? values : undefined;
  };

/** The entries of a mapping by name. A doubled key is a mistake (YAML 1.2.2 §3.2.1.3). */
function entries(field: Field, complain: Complain): ReadonlyMap<string, Field> | undefined {
  const { node, path } = field;
  if (!isMap<ParsedNode, ParsedNode | null>(node)) return complain(field, "a mapping expected");
  const found = new Map<string, Field>();
  for (const { key, value } of node.items) {
    if (!isScalar(key) || typeof key.value !== "string") return complain(field, "a plain name expected as key");
    if (found.has(key.value)) return complain({ path: [...path, key.value], node: key }, "stands here twice");
    found.set(key.value, { path: [...path, key.value], node: value });
  }
  return found;
}

/** A mapping of any names to values of one kind. */
export const mapOf =
  <Value>(read: Read<Value>): Read<Readonly<Record<string, Value>>> =>
  (field, complain) => {
    const found = entries(field, complain);
    if (!found) return undefined;
    const values = [...found].map(([name, each]) => [name, read(each, complain)] as const);
    if (values.some(([, value]) => value === undefined)) return undefined;
    return Object.fromEntries(values) as Record<string, Value>;
  };

/** A mapping with the keys of the form and no others. */
export const mapping =
  <const F extends Form>(form: F): Read<Formed<F>> =>
  (field, complain) => {
    const found = entries(field, complain);
    if (!found) return undefined;
    const unknown = [...found].filter(([name]) => !Object.hasOwn(form, name));
    for (const [, each] of unknown) complain(each, `no such key, one of ${Object.keys(form).join(", ")} expected`);
    const read = Object.entries(form).map(([name, key]) => [name, readKey(name, key, found, field, complain)] as const);
    if (unknown.length > 0 || read.some(([, value]) => value === broken)) return undefined;
    // Every key was read by the form's own reader.
    return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as Formed<F>;
  };

const broken = Symbol("broken");

/** The value of one key; undefined = absent, and may be; `broken` after a complaint. */
function readKey(name: string, key: Key, found: ReadonlyMap<string, Field>, field: Field, complain: Complain): unknown {
  const each = found.get(name);
  if (each) return key.read(each, complain) ?? broken;
  if (key.kind === "defaulted") return key.value;
  if (key.kind === "required") complain(field, `${name} is missing`);
  return key.kind === "required" ? broken : undefined;
}
