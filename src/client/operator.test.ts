import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { operatorClient } from "./operator.ts";

test("a board that falls silent on a connection that stands is away, and comes again", async (context) => {
  let connections = 0;
  const server = createServer((_, response) => {
    connections += 1;
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(`retry: 1\n\nevent: change\ndata: {"type":"change","figures":${connections}}\n\n`);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const over = new AbortController();
  const told: unknown[] = [];
  await operatorClient({ url, again: async () => {}, silenceMs: 100 }).follow(
    {
      item: (item) => {
        told.push("figures" in item && item.figures);
        if (connections === 2) over.abort();
      },
      state: (state) => told.push(state),
    },
    over.signal,
  );
  assert.deepEqual(told, ["live", 1, "away", "live", 2]);
});
