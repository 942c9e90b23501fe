// When a certificate is ordered, and what a failure does. The authority is a real one in test/peer/acme.test.ts.

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { generate } from "selfsigned";
import { type AcmeOptions, dueAt, keepCertificate, waitAfter } from "./acme.ts";
import type { AcmeState } from "./acme-state.ts";
import { dateAt, nextTurn, virtualClock } from "./base/clock.ts";
import { silentLog } from "./base/log.ts";
import type { Certificate, Pem } from "./certificate.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;

async function certificate(name: string, from: number, days: number): Promise<Certificate> {
  const pems = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    notBeforeDate: dateAt(from),
    notAfterDate: dateAt(from + days * DAY_MS),
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: name }] }],
  });
  return { key: pems.private, cert: pems.cert, fingerprint: new X509Certificate(pems.cert).fingerprint256 };
}

async function kept(first: Certificate, more: Partial<AcmeOptions> = {}) {
  const clock = virtualClock();
  const world = { current: first, states: [] as AcmeState[], orders: [] as number[], said: [] as string[] };
  const start = clock.now();
  const keeper = keepCertificate({
    clock,
    log: { ...silentLog, error: ({ reason, next }, message) => void world.said.push(`${message}: ${reason}, ${next}`) },
    domains: ["gateway.example.com"],
    before: null,
    current: async () => world.current,
    async order() {
      world.orders.push((clock.now() - start) / MINUTE_MS);
      return certificate("gateway.example.com", clock.now(), 90);
    },
    async install(pem: Pem) {
      world.current = { ...pem, fingerprint: "new" };
      return world.current;
    },
    remember: async (state) => void world.states.push(state),
    ...more,
  });
  const pass = async (ms: number, step = 15 * MINUTE_MS) => {
    for (let passed = 0; passed < ms; passed += step) {
      clock.advance(step);
      await nextTurn();
    }
  };
  clock.advance(0);
  await nextTurn();
  return { clock, world, keeper, pass };
}

test("one that does not stand for the name is replaced at once, the next one when a third of its time is left", async () => {
  const { world, pass, keeper } = await kept(await certificate("localhost", virtualClock().now(), 730));
  // Making keys takes real time.
  while (world.states.length < 1) await nextTurn();
  assert.deepEqual(world.orders, [0]);
  assert.equal(world.states[0]?.reason, "");
  await pass(59 * DAY_MS, DAY_MS / 4);
  assert.equal(world.orders.length, 1, "not before its time");
  await pass(2 * DAY_MS, DAY_MS / 4);
  while (world.states.length < 2) await nextTurn();
  assert.equal(world.orders.length, 2);
  assert.equal((world.orders[1] ?? 0) / 1440, 60, "days");
  keeper.close();
});

test("what an operator has put there is left alone while it stands for the names and has time", async () => {
  const own = await certificate("gateway.example.com", virtualClock().now(), 365);
  assert.equal(
    dueAt(own.cert, ["gateway.example.com"]),
    new X509Certificate(own.cert).validToDate.getTime() - (365 / 3) * DAY_MS,
  );
  assert.equal(dueAt(own.cert, ["gateway.example.com", "desk.example.com"]), 0);
  const { world, pass, keeper } = await kept(own);
  await pass(100 * DAY_MS, DAY_MS / 4);
  assert.deepEqual(world.orders, []);
  keeper.close();
});

test("a failure is said with the next try; waits double up to 12 h; a reload does not wait; the old one goes on", async () => {
  const first = await certificate("localhost", virtualClock().now(), 730);
  const orders: number[] = [];
  const { clock, world, pass, keeper } = await kept(first, {
    order: async () => {
      orders.push(1);
      throw new Error("no such host\r\n{}");
    },
  });
  assert.equal(orders.length, 1);
  assert.match(
    world.said[0] ?? "",
    /^no certificate from the authority: the old one goes on: no such host \{\}, 2016-/,
  );
  await pass(waitAfter(1) - MINUTE_MS, MINUTE_MS);
  assert.equal(orders.length, 1);
  await pass(MINUTE_MS, MINUTE_MS);
  assert.equal(orders.length, 2);
  await pass(waitAfter(2));
  assert.equal(orders.length, 3);
  keeper.now();
  clock.advance(0);
  await nextTurn();
  assert.equal(orders.length, 4);
  assert.deepEqual(
    [1, 2, 3, 20].map(waitAfter),
    [15, 30, 60, 720].map((minutes) => minutes * MINUTE_MS),
  );
  assert.equal(world.states.at(-1)?.failures, 4);
  assert.equal(world.current, first);
  keeper.close();
  await pass(DAY_MS, DAY_MS);
  assert.equal(orders.length, 4, "closed");
});

test("after a start the last failure counts: no authority is asked oftener than each quarter of an hour", async () => {
  const first = await certificate("localhost", virtualClock().now(), 730);
  const before = { at: virtualClock().now() - 5 * MINUTE_MS, reason: "refused", failures: 7 };
  const { world, pass, keeper } = await kept(first, { before });
  await pass(9 * MINUTE_MS, MINUTE_MS);
  assert.deepEqual(world.orders, []);
  await pass(MINUTE_MS, MINUTE_MS);
  assert.deepEqual(world.orders, [10]);
  keeper.close();
});
