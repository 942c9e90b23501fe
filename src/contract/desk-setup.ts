// What a desk needs to know of the site before its first call: GET /seatway/v1/agents/{id}/desk, with the agent's own Guid.

/** `{id}` is the work number. */
export const deskSetupPath = "/seatway/v1/agents/{id}/desk";

export type DeskSetup = {
  readonly name: string;
  /** agent, supervisor, administrator. */
  readonly rights: readonly string[];
  /** Numbers that a callout may show, the site's default first. */
  readonly callers: readonly string[];
  /** Causes of rest that have a name. */
  readonly restCauses: readonly { readonly id: number; readonly name: string }[];
  /** Reasons of busy that have a name, 200 to 250. */
  readonly busyReasons: readonly { readonly id: number; readonly name: string }[];
  /** What a call may be wrapped up as. */
  readonly wrapUpCodes: readonly { readonly id: number; readonly name: string }[];
  /** The queues that calls can be passed to. */
  readonly skills: readonly { readonly id: number; readonly name: string }[];
  /** Length of a wrap-up, ms; null = until the agent ends it. */
  readonly wrapUpMs: number | null;
};
