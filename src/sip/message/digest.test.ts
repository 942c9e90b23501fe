import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { credentialsValue, digestResponse, hashedUsername, parseDigest, strongestChallenges } from "./digest.ts";

// The example of RFC 7616 §3.9.1.
const EXAMPLE = {
  username: "Mufasa",
  realm: "http-auth@example.org",
  password: "Circle of Life",
  method: "GET",
  uri: "/dir/index.html",
  nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
  counted: { nc: "00000001", cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop: "auth" },
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

  test("SHA-512-256, and the user name hashed (RFC 7616 §3.9.2, its value as the errata correct it)", () => {
    const username = "J\u00E4s\u00F8n Doe";
    assert.equal(
      hashedUsername("SHA-512-256", username, "api@example.org"),
      "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b",
    );
    const sha = (text: string) => createHash("sha512-256").update(text).digest("hex");
    const { realm, password, method, uri, nonce, counted } = EXAMPLE;
    const a1 = sha(`${username}:${realm}:${password}`);
    const middle = `${nonce}:${counted.nc}:${counted.cnonce}:auth`;
    assert.equal(
      digestResponse({ ...EXAMPLE, username, algorithm: "SHA-512-256" }),
      sha(`${a1}:${middle}:${sha(`${method}:${uri}`)}`),
    );
  });

  test("auth-int covers the body, -sess the first cnonce", () => {
    const { counted, ...rest } = EXAMPLE;
    const md5 = (text: string) => createHash("md5").update(text).digest("hex");
    const integrity = { nc: "00000002", cnonce: counted.cnonce, qop: "auth-int" } as const;
    const secret = md5(`${rest.username}:${rest.realm}:${rest.password}`);
    const a2 = md5(`${rest.method}:${rest.uri}:${md5("v=0 \u00e9")}`);
    const middle = `${rest.nonce}:00000002:${counted.cnonce}:auth-int`;
    const given = { ...rest, counted: integrity, body: "v=0 \u00e9" };
    assert.equal(digestResponse({ ...given, algorithm: "MD5" }), md5(`${secret}:${middle}:${a2}`));
    const key = md5(`${secret}:${rest.nonce}:first`);
    assert.equal(
      digestResponse({ ...given, algorithm: "MD5-sess", firstCnonce: "first" }),
      md5(`${key}:${middle}:${a2}`),
    );
  });

  test("for each realm the strongest challenge that we know is taken, of equals the first", () => {
    const line = (algorithm: string, realm = "a, b") =>
      `Digest realm="${realm}", nonce="n", qop="auth-int,auth", algorithm=${algorithm}`;
    const algorithms = ["MD5", "sha-256", "SHA-512-256", "SHA3"];
    const [challenge, other] = strongestChallenges([
      ...["Basic realm=x", ...algorithms.map((algorithm) => line(algorithm))],
      line("MD5-SESS", "other"),
    ]);
    assert.deepEqual(challenge, {
      algorithm: "SHA-256",
      realm: "a, b",
      nonce: "n",
      opaque: undefined,
      qop: "auth",
      stale: false,
      userhash: false,
    });
    assert.deepEqual([other?.realm, other?.algorithm], ["other", "MD5-sess"]);
    const lone = strongestChallenges(['Digest realm="r", nonce="n", qop="auth-int"', "Digest realm=r"]);
    assert.deepEqual(
      lone.map(({ qop }) => qop),
      ["auth-int"],
    );
    assert.deepEqual(strongestChallenges(['Digest realm="r", nonce="n", qop="auth-conf"']), []);
  });

  test("a server reads the credentials that a client writes", () => {
    const [challenge] = strongestChallenges([
      'Digest realm="r\\"1", nonce="n", opaque="o", qop="auth", algorithm=SHA-256, userhash=true',
    ]);
    assert.ok(challenge);
    const account = { username: 'a"b', password: "p", method: "INVITE", uri: "sip:x", body: "" };
    const read = parseDigest(credentialsValue(challenge, { ...account, cnonce: "c", count: 26 }));
    assert.equal(read?.get("username"), hashedUsername("SHA-256", 'a"b', 'r"1'));
    assert.equal(read?.get("userhash"), "true");
    assert.equal(read?.get("realm"), 'r"1');
    assert.equal(read?.get("opaque"), "o");
    assert.equal(read?.get("nc"), "0000001a");
    const plain = parseDigest(
      credentialsValue({ ...challenge, userhash: false }, { ...account, cnonce: "c", count: 1 }),
    );
    assert.equal(plain?.get("username"), 'a"b');
  });
});
