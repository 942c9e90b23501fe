// INVITE client transaction (RFC 3261 §17.1.1 as corrected by RFC 6026 §7.2). Run by layer.ts.
//
//   calling --1xx--> proceeding --300-699--> completed --D--> terminated
//      |                 |                       (each 300-699 again: ACK again)
//      |                 '--2xx--> accepted --M--> terminated      (each 2xx goes up)
//      '-- B: nobody answered --> terminated        (calling and proceeding end with the connection of a browser, too)

import { type Step, stay } from "../../base/step.ts";
import {
  DELIVER,
  NOT_SENT,
  type PeerGoneInput,
  SEND,
  SEND_ACK,
  SIXTY_FOUR_T1,
  start,
  stop,
  T1,
  TIMED_OUT,
  type TimerInput,
  type TransactionEffect,
  type TransportErrorInput,
} from "./timer-values.ts";

type Calling = { readonly name: "calling"; readonly reliable: boolean; readonly nextA: number };
type Proceeding = { readonly name: "proceeding"; readonly reliable: boolean };
type Completed = { readonly name: "completed" };
type Accepted = { readonly name: "accepted" };
export type InviteClientState = Calling | Proceeding | Completed | Accepted | { readonly name: "terminated" };

export type InviteClientInput =
  | { readonly type: "response"; readonly status: number }
  /** A CANCEL has been sent: a final response is due within 64*T1 (RFC 3261 §9.1). */
  | { readonly type: "cancelled" }
  | TimerInput
  | TransportErrorInput
  | PeerGoneInput;

type Next = Step<InviteClientState, TransactionEffect>;

const ACCEPTED = { name: "accepted" } as const;
const COMPLETED = { name: "completed" } as const;
const TERMINATED = { name: "terminated" } as const;
const NO_WAY: Next = [TERMINATED, [stop("A"), stop("B"), NOT_SENT]];

/** Timer A only over UDP; B always. */
export function startInviteClient(reliable: boolean): Next {
  const timers = reliable ? [] : [start("A", T1)];
  return [{ name: "calling", reliable, nextA: T1 }, [SEND, ...timers, start("B", SIXTY_FOUR_T1)]];
}

/** One that another process has sent: what comes to it is all that is left. */
export const resumeInviteClient = (reliable: boolean): Next => [{ name: "proceeding", reliable }, []];

/** One step. In Completed and Accepted only what comes again is served. */
export function inviteClient(state: InviteClientState, input: InviteClientInput): Next {
  switch (state.name) {
    case "calling":
      return calling(state, input);
    case "proceeding":
      return proceeding(state, input);
    case "completed":
      return completed(state, input);
    case "accepted":
      return accepted(state, input);
    case "terminated":
      return stay(state);
  }
}

function calling(state: Calling, input: InviteClientInput): Next {
  if (input.type === "response") return answered(state, input.status);
  if (input.type === "transport-error" || input.type === "peer-gone") return NO_WAY;
  if (input.type !== "timer") return stay(state);
  if (input.name === "B") return [TERMINATED, [stop("A"), TIMED_OUT]];
  if (input.name !== "A") return stay(state);
  const nextA = 2 * state.nextA;
  return [{ ...state, nextA }, [SEND, start("A", nextA)]];
}

function proceeding(state: Proceeding, input: InviteClientInput): Next {
  if (input.type === "response") return answered(state, input.status);
  if (input.type === "peer-gone") return NO_WAY;
  if (input.type === "cancelled") return [state, [start("B", SIXTY_FOUR_T1)]];
  if (input.type === "timer" && input.name === "B") return [TERMINATED, [TIMED_OUT]];
  return stay(state);
}

function answered(state: Calling | Proceeding, status: number): Next {
  if (status < 200) {
    if (state.name === "proceeding") return [state, [DELIVER]];
    return [{ name: "proceeding", reliable: state.reliable }, [stop("A"), stop("B"), DELIVER]];
  }
  if (status < 300) return [ACCEPTED, [stop("A"), stop("B"), DELIVER, start("M", SIXTY_FOUR_T1)]];
  if (state.reliable) return [TERMINATED, [stop("A"), stop("B"), SEND_ACK, DELIVER]];
  return [COMPLETED, [stop("A"), stop("B"), SEND_ACK, DELIVER, start("D", SIXTY_FOUR_T1)]];
}

function completed(state: Completed, input: InviteClientInput): Next {
  if (input.type === "response") return input.status < 300 ? stay(state) : [state, [SEND_ACK]];
  if (input.type === "transport-error") return [TERMINATED, [stop("D")]];
  return input.type === "timer" && input.name === "D" ? [TERMINATED, []] : stay(state);
}

function accepted(state: Accepted, input: InviteClientInput): Next {
  if (input.type === "response") return input.status >= 200 && input.status < 300 ? [state, [DELIVER]] : stay(state);
  return input.type === "timer" && input.name === "M" ? [TERMINATED, []] : stay(state);
}
