// SIP over UDP comes before requests. In one turn of the event loop libuv reads 32 datagrams of a socket, but something of every connection:
// when turns are long, agents' requests are served while SIP waits in the system's buffer, until its peers send everything again. So requests
// wait while turns bring full batches. A few go on in each turn: who floods the port does not shut the agents out.

import { type Clock, nextTurn } from "./clock.ts";

export type Precedence = {
  /** A datagram has been read. */
  arrived(): void;
  /** Runs it now, or in a turn in which fewer datagrams wait; in the order in which they were given. */
  run(work: () => void): void;
  /** So long turns have brought full batches without a pause, ms. */
  crowdedMs(): number;
  /** So long the first of those who wait has waited, ms. */
  waitedMs(): number;
};

type Waiting = { readonly at: number; readonly work: () => void };

/** What libuv reads in a turn (uv__udp_recvmsg). */
const BATCH = 32;
/** So many go on in a turn all the same. */
const FEW = 4;
/** Of those who have waited as much is served in a turn, so that the next batch does not wait long, ms. */
const SERVED_MS = 10;

/** `atTurnsEnd` comes once all that a turn brings has been read. */
export function openPrecedence(
  { monotonic }: Pick<Clock, "monotonic">,
  atTurnsEnd: () => Promise<void> = nextTurn,
): Precedence {
  const waiting: Waiting[] = [];
  let datagrams = 0;
  let crowdedSince: number | undefined;
  let watching = false;

  const watch = (): void => {
    if (watching) return;
    watching = true;
    void atTurnsEnd().then(turnOver);
  };

  const turnOver = (): void => {
    watching = false;
    crowdedSince = datagrams >= BATCH ? (crowdedSince ?? monotonic()) : undefined;
    datagrams = 0;
    serve();
    if (crowdedSince !== undefined || waiting.length > 0) watch();
  };

  const serve = (): void => {
    const begun = monotonic();
    for (let served = 0; waiting.length > 0; served += 1) {
      if (served >= FEW && (crowdedSince !== undefined || monotonic() - begun > SERVED_MS)) return;
      waiting.shift()?.work();
    }
  };

  return {
    arrived() {
      datagrams += 1;
      watch();
    },
    run(work) {
      if (waiting.length === 0 && crowdedSince === undefined && datagrams < BATCH) return work();
      waiting.push({ at: monotonic(), work });
      watch();
    },
    crowdedMs: () => (crowdedSince === undefined ? 0 : monotonic() - crowdedSince),
    waitedMs: () => (waiting[0] ? monotonic() - waiting[0].at : 0),
  };
}
