// What may be left when no call is, and what has stayed.

import type { Remains } from "./remains.ts";
import { wakeUpLimit } from "./remains.ts";

/** Pairs that are bound ahead of need, and what is no media at all. */
const spareSockets = 128;
/** Ports rest for half a second: where calls are short, as many as are taken. */
const portShare = 2;
/** A call that leaves more than this behind is a leak; compilers and caches have the rest. */
const bytesPerCall = 200;
const spareHeapMb = 4;
/** What the allocator keeps of a peak, over what it had kept after the first round. */
const spareResidentMb = 40;
const residentShare = 1.2;

/** `mostPorts`: taken at the same time. One line for each thing that has stayed. */
export function verdict(
  rounds: readonly (Remains & { readonly calls: number })[],
  mostPorts: number,
): readonly string[] {
  const [first, last] = [rounds[0], rounds.at(-1)];
  if (!first || !last) return ["no round was run"];
  const heapLimit = first.heapMb + spareHeapMb + ((last.calls - first.calls) * bytesPerCall) / 2 ** 20;
  return [
    ...rounds.flatMap(({ legs, ports, timers, wakeUps }, round) => [
      ...above(`legs after round ${round + 1}`, legs, 0),
      ...above(`ports after round ${round + 1}`, ports, 0),
      ...above(`timers after round ${round + 1}`, timers, first.timers),
      ...above(`wake-ups after round ${round + 1}`, wakeUps, wakeUpLimit),
    ]),
    ...above("sockets", last.sockets, portShare * mostPorts + spareSockets),
    ...above("MB of heap", last.heapMb, heapLimit),
    ...above("MB resident", last.residentMb, first.residentMb * residentShare + spareResidentMb),
  ];
}

const above = (what: string, is: number, limit: number): string[] =>
  is > limit ? [`${what}: ${is}, and ${Number(limit.toFixed(1))} at most`] : [];
