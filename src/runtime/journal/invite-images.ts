// INVITEs without a final response in the journal: ours go out when they are on disk, so that whoever may ring can be told to stop.

import type { InviteImage, InviteKeeper } from "../../sip/face.ts";
import type { Journal } from "./journal.ts";

export const inviteKeeper = (journal: Pick<Journal, "keep" | "after">): InviteKeeper => ({
  keep(image, then) {
    journal.keep("invite", image.id, image);
    if (then) journal.after(then);
  },
  drop: (id) => journal.keep("invite", id, null),
});

/** Those of the process before. */
export const foundInvites = (journal: Pick<Journal, "found">): readonly InviteImage[] => [
  ...journal.found<InviteImage>("invite").values(),
];
