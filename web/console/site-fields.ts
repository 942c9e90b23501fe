// The forms of the site's entries: which fields each has, what may stand in them, and the way from the site file's form to texts on a page
// and back. The gateway checks all of it again, and more.

import type { SiteKind, SiteValue } from "../../src/contract/site-edit.ts";
import type { site } from "./words/en-site.ts";

type Words = (typeof site)["site"];
export type FieldName = keyof Words["fields"];
export type RuleName = keyof Words["rules"];

export type FieldForm = {
  readonly name: FieldName;
  /** `ticks`: any of the choices. */
  readonly kind: "text" | "secret" | "flag" | "choice" | "ticks";
  readonly fits: RegExp;
  readonly rule: RuleName;
  /** Of a choice or of ticks. */
  readonly choices?: readonly string[];
};

const text = (name: FieldName, fits: RegExp, rule: RuleName): FieldForm => ({ name, kind: "text", fits, rule });
const secret = (fits: RegExp, rule: RuleName): FieldForm => ({ name: "password", kind: "secret", fits, rule });
const flag = (name: FieldName): FieldForm => ({ name, kind: "flag", fits: /^/, rule: "any" });
const ticks = (name: FieldName, choices: readonly string[]): FieldForm => {
  return { name, kind: "ticks", fits: /^/, rule: "any", choices };
};
const choice = (name: FieldName, choices: readonly string[]): FieldForm => {
  return { name, kind: "choice", fits: /^/, rule: "any", choices };
};

const label = /^.{1,64}$/;
const skillList = /^(\d{1,10}(:\d{1,3})?(,\s*|$))*$/;
const caller = text("caller", /^\d{0,24}$/, "caller");
const patternOf = "(?=[0-9*#x.])[0-9*#x]{0,24}\\.?";

/** The first field is the one that the entry is told by: it does not change. */
export const siteForms: Readonly<Record<SiteKind, readonly FieldForm[]>> = {
  agents: [
    text("id", /^[1-9]\d{0,5}$/, "workNumber"),
    text("name", label, "label"),
    secret(/^.{0,128}$/, "password"),
    text("skills", skillList, "skills"),
    ticks("rights", ["agent", "supervisor", "administrator"]),
    caller,
  ],
  skills: [
    text("id", /^[1-9]\d{0,9}$/, "number"),
    text("name", label, "label"),
    flag("record"),
    ticks("detect", ["progress", "answer"]),
    caller,
  ],
  phones: [text("number", /^[0-9*#]{1,24}$/, "account"), secret(/^[ -~]{0,128}$/, "secret"), flag("srtp")],
  numbers: [
    text("pattern", new RegExp(`^${patternOf}$`), "pattern"),
    choice("way", ["skill", "agent", "announcement", "menu"]),
    text("where", label, "where"),
    text("priority", /^\d{0,3}$/, "small"),
  ],
  trunks: [
    text("name", label, "label"),
    text("host", /^\S{1,253}$/, "host"),
    text("port", /^\d{0,5}$/, "port"),
    choice("transport", ["", "udp", "tcp", "tls"]),
    text("patterns", new RegExp(`^${patternOf}(,\\s*${patternOf})*$`), "patterns"),
    text("priority", /^\d{0,3}$/, "small"),
    text("channels", /^\d{0,5}$/, "small"),
    text("username", /^.{0,64}$/, "username"),
    secret(/^[ -~]{0,128}$/, "secret"),
  ],
};

export const keyOfForm = (kind: SiteKind): FieldName => (siteForms[kind][0] as FieldForm).name;

/** Texts and flags as they stand in the form. */
export type Draft = Readonly<Partial<Record<FieldName, string | boolean>>>;
type Fields = Readonly<Record<string, SiteValue | null>>;

export const textIn = (draft: Draft, name: FieldName): string => `${draft[name] ?? ""}`;

export const isWrong = (draft: Draft, { name, fits, kind }: FieldForm): boolean =>
  (kind === "text" || kind === "secret") && !fits.test(textIn(draft, name));

export const ticked = (draft: Draft, name: FieldName): readonly string[] =>
  textIn(draft, name)
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);

const isRecord = (value: unknown): value is Readonly<Record<string, SiteValue>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const itemText = (item: SiteValue): string =>
  isRecord(item) ? `${item["id"] ?? ""}${item["level"] === undefined ? "" : `:${item["level"]}`}` : `${item}`;

const joined = (value: SiteValue | undefined): string => (Array.isArray(value) ? value.map(itemText).join(", ") : "");

const list = (written: string): readonly string[] =>
  written
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);

function skillsOf(written: string): readonly SiteValue[] {
  return list(written).map((item) => {
    const [id = "", level] = item.split(":");
    return level === undefined ? id : { id, level };
  });
}

type Shown = string | boolean;

/** Between the site file's form of a field and what stands on the page; null: the field is not there. */
type Codec = {
  readonly shown: (value: SiteValue | undefined) => Shown;
  readonly sent: (shown: Shown) => SiteValue | null;
};

const plain: Codec = {
  shown: (value) => (value === undefined ? "" : `${value}`),
  sent: (shown) => `${shown}`.trim() || null,
};

const lists: Codec = { shown: joined, sent: (shown) => list(`${shown}`) };

const codecs: Readonly<Partial<Record<FieldName, Codec>>> = {
  skills: { shown: joined, sent: (shown) => skillsOf(`${shown}`) },
  patterns: lists,
  detect: { shown: joined, sent: (shown) => (`${shown}`.trim() === "" ? null : list(`${shown}`)) },
  rights: { shown: (value) => (Array.isArray(value) ? value.join(",") : "agent"), sent: lists.sent },
  password: { shown: () => "", sent: (shown) => `${shown}` },
};

const flags: Codec = { shown: (value) => `${value}` === "true", sent: (shown) => (shown === true ? true : null) };

const codecOf = ({ name, kind }: FieldForm): Codec => (kind === "flag" ? flags : (codecs[name] ?? plain));

/** Fields of the page that are parts of one in the file. */
function partsOf(kind: SiteKind, { to, credentials }: Readonly<Record<string, SiteValue>>): Draft {
  if (kind === "trunks") return { username: isRecord(credentials) ? `${credentials["username"] ?? ""}` : "" };
  if (kind !== "numbers") return {};
  const [[way, where] = ["skill", ""]] = Object.entries(isRecord(to) ? to : {});
  return { way, where: `${where}` };
}

/** From the form of the site file. */
export function draftOf(kind: SiteKind, fields: Readonly<Record<string, SiteValue>>): Draft {
  const own = siteForms[kind].map((form) => [form.name, codecOf(form).shown(fields[form.name])] as const);
  return { ...Object.fromEntries(own), ...partsOf(kind, fields) };
}

/** To the form of the site file; a text that is empty takes the field away. */
export function fieldsOf(kind: SiteKind, draft: Draft): Fields {
  const own = siteForms[kind].map((form) => [form.name, codecOf(form).sent(draft[form.name] ?? "")] as const);
  const fields: Fields = Object.fromEntries(own);
  if (kind === "trunks") return withCredentials(fields, draft);
  if (kind !== "numbers") return fields;
  const { way, where, ...number } = fields;
  return { ...number, to: { [`${way ?? "skill"}`]: where ?? "" } };
}

/** An account without a new password stays what it was. */
function withCredentials({ username, password, ...fields }: Fields, draft: Draft): Fields {
  if (username === null) return { ...fields, credentials: null };
  if (textIn(draft, "password") === "") return fields;
  return { ...fields, credentials: { username: username ?? "", password: password ?? "" } };
}

/** The field of the form that a refusal of the gateway begins with. */
export function fieldOfRefusal(kind: SiteKind, message: string): FieldName | undefined {
  const [, named = ""] = /^(\w+)[.[:]/.exec(message) ?? [];
  const name = kind === "numbers" && named === "to" ? "where" : named === "credentials" ? "username" : named;
  return siteForms[kind].find((form) => form.name === name)?.name;
}
