// Group commit: what is asked for while the disk is busy shares the next transaction, so that a crowd of writes costs one wait for
// the disk. All goes in the order in which it was asked for. Nobody is told that his write is kept before the transaction is; a
// write that fails takes none of the others with it.

import { nextTurn } from "../base/clock.ts";
import { type GroupOperation, isRead } from "./operation.ts";

export type Task = {
  readonly name: GroupOperation;
  readonly given: readonly unknown[];
  readonly done: (value: unknown) => void;
  readonly failed: (fault: unknown) => void;
};

/** One connection of a database, for as long as a group takes. */
export type GroupConnection = {
  perform(name: GroupOperation, given: readonly unknown[]): Promise<unknown>;
  /** BEGIN, SAVEPOINT, RELEASE, COMMIT, ... */
  say(statement: string): Promise<unknown>;
  /** Nobody is to work with it any more: it takes no statement, and has not said that it is gone. */
  giveUp?(): void;
};

export type Groups = {
  add(task: Task): void;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
};

/** A transaction of any size would hold everybody up who comes after it. */
const MOST = 500;

/** `connect` runs the work with a connection that is its own until it has ended; a rejection is one of every task in it. */
export function openGroups(
  begin: string,
  connect: (work: (connection: GroupConnection) => Promise<void>) => Promise<void>,
): Groups {
  const waiting: Task[] = [];
  let running: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      // What else has come in this turn of the event loop belongs to the same group.
      await nextTurn();
      const group = waiting.splice(0, MOST);
      const ends: (() => void)[] = [];
      try {
        await connect(async (connection) => void ends.push(...(await carryOut(begin, group, connection))));
        for (const end of ends) end();
      } catch (fault) {
        for (const { failed } of group) failed(fault);
      }
    }
  };

  const pump = (): void => {
    running ??= run().finally(() => {
      running = null;
      if (waiting.length > 0) pump();
    });
  };

  return {
    add(task) {
      waiting.push(task);
      pump();
    },
    async idle() {
      while (running !== null) await running;
    },
  };
}

const writes = ({ name }: Task): boolean => !isRead(name);

/** What to tell each one, once all is kept. */
async function carryOut(begin: string, group: readonly Task[], connection: GroupConnection): Promise<(() => void)[]> {
  const ends: (() => void)[] = [];
  const changes = group.some(writes);
  try {
    // Within: on a connection that was left in a transaction it fails, and is mended by what follows.
    if (changes) await connection.say(begin);
    // Who is alone has the transaction for himself: two statements less on the way to a commit.
    const guarded = group.length > 1;
    for (const task of group) ends.push(await one(task, connection, guarded));
    if (changes) await connection.say("COMMIT");
    return ends;
  } catch (fault) {
    // A database that is gone says no to this, or nothing: then its connection would do so to the next group, too.
    await connection.say("ROLLBACK").catch(() => connection.giveUp?.());
    throw fault;
  }
}

/** `guarded`: its failure is to leave the others in the transaction as they are. */
async function one(task: Task, connection: GroupConnection, guarded: boolean): Promise<() => void> {
  const { name, given, done, failed } = task;
  if (!writes(task)) {
    return connection.perform(name, given).then(
      (value) => () => done(value),
      (fault: unknown) => () => failed(fault),
    );
  }
  if (!guarded) {
    const value = await connection.perform(name, given);
    return () => done(value);
  }
  await connection.say("SAVEPOINT one");
  try {
    const value = await connection.perform(name, given);
    await connection.say("RELEASE SAVEPOINT one");
    return () => done(value);
  } catch (fault) {
    await connection.say("ROLLBACK TO SAVEPOINT one");
    await connection.say("RELEASE SAVEPOINT one");
    return () => failed(fault);
  }
}
