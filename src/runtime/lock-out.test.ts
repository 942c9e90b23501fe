import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nextTurn, virtualClock } from "../base/clock.ts";
import { openLockOut } from "./lock-out.ts";

/** A desk whose passwords are looked at when `look` is told: what they turn out to be, in the order in which they were asked for. */
function desk() {
  const clock = virtualClock();
  const lockOut = openLockOut(clock);
  const asked: { readonly agent: string; readonly told: (fits: boolean) => void }[] = [];
  const attempt = (agent: string, address: string) =>
    lockOut.attempt(agent, address, () => new Promise((told) => asked.push({ agent, told })));
  return { clock, lockOut, asked, attempt };
}

const settled = async (clock: ReturnType<typeof virtualClock>): Promise<void> => {
  await nextTurn();
  clock.advance(2_000);
  await nextTurn();
};

describe("guesses that come as a crowd", () => {
  test("of one agent: five are looked at, one after the other, and the rest is locked", async () => {
    const { clock, asked, attempt } = desk();
    const answers = Array.from({ length: 200 }, () => attempt("101", "192.0.2.1"));
    let looked = 0;
    for (;;) {
      await settled(clock);
      const one = asked.shift();
      if (!one) break;
      assert.deepEqual(asked, [], "the next one waits until it is known what this one was");
      looked += 1;
      one.told(false);
    }
    assert.equal(looked, 5);
    const codes = await Promise.all(answers);
    assert.deepEqual([codes.filter((code) => code === "wrong").length, codes.at(-1)], [5, "locked"]);
  });

  test("of one address, for many agents: no more at a time than leave a thread for the rest, and fifty in all, but for those under way", async () => {
    const { clock, asked, attempt } = desk();
    const answers = Array.from({ length: 200 }, (_, number) => attempt(`${1000 + number}`, "192.0.2.1"));
    let looked = 0;
    for (;;) {
      await settled(clock);
      assert.ok(asked.length <= 3);
      const one = asked.shift();
      if (!one) break;
      looked += 1;
      one.told(false);
    }
    assert.ok(looked >= 50 && looked <= 52, `${looked}`);
    assert.equal((await Promise.all(answers)).filter((code) => code === "locked").length, 200 - looked);
  });
});

test("who has the right password goes on beside an agent who is guessed at, and his own failures are forgotten", async () => {
  const { clock, asked, attempt, lockOut } = desk();
  const guesses = Array.from({ length: 4 }, () => attempt("101", "192.0.2.1"));
  const right = attempt("102", "192.0.2.2");
  await settled(clock);
  assert.deepEqual(
    asked.map(({ agent }) => agent),
    ["101", "102"],
  );
  asked.pop()?.told(true);
  assert.equal(await right, "fits");
  for (let guess = 0; guess < 4; guess++) {
    asked.shift()?.told(guess === 3);
    await settled(clock);
  }
  assert.deepEqual(await Promise.all(guesses), ["wrong", "wrong", "wrong", "fits"]);
  assert.equal(lockOut.locked("101", "192.0.2.1"), false);
});

test("a password that cannot be looked at frees the turn", async () => {
  const { lockOut } = desk();
  const broken = (): Promise<boolean> => Promise.reject(new Error("no memory"));
  await assert.rejects(lockOut.attempt("101", "192.0.2.1", broken), /no memory/);
  assert.equal(await lockOut.attempt("101", "192.0.2.1", async () => true), "fits");
});
