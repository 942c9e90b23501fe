// A leg that is up, as the journal keeps it: its dialog, its media, and what its peer is to us. From it the next process takes the
// leg up (take-up.ts).

import type { CallId, LegId } from "../base/ids.ts";
import type { MediaImage, MediaKeys } from "../media/face.ts";
import type { DialogImage } from "../sip/face.ts";
import type { Journal } from "./journal/journal.ts";
import type { Leg, PhoneImage } from "./leg.ts";
import type { Target } from "./phone-call.ts";

export type LegImage = {
  /** The call that it was made for; it may belong to another one since. */
  readonly call: CallId;
  readonly dialog: DialogImage;
  readonly media: MediaImage;
  /** Its SRTP keys, sealed: they are secrets. */
  readonly keys?: string;
  /** The trunk that its INVITE went to; "": there was none. */
  readonly trunk: string;
  readonly phone: PhoneImage | null;
};

type Seal = Pick<Journal, "seal">;

/** undefined: there is nothing to be taken up. */
function imageOf({ dialog, media, call, trunk, phone, line }: Leg, { seal }: Seal): LegImage | undefined {
  const [shownDialog, shownMedia] = [dialog?.image?.(), media?.image()];
  if (!shownDialog || !shownMedia) return undefined;
  const place = phone && line ? { ...phone, target: bare(line.target) } : phone;
  const keys = media?.keys();
  const sealed = keys ? { keys: seal(JSON.stringify(keys)) } : {};
  return { call, dialog: shownDialog, media: shownMedia, ...sealed, trunk, phone: place };
}

/** undefined: it has none, or they were sealed by somebody else. */
export function keysIn({ keys }: LegImage, { unseal }: Pick<Journal, "unseal">): MediaKeys | undefined {
  const found = keys === undefined ? null : unseal(keys);
  return found === null ? undefined : (JSON.parse(found) as MediaKeys);
}

export const bare = ({ next: _, ...target }: Target): Omit<Target, "next"> => target;

/** What was found in the journal, as far as it is whole. */
export const whole = (found: ReadonlyMap<string, Partial<LegImage>>): ReadonlyMap<LegId, LegImage> =>
  new Map([...found].filter((each): each is [LegId, LegImage] => Boolean(each[1].dialog && each[1].media)));

export type LegKeeper = {
  /** It is another one now: while it is up, its image is kept. */
  keep(leg: Leg): void;
  /** Its peer knows that it is over, or is not to be told. */
  forget(leg: LegId): void;
};

export const legKeeper = (journal: Pick<Journal, "keep" | "seal">): LegKeeper => ({
  keep(leg) {
    if (leg.answered && !leg.over) journal.keep("leg", leg.id, () => imageOf(leg, journal) ?? {});
  },
  forget: (leg) => journal.keep("leg", leg, null),
});
