// The POST of a push against real sockets: what it follows, how long it waits, how much it reads.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { openPostman } from "./postman.ts";

async function to(t: TestContext, answer: RequestListener, wholeMs?: number) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const postman = openPostman("", wholeMs);
  t.after(async () => {
    await postman.close();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x?secret=1`;
  return () => postman.post({ url, headers: { Guid: "secret" }, body: "{}" });
}

test("the status is the answer, whatever it is; a redirect is not followed", async (t) => {
  for (const status of [200, 204, 302, 404, 500]) {
    const post = await to(t, (_request, response) => void response.writeHead(status, { Location: "/y" }).end());
    assert.equal(await post(), status);
  }
});

test("an endless answer is not read to its end", async (t) => {
  const page = "x".repeat(65_536);
  const post = await to(t, (_request, response) => {
    const write = () => {
      while (response.write(page));
    };
    response.on("drain", write);
    write();
  });
  assert.equal(await post(), 200);
});

test("an answer that does not end is as good as its status", async (t) => {
  const post = await to(t, (_request, response) => void response.writeHead(200).write("x"), 300);
  assert.equal(await post(), 200);
});

test("silence and a closed connection: faults without a word of the request", async (t) => {
  const cases: readonly RequestListener[] = [() => {}, (_request, response) => void response.destroy()];
  for (const answer of cases) {
    const post = await to(t, answer, 300);
    await assert.rejects(post, (fault: Error) => {
      assert.doesNotMatch(`${fault.stack}${fault.cause ?? ""}`, /secret/);
      return fault.message.length > 0;
    });
  }
});
