import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { callout } from "../contract/voice-call.ts";
import type { Refused } from "../runtime/face.ts";
import { openReplies } from "../runtime/replies.ts";
import { once } from "./idempotency.ts";

test("a repeat that comes while the first is under way is told when to come back, as the first is", async () => {
  const replies = openReplies({
    clock: virtualClock(),
    log: silentLog,
    store: { reply: async () => undefined, forgetReplies: async () => {} },
    journal: { reply() {}, after: (then) => then() },
  });
  const { promise, resolve } = Promise.withResolvers<Refused>();
  const command = { agent: "101", key: "a", line: "PUT /voicecall/101/callout", body: Buffer.from("{}") };
  const asked = [1, 2].map(() => once(replies, callout, command, () => promise));
  resolve({ refused: "100-007", message: "overloaded", retryAfterS: 2 });
  const [first, repeat] = await Promise.all(asked);
  assert.equal((first as Refused).retryAfterS, 2);
  assert.deepEqual((repeat as { readonly kept: { readonly headers: readonly string[] } }).kept.headers, [
    "Retry-After",
    "2",
  ]);
});
