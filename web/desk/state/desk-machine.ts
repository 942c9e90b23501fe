// The desk's machine: each event of the agent, a snapshot in place of events that are gone, and what he does himself.
//
//   dialling --Customer_Alerting--> alerting --.
//   offered --Ringing--> ringing --answer----- '--Talking--> talking <--Hold, Talking--> held
//                                                   '--Conference--> conference
//   any --Call_Release, Call_Out_Fail, No_Answer--> ended

import type { AgentSnapshot } from "../../../src/contract/event-stream.ts";
import {
  AGENT,
  become,
  type CallFound,
  currentCall,
  type DeskCall,
  type DeskInput,
  type DeskState,
  type Direction,
  isLive,
  mayWait,
  noticed,
  type Stage,
  type Told,
  withCall,
} from "./desk-state.ts";

type Content = Readonly<Record<string, unknown>>;
/** What an event means. `id`: the call that it names, "" = none. */
type Heard = { readonly state: DeskState; readonly at: number; readonly id: string; readonly content: Content };
type Meaning = (told: Heard) => DeskState;

const text = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

const count = (value: unknown): number | null => (Number.isSafeInteger(value) ? (value as number) : null);

/** codes.json call_features: 0 incoming, 6 inside, 7 outgoing, 51 and 52 help. */
function directionOf(feature: string, before: Direction): Direction {
  if (feature === "7") return "out";
  if (feature === "6" || feature === "51" || feature === "52") return "inside";
  return feature === "0" ? "in" : before;
}

/** Nothing but a ringing phone has told of it. */
const isPhonesWord = ({ stage, ours }: DeskCall): boolean => stage === "offered" && ours === "";

/**
 * Who stands on the other side: the called one of a call that we have placed (wire.md 24), else the caller. What a ringing phone has
 * said, the calling number whoever has called whom, stands until more is known.
 */
function otherSide(call: DeskCall, content: Content, direction: Direction): Partial<DeskCall> {
  const [caller, called] = [text(content["caller"]), text(content["called"])];
  const known = isPhonesWord(call) ? "" : call.number;
  const placed = direction === "out" || (call.stage === "dialling" && call.number === called);
  return placed ? { number: known || called, ours: caller } : { number: known || caller, ours: called };
}

/** codes.json media_ability_in_events. */
const AUDIO_AND_VIDEO = "3";

/** Without pictures nobody is unseen. */
const sight = (call: DeskCall, video: boolean): Partial<DeskCall> => ({
  video,
  unseenAt: video ? call.unseenAt : null,
});

const ended = (at: number, by: DeskCall["endedBy"]) => (call: DeskCall) =>
  isLive(call)
    ? { stage: "ended" as Stage, endedAt: at, endedBy: call.endedBy || by, heldAt: null, mutedAt: null }
    : {};

const state =
  (agent: number): Meaning =>
  ({ state: before, at, content }) =>
    become(before, agent, at, text(content["reason"]).replace(/^0$/, ""));

const talking: Meaning = ({ state: before, at, id, content }) =>
  become(
    withCall(before, { id, at }, (call) => {
      const direction = directionOf(text(content["feature"]), call.direction);
      const stage: Stage = call.partners.length > 1 ? "conference" : "talking";
      return {
        ...otherSide(call, content, direction),
        direction,
        stage,
        talkingAt: call.talkingAt ?? at,
        heldAt: null,
        ...sight(call, content["mediaAbility"] === AUDIO_AND_VIDEO),
      };
    }),
    AGENT.talking,
    at,
  );

const ringing =
  (stage: Stage): Meaning =>
  ({ state: before, at, id, content }) =>
    withCall(before, { id, at }, (call) => {
      const direction = directionOf(text(content["feature"]), "in");
      const from = text(content["transfrom"]);
      const seen = { ...otherSide(call, content, direction), direction, stage };
      // Asked into a colleague's call: it is he who calls.
      return direction === "inside" && from !== "" ? { ...seen, number: from } : { ...seen, from };
    });

/** Of a call that talks it is not the end: a transfer has failed, and the two go on. */
const failed: Meaning = ({ state: before, at, id }) => {
  const call = before.calls.find((one) => one.id === id);
  if (call?.talkingAt != null && isLive(call)) return noticed(before, "transfer");
  return id === "" ? before : withCall(before, { id, at }, ended(at, "other"));
};

/**
 * A call on hold that has been joined to this one is no more, and no event says so: its customer is among the partners. What was known of it
 * (whose call it is, data, notes) goes on with the call of three.
 */
function withoutHeld(joined: DeskState, id: string, partners: readonly string[]): DeskState {
  const held = joined.calls.find((call) => call.id !== id && call.stage === "held" && partners.includes(call.number));
  if (!held) return joined;
  const left = { ...joined, calls: joined.calls.filter((call) => call !== held) };
  return withCall(left, { id, at: held.beganAt }, (call) => ({
    ...{ direction: held.direction, number: held.number, ours: held.ours, skill: held.skill, from: held.from },
    ...{ beganAt: held.beganAt, talkingAt: held.talkingAt, data: held.data || call.data },
    notes: [held.notes, call.notes].filter(Boolean).join("\n"),
    code: call.code ?? held.code,
  }));
}

const meanings: Readonly<Record<string, Meaning>> = {
  AgentOther_InService: ({ state: before, at }) => become(before, AGENT.idle, at),
  AgentState_Busy: state(AGENT.talking),
  AgentState_Ready: state(AGENT.idle),
  // Ends by itself where the site says so; one that the agent asked for does not.
  AgentState_Work: ({ state: before, at }) => become(before, AGENT.wrapUp, at, "after-call"),
  AgentState_SetWork_Success: state(AGENT.wrapUp),
  AgentState_CancelWork_Success: state(AGENT.idle),
  AgentState_SetNotReady_Success: state(AGENT.busy),
  AgentState_CancelNotReady_Success: state(AGENT.idle),
  AgentState_SetRest_Success: state(AGENT.rest),
  AgentState_CancelRest_Success: state(AGENT.idle),
  AgentState_Rest_Timeout: ({ state: before }) => noticed(before, "rest-over"),
  AgentState_Force_SetNotReady: ({ state: before }) => noticed(before, "forced"),
  AgentState_Force_Ready: ({ state: before }) => noticed(before, "forced"),
  AgentOther_PhoneAlerting: ({ state: before, at, id, content }) =>
    id === ""
      ? before
      : withCall(before, { id, at }, (call) =>
          call.number !== "" ? {} : { direction: "in", stage: "offered", number: text(content["caller"]) },
        ),
  AgentOther_PhoneBusy: ({ state: before }) => noticed(before, "phone-busy"),
  AgentOther_Note: ({ state: before, content }) => noticed(before, "note", text(content["bulletin"])),
  AgentEvent_Incoming_CallInfo: ({ state: before, at, id, content }) =>
    withCall(before, { id, at }, (call) => ({
      direction: "in",
      stage: call.stage === "dialling" ? "offered" : call.stage,
      number: text(content["caller"]),
      ours: text(content["called"]),
      skill: text(content["skillName"]),
    })),
  AgentEvent_Ringing: ringing("ringing"),
  AgentEvent_Auto_Answer: ringing("offered"),
  AgentEvent_Customer_Alerting: ({ state: before, at, id, content }) =>
    withCall(before, { id, at }, (call) => ({
      number: call.number || text(content["otherPhone"]),
      stage: call.stage === "dialling" ? "alerting" : call.stage,
    })),
  AgentEvent_Talking: talking,
  AgentEvent_Conference: ({ state: before, at, id, content }) => {
    const partners = text(content["partner"]).split(",").filter(Boolean);
    const joined = withCall(before, { id, at }, (call) => ({
      stage: "conference",
      talkingAt: call.talkingAt ?? at,
      heldAt: null,
      partners,
    }));
    return withoutHeld(joined, id, partners);
  },
  AgentEvent_Hold: ({ state: before, at, id }) =>
    withCall(before, { id, at }, () => ({ stage: "held", heldAt: at, mutedAt: null, unseenAt: null })),
  AgentEvent_Customer_Release: ({ state: before, at, id, content }) =>
    withCall(before, { id, at }, (call) => {
      const partners = call.partners.filter((partner) => partner !== text(content["number"]));
      return partners.length > 0 && partners.length < call.partners.length
        ? { partners, stage: partners.length > 1 ? "conference" : "talking" }
        : { endedBy: "other" };
    }),
  // The spelling is the interface's.
  AgentEvent_MediaSwith: ({ state: before, at, id, content }) =>
    content["reason"] === 0
      ? withCall(before, { id, at }, (call) => sight(call, content["mediaType"] === Number(AUDIO_AND_VIDEO)))
      : noticed(before, "no-video"),
  AgentEvent_Call_Release: ({ state: before, at, id }) => withCall(before, { id, at }, ended(at, "us")),
  AgentEvent_No_Answer: ({ state: before, at, id }) =>
    noticed(withCall(before, { id, at }, ended(at, "other")), "missed"),
  AgentEvent_Call_Out_Fail: failed,
  AgentEvent_Connect_Fail: failed,
  AgentEvent_Inside_Call_Fail: failed,
  AgentEvent_Consult_Fail: ({ state: before }) => noticed(before, "consult"),
  AgentEvent_SuccTransResult: ({ state: before, content }) =>
    content["result"] === 0 ? before : noticed(before, "transfer"),
  OUTBOUND_DETECT_EVENT: ({ state: before, at, id, content }) =>
    withCall(before, { id, at }, () => ({
      failure: { detect: count(content["detect"]), text: text(content["desc"]) },
    })),
  AgentOther_BeQcStart: ({ state: before, content }) => ({ ...before, inspected: count(content["qcType"]) }),
  AgentOther_BeQcStop: ({ state: before }) => ({ ...before, inspected: null }),
};

function hear(before: DeskState, at: number, { eventType, content: given }: Told): DeskState {
  const meaning = Object.hasOwn(meanings, eventType) ? meanings[eventType] : undefined;
  if (!meaning) return before;
  const content: Content = typeof given === "object" && given !== null ? (given as Content) : {};
  const id = typeof given === "string" ? given : text(content["callid"] ?? content["callId"]);
  const settled = meaning({ state: before, at, id, content });
  return statesWithoutCalls.has(eventType) ? withoutGhosts(settled, at) : settled;
}

/** Each is told when the last call is over (behaviour.md §5). */
const statesWithoutCalls: ReadonlySet<string> = new Set([
  ...["AgentState_Ready", "AgentState_Work", "AgentState_SetWork_Success"],
  ...["AgentState_SetNotReady_Success", "AgentState_SetRest_Success"],
]);

/** codes.json busy_reasons: he has rejected a call. */
const REJECTED = "7";

/** A call that never came to anybody, or that he did not take, leaves with the agent's return: no event of its own says so. */
const withoutGhosts = (after: DeskState, at: number): DeskState => ({
  ...after,
  calls: after.calls.map((call) => ({ ...call, ...ended(at, after.reason === REJECTED ? "rejected" : "other")(call) })),
});

const stages: Readonly<Record<string, Stage>> = {
  "setting-up": "dialling",
  offered: "offered",
  ringing: "ringing",
  talking: "talking",
  held: "held",
  conferring: "conference",
};

/** The gateway's word stands over what was heard; what it does not say (notes, timers of a known call) stays. */
function reconcile(before: DeskState, at: number, { agentState, calls }: AgentSnapshot): DeskState {
  const there = new Set(calls.map(({ callid }) => callid));
  const left = before.calls.map((call) => (there.has(call.id) ? call : { ...call, ...ended(at, "")(call) }));
  const known = become({ ...before, calls: left }, agentState, at, agentState === before.agent ? before.reason : "");
  return calls.reduce(
    (state, info) =>
      withCall(state, { id: info.callid, at: info.begintime ?? at }, (call) => {
        const direction = directionOf(String(info.callfeature), call.direction);
        const stage = stages[info.stage] ?? call.stage;
        const connected = stage === "talking" || stage === "held" || stage === "conference";
        return {
          ...otherSide(call, { caller: info.caller, called: info.called }, direction),
          ...{ direction, stage, skill: info.callskill, data: call.data || info.calldata },
          talkingAt: call.talkingAt ?? (connected ? at : null),
          heldAt: stage === "held" ? (call.heldAt ?? at) : null,
        };
      }),
    known,
  );
}

/** What the gateway knows of a call while the phone rings for it; later its events have said as much. */
function lookedUp(before: DeskState, at: number, { callid: id, caller, called, callfeature }: CallFound): DeskState {
  if (!before.calls.some((call) => call.id === id && isPhonesWord(call))) return before;
  return withCall(before, { id, at }, (call) => {
    const direction = directionOf(String(callfeature), call.direction);
    return { ...otherSide(call, { caller, called }, direction), direction };
  });
}

export function deskMachine(before: DeskState, input: DeskInput): DeskState {
  switch (input.type) {
    case "told":
      return hear(before, input.at, input.event);
    case "snapshot": {
      const after = reconcile(before, input.at, input.snapshot);
      return input.missed ? noticed(after, "gap") : after;
    }
    case "looked-up":
      return lookedUp(before, input.at, input.call);
    case "placed":
      return withCall(before, input, ({ stage }) => ({
        direction: input.inside ? "inside" : "out",
        number: input.number,
        stage,
      }));
    case "muted": {
      const id = currentCall(before)?.id;
      return id ? withCall(before, { id, at: input.at }, () => ({ mutedAt: input.muted ? input.at : null })) : before;
    }
    case "shown": {
      const id = currentCall(before)?.id;
      return id ? withCall(before, { id, at: input.at }, () => ({ unseenAt: input.shown ? null : input.at })) : before;
    }
    case "wished":
      return { ...before, wish: mayWait(before.agent) ? input.wish : null };
    case "noted":
      return withCall(before, { id: input.id, at: 0 }, () => ({ notes: input.notes }));
    case "coded":
      return withCall(before, { id: input.id, at: 0 }, () => ({ code: input.code }));
    case "kept":
      return withCall(before, { id: input.id, at: 0 }, () => ({ kept: input.said }));
    case "data":
      return withCall(before, { id: input.id, at: 0 }, () => ({ data: input.data }));
    case "dismissed":
      return { ...before, notices: before.notices.filter(({ key }) => key !== input.key) };
    case "cleared":
      return withCall(before, { id: input.id, at: 0 }, () => ({ aside: true }));
  }
}
