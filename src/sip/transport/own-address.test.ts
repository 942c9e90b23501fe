// Connections that we open come from the address that we listen on: a peer may know us by it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { certificateBy, makeCa } from "../../../test/support/certificates.ts";
import { options, Seen, started } from "../../../test/support/sip-endpoints.ts";
import { openEndpoint } from "../endpoint.ts";
import type { SipTrace } from "../face.ts";

const ca = await makeCa("test CA");
const own = await certificateBy(ca, "gateway.test");
const tls = { ...own, port: 0, identities: new Map([["127.0.0.1", { ca: ca.cert }]]) };
const transports = ["udp", "tcp", "tls"] as const;

for (const transport of transports) {
  test(`a request over ${transport} comes from the bound address`, async () => {
    const wire = new Seen<SipTrace>();
    const callee = await started(openEndpoint(options({}, { transports, tls, trace: wire.push })));
    const caller = await started(
      openEndpoint(options({}, { transports, tls, host: "127.0.0.2", advertise: "127.0.0.2" })),
    );
    const port = transport === "tls" ? callee.tlsPort : callee.port;
    const { status } = await caller.options({ uri: `sip:127.0.0.1:${port};transport=${transport}` });
    assert.equal(status, 200);
    assert.equal(wire.items[0]?.peer.address, "127.0.0.2");
  });
}
