// What a detector finds in the audio of a leg. Types only.

/**
 * `progress`: what the network says before the answer, ringback, busy, congestion, special information tones (ITU-T E.180, E.182).
 * `answer`: who has answered, a human, a machine and its beep, a fax or modem (ITU-T T.30, V.25).
 * Both know silence: nothing is heard for five seconds from the start.
 */
export type Watch = "progress" | "answer";

export type FindingKind =
  | "ringback"
  | "busy"
  | "congestion"
  | "information"
  | "fax"
  | "machine"
  | "beep"
  | "human"
  | "silence";

export type Finding = {
  readonly kind: FindingKind;
  /** When it was certain, in ms: since the leg's audio began (`progress`), since it was asked for (`answer`). */
  readonly atMs: number;
  /** 0 to 1. */
  readonly confidence: number;
  /** What it was told by: the country of a tone, the kind of a fax tone or information tone, the Hz of a beep; "" for nothing. */
  readonly detail: string;
};
