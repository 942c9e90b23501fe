// Subscriptions to us (RFC 6665), by hand: dialogs of a number (RFC 4235) and messages waiting (RFC 3842).

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerTo, lineOf, message, statusOf } from "../../../test/support/dialog-by-hand.ts";
import { bench, INVITE, PEER } from "../../../test/support/sip-by-hand.ts";
import { credentialsValue, strongestChallenges } from "../message/digest.ts";

const PASSWORDS: Readonly<Record<string, string>> = { "40001": "one", "40002": "two" };

/** Account 40001 at its phone. */
async function phone() {
  const hand = await bench({ password: (user) => PASSWORDS[user] });
  let cseq = 0;
  /** Answers the challenge, when there is one; what was sent after it. */
  const subscribe = (
    about: string,
    event: string,
    extra: readonly string[] = [],
    to = `<sip:${about}@gw>`,
  ): string[] => {
    const uri = `sip:${about}@127.0.0.1`;
    const send = (more: readonly string[]): string[] => {
      const before = hand.sent.length;
      const head = [`SUBSCRIBE ${uri} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKs${++cseq}`];
      const ids = [
        "From: <sip:40001@gw>;tag=phone",
        `To: ${to}`,
        `Call-ID: ${event}${about}`,
        `CSeq: ${cseq} SUBSCRIBE`,
      ];
      hand.receive(
        message([...head, ...ids, "Contact: <sip:40001@127.0.0.1:5070>", `Event: ${event}`, ...extra, ...more]),
      );
      return hand.sent.slice(before);
    };
    const first = send([]);
    const [challenge] = strongestChallenges([lineOf(first[0], "WWW-Authenticate")]);
    if (statusOf(first[0]) !== "401" || !challenge) return first;
    const account = { username: "40001", password: "one", method: "SUBSCRIBE", uri, cnonce: "c", body: "", count: 1 };
    return send([`Authorization: ${credentialsValue(challenge, account)}`]);
  };
  const notifies = () => [...new Set(hand.sent.filter((text) => text.startsWith("NOTIFY")))];
  const answerLast = (status = "200 OK") => hand.receive(answerTo(notifies().at(-1) ?? "", status));
  return { ...hand, subscribe, notifies, answerLast };
}

describe("message-summary", () => {
  test("200 and a NOTIFY at once: nothing waits; refreshed, and ended by the phone", async () => {
    const { subscribe, notifies, answerLast, endpoint } = await phone();
    const [ok, notify] = subscribe("40001", "message-summary", ["Expires: 600"]);
    assert.equal(statusOf(ok), "200");
    assert.equal(lineOf(ok, "Expires"), "600");
    assert.match(notify ?? "", /^NOTIFY sip:40001@127.0.0.1:5070 SIP\/2.0\r\n[\s\S]*\r\n\r\nMessages-Waiting: no\r\n$/);
    assert.equal(lineOf(notify, "Subscription-State"), "active;expires=600");
    assert.equal(lineOf(notify, "Event"), "message-summary");
    answerLast();
    const to = lineOf(ok, "To");
    assert.equal(statusOf(subscribe("40001", "message-summary", ["Expires: 300"], to)[0]), "200");
    answerLast();
    assert.equal(lineOf(subscribe("40001", "message-summary", ["Expires: 0"], to)[0], "Expires"), "0");
    assert.equal(lineOf(notifies().at(-1), "Subscription-State"), "terminated;reason=timeout");
    assert.equal(endpoint.census().dialogs, 0);
    assert.equal(statusOf(subscribe("40001", "message-summary", [], to)[0]), "481");
  });

  test("of somebody else 403, of nobody 404, too short 423, without a Contact that can be used 400", async () => {
    const { subscribe } = await phone();
    assert.equal(statusOf(subscribe("40002", "message-summary")[0]), "403");
    assert.equal(statusOf(subscribe("49999", "dialog")[0]), "404");
    const [brief] = subscribe("40001", "dialog", ["Expires: 5"]);
    assert.deepEqual([statusOf(brief), lineOf(brief, "Min-Expires")], ["423", "60"]);
  });
});

describe("dialog", () => {
  const states = (texts: readonly string[]) =>
    texts.map((text) => [...text.matchAll(/<state>(.*)<\/state>/g)].map(([, state]) => state).join());

  test("each state of a call to the number, one NOTIFY a second at most, numbered", async () => {
    const { subscribe, notifies, answerLast, endpoint, clock, sent, receive } = await phone();
    subscribe("40002", "dialog;id=7");
    answerLast();
    clock.advance(1_000);
    const dialog = endpoint.invite({ ...INVITE, peer: PEER, watched: "40002" }, () => {});
    answerLast();
    const invite = sent.findLast((text) => text.startsWith("INVITE")) ?? "";
    receive(answerTo(invite, "180 Ringing"));
    receive(answerTo(invite, "200 OK", [], ["v=0"]));
    assert.deepEqual(states(notifies()), ["", "trying"]);
    clock.advance(1_000);
    answerLast();
    assert.deepEqual(states(notifies()), ["", "trying", "confirmed"]);
    dialog.hangUp();
    await Promise.resolve();
    clock.advance(1_000);
    answerLast();
    assert.deepEqual(states(notifies()), ["", "trying", "confirmed", ""]);
    assert.deepEqual(
      notifies().map((text) => /version="(\d+)" state="full" entity="sip:40002@127.0.0.1"/.exec(text)?.[1]),
      ["0", "1", "2", "3"],
    );
    assert.equal(lineOf(notifies()[0], "Event"), "dialog;id=7");
    assert.equal(lineOf(notifies()[0], "Content-Type"), "application/dialog-info+xml");
  });

  test("a NOTIFY that is refused ends it, time does too, and so does the end of the endpoint", async () => {
    const refused = await phone();
    refused.subscribe("40002", "dialog");
    refused.answerLast("481 Gone");
    assert.equal(refused.endpoint.census().dialogs, 0);
    const late = await phone();
    late.subscribe("40002", "dialog", ["Expires: 60"]);
    late.answerLast();
    late.clock.advance(60_000);
    assert.equal(lineOf(late.notifies().at(-1), "Subscription-State"), "terminated;reason=timeout");
    const closing = await phone();
    closing.subscribe("40002", "dialog");
    closing.answerLast();
    void closing.endpoint.close(0);
    assert.equal(lineOf(closing.notifies().at(-1), "Subscription-State"), "terminated;reason=deactivated");
  });
});
