// A world is who stands behind the gateway: the simulated phones and parties of the demo site, or real programs at a site
// file. The callout suite runs over each.

/** What the agent's phone does with the gateway's INVITE. */
export type PhoneManner = "answers" | "answers-without-video" | "busy" | "declines" | "rings" | "not-registered";

/** What the customer does; all but `answers-at-once`, `unavailable`, `carrier-failure` and `media-refused` ring first. */
export type PartyManner =
  | "answers"
  | "answers-at-once"
  | "answers-without-video"
  | "hangs-up"
  | "busy"
  | "no-answer"
  | "declines"
  | "vacant"
  | "rings"
  | "unavailable"
  | "carrier-failure"
  | "media-refused";

/** Phone and customer of one callout, ready for it. */
export type Stage = {
  /** The number that the agent signs in with. */
  readonly phone: string;
  readonly called: string;
  hangUpPhone(): Promise<void>;
  hangUpParty(): Promise<void>;
  /** After the call: how many INVITEs phone and customer received together. */
  invites(): Promise<number>;
  /** Ends what was started for this callout alone. */
  close(): Promise<void>;
};

export type World = {
  readonly url: string;
  stage(phone: PhoneManner, party: PartyManner): Promise<Stage>;
  close(): Promise<void>;
};
