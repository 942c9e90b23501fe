// What a tab keeps so that the desk comes back as it was after a reload, in sessionStorage: gone with the tab, and removed at
// sign-out. The Guid lives as long as the session; the phone's password is there only with a phone in the browser, which has to
// register again by itself while the other party hears music. A script that could read it could as well sit in the page and use
// the microphone: what keeps such a script out is the Content Security Policy.

import { keepSession, session } from "../../storage.ts";
import { type DeskState, emptyCall } from "../state/desk-state.ts";

/** `video`: the agent takes calls with pictures. */
export type PhoneChoice = { readonly number: string; readonly video: boolean } & (
  | { readonly kind: "browser"; readonly password: string }
  | { readonly kind: "desk" }
);

export type Kept = {
  readonly agent: string;
  readonly guid: string;
  /** The last event; null = none came. */
  readonly position: string | null;
  readonly phone: PhoneChoice;
  readonly desk: DeskState;
};

const KEY = "seatway.desk";

export const keep = (kept: Kept | null): void => keepSession(KEY, kept === null ? null : JSON.stringify(kept));

/** null: nothing is kept, or not by this version of the desk. */
export function readKept(text: string | null = session(KEY)): Kept | null {
  try {
    const kept = JSON.parse(text ?? "null") as Kept | null;
    const whole = kept && typeof kept.guid === "string" && typeof kept.agent === "string";
    if (!whole || !Array.isArray(kept.desk?.calls) || !Array.isArray(kept.desk.notices) || !kept.phone) return null;
    // A call of an older desk has not all that one of this desk has.
    const calls = kept.desk.calls.map((call) => ({ ...emptyCall(call.id, call.beganAt), ...call }));
    return { ...kept, desk: { ...kept.desk, calls } };
  } catch {
    return null;
  }
}
