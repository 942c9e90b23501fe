// IPv6 (RFC 3261 §19.1.1, RFC 5118): brackets in URIs, Via and Contact, none at the sockets; both families on one socket.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, test } from "node:test";
import { certificateBy, makeCa } from "../../../test/support/certificates.ts";
import { options, Seen, started, starts } from "../../../test/support/sip-endpoints.ts";
import { openEndpoint } from "../endpoint.ts";
import type { DialogEvent, EndpointOptions, Handlers, SipTrace } from "../face.ts";

const ca = await makeCa("test CA");
const own = await certificateBy(ca, "gateway.test");
const tls = { ...own, port: 0, identities: new Map([["::1", { ca: ca.cert }]]) };

async function at(host: string, handlers: Partial<Handlers> = {}, more: Partial<EndpointOptions> = {}) {
  const wire = new Seen<SipTrace>();
  const advertise = host === "::" ? "::1" : host;
  const endpoint = await started(
    openEndpoint(
      options(handlers, { host, advertise, transports: ["udp", "tcp", "tls"], tls, trace: wire.push, ...more }),
    ),
  );
  return { endpoint, wire };
}

describe("IPv6", () => {
  for (const transport of ["udp", "tcp", "tls"] as const) {
    test(`a call over ${transport} to [::1]`, async () => {
      const callee = await at("::1", { invite: (call) => call.answer("v=0 answer") });
      const caller = await at("::1");
      const [to, back] = [callee.endpoint, caller.endpoint].map((it) => (transport === "tls" ? it.tlsPort : it.port));
      const events = new Seen<DialogEvent>();
      const uri = `sip:1@[::1]:${to};transport=${transport}`;
      const dialog = back && caller.endpoint.invite({ uri, from: { uri: "sip:2@[::1]" }, sdp: "v=0" }, events.push);
      await events.type("answered");
      const invite = (await callee.wire.until(starts("INVITE"))).text;
      assert.ok(invite.includes(`Via: SIP/2.0/${transport.toUpperCase()} [::1]:${back};`), invite);
      assert.ok(invite.includes(`Contact: <sip:2@[::1]:${back}`), invite);
      assert.equal((await callee.wire.until(starts("ACK"))).peer.address, "::1");
      assert.ok(dialog);
      dialog.hangUp();
      await callee.wire.until(starts("BYE"));
    });
  }

  for (const transport of ["udp", "tcp"] as const) {
    test(`a socket of both families is reached over IPv4 too (${transport}), and shows that address`, async () => {
      const { endpoint, wire } = await at("::");
      const caller = await at("127.0.0.1");
      const there = { transport, address: "127.0.0.1", port: endpoint.port } as const;
      assert.equal((await caller.endpoint.options({ uri: "sip:127.0.0.1", peer: there })).status, 200);
      assert.equal(wire.items[0]?.peer.address, "127.0.0.1");
      const back = { transport, address: "127.0.0.1", port: caller.endpoint.port } as const;
      assert.equal((await endpoint.options({ uri: "sip:127.0.0.1", peer: back })).status, 200);
    });
  }

  test("STUN on the SIP port says where the request came from (RFC 5626 §8)", async () => {
    const { endpoint } = await at("::");
    const socket = createSocket("udp4");
    const request = Buffer.from("000100002112a442b7e7a701bc34d686fa87dfae", "hex");
    socket.send(request, endpoint.port, "127.0.0.1");
    const [response] = (await once(socket, "message")) as [Buffer];
    assert.equal(response.readUInt16BE(0), 0x0101);
    assert.equal(response.readUInt16BE(26) ^ 0x2112, socket.address().port);
    assert.equal((response.readUInt32BE(28) ^ 0x2112a442) >>> 0, 0x7f000001);
    socket.close();
  });
});
