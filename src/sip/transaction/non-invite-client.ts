// Non-INVITE client transaction (RFC 3261 §17.1.2). Run by layer.ts.
//
//   trying --1xx--> proceeding --200-699--> completed --K--> terminated      (K is 0 on reliable transports)
//      '------------- F: nobody answered --------------------> terminated

import { type Step, stay } from "../../base/step.ts";
import {
  DELIVER,
  NOT_SENT,
  type PeerGoneInput,
  SEND,
  SIXTY_FOUR_T1,
  start,
  stop,
  T1,
  T2,
  T4,
  TIMED_OUT,
  type TimerInput,
  type TransactionEffect,
  type TransportErrorInput,
} from "./timer-values.ts";

type Waiting = { readonly name: "trying" | "proceeding"; readonly reliable: boolean; readonly nextE: number };
export type NonInviteClientState = Waiting | { readonly name: "completed" } | { readonly name: "terminated" };

export type NonInviteClientInput =
  | { readonly type: "response"; readonly status: number }
  | TimerInput
  | TransportErrorInput
  | PeerGoneInput;

type Next = Step<NonInviteClientState, TransactionEffect>;

const COMPLETED = { name: "completed" } as const;
const TERMINATED = { name: "terminated" } as const;

/** Timer E only over UDP; F always. */
export function startNonInviteClient(reliable: boolean): Next {
  const timers = reliable ? [] : [start("E", T1)];
  return [{ name: "trying", reliable, nextE: T1 }, [SEND, ...timers, start("F", SIXTY_FOUR_T1)]];
}

/** One step. */
export function nonInviteClient(state: NonInviteClientState, input: NonInviteClientInput): Next {
  if (state.name === "terminated") return stay(state);
  if (state.name === "completed") {
    const over = input.type !== "response" && (input.type !== "timer" || input.name === "K");
    return over ? [TERMINATED, [stop("K")]] : stay(state);
  }
  if (input.type === "response") return answered(state, input.status);
  if (input.type === "timer") return timer(state, input);
  // Once a provisional response is here the peer has the request, whatever becomes of a connection that he can do without.
  return state.name === "trying" || input.type === "peer-gone"
    ? [TERMINATED, [stop("E"), stop("F"), NOT_SENT]]
    : stay(state);
}

function answered(state: Waiting, status: number): Next {
  if (status < 200) return [{ ...state, name: "proceeding" }, [DELIVER]];
  if (state.reliable) return [TERMINATED, [stop("E"), stop("F"), DELIVER]];
  return [COMPLETED, [stop("E"), stop("F"), DELIVER, start("K", T4)]];
}

function timer(state: Waiting, input: TimerInput): Next {
  if (input.name === "F") return [TERMINATED, [stop("E"), TIMED_OUT]];
  if (input.name !== "E") return stay(state);
  const nextE = state.name === "proceeding" ? T2 : Math.min(2 * state.nextE, T2);
  return [{ ...state, nextE }, [SEND, start("E", nextE)]];
}
