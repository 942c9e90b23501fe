import assert from "node:assert/strict";
import { test } from "node:test";
import type { Peer } from "../face.ts";
import { parse, type SipRequest } from "../message/parse.ts";
import { isMalformed } from "../message/syntax.ts";
import { completeVia, responsePeers } from "./response-route.ts";

const source: Peer = { transport: "udp", address: "198.51.100.7", port: 40_001 };

function requestWith(via: string): SipRequest {
  const message = parse(Buffer.from(`OPTIONS sip:a SIP/2.0\r\nVia: ${via}\r\nCSeq: 1 OPTIONS\r\n\r\n`));
  assert.ok(!isMalformed(message) && message.kind === "request");
  return message;
}

const rows: readonly (readonly [via: string, completed: string, port: number])[] = [
  // RFC 3261 §18.2.1: as it was, when the sender knows his own address.
  ["SIP/2.0/UDP 198.51.100.7:5066;branch=z9hG4bKa", "SIP/2.0/UDP 198.51.100.7:5066;branch=z9hG4bKa", 5066],
  ["SIP/2.0/UDP pc:5066;branch=z9hG4bKa", "SIP/2.0/UDP pc:5066;branch=z9hG4bKa;received=198.51.100.7", 5066],
  // RFC 3581 §4.
  [
    "SIP/2.0/UDP pc:5066;rport;branch=z9hG4bKa",
    "SIP/2.0/UDP pc:5066;rport=40001;branch=z9hG4bKa;received=198.51.100.7",
    40_001,
  ],
  // What the sender says about himself is not believed, and the Vias below are not touched.
  [
    'SIP/2.0/UDP pc ; received=203.0.113.1;x="a,b";rport , SIP/2.0/TCP other;rport',
    'SIP/2.0/UDP pc ;x="a,b";rport=40001;received=198.51.100.7, SIP/2.0/TCP other;rport',
    40_001,
  ],
];

for (const [via, completed, port] of rows) {
  test(`a request from ${source.address}:${source.port} with Via ${via}`, () => {
    const request = requestWith(via);
    completeVia(request, source);
    assert.equal(request.headers.get("via"), completed);
    const top = request.headers.topVia();
    assert.ok(!isMalformed(top));
    assert.ok(completed.startsWith(`SIP/2.0/UDP ${top.host}`));
    assert.ok(completed.includes(top.params));
    assert.deepEqual(responsePeers(request, source).first, { ...source, port });
  });
}
