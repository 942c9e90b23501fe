// Previews as the store keeps them: lists are texts, "" is nobody. And what a restart makes of those that were not over.

import type { Clock } from "../base/clock.ts";
import { type AgentId, agentId, type CallId, callId } from "../base/ids.ts";
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

/** Who and what outlived the restart. */
export type Survivors = { readonly agent: (id: AgentId) => boolean; readonly call: (id: CallId) => boolean };

/** Whose session has ended with the process is gone, and of a call that has nobody knows how it went on. */
export function restarted({ state, offeredTo, call }: Preview, alive: Survivors): readonly Untimed[] {
  if (state === "offered" && offeredTo !== null && !alive.agent(offeredTo))
    return [{ type: "agent-gone", agent: offeredTo }];
  return state === "calling" && call !== null && !alive.call(call)
    ? [{ type: "call-ended", call, answered: false }]
    : [];
}
