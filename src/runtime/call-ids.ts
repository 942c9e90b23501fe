// Call ids `<epoch seconds>-<sequence>` (seed: 1455885056-1095). The sequence comes from the store in blocks, so that an id
// is unique across restarts even when the clock goes back.

import type { Clock } from "../base/clock.ts";
import { type CallId, callId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";

export type CallIds = {
  /** undefined: the store has not given more numbers yet (its disk failed). */
  next(): CallId | undefined;
};

type Block = { readonly first: number; readonly last: number };

const BLOCK = 10_000;
/** So many left: time to ask for the next block. */
const LOW = 2_000;

export async function openCallIds(options: {
  reserve: (count: number) => Promise<Block>;
  clock: Clock;
  log: Log;
}): Promise<CallIds> {
  const { reserve, clock, log } = options;
  let current = await reserve(BLOCK);
  let spare: Block | null = null;
  let next = current.first;
  let asking = false;

  const ask = (): void => {
    if (asking || spare) return;
    asking = true;
    reserve(BLOCK)
      .then((block) => {
        spare = block;
      })
      .catch((fault: unknown) => log.error({ error: String(fault) }, "no call ids from the store"))
      .finally(() => {
        asking = false;
      });
  };

  return {
    next() {
      if (next > current.last && spare) {
        current = spare;
        next = current.first;
        spare = null;
      }
      if (current.last - next < LOW) ask();
      if (next > current.last) return undefined;
      return callId(`${Math.floor(clock.now() / 1000)}-${next++}`);
    },
  };
}
