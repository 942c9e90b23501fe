// What the gateway keeps on disk, as a port. openStore (sqlite.ts) is the implementation.

/** One change that an operator made, or one ban or bar of the guard. Kept for ever; nothing secret may stand in it. */
export type AuditRow = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The face it came through: "mml", "sip", "rest". */
  readonly face: string;
  /** Address and port of who asked. */
  readonly peer: string;
  /** What was changed or done: "parameter P18", "ban". */
  readonly what: string;
  readonly before: string;
  readonly after: string;
};

/** Numbers first..last are the caller's alone, now and after every restart. */
export type SequenceBlock = { readonly first: number; readonly last: number };

/** Every method rejects with a StoreFault when the disk or the database does not do its part; nothing is kept then. */
export type Store = {
  /** Soft parameters changed while running: name -> value (0..4294967295). */
  parameters(): Promise<Readonly<Record<string, number>>>;
  /** The value and its audit row, both or neither; on disk when this resolves. */
  changeParameter(name: string, value: number, audit: AuditRow): Promise<void>;
  /** One row that belongs to no change in the store. */
  writeAudit(audit: AuditRow): Promise<void>;
  /** The newest audit rows, the newest first. */
  audit(limit: number): Promise<readonly AuditRow[]>;
  /** Calls begun on this day (days since the epoch, UTC), by whose count it is. */
  dailyCalls(day: number): Promise<ReadonlyMap<string, number>>;
  /** These counts are those of the day from now on; the days before it are forgotten. All or nothing. */
  keepDailyCalls(day: number, calls: ReadonlyMap<string, number>): Promise<void>;
  /**
   * The next `count` numbers of the call-id sequence (`<epoch seconds>-<sequence>`). What a stopped process did not use
   * is skipped, so that an id is unique even when the clock goes back.
   */
  reserveSequence(count: number): Promise<SequenceBlock>;
  /** Safe to repeat. */
  close(): Promise<void>;
};

/** A fault of disk or database, as one line without data. */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
}
