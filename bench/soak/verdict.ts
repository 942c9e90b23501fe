// What may be left when no call is, and what has stayed.

import type { MixRemains } from "./mix-remains.ts";
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

const still = ({ transactions, wakeUps, timers }: MixRemains, round: number, first: MixRemains): readonly string[] => [
  ...above(`transactions after round ${round + 1}`, transactions, 0),
  ...above(`wake-ups after round ${round + 1}`, wakeUps, wakeUpLimit),
  ...above(`timers after round ${round + 1}`, timers, first.timers + spareTimers),
];

type Memory = { readonly calls: number; readonly heapMb: number; readonly residentMb: number };

/** `mostPorts`: taken at the same time. One line for each thing that has stayed. */
export function verdict(
  rounds: readonly (Remains & { readonly calls: number })[],
  mostPorts: number,
): readonly string[] {
  const [first, last] = [rounds[0], rounds.at(-1)];
  if (!first || !last) return ["no round was run"];
  return [
    ...rounds.flatMap(({ legs, ports, timers, wakeUps }, round) => [
      ...above(`legs after round ${round + 1}`, legs, 0),
      ...above(`ports after round ${round + 1}`, ports, 0),
      ...above(`timers after round ${round + 1}`, timers, first.timers),
      ...above(`wake-ups after round ${round + 1}`, wakeUps, wakeUpLimit),
    ]),
    ...above("sockets", last.sockets, portShare * mostPorts + spareSockets),
    ...memory(first, last),
  ];
}

/** Timers of agents who are signed in come and go; a leak is one for each call. */
const spareTimers = 20;
/** Connections that are kept open for a while. */
const socketsPerAgent = 2;
/** A row for the call, one for each leg, their indexes; and the rows that make room only by age. */
const rowBytesPerCall = 4_096;
/** Of the journal when no call is: agent, session, feed and its head, figures, last call; and what belongs to the gateway. */
const journalRowsPerAgent = 12;
const spareJournalRows = 200;
/** SQLite's stand in a file beside it. */
const mostCommits = 0;
/** A log that is written over again and again. */
const spareDatabaseMb = 16;

const rowsOf = (tables: MixRemains["tables"], name: string): number =>
  tables.find(({ table }) => table === name)?.rows ?? 0;

/** The same for the whole gateway, with agents who stay signed in. `settled`: it rested until all transactions were over. */
export function mixVerdict(
  rounds: readonly MixRemains[],
  { agents, settled }: { readonly agents: number; readonly settled: boolean },
): readonly string[] {
  const [first, last] = [rounds[0], rounds.at(-1)];
  if (!first || !last) return ["no round was run"];
  const rows = ((last.calls - first.calls) * rowBytesPerCall) / 2 ** 20;
  return [
    ...rounds.flatMap(({ standing, dialogs, sockets, udpPorts, tables }, round) => [
      ...above(`UDP ports after round ${round + 1}`, udpPorts, first.udpPorts + spareSockets),
      ...above(
        `rows of the journal after round ${round + 1}`,
        rowsOf(tables, "journal"),
        journalRowsPerAgent * agents + spareJournalRows,
      ),
      ...above(`commits of the journal after round ${round + 1}`, rowsOf(tables, "journal_commit"), mostCommits),
      ...above(`calls after round ${round + 1}`, standing, 0),
      ...above(`dialogs after round ${round + 1}`, dialogs, 0),
      ...above(`sockets after round ${round + 1}`, sockets, first.sockets + socketsPerAgent * agents + spareSockets),
    ]),
    ...(settled ? rounds.flatMap((left, round) => still(left, round, first)) : []),
    ...above("MB of database", last.databaseMb, first.databaseMb + rows + spareDatabaseMb),
    ...memory(first, last),
  ];
}

function memory(first: Memory, last: Memory): readonly string[] {
  const heapLimit = first.heapMb + spareHeapMb + ((last.calls - first.calls) * bytesPerCall) / 2 ** 20;
  return [
    ...above("MB of heap", last.heapMb, heapLimit),
    ...above("MB resident", last.residentMb, first.residentMb * residentShare + spareResidentMb),
  ];
}

const above = (what: string, is: number, limit: number): string[] =>
  is > limit ? [`${what}: ${is}, and ${Number(limit.toFixed(1))} at most`] : [];
