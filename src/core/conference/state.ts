// The conference: who is in it, what can happen to it, what it asks for. All plain data. A party's leg belongs to the conference,
// an agent's phone leg to the agent (decisions.md 20).

import type { AgentId, CallId, LegId } from "../../base/ids.ts";
import type { Refusal } from "../../base/step.ts";
import type { ResultCode } from "../../contract/result.ts";
import type {
  CallEffect,
  CallFact,
  Heard,
  Inspector,
  Member,
  OfferFact,
  RecordEffect,
  TalkEvent,
} from "../call/state.ts";

/** What was asked for, checked and completed before any state was looked at. Never changes. */
export type ConferencePlan = {
  /** Names its legs and recordings; no event shows it. */
  readonly id: CallId;
  /** `confId` in events. */
  readonly number: number;
  /** Who has asked for it: its first chair. */
  readonly chair: AgentId;
  /** Number shown to members outside. */
  readonly caller: string;
  /** So many members beside the chair it may have, at first. */
  readonly members: number;
  /** How long it lasts, ms. */
  readonly ms: number;
  /** So long before its end the chair is reminded, ms; null: not. */
  readonly promptMs: number | null;
  /** Announcement to the chair when he joins; null: none. */
  readonly welcome: string | null;
  /** How long the phone of an agent may ring, and how long that of a party, ms. */
  readonly ringMs: { readonly agent: number; readonly party: number };
};

/** A member by his work number, or by a telephone number. */
export type Address = { readonly type: "agent" | "party"; readonly number: string };

/**
 * A place in the conference. `coming`: his phone is being rung, or he has not answered. `playing`: an announcement that he hears in
 * place of the others, to welcome him, while he is held, to him alone, or to all.
 */
export type Seat = Address & {
  /** null until his phone is off-hook. */
  readonly leg: LegId | null;
  readonly stage: "coming" | "in";
  /** As the chair has it. */
  readonly hears: boolean;
  readonly speaks: boolean;
  /** By himself. */
  readonly muted: boolean;
  /** By himself: nobody sees him, whoever hears him. */
  readonly videoMuted: boolean;
  readonly held: boolean;
  /** Played when he joins. */
  readonly welcome: string | null;
  readonly playing: "welcome" | "hold" | "member" | "all" | null;
  readonly recorded: { readonly name: string; readonly paused: boolean } | null;
};

export type Live = {
  readonly name: "live";
  readonly plan: ConferencePlan;
  readonly chair: AgentId;
  /** The chair is in, and may give orders. */
  readonly granted: boolean;
  /** Members beside the chair that it may have now. */
  readonly limit: number;
  readonly seats: readonly Seat[];
  readonly inspectors: readonly Inspector[];
  /** Party legs made so far: names the next one. */
  readonly legs: number;
};

export type Ended = { readonly name: "ended"; readonly plan: ConferencePlan };

export type Conference = Live | Ended;

/** What the chair asks for. */
export type ConferenceOrder =
  /** `caller` null: that of the conference. `welcome`: an announcement to each of them. */
  | {
      readonly type: "invite";
      readonly addresses: readonly Address[];
      readonly caller: string | null;
      readonly welcome: string | null;
    }
  | { readonly type: "remove"; readonly addresses: readonly Address[] }
  | { readonly type: "set-mode"; readonly address: Address; readonly hears: boolean; readonly speaks: boolean }
  /** `announcement` null: music. */
  | { readonly type: "hold-member"; readonly address: Address; readonly announcement: string | null }
  | { readonly type: "unhold-member"; readonly address: Address }
  | { readonly type: "pass-chair"; readonly to: AgentId }
  /** So many members more, or fewer when below 0. */
  | { readonly type: "resize"; readonly by: number }
  | { readonly type: "play-to-all"; readonly announcement: string }
  | { readonly type: "stop-to-all" }
  | { readonly type: "play-to-member"; readonly address: Address; readonly announcement: string }
  | { readonly type: "stop-to-member"; readonly address: Address }
  | { readonly type: "end" };

/** `time-short`: the chair is reminded. `time-over`: it ends. `ring …`: the party with this leg does not answer. */
export type ConferenceTimer = "time-short" | "time-over" | `ring ${LegId}`;

export type ConferenceEvent = { readonly at: number } /** Some of what an agent does has no meaning here. */ & (
  | TalkEvent
  | { readonly type: "order"; readonly by: AgentId; readonly order: ConferenceOrder }
  /** A member wants to go. */
  | { readonly type: "leave"; readonly by: AgentId }
  /** The members of the call that it is made of. */
  | { readonly type: "seat"; readonly members: readonly Member[] }
  | { readonly type: "timer"; readonly name: ConferenceTimer }
);

/** events.json, AgentConf_ParticipantChanged: numbers of `changeType` and `changeReason`. */
export const CHANGE = { join: 0, leave: 1, chair: 2, mute: 3, unmute: 4, hold: 5, unhold: 6 } as const;
export const REASON = { left: 0, removed: 1, hungUp: 2, ended: 3, signedOut: 4, other: 6, none: 255 } as const;

export type Reason = (typeof REASON)[keyof typeof REASON];

/** `result` 1: whom the chair has invited does not come. */
export type ParticipantChange = {
  readonly result: 0 | 1;
  readonly changeType: (typeof CHANGE)[keyof typeof CHANGE];
  readonly changeReason: Reason;
  readonly member: Address;
};

/** What the conference tells an agent. */
export type ConferenceFact = {
  readonly call: CallId;
} /** He is in; `granted`: and so it exists, with him in the chair. */ & (
  | { readonly type: "conference-joined"; readonly granted: boolean }
  | { readonly type: "conference-changed"; readonly change: ParticipantChange }
  /** It is over for him. */
  | { readonly type: "conference-left" }
  /** Its time is nearly over. */
  | { readonly type: "conference-short" }
  /** He has the chair now. */
  | { readonly type: "conference-chair" }
  /** The announcement to all, or to one of them, is over. `failed`: not to its end, since he has gone. */
  | { readonly type: "conference-voice-over"; readonly to: "all" | "member"; readonly failed: boolean }
);

type OfCalls = "invite-party" | "hang-up" | "own" | "play" | "stop-playing";

export type ConferenceEffect =
  | { readonly type: "tell-agent"; readonly agent: AgentId; readonly fact: ConferenceFact | OfferFact | CallFact }
  | Extract<CallEffect, { type: OfCalls }>
  | { readonly type: "hear"; readonly listener: LegId; readonly source: Heard }
  | { readonly type: "start-timer"; readonly name: ConferenceTimer; readonly ms: number }
  | { readonly type: "stop-timer"; readonly name: ConferenceTimer }
  | RecordEffect;

export type Refused = Refusal<ResultCode>;
export type Next = readonly [Conference, readonly ConferenceEffect[]];
