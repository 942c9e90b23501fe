import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type VirtualClock, virtualClock } from "../../base/clock.ts";
import { credentialsValue, digestResponse, parseDigest, strongestChallenge } from "../message/digest.ts";
import { parse, type SipRequest } from "../message/parse.ts";
import { requestBytes } from "../message/serialise.ts";
import { isMalformed } from "../message/syntax.ts";
import { type Authenticator, authenticator } from "./authenticator.ts";

const REALM = "seatway";

function start(): { clock: VirtualClock; server: Authenticator } {
  const clock = virtualClock();
  const password = (username: string) => (username === "张1" ? "right" : undefined);
  return { clock, server: authenticator({ clock, realm: REALM, password, algorithms: ["SHA-256", "MD5"] }) };
}

function register(authorization: string | undefined): SipRequest {
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
  const message = parse(requestBytes({ ...draft, extra, body: "" }, "SIP/2.0/UDP a;branch=z9hG4bK1"));
  assert.ok(!isMalformed(message) && message.kind === "request");
  return message;
}

function challengeOf(server: Authenticator, authorization?: string): string[] {
  const checked = server.check(register(authorization));
  assert.ok("challenge" in checked);
  return checked.challenge
    .trimEnd()
    .split("\r\n")
    .map((line) => line.replace("WWW-Authenticate: ", ""));
}

function answer(lines: readonly string[], username = "张1", password = "right"): string {
  const challenge = strongestChallenge(lines);
  assert.ok(challenge);
  return credentialsValue(challenge, { username, password, method: "REGISTER", uri: "sip:seatway", cnonce: "c" });
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
    assert.deepEqual(server.check(register(answer(lines))), { username: "张1" });
    assert.deepEqual(server.check(register(answer(challengeOf(server).slice(1)))), { username: "张1" });
  });

  test("the same credentials twice are a replay: stale, and a new nonce", () => {
    const { server } = start();
    const value = answer(challengeOf(server));
    assert.ok("username" in server.check(register(value)));
    assert.ok(isStale(challengeOf(server, value)));
  });

  test("a higher nonce count is welcome, the same or a lower one is not", () => {
    const { server } = start();
    const nonce = strongestChallenge(challengeOf(server))?.nonce ?? "";
    const counted = (nc: string) => {
      const input = {
        username: "张1",
        realm: REALM,
        password: "right",
        method: "REGISTER",
        uri: "sip:seatway",
        nonce,
      } as const;
      const response = digestResponse({ ...input, algorithm: "MD5", counted: { nc, cnonce: "c" } });
      const username = Buffer.from("张1").toString("latin1");
      return `Digest username="${username}", realm="${REALM}", nonce="${nonce}", uri="sip:seatway", response="${response}", qop=auth, nc=${nc}, cnonce="c"`;
    };
    const verdicts = ["00000001", "0000000a", "00000002", "0000000a", "0000000b"].map(
      (nc) => "username" in server.check(register(counted(nc))),
    );
    assert.deepEqual(verdicts, [true, true, false, false, true]);
  });

  test("a nonce is too old after five minutes; only who knows the password learns it", () => {
    const { clock, server } = start();
    const lines = challengeOf(server);
    clock.advance(301_000);
    assert.ok(isStale(challengeOf(server, answer(lines))));
    assert.ok(!isStale(challengeOf(server, answer(lines, "张1", "wrong"))));
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
});
