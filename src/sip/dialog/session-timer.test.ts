// Session timers (RFC 4028): what is agreed on, and that a session is refreshed or ended, in both roles.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerTo, called, calling, lineOf, statusOf } from "../../../test/support/dialog-by-hand.ts";
import { methods } from "../../../test/support/sip-by-hand.ts";
import { nextTurn } from "../../base/clock.ts";
import { parse } from "../message/parse.ts";
import { isMalformed } from "../message/syntax.ts";
import { answerTimer, DEFAULT_POLICY } from "./session-timer.ts";

const ACK = "ACK";

describe("our answer to what a caller asks for (§9, table 2)", () => {
  const rows: readonly (readonly [what: string, lines: readonly string[], status: number, header: string])[] = [
    ["no timer at all", [], 200, ""],
    ["supported, not asked for", ["Supported: timer"], 200, "1800;refresher=uas"],
    ["asked for, nobody chosen", ["Supported: timer", "Session-Expires: 600"], 200, "600;refresher=uas"],
    ["the caller refreshes", ["Supported: timer", "x: 600;refresher=uac"], 200, "600;refresher=uac"],
    ["we refresh", ["k: timer", "Session-Expires: 600 ; refresher=UAS"], 200, "600;refresher=uas"],
    ["longer than ours", ["Supported: timer", "Session-Expires: 7200"], 200, "1800;refresher=uas"],
    [
      "its minimum is above ours",
      ["Supported: timer", "Session-Expires: 7200", "Min-SE: 3600"],
      200,
      "3600;refresher=uas",
    ],
    ["too short", ["Supported: timer", "Session-Expires: 60"], 422, ""],
    ["too short by a proxy, for a caller without timers", ["Session-Expires: 60"], 200, "90;refresher=uas"],
    ["not readable", ["Supported: timer", "Session-Expires: soon"], 200, "1800;refresher=uas"],
  ];
  for (const [what, lines, status, header] of rows) {
    test(what, () => {
      const invite = parse(Buffer.from(["INVITE sip:a SIP/2.0", ...lines, "", ""].join("\r\n")));
      assert.ok(!isMalformed(invite));
      const answer = answerTimer(invite.headers, DEFAULT_POLICY);
      assert.equal(answer.status, status);
      assert.equal(lineOf(answer.extra, "Session-Expires"), header);
      if (status === 422) assert.equal(lineOf(answer.extra, "Min-SE"), "90");
      // §9: the caller can rely on it only when it must refresh itself.
      assert.equal(answer.extra.includes("Require: timer"), header.endsWith("uac"));
    });
  }
});

describe("as caller", () => {
  test("asks for half an hour; a 422 raises that, with the next number", async () => {
    const { sent, answer, last } = await calling();
    assert.equal(lineOf(sent[0], "Session-Expires"), "1800");
    assert.equal(lineOf(sent[0], "Min-SE"), "90");
    answer("422 Session Interval Too Small", ["Min-SE: 3600"]);
    assert.deepEqual(methods(sent), ["INVITE", ACK, "INVITE"]);
    const second = last("INVITE");
    assert.equal(lineOf(second, "Session-Expires"), "3600");
    assert.equal(lineOf(second, "Min-SE"), "3600");
    assert.equal(lineOf(second, "CSeq"), "2 INVITE");
    assert.equal(lineOf(second, "Call-ID"), lineOf(sent[0], "Call-ID"));
  });

  test("a 422 that raises nothing is the end", async () => {
    const { answer, events } = await calling();
    answer("422 Session Interval Too Small", ["Min-SE: 90"]);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["failed"],
    );
  });

  test("we refresh by UPDATE when the peer allows it, and again after the answer", async () => {
    const { answer, clock, last, receive, sent } = await calling();
    answer("200 OK", ["Session-Expires: 600;refresher=uac", "Require: timer", "Allow: INVITE, UPDATE"], ["v=0"]);
    clock.advance(299_999);
    assert.equal(last("UPDATE"), "");
    clock.advance(1);
    const update = last("UPDATE");
    assert.equal(lineOf(update, "Session-Expires"), "600;refresher=uac");
    assert.match(update, /\r\nContent-Length: 0\r\n\r\n$/);
    receive(update.replace(/^UPDATE .*\r\n/, "SIP/2.0 200 OK\r\nSession-Expires: 600;refresher=uac\r\n"));
    clock.advance(300_000);
    assert.equal(sent.filter((text) => text.startsWith("UPDATE")).length, 2);
  });

  test("without UPDATE our offer goes again as it was, in a re-INVITE; its answer is told", async () => {
    const { answer, clock, events, last, sent } = await calling();
    answer("200 OK", ["Session-Expires: 600;refresher=uac"], ["v=0 answer"]);
    clock.advance(300_000);
    await nextTurn();
    assert.match(last("INVITE"), /Session-Expires: 600;refresher=uac\r\n[\s\S]*\r\n\r\nv=0$/);
    answer("200 OK", ["Session-Expires: 600;refresher=uac"], ["v=0 moved"]);
    await nextTurn();
    assert.deepEqual(events.at(-1), { type: "refreshed", sdp: "v=0 moved" });
    assert.equal(sent.filter((text) => text.startsWith("ACK")).length, 2);
  });

  test("a refresh that is refused is no end: an UPDATE goes again as a re-INVITE, and both after an eighth of the interval", async () => {
    const { answer, clock, events, last, receive, sent } = await calling();
    answer("200 OK", ["Session-Expires: 1600;refresher=uac", "Allow: INVITE, UPDATE"], ["v=0"]);
    const refusals = (method: string) => sent.filter((text) => text.startsWith(`${method} `)).length;
    const refuse = async (method: string) => {
      receive(answerTo(last(method), "503 Service Unavailable"));
      await nextTurn();
    };
    clock.advance(800_000);
    await refuse("UPDATE");
    assert.equal(refusals("INVITE"), 2);
    await refuse("INVITE");
    clock.advance(199_999);
    assert.equal(refusals("UPDATE"), 1);
    clock.advance(1);
    assert.equal(refusals("UPDATE"), 2);
    receive(answerTo(last("UPDATE"), "200 OK", ["Session-Expires: 1600;refresher=uac"]));
    clock.advance(799_999);
    assert.equal(refusals("UPDATE"), 2);
    assert.deepEqual([last("BYE"), events.at(-1)?.type], ["", "answered"]);
  });

  for (const [who, refresher, unanswered] of [
    ["the peer, who does not", "uas", 0],
    ["we, without an answer,", "uac", 1],
  ] as const) {
    test(`${who} shall refresh: BYE with its reason 32 s before the end`, async () => {
      const { answer, clock, events, last, sent } = await calling();
      const lines = [`Session-Expires: 600;refresher=${refresher}`, "Allow: UPDATE"];
      answer("200 OK", lines, ["v=0"]);
      clock.advance(567_999);
      // An UPDATE that nobody answers at all is a 408 after 32 s, and ends the session then (RFC 3261 §12.2.1.2).
      if (unanswered === 0) assert.equal(last("BYE"), "");
      clock.advance(1);
      assert.equal(new Set(sent.filter((text) => text.startsWith("UPDATE"))).size, unanswered);
      if (unanswered === 0) {
        assert.equal(lineOf(last("BYE"), "Reason"), 'Q.850;cause=102;text="Session timer expired"');
        await Promise.resolve();
        assert.deepEqual(events.at(-1), { type: "ended", by: "error", status: 408, q850: 102 });
      } else assert.notEqual(last("BYE"), "");
    });
  }

  test("a peer without timers has none, and a session that has ended leaves no timer behind", async () => {
    const plain = await calling();
    plain.answer("200 OK", [], ["v=0"]);
    plain.clock.advance(86_400_000);
    assert.equal(plain.last("BYE"), "");
    const timed = await calling();
    timed.answer("200 OK", ["Session-Expires: 600;refresher=uas"], ["v=0"]);
    timed.dialog.hangUp();
    timed.clock.advance(70_000);
    assert.equal(timed.clock.pending(), 0);
  });

  test("a refresh of the peer sets the clock anew, one below our minimum is 422", async () => {
    const { answer, clock, last, request } = await calling();
    answer("200 OK", ["Session-Expires: 600;refresher=uas"], ["v=0"]);
    clock.advance(500_000);
    const lines = ["Supported: timer", "Session-Expires: 600;refresher=uac"];
    const ok = request("UPDATE", 2, lines);
    assert.equal(statusOf(ok), "200");
    assert.equal(lineOf(ok, "Session-Expires"), "600;refresher=uac");
    assert.equal(lineOf(ok, "Require"), "timer");
    clock.advance(500_000);
    assert.equal(last("BYE"), "");
    const short = request("UPDATE", 3, ["Supported: timer", "Session-Expires: 30"]);
    assert.equal(statusOf(short), "422");
    assert.equal(lineOf(short, "Min-SE"), "90");
    clock.advance(70_000);
    assert.notEqual(last("BYE"), "");
  });
});

describe("as callee", () => {
  test("an interval below our minimum is 422 before anybody is asked", async () => {
    const { call, first } = await called(["Supported: timer", "Session-Expires: 30"]);
    assert.equal(statusOf(first), "422");
    assert.equal(lineOf(first, "Min-SE"), "90");
    assert.equal(call, undefined);
  });

  test("the 200 says who refreshes; when it is us, half of the interval later an UPDATE goes out", async () => {
    const { call, clock, sent, send } = await called(["Supported: timer", "Session-Expires: 600", "Allow: UPDATE"]);
    call?.answer("v=0 answer");
    assert.equal(lineOf(sent.at(-1), "Session-Expires"), "600;refresher=uas");
    send("ACK", 1);
    clock.advance(300_000);
    const update = sent.at(-1) ?? "";
    assert.match(update, /^UPDATE sip:9@127.0.0.1:5070 /);
    assert.equal(lineOf(update, "Session-Expires"), "600;refresher=uac");
  });
});
