// INVITEs without a final response in the journal: ours go out when they are on disk, so that whoever may ring can be told to stop.

import type { Clock } from "../../base/clock.ts";
import type { InviteImage, InviteKeeper } from "../../sip/face.ts";
import type { Journal } from "./journal.ts";

/** `at`: by steady time. */
type Kept = { readonly at: number; readonly invite: InviteImage };

/** Nobody rings for longer: proxies give up after three minutes (timer C, RFC 3261 §16.6). */
const MOST_MS = 300_000;

export const inviteKeeper = (clock: Pick<Clock, "steady">, journal: Pick<Journal, "keep" | "after">): InviteKeeper => ({
  keep(invite, then) {
    const kept: Kept = { at: clock.steady(), invite };
    journal.keep("invite", invite.id, kept);
    if (then) journal.after(then);
  },
  drop: (id) => journal.keep("invite", id, null),
});

/** Those of the process before; what is too old to ring is forgotten. */
export function foundInvites(
  clock: Pick<Clock, "steady">,
  journal: Pick<Journal, "found" | "keep">,
): readonly InviteImage[] {
  return [...journal.found<Kept>("invite")].flatMap(([id, { at, invite }]) => {
    if (clock.steady() - at < MOST_MS) return [invite];
    journal.keep("invite", id, null);
    return [];
  });
}
