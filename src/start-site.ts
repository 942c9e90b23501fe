// The site's entries as operators change them: checked by the rules of the site file, in force at once where a reload could do it, kept in
// the store with a line in the audit log. Run by start.ts.

import { hashPassword } from "./base/password.ts";
import { isRefusal, refuse } from "./base/step.ts";
import {
  type SiteEntriesView,
  type SiteEntryView,
  type SiteKind,
  type SiteValue,
  siteKinds,
} from "./contract/site-edit.ts";
import type { Ground } from "./ground.ts";
import type { Refused } from "./runtime/face.ts";
import type { Reloader, SiteDesk } from "./runtime/operator/face.ts";
import type { By } from "./runtime/parameters.ts";
import { type Edit, editedText, editOf, entriesOf, followed, keyFields, problemsOf } from "./site-edits.ts";
import type { AuditRow, SiteEditRow } from "./store/ports.ts";

/** Where the site stands before any change: its file, or the demo site. */
export type SiteSource = {
  text(): Promise<string>;
  /** What of these fields operators may change. */
  admitted(kind: SiteKind, key: string, fields: Fields): Fields | Refused;
};

export type SiteDeskOptions = Pick<Ground, "clock" | "log"> & {
  readonly source: SiteSource;
  /** In the store, with its line in the audit log; rejects with a StoreFault. */
  readonly keep: (row: SiteEditRow, line: AuditRow) => Promise<void>;
  /** What the store had at the start. */
  readonly atStart: readonly SiteEditRow[];
  readonly reloader: Pick<Reloader, "bring">;
};

/** What the next reload lays over the file. */
export type SiteEdits = { inForce(): readonly SiteEditRow[] };

/** Sockets were opened with them. */
const atNextStart: ReadonlySet<SiteKind> = new Set(["trunks"]);

/** The fields of a form. What else the file has of an entry stays as it is. */
const fieldsOf: Readonly<Record<SiteKind, readonly string[]>> = {
  agents: ["id", "name", "password", "skills", "rights", "caller"],
  skills: ["id", "name", "record", "detect", "caller", "prefixes", "queue"],
  phones: ["number", "password", "srtp"],
  numbers: ["pattern", "to", "priority"],
  trunks: ["name", "host", "port", "transport", "patterns", "priority", "weight", "channels", "credentials", "probeMs"],
};

const secretNames = /^(password)$/;
const MOST_EDITS = 10_000;

const sameEntry = (one: Pick<SiteEditRow, "kind" | "key">, other: Pick<SiteEditRow, "kind" | "key">): boolean =>
  one.kind === other.kind && one.key === other.key;

export function openSiteDesk(options: SiteDeskOptions): SiteDesk & SiteEdits {
  const { source, clock, log, reloader } = options;
  let edits = options.atStart;
  /** What a reload is to see instead, while one change is tried. */
  let tried: readonly SiteEditRow[] | null = null;
  let running: Promise<unknown> = Promise.resolve();

  const living = (rows: readonly SiteEditRow[]): readonly SiteEditRow[] => [
    ...rows.filter(({ kind }) => !atNextStart.has(kind)),
    ...options.atStart.filter(({ kind }) => atNextStart.has(kind)),
  ];

  /** In force and in the store, or neither. */
  const keep = async (
    row: SiteEditRow,
    next: readonly SiteEditRow[],
    by: By & Line,
  ): Promise<Refused | { done: true }> => {
    if (!atNextStart.has(row.kind)) {
      tried = next;
      const outcome = await reloader.bring();
      tried = null;
      if ("refused" in outcome) return refuse("000-002", outcome.refused.join("; "));
    }
    const { what, before, after, ...who } = by;
    try {
      await options.keep(row, { at: clock.now(), ...who, what, before, after });
    } catch (fault) {
      log.error({ what, fault: String(fault) }, "a change of the site was not stored");
      await reloader.bring();
      return refuse("100-007", "the change cannot be stored now");
    }
    edits = next;
    return { done: true };
  };

  const attempt = async (row: SiteEditRow, by: By): Promise<Refused | { done: true }> => {
    if (edits.length >= MOST_EDITS)
      return refuse("000-002", `at most ${MOST_EDITS} changes: export the site and take them in`);
    const text = await source.text();
    const next = edits.some((other) => sameEntry(other, row))
      ? edits.map((other) => (sameEntry(other, row) ? row : other)).filter(({ edit }) => edit !== "")
      : [...edits, row].filter(({ edit }) => edit !== "");
    const problems = problemsOf(text, next, row);
    if (problems.length > 0) return refuse("000-002", problems.join("; "));
    const line = {
      what: `${row.kind} ${row.key}`,
      before: shown(entriesOf(editedText(text, edits).text, row.kind).get(row.key)),
      after: shown(entriesOf(editedText(text, next).text, row.kind).get(row.key)),
    };
    return keep(row, next, { ...by, ...line });
  };

  /** One after the other: each is checked over what the one before has made. */
  const inTurn = (make: () => Promise<Refused | { done: true }>): Promise<Refused | { done: true }> => {
    const mine = running.then(make);
    running = mine.catch(() => {});
    return mine;
  };

  const put = (kind: SiteKind, key: string, asked: Edit, by: By) => {
    const known = edits.find((row) => sameEntry(row, { kind, key }));
    const before = known && editOf(known);
    const edit = "gone" in asked ? asked : followed(before, asked);
    return attempt({ kind, key, edit: JSON.stringify(edit) }, by);
  };

  return {
    inForce: () => living(tried ?? edits),
    async entries() {
      const text = await source.text();
      const views = siteKinds.map((kind) => [kind, viewsOf(text, { kind, edits, atStart: options.atStart })]);
      return Object.fromEntries(views) as SiteEntriesView;
    },
    create: (kind, key, fields, by) =>
      inTurn(async () => {
        const there = entriesOf(editedText(await source.text(), edits).text, kind);
        if (there.has(key)) return refuse("000-002", `${keyFields[kind]}: ${key} is there already`);
        const wrong = unknownField(kind, fields);
        if (wrong) return wrong;
        const whole = await stored(kind, key, fields, true);
        const admitted = source.admitted(kind, key, whole);
        // It was there before, and is the simulation's.
        if (isRefusal(admitted)) return admitted as Refused;
        return put(kind, key, { whole: true, fields: whole }, by);
      }),
    change: (kind, key, fields, by) =>
      inTurn(async () => {
        const there = entriesOf(editedText(await source.text(), edits).text, kind);
        if (!there.has(key)) return unknownEntry(kind, key);
        const wrong = unknownField(kind, fields);
        if (wrong) return wrong;
        const admitted = source.admitted(kind, key, await stored(kind, key, fields, false));
        if (isRefusal(admitted)) return admitted as Refused;
        return put(kind, key, { whole: false, fields: admitted as Fields }, by);
      }),
    remove: (kind, key, by) =>
      inTurn(async () => {
        const text = await source.text();
        if (!entriesOf(editedText(text, edits).text, kind).has(key)) return unknownEntry(kind, key);
        // Of one that the file does not have nothing needs to be kept.
        if (!entriesOf(text, kind).has(key)) return attempt({ kind, key, edit: "" }, by);
        return put(kind, key, { gone: true }, by);
      }),
    takeBack: (kind, key, by) => inTurn(() => attempt({ kind, key, edit: "" }, by)),
  };
}

const unknownEntry = (kind: SiteKind, key: string): Refused =>
  refuse("104-005", `${keyFields[kind]}: there is no ${key}`);

type Line = { readonly what: string; readonly before: string; readonly after: string };

function unknownField(kind: SiteKind, fields: Readonly<Record<string, unknown>>): Refused | undefined {
  const unknown = Object.keys(fields).find((name) => !fieldsOf[kind].includes(name));
  return unknown === undefined ? undefined : refuse("000-002", `${unknown}: none of ${fieldsOf[kind].join(", ")}`);
}

export type Fields = Readonly<Record<string, SiteValue | null>>;

/** As the file would have them: an agent's password as its hash, the key as it stands in the address. An empty password stays what it was. */
async function stored(kind: SiteKind, key: string, given: Fields, isNew: boolean): Promise<Fields> {
  const { password, ...fields } = given;
  const named = { [keyFields[kind]]: key, ...fields, [keyFields[kind]]: key };
  if (typeof password !== "string" || (password === "" && !isNew)) return named;
  return { ...named, password: kind === "agents" && password !== "" ? await hashPassword(password) : password };
}

function masked(value: SiteValue): SiteValue {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Readonly<Record<string, SiteValue>>);
  return Object.fromEntries(entries.map(([name, inner]) => [name, secretNames.test(name) ? "" : masked(inner)]));
}

const MOST_SHOWN = 1000;

/** In the audit log: no secret, and no more than a line. */
const shown = (fields: Readonly<Record<string, SiteValue>> | undefined): string =>
  fields ? JSON.stringify(masked(fields)).slice(0, MOST_SHOWN) : "";

type Viewed = {
  readonly kind: SiteKind;
  readonly edits: readonly SiteEditRow[];
  readonly atStart: readonly SiteEditRow[];
};

function viewsOf(text: string, { kind, edits, atStart }: Viewed): readonly SiteEntryView[] {
  const inFile = entriesOf(text, kind);
  const now = entriesOf(editedText(text, edits).text, kind);
  const waits = (key: string): boolean =>
    atNextStart.has(kind) &&
    edits.find((row) => sameEntry(row, { kind, key }))?.edit !==
      atStart.find((row) => sameEntry(row, { kind, key }))?.edit;
  return [...new Set([...inFile.keys(), ...now.keys()])].map((key) => {
    const fields = now.get(key) ?? inFile.get(key) ?? {};
    const changed = edits.some((row) => sameEntry(row, { kind, key }));
    const state = !now.has(key) ? "gone" : !inFile.has(key) ? "new" : changed ? "changed" : "file";
    const secrets = Object.keys(fields).filter((name) => secretNames.test(name) && fields[name] !== "");
    return { key, fields: masked(fields) as SiteEntryView["fields"], secrets, state, waits: waits(key) };
  });
}
