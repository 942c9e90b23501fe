// What the gateway tells in words of its own, in the reader's language: where a number leads, how calls wait, a line of the audit log.
// What is not known here is shown as it is.

import type { TFunction } from "i18next";
import type { said } from "./words/en-said.ts";

type Words = (typeof said)["said"];
type Translate = TFunction<"console">;

const wayNames = new Set(["skill", "agent", "announcement", "menu", "number", "release", "repeat", "hang-up"]);
const isWay = (kind: string): kind is keyof Words["ways"] => wayNames.has(kind);

/** `skill 25`, `hang-up`. */
export function wayWords(t: Translate, way: string): string {
  const [kind = "", ...rest] = way.split(" ");
  return isWay(kind) ? t(`said.ways.${kind}`, { name: rest.join(" ") }) : way;
}

const queueNames = new Set(["maxWaiting", "maxWaitMs", "overflow", "ringMs", "announce"]);
const isQueue = (name: string): name is keyof Words["queue"] => queueNames.has(name);

function queueValue(t: Translate, name: string, value: unknown): string {
  if (name === "overflow") return wayWords(t, `${value}`);
  return name.endsWith("Ms") ? `${Number(value) / 1000}` : `${value}`;
}

/** How calls wait for a skill; "": as long as they like. */
export const queueWords = (t: Translate, queue: Readonly<Record<string, unknown>>): string =>
  Object.entries(queue)
    .map(([name, value]) => (isQueue(name) ? t(`said.queue.${name}`, { value: queueValue(t, name, value) }) : name))
    .join(", ");

/** In the order in which they are tried. */
const lines: readonly (readonly [RegExp, keyof Words["audit"]])[] = [
  [/^sign-in$/, "signIn"],
  [/^agent (\S+) supervised$/, "supervised"],
  [/^agent (\S+) forced$/, "forced"],
  [/^agent (\S+) signed out$/, "signedOut"],
  [/^call (\S+) ended$/, "ended"],
  [/^recording (\S+) heard$/, "heard"],
  [/^password of (\S+)$/, "password"],
  [/^parameter (\S+)$/, "parameter"],
  [/^test of trunk (\S+)$/, "tested"],
  [/^agents (.+)$/, "agents"],
  [/^skills (.+)$/, "skills"],
  [/^phones (.+)$/, "phones"],
  [/^numbers (.+)$/, "numbers"],
  [/^trunks (.+)$/, "trunks"],
  [/^ban$/, "ban"],
  [/^bar$/, "bar"],
  [/^reload$/, "reload"],
  [/^audit$/, "audit"],
];

/** What was done. */
export function auditWords(t: Translate, what: string): string {
  for (const [line, key] of lines) {
    const found = line.exec(what);
    if (found) return t(`said.audit.${key}`, { name: found[1] ?? "" });
  }
  return what;
}

const faceNames = new Set(["console", "rest", "sip", "mml", "gateway", "signal"]);
const isFace = (name: string): name is keyof Words["faces"] => faceNames.has(name);

/** Who did it, and by which face of the gateway. */
export function byWords(t: Translate, { face, peer }: { readonly face: string; readonly peer: string }): string {
  const agent = /^agent (\S+)$/.exec(peer)?.[1];
  const text = agent ? t("said.peers.agent", { name: agent }) : peer === "trunk doctor" ? t("said.peers.doctor") : peer;
  const more = isFace(face) ? t(`said.faces.${face}`) : face;
  return text === "" ? more : t("beside", { text, more });
}

const actNames = new Set(["listen", "whisper", "insert", "take-over", "end", "busy", "idle"]);
const isAct = (text: string): text is keyof Words["acts"] => actNames.has(text);

/** What a ban, a bar, a test or the log itself says of it. */
const outcomes: readonly (readonly [RegExp, keyof Words["after"]])[] = [
  [/^scanner: (?<name>.*)$/, "scanner"],
  [/^dictionary: (?<name>\d+) wrong passwords$/, "dictionary"],
  [/^stranger: (?<name>\d+) calls by nobody whom we know$/, "stranger"],
  [/^(?<called>\S+): not a prefix of this skill$/, "skillPrefix"],
  [/^(?<called>\S+): prefix (?<name>\S+) is barred$/, "barredPrefix"],
  [/^(?<called>\S+): (?<name>\d+) calls of this agent today$/, "agentDay"],
  [/^(?<called>\S+): (?<name>\d+) calls of this skill today$/, "skillDay"],
  [/^(?<called>\d+) more since (?<name>\S+), in the log alone$/, "more"],
  [/^OPTIONS and a call to (?<name>\S+)$/, "call"],
  [/^certificate (?<name>\S+)$/, "certificate"],
  [/^nothing$/, "nothing"],
];

/** What it is afterwards: a value as it is, an act or an outcome in words. */
export function actWords(t: Translate, after: string): string {
  const [, cause = "", seconds = ""] = /^rest (\d+) for (\d+) s$/.exec(after) ?? [];
  if (seconds !== "") return t("said.rest", { cause, seconds });
  if (isAct(after)) return t(`said.acts.${after}`);
  for (const [line, key] of outcomes) {
    const found = line.exec(after)?.groups ?? (line.test(after) ? {} : undefined);
    if (found) return t(`said.after.${key}`, { called: found["called"] ?? "", name: found["name"] ?? "" });
  }
  return after;
}

const parameterNames = new Set(["P18", "P978"]);
const isParameter = (name: string): name is keyof Words["meanings"] => parameterNames.has(name);

export const parameterWords = (t: Translate, name: string, meaning: string): string =>
  isParameter(name) ? t(`said.meanings.${name}`) : meaning;
