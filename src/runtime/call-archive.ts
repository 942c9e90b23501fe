// Call records as they are read: found in the store, each with its legs, recordings and wrap-ups, page by page. Only those of the site's VDN.

import type { Site } from "../core/site.ts";
import type { CallFilter, CallOutcome, CallRow, LegRow, RecordingRow, Store, WrapUpRow } from "../store/ports.ts";

export type { CallOutcome } from "../store/ports.ts";

export type ArchivedCall = {
  readonly call: CallRow;
  readonly legs: readonly LegRow[];
  readonly recordings: readonly RecordingRow[];
  readonly wrapUps: readonly WrapUpRow[];
};

export const callOutcomes = [
  ...["live", "answered", "abandoned", "failed", "unanswered", "cut-off"],
] as readonly CallOutcome[];

/** As the store's, `after` being `next` of the page before. */
export type ArchiveQuery = Omit<CallFilter, "vdn" | "after"> & { readonly after?: string };

/** `next` null: there are no more. */
export type ArchivePage = { readonly calls: readonly ArchivedCall[]; readonly next: string | null };

export type CallArchive = {
  /** The newest first. Rejects with a StoreFault. */
  find(query: ArchiveQuery): Promise<ArchivePage>;
  /** Rejects with a StoreFault. */
  one(callId: string): Promise<ArchivedCall | undefined>;
};

/** `<ms since the epoch>.<call id>` */
const cursor = /^(\d{1,15})\.(\d{1,12}-\d{1,12})$/;

export const isCursor = (text: string): boolean => cursor.test(text);

export function openCallArchive({
  store,
  site,
}: {
  readonly store: Pick<Store, "calls">;
  readonly site: Pick<Site, "vdn">;
}): CallArchive {
  const find: CallArchive["find"] = async ({ after = "", ...filter }) => {
    const [, startedAt = "", callId = ""] = cursor.exec(after) ?? [];
    const from = callId === "" ? {} : { after: { startedAt: Number(startedAt), callId } };
    const page = await store.calls({ ...filter, ...from, vdn: site.vdn.id });
    const legs = Map.groupBy(page.legs, (leg) => leg.callId);
    const recordings = Map.groupBy(page.recordings, (recording) => recording.callId);
    const wrapUps = Map.groupBy(page.wrapUps, (wrapUp) => wrapUp.callId);
    const calls = page.calls.map((call) => ({
      ...{ call, legs: legs.get(call.callId) ?? [], recordings: recordings.get(call.callId) ?? [] },
      wrapUps: wrapUps.get(call.callId) ?? [],
    }));
    const last = page.calls.at(-1);
    return { calls, next: page.more && last ? `${last.startedAt}.${last.callId}` : null };
  };
  return { find, one: async (callId) => (await find({ callId, limit: 1 })).calls[0] };
}
