// The collector after the start of a thread: what loading and reading have left would stay for as long as its heap is not full, since
// little is made anew while nobody calls. Does nothing where the launcher has not given the collector (--expose-gc).

import { setFlagsFromString } from "node:v8";

/** Compiled code is not dropped with it: all of it would be made again for the first calls. */
export function collectAfterStart(): void {
  setFlagsFromString("--no-flush-bytecode");
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  setFlagsFromString("--flush-bytecode");
}
