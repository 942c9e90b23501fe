// The gateway's clock as chaos sets it, never the system's: loaded into the gateway's process and its threads before anything else
// (`node --import`), it adds what stands in the file SEATWAY_CHAOS_CLOCK, in ms, to what Date.now says. base/clock.ts is the only place that
// asks. Monotonic time and timers go on as they are, as when a machine's wall time is set. The product knows nothing of it.

import { readFileSync } from "node:fs";
import process from "node:process";

const LOOK_MS = 50;

const file = process.env["SEATWAY_CHAOS_CLOCK"];
if (file !== undefined) {
  const system = Date.now;
  let aheadMs = 0;
  const look = (): void => {
    aheadMs = Number(readFileSync(file, "utf8")) || 0;
  };
  look();
  setInterval(look, LOOK_MS).unref();
  Date.now = () => system() + aheadMs;
}
