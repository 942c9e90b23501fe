// What the desk shows, from what the agent is told: his state and since when, his calls, what went wrong. A machine as those of
// the gateway are: (state, input) -> state, plain data, the time comes in with the input; so it can be kept over a reload as it is.

import type { CallInfoMessage } from "../../../src/contract/call-data.ts";
import type { AgentSnapshot } from "../../../src/contract/event-stream.ts";

/** codes.json agent_states. */
export const AGENT = { busy: 3, idle: 4, wrapUp: 5, talking: 7, rest: 8 } as const;

/** `dialling`: until the other side rings. `offered`: at our phone, not to be answered yet. `ringing`: waits for the answer. */
export type Stage = "dialling" | "alerting" | "offered" | "ringing" | "talking" | "held" | "conference" | "ended";

export type Direction = "out" | "in" | "inside";

/** `detect` null: the gateway gave no number. */
export type Failure = { readonly detect: number | null; readonly text: string };

export type DeskCall = {
  readonly id: string;
  readonly direction: Direction;
  /** Of the other side; "" = not told. */
  readonly number: string;
  /** Number shown to, or called by, the other side. */
  readonly ours: string;
  readonly skill: string;
  readonly stage: Stage;
  readonly beganAt: number;
  readonly talkingAt: number | null;
  readonly heldAt: number | null;
  readonly mutedAt: number | null;
  /** Pictures go both ways. */
  readonly video: boolean;
  /** The other side does not see the agent since. */
  readonly unseenAt: number | null;
  readonly endedAt: number | null;
  /** `rejected`: by the agent, before it was taken. */
  readonly endedBy: "us" | "rejected" | "other" | "";
  readonly failure: Failure | null;
  /** The others in a call of three or more, as the gateway names them. */
  readonly partners: readonly string[];
  /** Who has passed it on to us; "" = nobody. */
  readonly from: string;
  readonly data: string;
  readonly notes: string;
  /** Of the site's wrap-up codes, null = none. */
  readonly code: number | null;
  /** What the gateway has of notes and code (`saidOf`). */
  readonly kept: string;
  /** It has ended, and the agent has seen how. */
  readonly aside: boolean;
};

/** Something that the agent has to know and may put aside. */
export type Notice = {
  readonly key: number;
  readonly kind:
    | "transfer"
    | "consult"
    | "phone-busy"
    | "missed"
    | "rest-over"
    | "forced"
    | "gap"
    | "note"
    | "no-video";
  readonly text: string;
};

export type DeskState = {
  readonly agent: number;
  readonly since: number;
  /** Busy reason or cause of rest, "" = none. */
  readonly reason: string;
  /** What the agent has asked to be after this call or wrap-up. */
  readonly wish: "busy" | "rest" | "wrap-up" | null;
  /** Newest last. */
  readonly calls: readonly DeskCall[];
  readonly notices: readonly Notice[];
  /** Somebody listens, whispers or talks: qcType. */
  readonly inspected: number | null;
};

export type Told = { readonly eventType: string; readonly content: unknown };

export type CallFound = Pick<CallInfoMessage, "callid" | "caller" | "called" | "callfeature">;

export type DeskInput =
  | { readonly type: "told"; readonly at: number; readonly event: Told }
  | { readonly type: "snapshot"; readonly at: number; readonly snapshot: AgentSnapshot; readonly missed: boolean }
  | { readonly type: "looked-up"; readonly at: number; readonly call: CallFound }
  | {
      readonly type: "placed";
      readonly at: number;
      readonly id: string;
      readonly number: string;
      readonly inside: boolean;
    }
  | { readonly type: "muted"; readonly at: number; readonly muted: boolean }
  | { readonly type: "shown"; readonly at: number; readonly shown: boolean }
  | { readonly type: "wished"; readonly wish: DeskState["wish"] }
  | { readonly type: "noted"; readonly id: string; readonly notes: string }
  | { readonly type: "coded"; readonly id: string; readonly code: number | null }
  | { readonly type: "kept"; readonly id: string; readonly said: string }
  | { readonly type: "data"; readonly id: string; readonly data: string }
  | { readonly type: "dismissed"; readonly key: number }
  | { readonly type: "cleared"; readonly id: string };

/** Ended calls are kept so long; the desk is no archive. */
const KEPT_CALLS = 60;

export const emptyDesk = (at: number): DeskState => ({
  agent: AGENT.idle,
  since: at,
  reason: "",
  wish: null,
  calls: [],
  notices: [],
  inspected: null,
});

export const isLive = ({ stage }: DeskCall): boolean => stage !== "ended";

/** Notes and code of a call, to be compared. */
export const saidOf = ({ notes, code }: Pick<DeskCall, "notes" | "code">): string => JSON.stringify([code, notes]);
const NOTHING_SAID = saidOf({ notes: "", code: null });

/** The gateway has not yet what the agent says about it. */
export const isUnkept = (call: DeskCall): boolean => call.kept !== saidOf(call);

/** The one that commands without a call id are about. */
export const currentCall = (state: DeskState): DeskCall | undefined =>
  state.calls.findLast((call) => isLive(call) && call.stage !== "held");

export const emptyCall = (id: string, at: number): DeskCall => ({
  id,
  direction: "out",
  number: "",
  ours: "",
  skill: "",
  stage: "dialling",
  beganAt: at,
  talkingAt: null,
  heldAt: null,
  mutedAt: null,
  video: false,
  unseenAt: null,
  endedAt: null,
  endedBy: "",
  failure: null,
  partners: [],
  from: "",
  data: "",
  notes: "",
  code: null,
  kept: NOTHING_SAID,
  aside: false,
});

/** A call has an end if and only if it has ended. */
const settled = (call: DeskCall): DeskCall => (isLive(call) ? { ...call, endedAt: null } : call);

/** The call with this id, changed; a new one when it is not known. */
export function withCall(
  state: DeskState,
  found: { readonly id: string; readonly at: number },
  change: (call: DeskCall) => Partial<DeskCall>,
): DeskState {
  const known = state.calls.some(({ id }) => id === found.id);
  const calls = known ? state.calls : [...state.calls, emptyCall(found.id, found.at)];
  const changed = calls.map((call) => (call.id === found.id ? settled({ ...call, ...change(call) }) : call));
  return { ...state, calls: changed.slice(-KEPT_CALLS) };
}

/** In these states busy and rest take effect at their end (behaviour.md §5). */
export const mayWait = (agent: number): boolean => agent === AGENT.talking || agent === AGENT.wrapUp;

export const become = (state: DeskState, agent: number, at: number, reason = ""): DeskState => ({
  ...state,
  agent,
  reason,
  since: state.agent === agent && state.reason === reason ? state.since : at,
  wish: agent === AGENT.talking || (agent === state.agent && mayWait(agent)) ? state.wish : null,
});

let noticeKey = 0;

export function noticed(state: DeskState, kind: Notice["kind"], text = ""): DeskState {
  const last = state.notices.at(-1)?.key ?? 0;
  noticeKey = Math.max(noticeKey, last) + 1;
  return { ...state, notices: [...state.notices.slice(-4), { key: noticeKey, kind, text }] };
}
