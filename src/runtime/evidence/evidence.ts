// The evidence of calls: which SIP messages belong to a call, and what else was noted of it, found when somebody asks. The link from
// a call id to the SIP Call-IDs of its legs, and the notes, stand in the ring among the messages: finished calls cost nothing beside it.

import type { Clock } from "../../base/clock.ts";
import type { TimelineNote } from "../../contract/timeline.ts";
import type { SipTrace } from "../../sip/face.ts";
import { EvidenceRing, type Kept } from "./ring.ts";

/** A message as the faces show it, credentials removed. */
export type EvidenceMessage = Omit<Kept, "bytes"> & { readonly text: string };

export type Evidence = {
  /** A message crossed a socket. */
  keep(message: SipTrace): void;
  /** A leg of this call has this SIP Call-ID. */
  link(callId: string, sipCallId: string): void;
  /** All messages of a call, in order; `id` is a call id or a SIP Call-ID. [] when nothing is (or is still) known. */
  find(id: string): Promise<readonly EvidenceMessage[]>;
  /** Of this call: an API request, an agent event, a media fact. Nothing secret may stand in it. */
  note(callId: string, note: TimelineNote): void;
  /** All notes of a call, in order. */
  notes(callId: string): Promise<readonly TimelineNote[]>;
};

const CALL_ID = /^(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)/im;
/** Starts a link; no SIP message starts so. */
const LINK = "link ";
const NOTE = "note ";
const NOBODY = { transport: "udp", address: "", port: 0 } as const;

/** `bytes`: the memory for it; below 1 MiB nothing is kept. */
export function openEvidence({ clock, bytes }: { readonly clock: Clock; readonly bytes: number }): Evidence {
  const ring = new EvidenceRing(bytes);
  /** One block at a time: other work goes on between two of them. */
  const search = async (text: string, take: (kept: Kept) => void): Promise<void> => {
    for (const kept of ring.blocksWith(text)) {
      for (const each of kept) take(each);
      await new Promise<void>((resolve) => clock.after(0, resolve));
    }
  };

  const legsOf = async (id: string): Promise<ReadonlySet<string>> => {
    const head = `${LINK}${id} `;
    const found = new Set([id]);
    await search(head, ({ bytes: line }) => {
      const text = line.toString("latin1");
      if (text.startsWith(head)) found.add(text.slice(head.length));
    });
    return found;
  };

  const keepLine = (at: number, line: string): void => ring.keepText({ at, direction: "out", peer: NOBODY }, line);

  return {
    keep: (message) => ring.keep(message),
    link: (callId, sipCallId) => keepLine(clock.now(), `${LINK}${callId} ${sipCallId}`),
    note(callId, note) {
      // A call that nobody has named is nobody's.
      if (bytes > 0 && callId !== "") keepLine(note.at, `${NOTE}${callId} ${JSON.stringify(note)}`);
    },
    async notes(callId) {
      const head = `${NOTE}${callId} `;
      const found: TimelineNote[] = [];
      await search(head, ({ bytes: line }) => {
        // Our own writing, whole.
        if (line.subarray(0, head.length).equals(Buffer.from(head)))
          found.push(JSON.parse(line.toString("utf8", head.length)) as TimelineNote);
      });
      return found;
    },
    async find(id) {
      const messages: EvidenceMessage[] = [];
      for (const sipCallId of await legsOf(id)) {
        await search(sipCallId, ({ at, direction, peer, bytes: message }) => {
          const text = message.toString("utf8");
          if (CALL_ID.exec(text)?.[1]?.trim() === sipCallId) messages.push({ at, direction, peer, text });
        });
      }
      // Stable: messages of one millisecond stay in the order in which they crossed.
      return messages.sort((a, b) => a.at - b.at);
    },
  };
}
