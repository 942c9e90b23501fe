// What goes in and out of the loop (loop.ts): events for its machines, and their effects for the outside.

import type { AgentId, CallId } from "../base/ids.ts";
import type { AgentEffect, AgentInput } from "../core/agent/state.ts";
import type { CallEffect, CallEvent, Untimed } from "../core/call/state.ts";
import type { ConferenceEffect, ConferenceEvent } from "../core/conference/state.ts";
import type { QueuesEvent } from "../core/skill/state.ts";

export type Envelope =
  | { readonly to: "agent"; readonly id: AgentId; readonly input: AgentInput }
  | { readonly to: "call"; readonly id: CallId; readonly event: Untimed<CallEvent> }
  | { readonly to: "conference"; readonly id: CallId; readonly event: Untimed<ConferenceEvent> }
  | { readonly to: "queues"; readonly event: QueuesEvent };

/** Effects for the outside, with the machine that asked: its answers go back to it. */
export type Outward =
  | {
      readonly by: "agent";
      readonly id: AgentId;
      readonly effect: Exclude<AgentEffect, { type: "tell-call" | "start-call" | "start-conference" | "intercept" }>;
    }
  | {
      readonly by: "call";
      readonly id: CallId;
      readonly effect: Exclude<CallEffect, { type: "tell-agent" | "tell-call" | "tell-queues" | "seat-members" }>;
    }
  | {
      readonly by: "conference";
      readonly id: CallId;
      readonly effect: Exclude<ConferenceEffect, { type: "tell-agent" }>;
    };
