import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { after, describe, test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { openEndpoint, openEndpointOver } from "./endpoint.ts";
import type {
  AccountState,
  DialogEvent,
  EndpointOptions,
  Handlers,
  IncomingInvite,
  OutgoingInvite,
  Peer,
  RegisterRequest,
  SipEndpoint,
  SipTrace,
  Transport,
} from "./face.ts";
import type { Network } from "./transport/network.ts";
import { openNetwork } from "./transport/sockets.ts";

const NOBODY: Handlers = { password: () => undefined, register: () => ({ status: 403 }) };

const options = (handlers: Partial<Handlers>, more: Partial<EndpointOptions> = {}): EndpointOptions => ({
  clock: systemClock,
  log: silentLog,
  host: "127.0.0.1",
  port: 0,
  advertise: "127.0.0.1",
  transports: ["udp", "tcp"],
  userAgent: "test",
  realm: "seatway",
  handlers: { ...NOBODY, ...handlers },
  ...more,
});

/** Collects what comes, and lets a test wait for it. */
class Seen<T> {
  readonly items: T[] = [];
  private waiting: (() => void)[] = [];

  readonly push = (item: T): void => {
    this.items.push(item);
    for (const wake of this.waiting.splice(0)) wake();
  };

  async until(wanted: (item: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.items.find(wanted);
      if (found) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  type(type: string): Promise<T> {
    return this.until((item) => (item as { type?: string }).type === type);
  }
}

const open: SipEndpoint[] = [];
const sockets: Socket[] = [];
async function started(endpoint: Promise<SipEndpoint>): Promise<SipEndpoint> {
  const opened = await endpoint;
  open.push(opened);
  return opened;
}
after(async () => {
  for (const socket of sockets) socket.close();
  await Promise.all(open.map((endpoint) => endpoint.close(0)));
});

type Pair = {
  readonly caller: SipEndpoint;
  readonly callee: SipEndpoint;
  /** What the callee's INVITE handler got. */
  readonly calls: Seen<IncomingInvite>;
  readonly calleeEvents: Seen<DialogEvent>;
  /** Every message at the callee's sockets. */
  readonly wire: Seen<SipTrace>;
};

type Lossy = (bytes: Buffer, direction: "in" | "out") => boolean;

/** A network that loses what `drop` chooses. */
const lossy =
  (drop: Lossy): typeof openNetwork =>
  async (given, events) => {
    const network: Network = await openNetwork(given, {
      ...events,
      message: (bytes, source) => drop(bytes, "in") || events.message(bytes, source),
    });
    return { ...network, send: (peer, bytes, failed) => drop(bytes, "out") || network.send(peer, bytes, failed) };
  };

async function pair(answer: (call: IncomingInvite) => void, drop: Lossy = () => false): Promise<Pair> {
  const calls = new Seen<IncomingInvite>();
  const calleeEvents = new Seen<DialogEvent>();
  const wire = new Seen<SipTrace>();
  const invite = (call: IncomingInvite) => {
    call.observe(calleeEvents.push);
    calls.push(call);
    answer(call);
  };
  const callee = await started(openEndpointOver(lossy(drop), options({ invite }, { trace: wire.push })));
  const caller = await started(openEndpoint(options({})));
  return { caller, callee, calls, calleeEvents, wire };
}

function call({ caller, callee }: Pair, more: Partial<OutgoingInvite> = {}, transport: Transport = "udp") {
  const events = new Seen<DialogEvent>();
  const request: OutgoingInvite = {
    uri: `sip:40%231@127.0.0.1:${callee.port};transport=${transport}`,
    from: { uri: "sip:40038@127.0.0.1", displayName: "前台" },
    sdp: "v=0 offer",
    ...more,
  };
  return { events, dialog: caller.invite(request, events.push) };
}

const starts = (text: string) => (message: SipTrace) => message.text.startsWith(text);
const count = (wire: Seen<SipTrace>, text: string) => wire.items.filter(starts(text)).length;
const kinds = (events: Seen<DialogEvent>) => events.items.map(({ type }) => type);
const idle = async ({ caller, callee }: Pair) => {
  for (const endpoint of [caller, callee]) {
    const end = performance.now() + 5_000;
    while (endpoint.census().transactions + endpoint.census().dialogs > 0 && performance.now() < end)
      await new Promise(setImmediate);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
  }
};

describe("a call", () => {
  for (const transport of ["udp", "tcp"] as const) {
    test(`rings, is answered, is ended by the caller (${transport})`, async () => {
      const both = await pair((incoming) => {
        incoming.ring(180);
        incoming.answer("v=0 answer");
      });
      const { events, dialog } = call(
        both,
        { headers: [["P-Asserted-Identity", "<sip:40038@a>\r\nX-Injected: 1"]] },
        transport,
      );
      assert.deepEqual(await events.type("answered"), { type: "answered", sdp: "v=0 answer" });
      await both.calleeEvents.type("confirmed");
      const [incoming] = both.calls.items;
      assert.equal(incoming?.user, "40#1");
      assert.deepEqual(incoming?.from, { user: "40038", host: "127.0.0.1", displayName: "前台" });
      assert.equal(incoming?.sdp, "v=0 offer");
      assert.equal(incoming?.source.transport, transport);
      assert.ok(!both.wire.items.some(({ text }) => /^X-Injected/m.test(text)));
      dialog.hangUp({ q850: 16, text: "done" });
      dialog.hangUp();
      assert.deepEqual(await both.calleeEvents.type("ended"), { type: "ended", by: "remote", q850: 16 });
      assert.deepEqual(await events.type("ended"), { type: "ended", by: "local" });
      assert.deepEqual(kinds(events), ["provisional", "answered", "ended"]);
      assert.equal(count(both.wire, "BYE"), 1);
      await idle(both);
    });
  }

  test("is ended by the callee", async () => {
    const both = await pair((incoming) => incoming.answer("v=0 answer"));
    const { events } = call(both);
    await both.calleeEvents.type("confirmed");
    both.calls.items[0]?.hangUp();
    assert.deepEqual(await events.type("ended"), { type: "ended", by: "remote" });
    await idle(both);
  });

  test("early media comes with its SDP", async () => {
    const both = await pair((incoming) => incoming.ring(183, "v=0 early"));
    const { events } = call(both);
    assert.deepEqual(await events.type("provisional"), {
      type: "provisional",
      status: 183,
      reason: "Session Progress",
      sdp: "v=0 early",
    });
    both.calls.items[0]?.answer("v=0 answer");
    await events.type("answered");
    await both.calleeEvents.type("confirmed");
  });

  test("a busy phone says so, with its cause", async () => {
    const both = await pair((incoming) => incoming.reject(486, 17));
    const { events } = call(both);
    assert.deepEqual(await events.type("failed"), { type: "failed", status: 486, reason: "Busy Here", q850: 17 });
    assert.deepEqual(await both.calleeEvents.type("ended"), { type: "ended", by: "local", status: 486 });
    await idle(both);
  });

  test("without a handler for calls the answer is 480", async () => {
    const callee = await started(openEndpoint(options({})));
    const caller = await started(openEndpoint(options({})));
    const events = new Seen<DialogEvent>();
    caller.invite({ uri: `sip:1@127.0.0.1:${callee.port}`, from: { uri: "sip:2@a" }, sdp: "v=0" }, events.push);
    assert.deepEqual(await events.type("failed"), { type: "failed", status: 480, reason: "Temporarily Unavailable" });
  });

  test("a handler that throws is answered 500, and the endpoint lives", async () => {
    const both = await pair(() => {
      throw new Error("bug above");
    });
    const { events } = call(both);
    assert.equal(((await events.type("failed")) as { status: number }).status, 500);
    assert.equal((await both.caller.options({ uri: `sip:127.0.0.1:${both.callee.port}` })).status, 200);
  });

  test("an unusable URI fails by the observer, as does a TCP peer that is not there", async () => {
    const caller = await started(openEndpoint(options({})));
    for (const uri of ["tel:1", "sip:1@127.0.0.1:1;transport=tcp"]) {
      const events = new Seen<DialogEvent>();
      caller.invite({ uri, from: { uri: "sip:2@a" }, sdp: "v=0" }, events.push);
      assert.deepEqual(await events.type("failed"), {
        type: "failed",
        status: 503,
        reason: "Service Unavailable",
        local: "transport",
      });
    }
    assert.deepEqual(caller.census(), { transactions: 0, dialogs: 0 });
  });
});

describe("CANCEL", () => {
  test("while it rings: 487 on both sides", async () => {
    const both = await pair((incoming) => incoming.ring(180));
    const { events, dialog } = call(both);
    await events.type("provisional");
    dialog.hangUp();
    assert.deepEqual(await events.type("failed"), { type: "failed", status: 487, reason: "Request Terminated" });
    assert.deepEqual(await both.calleeEvents.type("ended"), { type: "ended", by: "remote", status: 487 });
    await idle(both);
  });

  test("is held until a provisional response has come", async () => {
    const both = await pair((incoming) => incoming.ring(180));
    const { events, dialog } = call(both);
    dialog.hangUp();
    assert.equal(count(both.wire, "CANCEL"), 0);
    await events.type("failed");
    const order = both.wire.items
      .map(({ text }) => text.slice(0, text.indexOf(" ", 8)))
      .filter((text) => /^(CANCEL|SIP\/2.0 180)/.test(text));
    assert.match(order[0] ?? "", /^SIP\/2.0 180/);
    await idle(both);
  });

  test("crossed by a 200: ACK, then BYE, and the caller hears 487", async () => {
    // The callee never sees the CANCEL, and answers.
    const both = await pair(
      (incoming) => incoming.ring(180),
      (bytes, direction) => direction === "in" && bytes.toString("latin1", 0, 6) === "CANCEL",
    );
    const { events, dialog } = call(both);
    await events.type("provisional");
    dialog.hangUp();
    both.calls.items[0]?.answer("v=0 answer");
    assert.equal(((await events.type("failed")) as { status: number }).status, 487);
    await both.calleeEvents.type("confirmed");
    assert.deepEqual(await both.calleeEvents.type("ended"), { type: "ended", by: "remote" });
    assert.deepEqual(kinds(events), ["provisional", "failed"]);
  });
});

describe("re-INVITE", () => {
  test("both ways, with answer and refusal", async () => {
    const both = await pair((incoming) => incoming.answer("v=0 answer"));
    const { events, dialog } = call(both);
    await both.calleeEvents.type("confirmed");
    const outward = dialog.reoffer("v=0 second");
    const offer = (await both.calleeEvents.type("offer")) as Extract<DialogEvent, { type: "offer" }>;
    assert.equal(offer.sdp, "v=0 second");
    offer.reply({ sdp: "v=0 second answer" });
    offer.reply({ status: 500 });
    assert.deepEqual(await outward, { sdp: "v=0 second answer" });
    const inward = both.calls.items[0]?.reoffer("v=0 third");
    const refused = (await events.type("offer")) as Extract<DialogEvent, { type: "offer" }>;
    refused.reply({ status: 488 });
    assert.deepEqual(await inward, { status: 488 });
    dialog.hangUp();
    await both.calleeEvents.type("ended");
    assert.deepEqual(await dialog.reoffer("v=0"), { status: 481 });
    await idle(both);
  });

  test("glare: both meet a 491, wait, and both get through", async () => {
    const both = await pair((incoming) => incoming.answer("v=0 answer"));
    const { events, dialog } = call(both);
    await both.calleeEvents.type("confirmed");
    for (const seen of [events, both.calleeEvents]) {
      void seen
        .type("offer")
        .then((event) => (event as Extract<DialogEvent, { type: "offer" }>).reply({ sdp: "v=0 agreed" }));
    }
    const replies = await Promise.all([dialog.reoffer("v=0 a"), both.calls.items[0]?.reoffer("v=0 b")]);
    assert.deepEqual(replies, [{ sdp: "v=0 agreed" }, { sdp: "v=0 agreed" }]);
    assert.ok(both.wire.items.some(starts("SIP/2.0 491")));
  });

  test("a BYE while the peer thinks about our offer ends the wait", async () => {
    const both = await pair((incoming) => incoming.answer("v=0 answer"));
    const { dialog } = call(both);
    await both.calleeEvents.type("confirmed");
    const waiting = dialog.reoffer("v=0 second");
    await both.calleeEvents.type("offer");
    dialog.hangUp();
    assert.deepEqual(await waiting, { status: 487 });
    await idle(both);
  });
});

describe("loss", () => {
  test("every message lost once: the call still comes and goes", async () => {
    const lost = new Set<string>();
    const both = await pair(
      (incoming) => {
        incoming.ring(180);
        incoming.answer("v=0 answer");
      },
      (bytes) => {
        const line = bytes.toString("latin1", 0, bytes.indexOf("\r\n"));
        const cseq = /CSeq: (.*)/.exec(bytes.toString("latin1"))?.[1] ?? "";
        const first = !lost.has(line + cseq);
        lost.add(line + cseq);
        return first;
      },
    );
    const { events, dialog } = call(both);
    await events.type("answered");
    await both.calleeEvents.type("confirmed");
    dialog.hangUp();
    await both.calleeEvents.type("ended");
    await idle(both);
    assert.deepEqual(kinds(both.calleeEvents), ["confirmed", "ended"]);
    assert.equal(both.calls.items.length, 1);
  });
});

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

const account = (registrar: Peer, password: string, user = "40001") => ({
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
});

/** A bare socket that speaks whatever a test writes. */
async function bareSocket(): Promise<{ socket: Socket; port: number; got: Seen<string> }> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  const got = new Seen<string>();
  socket.on("message", (bytes) => got.push(bytes.toString()));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { socket, port: socket.address().port, got };
}

describe("a stranger at the socket", () => {
  const raw = (lines: readonly string[], body = "") =>
    `${lines.join("\r\n")}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  const head = (method: string, port: number, extra: readonly string[] = []) => [
    `${method} sip:1@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${method}${extra.length}`,
    "From: <sip:x@y>;tag=1",
    `To: <sip:1@127.0.0.1>${extra.includes("in dialog") ? ";tag=nobody" : ""}`,
    `Call-ID: ${method}${extra.length}`,
    `CSeq: 1 ${method}`,
    ...extra.filter((line) => line.includes(":")),
  ];

  const table: readonly (readonly [
    name: string,
    method: string,
    extra: readonly string[],
    status: number,
    header: RegExp,
  ])[] = [
    ["OPTIONS", "OPTIONS", [], 200, /^Allow: .*INVITE/m],
    ["an unknown method", "SUBSCRIBE", [], 405, /^Allow: /m],
    ["an unknown extension", "OPTIONS", ["Require: 100rel, foo"], 420, /^Unsupported: 100rel, foo/m],
    ["a request in a dialog that nobody knows", "INFO", ["in dialog"], 481, /^To: .*tag=nobody/m],
    ["a re-INVITE of a dialog that nobody knows", "INVITE", ["in dialog"], 481, /^To: .*tag=nobody/m],
    ["a BYE of nothing", "BYE", [], 481, /^CSeq: 1 BYE/m],
    ["a CANCEL of nothing", "CANCEL", [], 481, /^CSeq: 1 CANCEL/m],
    ["an INVITE without Contact", "INVITE", [], 400, /^SIP\/2.0 400 Bad Request: no usable Contact/],
    [
      "a REGISTER without credentials",
      "REGISTER",
      [],
      401,
      /^WWW-Authenticate: Digest realm="seatway", nonce=".*", qop="auth", algorithm=MD5/m,
    ],
    ["an INVITE that refuses SDP", "INVITE", ["Accept: text/plain"], 406, /^Accept: application\/sdp/m],
  ];
  for (const [name, method, extra, status, header] of table) {
    test(`${name} gets ${status}`, async () => {
      const endpoint = await started(openEndpoint(options({ invite: (incoming) => incoming.ring(180) })));
      const { socket, port, got } = await bareSocket();
      socket.send(raw(head(method, port, extra)), endpoint.port, "127.0.0.1");
      const reply = await got.until((text) => !text.startsWith("SIP/2.0 100"));
      assert.match(reply, new RegExp(`^SIP/2.0 ${status} `));
      assert.match(reply, header);
    });
  }

  test("a body that is no SDP gets 415, a merged copy 482, a repeated request the same bytes", async () => {
    const endpoint = await started(openEndpoint(options({ invite: (incoming) => incoming.ring(180) })));
    const { socket, port, got } = await bareSocket();
    const contact = "Contact: <sip:x@127.0.0.1>";
    socket.send(
      raw([...head("INVITE", port, [contact]), "Content-Type: text/plain"], "hello"),
      endpoint.port,
      "127.0.0.1",
    );
    assert.match(await got.until(() => true), /^SIP\/2.0 415 /);
    const options_ = raw(head("OPTIONS", port));
    socket.send(options_, endpoint.port, "127.0.0.1");
    const first = await got.until((text) => text.includes("OPTIONS"));
    socket.send(options_.replace("branch=z9hG4bK", "branch=z9hG4bKother"), endpoint.port, "127.0.0.1");
    await got.until((text) => text.startsWith("SIP/2.0 482"));
    socket.send(options_, endpoint.port, "127.0.0.1");
    await got.until((text) => got.items.lastIndexOf(text) !== got.items.indexOf(text));
    assert.equal(got.items.filter((text) => text === first).length, 2);
  });

  test("rport and received: the answer goes where the request came from", async () => {
    const endpoint = await started(openEndpoint(options({})));
    const { socket, port, got } = await bareSocket();
    const text = raw(head("OPTIONS", port)).replace(`127.0.0.1:${port}`, "10.1.2.3:9;rport;received=10.9.9.9");
    socket.send(text, endpoint.port, "127.0.0.1");
    assert.match(
      await got.until(() => true),
      new RegExp(`^Via: SIP/2.0/UDP 10.1.2.3:9;rport=${port};branch=.*;received=127.0.0.1\r$`, "m"),
    );
  });

  test("a fork that answers twice: the second dialog gets ACK and BYE, a repeated 200 its ACK again", async () => {
    const caller = await started(openEndpoint(options({})));
    const { socket, port, got } = await bareSocket();
    const events = new Seen<DialogEvent>();
    caller.invite({ uri: `sip:1@127.0.0.1:${port}`, from: { uri: "sip:2@a" }, sdp: "v=0" }, events.push);
    const invite = await got.until((text) => text.startsWith("INVITE"));
    const line = (name: string) => new RegExp(`^${name}: (.*)\r$`, "m").exec(invite)?.[1] ?? "";
    const ok = (tag: string) =>
      raw(
        [
          "SIP/2.0 200 OK",
          `Via: ${line("Via")}`,
          `From: ${line("From")}`,
          `To: ${line("To")};tag=${tag}`,
          `Call-ID: ${line("Call-ID")}`,
          "CSeq: 1 INVITE",
          `Contact: <sip:${tag}@127.0.0.1:${port}>`,
          `Record-Route: <sip:second@127.0.0.1:${port};lr>, <sip:first@127.0.0.1:${port};lr>`,
          "Content-Type: application/sdp",
        ],
        "v=0",
      );
    for (const tag of ["one", "two", "one"]) socket.send(ok(tag), caller.port, "127.0.0.1");
    await got.until((text) => text.startsWith("BYE sip:two@"));
    await got.until(() => got.items.filter((text) => text.startsWith("ACK sip:one@")).length === 2);
    const ack = got.items.find((text) => text.startsWith("ACK sip:one@")) ?? "";
    assert.ok(ack.includes(`Route: <sip:first@127.0.0.1:${port};lr>\r\nRoute: <sip:second@127.0.0.1:${port};lr>\r\n`));
    assert.ok(got.items.some((text) => text.startsWith("ACK sip:two@")));
    assert.deepEqual(kinds(events), ["answered"]);
  });

  test("all 50 messages of RFC 4475, random bytes and keep-alives: afterwards an OPTIONS is answered", async () => {
    const endpoint = await started(openEndpoint(options({ invite: (incoming) => incoming.ring(180) })));
    const { socket, got } = await bareSocket();
    const folder = new URL("../../test/fixtures/rfc4475/", import.meta.url);
    const files = readdirSync(folder);
    assert.equal(files.length, 50);
    for (const file of files) socket.send(readFileSync(new URL(file, folder)), endpoint.port, "127.0.0.1");
    for (const text of ["\r\n\r\n", "\0", "\xff\xfe\x00INVITE", "x".repeat(60_000)])
      socket.send(Buffer.from(text, "latin1"), endpoint.port, "127.0.0.1");
    const caller = await started(openEndpoint(options({})));
    assert.equal((await caller.options({ uri: `sip:127.0.0.1:${endpoint.port}` })).status, 200);
    assert.ok(got.items.every((text) => text.startsWith("SIP/2.0 ")));
  });

  test("over TCP: a double CRLF is answered by one, pieces make a message, a broken stream is closed", async () => {
    const endpoint = await started(openEndpoint(options({})));
    const connection = createConnection(endpoint.port, "127.0.0.1");
    const got = new Seen<string>();
    connection.on("data", (bytes) => got.push(bytes.toString()));
    const closed = once(connection, "close");
    connection.write("\r\n\r\n");
    await got.until((text) => text === "\r\n");
    const text = raw(head("OPTIONS", 1)).replace("SIP/2.0/UDP", "SIP/2.0/TCP");
    connection.write(text.slice(0, 70));
    connection.write(text.slice(70));
    await got.until((reply) => reply.startsWith("SIP/2.0 200"));
    connection.write("OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK2\r\n\r\n");
    await got.until((reply) => reply.startsWith("SIP/2.0 400"));
    await closed;
  });
});

describe("the endpoint", () => {
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

  test("a port in use rejects", async () => {
    const first = await started(openEndpoint(options({})));
    await assert.rejects(openEndpoint(options({}, { port: first.port })), { code: "EADDRINUSE" });
  });

  test("close hangs up what is left", async () => {
    const both = await pair((incoming) => incoming.answer("v=0 answer"));
    const { events } = call(both);
    await both.calleeEvents.type("confirmed");
    await both.caller.close();
    assert.deepEqual(await events.type("ended"), { type: "ended", by: "local" });
    assert.deepEqual(await both.calleeEvents.type("ended"), { type: "ended", by: "remote" });
  });

  test("OPTIONS to nobody on TCP is 503", async () => {
    const endpoint = await started(openEndpoint(options({})));
    const evidence = await endpoint.options({ uri: "sip:127.0.0.1:1;transport=tcp" });
    assert.deepEqual(evidence, { status: 503, reason: "Service Unavailable", local: "transport" });
  });
});
