// Identities as branded strings, so that one kind cannot be handed in for another.

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** An agent's work number, digits only: "101". */
export type AgentId = Branded<"AgentId">;
/** `<epoch seconds>-<sequence>`, unique across restarts. */
export type CallId = Branded<"CallId">;
/** One party's side of one call, or an agent's phone. */
export type LegId = Branded<"LegId">;

export const agentId = (text: string): AgentId => text as AgentId;
export const callId = (text: string): CallId => text as CallId;
export const legId = (text: string): LegId => text as LegId;
