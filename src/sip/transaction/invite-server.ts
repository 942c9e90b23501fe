// INVITE server transaction (RFC 3261 §17.2.1 as corrected by RFC 6026 §7.1). Run by layer.ts. Timer G sends the final
// response again on UDP until the ACK; a 2xx is sent again by the dialog, not here.
//
//   proceeding --300-699--> completed --ACK--> confirmed --I--> terminated
//       |                       '-- H: no ACK --> terminated
//       '--2xx--> accepted --L--> terminated       (ACKs and 2xx pass through)

import { type Step, stay } from "../../base/step.ts";
import {
  DELIVER,
  NOT_SENT,
  SEND,
  SIXTY_FOUR_T1,
  start,
  stop,
  T1,
  T2,
  T4,
  type TimerInput,
  type TransactionEffect,
  type TransportErrorInput,
} from "./timer-values.ts";

type Proceeding = { readonly name: "proceeding"; readonly reliable: boolean; readonly sent: boolean };
type Completed = { readonly name: "completed"; readonly reliable: boolean; readonly nextG: number };
type Confirmed = { readonly name: "confirmed" };
type Accepted = { readonly name: "accepted" };
export type InviteServerState = Proceeding | Completed | Confirmed | Accepted | { readonly name: "terminated" };

export type InviteServerInput =
  /** The INVITE came again. */
  | { readonly type: "request" }
  | { readonly type: "ack" }
  | { readonly type: "respond"; readonly status: number }
  | TimerInput
  | TransportErrorInput;

type Next = Step<InviteServerState, TransactionEffect>;

const ACCEPTED = { name: "accepted" } as const;
const TERMINATED = { name: "terminated" } as const;

export const startInviteServer = (reliable: boolean): InviteServerState => ({
  name: "proceeding",
  reliable,
  sent: false,
});

/** One step. Before the first provisional response an INVITE that comes again is only absorbed. */
export function inviteServer(state: InviteServerState, input: InviteServerInput): Next {
  switch (state.name) {
    case "proceeding":
      return proceeding(state, input);
    case "completed":
      return completed(state, input);
    case "confirmed":
      return input.type === "timer" && input.name === "I" ? [TERMINATED, []] : stay(state);
    case "accepted":
      return accepted(state, input);
    case "terminated":
      return stay(state);
  }
}

function proceeding(state: Proceeding, input: InviteServerInput): Next {
  if (input.type === "request") return state.sent ? [state, [SEND]] : stay(state);
  if (input.type === "transport-error") return [TERMINATED, [NOT_SENT]];
  if (input.type !== "respond") return stay(state);
  if (input.status < 200) return [{ ...state, sent: true }, [SEND]];
  if (input.status < 300) return [ACCEPTED, [SEND, start("L", SIXTY_FOUR_T1)]];
  const timers = state.reliable ? [] : [start("G", T1)];
  return [{ name: "completed", reliable: state.reliable, nextG: T1 }, [SEND, ...timers, start("H", SIXTY_FOUR_T1)]];
}

function completed(state: Completed, input: InviteServerInput): Next {
  if (input.type === "request") return [state, [SEND]];
  if (input.type === "transport-error") return [TERMINATED, [stop("G"), stop("H"), NOT_SENT]];
  if (input.type === "ack") {
    if (state.reliable) return [TERMINATED, [stop("H")]];
    return [{ name: "confirmed" }, [stop("G"), stop("H"), start("I", T4)]];
  }
  if (input.type !== "timer") return stay(state);
  if (input.name === "H") return [TERMINATED, [stop("G"), { type: "ack-missing" }]];
  if (input.name !== "G") return stay(state);
  const nextG = Math.min(2 * state.nextG, T2);
  return [{ ...state, nextG }, [SEND, start("G", nextG)]];
}

/** RFC 6026 §7.1: an INVITE that comes again is absorbed, an ACK on the same branch goes up, the 2xx is sent as often as asked. */
function accepted(state: Accepted, input: InviteServerInput): Next {
  if (input.type === "ack") return [state, [DELIVER]];
  if (input.type === "respond") return input.status >= 200 && input.status < 300 ? [state, [SEND]] : stay(state);
  return input.type === "timer" && input.name === "L" ? [TERMINATED, []] : stay(state);
}
