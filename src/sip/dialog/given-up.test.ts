// A server that says nothing: given up long before Timer B, and what it says after that.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerTo, calling, lineOf } from "../../../test/support/dialog-by-hand.ts";
import { methods } from "../../../test/support/sip-by-hand.ts";
import { bareSocket, kinds, options, Seen, started } from "../../../test/support/sip-endpoints.ts";
import { openEndpoint } from "../endpoint.ts";
import type { DialogEvent } from "../face.ts";

const silent = { type: "failed", status: 408, reason: "Request Timeout", local: "timeout" };
const givenUp = async () => {
  const hand = await calling({ patienceMs: 5_000 });
  hand.clock.advance(5_001);
  assert.deepEqual(hand.events, [silent]);
  return { ...hand, invite: hand.last("INVITE") };
};

describe("an INVITE that met silence for its patience", () => {
  test("fails once, without a CANCEL, and is forgotten with Timer B", async () => {
    const { clock, events, sent, endpoint } = await givenUp();
    clock.advance(60_000);
    assert.deepEqual([events.length, new Set(methods(sent))], [1, new Set(["INVITE"])]);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
    assert.equal(clock.pending(), 0);
  });

  test("a late 180 gets its CANCEL (RFC 3261 §9.1), once, and the 487 its ACK", async () => {
    const { clock, events, receive, invite, sent, last, endpoint } = await givenUp();
    receive(answerTo(invite, "180 Ringing"));
    receive(answerTo(invite, "180 Ringing"));
    assert.equal(methods(sent).filter((method) => method === "CANCEL").length, 1);
    const cancel = last("CANCEL");
    assert.deepEqual([lineOf(cancel, "Via"), lineOf(cancel, "CSeq")], [lineOf(invite, "Via"), "1 CANCEL"]);
    receive(answerTo(cancel, "200 OK"));
    receive(answerTo(invite, "487 Request Terminated"));
    assert.equal(methods(sent).at(-1), "ACK");
    assert.equal(events.length, 1);
    clock.advance(60_000);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
  });

  test("a late 200 gets ACK and BYE, each time that it comes again an ACK", async () => {
    const { clock, events, receive, invite, sent, last, endpoint } = await givenUp();
    receive(answerTo(invite, "200 OK", [], ["v=0 answer"]));
    assert.deepEqual(methods(sent).slice(-2), ["ACK", "BYE"]);
    receive(answerTo(invite, "200 OK", [], ["v=0 answer"]));
    assert.equal(methods(sent).at(-1), "ACK");
    receive(answerTo(last("BYE"), "200 OK"));
    assert.equal(events.length, 1);
    clock.advance(60_000);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
  });

  test("a late refusal gets its ACK and nothing else", async () => {
    const { events, receive, invite, sent } = await givenUp();
    receive(answerTo(invite, "486 Busy Here"));
    assert.deepEqual([methods(sent).at(-1), events.length], ["ACK", 1]);
  });

  test("a 100 in time is all that is asked for: then only the caller's own patience counts", async () => {
    const { clock, events, answer } = await calling({ patienceMs: 5_000 });
    clock.advance(4_000);
    answer("100 Trying");
    clock.advance(120_000);
    assert.deepEqual(events, []);
  });

  test("a challenge starts the time anew", async () => {
    const credentials = { username: "u", password: "p" };
    const { clock, events, answer } = await calling({ patienceMs: 5_000, credentials });
    clock.advance(4_000);
    answer("401 Unauthorized", ['WWW-Authenticate: Digest realm="x", nonce="n", algorithm=MD5']);
    clock.advance(4_000);
    assert.deepEqual(events, []);
    clock.advance(1_001);
    assert.deepEqual(events, [silent]);
  });

  test("hung up before anything came: one last event, and a late 180 is cancelled", async () => {
    const { clock, dialog, events, answer, sent } = await calling({ patienceMs: 5_000 });
    dialog.hangUp();
    clock.advance(6_000);
    assert.equal(events.length, 1);
    answer("180 Ringing");
    assert.equal(methods(sent).at(-1), "CANCEL");
  });
});

test("the next server of the name is tried, and a late answer of the first one does not harm the call", async () => {
  const first = await bareSocket();
  const second = await started(openEndpoint(options({ invite: (incoming) => incoming.answer("v=0 answer") })));
  const records = [first.port, second.port].map((port, priority) => ({ priority, weight: 0, port, name: "a.c.test" }));
  const names = {
    naptr: async () => [],
    srv: async (name: string) => (name === "_sip._udp.c.test" ? records : []),
    addresses: async (name: string) => (name === "a.c.test" ? [{ address: "127.0.0.1" }] : []),
  };
  const caller = await started(openEndpoint(options({}, { names })));
  const events = new Seen<DialogEvent>();
  const order = { uri: "sip:40040@c.test", from: { uri: "sip:40038@127.0.0.1" }, sdp: "v=0 offer", patienceMs: 200 };
  const dialog = caller.invite(order, events.push);
  const invite = await first.got.until((text) => text.startsWith("INVITE"));
  await events.type("answered");
  const contact = `Contact: <sip:late@127.0.0.1:${first.port}>`;
  first.socket.send(answerTo(invite, "200 OK", [contact], ["v=0 late", "late"]), caller.port, "127.0.0.1");
  await first.got.until((text) => text.startsWith("ACK"));
  const bye = await first.got.until((text) => text.startsWith("BYE"));
  first.socket.send(answerTo(bye, "200 OK"), caller.port, "127.0.0.1");
  assert.deepEqual(kinds(events), ["answered"]);
  dialog.hangUp();
  await events.type("ended");
});
