// One message of a stranger must not stop the gateway: with a long run of anything at any place of it, its way through the guard, the
// parser and the roles behind it stays a matter of milliseconds. A reader that goes back over what it has read needs half a minute for the longest of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../src/base/clock.ts";
import { openEndpointOver } from "../../src/sip/endpoint.ts";
import type { IncomingInvite } from "../../src/sip/face.ts";
import type { NetworkEvents } from "../../src/sip/transport/network.ts";
import { options } from "../support/sip-endpoints.ts";
import { borders, stretched, UNITS } from "./long-runs.ts";

/** Processor time of one message; what goes back once per character takes ten times as long. */
const MOST_MS = 60;

const ALL = [
  "Via: SIP/2.0/UDP a.test:5061;branch=z9hG4bKNUMBER;rport;received=192.0.2.1;ttl=1",
  'From: "A, \\"b\\"" <sip:9@x;user=phone>;tag=tNUMBER',
  "To: <tel:40;phone-context=+49>",
  "Call-ID: cNUMBER@runs",
  "CSeq: 1 METHOD",
];
const INVITE = [
  "Max-Forwards: 70",
  "Contact: <sip:9@192.0.2.1:9;gr=x>",
  "Record-Route: <sip:p.test;lr>, <sip:q.test;lr>",
  "Supported: 100rel, timer",
  "Accept: application/sdp;level=1, */*",
  "User-Agent: phone/1.0 (b)",
  "Date: Thu, 21 Feb 2002 13:02:03 GMT",
  "Privacy: id ; critical",
  'P-Asserted-Identity: "P" <tel:+49301;isub=1>',
  "Diversion: <tel:+4930>;reason=unconditional;counter=1",
  "History-Info: <sip:1@x?Reason=SIP%3Bcause%3D302>;index=1, <sip:2@x>;index=1.1",
  "Session-Expires: 1800;refresher=uac",
  "Replaces: a@b;to-tag=1;from-tag=2;early-only",
  "Content-Type: application/sdp; charset=utf-8",
];
const REGISTER = [
  "Via: SIP/2.0/WSS b.invalid;branch=z9hG4bKb;received=192.0.2.3",
  'Contact: "C" <sip:9@192.0.2.1:9;transport=tcp>;expires=60;q=0.5;+sip.instance="<urn:uuid:a>";reg-id=1',
  "Path: <sip:p.test;lr;ob>",
  "Supported: gruu, outbound",
  'Authorization: Digest username="1", realm="seatway", nonce="1.a.b", uri="sip:x", response="0", qop=auth, nc=00000001, cnonce="c"',
];
const SUBSCRIBE = ["Contact: <sip:9@192.0.2.1:9>", "Event: dialog;id=1", "Expires: 60"];

const message = (method: string, uri: string, headers: readonly string[]): string =>
  [`${method} ${uri} SIP/2.0`, ...ALL, ...headers, "Content-Length: 0", "", ""]
    .join("\r\n")
    .replaceAll("METHOD", method);

const MESSAGES = [
  message("INVITE", "tel:40;phone-context=+49;ext=1", INVITE),
  message("REGISTER", "sip:a.test:5060;transport=udp", REGISTER),
  message("SUBSCRIBE", "sip:40%2a:secret@a.test;user=phone", SUBSCRIBE),
];

/** Everything that is read of a call by who takes it. */
function read(call: IncomingInvite): void {
  for (const name of ["privacy", "p-asserted-identity", "user-agent", "call-info"]) call.header(name);
  call.reject(486);
}

function costOf(work: () => void): number {
  const begun = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(begun);
  return (user + system) / 1_000;
}

test("a long run at any place of a message costs no more than its length", { timeout: 120_000 }, async () => {
  const clock = virtualClock();
  let events: NetworkEvents | undefined;
  const endpoint = await openEndpointOver(
    (_, given) => {
      events = given;
      return Promise.resolve({ port: 5060, send: () => {}, reaches: () => true, close: () => Promise.resolve() });
    },
    options(
      { invite: read, admission: () => "open", password: () => "p" },
      {
        clock,
        guard: { trusts: () => false, banned: () => {} },
        trace: ({ text, sipCallId }) => text.length + sipCallId.length,
      },
    ),
  );
  const slow: string[] = [];
  let number = 0;
  for (const text of MESSAGES)
    for (const at of borders(text).filter((place) => text === MESSAGES[0] || place > text.indexOf("CSeq:")))
      for (const unit of UNITS) {
        number += 1;
        const bytes = Buffer.from(stretched(text, at, { unit }).replaceAll("NUMBER", String(number)), "latin1");
        // Everybody comes once: nobody is banned, nobody too fast.
        const address = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
        const ms = costOf(() => events?.message(bytes, { transport: "udp", address, port: 5060 }));
        if (ms > MOST_MS)
          slow.push(`${ms.toFixed(0)} ms: ${JSON.stringify(unit)} behind ${JSON.stringify(text.slice(at - 40, at))}`);
        assert.ok(slow.length < 4, slow.join("\n"));
        if (number % 100 === 0) clock.advance(60_000);
      }
  await endpoint.close(0);
  assert.deepEqual(slow, []);
});
