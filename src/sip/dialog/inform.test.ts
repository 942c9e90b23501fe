// `Event: talk` inside a call, by hand: we ask a phone that has named it, and are asked when we have.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answerTo, called, calling, lineOf, statusOf } from "../../../test/support/dialog-by-hand.ts";

const names = ["Allow-Events: hold, talk"];

test("a ringing phone that allows it is asked in its early dialog, and its status is the answer", async () => {
  const { events, last, answer, dialog, receive } = await calling();
  assert.equal(await dialog.notify?.("talk"), 481, "no dialog yet");
  answer("180 Ringing", names);
  assert.deepEqual(events, [{ type: "provisional", status: 180, reason: "Ringing", events: ["hold", "talk"] }]);
  const asked = dialog.notify?.("talk");
  const notify = last("NOTIFY");
  assert.match(notify, /^NOTIFY sip:peer@127.0.0.1:5070 SIP/);
  assert.equal(lineOf(notify, "Event"), "talk");
  assert.equal(lineOf(notify, "Subscription-State"), "active");
  assert.equal(lineOf(notify, "CSeq"), "2 NOTIFY");
  assert.match(lineOf(notify, "To"), /;tag=peer$/);
  assert.match(lineOf(notify, "Contact"), /^<sip:/);
  assert.match(notify, /\r\n\r\n$/, "no body");
  receive(answerTo(notify, "200 OK"));
  assert.equal(await asked, 200);
  answer("200 OK", [], ["v=0"]);
  assert.equal(lineOf(last("ACK"), "CSeq"), "1 ACK");
  dialog.hangUp();
  assert.equal(lineOf(last("BYE"), "CSeq"), "3 BYE");
});

test("one that has not named it is not asked; one that refuses says so, and rings on", async () => {
  const { last, answer, dialog, receive, events } = await calling();
  answer("180 Ringing");
  assert.equal(await dialog.notify?.("talk"), 489);
  assert.equal(last("NOTIFY"), "");
  answer("180 Ringing", names);
  const asked = dialog.notify?.("talk");
  receive(answerTo(last("NOTIFY"), "481 No Subscription"));
  assert.equal(await asked, 481);
  answer("200 OK", [], ["v=0"]);
  assert.equal(events.at(-1)?.type, "answered");
});

test("after a hang-up nobody is asked any more", async () => {
  const { last, answer, dialog } = await calling();
  answer("180 Ringing", names);
  dialog.hangUp();
  assert.equal(await dialog.notify?.("talk"), 489);
  assert.equal(last("NOTIFY"), "");
});

test("as phone: named in 180 and 200, and what was named is told; another event is 489", async () => {
  const { call, events, sent, send } = await called([], "v=0 offer", { allowEvents: ["talk"] });
  call?.ring(180);
  assert.equal(lineOf(sent.at(-1), "Allow-Events"), "talk");
  const asked = (event: string): string =>
    statusOf(send("NOTIFY", 2, [`Event: ${event}`, "Subscription-State: active"]));
  assert.equal(asked("hold"), "489");
  assert.equal(lineOf(sent.at(-1), "Allow-Events"), "talk");
  assert.equal(asked("talk;id=1"), "200");
  assert.deepEqual(events, [{ type: "notified", event: "talk" }]);
  call?.answer("v=0");
  assert.equal(lineOf(sent.at(-1), "Allow-Events"), "talk");
});

test("who has named nothing is not asked: 405", async () => {
  const { call, sent, send } = await called();
  call?.ring(180);
  assert.equal(lineOf(sent.at(-1), "Allow-Events"), "");
  assert.equal(statusOf(send("NOTIFY", 2, ["Event: talk", "Subscription-State: active"])), "405");
});
