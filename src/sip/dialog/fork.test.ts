// One INVITE, several voices: branches of a fork (RFC 3261 §12.1.2, §13.2.2.4) and targets of a 3xx (§8.1.3.4).

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { calling, lineOf } from "../../../test/support/dialog-by-hand.ts";
import { methods } from "../../../test/support/sip-by-hand.ts";

describe("a fork", () => {
  test("each branch has early media of its own, and the one that answers with its early SDP is the call", async () => {
    const { answer, events } = await calling();
    answer("183 Session Progress", [], ["v=0 one", "one"]);
    answer("183 Session Progress", [], ["v=0 two", "two"]);
    answer("180 Ringing", [], ["", "one"]);
    answer("200 OK", [], ["", "two"]);
    assert.deepEqual(events, [
      { type: "provisional", status: 183, reason: "Session Progress", sdp: "v=0 one" },
      { type: "provisional", status: 183, reason: "Session Progress", sdp: "v=0 two", branch: 1 },
      { type: "provisional", status: 180, reason: "Ringing" },
      { type: "answered", sdp: "v=0 two" },
    ]);
  });

  test("each branch has its own RSeq and CSeq numbers; a loser that answers gets ACK and BYE", async () => {
    const { answer, sent, events, dialog, last } = await calling();
    const reliable = (rseq: number) => ["Require: 100rel", `RSeq: ${rseq}`];
    answer("183 Session Progress", reliable(100), ["v=0 one", "one"]);
    answer("183 Session Progress", reliable(7), ["v=0 two", "two"]);
    answer("180 Ringing", reliable(101), ["", "one"]);
    const pracks = sent.filter((text) => text.startsWith("PRACK"));
    assert.deepEqual(
      pracks.map((text) => [lineOf(text, "To").slice(-3), lineOf(text, "RAck"), lineOf(text, "CSeq")]),
      [
        ["one", "100 1 INVITE", "2 PRACK"],
        ["two", "7 1 INVITE", "2 PRACK"],
        ["one", "101 1 INVITE", "3 PRACK"],
      ],
    );
    answer("200 OK", [], ["", "one"]);
    answer("200 OK", [], ["v=0 late", "two"]);
    assert.match(last("BYE"), /^BYE sip:two@/);
    // Its PRACK was 2: a BYE that is not above it is out of order there (RFC 3261 §12.2.2), and the phone would stay in a call.
    assert.ok(Number.parseInt(lineOf(last("BYE"), "CSeq"), 10) > 2);
    assert.deepEqual(events.at(-1), { type: "answered", sdp: "v=0 one" });
    dialog.hangUp();
    assert.match(last("BYE"), /^BYE sip:one@[\s\S]*\r\nCSeq: 4 BYE\r\n/);
  });
});

describe("a 3xx", () => {
  const MOVED = "302 Moved Temporarily";
  const contact = (...values: string[]) => values.map((value) => `Contact: ${value}`);
  const uris = (sent: readonly string[]) =>
    sent.filter((text) => text.startsWith("INVITE")).map((text) => text.slice(7, text.indexOf(" ", 7)));

  test("is a failure when nobody asked to follow it", async () => {
    const { answer, sent, events } = await calling();
    answer(MOVED, contact("<sip:5@127.0.0.1:5071>"));
    assert.deepEqual(methods(sent), ["INVITE", "ACK"]);
    assert.deepEqual(events, [{ type: "failed", status: 302, reason: "Moved Temporarily" }]);
  });

  test("is followed by q, with the same Call-ID, To and From and the next number, until one answers", async () => {
    const { answer, sent, events } = await calling({ redirects: 5 });
    const first = sent[0] ?? "";
    answer(MOVED, contact("<sip:low@127.0.0.1:5072>;q=0.1, <sip:high@127.0.0.1:5071>;q=0.9", "<tel:5>;q=1"));
    answer("486 Busy Here");
    const third = sent.findLast((text) => text.startsWith("INVITE")) ?? "";
    assert.deepEqual(uris(sent), ["sip:1@127.0.0.1:5070", "sip:high@127.0.0.1:5071", "sip:low@127.0.0.1:5072"]);
    for (const name of ["Call-ID", "From", "To"]) assert.equal(lineOf(third, name), lineOf(first, name));
    assert.equal(lineOf(third, "CSeq"), "3 INVITE");
    answer("200 OK", [], ["v=0 answer"]);
    assert.deepEqual(events, [{ type: "answered", sdp: "v=0 answer" }]);
  });

  test("another host gets neither our credentials nor the caller's identity", async () => {
    const identity = { asserted: { uri: "sip:40038@gw" }, hidden: true };
    const credentials = { username: "u", password: "p" };
    const { answer, sent, events } = await calling({ redirects: 5, identity, credentials });
    answer(MOVED, contact("<sip:1@127.0.0.2:5070>"));
    const second = sent.findLast((text) => text.startsWith("INVITE")) ?? "";
    assert.equal(lineOf(sent[0], "P-Asserted-Identity"), "<sip:40038@gw>");
    assert.deepEqual([lineOf(second, "P-Asserted-Identity"), lineOf(second, "Privacy")], ["", "id"]);
    assert.match(lineOf(second, "From"), /anonymous/);
    answer("407 Proxy Authentication Required", ['Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"']);
    assert.deepEqual(events.at(-1), { type: "failed", status: 407, reason: "Proxy Authentication Required" });
  });

  test("never twice to the same target, never further than allowed", async () => {
    const loop = await calling({ redirects: 5 });
    loop.answer(MOVED, contact("<sip:5@127.0.0.1:5071>"));
    loop.answer(MOVED, contact("<sip:1@127.0.0.1:5070>", "<sip:5@127.0.0.1:5071>"));
    assert.deepEqual(loop.events.at(-1), { type: "failed", status: 302, reason: "Moved Temporarily" });
    const chain = await calling({ redirects: 2 });
    for (const user of ["a", "b", "c", "d"]) chain.answer(MOVED, contact(`<sip:${user}@127.0.0.1:5071>`));
    assert.deepEqual(uris(chain.sent), ["sip:1@127.0.0.1:5070", "sip:a@127.0.0.1:5071", "sip:b@127.0.0.1:5071"]);
  });

  test("a 6xx ends it, and so does a hang-up", async () => {
    const declined = await calling({ redirects: 5 });
    declined.answer(MOVED, contact("<sip:a@127.0.0.1:5071>", "<sip:b@127.0.0.1:5071>"));
    declined.answer("603 Decline");
    assert.equal(uris(declined.sent).length, 2);
    const gone = await calling({ redirects: 5 });
    gone.dialog.hangUp();
    gone.answer(MOVED, contact("<sip:a@127.0.0.1:5071>"));
    assert.deepEqual(gone.events.at(-1), { type: "failed", status: 487, reason: "Request Terminated" });
  });
});
