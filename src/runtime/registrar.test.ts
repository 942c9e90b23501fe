// Which way a phone is rung: its flow, its path, and nothing over a connection that is gone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { Peer, RegisterRequest } from "../sip/face.ts";
import { openRegistrar } from "./registrar.ts";

const phones = ["40001", "40002"].map((number) => ({ number, password: "secret" }));
const browser: Peer = { transport: "wss", address: "10.0.0.9", port: 50_000 };
const desk: Peer = { transport: "udp", address: "10.0.0.7", port: 5060 };

const from = (source: Peer, more: Partial<RegisterRequest> = {}): RegisterRequest => ({
  user: "40001",
  contacts: [{ uri: `sip:40001@${source.address}`, expiresS: 60, q: 1 }],
  sipCallId: `${source.address} ${source.port}`,
  cseq: 1,
  source,
  path: [],
  ...more,
});

const open = () => openRegistrar({ phones, clock: virtualClock(), log: silentLog });

test("over the flow that it registered from, with the path of its edge proxy as route", () => {
  const registrar = open();
  const path = ["<sip:edge.test;lr>", "<sip:far.test;lr>"];
  assert.equal(registrar.register(from(desk, { path })).status, 200);
  assert.deepEqual(registrar.target("40001"), { uri: "sip:40001@10.0.0.7", peer: desk, route: path });
});

test("a browser's bindings end with its connection, those of others stay", () => {
  const registrar = open();
  registrar.register(from(desk, { contacts: [{ uri: "sip:desk", expiresS: 60, q: 0.5 }] }));
  registrar.register(from(browser));
  registrar.register(from(browser, { user: "40002" }));
  assert.deepEqual(registrar.target("40001")?.peer, browser);
  registrar.flowClosed({ ...browser, port: 50_001 });
  assert.deepEqual(registrar.target("40001")?.peer, browser);
  registrar.flowClosed(browser);
  assert.deepEqual(registrar.target("40001")?.peer, desk);
  assert.equal(registrar.target("40002"), undefined);
  registrar.flowClosed(desk);
  assert.deepEqual(registrar.target("40001")?.peer, desk);
});
