// INVITEs that an endpoint has left without a final response when it died: what the next one makes of their images.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerTo, called, calling, lineOf, statusOf } from "../../../test/support/dialog-by-hand.ts";
import { bench, methods } from "../../../test/support/sip-by-hand.ts";
import type { InviteImage, InviteKeeper, LeftBehind } from "../face.ts";

/** What is kept, as the disk gives it back. */
function shelf(): InviteKeeper & { images(): readonly InviteImage[] } {
  const kept = new Map<string, string>();
  return {
    keep(image, then) {
      kept.set(image.id, JSON.stringify(image));
      then?.();
    },
    drop: (id) => void kept.delete(id),
    images: () => [...kept.values()].map((text) => JSON.parse(text)),
  };
}

/** An endpoint that died with an INVITE of ours under way, and the next one. */
async function cutOff(provisional: readonly string[] = [], more: Omit<LeftBehind, "images"> = {}) {
  const invites = shelf();
  const before = await calling({}, {}, { invites });
  for (const line of provisional) before.answer(line);
  const invite = before.last("INVITE");
  const next = await bench({}, { invites, leftBehind: { images: invites.images(), ...more } });
  const last = (method: string): string => next.sent.findLast((text) => text.startsWith(`${method} `)) ?? "";
  const idle = (): void => {
    next.clock.advance(60_000);
    assert.deepEqual(next.endpoint.census(), { transactions: 0, dialogs: 0 });
    assert.equal(next.clock.pending(), 0);
    assert.deepEqual([invites.images(), next.faults], [[], []]);
  };
  return { ...next, invite, last, idle };
}

/** An INVITE to an endpoint that died, and the next one; `act`: what it had done with it. */
async function lost(act: (call: Awaited<ReturnType<typeof called>>) => void) {
  const invites = shelf();
  const before = await called([], "v=0 offer", { invites });
  act(before);
  const next = await bench({}, { invites, leftBehind: { images: invites.images() } });
  return { ...next, before, invites };
}

describe("an INVITE of ours", () => {
  test("goes out when it is kept, and its image goes with its final response", async () => {
    const waiting: (() => void)[] = [];
    const kept = new Map<string, InviteImage>();
    const invites: InviteKeeper = {
      keep(image, then) {
        kept.set(image.id, image);
        if (then) waiting.push(then);
      },
      drop: (id) => void kept.delete(id),
    };
    const { sent, answer, endpoint } = await calling({}, {}, { invites });
    assert.deepEqual([sent, kept.size], [[], 1]);
    waiting.shift()?.();
    assert.deepEqual(methods(sent), ["INVITE"]);
    assert.doesNotMatch(JSON.stringify([...kept.values()]), /v=0/);
    answer("180 Ringing");
    assert.deepEqual(
      [...kept.values()].map((image) => image.type === "sent" && image.early.length),
      [1],
    );
    answer("486 Busy Here");
    assert.equal(kept.size, 0);
    await endpoint.close(0);
  });

  test("is not sent when it is given up before it is kept", async () => {
    const waiting: (() => void)[] = [];
    const dropped: string[] = [];
    const invites: InviteKeeper = {
      keep: (_, then) => void (then && waiting.push(then)),
      drop: (id) => dropped.push(id),
    };
    const { sent, dialog, events, endpoint } = await calling({}, {}, { invites });
    dialog.hangUp();
    await Promise.resolve();
    waiting.shift()?.();
    assert.deepEqual([sent, events.map(({ type }) => type), dropped.length], [[], ["failed"], 1]);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
  });

  for (const provisional of [[], ["100 Trying"], ["180 Ringing"]])
    test(`under way at the end (${provisional}) gets CANCEL, and its 487 an ACK`, async () => {
      const { invite, last, receive, sent, idle } = await cutOff(provisional);
      const cancel = last("CANCEL");
      assert.equal(cancel.split("\r\n")[0], invite.split("\r\n")[0]?.replace("INVITE", "CANCEL"));
      for (const name of ["Via", "From", "To", "Call-ID"]) assert.equal(lineOf(cancel, name), lineOf(invite, name));
      assert.equal(lineOf(cancel, "CSeq"), "1 CANCEL");
      receive(answerTo(cancel, "200 OK"));
      receive(answerTo(invite, "487 Request Terminated"));
      const ack = last("ACK");
      assert.deepEqual([lineOf(ack, "Via"), lineOf(ack, "CSeq")], [lineOf(invite, "Via"), "1 ACK"]);
      idle();
      assert.deepEqual([...new Set(methods(sent))], ["CANCEL", "ACK"]);
    });

  test("answered late: ACK, then BYE above every number that may have gone before; again for each 200", async () => {
    const { invite, last, receive, sent, idle } = await cutOff(["180 Ringing"]);
    receive(answerTo(last("CANCEL"), "200 OK"));
    receive(answerTo(invite, "200 OK", [], ["v=0 answer"]));
    assert.deepEqual(methods(sent).slice(-2), ["ACK", "BYE"]);
    assert.ok(Number.parseInt(lineOf(last("BYE"), "CSeq"), 10) > 100);
    receive(answerTo(invite, "200 OK", [], ["v=0 answer"]));
    assert.equal(methods(sent).at(-1), "ACK");
    receive(answerTo(last("BYE"), "200 OK"));
    idle();
    assert.equal(methods(sent).filter((method) => method === "BYE").length, 1);
  });

  test("that challenges its BYE hears who we are", async () => {
    const credentials = () => ({ username: "gw", password: "secret" });
    const { invite, last, receive, sent } = await cutOff(["180 Ringing"], { credentials });
    receive(answerTo(invite, "200 OK", [], ["v=0 answer"]));
    receive(
      answerTo(last("BYE"), "407 Proxy Authentication Required", ['Proxy-Authenticate: Digest realm="r", nonce="n"']),
    );
    assert.match(lineOf(sent.at(-1), "Proxy-Authorization"), /username="gw"/);
  });

  for (const status of ["200 OK", "481 Call/Transaction Does Not Exist"])
    test(`that was answered before the end (${status} to the CANCEL): BYE to whoever had rung`, async () => {
      const { invite, last, receive, clock, idle } = await cutOff(["180 Ringing"]);
      receive(answerTo(last("CANCEL"), status));
      clock.advance(status.startsWith("481") ? 0 : 2_100);
      const bye = last("BYE");
      assert.equal(lineOf(bye, "To"), `${lineOf(invite, "To")};tag=peer`);
      assert.equal(lineOf(bye, "From"), lineOf(invite, "From"));
      receive(answerTo(bye, "200 OK"));
      idle();
    });

  test("that was answered at once: BYE by the tag in the 200 to the CANCEL", async () => {
    const { invite, last, receive, clock, idle } = await cutOff();
    receive(answerTo(last("CANCEL"), "200 OK", [], ["", "answered"]));
    clock.advance(2_100);
    const bye = last("BYE");
    assert.equal(bye.split(" ")[1], invite.split(" ")[1]);
    assert.equal(lineOf(bye, "To"), `${lineOf(invite, "To")};tag=answered`);
    receive(answerTo(bye, "200 OK"));
    idle();
  });

  test("that nobody answers for is given up", async () => {
    const { idle } = await cutOff();
    idle();
  });
});

describe("an INVITE to us", () => {
  test("without a final response gets 503 with our tag, until its ACK", async () => {
    const { before, sent, receive, clock, invites } = await lost(({ call }) => call?.ring(180));
    const [refusal = ""] = sent;
    assert.equal(statusOf(refusal), "503");
    for (const name of ["Via", "From", "To", "Call-ID", "CSeq"])
      assert.equal(lineOf(refusal, name), lineOf(before.sent.at(-1), name), name);
    clock.advance(500);
    assert.equal(sent.length, 2);
    const head = [
      "ACK sip:1@127.0.0.1 SIP/2.0",
      ...["Via", "From", "To", "Call-ID"].map((it) => `${it}: ${lineOf(refusal, it)}`),
    ];
    receive(`${[...head, "CSeq: 1 ACK", "Content-Length: 0"].join("\r\n")}\r\n\r\n`);
    clock.advance(60_000);
    assert.deepEqual([sent.length, clock.pending(), invites.images()], [2, 0, []]);
  });

  test("that has had our 200 does not acknowledge the 503: it gets BYE", async () => {
    // The images are from the moment before the 200, whose own is not on the disk.
    const { before, sent, clock, invites } = await lost(({ call }) => call?.ring(180));
    before.call?.answer("v=0 answer");
    clock.advance(2_100);
    const bye = sent.find((text) => text.startsWith("BYE ")) ?? "";
    assert.match(bye, /^BYE sip:9@127\.0\.0\.1:5070 SIP\/2\.0\r\n/);
    assert.equal(lineOf(bye, "From"), lineOf(before.sent.at(-1), "To"));
    assert.equal(lineOf(bye, "To"), "<sip:9@127.0.0.1>;tag=caller");
    assert.deepEqual(invites.images(), []);
  });

  test("is kept until its final response", async () => {
    for (const end of ["answer", "reject"] as const) {
      const invites = shelf();
      const { call } = await called([], "v=0 offer", { invites });
      assert.equal(invites.images().length, 1);
      assert.doesNotMatch(JSON.stringify(invites.images()), /v=0/);
      if (end === "answer") call?.answer("v=0 answer");
      else call?.reject(486);
      assert.deepEqual(invites.images(), []);
    }
  });
});
