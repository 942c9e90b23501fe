import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { credentialsValue, digestResponse, parseDigest, strongestChallenge } from "./digest.ts";

// The example of RFC 7616 §3.9.1.
const EXAMPLE = {
  username: "Mufasa",
  realm: "http-auth@example.org",
  password: "Circle of Life",
  method: "GET",
  uri: "/dir/index.html",
  nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
  counted: { nc: "00000001", cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ" },
} as const;

describe("digest", () => {
  test("RFC 7616 §3.9.1, both algorithms", () => {
    assert.equal(digestResponse({ ...EXAMPLE, algorithm: "MD5" }), "8ca523f5e9506fed4657c9700eebdbec");
    assert.equal(
      digestResponse({ ...EXAMPLE, algorithm: "SHA-256" }),
      "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    );
  });

  test("RFC 2617 without qop", () => {
    const { counted: _, ...rest } = EXAMPLE;
    assert.equal(digestResponse({ ...rest, algorithm: "MD5" }).length, 32);
    assert.notEqual(digestResponse({ ...rest, algorithm: "MD5" }), digestResponse({ ...EXAMPLE, algorithm: "MD5" }));
  });

  test("the strongest challenge that we know is taken", () => {
    const line = (algorithm: string) => `Digest realm="a, b", nonce="n", qop="auth-int,auth", algorithm=${algorithm}`;
    const challenge = strongestChallenge(["Basic realm=x", line("SHA-512-256"), line("MD5"), line("sha-256")]);
    assert.deepEqual(challenge, {
      algorithm: "SHA-256",
      realm: "a, b",
      nonce: "n",
      opaque: undefined,
      qop: true,
      stale: false,
    });
    assert.equal(strongestChallenge(['Digest realm="r", nonce="n", qop="auth-int"', "Digest realm=r"]), undefined);
  });

  test("a server reads the credentials that a client writes", () => {
    const challenge = strongestChallenge(['Digest realm="r\\"1", nonce="n", opaque="o", qop="auth"']);
    assert.ok(challenge);
    const value = credentialsValue(challenge, {
      username: 'a"b',
      password: "p",
      method: "INVITE",
      uri: "sip:x",
      cnonce: "c",
    });
    const read = parseDigest(value);
    assert.equal(read?.get("username"), 'a"b');
    assert.equal(read?.get("realm"), 'r"1');
    assert.equal(read?.get("opaque"), "o");
    assert.equal(read?.get("nc"), "00000001");
  });
});
