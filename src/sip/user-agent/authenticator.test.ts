import assert from "node:assert/strict";
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { describe, mock, test } from "node:test";
import { type VirtualClock, virtualClock } from "../../base/clock.ts";
import type { Peer } from "../face.ts";
import {
  type CredentialsInput,
  credentialsValue,
  type DigestAlgorithm,
  digestResponse,
  parseDigest,
  strongestChallenges,
} from "../message/digest.ts";
import { parse, type SipRequest } from "../message/parse.ts";
import { requestBytes } from "../message/serialise.ts";
import { isMalformed } from "../message/syntax.ts";
import { type Authenticator, type AuthenticatorOptions, authenticator } from "./authenticator.ts";

const REALM = "seatway";

type Started = { clock: VirtualClock; server: Authenticator; failures: unknown[] };

function start(more: Partial<AuthenticatorOptions> = {}): Started {
  const clock = virtualClock();
  const failures: unknown[] = [];
  const password = (username: string) => (username === "座1" ? "right" : undefined);
  const common = { clock, realm: REALM, password, qop: ["auth"], failed: (source: unknown) => failures.push(source) };
  return { clock, failures, server: authenticator({ ...common, algorithms: ["SHA-256", "MD5"], ...more } as never) };
}

const SOURCE: Peer = { transport: "udp", address: "192.0.2.1", port: 5060 };
const asked = (server: Authenticator, authorization: string | undefined, body = "") =>
  server.check(register(authorization, body), SOURCE);

function register(authorization: string | undefined, body = ""): SipRequest {
  const extra = authorization === undefined ? "" : `Authorization: ${authorization}\r\n`;
  const draft = {
    method: "REGISTER",
    uri: "sip:seatway",
    from: "<sip:1@a>;tag=1",
    to: "<sip:1@a>",
    callId: "c",
    cseq: 1,
    route: [],
  };
  const message = parse(requestBytes({ ...draft, extra, body }, "SIP/2.0/UDP a;branch=z9hG4bK1"));
  assert.ok(!isMalformed(message) && message.kind === "request");
  return message;
}

function challengeOf(server: Authenticator, authorization?: string): string[] {
  const checked = asked(server, authorization);
  assert.ok("challenge" in checked);
  return checked.challenge
    .trimEnd()
    .split("\r\n")
    .map((line) => line.replace("WWW-Authenticate: ", ""));
}

function answer(
  lines: readonly string[],
  username = "座1",
  password = "right",
  more: Partial<CredentialsInput> = {},
): string {
  const [challenge] = strongestChallenges(lines);
  assert.ok(challenge);
  const text = { method: "REGISTER", uri: "sip:seatway", cnonce: "c", body: "", count: 1 };
  return credentialsValue(challenge, { username, password, ...text, ...more });
}

const isStale = (lines: readonly string[]): boolean => lines.every((line) => line.includes("stale=true"));

describe("digest as a server", () => {
  test("offers SHA-256 before MD5, and takes both", () => {
    const { server } = start();
    const lines = challengeOf(server);
    assert.deepEqual(
      lines.map((line) => parseDigest(line)?.get("algorithm")),
      ["SHA-256", "MD5"],
    );
    assert.deepEqual(asked(server, answer(lines)), { username: "座1" });
    assert.deepEqual(asked(server, answer(challengeOf(server).slice(1))), { username: "座1" });
  });

  test("the same credentials twice are a replay: stale, and a new nonce", () => {
    const { server } = start();
    const value = answer(challengeOf(server));
    assert.ok("username" in asked(server, value));
    assert.ok(isStale(challengeOf(server, value)));
  });

  test("a higher nonce count is welcome, the same or a lower one is not", () => {
    const { server } = start();
    const nonce = strongestChallenges(challengeOf(server))[0]?.nonce ?? "";
    const counted = (nc: string) => {
      const input = {
        username: "座1",
        realm: REALM,
        password: "right",
        method: "REGISTER",
        uri: "sip:seatway",
        nonce,
      } as const;
      const response = digestResponse({ ...input, algorithm: "MD5", counted: { nc, cnonce: "c", qop: "auth" } });
      const username = Buffer.from("座1").toString("latin1");
      return `Digest username="${username}", realm="${REALM}", nonce="${nonce}", uri="sip:seatway", response="${response}", qop=auth, nc=${nc}, cnonce="c"`;
    };
    const verdicts = ["00000001", "0000000a", "00000002", "0000000a", "0000000b"].map(
      (nc) => "username" in asked(server, counted(nc)),
    );
    assert.deepEqual(verdicts, [true, true, false, false, true]);
  });

  test("a nonce is too old after five minutes; only who knows the password learns it", () => {
    const { clock, server } = start();
    const lines = challengeOf(server);
    clock.advance(301_000);
    assert.ok(isStale(challengeOf(server, answer(lines))));
    assert.ok(!isStale(challengeOf(server, answer(lines, "座1", "wrong"))));
  });

  test("a nonce that is not ours, another realm, another scheme, nonsense: a plain challenge", () => {
    const { server } = start();
    const forged = answer(['Digest realm="seatway", nonce="1.abc.def", qop="auth"']);
    assert.ok(isStale(challengeOf(server, forged)));
    for (const value of [
      answer(['Digest realm="other", nonce="n"']),
      "Basic YTpi",
      "Digest",
      'Digest realm="seatway", nc=1, qop=auth',
      "\u0000",
    ]) {
      assert.ok(!isStale(challengeOf(server, value)), value);
    }
  });

  for (const algorithm of ["SHA-512-256", "SHA-256", "MD5"].flatMap((hash) => [hash, `${hash}-sess`])) {
    for (const qop of ["auth", "auth-int"] as const) {
      test(`${algorithm} with ${qop}: right, counted on, and not for another body where that is covered`, () => {
        const { server, failures } = start({ algorithms: [algorithm as DigestAlgorithm], qop: [qop] });
        const lines = challengeOf(server);
        assert.match(lines[0] ?? "", new RegExp(`qop="${qop}", algorithm=${algorithm}$`));
        const use = (count: number, body: string) => answer(lines, "座1", "right", { count, body });
        assert.deepEqual(asked(server, use(1, "v=0 é"), "v=0 é"), { username: "座1" });
        // A second use, with the session key of the first.
        assert.deepEqual(asked(server, use(2, "")), { username: "座1" });
        assert.equal("username" in asked(server, use(3, "v=0"), "v=1"), qop === "auth");
        assert.ok("challenge" in asked(server, answer(lines, "座1", "wrong", { count: 4 })));
        assert.equal(failures.length, qop === "auth" ? 1 : 2);
      });
    }
  }

  test("-sess keeps the cnonce of the first use for its key (RFC 7616 §3.4.2)", () => {
    const { server } = start({ algorithms: ["MD5-sess"] });
    const lines = challengeOf(server);
    const [challenge] = strongestChallenges(lines);
    assert.ok(challenge && "username" in asked(server, answer(lines)));
    const common = { username: "座1", realm: REALM, password: "right", method: "REGISTER", uri: "sip:seatway" };
    const counted = { nc: "00000002", cnonce: "d", qop: "auth" } as const;
    const input = { ...common, algorithm: "MD5-sess", nonce: challenge.nonce, counted, firstCnonce: "c" } as const;
    const value = answer(lines, "座1", "right", { count: 2 })
      .replace(/cnonce="c"/, 'cnonce="d"')
      .replace(/response="\w+"/, `response="${digestResponse(input)}"`);
    assert.deepEqual(asked(server, value), { username: "座1" });
  });

  test("auth-int is refused where it was not offered", () => {
    const { server, failures } = start();
    const lines = challengeOf(server).map((line) => line.replace('qop="auth"', 'qop="auth-int"'));
    assert.ok("challenge" in asked(server, answer(lines)));
    assert.equal(failures.length, 1);
  });

  test("wrong credentials count against their source; none, a stale nonce and another realm do not", () => {
    const { clock, server, failures } = start();
    challengeOf(server);
    challengeOf(server, answer(['Digest realm="other", nonce="n"']));
    const lines = challengeOf(server);
    clock.advance(301_000);
    challengeOf(server, answer(lines));
    assert.deepEqual(failures, []);
    challengeOf(server, answer(lines, "座1", "wrong"));
    challengeOf(server, answer(lines, "nobody"));
    assert.deepEqual(failures, [SOURCE, SOURCE]);
  });
});

describe("an unknown account and a wrong password", () => {
  /** Every hash that the check makes: its algorithm, and how many bytes went through it. */
  function workOf(server: Authenticator, value: string): { answer: object; hashes: string[]; bytes: number } {
    const hashes: string[] = [];
    let bytes = 0;
    const real = crypto.createHash;
    const watched = mock.method(crypto, "createHash", (name: string) => {
      hashes.push(name);
      const hash = real(name);
      const update = hash.update.bind(hash);
      hash.update = ((text: string, encoding: BufferEncoding) => {
        bytes += Buffer.byteLength(text, encoding);
        return update(text, encoding);
      }) as typeof hash.update;
      return hash;
    });
    syncBuiltinESMExports();
    const checked = asked(server, value, "body");
    watched.mock.restore();
    syncBuiltinESMExports();
    return { answer: checked, hashes, bytes };
  }
  const shape = (answer: object): string => JSON.stringify(answer).replace(/nonce=\\"[^"]*"/g, "nonce");
  const accounts: Readonly<Record<string, string>> = { short: "x", known: "right", wordy: "long".repeat(25) };

  for (const algorithm of ["SHA-512-256", "SHA-256-sess", "MD5"] as const) {
    for (const qop of ["auth", "auth-int"] as const) {
      test(`are answered alike after the same work: ${algorithm}, ${qop}`, () => {
        const { server, failures } = start({ algorithms: [algorithm], qop: [qop], password: (name) => accounts[name] });
        const lines = challengeOf(server);
        const works = ["short", "known", "wordy", "stray", "who??"].map((name) =>
          workOf(server, answer(lines, name, "guess", { body: "body" })),
        );
        const [first] = works;
        assert.ok(first && first.hashes.length >= 4);
        for (const work of works) {
          assert.deepEqual([work.hashes, work.bytes], [first.hashes, first.bytes]);
          assert.equal(shape(work.answer), shape(first.answer));
        }
        assert.equal(failures.length, works.length);
      });
    }
  }
});

describe("nodes that share a key", () => {
  const node = (key: string) => start({ nonceKey: Buffer.from(key) });

  test("take each other's nonces, each of them once a count", () => {
    const [one, other, stranger] = [node("a key"), node("a key"), node("another key")];
    const value = answer(challengeOf(one.server));
    for (const { server } of [one, other]) {
      assert.ok("username" in asked(server, value));
      assert.ok(isStale(challengeOf(server, value)));
    }
    assert.ok(isStale(challengeOf(stranger.server, value)));
  });

  test("find a nonce as old as the clocks say: five minutes, and a minute ahead at most", () => {
    for (const [apartMs, fits] of [
      [299_000, true],
      [301_000, false],
      [-59_000, true],
      [-61_000, false],
    ] as const) {
      const [issuer, checker] = [node("a key"), node("a key")];
      const early = apartMs < 0 ? issuer : checker;
      early.clock.advance(Math.abs(apartMs));
      const value = answer(challengeOf(issuer.server));
      assert.equal("username" in asked(checker.server, value), fits, `${apartMs} ms`);
    }
  });
});
