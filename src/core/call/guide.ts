// Announcements and menus: what a party is told, and what it presses, before it is anybody's.
//
//   announcement: answered --played--> ended
//   menu: answered --played--> waits for a digit --a key--> where it leads
//            ^                        '-- none in time --> next round, at last `otherwise`

import { stay } from "../../base/step.ts";
import { menuOf, tellGuided } from "./announcing.ts";
import { over } from "./ending.ts";
import type { MenuRules } from "./rules.ts";
import { type Next, parties } from "./seats.ts";
import type { CallEffect, CallEvent, Live } from "./state.ts";
import { lead, waitedLong } from "./waiting.ts";

type Timed<Type extends CallEvent["type"]> = Extract<CallEvent, { type: Type }>;

/** Its last announcement has been played, or cannot be. */
export function played(call: Live, { at }: Timed<"played">): Next {
  if (call.invitation?.target.type === "announcement") {
    return over(call, { at, failure: { phase: "party", cause: { status: 480, rung: false, ours: "gave-up" } } });
  }
  const menu = menuOf(call);
  return menu ? [call, [{ type: "start-timer", name: "wait", ms: menu.waitMs }]] : stay(call);
}

/** A key that leads nowhere is as good as none: the next round begins at once. */
export function pressed(call: Live, { leg, digit, at }: Timed<"leg-digit">): Next {
  const menu = menuOf(call);
  const seat = parties(call).find((party) => party.leg === leg);
  if (!menu || seat?.stage !== "in") return stay(call);
  const way = Object.hasOwn(menu.keys, digit) ? menu.keys[digit] : undefined;
  if (!way) return nextRound(call, menu, at);
  const [next, effects] = lead(call, way, { at, hop: false });
  return [next, [...quiet(leg), ...effects]];
}

const quiet = (leg: Timed<"leg-digit">["leg"]): readonly CallEffect[] => [
  { type: "stop-timer", name: "wait" },
  { type: "stop-playing", leg },
];

function nextRound(call: Live, menu: MenuRules, at: number): Next {
  const { invitation } = call;
  if (!invitation) return stay(call);
  const silent = parties(call).flatMap(({ leg, stage }) => (stage === "in" ? quiet(leg) : []));
  if (invitation.round >= menu.rounds) {
    const [next, effects] = lead(call, menu.otherwise, { at, hop: true });
    return [next, [...silent, ...effects]];
  }
  const next: Live = { ...call, invitation: { ...invitation, round: invitation.round + 1 } };
  return [next, [...silent, ...tellGuided(next)]];
}

/** The time to wait is over: for an agent, or for a digit. */
export function waitOver(call: Live, at: number): Next {
  const menu = menuOf(call);
  return menu ? nextRound(call, menu, at) : waitedLong(call, at);
}
