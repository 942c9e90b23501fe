// REFER and Replaces (RFC 3515, RFC 3891), by hand.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  answerTo,
  called,
  calling,
  lineOf,
  message,
  SDP_TYPE,
  statusOf,
} from "../../../test/support/dialog-by-hand.ts";
import type { IncomingInvite, Referral } from "../face.ts";

const TRANSFER = "Refer-To: <sip:40002@gw?Replaces=other%40host%3Bto-tag%3Dt%3Bfrom-tag%3Df>";

/** A call whose peer sends REFERs; `decide` is what its watcher does. */
async function referred(decide: (referral: Referral) => void) {
  const hand = await calling();
  hand.answer("200 OK", [], ["v=0"]);
  const push = hand.events.push.bind(hand.events);
  hand.events.push = (...events) => {
    for (const event of events) if (event.type === "refer") decide(event);
    return push(...events);
  };
  const notifies = () => [...new Set(hand.sent.filter((text) => text.startsWith("NOTIFY")))];
  return { ...hand, notifies };
}

describe("REFER", () => {
  test("accepted: 202, then a NOTIFY for every status until a final one", async () => {
    let progress: ReturnType<Referral["accept"]> | undefined;
    const { request, notifies, events, receive, clock } = await referred((referral) => {
      progress = referral.accept();
    });
    assert.equal(statusOf(request("REFER", 5, [TRANSFER, "Referred-By: <sip:boss@gw>"])), "202");
    const event = events.at(-1);
    assert.ok(event?.type === "refer");
    assert.equal(event.target, "sip:40002@gw");
    assert.equal(event.referredBy, "<sip:boss@gw>");
    assert.deepEqual(event.replaces, { sipCallId: "other@host", toTag: "t", fromTag: "f", earlyOnly: false });
    for (const status of [180, 200, 486]) {
      receive(answerTo(notifies().at(-1) ?? "", "200 OK"));
      clock.advance(1_000);
      progress?.progress(status);
    }
    assert.deepEqual(
      notifies().map((text) => [lineOf(text, "Subscription-State"), text.slice(text.indexOf("\r\n\r\n") + 4)]),
      [
        ["active;expires=180", "SIP/2.0 100 Trying\r\n"],
        ["active;expires=179", "SIP/2.0 180 Ringing\r\n"],
        ["terminated;reason=noresource", "SIP/2.0 200 OK\r\n"],
      ],
    );
    assert.equal(lineOf(notifies()[0], "Event"), "refer;id=5");
    assert.equal(lineOf(notifies()[0], "Content-Type"), "message/sipfrag;version=2.0");
    assert.equal(lineOf(notifies()[0], "CSeq"), "2 NOTIFY");
  });

  test("what nobody takes is 603, what is rejected has its status, and neither is told of", async () => {
    const ignored = await referred(() => {});
    assert.equal(statusOf(ignored.request("REFER", 2, [TRANSFER])), "603");
    const rejected = await referred(({ reject, accept }) => {
      reject(403);
      accept().progress(200);
    });
    assert.equal(statusOf(rejected.request("REFER", 2, [TRANSFER])), "403");
    assert.deepEqual([ignored.notifies(), rejected.notifies()], [[], []]);
  });

  const bad: readonly (readonly string[])[] = [
    [],
    ["Refer-To: <sip:1@a>, <sip:2@a>"],
    ["Refer-To: <sip:1@a>", "r: <sip:2@a>"],
    ["Refer-To: <mailto:a@b>"],
    ["Refer-To: <sip:1@a;method=BYE>"],
    ["Refer-To: <sip:1@a?Replaces=x>"],
  ];
  for (const lines of bad) {
    test(`${lines.join(" and ") || "without Refer-To"}: 400`, async () => {
      const { request, events } = await referred(({ accept }) => void accept());
      assert.equal(statusOf(request("REFER", 2, lines)), "400");
      assert.ok(events.every(({ type }) => type !== "refer"));
    });
  }

  test("the end of the session does not silence it; a refused NOTIFY and three minutes do", async () => {
    let progress: ReturnType<Referral["accept"]> | undefined;
    const accept = (referral: Referral): void => {
      progress = referral.accept();
    };
    const gone = await referred(accept);
    gone.request("REFER", 2, [TRANSFER]);
    gone.request("BYE", 3);
    progress?.progress(180);
    assert.equal(gone.notifies().length, 2);
    gone.receive(answerTo(gone.notifies().at(-1) ?? "", "481 Call/Transaction Does Not Exist"));
    progress?.progress(200);
    assert.equal(gone.notifies().length, 2);
    const slow = await referred(accept);
    slow.request("REFER", 2, [TRANSFER]);
    slow.receive(answerTo(slow.notifies()[0] ?? "", "200 OK"));
    slow.clock.advance(180_000);
    assert.equal(lineOf(slow.notifies().at(-1), "Subscription-State"), "terminated;reason=timeout");
  });
});

describe("Replaces", () => {
  /** An INVITE from somewhere else, with this Replaces. */
  const replacing = (value: string) =>
    message(
      [
        "INVITE sip:1@127.0.0.1 SIP/2.0",
        "Via: SIP/2.0/UDP 127.0.0.1:5071;branch=z9hG4bKreplacing",
        "From: <sip:9@127.0.0.1>;tag=third",
        "To: <sip:1@127.0.0.1>",
        "Call-ID: third",
        "CSeq: 1 INVITE",
        "Contact: <sip:9@127.0.0.1:5071>",
        "Require: replaces",
        `Replaces: ${value}`,
        SDP_TYPE,
      ],
      "v=0 third",
    );

  async function replaced(state: "early" | "confirmed", params = "") {
    const calls: IncomingInvite[] = [];
    const hand = await calling({}, { invite: (call) => void calls.push(call) });
    if (state === "early") hand.answer("180 Ringing");
    else hand.answer("200 OK", [], ["v=0"]);
    const { sipCallId } = hand.dialog;
    const ourTag = lineOf(hand.sent[0], "From").split("tag=")[1];
    hand.receive(replacing(`${sipCallId};to-tag=${ourTag};from-tag=peer${params}`));
    return { ...hand, call: calls[0], sipCallId };
  }

  test("the call that answers takes the place: the other one gets BYE", async () => {
    const { call, sipCallId, last, events } = await replaced("confirmed");
    assert.equal(call?.replaces, sipCallId);
    assert.equal(last("BYE"), "");
    call?.answer("v=0");
    await Promise.resolve();
    assert.equal(lineOf(last("BYE"), "Call-ID"), sipCallId);
    assert.deepEqual(events.at(-1), { type: "ended", by: "local" });
  });

  test("an early dialog of ours gets CANCEL; one that is refused changes nothing", async () => {
    const early = await replaced("early", ";early-only");
    early.call?.answer("v=0");
    assert.notEqual(early.last("CANCEL"), "");
    const refused = await replaced("confirmed");
    refused.call?.reject(486);
    assert.equal(refused.last("BYE"), "");
  });

  test("early-only meets an answered call: 486; no such dialog: 481; not readable: 400", async () => {
    const { sent, call } = await replaced("confirmed", ";early-only");
    assert.deepEqual([statusOf(sent.at(-1)), call], ["486", undefined]);
    for (const [value, status] of [
      ["nobody;to-tag=a;from-tag=b", "481"],
      ["nobody;to-tag=a", "400"],
    ] as const) {
      const { receive, sent: answers } = await calling();
      receive(replacing(value));
      assert.equal(statusOf(answers.at(-1)), status);
    }
  });

  test("an early dialog that the peer began cannot be replaced: 481", async () => {
    const { call, sent, receive } = await called();
    call?.ring(180);
    const ourTag = lineOf(sent.at(-1), "To").split("tag=")[1];
    receive(replacing(`by-hand;to-tag=${ourTag};from-tag=caller`));
    assert.equal(statusOf(sent.at(-1)), "481");
  });
});
