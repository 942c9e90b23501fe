// The trunks: which state each is in, how many calls are on it, and what it has answered to INVITEs.

import type { Availability } from "../../core/trunk/line.ts";
import type { TrunkLine } from "../trunk-line.ts";
import type { MetricsRegistry, Reading } from "./registry.ts";

export type TrunkMetrics = {
  /** `outcome`: the status of the final response, or why none came. */
  readonly replied: (trunk: string, outcome: string) => void;
  watch(lines: readonly Pick<TrunkLine, "trunk" | "state" | "report">[]): void;
};

const STATES: readonly Availability[] = ["up", "down", "resting", "not-registered", "full"];

/** Shown from the start: answered, and what says that the trunk itself fails. Another status is a series from its first time on. */
const OUTCOMES = ["200", "503", "timeout", "transport"];

export function trunkMetrics({ counter, gauge }: MetricsRegistry): TrunkMetrics {
  const replied = counter({
    name: "seatway_trunk_replies_total",
    help: "INVITEs to a trunk by what came of them: the status of the final response, timeout or transport",
    labels: ["trunk", "outcome"],
  });
  return {
    replied,
    watch(lines) {
      for (const { trunk } of lines) for (const outcome of OUTCOMES) replied.add(0, trunk.name, outcome);
      gauge(
        {
          name: "seatway_trunk_state",
          help: "1 for the state that a trunk is in: up, down, resting, not-registered, full; 0 for the others",
          labels: ["trunk", "state"],
        },
        () =>
          lines.flatMap((line) => {
            const now = line.state();
            return STATES.map((state): Reading => [now === state ? 1 : 0, line.trunk.name, state]);
          }),
      );
      gauge({ name: "seatway_trunk_calls", help: "Calls that are on a trunk now", labels: ["trunk"] }, () =>
        lines.map((line): Reading => [line.report().channels.inUse, line.trunk.name]),
      );
    },
  };
}
