// Digest as a client: chains of 401 and 407, several realms, the nonce count over the requests of a call and of a registration.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerTo, calling, lineOf, statusOf } from "../../../test/support/dialog-by-hand.ts";
import { bench, methods, PEER } from "../../../test/support/sip-by-hand.ts";
import { digestResponse, parseDigest } from "../message/digest.ts";

const credentials = {
  username: "u",
  password: "p",
  realms: [{ realm: "edge b", username: "at-b", password: "b" }],
} as const;

const digest = (realm: string, nonce: string, more = ', qop="auth"') =>
  `Digest realm="${realm}", nonce="${nonce}"${more}`;
const proxy = (realm: string, nonce = "n", more?: string) => `Proxy-Authenticate: ${digest(realm, nonce, more)}`;
const server = (realm: string, nonce = "n", more?: string) => `WWW-Authenticate: ${digest(realm, nonce, more)}`;

/** Every answer in a request: header, realm, user, nonce, count; the arithmetic is checked on the way. */
function answersIn(text: string, password: (username: string) => string = (name) => (name === "at-b" ? "b" : "p")) {
  const body = text.slice(text.indexOf("\r\n\r\n") + 4);
  return text
    .split("\r\n")
    .filter((line) => /^(Proxy-)?Authorization:/.test(line))
    .map((line) => {
      const given = parseDigest(line.slice(line.indexOf(":") + 1));
      const value = (name: string): string => given?.get(name) ?? "";
      const [username, realm, nonce, uri] = ["username", "realm", "nonce", "uri"].map(value) as [string, ...string[]];
      const method = text.slice(0, text.indexOf(" "));
      const counted = { nc: value("nc"), cnonce: value("cnonce"), qop: value("qop") as "auth" };
      const input = {
        algorithm: "MD5",
        username,
        realm,
        password: password(username),
        method,
        uri,
        nonce,
        body,
      } as const;
      assert.equal(value("response"), digestResponse({ ...input, counted } as never), line);
      assert.equal(uri, text.split(" ")[1]);
      return `${line.startsWith("P") ? "proxy" : "server"} ${realm} ${username} ${nonce} ${Number.parseInt(counted.nc, 16)} ${counted.qop}`;
    });
}

describe("an INVITE through several realms", () => {
  test("407, another 407, then 401: each attempt keeps what was said before, each realm gets its own account", async () => {
    const { answer, last, events, sent } = await calling({ credentials });
    answer("407 Proxy Authentication Required", [proxy("edge a")]);
    answer("407 Proxy Authentication Required", [proxy("edge b")]);
    answer("401 Unauthorized", [server("home")]);
    assert.deepEqual(answersIn(last("INVITE")), [
      "proxy edge a u n 3 auth",
      "proxy edge b at-b n 2 auth",
      "server home u n 1 auth",
    ]);
    assert.equal(lineOf(last("INVITE"), "CSeq"), "4 INVITE");
    answer("200 OK", [], ["v=0"]);
    // RFC 3261 §22.1: the ACK repeats what its INVITE had.
    const lines = (text: string) => text.split("\r\n").filter((line) => /Authorization/.test(line));
    assert.deepEqual(lines(last("ACK")), lines(last("INVITE")));
    assert.deepEqual(methods(sent), ["INVITE", "ACK", "INVITE", "ACK", "INVITE", "ACK", "INVITE", "ACK"]);
    assert.deepEqual(
      events.map(({ type }) => type),
      ["answered"],
    );
  });

  test("a forking proxy asks for two realms at once (RFC 3261 §22.3)", async () => {
    const { answer, last } = await calling({ credentials });
    answer("401 Unauthorized", [
      server("one", "n1"),
      server("two", "n2", ', qop="auth-int"'),
      server("one", "weak", ""),
    ]);
    assert.deepEqual(answersIn(last("INVITE")), ["server one u n1 1 auth", "server two u n2 1 auth-int"]);
  });

  test("one of the realms says no again: the call fails with that", async () => {
    const { answer, events } = await calling({ credentials });
    answer("407 Proxy Authentication Required", [proxy("edge a")]);
    answer("401 Unauthorized", [server("home", "n1")]);
    answer("401 Still", [server("home", "n2")]);
    assert.deepEqual(events, [{ type: "failed", status: 401, reason: "Still" }]);
  });

  test("the BYE of an answered call answers before it is asked, with the next count", async () => {
    const { answer, last, dialog, receive } = await calling({ credentials });
    answer("407 Proxy Authentication Required", [proxy("edge a")]);
    answer("200 OK", [], ["v=0"]);
    dialog.hangUp();
    assert.deepEqual(answersIn(last("BYE")), ["proxy edge a u n 2 auth"]);
    // The proxy has forgotten the nonce: once more, although it does not call it stale.
    receive(answerTo(last("BYE"), "407 Proxy Authentication Required", [proxy("edge a", "n2")]));
    assert.deepEqual(answersIn(last("BYE")), ["proxy edge a u n2 1 auth"]);
  });

  test("without an account a challenge is the end", async () => {
    const { answer, events } = await calling();
    answer("401 Unauthorized", [server("home")]);
    assert.deepEqual(events, [{ type: "failed", status: 401, reason: "Unauthorized" }]);
  });
});

describe("a registration", () => {
  async function registering() {
    const hand = await bench();
    const states: string[] = [];
    const account = { user: "40001", registrar: PEER, domain: "seatway.test", credentials, expiresS: 100 };
    hand.endpoint.register(account, (state) => states.push(state.name));
    const last = (): string => hand.sent.findLast((text) => text.startsWith("REGISTER")) ?? "";
    const answer = (status: string, ...extra: string[]) => hand.receive(answerTo(last(), status, extra));
    return { ...hand, states, last, answer };
  }

  test("refreshes without being asked again, counting on; a stale nonce and a nextnonce begin anew", async () => {
    const { clock, last, answer, states } = await registering();
    answer("401 Unauthorized", server("r", "n1"));
    answer("200 OK", "Expires: 100");
    clock.advance(50_000);
    assert.deepEqual(answersIn(last()), ["server r u n1 2 auth"]);
    answer("401 Unauthorized", server("r", "n2", ', qop="auth", stale=true'));
    assert.deepEqual(answersIn(last()), ["server r u n2 1 auth"]);
    answer("200 OK", "Expires: 100", 'Authentication-Info: nextnonce="n3", qop=auth');
    clock.advance(50_000);
    assert.deepEqual(answersIn(last()), ["server r u n3 1 auth"]);
    answer("200 OK", "Expires: 100");
    assert.deepEqual(states, ["registered", "registered", "registered"]);
  });

  test("a password that is wrong now is forgotten: the next try begins without", async () => {
    const { clock, last, answer, states } = await registering();
    answer("401 Unauthorized", server("r", "n1"));
    answer("200 OK", "Expires: 100");
    clock.advance(50_000);
    answer("401 Unauthorized", server("r", "n2"));
    answer("401 Unauthorized", server("r", "n3"));
    assert.deepEqual(states, ["registered", "refused"]);
    clock.advance(60_000);
    assert.deepEqual(answersIn(last()), []);
  });
});

describe("an INVITE to us that needs an account", () => {
  async function called(authorization?: string) {
    const accounts: (string | undefined)[] = [];
    const hand = await bench({
      password: (username) => (username === "40001" ? "one" : undefined),
      admission: ({ source }) => (source.address === PEER.address ? "digest" : "open"),
      invite(call) {
        accounts.push(call.account);
        call.ring(180);
      },
    });
    const invite = (more: readonly string[], cseq: number): string => {
      hand.receive(
        [
          "INVITE sip:40040@127.0.0.1 SIP/2.0",
          `Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK${cseq}`,
          "From: <sip:40001@127.0.0.1>;tag=a",
          "To: <sip:40040@127.0.0.1>",
          "Call-ID: c",
          `CSeq: ${cseq} INVITE`,
          "Contact: <sip:40001@127.0.0.1:5070>",
          ...more,
          "Content-Length: 0",
          "",
          "",
        ].join("\r\n"),
      );
      return hand.sent.findLast((text) => lineOf(text, "CSeq").startsWith(`${cseq} `)) ?? "";
    };
    const challenge = parseDigest(lineOf(invite([], 1), "WWW-Authenticate"));
    const nonce = challenge?.get("nonce") ?? "";
    const counted = { nc: "00000001", cnonce: "c", qop: "auth" } as const;
    const input = { algorithm: "MD5", username: "40001", realm: "seatway", method: "INVITE", uri: "sip:x" } as const;
    const response = digestResponse({ ...input, password: authorization ?? "", nonce, counted });
    const value = `Digest username="40001", realm="seatway", nonce="${nonce}", uri="sip:x", response="${response}"`;
    return { accounts, reply: invite([`Authorization: ${value}, qop=auth, nc=00000001, cnonce="c"`], 2) };
  }

  test("is asked, and known by it to the one who takes the call", async () => {
    const { accounts, reply } = await called("one");
    assert.equal(statusOf(reply), "180");
    assert.deepEqual(accounts, ["40001"]);
  });

  test("with a wrong password reaches nobody", async () => {
    const { accounts, reply } = await called("two");
    assert.equal(statusOf(reply), "401");
    assert.deepEqual(accounts, []);
  });
});
