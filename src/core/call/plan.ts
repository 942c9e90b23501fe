// What a call is for: asked for, checked and completed before any state was looked at. It never changes.

import type { AgentId, CallId } from "../../base/ids.ts";
import type { CallRules, Target } from "./rules.ts";

/** codes.json call_features: 0 incoming, 6 internal, 7 outgoing, 51 consult. */
export type CallKind = "incoming" | "internal" | "outgoing" | "help";

export type CallPlan = {
  readonly id: CallId;
  readonly kind: CallKind;
  /** codes.json call_features, where it is not that of its kind. */
  readonly feature?: number;
  /** Who placed it; null: it came from outside. */
  readonly agent: AgentId | null;
  readonly target: Target;
  /** Number shown to whoever is called. */
  readonly caller: string;
  /** The number that was dialled; for an internal call the agent or skill that was asked for. */
  readonly called: string;
  readonly skill: { readonly id: number; readonly name: string };
  /** Its agents are recorded, from the answer until they leave. */
  readonly record: boolean;
  /** What the audio of a party that is called is listened to for (SiteSkill). */
  readonly detect: readonly ("progress" | "answer")[];
  /** Data that travels with the call (16,384 bytes at most). */
  readonly appData: string;
  /** 0 audio, 1 video or nothing, 2 video if both can (seed, table 3). */
  readonly mediaAbility: 0 | 1 | 2;
  /** Direction of the party's video as written in our offer; null = no attribute (behaviour.md §9). */
  readonly videoDirection: "sendonly" | "recvonly" | "sendrecv" | null;
  /** How long a party's or an agent's phone may ring, ms. */
  readonly ringMs: number;
  /** In the queues the larger goes first; absent = 0. */
  readonly priority?: number;
  /** What the site says about waiting; absent = nothing. */
  readonly rules?: CallRules;
  readonly createdAt: number;
};
