// SIP over WebSocket (RFC 7118): a browser's connection carries requests both ways, and nothing outlives it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, describe, test } from "node:test";
import { WebSocket } from "ws";
import { options, Seen, started } from "../../../test/support/sip-endpoints.ts";
import { virtualClock } from "../../base/clock.ts";
import { openEndpoint } from "../endpoint.ts";
import type { DialogEvent, EndpointOptions, Handlers, Peer } from "../face.ts";

const ends: (() => void)[] = [];
after(() => {
  for (const end of ends) end();
});

/** An endpoint behind an HTTP server, and one browser's connection to it. */
async function open(handlers: Partial<Handlers> = {}, more: Partial<EndpointOptions> = {}) {
  const endpoint = await started(openEndpoint(options(handlers, { webSocketPorts: { ws: 8000 }, ...more })));
  const server = createServer();
  server.on("upgrade", endpoint.acceptWebSocket);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => server.close());
  const bound = server.address();
  assert.ok(typeof bound === "object" && bound);
  const connect = () => connection(bound.port);
  return { endpoint, connect, ...(await connect()) };
}

async function connection(port: number) {
  const browser = new WebSocket(`ws://127.0.0.1:${port}/sip`, "sip");
  const got = new Seen<string>();
  const pings = new Seen<Buffer>();
  browser.on("message", (data) => got.push(String(data)));
  browser.on("ping", pings.push);
  await once(browser, "open");
  const local = (browser as unknown as { _socket: { localPort: number } })._socket.localPort;
  const peer: Peer = { transport: "ws", address: "127.0.0.1", port: local };
  ends.push(() => browser.terminate());
  return { browser, got, pings, peer };
}

const request = (method: string, branch: string) =>
  [
    `${method} sip:127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK${branch}`,
    "From: <sip:40001@127.0.0.1>;tag=1",
    "To: <sip:40001@127.0.0.1>",
    `Call-ID: ${branch}`,
    `CSeq: 1 ${method}`,
    "Contact: <sip:x@df7jal23ls0d.invalid;transport=ws>",
    "",
    "",
  ].join("\r\n");

const reply = (to: string, status: string) =>
  [
    `SIP/2.0 ${status}`,
    ...to.split("\r\n").filter((line) => /^(Via|From|Call-ID|CSeq):/.test(line)),
    `${/^To: .*$/m.exec(to)?.[0].trim()};tag=browser`,
    "",
    "",
  ].join("\r\n");

const invite = { uri: "sip:x@df7jal23ls0d.invalid;transport=ws", from: { uri: "sip:2@gw" }, sdp: "v=0" } as const;

describe("WebSocket", () => {
  test("a request is answered over the connection, whatever its Via names; Content-Length may be missing", async () => {
    const { browser, got } = await open();
    browser.send(request("OPTIONS", "a"));
    const text = await got.until((answer) => answer.startsWith("SIP/2.0 200"));
    assert.match(text, /\r\nVia: SIP\/2\.0\/WS df7jal23ls0d\.invalid;branch=z9hG4bKa;received=127\.0\.0\.1\r\n/);
    browser.send(Buffer.from(request("OPTIONS", "b")), { binary: true });
    await got.until((answer) => answer.includes("branch=z9hG4bKb"));
  });

  test("an INVITE goes down the flow, in one message; Via and Contact name the HTTP face", async () => {
    const { endpoint, browser, got, peer } = await open();
    const events = new Seen<DialogEvent>();
    endpoint.invite({ ...invite, peer }, events.push);
    const sent = await got.until((text) => text.startsWith("INVITE sip:x@df7jal23ls0d.invalid;transport=ws "));
    assert.match(sent, /\r\nVia: SIP\/2\.0\/WS 127\.0\.0\.1:8000;/);
    assert.match(sent, /\r\nContact: <sip:2@127\.0\.0\.1:8000;transport=ws>\r\n/);
    browser.send(reply(sent, "603 Decline"));
    assert.equal(((await events.type("failed")) as { status: number }).status, 603);
    await got.until((text) => text.startsWith("ACK "));
  });

  test("the end of the connection ends what waits for it, and is told; afterwards 503 at once", async () => {
    const closed = new Seen<Peer>();
    const { endpoint, browser, got, peer } = await open({ flowClosed: closed.push });
    const events = new Seen<DialogEvent>();
    endpoint.invite({ ...invite, peer }, events.push);
    const sent = await got.until((text) => text.startsWith("INVITE"));
    browser.send(reply(sent, "180 Ringing"));
    await events.type("provisional");
    browser.terminate();
    assert.deepEqual(await closed.until(() => true), peer);
    const failed = (await events.type("failed")) as { status: number; local?: string };
    assert.deepEqual([failed.status, failed.local], [503, "transport"]);
    const probe = await endpoint.options({ uri: invite.uri, peer });
    assert.deepEqual([probe.status, probe.local], [503, "transport"]);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
  });

  /** A call that stands; then the browser's connection is lost, and it has another one. */
  async function moved() {
    const closed = new Seen<Peer>();
    const world = await open({ flowClosed: closed.push });
    const events = new Seen<DialogEvent>();
    const dialog = world.endpoint.invite({ ...invite, peer: world.peer }, events.push);
    const sent = await world.got.until((text) => text.startsWith("INVITE"));
    const contact = "Contact: <sip:x@df7jal23ls0d.invalid;transport=ws>\r\nContent-Type: application/sdp\r\n";
    world.browser.send(reply(sent, "200 OK").replace(/\r\n\r\n$/, `\r\n${contact}\r\nv=0`));
    await events.type("answered");
    world.browser.terminate();
    await closed.until(() => true);
    const tags = { ours: /^From: .*$/m.exec(sent)?.[0].slice(6).trim(), callId: /^Call-ID: .*$/m.exec(sent)?.[0] };
    return { ...world, dialog, events, tags, second: await world.connect() };
  }

  test("a dialog follows its peer to another connection", async () => {
    const { dialog, second, endpoint } = await moved();
    dialog.follow?.(second.peer);
    dialog.hangUp();
    const bye = await second.got.until((text) => text.startsWith("BYE sip:x@df7jal23ls0d.invalid;transport=ws "));
    second.browser.send(reply(bye, "200 OK"));
    await second.got.until(() => endpoint.census().dialogs === 0);
  });

  test("a re-INVITE over another connection takes the dialog there; one outside the dialog does not", async () => {
    const { dialog, events, tags, second } = await moved();
    const reinvite = (tag: string, cseq: number) =>
      request("INVITE", `r${cseq}`)
        .replace(/From: .*/, `From: <sip:x@y>;tag=${tag}`)
        .replace(/To: .*/, `To: ${tags.ours}`)
        .replace(/Call-ID: .*/, tags.callId ?? "")
        .replace(/CSeq: 1/, `CSeq: ${cseq}`);
    second.browser.send(reinvite("stranger", 1));
    await second.got.until((text) => text.startsWith("SIP/2.0 481"));
    second.browser.send(reinvite("browser", 2));
    const offer = (await events.type("offer")) as DialogEvent & { type: "offer" };
    offer.reply({ sdp: "v=0" });
    await second.got.until((text) => text.startsWith("SIP/2.0 200"));
    dialog.hangUp();
    await second.got.until((text) => text.startsWith("BYE"));
  });

  test("a double CRLF is answered by one; bytes that are no SIP get nothing", async () => {
    const { browser, got } = await open();
    browser.send("nonsense");
    browser.send("\r\n\r\n");
    assert.equal(await got.until(() => true), "\r\n");
  });

  test("pinged every 25 s; whoever does not answer is given up", async () => {
    const clock = virtualClock();
    const closed = new Seen<Peer>();
    const { browser, pings } = await open({ flowClosed: closed.push }, { clock });
    clock.advance(25_000);
    await pings.until(() => true);
    // The answer is on its way before anything that we wait for here.
    browser.send("\r\n\r\n");
    await once(browser, "message");
    clock.advance(25_000);
    await pings.until(() => pings.items.length === 2);
    assert.equal(closed.items.length, 0);
    browser.pause();
    clock.advance(25_000);
    await closed.until(() => true);
  });

  for (const [what, flood] of [
    [
      "more than 200 messages at once",
      (browser: WebSocket) => {
        for (let n = 0; n < 300; n++) browser.send(request("OPTIONS", `f${n}`));
      },
    ],
    ["one message that is too long", (browser: WebSocket) => browser.send("x".repeat(400_000))],
  ] as const) {
    test(`${what}: closed`, async () => {
      const { browser } = await open({}, { clock: virtualClock() });
      const closed = once(browser, "close");
      flood(browser);
      const [code] = (await closed) as [number];
      assert.ok(code === 1008 || code === 1009, String(code));
    });
  }
});
