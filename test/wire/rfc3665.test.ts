// RFC 3665: the flows of a user agent, message by message as they cross the wire between two endpoints on loopback. Flows
// with proxies (3.2 to 3.7) are left out: this endpoint is none, and towards one it does what it does here.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openEndpoint } from "../../src/sip/endpoint.ts";
import type { AccountState, ContactBinding, RegisterRequest, SipTrace } from "../../src/sip/face.ts";
import { bench, INVITE, methods, reply } from "../support/sip-by-hand.ts";
import { call, idle, options, type Pair, pair, Seen, started } from "../support/sip-endpoints.ts";

/** "INVITE", "180 INVITE": what a flow's arrow says. 100 is left out, which the RFC's figures show only between proxies. */
const arrows = (wire: Seen<SipTrace>): string[] =>
  wire.items.map(arrow).filter((text, at, all) => !text.startsWith("100 ") && text !== all[at - 1]);

function arrow({ text }: SipTrace): string {
  const [first = "", second = ""] = text.split(" ", 2);
  if (first !== "SIP/2.0") return first;
  return `${second} ${/^CSeq: \d+ (\w+)\r$/m.exec(text)?.[1]}`;
}

async function over(both: Pair, expected: readonly string[]): Promise<void> {
  await both.wire.until(() => arrows(both.wire).length >= expected.length);
  assert.deepEqual(arrows(both.wire), expected);
  await idle(both);
}

/** A registrar that keeps what it is told, and one account that it knows. */
async function registrar() {
  const wire = new Seen<SipTrace>();
  let bindings: readonly ContactBinding[] = [];
  const register = ({ contacts }: RegisterRequest) => {
    if (contacts === "*") bindings = [];
    else if (contacts.length > 0) bindings = contacts.filter(({ expiresS }) => expiresS > 0);
    return { status: 200, bindings } as const;
  };
  const password = (user: string) => (user === "bob" ? "zanzibar" : undefined);
  const server = await started(openEndpoint(options({ password, register }, { trace: wire.push })));
  const client = await started(openEndpoint(options({})));
  const states = new Seen<AccountState>();
  const account = (secret: string) => ({
    user: "bob",
    registrar: { transport: "udp", address: "127.0.0.1", port: server.port } as const,
    domain: "biloxi.example.com",
    credentials: { username: "bob", password: secret },
    expiresS: 7200,
  });
  const begin = (secret: string) => client.register(account(secret), states.push);
  return { wire, states, begin, bound: () => bindings };
}

describe("RFC 3665 §2: registration", () => {
  test("2.1 successful new registration: challenged once, then 200 with the contact", async () => {
    const { wire, states, begin, bound } = await registrar();
    const registration = begin("zanzibar");
    assert.deepEqual(await states.until(() => true), { name: "registered", expiresS: 7200 });
    assert.deepEqual(arrows(wire), ["REGISTER", "401 REGISTER", "REGISTER", "200 REGISTER"]);
    assert.match(wire.items.at(-1)?.text ?? "", /^Contact: <sip:bob@127\.0\.0\.1:\d+>;expires=7200\r$/m);
    assert.equal(bound().length, 1);
    await registration.stop();
  });

  test("2.4 cancellation of registration: Expires 0, and nothing is bound", async () => {
    const { wire, states, begin, bound } = await registrar();
    const registration = begin("zanzibar");
    await states.until(({ name }) => name === "registered");
    await registration.stop();
    assert.deepEqual(bound(), []);
    assert.equal(arrows(wire).at(-1), "200 REGISTER");
    assert.doesNotMatch(wire.items.at(-1)?.text ?? "", /^Contact:/m);
  });

  test("2.5 unsuccessful registration: the second 401 is the end of it", async () => {
    const { wire, states, begin, bound } = await registrar();
    begin("wrong");
    const { name } = await states.until(() => true);
    assert.equal(name, "refused");
    assert.deepEqual(arrows(wire), ["REGISTER", "401 REGISTER", "REGISTER", "401 REGISTER"]);
    assert.deepEqual(bound(), []);
  });
});

describe("RFC 3665 §3: session establishment", () => {
  test("3.1 successful session establishment, ended by the callee", async () => {
    const both = await pair((incoming) => {
      incoming.ring(180);
      incoming.answer("v=0 answer");
    });
    const { events } = call(both);
    await both.calleeEvents.type("confirmed");
    both.calls.items[0]?.hangUp();
    await events.type("ended");
    await over(both, ["INVITE", "180 INVITE", "200 INVITE", "ACK", "BYE", "200 BYE"]);
  });

  test("3.8 unsuccessful, no answer: CANCEL after the ringing, 200 to it, 487 to the INVITE", async () => {
    const both = await pair((incoming) => incoming.ring(180));
    const { events, dialog } = call(both);
    await events.type("provisional");
    dialog.hangUp();
    await events.type("failed");
    const expected = ["INVITE", "180 INVITE", "CANCEL", "200 CANCEL", "487 INVITE", "ACK"];
    await both.wire.until(() => arrows(both.wire).length >= expected.length);
    // §9.2: both answers to the CANCEL go out at once, in whichever order.
    assert.deepEqual(arrows(both.wire).toSorted(), expected.toSorted());
    await idle(both);
  });

  for (const [section, name, status] of [
    ["3.9", "busy", 486],
    ["3.11", "temporarily unavailable", 480],
  ] as const) {
    test(`${section} unsuccessful, ${name}: ${status} and its ACK`, async () => {
      const both = await pair((incoming) => {
        incoming.ring(180);
        incoming.reject(status);
      });
      const { events } = call(both);
      const failed = await events.type("failed");
      assert.equal("status" in failed && failed.status, status);
      await over(both, ["INVITE", "180 INVITE", `${status} INVITE`, "ACK"]);
    });
  }

  test("3.10 unsuccessful, no response: seven INVITEs in 32 s, then 408 of our own", async () => {
    const { clock, endpoint, sent } = await bench();
    const seen: unknown[] = [];
    endpoint.invite(INVITE, (event) => seen.push(event));
    clock.advance(33_000);
    assert.deepEqual(methods(sent), Array(7).fill("INVITE"));
    assert.deepEqual(seen, [{ type: "failed", status: 408, reason: "Request Timeout", local: "timeout" }]);
  });

  test("3.8 by hand: a callee's 487 that crosses nothing is acknowledged on the INVITE's branch", async () => {
    const { endpoint, sent, receive } = await bench();
    const dialog = endpoint.invite(INVITE, () => {});
    const invite = sent[0] ?? "";
    receive(reply(invite, "180 Ringing"));
    dialog.hangUp();
    receive(reply(invite, "487 Request Terminated"));
    assert.deepEqual(methods(sent), ["INVITE", "CANCEL", "ACK"]);
    const branches = sent.map((text) => /branch=(\S+?)[;\r]/.exec(text)?.[1]);
    assert.equal(new Set(branches).size, 1);
  });
});
