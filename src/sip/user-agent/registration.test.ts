import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bareSocket, options, Seen, started } from "../../../test/support/sip-endpoints.ts";
import { virtualClock } from "../../base/clock.ts";
import { openEndpoint } from "../endpoint.ts";
import type {
  AccountState,
  DialogEvent,
  Handlers,
  IncomingInvite,
  Peer,
  RegisterRequest,
  SipEndpoint,
  SipTrace,
} from "../face.ts";
import type { Address, NameServer } from "../resolve/name-server.ts";

type Shop = { readonly endpoint: SipEndpoint; readonly requests: RegisterRequest[] };

async function shop(more: Partial<Handlers> = {}): Promise<Shop> {
  const requests: RegisterRequest[] = [];
  const register: Handlers["register"] = (request) => {
    requests.push(request);
    return {
      status: 200,
      bindings: request.contacts === "*" ? [] : request.contacts.filter(({ expiresS }) => expiresS > 0),
    };
  };
  const password = (username: string) => (username === "40001" ? "right" : undefined);
  return { endpoint: await started(openEndpoint(options({ password, register, ...more }))), requests };
}

const account = (registrar: Peer | string, password: string, user = "40001") => ({
  user,
  registrar,
  domain: "seatway.test",
  credentials: { username: user, password },
  expiresS: 600,
});

describe("REGISTER", () => {
  for (const transport of ["udp", "tcp"] as const) {
    test(`with the right password: registered, called over the same flow, and unregistered (${transport})`, async () => {
      const { endpoint, requests } = await shop();
      const calls = new Seen<IncomingInvite>();
      const invite = (incoming: IncomingInvite) => {
        calls.push(incoming);
        incoming.answer("v=0 phone");
      };
      const phone = await started(openEndpoint(options({ invite })));
      const states = new Seen<AccountState>();
      const peer: Peer = { transport, address: "127.0.0.1", port: endpoint.port };
      const registration = phone.register(account(peer, "right"), states.push);
      await states.until(() => true);
      assert.deepEqual(states.items, [{ name: "registered", expiresS: 600 }]);
      const [request] = requests;
      assert.equal(request?.user, "40001");
      assert.ok(request && request.contacts !== "*");
      const [contact] = request.contacts;
      assert.equal(contact?.expiresS, 600);
      const events = new Seen<DialogEvent>();
      endpoint.invite(
        { uri: contact?.uri ?? "", peer: request.source, from: { uri: "sip:1@a" }, sdp: "v=0" },
        events.push,
      );
      await events.type("answered");
      assert.equal(calls.items[0]?.user, "40001");
      await registration.stop();
      const last = requests.at(-1);
      assert.ok(last && last.contacts !== "*" && last.contacts[0]?.expiresS === 0);
      assert.equal(last.cseq > request.cseq, true);
    });
  }

  test("wrong password and unknown account get the same answer, and nobody above hears of it", async () => {
    const { endpoint, requests } = await shop();
    const phone = await started(openEndpoint(options({})));
    const peer: Peer = { transport: "udp", address: "127.0.0.1", port: endpoint.port };
    for (const given of [account(peer, "wrong"), account(peer, "right", "40002")]) {
      const states = new Seen<AccountState>();
      const registration = phone.register(given, states.push);
      assert.deepEqual(await states.until(() => true), { name: "refused", status: 401, reason: "Unauthorized" });
      await registration.stop();
    }
    assert.equal(requests.length, 0);
  });

  test("an account binds only its own number", async () => {
    const { endpoint, requests } = await shop();
    const phone = await started(openEndpoint(options({})));
    const peer: Peer = { transport: "udp", address: "127.0.0.1", port: endpoint.port };
    const states = new Seen<AccountState>();
    phone.register({ ...account(peer, "right"), user: "40002" }, states.push);
    assert.deepEqual(await states.until(() => true), { name: "refused", status: 403, reason: "Forbidden" });
    assert.equal(requests.length, 0);
  });

  test("423 makes the client ask for longer", async () => {
    const asked: number[] = [];
    const { endpoint } = await shop({
      register({ contacts }) {
        const expiresS = contacts === "*" ? 0 : (contacts[0]?.expiresS ?? 0);
        asked.push(expiresS);
        return expiresS < 900
          ? { status: 423, minExpiresS: 900 }
          : { status: 200, bindings: contacts === "*" ? [] : contacts };
      },
    });
    const phone = await started(openEndpoint(options({})));
    const states = new Seen<AccountState>();
    phone.register(account({ transport: "udp", address: "127.0.0.1", port: endpoint.port }, "right"), states.push);
    assert.deepEqual(await states.until(() => true), { name: "registered", expiresS: 900 });
    assert.deepEqual(asked, [600, 900]);
  });

  test("stopped while its name is looked up: one REGISTER at the most, the one that unbinds", async () => {
    const { socket, port, got } = await bareSocket();
    const asked = new Seen<(found: readonly Address[]) => void>();
    const names: NameServer = {
      naptr: async () => [],
      srv: async () => [],
      addresses: () => new Promise((resolve) => asked.push(resolve)),
    };
    const phone = await started(openEndpoint(options({}, { names })));
    const registration = phone.register(account(`sip:a.test:${port}`, "right"), () => {});
    const answer = await asked.until(() => true);
    const stopped = registration.stop();
    socket.on("message", (bytes, { port: back }) => {
      const echoed = bytes
        .toString()
        .split("\r\n")
        .filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
      socket.send(["SIP/2.0 200 OK", ...echoed, "Content-Length: 0", "", ""].join("\r\n"), back, "127.0.0.1");
    });
    for (const resolve of [answer, ...asked.items]) resolve([{ address: "127.0.0.1" }]);
    await stopped;
    assert.deepEqual(
      got.items.map((text) => /^Expires: (\d+)/m.exec(String(text))?.[1]),
      ["0"],
    );
  });

  for (const [what, answer] of [
    ["challenged", ["401 Unauthorized", 'WWW-Authenticate: Digest realm="a.test", nonce="n", algorithm=MD5']],
    ["turned away, with another server left", ["503 Service Unavailable"]],
    ["not answered", undefined],
  ] as const) {
    test(`stopped while a REGISTER is under way that is ${what} then: nothing follows the one that unbinds`, async () => {
      const clock = virtualClock();
      const { socket, port, got } = await bareSocket();
      const reply = (request: string, [status, ...more]: readonly string[]) => {
        const [, back] = /^Via: \S+ 127\.0\.0\.1:(\d+)/m.exec(request) ?? [];
        const echoed = request.split("\r\n").filter((line) => /^(Via|From|To|Call-ID|CSeq):/.test(line));
        const lines = [`SIP/2.0 ${status}`, ...echoed, ...more, "Content-Length: 0", "", ""];
        socket.send(lines.join("\r\n"), Number(back), "127.0.0.1");
      };
      const names: NameServer = {
        naptr: async () => [],
        srv: async () => [],
        addresses: async () => [{ address: "127.0.0.1" }, { address: "127.0.0.2" }],
      };
      const wire = new Seen<SipTrace>();
      const phone = await started(openEndpoint(options({}, { clock, names, trace: wire.push })));
      const registration = phone.register(account(`sip:a.test:${port}`, "right"), () => {});
      const refresh = await got.until(() => true);
      const stopped = registration.stop();
      const goodbye = await got.until((text) => text.includes("\r\nExpires: 0\r\n"));
      if (answer) reply(refresh, answer);
      reply(goodbye, ["200 OK"]);
      await stopped;
      clock.advance(40_000);
      const sent = wire.items.filter(({ direction }) => direction === "out");
      assert.deepEqual(
        sent.map(({ text }) => /^Expires: (\d+)/m.exec(text)?.[1]),
        ["600", "0"],
      );
    });
  }

  test("the trace never shows credentials", async () => {
    const { endpoint } = await shop();
    const wire = new Seen<SipTrace>();
    const phone = await started(openEndpoint(options({}, { trace: wire.push })));
    const states = new Seen<AccountState>();
    phone.register(account({ transport: "udp", address: "127.0.0.1", port: endpoint.port }, "right"), states.push);
    await states.until(() => true);
    const sent = wire.items.find(({ text }) => text.includes("Authorization"));
    assert.ok(sent?.text.includes("Authorization: (removed)\r\n"));
    assert.ok(!wire.items.some(({ text }) => text.includes("response=")));
    assert.ok(sent?.sipCallId !== "");
  });
});
