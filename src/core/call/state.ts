// The call: what it is, what can happen to it, what it asks for. All plain data.
// The party's leg belongs to the call; the agent's phone leg belongs to the agent (decisions.md 20).

import type { AgentId, CallId, LegId } from "../../base/ids.ts";
import type { Cause, Phase } from "../detect/cause.ts";

/** What was asked for, checked and completed before any state was looked at. Never changes. */
export type CallPlan = {
  readonly id: CallId;
  readonly agent: AgentId;
  /** Number shown to the party. */
  readonly caller: string;
  readonly called: string;
  readonly skill: { readonly id: number; readonly name: string };
  /** Recorded from answer to end. */
  readonly record: boolean;
  /** Data that travels with the call (16,384 bytes at most). */
  readonly appData: string;
  /** 0 audio, 1 video or nothing, 2 video if both can (seed, table 3). */
  readonly mediaAbility: 0 | 1 | 2;
  /** Direction of the party's video as written in our offer; null = no attribute (behaviour.md §9). */
  readonly videoDirection: "sendonly" | "recvonly" | "sendrecv" | null;
  /** How long the party's phone may ring, ms. */
  readonly ringMs: number;
  readonly createdAt: number;
};

type Common = { readonly plan: CallPlan };
type WithLegs = Common & { readonly phone: LegId; readonly party: LegId };

export type CallingParty = WithLegs & { readonly name: "calling-party"; readonly rung: boolean };
export type Talking = WithLegs & {
  readonly name: "talking";
  readonly answeredAt: number;
  readonly video: boolean;
  readonly muted: boolean;
};
export type Held = WithLegs & { readonly name: "held"; readonly answeredAt: number; readonly video: boolean };
export type Ended = Common & {
  readonly name: "ended";
  readonly answeredAt: number | null;
  readonly endedAt: number;
  /** Set when the call failed before it was answered. */
  readonly failure: { readonly phase: Phase; readonly cause: Cause } | null;
};

export type Call = (Common & { readonly name: "awaiting-phone" }) | CallingParty | Talking | Held | Ended;

/** What the leg of a party (or a phone) has answered with. */
export type Answer = { readonly video: boolean; readonly telephoneEvent: boolean };

export type LegEvent =
  /** A 18x came; `early`: with media of its own (183 with SDP). */
  | { readonly type: "leg-ringing"; readonly leg: LegId; readonly early: boolean }
  | ({ readonly type: "leg-answered"; readonly leg: LegId } & Answer)
  | { readonly type: "leg-failed"; readonly leg: LegId; readonly cause: Cause }
  /** A leg that had answered is over. `remote`: its user hung up. */
  | { readonly type: "leg-ended"; readonly leg: LegId; readonly remote: boolean }
  /** The peer has sent a digit, 0-9 * # A-D: by a telephone-event, a tone in the audio, or SIP INFO. */
  | { readonly type: "leg-digit"; readonly leg: LegId; readonly digit: string; readonly by: "event" | "tone" | "info" }
  /** No RTP of the peer for so long, although audio is agreed on; and it is back. */
  | { readonly type: "leg-silent"; readonly leg: LegId; readonly ms: number }
  | { readonly type: "leg-heard"; readonly leg: LegId };

/** A recording as the agent is told about it. */
export type RecordingFile = {
  /** Number of the recording, the site's own. */
  readonly taskId: number;
  /** Below the folder of recordings. */
  readonly file: string;
  /** ms since the epoch. */
  readonly beganAt: number;
};

export type RecordingEvent =
  | { readonly type: "recording-began"; readonly recording: RecordingFile }
  /** It never began, or the disk gave up. */
  | { readonly type: "recording-failed"; readonly recording: RecordingFile };

export type CallEvent = { readonly at: number } & (
  | LegEvent
  | RecordingEvent
  /** The agent's phone is off-hook and has agreed on its media. */
  | { readonly type: "phone-answered"; readonly phone: LegId; readonly video: boolean }
  /** The agent's side ends the call; `failure` when it never came to talking. */
  | { readonly type: "release"; readonly failure: Ended["failure"] }
  | { readonly type: "hold" }
  | { readonly type: "retrieve" }
  | { readonly type: "mute"; readonly muted: boolean }
  | { readonly type: "dial"; readonly digits: string }
  | { readonly type: "timer"; readonly name: "ring-party" }
);

/** What the call tells the agent: facts; the agent's machine turns them into events in the documented order. */
export type CallFact =
  | { readonly type: "call-alerting"; readonly call: CallId; readonly called: string }
  | {
      readonly type: "call-talking";
      readonly call: CallId;
      readonly caller: string;
      readonly called: string;
      readonly video: boolean;
    }
  | {
      readonly type: "call-recorded" | "call-not-recorded";
      readonly call: CallId;
      readonly caller: string;
      readonly called: string;
      readonly recording: RecordingFile;
    }
  | { readonly type: "call-failed"; readonly call: CallId; readonly cause: Cause }
  /** The party left a call that was answered. */
  | { readonly type: "call-left"; readonly call: CallId; readonly called: string };

/** Who hears what (media/face.ts): a leg, a sound, or nothing. */
export type Heard = { readonly leg: LegId } | { readonly sound: "ringback" | "music" | "silence" } | null;

export type MediaEffect =
  | { readonly type: "hear"; readonly listener: LegId; readonly source: Heard }
  | { readonly type: "dial"; readonly leg: LegId; readonly digits: string }
  /** Ends by itself with the party's leg. */
  | { readonly type: "record"; readonly call: CallId; readonly phone: LegId; readonly party: LegId };

export type CallEffect =
  | { readonly type: "tell-agent"; readonly agent: AgentId; readonly fact: CallFact }
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
      /** Offer the video codec that this leg agreed on. */
      readonly like: LegId;
    }
  | { readonly type: "hang-up"; readonly leg: LegId }
  | { readonly type: "start-timer"; readonly name: "ring-party"; readonly ms: number }
  | { readonly type: "stop-timer"; readonly name: "ring-party" }
  | MediaEffect;
