// What a new password may be (codes.json 110-017 to 110-020): pure rules, no hash is looked at.

import { type Refusal, refuse } from "../../base/step.ts";
import type { ResultCode } from "../../contract/result.ts";

/** In code points: what a user counts. */
const LENGTH = { least: 8, most: 30 } as const;

export type NewPassword = { readonly now: string; readonly next: string };

/** `names`: what the agent is known by. null: it may be taken. */
export function passwordRefused({ now, next }: NewPassword, names: readonly string[]): Refusal<ResultCode> | null {
  const points = [...next];
  if (points.length < LENGTH.least || points.length > LENGTH.most)
    return refuse("110-020", `newpassword: ${LENGTH.least}-${LENGTH.most} characters`);
  if (/\p{Cc}/u.test(next)) return refuse("110-019", "newpassword: no control characters");
  if (next === now) return refuse("110-017", "newpassword: the old one");
  const plain = next.toLowerCase();
  const reversed = [...plain].reverse().join("");
  const known = names.map((name) => name.toLowerCase());
  return known.includes(plain) || known.includes(reversed)
    ? refuse("110-018", "newpassword: not the agent's number or name, nor those reversed")
    : null;
}
