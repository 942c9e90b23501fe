// What becomes of previews on its way to the store: at once, and again until the store has taken it. A number that was called while the store
// was away would be shown to the next agent after a restart, and called twice.

import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Preview } from "../core/preview/state.ts";
import type { Store } from "../store/ports.ts";
import { rowOfPreview } from "./preview-rows.ts";

export type PreviewKeeperOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<Store, "keepPreview">;
};

const RETRY_MS = 5_000;

/** In place of what the store has of this preview. */
export function previewKeeper({ clock, log, store }: PreviewKeeperOptions): (preview: Preview) => void {
  /** The newest of each that the store has not taken yet. */
  const unkept = new Map<number, Preview>();
  let again: Timer | undefined;

  const isNewest = (preview: Preview): boolean => unkept.get(preview.id) === preview;

  const send = (preview: Preview): void => {
    store.keepPreview(rowOfPreview(preview)).then(
      () => {
        if (isNewest(preview)) unkept.delete(preview.id);
      },
      (fault: unknown) => failed(preview, fault),
    );
  };

  const failed = (preview: Preview, fault: unknown): void => {
    if (!isNewest(preview) || again) return;
    log.error({ preview: preview.id, error: String(fault) }, "previews are not stored, and wait");
    again = clock.after(RETRY_MS, () => {
      again = undefined;
      unkept.forEach(send);
    });
  };

  return (preview) => {
    unkept.set(preview.id, preview);
    send(preview);
  };
}
