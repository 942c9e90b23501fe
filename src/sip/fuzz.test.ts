// Messages that are almost right, thrown at every room of the endpoint: none of them may meet a bug, and when the storm is
// over the endpoint answers and has nothing left.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bench, INVITE, reply } from "../../test/support/sip-by-hand.ts";

const request = (method: string, ...extra: string[]): string =>
  [
    `${method} sip:1@127.0.0.1:5060;transport=udp SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK${method};rport, SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKup`,
    "Record-Route: <sip:127.0.0.1:5070;lr>, <sip:10.0.0.1>",
    'From: "A, \\"b\\"" <sip:9@x;user=phone>;tag=them',
    "To: <sip:1@127.0.0.1>",
    "Call-ID: c",
    `CSeq: 1 ${method}`,
    'Contact: "x" <sip:9@127.0.0.1:5070>;expires=60;q=0.5',
    ...extra,
    "Content-Type: application/sdp",
    "Content-Length: 3",
    "",
    "v=0",
  ].join("\r\n");

const CREDENTIALS =
  'Authorization: Digest username="1", realm="seatway", nonce="1.a.b", uri="sip:x", response="0", qop=auth, nc=00000001, cnonce="c"';

const EXTENSIONS = [
  "Require: 100rel, timer, replaces",
  "RAck: 1 1 INVITE",
  "Session-Expires: 90;refresher=uac",
  "Min-SE: 90",
  "Refer-To: <sip:1@x?Replaces=c%3Bto-tag%3Da%3Bfrom-tag%3Db>",
  "Replaces: c;to-tag=a;from-tag=b",
  "Event: dialog;id=1",
  "P-Asserted-Identity: <sip:1@x>",
  "History-Info: <sip:1@x?Reason=SIP%3Bcause%3D302>;index=1",
  "Diversion: <sip:1@x>;reason=no-answer",
];

/** The same from the peer of our INVITE. */
const inDialog = (ours: string, text: string): string =>
  ["From", "To", "Call-ID"].reduce((left, name) => {
    const from = name === "From" ? "To" : name === "To" ? "From" : name;
    const value = new RegExp(`^${from}: (.*)\r$`, "m").exec(ours)?.[1] ?? "";
    return left.replace(new RegExp(`^${name}: .*\r$`, "m"), `${name}: ${value}${name === "From" ? ";tag=peer" : ""}\r`);
  }, text);

type Mutation = readonly [seed: number, at: number, byte: number, kind: "none" | "set" | "cut" | "double" | "swap"];

function mutate(seed: Buffer, [, at, byte, kind]: Mutation): Buffer {
  const place = at % seed.length;
  if (kind === "none") return seed;
  if (kind === "cut") return seed.subarray(0, place);
  if (kind === "double") return Buffer.concat([seed.subarray(0, place), seed.subarray(Math.max(0, place - byte))]);
  const changed = Buffer.from(seed);
  changed[place] = byte;
  if (kind === "swap") changed.copy(changed, 0, place, place + byte);
  return changed;
}

test("mutated requests and responses meet no bug and leave nothing behind", async () => {
  const mutation = fc.tuple(
    fc.nat(18),
    fc.nat(1_500),
    fc.nat(255),
    fc.constantFrom("none", "set", "cut", "double", "swap"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 25 }), fc.boolean(), async (mutations, answers) => {
      const { clock, endpoint, sent, faults, receive } = await bench({
        password: (username) => (username === "1" ? "p" : undefined),
        invite: (call) => (answers ? call.answer("v=0") : call.ring(180)),
      });
      const dialog = endpoint.invite(INVITE, () => {});
      const ours = sent[0] ?? "";
      const contact = "Contact: <sip:1@127.0.0.1:5070>";
      const ok = reply(ours, "200 OK", contact, "Content-Type: application/sdp").replace("0\r\n\r\n", "3\r\n\r\nv=0");
      const seeds = [
        ...["INVITE", "BYE", "CANCEL", "ACK", "OPTIONS"].map((method) => request(method)),
        request("REGISTER", CREDENTIALS),
        reply(ours, "183 Early", contact, "Require: 100rel", "RSeq: 1", "Allow: UPDATE", "Session-Expires: 90"),
        ...["PRACK", "UPDATE", "REFER", "SUBSCRIBE"].map((method) => request(method, ...EXTENSIONS)),
        request("INVITE", "Require: 100rel", "Supported: timer", "Session-Expires: 90"),
        ...["INVITE", "UPDATE", "REFER", "INFO", "BYE"].map((method) => inDialog(ours, request(method, ...EXTENSIONS))),
        reply(ours, "407 Proxy", 'Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"'),
        ok,
      ].map((text) => Buffer.from(text));
      for (const step of mutations) receive(mutate(seeds[step[0]] ?? Buffer.alloc(0), step));
      dialog.hangUp();
      clock.advance(70_000);
      await endpoint.close(0);
      assert.deepEqual(faults, []);
      assert.equal(clock.pending(), 0);
    }),
    { numRuns: 1_500 },
  );
});
