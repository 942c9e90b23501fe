// What an agent's desk reads and says of his own calls, with his own Guid (docs/records.md): their list, and the wrap-up of one of them.

import { optionalInteger, optionalText, requiredText } from "./field.ts";

/** GET: the agent's calls, the newest first. `{id}` is the work number. */
export const agentCallsPath = "/seatway/v1/agents/{id}/calls";

/** PUT: in place of what he has said about this call before. */
export const wrapUpPath = "/seatway/v1/agents/{id}/calls/{callid}/wrap-up";

export const agentCallsRequest = {
  pathFields: {},
  query: {
    limit: optionalInteger("How many.", { min: 1, max: 100, fallback: 20 }),
    after: optionalText("`next` of the page before.", "what the page before gave as `next`", { max: 64 }),
  },
  body: {},
};

export const wrapUpRequest = {
  pathFields: { callid: requiredText("Of the call.", "1 to 64 characters", { min: 1, max: 64 }) },
  query: {},
  body: {
    code: optionalInteger("Of the site's codes; 0: none.", { min: 1, max: 2_147_483_647, fallback: 0 }),
    notes: optionalText("What else there is to say.", "at most 4000 characters", { max: 4000 }),
  },
};

/** `code` null: none was chosen; `name`: what the site called it then. Times are ISO 8601. */
export type WrapUp = {
  readonly code: number | null;
  readonly name: string;
  readonly notes: string;
  readonly at: string;
};

/** A call that the agent was in. Times are ISO 8601, null: it never came to that. */
export type AgentCallRecord = {
  readonly callId: string;
  readonly kind: "incoming" | "internal" | "outgoing" | "help";
  readonly outcome: "live" | "answered" | "abandoned" | "failed" | "unanswered" | "cut-off";
  /** Of the other side; a colleague's is his work number. */
  readonly number: string;
  readonly skillName: string;
  readonly startedAt: string;
  readonly talkingAt: string | null;
  readonly endedAt: string | null;
  /** Why it failed: the number of OUTBOUND_DETECT_EVENT. */
  readonly detect: number | null;
  readonly detectText: string | null;
  /** His own; null: he has said nothing. */
  readonly wrapUp: WrapUp | null;
};

/** `next` null: there are no more. */
export type AgentCallPage = { readonly calls: readonly AgentCallRecord[]; readonly next: string | null };
