import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Peer } from "../face.ts";
import { parse, type SipRequest, type SipResponse } from "../message/parse.ts";
import { isMalformed } from "../message/syntax.ts";
import { type DialogState, dialogAsClient, dialogAsServer, draftInDialog, nextHop } from "./dialog.ts";

const NOWHERE = { deviceAt: () => undefined };

function read(lines: readonly string[]): SipRequest | SipResponse {
  const message = parse(Buffer.from(`${lines.join("\r\n")}\r\n\r\n`));
  assert.ok(!isMalformed(message));
  return message;
}

const INVITE = { uri: "sip:40001@10.0.0.5:5060", from: "<sip:1@gw>;tag=us", callId: "c", cseq: 7, routed: false };
const peer = (address: string, port = 5060, transport: Peer["transport"] = "udp"): Peer => ({
  transport,
  address,
  port,
});

const answer = (...extra: string[]): SipResponse =>
  read([
    "SIP/2.0 200 OK",
    "From: <sip:1@gw>;tag=us",
    "To: <sip:40001@gw>;tag=them",
    "Call-ID: c",
    "CSeq: 7 INVITE",
    ...extra,
  ]) as SipResponse;

const arrived = (via: string, ...extra: string[]): SipRequest =>
  read([
    "INVITE sip:1@gw SIP/2.0",
    `Via: SIP/2.0/UDP ${via};branch=z9hG4bK1`,
    "From: <sip:2@x>;tag=them",
    "To: <sip:1@gw>",
    "Call-ID: c",
    "CSeq: 3 INVITE",
    ...extra,
  ]) as SipRequest;

const hop = (dialog: DialogState | undefined) => dialog && nextHop(NOWHERE, dialog);

describe("where requests in a dialog go", () => {
  const contact = "Contact: <sip:line@10.0.0.9:5070>";

  test("caller, no route: the Contact of the 2xx", () => {
    assert.deepEqual(hop(dialogAsClient(INVITE, answer(contact), peer("10.0.0.5"))), peer("10.0.0.9", 5070));
  });

  test("caller, the INVITE went to another place than its URI said: that place, for a phone behind a NAT", () => {
    assert.deepEqual(
      hop(dialogAsClient(INVITE, answer(contact), peer("203.0.113.1", 40_123))),
      peer("203.0.113.1", 40_123),
    );
  });

  test("caller, the INVITE went by a Path whose proxies stay out of the dialog: the Contact of the 2xx (§12.2.1.1)", () => {
    const invite = { ...INVITE, routed: true };
    assert.deepEqual(hop(dialogAsClient(invite, answer(contact), peer("203.0.113.1"))), peer("10.0.0.9", 5070));
  });

  test("caller, no Contact in the 2xx: the request's own URI", () => {
    assert.deepEqual(hop(dialogAsClient(INVITE, answer(), peer("10.0.0.5"))), peer("10.0.0.5"));
  });

  test("caller, Record-Route: the last proxy of the list is the first on our way, and both are in Route", () => {
    const dialog = dialogAsClient(
      INVITE,
      answer(contact, "Record-Route: <sip:b:5062;lr>, <sip:a;transport=tcp;lr>"),
      peer("10.0.0.5"),
    );
    assert.deepEqual(nextHop(NOWHERE, dialog), peer("a", 5060, "tcp"));
    const bye = draftInDialog(NOWHERE, dialog, "BYE", { extra: "", body: "" });
    assert.equal(bye.uri, "sip:line@10.0.0.9:5070");
    assert.deepEqual(bye.route, ["<sip:a;transport=tcp;lr>", "<sip:b:5062;lr>"]);
    assert.deepEqual([bye.from, bye.to], ["<sip:1@gw>;tag=us", "<sip:40001@gw>;tag=them"]);
  });

  test("a strict router becomes the Request-URI, the target the last route (§12.2.1.1)", () => {
    const dialog = dialogAsClient(INVITE, answer(contact, "Record-Route: <sip:b;lr>, <sip:a>"), peer("10.0.0.5"));
    const bye = draftInDialog(NOWHERE, dialog, "BYE", { extra: "", body: "" });
    assert.equal(bye.uri, "sip:a");
    assert.deepEqual(bye.route, ["<sip:b;lr>", "<sip:line@10.0.0.9:5070>"]);
  });

  test("callee: the Contact; behind a NAT or on a stream the source", () => {
    assert.deepEqual(
      hop(dialogAsServer(arrived("10.0.0.9:5070", contact), "us", peer("10.0.0.9", 5070))),
      peer("10.0.0.9", 5070),
    );
    assert.deepEqual(
      hop(dialogAsServer(arrived("192.168.1.2", contact), "us", peer("203.0.113.1", 999))),
      peer("203.0.113.1", 999),
    );
    const stream = peer("10.0.0.9", 45_000, "tcp");
    assert.deepEqual(hop(dialogAsServer(arrived("10.0.0.9", contact), "us", stream)), stream);
  });

  test("callee: Record-Route in its own order, above all else", () => {
    const dialog = dialogAsServer(
      arrived("192.168.1.2", contact, "Record-Route: <sip:a:5061;lr>, <sip:b;lr>"),
      "us",
      peer("203.0.113.1"),
    );
    assert.deepEqual(hop(dialog), peer("a", 5061));
  });

  test("callee: no usable Contact, no dialog", () => {
    for (const lines of [[], ["Contact: *"], ["Contact: <tel:1>"], ["Contact: <sip:a@b"]]) {
      assert.equal(dialogAsServer(arrived("10.0.0.9", ...lines), "us", peer("10.0.0.9")), undefined);
    }
  });
});
