import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseDescription } from "./parse.ts";

const head = "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";
const audio = "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n";

test("an m-line with its attributes", () => {
  const parsed = parseDescription(
    `${head}a=sendonly\r\n${audio}m=video 4002 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=inactive\r\na=rtcp:5000\r\n`,
  );
  assert.ok("sections" in parsed);
  const [first, second] = parsed.sections;
  assert.deepEqual(first, {
    kind: "audio",
    port: 4_000,
    protocol: "RTP/AVP",
    tokens: ["0", "8", "101"],
    formats: [
      { payload: 0, name: "PCMU", clock: 8_000, parameters: "" },
      { payload: 8, name: "PCMA", clock: 8_000, parameters: "" },
      { payload: 101, name: "TELEPHONE-EVENT", clock: 8_000, parameters: "0-15" },
    ],
    address: "192.0.2.1",
    rtcpPort: 4_001,
    direction: "sendonly",
    directionGiven: true,
    feedback: false,
    cryptos: [],
    mid: "",
    voipMetrics: false,
    transport: null,
    multiplexed: false,
    bundleOnly: false,
  });
  assert.equal(second?.direction, "inactive");
  assert.equal(second?.rtcpPort, 5_000);
});

test("lone LF and a missing last line end are taken", () => {
  assert.ok("sections" in parseDescription((head + audio).replaceAll("\r\n", "\n").trimEnd()));
});

const refusals: readonly [what: string, sdp: string, reason: RegExp][] = [
  ["empty", "", /v=0/],
  ["another version", head.replace("v=0", "v=1") + audio, /v=0/],
  ["no o=", (head + audio).replace(/o=.*\r\n/, ""), /o=/],
  ["o= with words for numbers", head.replace("o=- 1 2", "o=- x 2") + audio, /o=/],
  ["no m=", head, /m=/],
  ["no c=", (head + audio).replace(/c=.*\r\n/, ""), /c=/],
  ["c= with a name", head.replace("c=IN IP4 192.0.2.1", "c=IN IP4 host.example") + audio, /literal/],
  ["c= with the wrong kind", head.replace("c=IN IP4 192.0.2.1", "c=IN IP6 192.0.2.1") + audio, /literal/],
  ["c= multicast", head.replace("c=IN IP4 192.0.2.1", "c=IN IP4 224.1.2.3") + audio, /multicast/],
  ["c= multicast with TTL", head.replace("c=IN IP4 192.0.2.1", "c=IN IP4 224.1.2.3/127") + audio, /literal/],
  ["c= broadcast", head.replace("c=IN IP4 192.0.2.1", "c=IN IP4 255.255.255.255") + audio, /multicast/],
  ["a port too high", head + audio.replace("4000", "65536"), /65535/],
  ["a hexadecimal port", head + audio.replace("4000", "0xfa0"), /m=/],
  ["a signed port", head + audio.replace("4000", "+4000"), /m=/],
  ["an exponent", head + audio.replace("4000", "4e3"), /m=/],
  ["a range of ports", head + audio.replace("4000", "4000/2"), /range/],
  ["no formats", `${head}m=audio 4000 RTP/AVP\r\n`, /m=/],
  ["a line without =", `${head}${audio}hello\r\n`, /type=value/],
  ["a NUL", `${head}${audio}a=x\0y\r\n`, /control/],
  ["a lone CR", `${head}${audio}a=x\ry\r\n`, /control/],
  ["a long line", `${head}${audio}a=${"x".repeat(3_000)}\r\n`, /characters/],
  ["a long text", head + audio.repeat(400), /characters/],
  ["many lines", head + audio + "a=x\r\n".repeat(600), /lines/],
  ["many m-lines", head + "m=audio 0 RTP/AVP 0\r\n".repeat(17), /m-lines/],
  ["many formats", `${head}m=audio 4000 RTP/AVP${" 0".repeat(65)}\r\n`, /formats/],
];
for (const [what, sdp, reason] of refusals) {
  test(`refused: ${what}`, () => {
    const parsed = parseDescription(sdp);
    assert.ok("refused" in parsed);
    assert.match(parsed.refused, reason);
  });
}

test("mutated text never throws", () => {
  const mutation = fc.record({
    at: fc.nat(head.length + audio.length),
    cut: fc.nat(12),
    put: fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("\r\n", "m=", "a=rtpmap:", "999999999999", "\0", "=")),
  });
  fc.assert(
    fc.property(fc.array(mutation, { maxLength: 8 }), (mutations) => {
      let text = head + audio;
      for (const { at, cut, put } of mutations) text = text.slice(0, at) + put + text.slice(at + cut);
      const parsed = parseDescription(text);
      assert.ok("refused" in parsed || parsed.sections.length > 0);
    }),
  );
});

for (const line of ["m=application 5070 UDP/BFCP *", "m=message 7394 TCP/MSRP *"])
  test(`what we do not speak is no fault of the rest: ${line}`, () => {
    const parsed = parseDescription(`${head}${audio}${line}\r\na=setup:actpass\r\n`);
    assert.ok("sections" in parsed);
    assert.deepEqual(
      parsed.sections.map(({ tokens }) => tokens),
      [["0", "8", "101"], ["*"]],
    );
  });
