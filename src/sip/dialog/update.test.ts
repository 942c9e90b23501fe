// UPDATE (RFC 3311), by hand: before and after the 2xx, with and without an offer, and when offers meet.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerTo, called, calling, lineOf, statusOf } from "../../../test/support/dialog-by-hand.ts";
import { nextTurn } from "../../base/clock.ts";

const MOVED = ["Contact: <sip:moved@127.0.0.1:5071>"];

async function answered(extra: readonly string[] = []) {
  const hand = await calling();
  hand.answer("200 OK", extra, ["v=0 answer"]);
  return hand;
}

describe("UPDATE of the peer", () => {
  test("with an offer: our answer is in the 200, and no ACK is awaited", async () => {
    const { request, events, sent, clock } = await answered();
    request("UPDATE", 2, MOVED, ["v=0 second"]);
    const offer = events.at(-1);
    assert.ok(offer?.type === "offer" && offer.sdp === "v=0 second");
    offer.reply({ sdp: "v=0 agreed" });
    offer.reply({ status: 500 });
    const ok = sent.at(-1) ?? "";
    assert.match(ok, /^SIP\/2.0 200 [\s\S]*CSeq: 2 UPDATE[\s\S]*\r\n\r\nv=0 agreed$/);
    assert.match(lineOf(ok, "Contact"), /<sip:/);
    const count = sent.length;
    clock.advance(40_000);
    assert.equal(sent.length, count);
  });

  test("without one it moves the target, also while an offer is open; refused, nothing moves", async () => {
    const { request, events, dialog, last } = await answered();
    request("INVITE", 2, [], ["v=0 second"]);
    assert.equal(statusOf(request("UPDATE", 3, MOVED)), "200");
    request("UPDATE", 4, ["Contact: <sip:lost@127.0.0.1:5072>"], ["v=0 third"]);
    const offer = events.findLast(({ type }) => type === "offer");
    assert.ok(offer?.type === "offer");
    offer.reply({ status: 488 });
    dialog.hangUp();
    assert.match(last("BYE"), /^BYE sip:moved@127.0.0.1:5071 /);
  });

  test("with an offer before we answered an earlier one: 500 with Retry-After; across an offer of ours: 491", async () => {
    const { request, events, dialog, last } = await answered();
    request("UPDATE", 2, [], ["v=0 second"]);
    const second = request("UPDATE", 3, [], ["v=0 third"]);
    assert.equal(statusOf(second), "500");
    assert.match(lineOf(second, "Retry-After"), /^([0-9]|10)$/);
    const offer = events.at(-1);
    assert.ok(offer?.type === "offer");
    offer.reply({ status: 488 });
    void dialog.reoffer("v=0 ours");
    await nextTurn();
    assert.notEqual(last("INVITE"), "");
    assert.equal(statusOf(request("UPDATE", 4, [], ["v=0 fourth"])), "491");
  });

  test("a BYE ends what waits with 487", async () => {
    const { request, sent } = await answered();
    request("UPDATE", 2, [], ["v=0 second"]);
    request("BYE", 3);
    assert.ok(sent.some((text) => statusOf(text) === "487" && lineOf(text, "CSeq") === "2 UPDATE"));
  });

  test("in no dialog: 481", async () => {
    const { request } = await answered();
    assert.equal(statusOf(request("UPDATE", 2, [], ["", "stranger"])), "481");
  });
});

describe("before the 2xx", () => {
  const EARLY = ["Require: 100rel", "RSeq: 1", "Allow: INVITE, UPDATE"];

  test("the peer's UPDATE meets our open offer until a reliable answer is here; then what it offers is in force", async () => {
    const { request, answer, events } = await calling();
    answer("180 Ringing", ["Allow: UPDATE"]);
    assert.equal(statusOf(request("UPDATE", 1, [], ["v=0 early"])), "491");
    answer("183 Session Progress", EARLY, ["v=0 answer"]);
    request("UPDATE", 2, [], ["v=0 second"]);
    const offer = events.at(-1);
    assert.ok(offer?.type === "offer");
    offer.reply({ sdp: "v=0 agreed" });
    answer("200 OK");
    assert.deepEqual(events.at(-1), { type: "answered", sdp: "v=0 second" });
  });

  test("ours goes out once the first exchange is complete; 491 is tried again later", async () => {
    const { answer, dialog, last, receive, clock, sent } = await calling();
    assert.deepEqual(await dialog.reoffer("v=0 second"), { status: 491 });
    answer("183 Session Progress", EARLY, ["v=0 answer"]);
    const reply = dialog.reoffer("v=0 second");
    await nextTurn();
    assert.match(last("UPDATE"), /\r\nCSeq: 3 UPDATE\r\n[\s\S]*\r\n\r\nv=0 second$/);
    receive(answerTo(last("UPDATE"), "491 Request Pending"));
    await nextTurn();
    clock.advance(4_000);
    await nextTurn();
    assert.equal(new Set(sent.filter((text) => text.startsWith("UPDATE"))).size, 2);
    receive(answerTo(last("UPDATE"), "200 OK", [], ["v=0 agreed"]));
    assert.deepEqual(await reply, { sdp: "v=0 agreed" });
  });

  test("no UPDATE to a peer that does not name it in Allow", async () => {
    const { answer, dialog } = await calling();
    answer("183 Session Progress", ["Require: 100rel", "RSeq: 1"], ["v=0 answer"]);
    assert.deepEqual(await dialog.reoffer("v=0 second"), { status: 491 });
  });

  test("as callee: 500 until our answer is out, 491 until its PRACK, then served; ours too", async () => {
    const { call, send, sent, events, receive } = await called(["Require: 100rel", "Allow: INVITE, UPDATE"]);
    assert.equal(statusOf(send("UPDATE", 2, [], "v=0 second")), "481", "before a response there is no dialog");
    call?.ring(180);
    const ringing = sent.at(-1);
    assert.equal(statusOf(send("UPDATE", 2, [], "v=0 second")), "500");
    send("PRACK", 3, [`RAck: ${lineOf(ringing, "RSeq")} 1 INVITE`]);
    call?.ring(183, "v=0 answer");
    assert.equal(statusOf(send("UPDATE", 4, [], "v=0 second")), "491");
    send("PRACK", 5, [`RAck: ${Number(lineOf(ringing, "RSeq")) + 1} 1 INVITE`]);
    send("UPDATE", 6, [], "v=0 second");
    const offer = events.at(-1);
    assert.ok(offer?.type === "offer");
    offer.reply({ sdp: "v=0 agreed" });
    assert.equal(statusOf(sent.at(-1)), "200");
    const reply = call?.reoffer("v=0 third");
    await nextTurn();
    const update = sent.at(-1) ?? "";
    assert.match(update, /^UPDATE sip:9@127.0.0.1:5070 [\s\S]*\r\nCSeq: 1 UPDATE\r\n/);
    receive(answerTo(update, "200 OK", [], ["v=0 fourth"]));
    assert.deepEqual(await reply, { sdp: "v=0 fourth" });
  });
});
