// Reliable provisional responses as server (RFC 3262 §3) as a pure machine: one at a time, sent again until its PRACK comes.
// Run by ringing.ts.
//
//   clear --ring--> waiting --PRACK--> clear, or waiting for the next of the queue
//                      '-- 64*T1 without PRACK --> given-up

import { type Step, stay } from "../../base/step.ts";
import { SIXTY_FOUR_T1, T1 } from "../transaction/timer-values.ts";

export type Ring = { readonly status: number; readonly sdp: string | undefined };

/** `rseq`: the number of the last one that was sent. */
export type RingingState =
  | { readonly name: "clear"; readonly rseq: number }
  | {
      readonly name: "waiting";
      readonly rseq: number;
      /** It carries a session description, so that the 2xx waits for its PRACK (§3). */
      readonly describes: boolean;
      readonly intervalMs: number;
      readonly waitedMs: number;
      readonly queue: readonly Ring[];
    }
  | { readonly name: "given-up"; readonly rseq: number };

export type RingingInput =
  | { readonly type: "ring"; readonly ring: Ring }
  /** The number of a RAck whose CSeq is that of the INVITE. */
  | { readonly type: "prack"; readonly rseq: number }
  | { readonly type: "timer" };

export type RingingEffect =
  | { readonly type: "send"; readonly ring: Ring; readonly rseq: number }
  | { readonly type: "repeat" }
  | { readonly type: "start"; readonly ms: number }
  | { readonly type: "stop" }
  | { readonly type: "acknowledged" }
  | { readonly type: "give-up" };

type Next = Step<RingingState, RingingEffect>;
type Waiting = Extract<RingingState, { name: "waiting" }>;

/** `first`: 1 to 2^31 - 1, by chance (§3). */
export const startRinging = (first: number): RingingState => ({ name: "clear", rseq: first - 1 });

export function reliableRinging(state: RingingState, input: RingingInput): Next {
  if (input.type === "ring") return ring(state, input.ring);
  if (input.type === "prack") return prack(state, input.rseq);
  return state.name === "waiting" ? timer(state) : stay(state);
}

/** A second one before the PRACK to the first must wait (§3). */
function ring(state: RingingState, next: Ring): Next {
  if (state.name === "given-up") return stay(state);
  if (state.name === "waiting") return [{ ...state, queue: [...state.queue, next] }, []];
  return send(state.rseq + 1, next, []);
}

function send(rseq: number, { status, sdp }: Ring, queue: readonly Ring[]): Next {
  const describes = sdp !== undefined;
  return [
    { name: "waiting", rseq, describes, intervalMs: T1, waitedMs: 0, queue },
    [
      { type: "send", ring: { status, sdp }, rseq },
      { type: "start", ms: T1 },
    ],
  ];
}

function prack(state: RingingState, rseq: number): Next {
  if (state.name !== "waiting" || rseq !== state.rseq) return stay(state);
  const [first, ...queue] = state.queue;
  const done: readonly RingingEffect[] = [{ type: "stop" }, { type: "acknowledged" }];
  if (!first) return [{ name: "clear", rseq }, done];
  const [next, effects] = send(rseq + 1, first, queue);
  return [next, [...done, ...effects]];
}

/** The interval doubles without T2's limit, and the whole lasts 64*T1 (§3). */
function timer(state: Waiting): Next {
  const waitedMs = state.waitedMs + state.intervalMs;
  if (waitedMs >= SIXTY_FOUR_T1) return [{ name: "given-up", rseq: state.rseq }, [{ type: "give-up" }]];
  const intervalMs = Math.min(2 * state.intervalMs, SIXTY_FOUR_T1 - waitedMs);
  return [{ ...state, intervalMs, waitedMs }, [{ type: "repeat" }, { type: "start", ms: intervalMs }]];
}
