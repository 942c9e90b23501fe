// What happens when nobody answers, in virtual time.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bench, INVITE, methods, PEER, reply } from "../../test/support/sip-by-hand.ts";
import type { AccountState, DialogEvent } from "./face.ts";

describe("nobody answers", () => {
  test("an INVITE goes out seven times in 32 s, then fails with 408, and nothing is left", async () => {
    const { clock, endpoint, sent } = await bench();
    const events: DialogEvent[] = [];
    endpoint.invite(INVITE, (event) => events.push(event));
    clock.advance(31_900);
    assert.equal(sent.length, 7);
    assert.deepEqual(events, []);
    clock.advance(1_000);
    assert.deepEqual(events, [{ type: "failed", status: 408, reason: "Request Timeout", local: "timeout" }]);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
    clock.advance(40_000);
    assert.equal(clock.pending(), 0);
  });

  test("a CANCEL that leads to nothing ends the INVITE after 32 s (RFC 3261 §9.1)", async () => {
    const { clock, endpoint, sent, receive } = await bench();
    const events: DialogEvent[] = [];
    const dialog = endpoint.invite(INVITE, (event) => events.push(event));
    receive(reply(sent[0] ?? "", "100 Trying"));
    clock.advance(600_000);
    assert.deepEqual(events, []);
    dialog.hangUp();
    clock.advance(33_000);
    assert.deepEqual(events, [{ type: "failed", status: 408, reason: "Request Timeout", local: "timeout" }]);
    clock.advance(40_000);
    assert.equal(clock.pending(), 0);
  });

  test("our 200 goes out eleven times without its ACK, then BYE, and the call ends with an error", async () => {
    const events: DialogEvent[] = [];
    const { clock, endpoint, sent, receive } = await bench({
      invite(call) {
        call.observe((event) => events.push(event));
        call.answer("v=0");
      },
    });
    receive(
      [
        "INVITE sip:1@127.0.0.1 SIP/2.0",
        "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1",
        "From: <sip:9@x>;tag=them",
        "To: <sip:1@127.0.0.1>",
        "Call-ID: c",
        "CSeq: 1 INVITE",
        "Contact: <sip:9@127.0.0.1:5070>",
        "Content-Length: 0",
        "",
        "",
      ].join("\r\n"),
    );
    clock.advance(31_999);
    assert.deepEqual(
      methods(sent),
      Array.from({ length: 11 }, () => "SIP/2.0"),
    );
    clock.advance(1);
    await Promise.resolve();
    assert.equal(methods(sent).at(-1), "BYE");
    assert.deepEqual(events, [{ type: "ended", by: "error", status: 408, q850: 102 }]);
    clock.advance(80_000);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
    assert.equal(clock.pending(), 0);
  });

  test("a re-INVITE that nobody answers ends the dialog with BYE; one answered 481 without", async () => {
    for (const status of [408, 481]) {
      const { clock, endpoint, sent, receive } = await bench();
      const events: DialogEvent[] = [];
      const dialog = endpoint.invite(INVITE, (event) => events.push(event));
      const sdp = ["Content-Type: application/sdp", "Contact: <sip:1@127.0.0.1:5070>"];
      receive(
        reply(sent[0] ?? "", "200 OK", ...sdp).replace("Content-Length: 0\r\n\r\n", "Content-Length: 3\r\n\r\nv=0"),
      );
      const answer = dialog.reoffer("v=1");
      await new Promise(setImmediate);
      if (status === 481) receive(reply(sent.at(-1) ?? "", "481 Gone"));
      else clock.advance(33_000);
      assert.deepEqual(await answer, { status });
      await Promise.resolve();
      assert.deepEqual(events.at(-1), {
        ...{ type: "ended", by: "error", status },
        ...(status === 408 ? { q850: 102 } : {}),
      });
      assert.equal(methods(sent).includes("BYE"), status === 408);
    }
  });
});

describe("a registration", () => {
  const account = {
    user: "1",
    registrar: PEER,
    domain: "d",
    credentials: { username: "1", password: "p" },
    expiresS: 600,
  };

  test("is refreshed before it runs out, and tried again after silence with growing patience", async () => {
    const { clock, endpoint, sent, receive } = await bench();
    const states: AccountState[] = [];
    const registration = endpoint.register(account, (state) => states.push(state));
    receive(reply(sent[0] ?? "", "200 OK", "Contact: <sip:1@127.0.0.1:5060>;expires=300"));
    assert.deepEqual(states, [{ name: "registered", expiresS: 300 }]);
    clock.advance(267_000);
    assert.equal(sent.length, 1);
    clock.advance(1_500);
    assert.match(sent[1] ?? "", /^REGISTER sip:d [\s\S]*\r\nCSeq: 2 REGISTER/);
    clock.advance(33_000);
    assert.deepEqual(states.at(-1), { name: "refused", status: 408, reason: "Request Timeout" });
    assert.ok(!sent.at(-1)?.includes("CSeq: 3 "));
    clock.advance(2_000);
    assert.ok(sent.at(-1)?.includes("CSeq: 3 "));
    const stopped = registration.stop();
    receive(reply(sent.at(-1) ?? "", "200 OK"));
    await stopped;
    assert.match(sent.at(-1) ?? "", /\r\nExpires: 0\r\n/);
  });

  test("a wrong password is told once and tried again later, without a storm", async () => {
    const { clock, endpoint, sent, receive } = await bench();
    const states: AccountState[] = [];
    endpoint.register(account, (state) => states.push(state));
    const challenge = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"';
    receive(reply(sent[0] ?? "", "401 Unauthorized", challenge));
    assert.match(sent[1] ?? "", /\r\nAuthorization: Digest username="1", realm="r"/);
    receive(reply(sent[1] ?? "", "401 Unauthorized", challenge));
    assert.deepEqual(states, [{ name: "refused", status: 401, reason: "Unauthorized" }]);
    clock.advance(1_900);
    assert.equal(sent.length, 2);
    clock.advance(200);
    assert.equal(sent.length, 3);
  });
});

test("a probe has the patience that it is given, and leaves nothing behind; a late answer is a stray", async () => {
  const { clock, endpoint, sent, receive, faults } = await bench();
  const asked = endpoint.options({ uri: "sip:127.0.0.1:5070", patienceMs: 2_000 });
  await new Promise(setImmediate);
  assert.deepEqual(methods(sent), ["OPTIONS"]);
  clock.advance(2_000);
  assert.deepEqual(await asked, { status: 408, reason: "Request Timeout", local: "timeout" });
  assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
  const before = sent.length;
  receive(reply(sent[0] ?? "", "200 OK"));
  clock.advance(60_000);
  assert.deepEqual([sent.length, clock.pending(), faults], [before, 0, []]);
});
