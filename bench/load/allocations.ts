// Preloaded into the gateway by `bench callout --allocations FILE`: what its main thread allocates until it ends, by function, what was
// collected meanwhile included (V8's sampling heap profiler). Says the same on a busy machine as on a quiet one. The file is one that
// Chromium's DevTools open (Memory, "Allocation sampling").

import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import process from "node:process";
import { isMainThread } from "node:worker_threads";
import { systemClock } from "../../src/base/clock.ts";

/** Octets between two samples, on average. */
const SAMPLING = 16_384;

function begin(session: Session, file: string): void {
  session.post("HeapProfiler.startSampling", {
    samplingInterval: SAMPLING,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  process.once("exit", () =>
    session.post("HeapProfiler.stopSampling", (fault, stopped) => {
      if (!fault) writeFileSync(file, JSON.stringify(stopped.profile));
    }),
  );
}

const asked = new URL(import.meta.url).searchParams;
if (isMainThread) {
  const session = new Session();
  session.connect();
  systemClock.after(Number(asked.get("afterMs")), () => begin(session, asked.get("file") ?? ""));
}
