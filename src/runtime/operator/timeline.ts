// The timeline of one call: its record from the store, its notes and SIP messages from the evidence, in one list by time.

import type { Timeline, TimelineEntry } from "../../contract/timeline.ts";
import type { CallArchive } from "../call-archive.ts";
import type { Evidence, EvidenceMessage } from "../evidence/evidence.ts";
import { verdictOf } from "./verdict.ts";

export type TimelineDesk = {
  /** Rejects with a StoreFault. A call that nobody knows has no record and no entries. */
  of(callId: string, shown: (call: NonNullable<Awaited<ReturnType<CallArchive["one"]>>>) => object): Promise<Timeline>;
};

export type TimelineOptions = {
  readonly evidence: Pick<Evidence, "find" | "notes">;
  readonly archive: Pick<CallArchive, "one">;
  readonly gateway: Timeline["gateway"];
};

/** `INVITE`, `200 INVITE`. */
function sipTitle(text: string): string {
  const [start = ""] = text.split("\r\n", 1);
  const status = /^SIP\/2\.0 (\d{3})/.exec(start)?.[1];
  if (status === undefined) return start.split(" ", 1)[0] ?? "";
  return `${status} ${/^CSeq[ \t]*:[ \t]*\d+[ \t]+(\S+)/im.exec(text)?.[1] ?? ""}`.trim();
}

const sipEntry = ({ at, direction, peer, text }: EvidenceMessage): TimelineEntry => ({
  ...{ layer: "sip", at, agent: "", title: sipTitle(text).slice(0, 40), direction, text },
  peer: { transport: peer.transport, address: peer.address, port: peer.port },
});

export function openTimelineDesk({ evidence, archive, gateway }: TimelineOptions): TimelineDesk {
  return {
    async of(callId, shown) {
      const record = await archive.one(callId);
      const notes = await evidence.notes(callId);
      const messages = (await evidence.find(callId)).map(sipEntry);
      // Stable: what is of one millisecond stays in the order in which it was kept.
      const entries = [...notes, ...messages].sort((one, other) => one.at - other.at);
      const view = record ? shown(record) : null;
      return { callId, gateway, record: view, entries, verdict: verdictOf(record) };
    },
  };
}
