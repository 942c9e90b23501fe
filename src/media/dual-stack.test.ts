// A plane on `::`: one socket for both families (RFC 3493 §3.7), to which IPv4 peers are IPv4 peers all the same.

import assert from "node:assert/strict";
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { after, test } from "node:test";
import { PortPool } from "./port-pool.ts";

test("an IPv4 peer gets our first packet, and is seen at its plain address", { timeout: 10_000 }, async () => {
  const faults: string[] = [];
  const port = 45_670;
  const pool = new PortPool("::", [port], (reason) => void faults.push(reason));
  assert.deepEqual(await pool.bind(1), [port]);
  const { rtp, rtcp } = pool.pair(port);
  const peer = createSocket("udp4");
  after(() => {
    for (const socket of [rtp, rtcp, peer]) socket.close();
  });
  peer.bind(0, "127.0.0.1");
  await once(peer, "listening");
  const seen = new Promise<RemoteInfo>((resolve) => {
    pool.pair(port).onRtp = (_, from) => resolve(from);
  });
  const first = once(peer, "message");
  rtp.send(Buffer.from("ours"), peer.address().port, "127.0.0.1");
  assert.equal(String((await first)[0]), "ours");
  peer.send("theirs", port, "127.0.0.1");
  assert.equal((await seen).address, "127.0.0.1");
  assert.deepEqual(faults, []);
});
