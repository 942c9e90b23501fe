// Path (RFC 3327): what an edge proxy writes into a REGISTER is the way back to the phone; and the flows of RFC 5626.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bench, INVITE, methods, PEER, reply } from "../../../test/support/sip-by-hand.ts";
import type { RegisterRequest } from "../face.ts";
import { parse } from "../message/parse.ts";
import { registrar } from "./registrar.ts";

const edge = "<sip:edge.test;lr>";
const inner = '"inner" <sip:127.0.0.1:5080;transport=tcp;lr=on>';

/** A REGISTER of a phone whose password is right: the reply, and what the owner of the bindings was asked. */
function registered(...lines: string[]) {
  const asked: RegisterRequest[] = [];
  const owner = {
    register(request: RegisterRequest) {
      asked.push(request);
      return { status: 200, bindings: [{ uri: "sip:1@10.0.0.1", expiresS: 60 }] } as const;
    },
  };
  const text = [
    "REGISTER sip:seatway.test SIP/2.0",
    "Via: SIP/2.0/UDP 127.0.0.1:5080;branch=z9hG4bK1",
    "From: <sip:1@seatway.test>;tag=a",
    "To: <sip:1@seatway.test>",
    "Call-ID: c",
    "CSeq: 1 REGISTER",
    "Contact: <sip:1@10.0.0.1>",
    ...lines,
    "",
    "",
  ].join("\r\n");
  const request = parse(Buffer.from(text));
  assert.ok("method" in request);
  const answer = registrar(owner, { check: () => ({ username: "1" }) }).register(request, PEER);
  const contacts = asked[0]?.contacts;
  return { answer, path: asked[0]?.path, outbound: Array.isArray(contacts) ? contacts.at(-1)?.outbound : undefined };
}

describe("Path", () => {
  test("is told to the owner of the bindings and repeated in the 200, in its order over all lines", () => {
    const { answer, path } = registered(`Path: ${inner}`, `Path: ${edge},<sip:far.test;lr>`, "Supported: path");
    assert.deepEqual(path, [inner, edge, "<sip:far.test;lr>"]);
    assert.equal(answer.status, 200);
    const lines = (answer.extra ?? "").split("\r\n").filter((line) => line.startsWith("Path: "));
    assert.deepEqual(lines, [`Path: ${inner}`, `Path: ${edge}`, "Path: <sip:far.test;lr>"]);
  });

  const contact = 'Contact: <sip:1@10.0.0.2>;reg-id=1;+sip.instance="<urn:uuid:f81d4fae-7dec>"';
  const behind = (transport: string) => `Via: SIP/2.0/${transport} 10.0.0.2;branch=z9hG4bK0`;

  test("device and flow of RFC 5626 are told when the phone supports it, and how often it shall be heard of", () => {
    const { answer, outbound } = registered(contact, "Supported: path, outbound");
    assert.deepEqual(outbound, { instance: "<urn:uuid:f81d4fae-7dec>", regId: 1 });
    assert.match(answer.extra ?? "", /(^|\n)Require: outbound\r\nFlow-Timer: 30\r\n/);
    for (const lines of [
      [contact],
      ["Contact: <sip:1@10.0.0.2>;reg-id=1", "Supported: outbound"],
      [contact.replace("<urn:uuid:f81d4fae-7dec>", "x"), "Supported: outbound"],
      [contact.replace("reg-id=1", "reg-id=0"), "Supported: outbound"],
    ]) {
      const other = registered(...lines);
      assert.deepEqual([other.outbound, other.answer.status], [undefined, 200]);
      assert.doesNotMatch(other.answer.extra ?? "", /Require|Flow-Timer/);
    }
  });

  test("behind a proxy the first hop has to keep flows: its Path has ob, or 439 (RFC 5626 §6, §11.6)", () => {
    const supported = "Supported: path, outbound";
    const kept = registered(contact, supported, behind("UDP"), `Path: ${inner}`, "Path: <sip:edge.test;lr;ob>");
    assert.equal(kept.answer.status, 200);
    assert.equal(kept.outbound?.regId, 1);
    // The edge's own Flow-Timer is not ours to say.
    assert.match(kept.answer.extra ?? "", /Require: outbound\r\n(?!Flow-Timer)/);
    for (const path of [[], [`Path: ${edge}`], ["Path: <sip:far.test;lr;ob>", `Path: ${edge}`]]) {
      const refused = registered(contact, supported, behind("UDP"), ...path);
      assert.deepEqual([refused.answer.status, refused.path], [439, undefined]);
    }
    const browser = registered(contact, supported, behind("WSS"), `Path: ${edge}`);
    assert.deepEqual([browser.answer.status, browser.outbound], [200, undefined]);
    assert.equal(registered(contact, behind("UDP"), `Path: ${edge}`).answer.status, 200);
  });

  test("without one the phone is its own way", () => assert.deepEqual(registered().path, []));

  for (const [what, path] of [
    ["no loose router", "<sip:edge.test>"],
    ["no brackets", "sip:edge.test;lr"],
    ["no URI", "edge"],
    ["too many", Array.from({ length: 9 }, () => edge).join(", ")],
  ] as const) {
    test(`${what}: 400, and nothing is bound`, () => {
      const { answer, path: bound } = registered(`Path: ${path}`);
      assert.equal(answer.status, 400);
      assert.equal(bound, undefined);
    });
  }

  test("an INVITE carries it as Route to the same peer, and so do its CANCEL and its ACK (§9.1, §17.1.1.3)", async () => {
    const { endpoint, sent, receive, clock } = await bench();
    const dialog = endpoint.invite({ ...INVITE, peer: PEER, route: [inner, edge] }, () => {});
    const routes = `\r\nRoute: ${inner}\r\nRoute: ${edge}\r\n`;
    const [invite = ""] = sent;
    assert.ok(invite.startsWith(`INVITE ${INVITE.uri} `) && invite.includes(routes), invite);
    receive(reply(invite, "180 Ringing"));
    dialog.hangUp();
    receive(reply(sent[1] ?? "", "200 OK"));
    receive(reply(invite, "487 Request Terminated"));
    assert.deepEqual(methods(sent), ["INVITE", "CANCEL", "ACK"]);
    for (const text of sent) assert.ok(text.includes(routes), text);
    clock.advance(60_000);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
  });
});
