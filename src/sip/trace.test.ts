import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { EndpointOptions, SipTrace } from "./face.ts";
import { tracer } from "./trace.ts";

const peer = { transport: "udp", address: "127.0.0.1", port: 5060 } as const;

/** The text that the trace shows of a message. */
function shown(message: string): string {
  const seen: SipTrace[] = [];
  const options = { clock: systemClock, log: silentLog, trace: (it: SipTrace) => void seen.push(it) };
  tracer(options as unknown as EndpointOptions)?.("in", peer, Buffer.from(message, "latin1"));
  assert.equal(seen[0]?.bytes.toString("latin1"), seen[0]?.text);
  return seen[0]?.text ?? "";
}

const secret = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

const table: readonly (readonly [what: string, line: string, shown: string])[] = [
  ["digest", `Authorization: Digest response="${secret}"`, "Authorization: (removed)"],
  [
    "digest for a proxy, folded",
    `proxy-authorization : Digest\r\n response="${secret}"`,
    "proxy-authorization : (removed)",
  ],
  [
    "an SDES key",
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${secret}|2^20|1:4`,
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:(removed)",
  ],
  ["the password of ICE", `a=ice-pwd:${secret}`, "a=ice-pwd:(removed)"],
  ["a key of old", `k=clear:${secret}`, "k=(removed)"],
];

for (const [what, line, expected] of table) {
  test(`the trace shows no ${what}`, () => {
    const text = shown(`INVITE sip:1@127.0.0.1 SIP/2.0\r\nCall-ID: c\r\n${line}\r\nv=0\r\n`);
    assert.ok(!text.includes(secret));
    assert.ok(text.includes(`\r\n${expected}\r\nv=0\r\n`), text);
  });
}

test("what holds no secret is shown as it crossed", () => {
  const message = "OPTIONS sip:1@127.0.0.1 SIP/2.0\r\nCall-ID: c\r\nSubject: keys\r\n\r\n";
  assert.equal(shown(message), message);
});
