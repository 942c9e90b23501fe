import assert from "node:assert/strict";
import { test } from "node:test";
import { type GroupConnection, openGroups } from "./group.ts";

/** A connection that takes these statements, and no other. */
const taking = (taken: readonly string[]) => {
  const said: string[] = [];
  const connection: GroupConnection = {
    async perform() {
      throw new Error("no answer in time");
    },
    async say(statement) {
      said.push(statement);
      if (!taken.includes(statement)) throw new Error("no answer in time");
    },
    giveUp: () => void said.push("given up"),
  };
  return { said, connection };
};

for (const [what, taken, expected] of [
  ["one that rolls back is kept", ["BEGIN", "ROLLBACK"], ["BEGIN", "ROLLBACK"]],
  ["one that says nothing any more is given up", ["BEGIN"], ["BEGIN", "ROLLBACK", "given up"]],
] as const)
  test(`a connection on which a write has failed: ${what}`, async () => {
    const { said, connection } = taking(taken);
    const groups = openGroups("BEGIN", (work) => work(connection));
    await assert.rejects(
      new Promise((done, failed) => groups.add({ name: "forgetCalls", given: [], done, failed })),
      /no answer in time/,
    );
    await groups.idle();
    assert.deepEqual(said, expected);
  });
