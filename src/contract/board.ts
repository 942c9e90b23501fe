// The live board: GET /seatway/v1/operator/board, and as server-sent events what changes of it (docs/operator.md). Times in ms since
// the epoch.

export type BoardCall = {
  readonly callId: string;
  /** As in agent events: offered, ringing, talking, held, setting-up, conferring, inspecting, playing. */
  readonly stage: string;
  /** Numbers and work numbers of the others. */
  readonly partners: readonly string[];
  /** He inspects: whom, and what he does there; null: a call of his own. */
  readonly inspects: { readonly of: string; readonly mode: "listen" | "insert" | "whisper" } | null;
};

export type BoardAgent = {
  readonly id: string;
  readonly name: string;
  /** 2 signed out, 3 busy, 4 idle, 5 wrap-up, 7 talking, 8 rest. */
  readonly state: number;
  readonly since: number;
  /** Why he is busy, and its name in the site file ("" = none; 0: no reason was given); null: he is not. */
  readonly busy: { readonly reason: number; readonly name: string } | null;
  /** Cause of the rest, and its name in the site file ("" = none). */
  readonly rest: { readonly cause: number; readonly name: string; readonly until: number | null } | null;
  readonly phone: string;
  /** Skills that he serves; of who is signed out, those that he is configured for. */
  readonly skills: readonly number[];
  readonly calls: readonly BoardCall[];
};

export type BoardSkill = {
  readonly id: number;
  readonly name: string;
  readonly signedIn: number;
  readonly free: number;
  /** In the order in which they will be served. */
  readonly waiting: readonly {
    readonly callId: string;
    readonly caller: string;
    readonly since: number;
    readonly priority: number;
  }[];
};

export type BoardFigures = {
  /** Now, by the gateway's clock: what clocks on a page are set by. */
  readonly at: number;
  readonly calls: number;
  readonly agents: number;
  readonly waiting: number;
  /** Calls begun in each of the last 60 seconds, the newest last. */
  readonly begun: readonly number[];
  /** Calls that have ended within the last hour. */
  readonly ended: {
    readonly answered: number;
    readonly abandoned: number;
    readonly released: number;
    readonly failed: number;
  };
  /** Those that failed, by cause, the most frequent first. */
  readonly failures: readonly BoardFailure[];
};

export type BoardFailure = {
  readonly phase: "agent" | "party";
  /** Our own reason, else the SIP status. */
  readonly cause: string;
  readonly detect: number;
  readonly text: string;
  readonly count: number;
};

export type Board = {
  readonly agents: readonly BoardAgent[];
  readonly skills: readonly BoardSkill[];
  readonly figures: BoardFigures;
};

/** First a snapshot; then whatever has changed since the item before, in whole rows. */
export type BoardItem = ({ readonly type: "snapshot" } & Board) | ({ readonly type: "change" } & Partial<Board>);
