// A call that comes to an agent: what he learns of it, and why he does not take it. Plain data.

import type { AgentId, CallId, LegId } from "../../base/ids.ts";
import type { CallKind, CallPlan } from "./plan.ts";

/** A call for an agent, who has not asked for it. */
export type Offer = {
  readonly call: CallId;
  readonly kind: CallKind | "conference";
  readonly caller: string;
  readonly called: string;
  readonly role: "main" | "assistant";
  readonly feature: number;
  readonly skill: CallPlan["skill"];
  readonly mediaAbility: CallPlan["mediaAbility"];
  readonly videoDirection: CallPlan["videoDirection"];
  /** Work number of the agent who passes the call on, "" = nobody does. */
  readonly transferredBy: string;
  /** How long his phone may ring, and how long he may take to answer, ms. */
  readonly ringMs: number;
  /** It is for his own number: he may have it sent on. */
  readonly direct: boolean;
  /** He has asked for it himself: whatever his state, and answered with his phone. */
  readonly requested: boolean;
  readonly returned: Returned;
  /** The number of the conference that he is invited to; absent: it is a call. */
  readonly conference?: number;
  /** A leg that his phone will hear, so that both live in one media worker; absent or null: there is none. */
  readonly beside?: LegId | null;
};

export type Returned = { readonly times: number; readonly by: AgentId | null };

export type OfferFact =
  | { readonly type: "offer"; readonly offer: Offer }
  /** The call is gone, or somebody else has it, before he answered. */
  | {
      readonly type: "offer-withdrawn";
      readonly call: CallId;
      readonly number: string;
      /** A colleague has it. */
      readonly pickedUp?: true;
    };

/** Why an agent to whom a call was offered does not take it; `restart`: the gateway was started anew while his phone rang. */
export type Declined = "occupied" | "no-answer" | "unreachable" | "rejected" | "released" | "restart";
