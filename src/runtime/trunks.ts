// Trunks: chosen by the called number, by priority and weight, among those that can take a call now.

import type { SiteTrunk } from "../core/site.ts";
import { route, tryOrder } from "../core/trunk/trunk.ts";
import type { Dialog, DialogObserver } from "../sip/face.ts";
import type { PartyLine } from "./leg.ts";
import { TrunkCall } from "./trunk-call.ts";
import { TrunkLine, type TrunkLineOptions } from "./trunk-line.ts";

export type Trunks = {
  /** Any trunk matches this number, up or down. */
  hasRoute(number: string): boolean;
  /** The way to this number now; undefined = every matching trunk is down or full. */
  line(number: string): PartyLine | undefined;
  /** A call of the process before over the trunk of this name; undefined: there is no such trunk, or no such dialog. */
  takeUp(trunk: string, localTag: string, observer: DialogObserver): Dialog | undefined;
  /** Names of those that cannot take a call because of the other side. */
  down(): readonly string[];
  /** In the order of the site file. */
  readonly lines: readonly TrunkLine[];
  close(): Promise<void>;
};

export type TrunksOptions = TrunkLineOptions & {
  readonly trunks: readonly SiteTrunk[];
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
};

export function openTrunks(options: TrunksOptions): Trunks {
  const { trunks, clock, random } = options;
  const lines = new Map(trunks.map((trunk) => [trunk, new TrunkLine(trunk, options)]));
  const linesTo = (number: string): readonly TrunkLine[] =>
    tryOrder(route(trunks, number), random).flatMap((trunk) => lines.get(trunk) ?? []);
  for (const line of lines.values()) line.start();
  return {
    lines: [...lines.values()],
    hasRoute: (number) => route(trunks, number).length > 0,
    line(number) {
      const open = linesTo(number);
      if (!open.some((line) => line.state() === "up")) return undefined;
      return (order, observer) => new TrunkCall(open, order, observer).start(clock);
    },
    takeUp: (name, localTag, observer) =>
      [...lines.values()].find(({ trunk }) => trunk.name === name)?.takeUp(localTag, observer),
    down: () =>
      [...lines.values()].filter((line) => !["up", "full"].includes(line.state())).map(({ trunk }) => trunk.name),
    async close() {
      await Promise.all([...lines.values()].map((line) => line.close()));
    },
  };
}
