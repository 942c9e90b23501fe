// The shapes of messages that have brought SIP programs down, from the public records of vulnerabilities: one fixture each,
// through the socket of an endpoint, which must say what is right, meet no bug and answer the next request at once.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, describe, test } from "node:test";
import { Seen } from "../support/sip-endpoints.ts";
import { torture } from "../support/torture.ts";

type Shape = {
  readonly name: string;
  readonly expected: number | "silence";
  readonly method?: string;
  readonly transport?: "udp" | "tcp";
  readonly uri?: string;
  /** In place of the lines of these names; "" leaves one out. */
  readonly lines?: Readonly<Record<string, string>>;
  readonly more?: readonly string[];
  readonly body?: string;
};

const CREDENTIALS = 'username="1", realm="seatway", nonce="1.a.b", uri="sip:x", response="0"';
const repeated = (count: number, line: (at: number) => string): string[] =>
  Array.from({ length: count }, (_, at) => line(at));
const digest = (text: string): string => `Authorization: Digest ${text}`;

const shapes: readonly Shape[] = [
  { name: "a header of 60,000 bytes", expected: 200, transport: "tcp", more: [`Subject: ${"A".repeat(60_000)}`] },
  {
    name: "a head beyond every limit",
    expected: "silence",
    transport: "tcp",
    more: [`Subject: ${"A".repeat(70_000)}`],
  },
  { name: "a header name of 30,000 bytes", expected: 200, more: [`${"N".repeat(30_000)}: x`] },
  { name: "Content-Length -1", expected: 400, lines: { "Content-Length": "Content-Length: -1" } },
  {
    name: "Content-Length 4294967295 on a datagram",
    expected: 400,
    lines: { "Content-Length": "Content-Length: 4294967295" },
  },
  {
    ...{ name: "Content-Length of gigabytes on a stream", expected: 400, transport: "tcp" },
    lines: { "Content-Length": "Content-Length: 4294967295" },
  },
  { name: "CSeq -1", expected: 400, lines: { CSeq: "CSeq: -1 OPTIONS" } },
  { name: "CSeq 2^32", expected: 400, lines: { CSeq: "CSeq: 4294967296 OPTIONS" } },
  { name: "CSeq of 400 digits", expected: 400, lines: { CSeq: `CSeq: ${"9".repeat(400)} OPTIONS` } },
  { name: "200 lines without a colon", expected: 400, more: repeated(200, () => "no colon here") },
  { name: "20,000 lines", expected: "silence", more: repeated(20_000, () => "a:") },
  { name: "NUL bytes in From", expected: 400, lines: { From: "From: <sip:a\u0000b@x>;tag=a" } },
  { name: "NUL bytes in a header that nobody reads", expected: 200, more: ["Subject: a\u0000b"] },
  { name: "a header folded 200 times", expected: 200, more: ["Subject: a", ...repeated(200, () => " b")] },
  {
    name: "a fold before any header",
    expected: 400,
    lines: { Via: " folded: into nothing\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKfold;rport" },
  },
  {
    name: "200 Via lines",
    expected: 200,
    more: repeated(200, (at) => `Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK${at}`),
  },
  { name: "4,000 Vias in one line", expected: 200, more: [`Via: ${repeated(4_000, () => "SIP/2.0/UDP a").join(",")}`] },
  { name: "a Via that names no host", expected: 400, lines: { Via: "Via: SIP/2.0/UDP ;branch=z9hG4bKx" } },
  { name: "a Via with port 0", expected: 400, lines: { Via: "Via: SIP/2.0/UDP 127.0.0.1:0;branch=z9hG4bKp" } },
  { name: "digest without a value", expected: 401, method: "REGISTER", more: ["Authorization: Digest"] },
  { name: "digest that never closes", expected: 401, method: "REGISTER", more: [digest('username="')] },
  { name: "digest with 10,000 commas", expected: 401, method: "REGISTER", more: [digest(",".repeat(10_000))] },
  {
    name: "digest of an unknown algorithm",
    expected: 401,
    method: "REGISTER",
    more: [digest(`${CREDENTIALS}, algorithm=SHA-1`)],
  },
  { name: "digest with an empty realm", expected: 401, method: "REGISTER", more: [digest('realm="", username=""')] },
  { name: "format strings", expected: 200, more: [`Subject: ${"%s%n%x".repeat(500)}`, 'User-Agent: "%n%n%n"'] },
  {
    ...{ name: "an SDP of 20,000 media lines", expected: 486, method: "INVITE" },
    body: `v=0\r\n${"m=audio 9 RTP/AVP 0\r\n".repeat(2_900)}`,
  },
  {
    ...{ name: "an SDP of 200,000 bytes in one line", expected: 486, method: "INVITE", transport: "tcp" },
    body: `v=0\r\na=${"x".repeat(200_000)}\r\n`,
  },
  {
    ...{ name: "a REGISTER of 10,000 contacts", expected: 400, method: "REGISTER", transport: "tcp" },
    lines: { Contact: `Contact: ${repeated(2_000, (at) => `<sip:${at}@x>`).join(",")}` },
  },
  {
    name: "a REGISTER of * and another",
    expected: 400,
    method: "REGISTER",
    lines: { Contact: "Contact: *, <sip:a@x>" },
  },
  {
    ...{ name: "parts in parts in parts", expected: 415, method: "INVITE" },
    lines: { "Content-Type": "Content-Type: multipart/mixed;boundary=b" },
    body: "--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n".repeat(500),
  },
  {
    name: "a multipart without a boundary",
    expected: 415,
    method: "INVITE",
    lines: { "Content-Type": "Content-Type: multipart/mixed" },
    body: "--",
  },
  { name: "10,000 escapes in the Request-URI", expected: 200, uri: `sip:${"%41".repeat(10_000)}@x` },
  { name: "half an escape at the end", expected: 400, uri: "sip:a%4@x" },
  { name: "an escape of overlong UTF-8", expected: 200, uri: "sip:%c0%80%f8@x" },
  { name: "a Request-URI of @ alone", expected: 400, uri: "sip:@" },
  { name: "brackets that do not close in a host", expected: 400, uri: "sip:a@[::1" },
  { name: "an ACK that belongs to nothing", expected: "silence", method: "ACK" },
  { name: "an ACK with a tag of nobody", expected: "silence", method: "ACK", lines: { To: "To: <sip:1@x>;tag=none" } },
  { name: "a CANCEL that belongs to nothing", expected: 481, method: "CANCEL" },
  { name: "a BYE of a dialog that is not", expected: 481, method: "BYE", lines: { To: "To: <sip:1@x>;tag=none" } },
  { name: "a Contact that is no URI", expected: 400, method: "INVITE", lines: { Contact: "Contact: <" } },
  { name: "an INVITE without Contact", expected: 400, method: "INVITE", lines: { Contact: "" } },
  { name: "a Record-Route of rubbish", expected: 486, method: "INVITE", more: ["Record-Route: ,,,<,;lr,>"] },
  { name: "two From", expected: 400, more: ["f: <sip:b@x>;tag=b"] },
  { name: "a tag twice", expected: 200, lines: { From: "From: <sip:a@x>;tag=a;tag=b" } },
  { name: "an Expires of 30 digits", expected: 401, method: "REGISTER", more: [`Expires: ${"9".repeat(30)}`] },
  { name: "200 Requires", expected: 420, more: repeated(200, (at) => `Require: r${at}`) },
];

function message(shape: Shape): Buffer {
  const { method = "OPTIONS", transport = "udp", uri = "sip:1@127.0.0.1", body = "", lines = {} } = shape;
  const branch = shape.name.replace(/\W/g, "");
  const standing: Readonly<Record<string, string>> = {
    Via: `Via: SIP/2.0/${transport.toUpperCase()} 127.0.0.1:9;branch=z9hG4bK${branch};rport`,
    From: "From: <sip:a@x>;tag=a",
    To: "To: <sip:1@127.0.0.1>",
    "Call-ID": `Call-ID: ${branch}`,
    CSeq: `CSeq: 1 ${method}`,
    Contact: "Contact: <sip:a@127.0.0.1:9>",
    ...(body === "" ? {} : { "Content-Type": "Content-Type: application/sdp" }),
    "Content-Length": `Content-Length: ${body.length}`,
    ...lines,
  };
  const head = Object.values(standing).filter((line) => line !== "");
  const [via = "", ...others] = head;
  return Buffer.from(
    [`${method} ${uri} SIP/2.0`, via, ...others, ...(shape.more ?? []), "", body].join("\r\n"),
    "latin1",
  );
}

const target = await torture("127.0.0.1");

describe("shapes of messages that have brought SIP programs down", () => {
  for (const shape of shapes) {
    const { name, expected, transport = "udp" } = shape;
    test(`${name}: ${expected}`, async () => {
      const { lines } = await target.send(message(shape), transport);
      const statuses = lines.map((line) => Number(line.split(" ")[1])).filter((status) => status !== 100);
      assert.deepEqual(statuses, expected === "silence" ? [] : [expected], lines.join("\n").slice(0, 300));
    });
  }

  test("a request in 500 pieces on a stream: 200", async () => {
    const stream = connect(target.endpoint.port, "127.0.0.1");
    stream.setNoDelay(true);
    const got = new Seen<string>();
    stream.on("data", (bytes) => got.push(bytes.toString()));
    const bytes = message({ name: "pieces", expected: 200, transport: "tcp", more: ["Subject: in pieces"] });
    for (const byte of bytes) stream.write(Buffer.of(byte));
    assert.match(await got.until(() => true), /^SIP\/2\.0 200 /);
    stream.destroy();
  });

  test("10,000 line breaks on a stream are pings, and the request behind them is served", async () => {
    const stream = connect(target.endpoint.port, "127.0.0.1");
    const got: string[] = [];
    const seen = new Seen<string>();
    stream.on("data", (bytes) => {
      got.push(bytes.toString());
      seen.push(got.join(""));
    });
    stream.write("\r\n".repeat(10_000));
    stream.write(message({ name: "behind", expected: 200, transport: "tcp" }));
    assert.match(await seen.until((text) => text.includes("SIP/2.0 200 ")), /SIP\/2\.0 200 /);
    stream.destroy();
  });

  after(() => assert.deepEqual(target.faults, []));
});
