// Reliable provisional responses (RFC 3262), by hand: what we acknowledge, and what we want acknowledged.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { called, calling, lineOf, statusOf } from "../../../test/support/dialog-by-hand.ts";
import { methods } from "../../../test/support/sip-by-hand.ts";
import { nextTurn } from "../../base/clock.ts";
import { type RingingInput, type RingingState, reliableRinging, startRinging } from "./reliable-ringing.ts";

const reliable = (rseq: number): string[] => ["Require: 100rel", `RSeq: ${rseq}`];
const rseqOf = (text: string | undefined): number => Number(lineOf(text, "RSeq"));

describe("the machine", () => {
  test("sends again at 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s and gives up at 32 s", () => {
    let [state, effects] = reliableRinging(startRinging(7), { type: "ring", ring: { status: 180, sdp: undefined } });
    let at = 0;
    const repeats: number[] = [];
    for (;;) {
      const start = effects.find(({ type }) => type === "start");
      if (start?.type !== "start") break;
      at += start.ms;
      [state, effects] = reliableRinging(state, { type: "timer" });
      if (effects.some(({ type }) => type === "repeat")) repeats.push(at);
    }
    assert.deepEqual([repeats, at, state.name], [[500, 1_500, 3_500, 7_500, 15_500, 31_500], 32_000, "given-up"]);
  });

  test("one at a time, numbered without a gap, whatever comes", () => {
    const input: fc.Arbitrary<RingingInput> = fc.oneof(
      fc.record({
        type: fc.constant("ring" as const),
        ring: fc.record({ status: fc.constantFrom(180, 183), sdp: fc.constantFrom(undefined, "v=0") }),
      }),
      fc.record({ type: fc.constant("prack" as const), rseq: fc.integer({ min: 98, max: 110 }) }),
      fc.constant({ type: "timer" as const }),
    );
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
        let state: RingingState = startRinging(100);
        let last = 99;
        for (const each of inputs) {
          const waited = state.name === "waiting";
          const [next, effects] = reliableRinging(state, each);
          const sent = effects.filter(({ type }) => type === "send");
          for (const effect of sent) assert.equal(effect.type === "send" && effect.rseq, ++last);
          if (waited && sent.length > 0) assert.equal(each.type, "prack");
          state = next;
        }
      }),
    );
  });
});

describe("as caller", () => {
  test("a reliable 183 gets a PRACK with its RAck, in the dialog and with the next number; the 200 needs no SDP", async () => {
    const { events, sent, last, answer, dialog } = await calling();
    assert.match(lineOf(sent[0], "Supported"), /100rel/);
    answer("183 Session Progress", [...reliable(9), "Record-Route: <sip:127.0.0.1:5071;lr>"], ["v=0 early"]);
    const prack = last("PRACK");
    assert.match(prack, /^PRACK sip:peer@127.0.0.1:5070 SIP/);
    assert.equal(lineOf(prack, "RAck"), "9 1 INVITE");
    assert.equal(lineOf(prack, "CSeq"), "2 PRACK");
    assert.match(lineOf(prack, "To"), /;tag=peer$/);
    assert.equal(lineOf(prack, "Route"), "<sip:127.0.0.1:5071;lr>");
    answer("200 OK");
    assert.deepEqual(events.at(-1), { type: "answered", sdp: "v=0 early" });
    dialog.hangUp();
    assert.equal(lineOf(last("BYE"), "CSeq"), "3 BYE");
  });

  test("one that comes again, out of order or without a number gets none, and is not told", async () => {
    const { events, sent, answer } = await calling();
    for (const rseq of [5, 5, 7, 4]) answer("180 Ringing", reliable(rseq));
    answer("180 Ringing", ["Require: 100rel"]);
    answer("180 Ringing", reliable(6));
    const pracks = sent.filter((text) => text.startsWith("PRACK"));
    assert.deepEqual(
      pracks.map((text) => lineOf(text, "RAck")),
      ["5 1 INVITE", "6 1 INVITE"],
    );
    assert.equal(events.length, 2);
  });

  test("a reliable answer stands: what later responses describe is not looked at", async () => {
    const { events, answer } = await calling();
    answer("183 Session Progress", reliable(1), ["v=0 early"]);
    answer("200 OK", [], ["v=0 other"]);
    assert.deepEqual(events.at(-1), { type: "answered", sdp: "v=0 early" });
  });
});

describe("to a re-INVITE of ours", () => {
  test("a reliable 183 gets its PRACK, and the answer in it stands", async () => {
    const { sent, last, answer, dialog } = await calling();
    answer("200 OK", [], ["v=0"]);
    const reply = dialog.reoffer("v=0 video");
    await nextTurn();
    answer("180 Ringing");
    answer("183 Session Progress", reliable(40), ["v=0 agreed"]);
    answer("183 Session Progress", reliable(40), ["v=0 agreed"]);
    const pracks = sent.filter((text) => text.startsWith("PRACK"));
    assert.deepEqual(
      pracks.map((text) => [lineOf(text, "RAck"), lineOf(text, "CSeq")]),
      [["40 2 INVITE", "3 PRACK"]],
    );
    answer("200 OK");
    assert.deepEqual(await reply, { sdp: "v=0 agreed" });
    assert.equal(lineOf(last("ACK"), "CSeq"), "2 ACK");
  });
});

describe("as callee", () => {
  test("a caller that requires it gets every provisional response so, one after the other's PRACK", async () => {
    const { call, sent, send, events } = await called(["Require: 100rel"]);
    call?.ring(180);
    call?.ring(183, "v=0 answer");
    const ringing = sent.at(-1);
    assert.equal(statusOf(ringing), "180");
    assert.equal(lineOf(ringing, "Require"), "100rel");
    assert.equal(statusOf(send("PRACK", 2, [`RAck: ${rseqOf(ringing) + 1} 1 INVITE`])), "481");
    assert.equal(statusOf(send("PRACK", 3, [`RAck: ${rseqOf(ringing)} 2 INVITE`])), "481");
    send("PRACK", 4, [`RAck: ${rseqOf(ringing)} 1 INVITE`]);
    const progress = sent.find((text) => statusOf(text) === "183");
    assert.equal(rseqOf(progress), rseqOf(ringing) + 1);
    assert.deepEqual(events, [{ type: "acknowledged" }]);
  });

  test("without a PRACK it comes again, and after 32 s the call ends with 504", async () => {
    const { call, sent, clock, events } = await called(["Require: 100rel"]);
    call?.ring(180);
    clock.advance(31_999);
    assert.equal(sent.filter((text) => statusOf(text) === "180").length, 7);
    clock.advance(1);
    assert.equal(statusOf(sent.at(-1)), "504");
    assert.deepEqual(events, [{ type: "ended", by: "error", status: 504 }]);
  });

  test("supported only: a 180 goes unreliably, an answer in a 183 reliably; the 200 waits for its PRACK and has no SDP", async () => {
    const { call, sent, send } = await called(["Supported: timer, 100rel"]);
    call?.ring(180);
    assert.equal(lineOf(sent.at(-1), "RSeq"), "");
    call?.ring(183, "v=0 answer");
    const progress = sent.at(-1);
    call?.answer("v=0 answer");
    assert.equal(statusOf(sent.at(-1)), "183");
    send("PRACK", 2, [`RAck: ${rseqOf(progress)} 1 INVITE`]);
    const ok = sent.findLast((text) => lineOf(text, "CSeq") === "1 INVITE");
    assert.match(ok ?? "", /^SIP\/2.0 200 [\s\S]*Content-Length: 0\r\n\r\n$/);
  });

  test("an INVITE without an offer: ours is in the 183, the answer in the PRACK", async () => {
    const { call, sent, send, events } = await called(["Require: 100rel"], "");
    call?.ring(183, "v=0 offer");
    assert.equal(statusOf(send("PRACK", 2, [`RAck: ${rseqOf(sent.at(-1))} 1 INVITE`], "v=0 answer")), "200");
    assert.deepEqual(events, [{ type: "acknowledged", sdp: "v=0 answer" }]);
  });

  test("a PRACK with an offer gets the answer in its 200 (§5)", async () => {
    const { call, sent, send, events } = await called(["Require: 100rel"]);
    call?.ring(183, "v=0 answer");
    send("PRACK", 2, [`RAck: ${rseqOf(sent.at(-1))} 1 INVITE`], "v=0 second");
    const offer = events.at(-1);
    assert.ok(offer?.type === "offer" && offer.sdp === "v=0 second");
    offer.reply({ sdp: "v=0 agreed" });
    assert.match(sent.at(-1) ?? "", /^SIP\/2.0 200 [\s\S]*CSeq: 2 PRACK[\s\S]*\r\n\r\nv=0 agreed$/);
  });

  test("a 200 may overtake the PRACK of a 180, which is answered when it comes; a CANCEL ends the repeats", async () => {
    const { call, sent, send, clock } = await called(["Require: 100rel"]);
    call?.ring(180);
    const rack = `RAck: ${rseqOf(sent.at(-1))} 1 INVITE`;
    call?.answer("v=0 answer");
    assert.equal(statusOf(send("PRACK", 2, [rack])), "200");
    assert.equal(statusOf(send("PRACK", 3, ["RAck: 1 1 INVITE"])), "481");
    const second = await called(["Require: 100rel"]);
    second.call?.ring(180);
    second.send("CANCEL", 1);
    second.clock.advance(40_000);
    assert.equal(methods(second.sent).length, second.sent.length);
    assert.equal(second.sent.filter((text) => statusOf(text) === "180").length, 1);
    clock.advance(40_000);
  });
});
