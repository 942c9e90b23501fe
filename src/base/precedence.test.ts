import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "./clock.ts";
import { openPrecedence } from "./precedence.ts";

/** Turns that end when the test says so. */
function turning() {
  const clock = virtualClock();
  let ended = Promise.withResolvers<void>();
  const precedence = openPrecedence(clock, () => ended.promise);
  const served: string[] = [];
  const datagrams = (count: number): void => {
    for (let each = 0; each < count; each++) precedence.arrived();
  };
  const requests = (...names: string[]): void => {
    for (const name of names) precedence.run(() => void served.push(name));
  };
  const endTurn = async (): Promise<readonly string[]> => {
    const { resolve } = ended;
    ended = Promise.withResolvers();
    resolve();
    await new Promise((done) => setImmediate(done));
    return served.splice(0);
  };
  return { clock, precedence, served, datagrams, requests, endTurn };
}

test("while a turn brings no full batch, requests run as they come", () => {
  const { precedence, served, datagrams, requests } = turning();
  datagrams(31);
  requests("1", "2");
  assert.deepEqual(served, ["1", "2"]);
  assert.deepEqual([precedence.crowdedMs(), precedence.waitedMs()], [0, 0]);
});

test("after full batches they wait in order, four in a turn go on, and the rest in the first turn that was not full", async () => {
  const { clock, precedence, served, datagrams, requests, endTurn } = turning();
  datagrams(32);
  requests("1", "2", "3", "4", "5");
  assert.deepEqual(served, []);
  clock.advance(5);
  assert.deepEqual(await endTurn(), ["1", "2", "3", "4"]);
  requests("6", "7", "8", "9", "10");
  clock.advance(5);
  assert.deepEqual([precedence.crowdedMs(), precedence.waitedMs()], [5, 10]);
  datagrams(32);
  assert.deepEqual(await endTurn(), ["5", "6", "7", "8"]);
  datagrams(31);
  assert.deepEqual(await endTurn(), ["9", "10"]);
  assert.deepEqual([precedence.crowdedMs(), precedence.waitedMs()], [0, 0]);
  requests("11");
  assert.deepEqual(served, ["11"]);
});

test("a turn without a datagram ends the crowd", async () => {
  const { served, datagrams, requests, endTurn } = turning();
  datagrams(40);
  await endTurn();
  requests("1");
  assert.deepEqual(served, []);
  assert.deepEqual(await endTurn(), ["1"]);
  requests("2");
  assert.deepEqual(served, ["2"]);
});

test("those who have waited do not fill a turn", async () => {
  const { clock, precedence, datagrams, endTurn } = turning();
  let served = 0;
  datagrams(32);
  await endTurn();
  for (let each = 0; each < 20; each++)
    precedence.run(() => {
      served += 1;
      clock.advance(2);
    });
  await endTurn();
  assert.equal(served, 6);
  for (let turn = 0; turn < 3; turn++) await endTurn();
  assert.equal(served, 20);
});
