// GRUU at the endpoint (RFC 5627): what a REGISTER gets, and that requests to a device reach it alone.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerTo, lineOf, statusOf } from "../../../test/support/dialog-by-hand.ts";
import { bench, INVITE, PEER } from "../../../test/support/sip-by-hand.ts";
import type { DevicePlace, DialogEvent, Handlers, IncomingInvite, Peer } from "../face.ts";
import { digestResponse, parseDigest } from "../message/digest.ts";
import { gruuOf } from "../message/gruu.ts";

const uuid = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
const gruu = `sip:40001@127.0.0.1:5060;gr=${uuid}`;
const away: Peer = { transport: "udp", address: "10.0.0.9", port: 5080 };
const edge = "<sip:edge.test;lr;ob>";

/** Where the device is; it may move. */
function devices(first: DevicePlace | null | undefined) {
  const state = { place: first };
  const device: NonNullable<Handlers["device"]> = (asked) =>
    asked.user === "40001" && asked.instance === uuid ? state.place : undefined;
  return { state, device };
}
const at = (uri: string, route: readonly string[] = []): DevicePlace => ({ uri, peer: away, route });

describe("REGISTER", () => {
  async function registered(supported: string) {
    const hand = await bench({
      password: () => "p",
      register({ gruu: wanted, contacts }) {
        assert.ok(contacts !== "*" && contacts[0]?.instance === `<${uuid}>`);
        const bound = { uri: "sip:x@10.0.0.9", expiresS: 60, instance: `<${uuid}>` };
        return { status: 200, bindings: [{ ...bound, ...(wanted && { temporary: "tgruu.x" }) }] };
      },
    });
    const send = (cseq: number, ...more: string[]): string => {
      const head = ["REGISTER sip:seatway.test SIP/2.0", `Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK${cseq}`];
      const ids = ["From: <sip:40%231@seatway.test>;tag=a", "To: <sip:40%231@seatway.test>", "Call-ID: c"];
      const contact = `Contact: <sip:x@10.0.0.9>;+sip.instance="<${uuid}>"`;
      const lines = [...head, ...ids, `CSeq: ${cseq} REGISTER`, contact, `Supported: ${supported}`, ...more];
      hand.receive(`${lines.join("\r\n")}\r\n\r\n`);
      return hand.sent.at(-1) ?? "";
    };
    const nonce = parseDigest(lineOf(send(1), "WWW-Authenticate"))?.get("nonce") ?? "";
    const input = { algorithm: "MD5", username: "40#1", realm: "seatway", password: "p", method: "REGISTER" } as const;
    const response = digestResponse({ ...input, uri: "sip:x", nonce });
    return send(
      2,
      `Authorization: Digest username="40#1", realm="seatway", nonce="${nonce}", uri="sip:x", response="${response}"`,
    );
  }

  test("who wants GRUUs gets both for his device; who does not, hears of the device alone", async () => {
    const own = `Contact: <sip:x@10.0.0.9>;+sip.instance="<${uuid}>"`;
    const both = `;pub-gruu="sip:40%231@seatway.test;gr=${uuid}";temp-gruu="sip:tgruu.x@seatway.test;gr"`;
    assert.match(
      await registered("gruu"),
      new RegExp(`\r\n${(own + both).replace(/[+?.*()[\]\\]/g, "\\$&")};expires=60\r\n`),
    );
    assert.ok((await registered("path")).includes(`\r\n${own};expires=60\r\n`));
  });
});

describe("an INVITE of ours to a GRUU", () => {
  test("goes to that device with its Path, by a To that is the GRUU", async () => {
    const { device } = devices(at("sip:x@10.0.0.9:5080", [edge]));
    const hand = await bench({ device });
    hand.endpoint.invite({ ...INVITE, uri: gruu }, () => {});
    const [invite = ""] = hand.sent;
    assert.match(invite, /^INVITE sip:x@10\.0\.0\.9:5080 SIP/);
    assert.deepEqual([lineOf(invite, "To"), lineOf(invite, "Route")], [`<${gruu}>`, edge]);
    assert.deepEqual(hand.peers[0], away);
  });

  test("of a device that is nowhere fails with 480, and nothing is sent", async () => {
    const { device } = devices(null);
    const hand = await bench({ device });
    const events: DialogEvent[] = [];
    hand.endpoint.invite({ ...INVITE, uri: gruu }, (event) => events.push(event));
    await Promise.resolve();
    assert.deepEqual(events, [{ type: "failed", status: 480, reason: "Temporarily Unavailable" }]);
    assert.deepEqual(hand.sent, []);
  });

  test("that is somebody else's is a URI like any other", async () => {
    const { device } = devices(null);
    const hand = await bench({ device });
    hand.endpoint.invite({ ...INVITE, uri: `sip:1@127.0.0.1:5070;gr=${uuid}` }, () => {});
    assert.match(hand.sent[0] ?? "", /^INVITE sip:1@127\.0\.0\.1:5070;gr=/);
    assert.deepEqual(hand.peers[0], PEER);
  });
});

describe("a dialog whose peer has a GRUU of ours as Contact", () => {
  test("reaches its device where that is registered when the request goes out", async () => {
    const { state, device } = devices(at("sip:x@10.0.0.9:5080"));
    const hand = await bench({ device });
    const dialog = hand.endpoint.invite({ ...INVITE, peer: PEER }, () => {});
    const ok = answerTo(hand.sent[0] ?? "", "200 OK", [`Contact: <${gruu}>`], ["v=0"]);
    hand.receive(ok);
    assert.match(hand.sent.at(-1) ?? "", /^ACK sip:x@10\.0\.0\.9:5080 SIP/);
    assert.deepEqual(hand.peers.at(-1), away);
    const there: Peer = { transport: "tcp", address: "10.0.0.10", port: 5060 };
    state.place = { uri: "sip:y@10.0.0.10;transport=tcp", peer: there, route: [edge] };
    dialog.hangUp();
    assert.match(hand.sent.at(-1) ?? "", /^BYE sip:y@10\.0\.0\.10;transport=tcp SIP/);
    assert.equal(lineOf(hand.sent.at(-1), "Route"), edge);
    assert.deepEqual(hand.peers.at(-1), there);
  });
});

test("an INVITE to us by a GRUU tells its handler which", async () => {
  const calls: IncomingInvite[] = [];
  const hand = await bench({ invite: (call) => void calls.push(call) });
  const head = [`INVITE ${gruu} SIP/2.0`, "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1"];
  const ids = ["From: <sip:9@x>;tag=a", `To: <${gruu}>`, "Call-ID: c", "CSeq: 1 INVITE"];
  hand.receive(`${[...head, ...ids, "Contact: <sip:9@127.0.0.1:5070>"].join("\r\n")}\r\n\r\n`);
  assert.equal(statusOf(hand.sent[0]), "100");
  assert.deepEqual(gruuOf(calls[0]?.uri ?? ""), { user: "40001", instance: uuid });
});
