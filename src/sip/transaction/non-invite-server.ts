// Non-INVITE server transaction (RFC 3261 §17.2.2). Run by layer.ts.
//
//   trying --1xx--> proceeding --200-699--> completed --J--> terminated      (J is 0 on reliable transports)

import { type Step, stay } from "../../base/step.ts";
import {
  NOT_SENT,
  SEND,
  SIXTY_FOUR_T1,
  start,
  stop,
  type TimerInput,
  type TransactionEffect,
  type TransportErrorInput,
} from "./timer-values.ts";

type Open = { readonly name: "trying" | "proceeding"; readonly reliable: boolean };
export type NonInviteServerState = Open | { readonly name: "completed" } | { readonly name: "terminated" };

export type NonInviteServerInput =
  /** The request came again. */
  | { readonly type: "request" }
  | { readonly type: "respond"; readonly status: number }
  | TimerInput
  | TransportErrorInput;

type Next = Step<NonInviteServerState, TransactionEffect>;

const COMPLETED = { name: "completed" } as const;
const TERMINATED = { name: "terminated" } as const;

export const startNonInviteServer = (reliable: boolean): NonInviteServerState => ({ name: "trying", reliable });

/** One step. */
export function nonInviteServer(state: NonInviteServerState, input: NonInviteServerInput): Next {
  if (state.name === "terminated") return stay(state);
  if (input.type === "transport-error") return [TERMINATED, [stop("J"), NOT_SENT]];
  if (state.name === "completed") return completed(state, input);
  if (input.type === "respond") return respond(state, input.status);
  return input.type === "request" && state.name === "proceeding" ? [state, [SEND]] : stay(state);
}

function respond(state: Open, status: number): Next {
  if (status < 200) return [{ ...state, name: "proceeding" }, [SEND]];
  return state.reliable ? [TERMINATED, [SEND]] : [COMPLETED, [SEND, start("J", SIXTY_FOUR_T1)]];
}

function completed(state: { readonly name: "completed" }, input: NonInviteServerInput): Next {
  if (input.type === "request") return [state, [SEND]];
  return input.type === "timer" && input.name === "J" ? [TERMINATED, []] : stay(state);
}
