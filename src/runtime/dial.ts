// Digits towards a peer in the way that it takes them: telephone-events, else SIP INFO where it knows that, else tones in the audio.

import type { MediaLeg } from "../media/face.ts";
import type { Dialog } from "../sip/face.ts";
import { infoBody, infoContentType } from "./info-digit.ts";

type Dialled = { readonly media: MediaLeg | null; readonly dialog: Dialog | null };
export type Dialler = (leg: Dialled, digits: string) => void;

/** Digits of one leg go out one after the other, also those of several requests. */
export function openDialler(): Dialler {
  const queues = new WeakMap<MediaLeg, Promise<void>>();
  return ({ media, dialog }, digits) => {
    if (!media) return;
    if (media.agreed?.audio?.telephoneEvent || !dialog?.info) {
      media.dial(digits);
      return;
    }
    const before = queues.get(media) ?? Promise.resolve();
    queues.set(
      media,
      before.then(() => inform(media, dialog, digits)),
    );
  };
}

/** What is refused, and what follows it, becomes tones. */
async function inform(media: MediaLeg, dialog: Dialog, digits: string): Promise<void> {
  for (const [index, digit] of [...digits].entries()) {
    const status = (await dialog.info?.(infoContentType, infoBody(digit))) ?? 405;
    if (status < 300) continue;
    media.dial(digits.slice(index));
    return;
  }
}
