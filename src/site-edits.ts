// What operators have changed of the site while it runs: entries of its lists, kept in the store, laid over the text of the site file
// wherever that is read: at the start, at a reload, by `seatway site export`. Comments of the file stay. Pure.

import { type Document, isMap, isSeq, parseDocument, Scalar, type YAMLMap, YAMLSeq } from "yaml";
import type { SiteKind, SiteValue } from "./contract/site-edit.ts";
import { parseSite } from "./site-file.ts";
import type { SiteEditRow } from "./store/ports.ts";

/** The field of an entry that tells it from the others of its list. */
export const keyFields: Readonly<Record<SiteKind, string>> = {
  agents: "id",
  skills: "id",
  phones: "number",
  numbers: "pattern",
  trunks: "name",
};

/** What a row of the store says. `whole`: nothing of an entry that was there stays. null in a field: it is not there. */
export type Edit =
  | { readonly gone: true }
  | { readonly whole: boolean; readonly fields: Readonly<Record<string, SiteValue | null>> };

export const editOf = ({ edit }: Pick<SiteEditRow, "edit">): Edit => JSON.parse(edit) as Edit;

/** Another change after this one: one that says both. */
export function followed(before: Edit | undefined, after: Edit): Edit {
  if (!before || "gone" in before || "gone" in after || after.whole) return after;
  return { whole: before.whole, fields: { ...before.fields, ...after.fields } };
}

/** As scalars stand in the file: a number with leading zeros keeps them. */
export const openText = (text: string): Document => parseDocument(text, { schema: "failsafe" });

/** The failsafe schema knows texts alone. Those that another reader of YAML would take for something else stand in quotes. */
function asTexts(value: SiteValue): unknown {
  if (typeof value === "string" && /^($|~|null$|true$|false$|[\d.+-])/i.test(value)) {
    const scalar = new Scalar(value);
    scalar.type = Scalar.QUOTE_DOUBLE;
    return scalar;
  }
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asTexts(inner as SiteValue)]));
  return `${value}`;
}

const isOf = (kind: SiteKind, key: string, item: unknown): item is YAMLMap =>
  isMap(item) && String(item.get(keyFields[kind])) === key;

/** The list of the file; made when there is none. */
function listIn(document: Document, kind: SiteKind): YAMLSeq {
  const list = document.get(kind);
  if (isSeq(list)) return list;
  const made = new YAMLSeq();
  document.set(kind, made);
  return made;
}

/** Writes one change into the document. */
export function write(document: Document, { kind, key, edit: text }: SiteEditRow): void {
  const edit = editOf({ edit: text });
  const list = listIn(document, kind);
  const at = list.items.findIndex((item) => isOf(kind, key, item));
  if ("gone" in edit) {
    if (at >= 0) list.items.splice(at, 1);
    return;
  }
  if (at >= 0 && edit.whole) list.items.splice(at, 1);
  const entry = list.items.find((item) => isOf(kind, key, item)) ?? inserted(document, list, { kind, key, at });
  for (const [name, value] of Object.entries(edit.fields)) {
    if (value === null) entry.delete(name);
    else entry.set(name, document.createNode(asTexts(value)));
  }
}

/** An entry with nothing but its key, where the one before it stood. */
function inserted(document: Document, list: YAMLSeq, { kind, key, at }: { kind: SiteKind; key: string; at: number }) {
  const entry = document.createNode({ [keyFields[kind]]: asTexts(key) }) as YAMLMap;
  list.items.splice(at < 0 ? list.items.length : at, 0, entry);
  return entry;
}

/** `left`: changes that do not fit the file any more, since somebody has changed that; with the reason. */
export type Edited = {
  readonly text: string;
  readonly left: readonly { readonly edit: SiteEditRow; readonly why: string }[];
};

const withEdits = (text: string, edits: readonly SiteEditRow[]): string => {
  if (edits.length === 0) return text;
  const document = openText(text);
  for (const edit of edits) write(document, edit);
  return document.toString({ lineWidth: 0 });
};

/** What is wrong with the file itself is not told here. */
export function editedText(text: string, edits: readonly SiteEditRow[]): Edited {
  const whole = withEdits(text, edits);
  if (edits.length === 0 || !("problems" in parseSite("", whole)) || "problems" in parseSite("", text))
    return { text: whole, left: [] };
  let kept: readonly SiteEditRow[] = [];
  const left: { edit: SiteEditRow; why: string }[] = [];
  for (const edit of edits) {
    const read = parseSite("", withEdits(text, [...kept, edit]));
    if ("problems" in read) left.push({ edit, why: read.problems.map(ruleOf).join("; ") });
    else kept = [...kept, edit];
  }
  return { text: withEdits(text, kept), left };
}

/** Of `file:line: agents[3].caller: rule` what stands behind the line. */
const ruleOf = (problem: string): string => problem.replace(/^.*?:\d+: /, "");

/**
 * Why the site would be none with this change on top of the others: a line for each rule that it breaks, those of the entry itself
 * beginning with the name of the field.
 */
export function problemsOf(text: string, edits: readonly SiteEditRow[], { kind, key }: SiteEditRow): readonly string[] {
  const changed = withEdits(text, edits);
  const read = parseSite("", changed);
  if (!("problems" in read)) return [];
  const list = openText(changed).get(kind);
  const at = isSeq(list) ? list.items.findIndex((item) => isOf(kind, key, item)) : -1;
  const own = (rule: string): string =>
    rule
      .replace(`${kind}[${at}].`, "")
      .replace(`${kind}[${at}]: `, "")
      .replace(/^(\w+) is missing$/, "$1: is missing");
  return read.problems.map(ruleOf).map(own);
}

/** The entries of a list as the text has them, by their keys. */
export function entriesOf(text: string, kind: SiteKind): ReadonlyMap<string, Readonly<Record<string, SiteValue>>> {
  const list = openText(text).get(kind);
  const items = isSeq(list) ? list.items.filter(isMap) : [];
  return new Map(
    items.map((item) => {
      const fields = item.toJSON() as Record<string, SiteValue>;
      return [String(fields[keyFields[kind]]), fields];
    }),
  );
}
