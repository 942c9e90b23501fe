import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { generate } from "selfsigned";
import { connect } from "./connect.ts";
import { pinnedFetch } from "./pinned-fetch.ts";
import { refusal } from "./refusal.ts";

let url = "";
let certificate = "";
let requests = 0;
const server = createServer((_request, response) => {
  requests++;
  response.end('{"message":"","retcode":"200-017"}');
});

before(async () => {
  const made = await generate([{ name: "commonName", value: "localhost" }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  certificate = made.cert;
  server.setSecureContext({ key: made.private, cert: made.cert });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

test("the certificate with the given fingerprint is accepted, in any spelling", async () => {
  const { fingerprint256 } = new X509Certificate(certificate);
  for (const fingerprint of [fingerprint256, fingerprint256.replaceAll(":", "").toLowerCase()]) {
    const pinned = pinnedFetch({ fingerprint });
    const reply = await connect({ url, agent: "101", fetch: pinned.fetch }).release();
    assert.deepEqual(reply, refusal("200-017", ""));
    pinned.close();
  }
});

test("the certificate itself is accepted as authority", async () => {
  const pinned = pinnedFetch({ ca: certificate });
  assert.equal((await connect({ url, agent: "101", fetch: pinned.fetch }).release()).ok, false);
  pinned.close();
});

test("another certificate never gets to see the request", async () => {
  const before = requests;
  const pinned = pinnedFetch({ fingerprint: "00".repeat(32) });
  await assert.rejects(connect({ url, agent: "101", fetch: pinned.fetch }).release(), /not the one with the given/);
  assert.equal(requests, before);
  await assert.rejects(connect({ url, agent: "101" }).release(), /certificate/);
  pinned.close();
});

test("a fingerprint that cannot be one is refused at once", () => {
  for (const fingerprint of ["", "00", "zz".repeat(32), "00".repeat(20)]) {
    assert.throws(() => pinnedFetch({ fingerprint }), RangeError);
  }
});
