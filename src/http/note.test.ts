// What is noted of a request for the timeline of its call, and what never is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import type { Operation } from "../contract/operation.ts";
import type { TimelineNote } from "../contract/timeline.ts";
import { isNoted, type Noted, noteRequest } from "./note.ts";
import type { HttpOptions } from "./options.ts";

const operation = {
  ...{ id: "voicecall.callout", method: "PUT", access: "session", logName: "callout", success: "success" },
  query: { callid: {}, skillId: {}, oldpassword: {} },
} as unknown as Operation;

/** The notes of one request, by call. */
function noted(request: Partial<Noted>, inCall = ""): readonly (readonly [string, TimelineNote])[] {
  const notes: [string, TimelineNote][] = [];
  const options = {
    ...{ clock: systemClock, log: silentLog },
    notes: { note: (call: string, note: TimelineNote) => void notes.push([call, note]), inCall: () => inCall },
  } as unknown as HttpOptions;
  const whole = { agent: "101", url: "/x", query: {}, body: undefined, callId: "", trace: "t", ms: 1.234, outcome: {} };
  noteRequest(options, operation, { ...whole, ...request });
  return notes;
}

const body = (value: object): Buffer => Buffer.from(JSON.stringify(value));

test("under the call that it began, else the one that the agent was in, else is in; without one it is nobody's", () => {
  const calls = (request: Partial<Noted>, inCall?: string) => noted(request, inCall).map(([call]) => call);
  assert.deepEqual(calls({ outcome: { callId: "1-1" }, callId: "1-2" }, "1-3"), ["1-1"]);
  assert.deepEqual(calls({ callId: "1-2" }, "1-3"), ["1-2"]);
  assert.deepEqual(calls({}, "1-3"), ["1-3"]);
  assert.deepEqual(calls({}), []);
});

test("the query's fields as they can be sent again; what the operation does not read, or is secret, stays out", () => {
  const query = { callid: "1-1", skillId: ["1;2", "ä b"], oldpassword: "p", guid: "g", time: "1" };
  const pathOf = (request: Partial<Noted>) => {
    const [[, note] = []] = noted({ callId: "1-1", ...request });
    return note?.layer === "request" && note.path;
  };
  assert.equal(pathOf({ url: "/a/b?whatever", query }), "/a/b?callid=1-1&skillId=1%3B2&skillId=%C3%A4+b");
  assert.equal(pathOf({ url: "/a/b?guid=g", query: { guid: "g" } }), "/a/b");
  assert.equal(pathOf({ url: "/a/b?callid=", query: { callid: "x".repeat(5_000) } }), "/a/b");
});

test("no secret of query or body wherever it stands, nothing that is no JSON or too long", () => {
  const given = { called: "40040", password: "p", deep: { serviceToken: "s", Guid: "g", fine: 1 } };
  const [[, note] = []] = noted({ callId: "1-1", url: "/a/b?callid=1&guid=x", body: body(given) });
  assert.ok(note?.layer === "request");
  assert.deepEqual([note.path, note.body, note.ms], ["/a/b", '{"called":"40040","deep":{"fine":1}}', 1.23]);
  for (const bad of [Buffer.from("{"), body({ callappdata: "x".repeat(5_000) })]) {
    const [[, other] = []] = noted({ callId: "1-1", body: bad });
    assert.equal(other?.layer === "request" && other.body, "");
  }
});

test("a refusal has its code and reason", () => {
  const [[, note] = []] = noted({ callId: "1-1", outcome: refuse("200-017", "no call to release") });
  assert.deepEqual(note?.layer === "request" && [note.retcode, note.message], ["200-017", "no call to release"]);
});

test("sign-ins, polls, questions and digits are not noted", () => {
  assert.ok(isNoted(operation));
  for (const other of [
    { access: "sign-in" },
    { access: "sign-of-life" },
    { method: "GET" },
    { id: "voicecall.secondDial" },
    { id: "voicecall.secondDialEx" },
  ])
    assert.ok(!isNoted({ ...operation, ...other } as Operation), JSON.stringify(other));
});
