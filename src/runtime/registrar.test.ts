// Which way a phone is rung: its flow, its path, and nothing over a connection that is gone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { Peer, RegisterRequest } from "../sip/face.ts";
import { type Journal, noJournal } from "./journal/journal.ts";
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

const open = () => openRegistrar({ phones, clock: virtualClock(), log: silentLog, journal: noJournal });

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

const tcp: Peer = { transport: "tcp", address: "10.0.0.8", port: 41_000, accepted: true };
const instance = "<urn:uuid:1>";
const flow = (regId: number, source: Peer, more: Partial<RegisterRequest> = {}): RegisterRequest =>
  from(source, {
    contacts: [{ uri: `sip:flow${regId}`, expiresS: 60, q: 1, instance, outbound: { instance, regId } }],
    ...more,
  });

test("a flow that failed is followed by the next one of the same device, and forgotten (RFC 5626 §7)", () => {
  const clock = virtualClock();
  const registrar = openRegistrar({ phones, clock, log: silentLog, journal: noJournal });
  registrar.register(flow(1, tcp));
  registrar.register(flow(2, desk, { sipCallId: "2" }));
  registrar.register(from(desk, { contacts: [{ uri: "sip:another", expiresS: 60, q: 1 }], sipCallId: "3" }));
  clock.advance(1_000);
  registrar.register(flow(1, tcp, { cseq: 2 }));
  const first = registrar.target("40001");
  assert.equal(first?.uri, "sip:flow1");
  const second = first.next?.();
  assert.equal(second?.uri, "sip:flow2");
  assert.equal(second.next?.(), undefined);
  assert.equal(registrar.target("40001")?.uri, "sip:another");
  assert.equal(registrar.target("40001")?.next, undefined);
});

test("a flow over TCP ends with its connection, behind an edge proxy it does not", () => {
  const registrar = open();
  registrar.register(flow(1, tcp));
  registrar.register(flow(2, tcp, { sipCallId: "2", user: "40002", path: ["<sip:edge.test;lr;ob>"] }));
  registrar.flowClosed(tcp);
  assert.equal(registrar.target("40001"), undefined);
  assert.equal(registrar.target("40002")?.uri, "sip:flow2");
});

const temporaryOf = (answer: ReturnType<ReturnType<typeof open>["register"]>): string =>
  (answer.status === 200 && answer.bindings.at(-1)?.temporary) || "";

test("a GRUU leads to its device alone, by its public and its temporary name, wherever that is now (RFC 5627 §5.4)", () => {
  const registrar = open();
  const other = "<urn:uuid:2>";
  const asked = registrar.register(flow(1, tcp, { gruu: true, path: ["<sip:edge.test;lr;ob>"] }));
  registrar.register(from(desk, { contacts: [{ uri: "sip:other", expiresS: 60, q: 1, instance: other }] }));
  const temporary = temporaryOf(asked);
  const place = { uri: "sip:flow1", peer: tcp, route: ["<sip:edge.test;lr;ob>"] };
  assert.deepEqual(registrar.device({ user: "40001", instance: "urn:uuid:1" }), place);
  assert.deepEqual(registrar.device({ user: temporary }), place);
  assert.equal(registrar.device({ user: "40001", instance: "urn:uuid:2" })?.uri, "sip:other");
  // It registers from elsewhere.
  const moved = registrar.register(flow(1, desk, { sipCallId: "10.0.0.8 41000", cseq: 2, gruu: true }));
  assert.equal(registrar.device({ user: temporary })?.peer, desk);
  assert.notEqual(temporaryOf(moved), temporary);
  // It leaves: the public name is ours and leads nowhere, the temporary ones are gone for good.
  registrar.register(flow(1, desk, { sipCallId: "10.0.0.8 41000", cseq: 3, contacts: "*" }));
  assert.equal(registrar.device({ user: "40001", instance: "urn:uuid:1" }), null);
  assert.equal(registrar.device({ user: temporary }), undefined);
  registrar.register(flow(1, desk, { sipCallId: "10.0.0.8 41000", cseq: 4, gruu: true }));
  assert.equal(registrar.device({ user: temporary }), undefined);
  assert.equal(registrar.device({ user: "49999", instance: "urn:uuid:1" }), undefined);
});

test("temporary names end when the device's last binding has run out", () => {
  const clock = virtualClock();
  const registrar = openRegistrar({ phones, clock, log: silentLog, journal: noJournal });
  const name = temporaryOf(registrar.register(flow(1, desk, { gruu: true })));
  clock.advance(60_001);
  assert.equal(registrar.device({ user: name }), null);
  registrar.register(flow(1, desk, { gruu: true, cseq: 2 }));
  assert.equal(registrar.device({ user: name }), undefined);
});

test("the next process knows the bindings that are good still, but for those that ended with their connection", () => {
  const clock = virtualClock();
  const disk = new Map<string, string>();
  const keep: Journal["keep"] = (_, key, image) => {
    if (image === null) disk.delete(key);
    else disk.set(key, JSON.stringify(image));
  };
  const found = <Found>(): ReadonlyMap<string, Found> =>
    new Map([...disk].map(([key, image]) => [key, JSON.parse(image) as Found]));
  const begin = () => openRegistrar({ phones, clock, log: silentLog, journal: { keep, note: keep, found } });
  const before = begin();
  before.register(from(desk));
  before.register(from(tcp, { sipCallId: "flow", contacts: [{ uri: "sip:40001@10.0.0.8", expiresS: 20, q: 0.5 }] }));
  before.register(from(browser, { user: "40002" }));
  const next = begin();
  assert.deepEqual(next.target("40001"), { uri: "sip:40001@10.0.0.7", peer: desk });
  assert.deepEqual(next.unregistered(), ["40002"]);
  assert.equal(next.isPhone(desk, "flow"), true);
  assert.equal(next.register(from(desk)).status, 500, "the CSeq of before");
  clock.advance(61_000);
  assert.deepEqual(begin().unregistered(), ["40001", "40002"]);
  assert.equal(disk.size, 0);
});

test("another site: a phone that is gone or has another password is nowhere, one that is new may come", () => {
  const registrar = open();
  registrar.register(from(desk));
  registrar.register(from(desk, { user: "40002" }));
  registrar.serve([
    { number: "40001", password: "secret", srtp: true },
    { number: "40002", password: "another" },
    { number: "40003", password: "third" },
  ]);
  assert.equal(registrar.target("40001")?.profile, "RTP/SAVP");
  assert.equal(registrar.target("40002"), undefined);
  assert.equal(registrar.isPhone(desk, "flow"), true);
  assert.equal(registrar.password("40002"), "another");
  assert.equal(registrar.register(from(desk, { user: "40003" })).status, 200);
  registrar.serve([{ number: "40003", password: "third" }]);
  assert.equal(registrar.knows("40001"), false);
  assert.equal(registrar.target("40001"), undefined);
  assert.equal(registrar.register(from(desk)).status, 404);
});
