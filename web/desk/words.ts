// Codes and states in the reader's words. Keys are made of what the gateway says, so whatever is not known has a sentence, too.

import type { TFunction } from "i18next";
import type { DeskSetup } from "../../src/client/connect.ts";
import { desk } from "../i18n/en/desk.ts";
import type { Refusal } from "./session/desk-session.ts";
import type { StateChoice } from "./state/controls.ts";
import { AGENT, type DeskCall, type DeskState, type Failure } from "./state/desk-state.ts";

type Words = TFunction<"desk">;
type FailureKey = Extract<keyof typeof desk.failure, `${number}` | "other">;
type RefusalKey = Exclude<keyof typeof desk.refusal, "title" | "code">;

const failureKey = (detect: number | null): FailureKey => {
  const key = String(detect);
  return /^\d+$/.test(key) && Object.hasOwn(desk.failure, key) ? (key as FailureKey) : "other";
};

/** The agent himself gave up. */
const GAVE_UP = 531;

export function failureWords(t: Words, { detect, text }: Failure): { readonly text: string; readonly now: string } {
  // The codes are about the other side; a call can end before it gets there.
  const own = text.startsWith("agent's phone:") && detect !== GAVE_UP;
  const key = own ? "ownPhone" : failureKey(detect);
  return { text: t(`failure.${key}.text`), now: t(`failure.${key}.now`) };
}

/** Wrong fields are told by the gateway itself, with their rule. */
export function refusalWords(t: Words, { code, message }: Refusal): string {
  const known = Object.hasOwn(desk.refusal, code) && code !== "title" && code !== "code";
  return t(`refusal.${known ? (code as RefusalKey) : "other"}`, { message });
}

export function stateWord(t: Words, agent: number): string {
  switch (agent) {
    case AGENT.busy:
      return t("state.busy");
    case AGENT.idle:
      return t("state.idle");
    case AGENT.wrapUp:
      return t("state.wrapUp");
    case AGENT.talking:
      return t("state.talking");
    case AGENT.rest:
      return t("state.rest");
    default:
      return t("state.unknown");
  }
}

export const choiceWord = (t: Words, choice: StateChoice): string =>
  ({ ready: t("state.toReady"), busy: t("state.toBusy"), "wrap-up": t("state.toWrapUp"), rest: t("state.toRest") })[
    choice
  ];

/** "" without a reason. Reasons of the gateway's own (behaviour.md §5) have words, causes of rest and reasons of busy the site's names. */
export function reasonWords(t: Words, { agent, reason }: DeskState, setup: DeskSetup | null): string {
  if (reason === "" || reason === "after-call") return "";
  const named = agent === AGENT.rest ? setup?.restCauses : setup?.busyReasons;
  const known = named?.find(({ id }) => String(id) === reason);
  if (known) return known.name;
  if (reason === "2" || reason === "5" || reason === "7") return t(`state.reason${reason}`);
  return t("state.reason", { reason });
}

export const numberOf = (t: Words, { number }: DeskCall): string => number || t("call.unknown");
