// The desk between two tabs while the gateway does not answer: whoever takes it over goes on with the session.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { it, type TestContext } from "node:test";
import { emptyDesk } from "../state/desk-state.ts";
import { openDeskSession } from "./desk-session.ts";
import { type Kept, keep, readKept } from "./kept.ts";

const kept: Kept = {
  ...{ agent: "101", guid: "a.Node", position: "7-3", phone: { kind: "desk", number: "40001", video: false } },
  desk: emptyDesk(0),
};

/** Those of a page end with it. */
const channels = new Set<BroadcastChannel>();
globalThis.BroadcastChannel = class extends BroadcastChannel {
  constructor(name: string) {
    super(name);
    channels.add(this);
  }
};

/** A tab whose page was loaded anew, at a gateway that takes requests and answers none. */
async function tab(context: TestContext) {
  const server = createServer(() => {});
  await once(server.listen(0, "127.0.0.1"), "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(globalThis, { window: { addEventListener() {} }, location: { origin } });
  const other = new BroadcastChannel("seatway-desk");
  context.after(() => {
    for (const channel of channels) channel.close();
    server.closeAllConnections();
    server.close();
  });
  keep(kept);
  const session = openDeskSession();
  void session.start();
  await once(server, "request");
  return { session, other, server };
}

it("a tab that waits for the gateway hands over what it had kept, and does not take it back", async (context) => {
  const { session, other, server } = await tab(context);
  assert.equal(session.model().phase, "signing-in");
  const handed = once(other, "message");
  other.postMessage({ type: "hand-over" });
  const [{ data }] = (await handed) as [MessageEvent<{ readonly type: string; readonly kept: string }>];
  assert.equal(data.type, "handed");
  assert.deepEqual(readKept(data.kept), kept);
  server.closeAllConnections();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(session.model().phase, "elsewhere");
  assert.equal(session.model().refusal, null);
});

it("and so does one that waits to try again", async (context) => {
  const { session, other, server } = await tab(context);
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    const stop = session.subscribe(() => {
      if (session.model().phase !== "starting") return;
      stop();
      resolve();
    });
  });
  const handed = once(other, "message");
  other.postMessage({ type: "hand-over" });
  const [{ data }] = (await handed) as [MessageEvent<{ readonly kept: string }>];
  assert.deepEqual(readKept(data.kept), kept);
  assert.equal(session.model().phase, "elsewhere");
});
