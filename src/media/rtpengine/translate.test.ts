import assert from "node:assert/strict";
import { test } from "node:test";
import type { MediaProfile } from "../face.ts";
import { type Description, split } from "./description.ts";
import { type Anchor, agreedKeys, anchorOf, formatsOf, isKept, toEngine, toPeer, toPlane } from "./translate.ts";

const text = (...lines: readonly string[]): string => `${lines.join("\r\n")}\r\n`;
const head = ["v=0", "o=- 1 1 IN IP4 192.0.2.9", "s=-", "c=IN IP4 192.0.2.9", "t=0 0"];
const g711 = ["a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000"];
const plane = text(...head, "m=audio 10000 RTP/AVP 0 101", ...g711, "a=sendrecv");

const read = (sdp: string): Description => split(sdp) ?? assert.fail("no description");
const key = (letter: string): string => `inline:${letter.repeat(40)}`;

const shown = (protocol: string, ...transport: readonly string[]): string =>
  text(
    "v=0",
    "o=- 1 1 IN IP4 198.51.100.1",
    "s=-",
    "c=IN IP4 198.51.100.1",
    "t=0 0",
    `m=audio 40000 ${protocol} 0 101`,
    ...g711,
    "a=rtcp:40001",
    ...transport,
    `m=video 40002 ${protocol} 96`,
    "a=inactive",
    "a=rtcp:40003",
    ...transport,
  );
const anchored = (profile: MediaProfile, ...transport: readonly string[]): Anchor =>
  anchorOf(profile, shown(profile, ...transport)) ?? assert.fail("no anchor");

const srtp = anchored(
  "RTP/SAVP",
  `a=crypto:1 AES_CM_128_HMAC_SHA1_80 ${key("A")}`,
  `a=crypto:2 AES_CM_128_HMAC_SHA1_32 ${key("B")}`,
  `a=crypto:3 F8_128_HMAC_SHA1_80 ${key("C")}`,
);
const ice = ["a=rtcp-mux", "a=setup:actpass", "a=fingerprint:sha-256 AA", "a=ice-ufrag:u", "a=ice-pwd:p"];
const browser = anchored("UDP/TLS/RTP/SAVPF", ...ice);
const plain = anchored("RTP/AVP");

test("the plane's offer as the peer gets it: rtpengine's address, ports and keys, the plane's codecs", () => {
  const sdp = toPeer(plane, srtp, 7);
  assert.match(sdp, /^v=0\r\no=- 1 7 IN IP4 198\.51\.100\.1\r\ns=-\r\nc=IN IP4 198\.51\.100\.1\r\n/);
  assert.match(sdp, /m=audio 40000 RTP\/SAVP 0 101\r\na=rtpmap:0 PCMU\/8000/);
  assert.match(sdp, /a=crypto:1 AES_CM_128_HMAC_SHA1_80[\s\S]*a=crypto:2 AES_CM_128_HMAC_SHA1_32/);
  assert.doesNotMatch(sdp, /F8_128|192\.0\.2\.9|10000|m=video/);
  assert.match(toPeer(plane, browser, 1), /a=mid:0\r\n[\s\S]*a=setup:actpass[\s\S]*a=ice-ufrag:u/);
});

test("as answer: one key under the peer's tag, passive to a browser, the peer's protocol and mid", () => {
  const offer = (protocol: string, ...lines: readonly string[]): Description =>
    read(text(...head, `m=audio 9000 ${protocol} 0 101`, ...lines));
  const secured = toPeer(plane, srtp, 1, offer("RTP/SAVPF", `a=crypto:9 AES_CM_128_HMAC_SHA1_32 ${key("Z")}`));
  assert.match(secured, /m=audio 40000 RTP\/SAVPF/);
  assert.deepEqual(secured.match(/a=crypto.*/g), [`a=crypto:9 AES_CM_128_HMAC_SHA1_32 ${key("B")}`]);
  const toBrowser = toPeer(plane, browser, 1, offer("UDP/TLS/RTP/SAVPF", "a=mid:x", "a=setup:actpass"));
  assert.match(toBrowser, /a=mid:x\r\n/);
  assert.match(toBrowser, /a=setup:passive\r\n/);
  const rejected = toPeer(text(...head, "m=audio 0 RTP/AVP 0"), plain, 1, offer("RTP/AVP"));
  assert.match(rejected, /m=audio 0 RTP\/AVP 0\r\n$/);
});

const rules = (anchor: Anchor) => ({
  anchor,
  isOurs: (_: string, port: number) => port === 40_000,
  inside: { address: "10.0.0.1", audio: 50_000, video: 50_002 },
});

test("the peer's description as the plane gets it: plain RTP from rtpengine, no keys", () => {
  const peer = text(
    ...head,
    "a=group:BUNDLE 0",
    "m=audio 9000 UDP/TLS/RTP/SAVPF 0 101",
    ...g711,
    ...ice,
    "a=mid:0",
    "a=candidate:1 1 udp 1 192.0.2.9 9000 typ host",
    "a=sendonly",
    "m=application 9 UDP/DTLS/SCTP x",
  );
  const sdp = toPlane(read(peer), rules(browser));
  assert.equal(
    sdp,
    text(
      ...head.slice(0, 3),
      "c=IN IP4 10.0.0.1",
      "t=0 0",
      "m=audio 50000 RTP/AVP 0 101",
      ...g711,
      "a=sendonly",
      "m=application 0 UDP/DTLS/SCTP x",
    ),
  );
});

test("the old way to hold stays one: c=0.0.0.0 (RFC 3264 §8.4)", () => {
  const held = text(...head.slice(0, 3), "c=IN IP4 0.0.0.0", "t=0 0", "m=audio 9000 RTP/AVP 0");
  assert.match(String(toPlane(read(held), rules(plain))), /m=audio 50000 RTP\/AVP 0\r\nc=IN IP4 0\.0\.0\.0/);
});

const misfits: readonly (readonly [Anchor, readonly string[], string])[] = [
  [plain, ["m=audio 9000 RTP/SAVP 0"], "m-line 1: over RTP/SAVP, not RTP/AVP"],
  [plain, ["m=audio 40000 RTP/AVP 0"], "m-line 1: a port of this gateway itself"],
  [plain, ["m=audio 9000 RTP/AVP 0", "c=IN IP6 2001:db8::1"], "m-line 1: an address that is not IPv4"],
  [srtp, ["m=audio 9000 RTP/SAVP 0"], "m-line 1: no usable key (RFC 4568)"],
  [
    srtp,
    ["m=audio 9000 RTP/SAVP 0", `a=crypto:1 F8_128_HMAC_SHA1_80 ${key("A")}`],
    "m-line 1: no usable key (RFC 4568)",
  ],
  [browser, ["m=audio 9 UDP/TLS/RTP/SAVPF 0", "a=ice-ufrag:u", "a=ice-pwd:p"], "m-line 1: no fingerprint"],
  [browser, ["m=audio 9 UDP/TLS/RTP/SAVPF 0", "a=fingerprint:sha-256 AA", "a=ice-pwd:p"], "m-line 1: no ice-ufrag"],
];
for (const [anchor, lines, refused] of misfits)
  test(`refused: ${refused}`, () =>
    assert.deepEqual(toPlane(read(text(...head, ...lines)), rules(anchor)), { refused }));

test("to rtpengine always audio and video, what is missing is inactive; a browser's description is an answer", () => {
  const audio = ["m=audio 9000 RTP/SAVP 0", `a=crypto:1 AES_CM_128_HMAC_SHA1_80 ${key("A")}`];
  const sdp = toEngine(read(text(...head, ...audio)), "RTP/SAVP");
  assert.match(sdp, /m=video 9 RTP\/SAVP 96\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:A+\r\na=inactive\r\n$/);
  assert.match(toEngine(read(text(...head)), "RTP/AVP"), /m=audio 9 RTP\/AVP 0\r\na=inactive\r\nm=video 9 RTP\/AVP 96/);
  const met = read(text(...head, "m=audio 9 UDP/TLS/RTP/SAVPF 0", ...ice));
  assert.match(toEngine(met, "UDP/TLS/RTP/SAVPF"), /a=setup:active\r\n/);
  assert.match(toEngine(read(plane), "RTP/AVP", "RTP/AVPF"), /m=audio 10000 RTP\/AVPF 0 101/);
});

test("after an agreement one suite is left, and what rtpengine shows is compared with what the peer was told", () => {
  const answer = read(text(...head, "m=audio 9000 RTP/SAVP 0", `a=crypto:2 AES_CM_128_HMAC_SHA1_32 ${key("Z")}`));
  const agreed = agreedKeys(srtp, answer);
  assert.deepEqual(agreed.audio.lines, ["a=rtcp:40001", `a=crypto:2 AES_CM_128_HMAC_SHA1_32 ${key("B")}`]);
  assert.equal(isKept(agreed, srtp), true);
  assert.equal(isKept(srtp, agreed), false);
  assert.equal(isKept(agreed, { ...srtp, audio: { ...srtp.audio, port: 40_010 } }), false);
  assert.equal(
    isKept(browser, anchored("UDP/TLS/RTP/SAVPF", ...ice.slice(0, 3), "a=ice-ufrag:v", "a=ice-pwd:p")),
    false,
  );
});

test("formats are compared by number and name, whatever their order", () => {
  const one = read(text(...head, "m=audio 9000 RTP/AVP 0 101", ...g711));
  const same = read(text(...head, "m=audio 7 RTP/AVP 101 0", "a=rtpmap:101 TELEPHONE-EVENT/8000"));
  const other = read(text(...head, "m=audio 7 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000"));
  assert.equal(formatsOf(one), formatsOf(same));
  assert.notEqual(formatsOf(one), formatsOf(other));
});

for (const sdp of ["", "nonsense", "v=0\r\nm=audio\r\n", "m=audio 1 RTP/AVP 0\r\n"])
  test(`no description: ${JSON.stringify(sdp)}`, () => assert.equal(split(sdp), undefined));

test("what is no answer of rtpengine gives no anchor", () => {
  assert.equal(anchorOf("RTP/AVP", plane), undefined);
  assert.equal(anchorOf("RTP/AVP", shown("RTP/AVP").replace("40002", "0")), undefined);
});
