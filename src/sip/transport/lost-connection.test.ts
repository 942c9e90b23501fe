// A phone that registered or called over a TCP connection of its own, which then is gone: its Contact is what is left.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { bareSocket, options, Seen, started } from "../../../test/support/sip-endpoints.ts";
import { openEndpoint } from "../endpoint.ts";
import type { DialogEvent, IncomingInvite, Peer } from "../face.ts";

/** A call that came over TCP and was answered; then its connection is closed. `contact`: what the caller says of himself. */
async function answeredAndLost(contact: string) {
  const calls = new Seen<IncomingInvite>();
  const closed = new Seen<Peer>();
  const events = new Seen<DialogEvent>();
  const invite = (call: IncomingInvite) => {
    call.observe(events.push);
    calls.push(call);
    call.answer("v=0 answer");
  };
  const endpoint = await started(openEndpoint(options({ invite, flowClosed: closed.push })));
  const socket = connect(endpoint.port, "127.0.0.1");
  const head = (method: string, branch: string, to: string) => [
    `${method} sip:1@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK${branch};rport`,
    "From: <sip:9@x>;tag=them",
    `To: ${to}`,
    "Call-ID: lost",
    `CSeq: 1 ${method}`,
    `Contact: <${contact}>`,
    "Content-Length: 0\r\n\r\n",
  ];
  socket.write(head("INVITE", "a", "<sip:1@127.0.0.1>").join("\r\n"));
  let text = "";
  while (!text.includes("SIP/2.0 200")) text += String(((await once(socket, "data")) as [Buffer])[0]);
  const to = /SIP\/2\.0 200[\s\S]*?\r\nTo: ([^\r]*)/.exec(text)?.[1] ?? "";
  socket.write(head("ACK", "b", to).join("\r\n"));
  await events.type("confirmed");
  socket.destroy();
  await closed.until(() => true);
  const [call] = calls.items;
  assert.ok(call);
  return { endpoint, call };
}

describe("a connection that is gone", { timeout: 20_000 }, () => {
  test("a BYE goes to the Contact, by the transport that it names", async () => {
    const { port, got } = await bareSocket();
    const { call } = await answeredAndLost(`sip:9@127.0.0.1:${port}`);
    call.hangUp();
    const bye = await got.until((text) => text.startsWith(`BYE sip:9@127.0.0.1:${port} `));
    assert.match(bye, /\r\nVia: SIP\/2\.0\/UDP /);
  });

  test("one that listens over TCP gets it over TCP", async () => {
    const wire = new Seen<{ readonly text: string; readonly peer: Peer }>();
    const phone = await started(openEndpoint(options({}, { trace: wire.push })));
    const { call } = await answeredAndLost(`sip:9@127.0.0.1:${phone.port};transport=tcp`);
    call.hangUp();
    const bye = await wire.until(({ text }) => text.startsWith("BYE"));
    assert.equal(bye.peer.transport, "tcp");
  });

  test("a phone behind a proxy: the INVITE goes to the first hop of its Path, not to its Contact", async () => {
    const { port, got } = await bareSocket();
    const endpoint = await started(openEndpoint(options({})));
    const peer = { transport: "tcp", address: "127.0.0.1", port: 9, accepted: true } as const;
    const route = [`<sip:127.0.0.1:${port};lr;received=sip:10.0.0.1:5070%3Btransport%3Dtcp>`, "<sip:far.test;lr>"];
    const from = { uri: "sip:2@127.0.0.1" };
    const call = endpoint.invite({ uri: "sip:1@10.0.0.1:5070;transport=tcp", peer, route, from, sdp: "v=0" }, () => {});
    const invite = await got.until((text) => text.startsWith("INVITE sip:1@10.0.0.1:5070;transport=tcp "));
    assert.ok(invite.includes(`\r\nRoute: ${route[0]}\r\nRoute: ${route[1]}\r\n`), invite);
    assert.match(invite, /\r\nVia: SIP\/2\.0\/UDP /);
    call.hangUp();
  });

  test("a Contact that leads nowhere: the request fails, and nothing is left", async () => {
    const { endpoint, call } = await answeredAndLost("sip:9@df7jal23ls0d.invalid;transport=ws");
    call.hangUp();
    while (endpoint.census().transactions > 0) await new Promise(setImmediate);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
  });
});
