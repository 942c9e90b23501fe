// SIP over TLS between two endpoints: a call, whom they believe, and what `sips` means.

import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { connect, createServer, type TLSSocket } from "node:tls";
import { certificateBy, makeCa } from "../../../test/support/certificates.ts";
import { options, Seen, started, starts } from "../../../test/support/sip-endpoints.ts";
import { openEndpoint } from "../endpoint.ts";
import type { DialogEvent, Handlers, IncomingInvite, SipTrace, TlsIdentity } from "../face.ts";

const ca = await makeCa("test CA");
const own = await certificateBy(ca, "gateway.test");
const client = await certificateBy(ca, "client.test");

async function secure(handlers: Partial<Handlers>, identities: Record<string, TlsIdentity> = {}) {
  const wire = new Seen<SipTrace>();
  const endpoint = await started(
    openEndpoint(
      options(handlers, {
        transports: ["udp", "tcp", "tls"],
        tls: { ...own, port: 0, identities: new Map(Object.entries(identities)) },
        trace: wire.push,
      }),
    ),
  );
  const { tlsPort } = endpoint;
  assert.ok(tlsPort);
  return { endpoint, tlsPort, wire };
}

const answering = (calls: Seen<IncomingInvite>) => ({
  invite(call: IncomingInvite) {
    calls.push(call);
    call.answer("v=0 answer");
  },
});

const from = { uri: "sip:40038@127.0.0.1" };

describe("TLS", () => {
  for (const [title, uri] of [
    ["transport=tls", (port: number) => `sip:1@127.0.0.1:${port};transport=tls`],
    ["sips", (port: number) => `sips:1@127.0.0.1:${port}`],
  ] as const) {
    test(`a call to ${title}: Via, Contact and BYE stay on TLS`, async () => {
      const calls = new Seen<IncomingInvite>();
      const callee = await secure(answering(calls));
      const caller = await secure({}, { "127.0.0.1": { ca: ca.cert } });
      const events = new Seen<DialogEvent>();
      const dialog = caller.endpoint.invite({ uri: uri(callee.tlsPort), from, sdp: "v=0 offer" }, events.push);
      await events.type("answered");
      const invite = (await callee.wire.until(starts("INVITE"))).text;
      assert.ok(invite.includes(`Via: SIP/2.0/TLS 127.0.0.1:${caller.tlsPort};`), invite);
      const scheme = title === "sips" ? "sips" : "sip";
      assert.ok(invite.includes(`Contact: <${scheme}:40038@127.0.0.1:${caller.tlsPort};transport=tls>`), invite);
      dialog.hangUp();
      assert.equal((await callee.wire.until(starts("BYE"))).peer.transport, "tls");
    });
  }

  test("a certificate of an unknown CA, or for another name, is refused: 503 at once", async () => {
    const callee = await secure(answering(new Seen()));
    const peer = { transport: "tls", address: "127.0.0.1", port: callee.tlsPort } as const;
    const stranger = await makeCa("another CA");
    for (const [identities, serverName] of [
      [{}, undefined],
      [{ "127.0.0.1": { ca: stranger.cert } }, undefined],
      [{ "elsewhere.test": { ca: ca.cert } }, "elsewhere.test"],
    ] as const) {
      const caller = await secure({}, identities);
      const named = serverName === undefined ? peer : { ...peer, serverName };
      const said = await caller.endpoint.options({ uri: "sip:127.0.0.1", peer: named });
      assert.deepEqual([said.status, said.local], [503, "transport"]);
      assert.equal(callee.wire.items.length, 0);
    }
  });

  test("the right name is believed, whatever address it was found at", async () => {
    const callee = await secure({});
    const caller = await secure({}, { "gateway.test": { ca: ca.cert } });
    const peer = {
      transport: "tls",
      address: "127.0.0.1",
      port: callee.tlsPort,
      serverName: "gateway.test",
    } as const;
    assert.equal((await caller.endpoint.options({ uri: "sip:gateway.test", peer })).status, 200);
  });

  test("a peer that asks for a certificate gets the trunk's own", async () => {
    const shown = new Seen<string>();
    const server = createServer({ ...own, ca: ca.cert, requestCert: true, rejectUnauthorized: true }, (socket) => {
      shown.push(String(socket.getPeerCertificate().subject?.CN));
      socket.destroy();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const bound = server.address();
    assert.ok(typeof bound === "object" && bound);
    const caller = await secure({}, { "127.0.0.1": { ca: ca.cert, ...client } });
    const peer = { transport: "tls", address: "127.0.0.1", port: bound.port } as const;
    assert.equal((await caller.endpoint.options({ uri: "sip:127.0.0.1", peer })).status, 503);
    assert.equal(shown.items[0], "client.test");
    server.close();
  });

  test("older than TLS 1.2 gets no connection, and nobody else notices", async () => {
    const { endpoint, tlsPort } = await secure({});
    const old: TLSSocket = connect({
      host: "127.0.0.1",
      port: tlsPort,
      ca: ca.cert,
      minVersion: "TLSv1.1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    const [error] = (await once(old, "error")) as [Error & { code?: string }];
    assert.match(String(error.code), /TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|ECONNRESET|NO_PROTOCOLS/);
    const caller = await secure({}, { "127.0.0.1": { ca: ca.cert } });
    const peer = { transport: "tls", address: "127.0.0.1", port: tlsPort } as const;
    assert.equal((await caller.endpoint.options({ uri: "sip:127.0.0.1", peer })).status, 200);
    assert.deepEqual(endpoint.census(), { transactions: 0, dialogs: 0 });
  });

  test("sips over UDP is 416: the last hop was not secure (RFC 3261 §26.2.2)", async () => {
    const { endpoint } = await secure({});
    const caller = await secure({});
    const peer = { transport: "udp", address: "127.0.0.1", port: endpoint.port } as const;
    assert.equal((await caller.endpoint.options({ uri: "sips:127.0.0.1", peer })).status, 416);
  });
});
