// Offers to and answers of browsers: ICE lite, DTLS, bundle (RFC 8829, RFC 8839, RFC 8842, RFC 9143).

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SdpRefused } from "../face.ts";
import { SdpSession } from "./session.ts";

const profile = "UDP/TLS/RTP/SAVPF";
const newSession = (): SdpSession => new SdpSession({ address: "127.0.0.1", sessionId: "7", isOurs: () => true });
const withVideo = { audioPort: 10_000, videoPort: 10_000, profile } as const;
const print = Array(32).fill("ab").join(":");
const head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n";
const transport = (setup: string): string =>
  `a=ice-ufrag:abcd\r\na=ice-pwd:${"x".repeat(22)}\r\na=fingerprint:sha-256 ${print}\r\na=setup:${setup}\r\n`;
const audio = (setup = "active", more = "a=rtcp-mux\r\n"): string =>
  `m=audio 9 ${profile} 0 101\r\na=mid:0\r\na=rtpmap:101 telephone-event/8000\r\n${transport(setup)}${more}`;
const video = `m=video 9 ${profile} 96\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n${transport("active")}a=rtcp-mux\r\n`;

const good = <Value extends object>(value: Value | SdpRefused): Value => {
  if ("refused" in value) assert.fail(value.refused);
  return value;
};
const linesOf = (sdp: string, pattern: RegExp): string[] => sdp.split("\r\n").filter((line) => pattern.test(line));

describe("our offer to a browser", () => {
  test("one port, one candidate, video for the bundle alone until it is agreed on", () => {
    const session = newSession();
    const sdp = session.offer(withVideo);
    assert.deepEqual(linesOf(sdp, /^(m=|a=(group|ice-lite|setup|mid|bundle-only|candidate))/), [
      "a=ice-lite",
      "a=group:BUNDLE 0 1",
      `m=audio 10000 ${profile} 0 8 9 111 101`,
      "a=mid:0",
      "a=setup:actpass",
      "a=candidate:1 1 udp 2130706431 127.0.0.1 10000 typ host",
      `m=video 0 ${profile} 96 97`,
      "a=mid:1",
      "a=setup:actpass",
      "a=bundle-only",
    ]);
    good(session.accept(head + audio() + video));
    const again = linesOf(session.offer({ audioPort: 10_000, videoPort: 10_000 }), /^(m=|a=ice-ufrag)/);
    assert.match(String(again), /m=video 10000/);
    assert.deepEqual(again.slice(1, 2), linesOf(sdp, /^a=ice-ufrag/).slice(0, 1), "no ICE restart");
  });

  test("the answer says whom to expect; its address is not used", () => {
    const session = newSession();
    session.offer(withVideo);
    const terms = good(session.accept(head + audio() + video));
    assert.equal(terms.audio?.sends, true);
    const browser = terms.audio?.remote.browser ?? assert.fail("no browser");
    assert.deepEqual([browser.theirUfrag, browser.fingerprint], ["abcd", print.toUpperCase()]);
    assert.deepEqual(terms.video?.remote.browser, browser);
  });

  test("an answer that lacks something of it is refused", () => {
    for (const [what, answer] of [
      ["rtcp-mux", audio("active", "")],
      ["the client's side of DTLS", audio("passive")],
      ["a fingerprint", audio().replace(/a=fingerprint.*\r\n/, "")],
      ["ICE", audio().replace(/a=ice-ufrag.*\r\n/, "")],
      ["DTLS", audio().replace(profile, "RTP/AVP").replace(" 9 ", " 9000 ")],
    ] as const) {
      const session = new SdpSession({ address: "127.0.0.1", sessionId: "7", isOurs: () => false });
      session.offer({ audioPort: 10_000, videoPort: null, profile });
      const got = session.accept(head.replace("0.0.0.0", "127.0.0.1") + answer);
      assert.match("refused" in got ? got.refused : "", /answered over/, what);
    }
  });
});

describe("ICE restart (RFC 8839 §4.4)", () => {
  const ice = (sdp: string): string[] => linesOf(sdp, /^a=ice-(ufrag|pwd)/);
  const offerOf = (ufrag: string): string => head + audio("actpass").replace("abcd", ufrag);
  const ports = { audio: 10_000, video: () => 10_000 };

  test("ours: new credentials and nothing else new; they hold once they are answered", () => {
    const session = newSession();
    const before = session.offer(withVideo);
    good(session.accept(head + audio() + video));
    const restart = session.offer({ ...withVideo, restart: true });
    for (const pattern of [/^a=ice-ufrag/, /^a=ice-pwd/]) {
      const [old, fresh] = [linesOf(before, pattern), linesOf(restart, pattern)];
      assert.notEqual(fresh[0], old[0]);
      assert.equal(fresh[0], fresh[1], "one for the bundle");
    }
    assert.deepEqual(linesOf(restart, /fingerprint/), linesOf(before, /fingerprint/));
    // Refused, so what was agreed on stays.
    assert.deepEqual(ice(session.offer(withVideo)), ice(before));
    const again = session.offer({ ...withVideo, restart: true });
    const terms = good(session.accept(head + audio().replace("abcd", "efgh") + video.replace("abcd", "efgh")));
    assert.equal(`a=ice-ufrag:${terms.audio?.remote.browser?.ours.ufrag}`, ice(again)[0]);
    assert.equal(terms.audio?.remote.browser?.theirUfrag, "efgh");
    assert.deepEqual(ice(session.offer(withVideo)), ice(again));
  });

  test("the browser's: answered with new credentials; an offer with those before is none", () => {
    const session = newSession();
    const first = good(session.answer(offerOf("abcd"), ports));
    const same = good(session.answer(offerOf("abcd"), ports));
    assert.deepEqual(ice(same.sdp), ice(first.sdp));
    const restarted = good(session.answer(offerOf("efgh"), ports));
    assert.notDeepEqual(ice(restarted.sdp), ice(first.sdp));
    assert.equal(`a=ice-ufrag:${restarted.terms.audio?.remote.browser?.ours.ufrag}`, ice(restarted.sdp)[0]);
    assert.deepEqual(ice(good(session.answer(offerOf("efgh"), ports)).sdp), ice(restarted.sdp));
  });
});

test("our answer to a browser: its mids, the server's side of DTLS, the same port for both", () => {
  const offer = head + audio("actpass") + video.replace("active", "actpass");
  const { sdp, terms } = good(
    newSession().answer(offer, { audio: 10_100, video: (bundled) => (bundled ? 10_100 : 1) }),
  );
  assert.deepEqual(linesOf(sdp, /^(m=|a=(group|setup|mid))/), [
    "a=group:BUNDLE 0 1",
    `m=audio 10100 ${profile} 0 101`,
    "a=mid:0",
    "a=setup:passive",
    `m=video 10100 ${profile} 96`,
    "a=mid:1",
    "a=setup:passive",
  ]);
  assert.ok(terms.audio?.remote.browser && terms.video?.remote.browser);
});
