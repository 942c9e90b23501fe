// The text of the INVITEs that the simulation received, so that tests read what was really on the wire. Fed by the
// endpoint's trace; a re-INVITE replaces the text of its dialog.

import type { SipTrace } from "../sip/face.ts";

/** Dialogs remembered; the oldest is forgotten first. */
const limit = 512;

export type ReceivedInvites = {
  note(message: SipTrace): void;
  /** "" when none came with this Call-ID, or too long ago. */
  textOf(sipCallId: string): string;
};

export function receivedInvites(): ReceivedInvites {
  const texts = new Map<string, string>();
  return {
    note({ direction, sipCallId, text }) {
      if (direction !== "in" || !text.startsWith("INVITE ")) return;
      texts.delete(sipCallId);
      texts.set(sipCallId, text);
      const [oldest] = texts.keys();
      if (texts.size > limit && oldest !== undefined) texts.delete(oldest);
    },
    textOf: (sipCallId) => texts.get(sipCallId) ?? "",
  };
}
