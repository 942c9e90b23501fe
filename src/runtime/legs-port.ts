// The outside of the core's legs: a port (legs.ts). Its twin in the tests has no network.

import type { CallId, LegId } from "../base/ids.ts";
import type { AgentEffect, PhoneOrder, PlayReport } from "../core/agent/state.ts";
import type { CallEffect, Heard, RecordEffect, RecordingEvent } from "../core/call/state.ts";
import type { Watch } from "../media/detection/finding.ts";
import type { IncomingInvite } from "../sip/face.ts";
import type { Reporter } from "./leg.ts";
import type { LegImage } from "./leg-image.ts";
import type { PlayOrder } from "./playbacks.ts";

export type Legs = {
  invitePhone(request: PhoneInvite, report: Reporter): void;
  inviteParty(request: PartyInvite, report: Reporter): void;
  /** A party that has called us: its leg, until it is answered or hung up. */
  take(leg: LegId, call: CallId, incoming: IncomingInvite, report: Reporter): void;
  /** 180 to a party that has called. */
  ringParty(leg: LegId): void;
  /** 200 to a party that has called; it will hear `like` first. */
  answerParty(request: { leg: LegId; like: LegId | null; video: boolean }): void;
  /** A re-INVITE, with video or without; `leg-reoffered` comes back. */
  reofferPhone(leg: LegId, order: PhoneOrder): void;
  reofferParty(request: PartyReoffer): void;
  /** `status`: how a party that has called is refused; absent = 480. */
  hangUp(leg: LegId, status?: number): void;
  /** Asks a phone that rings to answer (`Event: talk`); resolves with the final status of that. */
  talk(leg: LegId): Promise<number>;
  hear(listener: LegId, source: Heard): void;
  dial(leg: LegId, digits: string): void;
  /** Announcements one after the other in place of what the leg hears. `done` when the last one has been played, or one cannot be. */
  play(request: { leg: LegId; names: readonly string[] }, done: () => void): void;
  stopPlaying(leg: LegId): void;
  /** Listens to a leg, which reports what the core has a use for (`leg-sign`). null ends it. */
  detect(leg: LegId, watch: Watch | null): void;
  /** The SIP Call-ID of a leg that has a dialog. */
  sipCallId(leg: LegId): string | undefined;
  record(order: RecordEffect, report: (event: RecordingEvent) => void): void;
  /** A recording that an agent hears. */
  playFile(order: PlayOrder, report: (event: PlayReport) => void): void;
  /**
   * Legs of the process before this one: those that are alive. One that does not answer or come back in time reports its end as
   * ever. `report` null: nobody wants this leg any more, so its peer gets BYE.
   */
  takeUp(images: ReadonlyMap<LegId, LegImage>, report: (leg: LegId) => Reporter | null): ReadonlySet<LegId>;
  /** Legs that are not closed yet: 0 when idle. */
  census(): number;
  alive(): Iterable<LegId>;
};

/** What the core asks for. */
export type PartyInvite = Omit<Extract<CallEffect, { type: "invite-party" }>, "type">;
export type PartyReoffer = Omit<Extract<CallEffect, { type: "reoffer-party" }>, "type">;
type PhoneInvite = Omit<Extract<AgentEffect, { type: "invite-phone" }>, "type">;
