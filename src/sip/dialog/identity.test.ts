// Who calls, for whom it was, and why it ended: identity, diversion and reason headers, both ways.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { called, calling, lineOf } from "../../../test/support/dialog-by-hand.ts";

describe("the caller's identity (RFC 3325)", () => {
  const asserted = { uri: "sip:40038@gw", displayName: 'A "b"' };

  test("asserted beside From", async () => {
    const { sent } = await calling({ identity: { asserted } });
    assert.equal(lineOf(sent[0], "P-Asserted-Identity"), '"A \\"b\\"" <sip:40038@gw>');
    assert.equal(lineOf(sent[0], "Privacy"), "");
    assert.match(lineOf(sent[0], "From"), /^<sip:2@gw>/);
  });

  test("hidden: an anonymous From, a Contact without user, Privacy: id", async () => {
    const { sent } = await calling({ identity: { asserted, hidden: true } });
    assert.match(lineOf(sent[0], "From"), /^"Anonymous" <sip:anonymous@anonymous.invalid>;tag=/);
    assert.equal(lineOf(sent[0], "Privacy"), "id");
    assert.equal(lineOf(sent[0], "Contact"), "<sip:127.0.0.1:5060>");
    assert.match(lineOf(sent[0], "Call-ID"), /@anonymous.invalid$/);
  });

  test("one that is no URI is never sent", async () => {
    const { sent, events } = await calling({ identity: { asserted: { uri: "sip:1@a>\r\nX: y" } } });
    await Promise.resolve();
    assert.deepEqual([sent.length, events[0]?.type], [0, "failed"]);
  });

  test("read from an INVITE, the first that is an address", async () => {
    const { call } = await called(['P-Asserted-Identity: "Front desk" <sip:1@a>, <tel:+49>']);
    assert.deepEqual(call?.asserted, { uri: "sip:1@a", user: "1", displayName: "Front desk" });
    assert.equal((await called()).call?.asserted, undefined);
  });
});

describe("whom the call was for", () => {
  test("Diversion: the latest stands on top", async () => {
    const { call } = await called([
      'Diversion: <sip:b@x>;reason="no-answer", <tel:+4930>;reason=unconditional;counter=1',
      "Diversion: not an address",
    ]);
    assert.deepEqual(call?.diversions, [
      { uri: "tel:+4930", user: "+4930", reason: "unconditional" },
      { uri: "sip:b@x", user: "b", reason: "no-answer" },
    ]);
  });

  test("History-Info: all but the last target, with the cause of each", async () => {
    const { call } = await called([
      "History-Info: <sip:a@x?Reason=SIP%3Bcause%3D486%3Btext%3D%22Busy%22>;index=1",
      "History-Info: <sip:b%231@x>;index=1.1;mp=1, <sip:1@gw>;index=1.2;rc=1.1",
      "Diversion: <sip:z@x>",
    ]);
    assert.deepEqual(call?.diversions, [
      { uri: "sip:a@x", user: "a", cause: 486 },
      { uri: "sip:b%231@x", user: "b#1" },
    ]);
  });
});

describe("Reason (RFC 3326)", () => {
  test("of a CANCEL, of a BYE and of a refusal", async () => {
    const cancelled = await called();
    cancelled.call?.ring(180);
    cancelled.send("CANCEL", 1, ['Reason: SIP;cause=200;text="Call completed elsewhere"']);
    assert.deepEqual(cancelled.events, [{ type: "ended", by: "remote", status: 487, sipCause: 200 }]);
    const ended = await calling();
    ended.answer("200 OK", [], ["v=0"]);
    ended.request("BYE", 2, ["Reason: SIP;cause=480, Q.850;cause=31"]);
    assert.deepEqual(ended.events.at(-1), { type: "ended", by: "remote", q850: 31, sipCause: 480 });
    const refused = await calling();
    refused.answer("503 Service Unavailable", ["Reason: Q.850;cause=34", "Reason: Q.850;cause=1000"]);
    assert.deepEqual(refused.events.at(-1), { type: "failed", status: 503, reason: "Service Unavailable", q850: 34 });
  });

  test("in the BYE to a branch that answered too late", async () => {
    const { answer, last } = await calling();
    answer("200 OK", [], ["v=0", "one"]);
    answer("200 OK", [], ["v=0", "two"]);
    assert.equal(lineOf(last("BYE"), "Reason"), 'Q.850;cause=26;text="Somebody else has answered"');
  });
});
