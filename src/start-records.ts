// Call records: their keeper, their age, and what a gateway that was killed has left; and the keeper of recordings. Run by start.ts.

import { join } from "node:path";
import type { Clock } from "./base/clock.ts";
import type { Site } from "./core/site.ts";
import type { Ground } from "./ground.ts";
import type { MediaPlane } from "./media/face.ts";
import type { CallIds } from "./runtime/call-ids.ts";
import { type CallLedger, type LedgerWitness, openCallLedger } from "./runtime/call-ledger.ts";
import { KEPT_RECORDS } from "./runtime/call-records.ts";
import type { RecordingIndex } from "./runtime/recording-index.ts";
import { openRecordings, type Recordings } from "./runtime/recordings.ts";
import type { Settings } from "./settings.ts";
import type { CallRow, Store } from "./store/ports.ts";

export type CallKeeping = {
  readonly ledger: CallLedger;
  /** Never rejects. */
  readonly pastCalls: Promise<readonly CallRow[]>;
};

const dayMs = 86_400_000;
const sweepMs = 3_600_000;
/** So many at once, so that other writes come between. */
const sweepRows = 500;

/** To be called before the media are opened: their last figures belong to the records. */
export async function openCallKeeping(
  { settings, clock, log, store, journal, metrics, closing }: Ground,
  site: Pick<Site, "vdn" | "detect">,
  witnesses: readonly LedgerWitness[],
): Promise<CallKeeping> {
  const node = settings.nodeName;
  const ledger = openCallLedger({
    ...{ clock, log, site, node, store, journal },
    seen: [{ call: (row) => row.endedAt !== null && metrics.calls.setUp(row) }, ...witnesses],
  });
  closing.push(() => ledger.close());
  const cutOff = await store.cutOffCalls(node, ledger.found());
  if (cutOff > 0) log.warn({ calls: cutOff }, "calls were cut off when the gateway ended last");
  const told = (fault: unknown): void => log.error({ fault: String(fault) }, "call records cannot be read or removed");
  if (settings.callRecordDays > 0) {
    const sweeper = openSweeper({ clock, store, told, keepMs: settings.callRecordDays * dayMs });
    closing.push(() => sweeper.cancel());
  }
  const pastCalls = store.newestCalls(site.vdn.id, KEPT_RECORDS).catch((fault: unknown) => {
    told(fault);
    return [];
  });
  return { ledger, pastCalls };
}

type Sweeping = {
  readonly clock: Clock;
  readonly store: Pick<Store, "forgetCalls">;
  readonly keepMs: number;
  readonly told: (fault: unknown) => void;
};

/** Once an hour; the first time soon. */
function openSweeper({ clock, store, keepMs, told }: Sweeping): { cancel(): void } {
  let timer = clock.after(0, run);
  let over = false;
  async function sweep(): Promise<void> {
    const before = clock.now() - keepMs;
    while (!over && (await store.forgetCalls(before, sweepRows)) === sweepRows);
  }
  function run(): void {
    timer = clock.after(sweepMs, run);
    sweep().catch(told);
  }
  return {
    cancel() {
      over = true;
      timer.cancel();
    },
  };
}

export const recordingsFolder = ({ data }: Settings): string => join(data, "recordings");

type Kept = { readonly media: MediaPlane; readonly ids: CallIds; readonly index: RecordingIndex };

export function keepRecordings({ settings, clock, log, closing }: Ground, { media, ids, index }: Kept): Recordings {
  const folder = recordingsFolder(settings);
  const keep = { days: settings.recordingDays, bytes: settings.recordingGib * 2 ** 30 };
  const recordings = openRecordings({ clock, log, media, index, ids, folder, keep });
  closing.push(async () => recordings.close());
  return recordings;
}
