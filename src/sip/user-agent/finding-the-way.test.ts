// RFC 3263 §4.3 on the wire: a name with several servers behind it, of which the first ones do not serve.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bareSocket, kinds, options, Seen, started } from "../../../test/support/sip-endpoints.ts";
import { openEndpoint } from "../endpoint.ts";
import type { AccountState, DialogEvent, Handlers, SipEndpoint } from "../face.ts";
import type { NameServer } from "../resolve/name-server.ts";

/** `c.test` with these ports, in this order. */
function zone(...ports: readonly number[]): NameServer {
  const servers = ports.map((port, index) => ({ priority: index, weight: 0, port, name: "a.c.test" }));
  return {
    naptr: async () => [],
    srv: async (name) => (name === "_sip._udp.c.test" ? servers : []),
    addresses: async (name) => (name === "a.c.test" ? [{ address: "127.0.0.1" }] : []),
  };
}

const from = { uri: "sip:40038@127.0.0.1" };
const caller = (names: NameServer): Promise<SipEndpoint> => started(openEndpoint(options({}, { names })));
const callee = (invite: NonNullable<Handlers["invite"]>): Promise<SipEndpoint> =>
  started(openEndpoint(options({ invite })));

async function call(endpoint: SipEndpoint, uri = "sip:40040@c.test") {
  const events = new Seen<DialogEvent>();
  const dialog = endpoint.invite({ uri, from, sdp: "v=0 offer" }, events.push);
  return { events, dialog };
}

/** Answers each request with this status line, and keeps what came. */
async function refusing(status: string) {
  const { socket, port, got } = await bareSocket();
  socket.on("message", (bytes, { port: back }) => {
    const text = bytes.toString();
    if (text.startsWith("ACK")) return;
    const echoed = text.split("\r\n").filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
    const to = echoed.map((line) => (line.startsWith("To:") ? `${line};tag=x` : line));
    socket.send([`SIP/2.0 ${status}`, ...to, "Content-Length: 0", "", ""].join("\r\n"), back, "127.0.0.1");
  });
  return { port, got };
}

describe("INVITE to a name (RFC 3263 §4.3)", () => {
  test("503: the same request in a new transaction to the next server, one call for the caller", async () => {
    const first = await refusing("503 Service Unavailable");
    const reached: (string | undefined)[][] = [];
    const second = await callee((incoming) => {
      reached.push(["call-id", "from", "cseq", "via"].map((name) => incoming.header(name)));
      incoming.answer("v=0 answer");
    });
    const endpoint = await caller(zone(first.port, second.port));
    const { events, dialog } = await call(endpoint);
    await events.type("answered");
    const invite = await first.got.until((text) => text.startsWith("INVITE"));
    const sent = ["Call-ID", "From", "CSeq"].map((name) => new RegExp(`^${name}: (.*)\r$`, "m").exec(invite)?.[1]);
    assert.deepEqual(reached[0]?.slice(0, 3), sent);
    const branch = /branch=[^;\r]*/.exec(invite)?.[0] ?? "";
    assert.ok(branch !== "" && reached[0]?.[3]?.includes(branch) === false);
    assert.match(invite, /^INVITE sip:40040@c\.test SIP/);
    dialog.hangUp();
    await events.type("ended");
    assert.deepEqual(kinds(events), ["answered", "ended"]);
    // For the next minute the server that failed is not the first to be asked.
    const before = first.got.items.length;
    const again = await call(endpoint);
    await again.events.type("answered");
    assert.equal(first.got.items.length, before);
    again.dialog.hangUp();
    await again.events.type("ended");
  });

  test("what the callee said is no failure of the server: 486 stays 486", async () => {
    const first = await refusing("486 Busy Here");
    const second = await callee(() => assert.fail("the second server was asked"));
    const { events } = await call(await caller(zone(first.port, second.port)));
    const failed = await events.type("failed");
    assert.equal(failed.type === "failed" && failed.status, 486);
  });

  test("every server refuses: the last word is the peer's", async () => {
    const [first, second] = [await refusing("503 One"), await refusing("503 Two")];
    const { events } = await call(await caller(zone(first.port, second.port)));
    const failed = await events.type("failed");
    assert.deepEqual(failed.type === "failed" && [failed.status, failed.reason, failed.local], [503, "Two", undefined]);
  });

  test("a name that nobody knows fails as unreachable, after the caller has his dialog", async () => {
    const { events } = await call(await caller(zone()), "sip:40040@nowhere.test");
    const failed = await events.type("failed");
    assert.deepEqual(failed.type === "failed" && [failed.status, failed.local], [503, "transport"]);
  });

  test("the dialog's requests go to the Contact of the 200, not to the server that DNS led to (RFC 3261 §12.2.1.1)", async () => {
    const [server, target] = [await bareSocket(), await bareSocket()];
    server.socket.on("message", (bytes, { port: back }) => {
      const head = bytes
        .toString()
        .split("\r\n")
        .filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
      const lines = head.map((line) => (line.startsWith("To:") ? `${line};tag=x` : line));
      const more = [`Contact: <sip:127.0.0.1:${target.port}>`, "Content-Type: application/sdp", "Content-Length: 3"];
      server.socket.send(["SIP/2.0 200 OK", ...lines, ...more, "", "v=0"].join("\r\n"), back, "127.0.0.1");
    });
    const { events } = await call(await caller(zone(server.port)));
    await events.type("answered");
    await target.got.until((text) => text.startsWith("ACK"));
    assert.ok(server.got.items.every((text) => text.startsWith("INVITE")));
  });

  test("a tel URI goes where its next hop leads, and is taken as its number (RFC 3966)", async () => {
    const users: string[] = [];
    const second = await callee((incoming) => {
      users.push(incoming.user);
      incoming.reject(486);
    });
    const endpoint = await caller(zone(second.port));
    const events = new Seen<DialogEvent>();
    endpoint.invite({ uri: "tel:+49-30-1234", nextHop: "sip:c.test", from, sdp: "v=0 offer" }, events.push);
    const failed = await events.type("failed");
    assert.deepEqual([failed.type === "failed" && failed.status, users], [486, ["+49301234"]]);
  });

  test("hung up while DNS is asked: 487, and nothing is ever sent", async () => {
    const second = await callee(() => assert.fail("an INVITE went out"));
    const known = zone(second.port);
    const asked = Promise.withResolvers<void>();
    const endpoint = await caller({ ...known, srv: (name) => asked.promise.then(() => known.srv(name)) });
    const { events, dialog } = await call(endpoint);
    dialog.hangUp();
    const failed = await events.type("failed");
    asked.resolve();
    assert.equal(failed.type === "failed" && failed.status, 487);
    await new Promise(setImmediate);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
    assert.equal(dialog.sipCallId, "");
  });
});

test("OPTIONS to a name: the next server answers for it, and says how it sees us", async () => {
  const first = await refusing("503 Service Unavailable");
  const second = await callee(() => {});
  const endpoint = await caller(zone(first.port, second.port));
  const evidence = await endpoint.options({ uri: "sip:c.test" });
  assert.equal(evidence.status, 200);
  assert.deepEqual(evidence.seenAs, { address: "127.0.0.1", port: endpoint.port });
  assert.deepEqual(evidence.advertised, { address: "127.0.0.1", port: endpoint.port });
});

test("REGISTER to a name: registered at the server that serves", async () => {
  const first = await refusing("503 Service Unavailable");
  const second = await started(
    openEndpoint(
      options({
        password: () => "right",
        register: ({ contacts }) => ({ status: 200, bindings: contacts === "*" ? [] : contacts }),
      }),
    ),
  );
  const endpoint = await caller(zone(first.port, second.port));
  const states = new Seen<AccountState>();
  const credentials = { username: "seatway", password: "right" };
  const account = { user: "seatway", registrar: "sip:c.test", domain: "c.test", credentials, expiresS: 600 };
  const registration = endpoint.register(account, states.push);
  const state = await states.until(() => true);
  assert.deepEqual(state, { name: "registered", expiresS: 600 });
  await registration.stop();
});
