// SRTP in offers and answers (RFC 4568): which key goes with which, and that nothing falls back to plain RTP unseen.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { SdpRefused } from "../face.ts";
import { readCrypto } from "./crypto-line.ts";
import { SdpSession } from "./session.ts";
import type { Terms } from "./terms.ts";

const newSession = (): SdpSession => new SdpSession({ address: "127.0.0.1", sessionId: "7", isOurs: () => false });
const offerOf = (session: SdpSession): string =>
  session.offer({ audioPort: 10_000, videoPort: null, profile: "RTP/SAVP" });
const ports = { audio: 10_100, video: () => 10_102 };
const head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n";
const key = Buffer.alloc(30, 7).toString("base64");
const secure = (crypto: string, protocol = "RTP/SAVP"): string =>
  `${head}m=audio 4000 ${protocol} 0\r\na=crypto:${crypto}\r\n`;

const good = <Value extends object>(value: Value | SdpRefused): Value => {
  if ("refused" in value) assert.fail(value.refused);
  return value;
};
const reason = (value: object): string => ("refused" in value ? String(value.refused) : assert.fail("not refused"));
const keysIn = (sdp: string): RegExpMatchArray[] => [...sdp.matchAll(/a=crypto:(\d) (\S+) inline:(\S+)\r/g)];
const protectionOf = ({ audio }: Terms) => audio?.remote.protection ?? assert.fail("not protected");

describe("our offer", () => {
  test("two suites, each with a key of its own, the same keys every time", () => {
    const session = newSession();
    const sdp = offerOf(session);
    assert.match(sdp, /m=audio 10000 RTP\/SAVP 0 8 9 111 101\r\n/);
    const lines = keysIn(sdp);
    assert.deepEqual(
      lines.map(([, tag, suite]) => `${tag} ${suite}`),
      ["1 AES_CM_128_HMAC_SHA1_80", "2 AES_CM_128_HMAC_SHA1_32"],
    );
    assert.equal(new Set(lines.map(([, , , text]) => text)).size, 2);
    assert.equal(offerOf(session), sdp);
    assert.equal(session.offer({ audioPort: 10_000, videoPort: null }), sdp, "the profile stays");
    assert.notEqual(keysIn(offerOf(newSession()))[0]?.[3], lines[0]?.[3]);
  });

  test("the answer's tag says which of our keys goes with the peer's", () => {
    const session = newSession();
    const ours = keysIn(offerOf(session))[1]?.[3];
    const terms = good(session.accept(secure(`2 AES_CM_128_HMAC_SHA1_32 inline:${key}`)));
    assert.deepEqual(protectionOf(terms), { suite: "AES_CM_128_HMAC_SHA1_32", ours, theirs: key });
  });

  test("an answer without a key, with another tag or over plain RTP is refused", () => {
    for (const answer of [
      `${head}m=audio 4000 RTP/SAVP 0\r\n`,
      secure(`3 AES_CM_128_HMAC_SHA1_80 inline:${key}`),
      secure(`1 AES_CM_128_HMAC_SHA1_32 inline:${key}`),
      secure(`1 AES_CM_128_HMAC_SHA1_80 inline:${key}`, "RTP/AVP"),
    ]) {
      const session = newSession();
      offerOf(session);
      assert.match(reason(session.accept(answer)), /answered over/);
    }
  });

  test("an answer over SRTP to plain RTP is refused", () => {
    const session = newSession();
    session.offer({ audioPort: 10_000, videoPort: null });
    assert.match(reason(session.accept(secure(`1 AES_CM_128_HMAC_SHA1_80 inline:${key}`))), /answered over RTP\/SAVP/);
  });
});

describe("our answer", () => {
  test("takes the first line that it can use, under its tag, with a key of our own", () => {
    const offer = secure(
      `4 F8_128_HMAC_SHA1_80 inline:${key}\r\na=crypto:5 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^31`,
    );
    const { sdp, terms } = good(newSession().answer(offer, ports));
    const [line, ...others] = keysIn(sdp);
    assert.deepEqual(others, []);
    assert.equal(line?.[1], "5");
    const { ours, theirs } = protectionOf(terms);
    assert.equal(line?.[3], ours);
    assert.equal(theirs, key);
    assert.notEqual(ours, theirs);
  });

  test("SRTP without a key that we can use is refused; plain RTP with a key beside it stays plain", () => {
    assert.match(reason(newSession().answer(secure("1 NULL inline:x"), ports)), /audio over RTP\/SAVP/);
    const plain = secure(`1 AES_CM_128_HMAC_SHA1_80 inline:${key}`, "RTP/AVP");
    const { sdp, terms } = good(newSession().answer(plain, ports));
    assert.equal(terms.audio?.remote.protection, null);
    assert.doesNotMatch(sdp, /crypto/);
  });

  test("after an offer of the peer, ours goes on in the same profile", () => {
    const session = newSession();
    const answered = good(session.answer(secure(`1 AES_CM_128_HMAC_SHA1_80 inline:${key}`), ports));
    const offered = session.offer({ audioPort: 10_100, videoPort: null });
    assert.match(offered, /RTP\/SAVP/);
    assert.equal(keysIn(offered)[0]?.[3], keysIn(answered.sdp)[0]?.[3]);
  });
});

test("key lines that we cannot use are passed over (RFC 4568 §6)", () => {
  const line = `1 AES_CM_128_HMAC_SHA1_80 inline:${key}`;
  assert.deepEqual(readCrypto(line), { tag: 1, suite: "AES_CM_128_HMAC_SHA1_80", key });
  for (const [bad, why] of [
    [`${line}|1:4`, "an MKI"],
    [`${line};inline:${key}`, "two keys"],
    [`${line} UNENCRYPTED_SRTP`, "session parameters"],
    [`${line.slice(0, -1)}`, "a short key"],
    [`x${line}`, "no tag"],
  ] as const) {
    assert.equal(readCrypto(bad), undefined, why);
  }
  fc.assert(fc.property(fc.string(), (text) => readCrypto(text) === undefined));
});
