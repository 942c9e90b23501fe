import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { delayMs, failed, locked } from "./lock.ts";
import { addGuid, type GuidRules, newestGuid, openSession, type Session, useGuid } from "./session.ts";

const dynamic: GuidRules = { authMode: 2, intervalMs: 1000, timeoutMs: 2000 };
const fixed: GuidRules = { ...dynamic, authMode: 1 };

function use(session: Session, guid: string, now: number, keepAlive = true) {
  const used = useGuid(session, guid, { keepAlive, now, rules: dynamic });
  assert.ok(used, `${guid} is not valid at ${now}`);
  return used;
}

test("AUTHMODE 1: one Guid, valid until the session ends", () => {
  const session = openSession("a", "", 0);
  const used = useGuid(session, "a", { keepAlive: true, now: 999_999_999, rules: fixed });
  assert.equal(used?.next, "none");
});

test("AUTHMODE 2: renewed once older than the interval, handed out until used, the old one lives on with its polls", () => {
  let session = use(openSession("a", "", 0), "a", 1000).session;
  const due = use(session, "a", 1001);
  assert.equal(due.next, "mint");
  session = addGuid(due.session, "b", 1001);
  assert.equal(use(session, "a", 1500).next, "renew");
  assert.equal(newestGuid(session), "b");
  session = use(session, "a", 2900).session;
  const taken = use(session, "b", 2950, false);
  assert.equal(taken.next, "none", "not with a request that is no sign of life");
  assert.equal(use(taken.session, "b", 2960).next, "mint");
  assert.equal(use(taken.session, "a", 4800).next, "mint");
});

test("AUTHMODE 2: a Guid dies timeoutMs after its issue or its last poll; other requests do not prolong it", () => {
  const session = use(openSession("a", "", 0), "a", 1500).session;
  assert.ok(useGuid(session, "a", { keepAlive: false, now: 3499, rules: dynamic }));
  assert.equal(useGuid(session, "a", { keepAlive: false, now: 3500, rules: dynamic }), null);
});

test("no other text is a valid Guid", () => {
  const session = openSession("279fe21d-2caa-4437-84c3-ab9e9dae20f5.AgentGateway1", "", 0);
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(useGuid(session, text, { keepAlive: true, now: 1, rules: dynamic }), null);
    }),
  );
});

test("five failures lock for the window; a longer pause forgets; answers wait longer each time", () => {
  const rules = { limit: 5, windowMs: 1000 };
  let failures = failed(undefined, rules, 0);
  const delays = [delayMs(failures)];
  for (let count = 2; count <= 5; count++) {
    failures = failed(failures, rules, 0);
    delays.push(delayMs(failures));
  }
  assert.deepEqual(delays, [0, 100, 200, 400, 800]);
  assert.equal(locked(failures, rules, 999), true);
  assert.equal(locked(failures, rules, 1000), false);
  assert.equal(failed(failures, rules, 1000).count, 1);
});
