// The live board: GET /seatway/v1/operator/board, and as server-sent events what changes of it (docs/operator.md). Times in ms since
// the epoch.

export type BoardCall = {
  /** The call's id. */
  readonly callId: string;
  /** As in agent events: offered, ringing, talking, held, setting-up, conferring, inspecting, playing. */
  readonly stage: string;
  /** Numbers and work numbers of the others. */
  readonly partners: readonly string[];
  /** He inspects: whom, and what he does there; null: a call of his own. */
  readonly inspects: {
    /** Work number. */
    readonly of: string;
    /** `insert`: he talks with all; `whisper`: with the agent alone. */
    readonly mode: "listen" | "insert" | "whisper";
  } | null;
};

export type BoardAgent = {
  /** His work number. */
  readonly id: string;
  /** His name in the site file. */
  readonly name: string;
  /** 2 signed out, 3 busy, 4 idle, 5 wrap-up, 7 talking, 8 rest. */
  readonly state: number;
  /** When the state began. */
  readonly since: number;
  /** Why he is busy, and its name in the site file ("" = none; 0: no reason was given); null: he is not. */
  readonly busy: {
    /** As the client gave it. */
    readonly reason: number;
    /** "" = the site file has none. */
    readonly name: string;
  } | null;
  /** Cause of the rest, and its name in the site file ("" = none). */
  readonly rest: {
    /** Its number. */
    readonly cause: number;
    /** "" = the site file has none. */
    readonly name: string;
    /** When it is to end. */
    readonly until: number | null;
  } | null;
  /** Number of the phone that he has signed in with, "" = none. */
  readonly phone: string;
  /** Skills that he serves; of who is signed out, those that he is configured for. */
  readonly skills: readonly number[];
  /** His calls and what else occupies him, as conferences and inspections do. */
  readonly calls: readonly BoardCall[];
};

export type BoardSkill = {
  /** Its number. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** Agents who serve it and are signed in. */
  readonly signedIn: number;
  /** Those of them who are idle. */
  readonly free: number;
  /** In the order in which they will be served. */
  readonly waiting: readonly {
    /** The call's id. */
    readonly callId: string;
    /** The caller's number. */
    readonly caller: string;
    /** Since when it waits. */
    readonly since: number;
    /** The larger is served first. */
    readonly priority: number;
  }[];
};

export type BoardFigures = {
  /** Now, by the gateway's clock: what clocks on a page are set by. */
  readonly at: number;
  /** Calls and conferences that stand. */
  readonly calls: number;
  /** Agents who are signed in. */
  readonly agents: number;
  /** Calls that wait, in all queues. */
  readonly waiting: number;
  /** Calls begun in each of the last 60 seconds, the newest last. */
  readonly begun: readonly number[];
  /** Calls that have ended within the last hour. */
  readonly ended: {
    /** Somebody has talked. */
    readonly answered: number;
    /** The caller gave up. */
    readonly abandoned: number;
    /** Given up by others before anybody talked. */
    readonly released: number;
    /** A leg failed: `failures` says why. */
    readonly failed: number;
  };
  /** Those that failed, by cause, the most frequent first. */
  readonly failures: readonly BoardFailure[];
};

export type BoardFailure = {
  /** Whose leg failed. */
  readonly phase: "agent" | "party";
  /** Our own reason, else the SIP status. */
  readonly cause: string;
  /** The number that OUTBOUND_DETECT_EVENT has for it. */
  readonly detect: number;
  /** The same in words. */
  readonly text: string;
  /** How many calls failed so. */
  readonly count: number;
};

export type Board = {
  /** Everybody whom the site has. */
  readonly agents: readonly BoardAgent[];
  /** Every queue. */
  readonly skills: readonly BoardSkill[];
  /** Of the whole gateway. */
  readonly figures: BoardFigures;
};

/** First a snapshot; then whatever has changed since the item before, in whole rows. */
export type BoardItem = ({ readonly type: "snapshot" } & Board) | ({ readonly type: "change" } & Partial<Board>);
