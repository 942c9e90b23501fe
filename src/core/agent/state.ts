// The agent: his state, his phone's leg and the calls he is in. All plain data.

import type { AgentId, CallId, LegId } from "../../base/ids.ts";
import type { Refusal } from "../../base/step.ts";
import type { AgentEvent } from "../../contract/agent-event.ts";
import type { ResultCode } from "../../contract/result.ts";
import type {
  CallFact,
  CallKind,
  CallPlan,
  Declined,
  Heard,
  InspectionMode,
  LegEvent,
  MemberEvent,
  Offer,
  OfferFact,
  Purpose,
  RecordingFile,
  Target,
} from "../call/state.ts";
import type { ConferenceFact, ConferencePlan } from "../conference/state.ts";
import type { Cause, Phase, Sign } from "../detect/cause.ts";

/** behaviour.md §5. Numbers: 3 busy, 4 idle, 5 wrap-up, 7 talking (in a call, whatever its stage), 8 rest. */
export type Presence =
  | { readonly name: "idle" }
  | { readonly name: "busy"; readonly reason: number }
  /** `timed`: it ends by itself. */
  | { readonly name: "wrap-up"; readonly timed: boolean }
  | { readonly name: "talking" }
  | { readonly name: "rest"; readonly cause: number };

/** Asked for during a call or wrap-up; takes effect at its end. */
export type Afterwards =
  | { readonly name: "busy"; readonly reason: number }
  | { readonly name: "rest"; readonly seconds: number; readonly cause: number }
  | { readonly name: "wrap-up" };

/** The leg to the agent's phone (decisions.md 20). */
export type Phone =
  | { readonly name: "on-hook" }
  | {
      readonly name: "ringing";
      readonly leg: LegId;
      readonly call: CallId;
      readonly alerted: boolean;
      /** It can be asked to answer. */
      readonly talks: boolean;
    }
  | { readonly name: "off-hook"; readonly leg: LegId; readonly video: boolean }
  /** Off-hook, asked by a re-INVITE to add video for the next call. */
  | { readonly name: "adding-video"; readonly leg: LegId; readonly call: CallId }
  /** Off-hook, but its connection is lost: a browser's page reloads, or changes the network. Its return is waited for. */
  | { readonly name: "lost"; readonly leg: LegId; readonly video: boolean };

/** An agent's view of a call of his: as much as it takes to say yes or no to a request. */
export type AgentCall = {
  readonly id: CallId;
  readonly kind: CallKind | "conference" | "inspection" | "playback";
  /**
   * `offered`: his phone is being rung for it; `ringing`: off-hook, it waits for his answer; `conferring`: he is in a conference;
   * `inspecting`, `playing`: he listens.
   */
  readonly stage: "setting-up" | "offered" | "ringing" | "talking" | "held" | "conferring" | "inspecting" | "playing";
  /** Call type in events (codes.json call_features). */
  readonly feature: number;
  readonly role: "main" | "assistant";
  /** Whom he is bringing in, and why; null: nobody. */
  readonly bringing: Purpose | null;
  /** As it was offered to him; null: he placed it himself. */
  readonly offer: Offer | null;
  /** He has picked his phone up from the desktop: that is his answer too. */
  readonly pickedUp?: true;
  /** What an offered call has taken him out of; absent: nothing that he goes back to. */
  readonly before?: Presence & { readonly name: "wrap-up" };
  readonly muted: boolean;
  readonly mediaAbility: CallPlan["mediaAbility"];
  readonly recording: AgentRecording | null;
  /** Absent: it has none, and none is asked for. */
  readonly video?: CallVideo;
  /** Whom he watches, and how; absent: it is a call. No call knows this id: it names the phone's occupation. */
  readonly inspection?: Inspection;
  /** `confId` of the conference; absent: it is a call. */
  readonly conference?: number;
  /** The recording that he hears; absent: it is a call. Its id, too, names the phone's occupation. */
  readonly playback?: Playback;
};

/** `on`: the two see each other. `muted`: he is not seen. `switching`: what he wants, and who has been asked for it. */
export type CallVideo = {
  readonly on: boolean;
  readonly muted: boolean;
  readonly switching: (MediaWish & { readonly asked: "phone" | "party" }) | null;
};

export type MediaWish = { readonly video: boolean; readonly videoDirection: CallPlan["videoDirection"] };

/** `file`: below the folder of recordings. `times` 0: without end. `began`: it can be heard. */
export type Playback = {
  readonly file: string;
  readonly fromMs: number;
  readonly times: number;
  readonly began: boolean;
  readonly paused: boolean;
};

export type Inspection = { readonly of: AgentId; readonly mode: InspectionMode };

/** He is recorded. `file` null: it is not there yet. */
export type AgentRecording = { readonly file: RecordingFile | null; readonly paused: boolean };

/** `either`: busy or no answer. */
export type Forwarding = { readonly when: "always" | "busy" | "no-answer" | "either"; readonly to: Target };

export type Profile = {
  readonly phoneNumber: string;
  /** Sign-in time, ms since the epoch. */
  readonly loginAt: number;
  readonly autoAnswer: boolean;
  /** Idle after a call; else wrap-up. */
  readonly autoEnterIdle: boolean;
  /** Hang the phone up after a call; else it stays off-hook until sign-out. */
  readonly releasePhone: boolean;
  readonly agentType: 4 | 11;
  /** His phone may be picked up and hung up from the desktop. */
  readonly phoneLinkage: boolean;
  /** Skills he serves now. */
  readonly skills: readonly number[];
  /** He is given calls from the queues. */
  readonly talkRight: boolean;
  /** Every call of his is recorded. */
  readonly selfRecord: boolean;
  /** A state that means something to the client alone, 0 to 65534. */
  readonly customState: number | null;
  /** Where calls for his own number go on; null: nowhere. */
  readonly forwarding: Forwarding | null;
  /** So long he wraps up after a call at most, ms; null: until he says so. */
  readonly wrapUpMs: number | null;
};

export type SignedOut = { readonly name: "signed-out"; readonly id: AgentId; readonly legs: number };

export type SignedIn = {
  readonly name: "signed-in";
  readonly id: AgentId;
  readonly profile: Profile;
  readonly presence: Presence;
  readonly afterwards: Afterwards | null;
  readonly phone: Phone;
  /** Oldest first. At most one is not held. */
  readonly calls: readonly AgentCall[];
  /** Phone legs made so far: names the next one. */
  readonly legs: number;
};

export type Agent = SignedOut | SignedIn;

export type AgentRequest =
  | { readonly type: "say-busy"; readonly reason: number; readonly prolong: boolean }
  | { readonly type: "cancel-busy" }
  | { readonly type: "say-free" }
  | { readonly type: "work" }
  | { readonly type: "cancel-work" }
  | { readonly type: "rest"; readonly seconds: number; readonly cause: number; readonly prolong: boolean }
  | { readonly type: "cancel-rest" }
  | { readonly type: "set-auto-enter-idle"; readonly enabled: boolean }
  | { readonly type: "set-auto-answer"; readonly enabled: boolean }
  /** `phoneLinkage` absent: as it was. */
  | { readonly type: "reset-skills"; readonly skills: readonly number[]; readonly phoneLinkage?: boolean }
  | { readonly type: "set-talk-right"; readonly enabled: boolean }
  | { readonly type: "set-self-record"; readonly enabled: boolean }
  /** null: none any more. */
  | { readonly type: "set-custom-state"; readonly value: number | null }
  /** Checked; null: no more. */
  | { readonly type: "set-forwarding"; readonly forwarding: Forwarding | null }
  /** Another phone, known and bound to nobody else. */
  | { readonly type: "bind-phone"; readonly number: string };

export type AgentCallRequest =
  /** `occupyFirst`: soft parameter P18 is 1. */
  | { readonly type: "call-out"; readonly plan: CallPlan; readonly occupyFirst: boolean; readonly ringMs: number }
  | { readonly type: "release" }
  /** `callId` "" = the one that rings. */
  | { readonly type: "answer"; readonly callId: string }
  /** 1: back to its queue, the agent is busy; 2: the call ends, the agent is idle. */
  | { readonly type: "reject"; readonly callId: string; readonly mode: 1 | 2 }
  /** Passes the current call on, or asks somebody in. */
  | {
      readonly type: "bring-in";
      readonly purpose: Exclude<Purpose, "setup">;
      readonly target: Target;
      readonly park: boolean;
      readonly appData: string | null;
    }
  | { readonly type: "take-back" }
  | { readonly type: "drop-member"; readonly callId: string; readonly number: string }
  | { readonly type: "set-data"; readonly callId: string; readonly appData: string }
  /** Holds the current call and asks another agent about it. */
  | { readonly type: "consult"; readonly plan: CallPlan; readonly ringMs: number }
  /** The current call and a held one become one; `leave`: without him (connecthold). */
  | { readonly type: "join-held"; readonly callId: string; readonly leave: boolean; readonly appData: string | null }
  /** His phone joins his current call with one that it has placed itself, as the party of this leg; they go on without him. */
  | { readonly type: "replace-call"; readonly into: CallId; readonly leg: LegId }
  | { readonly type: "drop-call"; readonly callId: string }
  | { readonly type: "hold" }
  | { readonly type: "get-hold"; readonly callId: string }
  | { readonly type: "begin-mute" }
  | { readonly type: "end-mute" }
  | { readonly type: "begin-mute-video" }
  | { readonly type: "end-mute-video" }
  | ({ readonly type: "switch-media" } & MediaWish)
  /** Hangs up a phone that is kept off-hook. */
  | { readonly type: "release-phone" }
  /** His phone rings: it is asked to answer, or it is given up. */
  | { readonly type: "pick-up-phone" }
  | { readonly type: "hang-up-phone" }
  | { readonly type: "dial-digits"; readonly digits: string }
  /** Announcements to whom he talks with. */
  | { readonly type: "say-number"; readonly names: readonly string[] }
  /** `name`: what the file shall be called, "" = no matter. */
  | { readonly type: "begin-record"; readonly name: string }
  | { readonly type: "pause-record" }
  | { readonly type: "resume-record" }
  | { readonly type: "stop-record" };

export type ConferenceRequest =
  /** He will be in the chair; a call of his becomes the conference. */
  | { readonly type: "request-conference"; readonly plan: ConferencePlan }
  /** The conference that he is invited to. */
  | { readonly type: "answer-conference" }
  | { readonly type: "reject-conference" };

/** Rights and the file have been looked at. `id` names the occupation of his phone. */
export type PlayRequest =
  | ({ readonly type: "begin-play"; readonly id: CallId; readonly ringMs: number } & Pick<
      Playback,
      "file" | "fromMs" | "times"
    >)
  | { readonly type: "pause-play" }
  | { readonly type: "resume-play" }
  | { readonly type: "stop-play" }
  | { readonly type: "jump-play"; readonly ms: number; readonly back: boolean };

/** From the media: it can be heard; it is over, and not because it was stopped. */
export type PlayReport =
  | { readonly type: "play-began"; readonly call: CallId }
  | { readonly type: "play-ended"; readonly call: CallId; readonly failed: boolean };

/** What an inspector does to himself; rights and the other agent have been looked at. */
export type InspectionRequest =
  /** `id` names the occupation. */
  | ({ readonly type: "begin-inspection"; readonly id: CallId; readonly ringMs: number } & Inspection)
  | ({ readonly type: "switch-inspection" } & Inspection)
  | { readonly type: "end-inspection"; readonly of: AgentId }
  /** Takes the call of the inspected agent over, as it stands for that one. */
  | { readonly type: "take-over"; readonly call: AgentCall };

/** What an inspector does to another agent (behaviour.md §5). */
export type ForceRequest =
  | { readonly type: "force-busy" }
  | { readonly type: "force-idle" }
  | ({ readonly type: "force-rest" } & Rest);

/** The agent is inspected, or no more: so that he is told. */
export type InspectedFact =
  | { readonly type: "inspected-from"; readonly by: AgentId; readonly mode: InspectionMode }
  | { readonly type: "inspected-until"; readonly by: AgentId; readonly mode: InspectionMode };

export type AgentInput =
  | ConferenceRequest
  | ConferenceFact
  | PlayRequest
  | PlayReport
  | InspectionRequest
  | ForceRequest
  | InspectedFact
  | { readonly type: "sign-in"; readonly profile: Profile; readonly status: 3 | 4 | 5; readonly rest?: Rest }
  /** `told`: the agent did not ask for it himself in peace, so AgentOther_ShutdownService says it. */
  | { readonly type: "sign-out"; readonly force: boolean; readonly told: boolean }
  | AgentRequest
  | AgentCallRequest
  | LegEvent
  | PhoneConnection
  | { readonly type: "timer"; readonly name: AgentTimer }
  | CallFact
  | OfferFact;

/** The way to the phone is gone, and what it says stays out; or it is back on the same leg, with its media. */
export type PhoneConnection =
  /** `graceMs`: how long its return is waited for. */
  | { readonly type: "leg-lost"; readonly leg: LegId; readonly graceMs: number }
  | { readonly type: "leg-returned"; readonly leg: LegId; readonly video: boolean };

export type AgentTimer = "ring-agent" | "phone-return" | "rest" | "wrap-up";

/** A rest asked for with the sign-in (status 8). */
export type Rest = { readonly seconds: number; readonly cause: number };

/** What an agent's phone is rung for. */
export type PhoneOrder = {
  readonly call: CallId;
  /** The number that the phone shows: who is called, or who calls. */
  readonly shown: string;
  readonly mediaAbility: CallPlan["mediaAbility"];
  readonly videoDirection: CallPlan["videoDirection"];
  /** As in an offer. */
  readonly beside?: LegId | null;
};

export type AgentEffect =
  | { readonly type: "notify"; readonly event: AgentEvent }
  /** AgentConf_RequestFailed, its number looked up like that of OUTBOUND_DETECT_EVENT. */
  | { readonly type: "notify-conference-failed"; readonly phase: Phase; readonly cause: Cause }
  /** OUTBOUND_DETECT_EVENT, its number looked up in the site's table (core/detect). */
  | { readonly type: "notify-failure"; readonly call: CallId; readonly phase: Phase; readonly cause: Cause }
  /** OUTBOUND_DETECT_EVENT in a call that goes on: who answered is no human. */
  | { readonly type: "notify-screened"; readonly call: CallId; readonly sign: Sign }
  /** AgentMediaEvent_StopRecordDone, with the time at which it goes out. */
  | { readonly type: "notify-record-done"; readonly recording: RecordingFile }
  /** `play-began` and `play-ended` come back. */
  | ({ readonly type: "play-file"; readonly call: CallId; readonly leg: LegId } & Pick<
      Playback,
      "file" | "fromMs" | "times"
    >)
  | {
      readonly type: "steer-file";
      readonly call: CallId;
      readonly act: "stop" | { readonly jumpMs: number } | { readonly paused: boolean };
    }
  | { readonly type: "start-call"; readonly plan: CallPlan }
  | { readonly type: "start-conference"; readonly plan: ConferencePlan }
  /** The call or conference with this id. */
  | { readonly type: "tell-call"; readonly call: CallId; readonly event: MemberEvent }
  /** A call for him goes on, if the walls against toll fraud let it; else it is declined. `forwarded` or `offer-declined` follows. */
  | { readonly type: "forward"; readonly call: CallId; readonly to: Target; readonly why: Declined }
  | {
      readonly type: "invite-phone";
      readonly leg: LegId;
      readonly number: string;
      readonly order: PhoneOrder;
      /** When the phone is lost in mid-call and back again, it may answer by itself. */
      readonly autoAnswer: boolean;
    }
  /** To the call that he takes over. */
  | { readonly type: "intercept"; readonly call: CallId }
  /** A re-INVITE, with video or without; `leg-reoffered` comes back. */
  | { readonly type: "reoffer-phone"; readonly leg: LegId; readonly order: PhoneOrder }
  | { readonly type: "hang-up"; readonly leg: LegId }
  | { readonly type: "hear"; readonly listener: LegId; readonly source: Heard }
  | { readonly type: "start-timer"; readonly name: AgentTimer; readonly ms: number }
  | { readonly type: "stop-timer"; readonly name: AgentTimer };

/** codes.json busy_reasons: forced by an inspector. */
export const FORCED_BUSY = 3;

export type Refused = Refusal<ResultCode>;
export type Outcome = readonly [SignedIn, readonly AgentEffect[]];

/** The number that `agentstatus` shows (codes.json agent_states). */
export function stateNumber(agent: Agent): 2 | 3 | 4 | 5 | 7 | 8 {
  if (agent.name === "signed-out") return 2;
  return ({ busy: 3, idle: 4, "wrap-up": 5, talking: 7, rest: 8 } as const)[agent.presence.name];
}

/** The call that is not held: being set up or talking. */
export const currentCall = (agent: SignedIn): AgentCall | undefined =>
  agent.calls.find((call) => call.stage !== "held");

/** Something is going on that a state request has to wait for (a callout reserves the agent: decisions.md 13). */
export const occupied = (agent: SignedIn): boolean => agent.presence.name === "talking" || agent.calls.length > 0;

export const notify = <Type extends AgentEvent["eventType"]>(
  eventType: Type,
  content: Extract<AgentEvent, { eventType: Type }>["content"],
): AgentEffect => ({ type: "notify", event: { eventType, content } as AgentEvent });

/** He talks with somebody: what he says can be muted and recorded. */
export const isConnected = ({ stage }: AgentCall): boolean => stage === "talking" || stage === "conferring";

/** After his phone: the end of a conference as its member sees it (operations.json, requestleaveagentconf). */
export const conferenceLeft = ({ conference }: AgentCall): readonly AgentEffect[] =>
  conference === undefined ? [] : [notify("AgentConf_SelfLeaveResult", { confId: conference })];

/** Before his phone: the end of an answered call as the agent sees it (behaviour.md §6, Release). */
export function callReleased({ id, kind, recording }: AgentCall): readonly AgentEffect[] {
  if (kind === "inspection") return [];
  if (kind === "conference") return recordDone(recording);
  if (kind === "playback") return playStopped(id);
  return [notify("AgentEvent_Call_Release", id), ...recordDone(recording)];
}

/** By the agent: `cause` 1 (events.json). */
const playStopped = (call: CallId): readonly AgentEffect[] => [
  { type: "steer-file", call, act: "stop" },
  notify("AgentMediaEvent_StopPlayDone", { cause: 1 }),
];

export const recordDone = (recording: AgentRecording | null): readonly AgentEffect[] =>
  recording?.file ? [{ type: "notify-record-done", recording: recording.file }] : [];

/** A call of his own that nobody answered, by its kind (events.json). */
export const placedCallFailed = (
  kind: AgentCall["kind"],
  call: CallId,
  phase: Phase,
  cause: Cause,
): readonly AgentEffect[] => {
  if (kind === "inspection") return [];
  if (kind === "conference") return [{ type: "notify-conference-failed", phase, cause }];
  if (kind === "playback") return [notify("AgentMediaEvent_Play_Fail", null)];
  if (kind === "internal") return [notify("AgentEvent_Inside_Call_Fail", call)];
  if (kind === "help") return [notify("AgentEvent_Consult_Fail", call)];
  return callOutFailed(call, phase, cause);
};

/** The failure of a callout as the agent sees it, in the order of decisions.md 16. */
const callOutFailed = (call: CallId, phase: Phase, cause: Cause): readonly AgentEffect[] => [
  { type: "notify-failure", call, phase, cause },
  notify("AgentEvent_Call_Out_Fail", call),
  notify("AgentEvent_Connect_Fail", call),
];
