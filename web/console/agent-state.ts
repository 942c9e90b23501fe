// States of agents as the board has them, by the words that the pages know.

import type { TFunction } from "i18next";
import type { BoardAgent } from "../../src/contract/board.ts";

const words = { 2: "out", 3: "busy", 4: "idle", 5: "wrapUp", 7: "talking", 8: "rest" } as const;

export type StateWord = (typeof words)[keyof typeof words];

export const stateWord = ({ state }: BoardAgent): StateWord => words[state as keyof typeof words] ?? "out";

/** Reasons of the gateway's own (codes.json, busy_reasons). */
const ownReasons = { 2: "noAnswer", 3: "forced", 5: "noPhone", 7: "rejected" } as const;

/** Why he rests or is busy, by the site's name for it where it has one; "" = nothing is said of it. */
export function reasonOf({ rest, busy }: Pick<BoardAgent, "rest" | "busy">, t: TFunction<"console">): string {
  if (rest) return rest.name || `${rest.cause}`;
  if (!busy || busy.reason < 2) return "";
  if (busy.name !== "") return busy.name;
  const own = ownReasons[busy.reason as keyof typeof ownReasons];
  return own ? t(`board.reasons.${own}`) : t("board.reason", { reason: busy.reason });
}
