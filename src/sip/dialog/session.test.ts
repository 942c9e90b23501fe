import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { called } from "../../../test/support/dialog-by-hand.ts";
import { bench, INVITE, methods, PEER, reply } from "../../../test/support/sip-by-hand.ts";
import type { Dialog, DialogEvent } from "../face.ts";

const lineOf = (text: string, name: string): string => new RegExp(`^${name}: (.*)\r$`, "m").exec(text)?.[1] ?? "";
const statusOf = (text: string | undefined): string => (text ?? "").slice(8, 11);

/** A call that the peer has answered, and the peer's pen. */
async function answered() {
  const { clock, endpoint, sent, receive } = await bench();
  const events: DialogEvent[] = [];
  const dialog: Dialog = endpoint.invite({ ...INVITE, credentials: { username: "u", password: "p" } }, (event) =>
    events.push(event),
  );
  const invite = sent[0] ?? "";
  const ok = reply(invite, "200 OK", "Contact: <sip:1@127.0.0.1:5070>", "Content-Type: application/sdp");
  receive(ok.replace("Content-Length: 0\r\n\r\n", "Content-Length: 3\r\n\r\nv=0"));
  let branch = 0;
  /** A request of the peer inside the dialog; what we answered, without 100. */
  const request = (method: string, cseq: number, extra: readonly string[] = [], body = ""): string | undefined => {
    const before = sent.length;
    const lines = [
      `${method} sip:2@127.0.0.1:5060 SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKpeer${++branch}`,
      `From: ${lineOf(invite, "To")};tag=peer`,
      `To: ${lineOf(invite, "From")}`,
      `Call-ID: ${lineOf(invite, "Call-ID")}`,
      `CSeq: ${cseq} ${method}`,
      ...extra,
      `Content-Length: ${body.length}`,
    ];
    receive(`${lines.join("\r\n")}\r\n\r\n${body}`);
    return sent.slice(before).find((text) => text.startsWith("SIP/2.0") && statusOf(text) !== "100");
  };
  return { clock, endpoint, sent, receive, events, dialog, request };
}

const SDP = ["Content-Type: application/sdp", "Contact: <sip:moved@127.0.0.1:5071>"];

describe("inside a dialog", () => {
  test("INFO comes up, OPTIONS is answered, MESSAGE is not allowed, an old CSeq is 500", async () => {
    const { events, request } = await answered();
    const info = request("INFO", 5, ["Content-Type: application/dtmf-relay"], "Signal=1");
    assert.equal(statusOf(info), "200");
    assert.deepEqual(events.at(-1), { type: "info", contentType: "application/dtmf-relay", body: "Signal=1" });
    assert.match(request("OPTIONS", 6) ?? "", /^SIP\/2.0 200 OK\r\n[\s\S]*\r\nAllow: INVITE/);
    assert.match(request("MESSAGE", 7, SDP, "v=1") ?? "", /^SIP\/2.0 405 [\s\S]*\r\nAllow: INVITE/);
    assert.equal(statusOf(request("INFO", 4)), "500");
  });

  test("a re-INVITE without an offer: ours goes in the 200, the answer comes with the ACK; the Contact moves the target", async () => {
    const { sent, events, dialog, request, receive } = await answered();
    request("INVITE", 2, ["Contact: <sip:moved@127.0.0.1:5071>"]);
    const offer = events.at(-1);
    assert.ok(offer?.type === "offer" && offer.sdp === undefined);
    offer.reply({ sdp: "v=0 ours" });
    const ok = sent.at(-1) ?? "";
    assert.match(ok, /^SIP\/2.0 200 OK[\s\S]*\r\n\r\nv=0 ours$/);
    receive(
      [
        "ACK sip:2@127.0.0.1:5060 SIP/2.0",
        "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKack",
        ...["From", "To", "Call-ID"].map((name) => `${name}: ${lineOf(ok, name)}`),
        "CSeq: 2 ACK",
        "Content-Type: application/sdp",
        "Content-Length: 10",
        "",
        "v=0 theirs",
      ].join("\r\n"),
    );
    assert.deepEqual(events.at(-1), { type: "confirmed", sdp: "v=0 theirs" });
    dialog.hangUp();
    assert.match(sent.at(-1) ?? "", /^BYE sip:moved@127.0.0.1:5071 /);
  });

  test("a second re-INVITE before our answer is 500 with Retry-After, one before the ACK 491; BYE ends what waits with 487", async () => {
    const { sent, events, request } = await answered();
    request("INVITE", 2, SDP, "v=1");
    assert.match(request("INVITE", 3, SDP, "v=2") ?? "", /^SIP\/2.0 500 [\s\S]*\r\nRetry-After: \d+/);
    const offer = events.at(-1);
    assert.ok(offer?.type === "offer");
    assert.equal(statusOf(request("BYE", 4)), "200");
    assert.ok(sent.some((text) => statusOf(text) === "487" && text.includes("CSeq: 2 INVITE")));
    assert.deepEqual(events.at(-1), { type: "ended", by: "remote" });
    offer.reply({ sdp: "too late" });
    assert.ok(!sent.some((text) => text.includes("too late")));
  });

  test("while our 200 misses its ACK, a re-INVITE is 491", async () => {
    const { events, request } = await answered();
    request("INVITE", 2, SDP, "v=1");
    const offer = events.at(-1);
    assert.ok(offer?.type === "offer");
    offer.reply({ sdp: "v=0" });
    assert.equal(statusOf(request("INVITE", 3, SDP, "v=2")), "491");
  });

  test("another tag of the peer is another dialog: 481", async () => {
    const { sent, events, receive, request } = await answered();
    request("INFO", 2);
    const copy = `INFO sip:2@gw SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKx\r\nFrom: <sip:1@x>;tag=other\r\nTo: ${lineOf(sent[0] ?? "", "From")}\r\n`;
    receive(`${copy}Call-ID: ${lineOf(sent[0] ?? "", "Call-ID")}\r\nCSeq: 3 INFO\r\nContent-Length: 0\r\n\r\n`);
    assert.equal(statusOf(sent.at(-1)), "481");
    assert.equal(events.filter(({ type }) => type === "info").length, 1);
  });

  test("a BYE that crosses ours is 200 or 481, and nothing more is told", async () => {
    const { events, dialog, request } = await answered();
    dialog.hangUp();
    await Promise.resolve();
    const count = events.length;
    assert.match(statusOf(request("BYE", 2)), /200|481/);
    assert.equal(events.length, count);
  });

  test("a BYE that is challenged goes out again with credentials", async () => {
    const { sent, dialog, receive } = await answered();
    dialog.hangUp();
    receive(
      reply(
        sent.at(-1) ?? "",
        "407 Proxy Authentication Required",
        'Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"',
      ),
    );
    assert.match(
      sent.at(-1) ?? "",
      /^BYE [\s\S]*\r\nCSeq: 3 BYE\r\n[\s\S]*\r\nProxy-Authorization: Digest username="u"/,
    );
  });
});

test("an INVITE to us without an offer: ours is in the 200, the answer in the ACK (RFC 3261 §13.2.1)", async () => {
  const { call, send, events, sent } = await called([], "");
  assert.equal(call?.sdp, undefined);
  call?.answer("v=0 ours");
  assert.match(sent.at(-1) ?? "", /^SIP\/2\.0 200 [\s\S]*\r\n\r\nv=0 ours$/);
  send("ACK", 1, [], "v=0 theirs");
  assert.deepEqual(events, [{ type: "confirmed", sdp: "v=0 theirs" }]);
  // From here on offers are free again.
  void send("INVITE", 2, [], "v=0 new");
  assert.equal(events.at(-1)?.type, "offer");
});

describe("an INVITE that is challenged", () => {
  const CHALLENGE = 'Proxy-Authenticate: Digest realm="r", nonce="n1", qop="auth", algorithm=SHA-256';

  async function challenged() {
    const hand = await bench();
    const events: DialogEvent[] = [];
    const dialog = hand.endpoint.invite(
      { ...INVITE, peer: PEER, credentials: { username: "u", password: "p" } },
      (event) => events.push(event),
    );
    hand.receive(reply(hand.sent[0] ?? "", "407 Proxy Authentication Required", CHALLENGE));
    return { ...hand, events, dialog };
  }

  test("is acknowledged, and sent again with the next number, a new branch and the same Call-ID and From", async () => {
    const { sent, receive } = await challenged();
    assert.deepEqual(methods(sent), ["INVITE", "ACK", "INVITE"]);
    const [first = "", ack = "", second = ""] = sent;
    assert.equal(lineOf(ack, "Via"), lineOf(first, "Via"));
    assert.notEqual(lineOf(second, "Via"), lineOf(first, "Via"));
    assert.equal(lineOf(second, "CSeq"), "2 INVITE");
    for (const name of ["Call-ID", "From", "To"]) assert.equal(lineOf(second, name), lineOf(first, name));
    assert.match(lineOf(second, "Proxy-Authorization"), /algorithm=SHA-256.*nc=00000001/);
    const ok = reply(second, "200 OK", "Contact: <sip:1@127.0.0.1:5070>", "Content-Type: application/sdp");
    receive(ok.replace("Content-Length: 0\r\n\r\n", "Content-Length: 3\r\n\r\nv=0"));
    const last = sent.at(-1) ?? "";
    assert.match(last, /^ACK /);
    assert.equal(lineOf(last, "CSeq"), "2 ACK");
    // RFC 3261 §22.1: the ACK repeats the credentials.
    assert.equal(lineOf(last, "Proxy-Authorization"), lineOf(second, "Proxy-Authorization"));
  });

  test("fails when the same challenge comes again, but goes on when the nonce was only stale", async () => {
    const { sent, receive, events } = await challenged();
    receive(reply(sent.at(-1) ?? "", "407 Again", `${CHALLENGE.replace("n1", "n2")}, stale=true`));
    assert.match(sent.at(-1) ?? "", /nonce="n2"/);
    receive(reply(sent.at(-1) ?? "", "407 Again", CHALLENGE));
    assert.deepEqual(events, [{ type: "failed", status: 407, reason: "Again" }]);
  });

  test("is not sent again once the caller has hung up", async () => {
    const hand = await bench();
    const events: DialogEvent[] = [];
    const dialog = hand.endpoint.invite({ ...INVITE, credentials: { username: "u", password: "p" } }, (event) =>
      events.push(event),
    );
    dialog.hangUp();
    hand.receive(reply(hand.sent[0] ?? "", "407 Proxy Authentication Required", CHALLENGE));
    assert.deepEqual(methods(hand.sent), ["INVITE", "ACK"]);
    assert.deepEqual(events, [{ type: "failed", status: 487, reason: "Request Terminated" }]);
  });
});
