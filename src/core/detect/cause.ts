// Why a leg failed, as facts: what the wire said, and what we know beside it.

/** Which leg it was: the agent's phone or the outside party. */
export type Phase = "agent" | "party";

/**
 * What the audio of a party says about it: network tones before the answer (`information`: the tones before "the number is not
 * in service"), or who has answered.
 */
export const signs = ["busy", "congestion", "information", "fax", "machine"] as const;
export type Sign = (typeof signs)[number];

export type Cause = {
  /** SIP status; for causes of our own the one that fits (408, 480, 487, 488, 503). */
  readonly status: number;
  /** Q.850 cause from a Reason header (RFC 3326). */
  readonly q850?: number;
  /** The leg had rung (18x) before. */
  readonly rung: boolean;
  /**
   * Set when no peer said this. `ring-timeout`: our ring time ran out; `gave-up`: the agent released; `media`: answered without
   * the media that was asked for; `no-answer`: no reply at all; `unreachable`: not registered, trunk down or no transport; `restart`: the
   * gateway was started anew meanwhile.
   */
  readonly ours?: "ring-timeout" | "gave-up" | "media" | "no-answer" | "unreachable" | "restart";
  /** Nobody signalled it: it was heard. `status` is then the one that would have said the same. */
  readonly heard?: Sign;
};
