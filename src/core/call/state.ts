// The call: who is in it, what can happen to it, what it asks for. All plain data.
// A party's leg belongs to the call; an agent's phone leg belongs to the agent (decisions.md 20).

import type { AgentId, CallId, LegId } from "../../base/ids.ts";
import type { Cause, Phase, Sign } from "../detect/cause.ts";
import type { MediaEffect } from "./media-effect.ts";
import type { Declined, OfferFact, Returned } from "./offer.ts";
import type { CallPlan } from "./plan.ts";
import type { Target } from "./rules.ts";

export type { Heard, MediaEffect, RecordEffect, Voices } from "./media-effect.ts";
export type { Declined, Offer, OfferFact, Returned } from "./offer.ts";
export type { CallKind, CallPlan } from "./plan.ts";
export type { Target } from "./rules.ts";

/** An agent's seat in a call. `expected`: his phone is not off-hook yet, or he has not answered. `away`: he holds the call. */
export type AgentMember = {
  readonly side: "agent";
  readonly agent: AgentId;
  /** His phone; null until it is off-hook. */
  readonly leg: LegId | null;
  readonly stage: "expected" | "in" | "away";
  readonly role: "main" | "assistant";
  readonly rung: boolean;
  /** He is recorded; `name`: what he calls the file, "" = no name of his own. */
  readonly recorded: { readonly name: string; readonly paused: boolean } | null;
  readonly muted: boolean;
  /** Nobody sees him, whoever hears him. */
  readonly videoMuted: boolean;
  /** When he put it on hold, ms since the epoch; null: he does not hold it. */
  readonly heldAt: number | null;
  /** His phone has agreed on video. */
  readonly video: boolean;
};

/** `arrived`: its INVITE waits for our answer. `calling`: it is being rung. `parked`: set aside by an agent, hears music. */
export type PartyMember = {
  readonly side: "party";
  readonly leg: LegId;
  readonly number: string;
  readonly stage: "arrived" | "calling" | "in" | "parked";
  readonly rung: boolean;
  /** Media of its own before the answer. */
  readonly early: boolean;
  readonly video: boolean;
  /** Brought in by this agent, who may take the others back from it (canceltransfer). */
  readonly guestOf: AgentId | null;
  /** It has been asked by a re-INVITE to add video, or to do without. */
  readonly asked: { readonly by: AgentId; readonly video: boolean } | null;
};

export type Member = AgentMember | PartyMember;

/** `listen`: he hears, nobody hears him. `whisper`: the inspected agent alone hears him. `insert`: all do. */
export type InspectionMode = "listen" | "insert" | "whisper";

/** Somebody who watches over an agent in this call. No member: nobody's partner, not shown, and the call ends without him. */
export type Inspector = {
  readonly agent: AgentId;
  /** His phone. */
  readonly leg: LegId;
  /** The agent whom he inspects. */
  readonly of: AgentId;
  readonly mode: InspectionMode;
};

/**
 * Why somebody is brought in (codes.json transfer_modes). `setup`: the call began with it. `blind`: for whoever has left already.
 * `success`: in his place, once he is there. `talk`: to talk alone, the others set aside. `three-party`: to talk with all. `help`:
 * so too, as an assistant.
 */
export type Purpose = "setup" | "blind" | "success" | "talk" | "three-party" | "help";

/** Somebody is being brought in, one at a time. `by` null: nobody in the call asked for it. */
export type Invitation = {
  readonly purpose: Purpose;
  readonly by: AgentId | null;
  readonly target: Target;
  /** The skill's queue looks for an agent. */
  readonly queued: boolean;
  /** When it began to wait for a skill: its place in the queues. ms since the epoch; null: not yet. */
  readonly since: number | null;
  /** It has waited as long as it may, but somebody is being rung. */
  readonly overdue: boolean;
  /** How often a menu has been played. */
  readonly round: number;
  /** How often it was led on without anybody's choice. */
  readonly hops: number;
  /** How often an agent whom the queue had found did not take it, and who was the last. */
  readonly returned: Returned;
};

export type Live = {
  readonly name: "live";
  readonly plan: CallPlan;
  readonly members: readonly Member[];
  readonly inspectors: readonly Inspector[];
  readonly invitation: Invitation | null;
  /** Somebody has talked to somebody: ms since the epoch. */
  readonly answeredAt: number | null;
  /** Party legs made so far: names the next one. */
  readonly legs: number;
  /** Agents who were in it and have left. */
  readonly past: readonly AgentId[];
  /** Data that travels with the call, as they stand now. */
  readonly appData: string;
};

export type Ended = {
  readonly name: "ended";
  readonly plan: CallPlan;
  /** Every agent who was in it. */
  readonly agents: readonly AgentId[];
  readonly appData: string;
  readonly answeredAt: number | null;
  readonly endedAt: number;
  /** The status of whom it was for or passed on to last, who did not come; absent: that is not why it ended. */
  readonly unreached?: number;
  /** Set when the call failed before it was answered. */
  readonly failure: { readonly phase: Phase; readonly cause: Cause } | null;
  /** The caller gave up before anybody answered. */
  readonly abandoned: boolean;
};

export type Call = Live | Ended;

/** What the leg of a party (or a phone) has answered with. */
export type Answer = { readonly video: boolean; readonly telephoneEvent: boolean };

export type LegEvent =
  /** A 18x came; `early`: with media of its own (183 with SDP); `talks`: it can be asked to answer (`Event: talk`). */
  | { readonly type: "leg-ringing"; readonly leg: LegId; readonly early: boolean; readonly talks?: boolean }
  | ({ readonly type: "leg-answered"; readonly leg: LegId } & Answer)
  | { readonly type: "leg-failed"; readonly leg: LegId; readonly cause: Cause }
  /** A leg that had answered is over. `remote`: its user hung up. */
  | { readonly type: "leg-ended"; readonly leg: LegId; readonly remote: boolean }
  /** The peer has sent a digit, 0-9 * # A-D: by a telephone-event, a tone in the audio, or SIP INFO. */
  | { readonly type: "leg-digit"; readonly leg: LegId; readonly digit: string; readonly by: "event" | "tone" | "info" }
  /** What its audio says, when it is listened to (`detect`). */
  | { readonly type: "leg-sign"; readonly leg: LegId; readonly sign: Sign }
  /** Its user has put us on hold by himself, or taken us back. */
  | { readonly type: "leg-held"; readonly leg: LegId; readonly held: boolean }
  /** No RTP of the peer for so long, although audio is agreed on; and it is back. */
  | { readonly type: "leg-silent"; readonly leg: LegId; readonly ms: number }
  | { readonly type: "leg-heard"; readonly leg: LegId }
  /** The answer to our re-INVITE for video or without; `video`: what is agreed on now, refused or not. */
  | { readonly type: "leg-reoffered"; readonly leg: LegId; readonly video: boolean };

/** A recording as the agent is told about it. */
export type RecordingFile = {
  /** Number of the recording, the site's own. */
  readonly taskId: number;
  /** As the agent called it, else its path below the folder of recordings. */
  readonly file: string;
  /** ms since the epoch. */
  readonly beganAt: number;
};

export type RecordingEvent =
  | { readonly type: "recording-began"; readonly agent: AgentId; readonly recording: RecordingFile }
  /** It never began, or the disk gave up. */
  | { readonly type: "recording-failed"; readonly agent: AgentId; readonly recording: RecordingFile };

/** What an agent does in a call of his; the loop says who (`member`). */
export type MemberEvent =
  /** His phone is off-hook and has agreed on its media; an offered call is answered by it. */
  | {
      readonly type: "phone-answered";
      readonly phone: LegId;
      readonly video: boolean;
      /** He wants every call of his recorded. */
      readonly record: boolean;
    }
  /** The phone of an agent to whom the call was offered rings. */
  | { readonly type: "phone-alerting" }
  | { readonly type: "offer-declined"; readonly why: Declined }
  /** It was for him, and goes on there. */
  | { readonly type: "forwarded"; readonly to: Target }
  /** He leaves; `failure` when his call never came to talking, `why` when he has not just said so. */
  | { readonly type: "release"; readonly failure: Ended["failure"]; readonly why?: "hung-up" | "signed-out" }
  | { readonly type: "hold" }
  | { readonly type: "retrieve" }
  | { readonly type: "mute"; readonly muted: boolean }
  | { readonly type: "mute-video"; readonly muted: boolean }
  /** His phone has video now, or none any more; the other side's turn. */
  | {
      readonly type: "switch-media";
      readonly video: boolean;
      readonly videoDirection: CallPlan["videoDirection"];
    }
  /** His phone does not agree: nothing has changed. */
  | { readonly type: "keep-media" }
  | { readonly type: "dial"; readonly digits: string }
  /** Announcements to the others. */
  | { readonly type: "announce"; readonly names: readonly string[] }
  /** A recording of his own begins, is silent for a while, ends. */
  | { readonly type: "record"; readonly name: string }
  | { readonly type: "record-pause"; readonly paused: boolean }
  | { readonly type: "record-stop" }
  /** `park`: the parties are set aside until then. `appData` null: as they are. */
  | {
      readonly type: "bring-in";
      readonly purpose: Exclude<Purpose, "setup">;
      readonly target: Target;
      readonly park: boolean;
      readonly appData: string | null;
    }
  /** Whom he is bringing in, or has brought in, goes; the others are with him again. */
  | { readonly type: "take-back" }
  /** This one goes; the call goes on or not. */
  | { readonly type: "drop-member"; readonly number: string }
  | { readonly type: "set-data"; readonly appData: string }
  /** Everybody in this call moves into another one of his, and this one is no more; `leave`: he leaves that one at once. */
  | {
      readonly type: "merge-into";
      readonly call: CallId;
      readonly leave: boolean;
      /** A party of the other call whose place they take: it is his phone, which has placed that call. */
      readonly replacing?: LegId;
    }
  /** Everybody in this call is a member of a conference from now on, and this one is no more. */
  | { readonly type: "confer"; readonly conference: CallId; readonly number: number };

/** `wait`: in a queue, or for a digit. `announce`: until those who wait are told something again. */
export type CallTimer = "ring-party" | "wait" | "announce";

/** What means the same to a call and to a conference. */
export type TalkEvent =
  | LegEvent
  | RecordingEvent
  | (MemberEvent & { readonly member: AgentId })
  /** Its announcements were played to the end, or cannot be. */
  | { readonly type: "played"; readonly leg: LegId }
  /** He is there from now on, or in another mode than before. */
  | { readonly type: "inspect"; readonly inspector: Inspector }
  | { readonly type: "inspector-left"; readonly agent: AgentId };

export type CallEvent = { readonly at: number } & (
  | TalkEvent
  /** The first thing that happens to a call from outside. */
  | { readonly type: "arrived" }
  | { readonly type: "timer"; readonly name: CallTimer }
  /** From the queues: this agent is to be offered the call. */
  | { readonly type: "assigned"; readonly agent: AgentId; readonly requested?: boolean }
  /** An agent takes the call that rings at another one. */
  | { readonly type: "picked-up"; readonly from: AgentId; readonly by: AgentId }
  /** From the queues: nobody is free, `position` from 1. */
  | { readonly type: "queued"; readonly position: number }
  /** From the queues: too many wait already, or nobody who serves the skill is signed in. */
  | { readonly type: "queue-refused" }
  /** From the queues, who were asked: where it stands now, from 1. */
  | { readonly type: "place"; readonly position: number }
  /** His inspector takes the place of this agent. */
  | { readonly type: "intercepted"; readonly by: AgentId }
  /** It ends for everybody, by order of an inspector. */
  | { readonly type: "force-drop" }
  /** The members of a call that is no more; `leaving` goes when they are in. */
  | {
      readonly type: "adopt";
      readonly members: readonly Member[];
      readonly leaving: AgentId | null;
      readonly replacing?: LegId;
    }
);

/** What the call tells an agent: facts; the agent's machine turns them into events in the documented order. */
export type CallFact =
  /** `otherAgent`: his work number when the other side is an agent, else "". */
  | {
      readonly type: "call-alerting";
      readonly call: CallId;
      readonly other: string;
      readonly otherAgent: string;
    }
  | {
      readonly type: "call-talking";
      readonly call: CallId;
      readonly caller: string;
      readonly called: string;
      readonly video: boolean;
    }
  /** Three or more talk now: the numbers of the others. */
  | { readonly type: "call-joined"; readonly call: CallId; readonly partners: readonly string[] }
  | {
      readonly type: "call-recorded" | "call-not-recorded";
      readonly call: CallId;
      readonly caller: string;
      readonly called: string;
      readonly recording: RecordingFile;
    }
  /** A party that has answered is no human. */
  | { readonly type: "call-screened"; readonly call: CallId; readonly sign: Sign }
  /** The call that he placed failed before it was answered. */
  | { readonly type: "call-failed"; readonly call: CallId; readonly cause: Cause }
  /** Whom he wanted in the call does not come; the call goes on as it was. */
  | {
      readonly type: "invitation-failed";
      readonly call: CallId;
      readonly purpose: Purpose;
      readonly cause: Cause;
    }
  /** `done`: it is as he wanted it; `video`: what the other side has now. */
  | {
      readonly type: "media-switched";
      readonly call: CallId;
      readonly caller: string;
      readonly called: string;
      readonly video: boolean;
      readonly done: boolean;
    }
  /** Whom he passed the call on to is there: it is over for him. */
  | { readonly type: "call-passed-on"; readonly call: CallId }
  /** Somebody else left a call that goes on or is about to end. */
  | { readonly type: "member-left"; readonly call: CallId; readonly number: string }
  /** The call is over for this agent. */
  | { readonly type: "call-over"; readonly call: CallId }
  /** The call goes on under another id. */
  | { readonly type: "call-merged"; readonly call: CallId; readonly into: CallId }
  /** The call is over, and he is in a conference. */
  | {
      readonly type: "call-conferred";
      readonly call: CallId;
      readonly conference: CallId;
      readonly number: number;
    };

/** What a call tells the queues. */
export type QueueTicket = {
  readonly call: CallId;
  readonly skill: number;
  /** Larger goes first. */
  readonly priority: number;
  /** When it began to wait, ms since the epoch; kept when it comes back. */
  readonly since: number;
  /** It is refused when so many wait already; null = never. */
  readonly limit: number | null;
};

export type CallEffect =
  | { readonly type: "tell-agent"; readonly agent: AgentId; readonly fact: CallFact | OfferFact }
  | { readonly type: "tell-queues"; readonly event: QueueEvent }
  | { readonly type: "tell-call"; readonly call: CallId; readonly event: Untimed<CallEvent> }
  /** The members of this call, who are all in, are those of a conference. */
  | { readonly type: "seat-members"; readonly conference: CallId; readonly members: readonly Member[] }
  | {
      readonly type: "invite-party";
      readonly leg: LegId;
      readonly call: CallId;
      readonly caller: string;
      readonly called: string;
      readonly video: boolean;
      /** The call is of no use without it (mediaability 1). */
      readonly needsVideo: boolean;
      readonly videoDirection: CallPlan["videoDirection"];
      /** Offer the video codec that this leg agreed on; it is heard by this one. */
      readonly like: LegId | null;
    }
  /** A re-INVITE with video or without; `leg-reoffered` comes back. `like` as above. */
  | {
      readonly type: "reoffer-party";
      readonly leg: LegId;
      readonly video: boolean;
      readonly videoDirection: CallPlan["videoDirection"];
      readonly like: LegId | null;
    }
  /** 180 to a party that has arrived. */
  | { readonly type: "ring-party"; readonly leg: LegId }
  /** 200 to a party that has arrived; `like` as in invite-party. `leg-answered` or `leg-failed` comes back. */
  | { readonly type: "answer-party"; readonly leg: LegId; readonly like: LegId | null; readonly video: boolean }
  /** `status`: the refusal of a party that has arrived and was not answered; absent = 480. */
  | { readonly type: "hang-up"; readonly leg: LegId; readonly status?: number }
  /** What these legs report comes to this call from now on. */
  | { readonly type: "own"; readonly legs: readonly LegId[] }
  | { readonly type: "start-timer"; readonly name: CallTimer; readonly ms: number }
  | { readonly type: "stop-timer"; readonly name: CallTimer }
  | MediaEffect;

export type QueueEvent =
  | ({ readonly type: "call-waiting" } & QueueTicket)
  | { readonly type: "call-gone"; readonly call: CallId }
  /** This agent wants this call. */
  | { readonly type: "call-requested"; readonly call: CallId; readonly skill: number; readonly agent: AgentId }
  /** `place` comes back, when it waits there. */
  | { readonly type: "place-asked"; readonly call: CallId; readonly skill: number }
  /** A call that was to be offered to this agent is not: he is as free as he was. */
  | { readonly type: "assignment-over"; readonly agent: AgentId };

export type Untimed<Event> = Event extends unknown ? Omit<Event, "at"> : never;
