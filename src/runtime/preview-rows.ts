// Previews as the store keeps them: lists are texts, "" is nobody. And what a restart makes of those that were not over.

import type { Clock } from "../base/clock.ts";
import { agentId, callId } from "../base/ids.ts";
import type { Preview, PreviewEvent } from "../core/preview/state.ts";
import type { PreviewRow, Store } from "../store/ports.ts";

export const rowOfPreview = (preview: Preview): PreviewRow => ({
  ...preview,
  numbers: preview.numbers.join(","),
  agent: preview.agent ?? "",
  offeredTo: preview.offeredTo ?? "",
  declinedBy: preview.declinedBy.join(","),
  call: preview.call ?? "",
});

export const previewOfRow = (row: PreviewRow): Preview => ({
  ...row,
  numbers: row.numbers.split(","),
  agent: row.agent === "" ? null : agentId(row.agent),
  offeredTo: row.offeredTo === "" ? null : agentId(row.offeredTo),
  declinedBy: row.declinedBy.split(",").filter(Boolean).map(agentId),
  call: row.call === "" ? null : callId(row.call),
});

export type PreviewShelf = {
  readonly store: Pick<Store, "addPreview" | "keepPreview" | "previews" | "forgetPreviews">;
  /** What the store had at the start that was not over. */
  readonly begun: readonly Preview[];
};

/** Those that are over are kept for so long. */
const KEPT_MS = 30 * 86_400_000;

export async function openPreviewShelf(store: Store, clock: Clock): Promise<PreviewShelf> {
  await store.forgetPreviews({ overBefore: clock.now() - KEPT_MS });
  return { store, begun: (await store.openPreviews()).map(previewOfRow) };
}

type Untimed = PreviewEvent extends infer Event ? (Event extends unknown ? Omit<Event, "at"> : never) : never;

/** Sessions and calls have ended with the process: who was shown it is gone, and nobody knows how its call went on. */
export function restarted({ state, offeredTo, call }: Preview): readonly Untimed[] {
  if (state === "offered" && offeredTo !== null) return [{ type: "agent-gone", agent: offeredTo }];
  return state === "calling" && call !== null ? [{ type: "call-ended", call, answered: false }] : [];
}
