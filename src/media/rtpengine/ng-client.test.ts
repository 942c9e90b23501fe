// The control protocol against a socket in rtpengine's place: what is sent, sent again, believed and given up.

import assert from "node:assert/strict";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { virtualClock } from "../../base/clock.ts";
import { decode, encode } from "./bencode.ts";
import { NgClient, NgFault } from "./ng-client.ts";

type Request = { readonly cookie: string; readonly body: unknown; readonly from: RemoteInfo };

async function open(context: TestContext) {
  const server: Socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(server, "listening");
  const clock = virtualClock();
  const client = await NgClient.open({ clock, host: "127.0.0.1", port: server.address().port });
  context.after(() => {
    client.close();
    server.close();
  });
  const next = async (): Promise<Request> => {
    const [datagram, from] = (await once(server, "message")) as [Buffer, RemoteInfo];
    const space = datagram.indexOf(" ");
    return { cookie: datagram.toString("latin1", 0, space), body: decode(datagram.subarray(space + 1)), from };
  };
  const reply = (to: Request, text: Buffer | string, cookie = to.cookie): void =>
    server.send(Buffer.concat([Buffer.from(`${cookie} `), Buffer.from(text)]), to.from.port, to.from.address);
  return { client, clock, next, reply };
}

test("a request and its answer; another cookie and nonsense are passed over", async (t) => {
  const { client, next, reply } = await open(t);
  const arrived = next();
  const answer = client.ask("offer", { "call-id": "c", flags: ["x"] });
  const request = await arrived;
  assert.deepEqual(request.body, { command: "offer", "call-id": "c", flags: ["x"] });
  reply(request, encode({ result: "pong" }), "other");
  reply(request, "not bencoded");
  reply(request, encode({ result: "ok", sdp: "v=0" }));
  assert.deepEqual(await answer, { result: "ok", sdp: "v=0" });
});

test("without an answer the same cookie is sent again, the fifth time never", async (t) => {
  const { client, clock, next } = await open(t);
  let arrived = next();
  const answer = client.ask("ping");
  const cookies = [(await arrived).cookie];
  for (const ms of [150, 300, 600]) {
    arrived = next();
    clock.advance(ms);
    cookies.push((await arrived).cookie);
  }
  assert.equal(new Set(cookies).size, 1);
  const failed = assert.rejects(answer, (fault) => fault instanceof NgFault && fault.kind === "no-answer");
  clock.advance(950);
  await failed;
  assert.equal(clock.pending(), 0);
});

test("what rtpengine refuses comes with its reason", async (t) => {
  const { client, clock, next, reply } = await open(t);
  const arrived = next();
  const answer = client.ask("query");
  reply(await arrived, encode({ result: "error", "error-reason": "Unknown call-id" }));
  await assert.rejects(answer, (fault) => fault instanceof NgFault && fault.message === "Unknown call-id");
  assert.equal(clock.pending(), 0);
});

test("closed: what waits is rejected, and so is what comes after", async (t) => {
  const { client, clock } = await open(t);
  const answer = assert.rejects(client.ask("ping"), /closed/);
  client.close();
  await answer;
  await assert.rejects(client.ask("ping"), /closed/);
  assert.equal(clock.pending(), 0);
});
