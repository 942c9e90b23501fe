// Why a call did not come about, as the gateway writes it ("called party: busy (SIP 486)"), in the reader's language. What is not known
// here, as the words of the site's own table, is shown as it is.

import type { TFunction } from "i18next";
import type { shell } from "./en/shell.ts";

type Cause = keyof (typeof shell)["causes"];

/** As the gateway's table has them (docs/codes.md). */
const causes: ReadonlyMap<string, Cause> = new Map([
  ["the ring time is over", "ringTime"],
  ["the agent gave up", "gaveUp"],
  ["no media in common", "media"],
  ["not reachable", "unreachable"],
  ["the gateway was started anew", "restart"],
  ["the network failed", "network"],
  ["busy", "busy"],
  ["the number is vacant", "vacant"],
  ["fax or modem", "fax"],
  ["answering machine", "machine"],
  ["the calling number is not allowed to make a call", "barred"],
  ["no answer", "noAnswer"],
  ["declined", "declined"],
  ["the number has changed", "changed"],
]);

const line = /^(agent's phone|called party): (.+?)(?: \((heard|SIP \d+(?:, Q\.850 \d+)?)\))?$/;

export function causeWords(t: TFunction<"shell">, text: string): string {
  const [, who, what = "", how] = line.exec(text) ?? [];
  const cause = causes.get(what);
  if (!cause) return text;
  const said = who === "called party" ? "party" : "phone";
  const words = t(`failed.${said}`, { cause: t(`causes.${cause}`) });
  if (how === undefined) return words;
  return t("failed.by", { words, how: how === "heard" ? t("failed.heard") : how });
}
