// RFC 5118: SIP messages with IPv6 addresses, through the socket of an endpoint at ::1. The messages are written after the
// RFC's descriptions, each with the one thing that it is about; all others are the same.

import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { after, describe, test } from "node:test";
import { torture } from "../support/torture.ts";

type Row = {
  readonly name: string;
  readonly method: string;
  readonly expected: number;
  readonly reason: string;
  readonly uri?: string;
  /** Via values, topmost first. */
  readonly vias?: readonly string[];
  readonly contact?: string;
  readonly sdp?: readonly string[];
  readonly toTag?: string;
};

const VIA = "SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3";
const ONE_STREAM = ["c=IN IP6 2001:db8::20", "t=0 0", "m=audio 49217 RTP/AVP 0"];

/** 401: the REGISTER went through to its challenge. 486: the INVITE to its user. 481: the BYE, whose dialog we do not have. */
const rows: readonly Row[] = [
  { name: "ipv6-good", method: "REGISTER", expected: 401, reason: "4.1: references in brackets" },
  {
    ...{ name: "ipv6-bad", method: "REGISTER", expected: 400, uri: "sip:2001:db8::10" },
    reason: "4.2: an address without brackets",
  },
  {
    ...{ name: "port-ambiguous", method: "REGISTER", expected: 401, uri: "sip:[2001:db8::10:5070]" },
    reason: "4.3: 5070 is the end of the address, not a port",
  },
  {
    ...{ name: "port-unambiguous", method: "REGISTER", expected: 401, uri: "sip:[2001:db8::10]:5070" },
    reason: "4.4: a port behind the brackets",
  },
  {
    ...{ name: "via-received-param-with-delim", method: "BYE", expected: 481, toTag: ";tag=bd76ya" },
    vias: ["SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111"],
    reason: "4.5: received with brackets, against the grammar, must not stop a parser",
  },
  {
    ...{ name: "via-received-param-no-delim", method: "OPTIONS", expected: 200 },
    vias: ["SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3"],
    reason: "4.5: received as the grammar has it",
  },
  {
    ...{ name: "ipv6-in-sdp", method: "INVITE", expected: 486, sdp: ONE_STREAM },
    reason: "4.6: addresses in SDP have no brackets",
  },
  {
    ...{ name: "mult-ip-in-header", method: "BYE", expected: 481, toTag: ";tag=bd76ya" },
    vias: [
      "SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111",
      "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144",
      "SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200",
    ],
    reason: "4.7: both families among the Vias",
  },
  {
    ...{ name: "mult-ip-in-sdp", method: "INVITE", expected: 486 },
    sdp: ["t=0 0", "m=audio 22334 RTP/AVP 0", "c=IN IP4 192.0.2.1", "m=video 6024 RTP/AVP 107", "c=IN IP6 2001:db8::1"],
    reason: "4.8: both families in one SDP",
  },
  {
    ...{ name: "ipv4-mapped-ipv6", method: "INVITE", expected: 486, contact: "<sip:user@[::ffff:192.0.2.10]>" },
    vias: [
      "SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19",
      "SIP/2.0/UDP [::ffff:192.0.2.2];branch=z9hG4bKas3-111",
    ],
    sdp: ["c=IN IP6 ::ffff:192.0.2.10", "t=0 0", "m=audio 49217 RTP/AVP 0"],
    reason: "4.9: IPv4-mapped addresses",
  },
  {
    ...{ name: "ipv6-bug-abnf-3-colons", method: "OPTIONS", expected: 200 },
    uri: "sip:user@[2001:db8:::192.0.2.1]",
    reason: "4.10: the three colons that the grammar of RFC 3261 allowed by mistake are still read",
  },
  {
    ...{ name: "ipv6-correct-abnf-2-colons", method: "OPTIONS", expected: 200 },
    uri: "sip:user@[2001:db8::192.0.2.1]",
    reason: "4.10: as it should be",
  },
];

function message(row: Row): Buffer {
  const { method, uri = "sip:[2001:db8::10]", vias = [VIA], contact = '"Caller" <sip:caller@[2001:db8::1]>' } = row;
  const body = row.sdp?.length ? `${["v=0", "o=a 1 1 IN IP6 2001:db8::20", "s=-", ...row.sdp].join("\r\n")}\r\n` : "";
  return Buffer.from(
    [
      `${method} ${uri} SIP/2.0`,
      `To: <sip:user@[2001:db8::10]>${row.toTag ?? ""}`,
      "From: <sip:user@example.com>;tag=81x2",
      ...vias.map((via) => `Via: ${via}`),
      `Call-ID: ${row.name}@[2001:db8::9:1]`,
      "Max-Forwards: 70",
      `Contact: ${contact}`,
      `CSeq: 98176 ${method}`,
      ...(body === "" ? [] : ["Content-Type: application/sdp"]),
      `Content-Length: ${body.length}`,
      "",
      body,
    ].join("\r\n"),
  );
}

const here = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

describe("RFC 5118 through the socket", { skip: here ? false : "this machine has no ::1" }, async () => {
  if (!here) return;
  const target = await torture("::1");
  for (const row of rows) {
    test(`${row.name}: ${row.expected}. RFC 5118 §${row.reason}`, async () => {
      const { answers, lines } = await target.send(message(row), "udp");
      assert.deepEqual(
        lines.map((line) => Number(line.split(" ")[1])),
        [row.expected],
      );
      const [answer] = answers;
      assert.match(answer?.text ?? "", /^Via: [^\r]*;received=::1\r$/m, "received has no brackets (RFC 3261 §25.1)");
      assert.equal(answer?.peer.address, "::1");
    });
  }
  after(() => assert.deepEqual(target.faults, []));
});
