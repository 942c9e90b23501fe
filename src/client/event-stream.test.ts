import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { eventStream } from "./event-stream.ts";

async function all<Event>(reader: AsyncIterable<Event>): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of reader) events.push(event);
  return events;
}

test("a reader sees what came after it was made, in order, and ends", async () => {
  const stream = eventStream<number>();
  stream.push(1);
  const reader = stream.read();
  stream.push(2);
  stream.push(3);
  stream.end();
  assert.deepEqual(await all(reader), [2, 3]);
  assert.deepEqual(await all(stream.read()), []);
});

test("a reader that waits gets the next event, and the end when there is none", async () => {
  const stream = eventStream<string>();
  const reader = stream.read();
  const first = reader.next();
  const second = reader.next();
  stream.push("a");
  stream.end();
  assert.deepEqual(await first, { value: "a", done: false });
  assert.deepEqual(await second, { value: undefined, done: true });
});

test("an observer that throws keeps nothing from the others, and its fault is nobody's but its own", async () => {
  const stream = eventStream<number>();
  const uncaught: string[] = [];
  const told = (fault: Error): void => void uncaught.push(fault.message);
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", told);
  try {
    stream.observe((event) => {
      throw new Error(`no ${event}`);
    });
    const reader = stream.read();
    stream.push(1);
    stream.push(2);
    stream.end();
    assert.deepEqual(await all(reader), [1, 2]);
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.removeListener("uncaughtException", told);
    for (const other of others) process.on("uncaughtException", other);
  }
  assert.deepEqual(uncaught, ["no 1", "no 2"]);
});

test("leaving the loop ends the reader and no other", async () => {
  const stream = eventStream<number>();
  const [left, kept] = [stream.read(), stream.read()];
  await left.return?.();
  stream.push(1);
  stream.end();
  assert.deepEqual(await all(left), []);
  assert.deepEqual(await all(kept), [1]);
});

test("any mix of pushes and reads keeps every event once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean()), async (steps) => {
      const stream = eventStream<number>();
      const reader = stream.read();
      const reads: Promise<IteratorResult<number, undefined>>[] = [];
      let pushed = 0;
      for (const push of steps) {
        if (push) stream.push(pushed++);
        else reads.push(reader.next());
      }
      stream.end();
      const early = (await Promise.all(reads)).filter((read) => !read.done).map((read) => read.value);
      const late = await all(reader);
      assert.deepEqual(
        [...early, ...late],
        Array.from({ length: pushed }, (_, index) => index),
      );
    }),
  );
});
