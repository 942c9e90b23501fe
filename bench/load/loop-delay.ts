// How late the gateway's event loop is: what a timer waits beyond its time, from the product's own metrics (docs/metrics.md). They are
// of the time since the last reading, so a reading at the beginning begins anew.

import { rounded, type Spread } from "./figures.ts";

/** The timer that is looked at is due every 20 ms (runtime/metrics/registry.ts), and the metrics have that in them. */
const PERIOD_MS = 20;

/** Of the gateway at this address, since the last time that it was asked. */
export async function loopDelay(url: string): Promise<Spread> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const of = (name: string): number => {
    const seconds = new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)$`, "m").exec(page)?.[1];
    return rounded(Math.max(0, Number(seconds ?? Number.NaN) * 1000 - PERIOD_MS));
  };
  return { p50: of("p50"), p99: of("p99"), max: of("max") };
}
