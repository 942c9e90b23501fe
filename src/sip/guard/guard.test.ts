import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { virtualClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { subscriberPrefix } from "../../base/subscriber.ts";
import type { Ban, SipDrop } from "../face.ts";
import { parse, type SipRequest } from "../message/parse.ts";
import { isMalformed } from "../message/syntax.ts";
import { Guard } from "./guard.ts";

const options = (agent = "phone"): Buffer =>
  Buffer.from(`OPTIONS sip:100@1.1.1.1 SIP/2.0\r\nVia: SIP/2.0/UDP 1.1.1.1\r\nUser-Agent: ${agent}\r\n\r\n`);

const message = (text: Buffer): SipRequest => {
  const parsed = parse(text);
  assert.ok(!isMalformed(parsed) && parsed.kind === "request");
  return parsed;
};

/** What an edge proxy makes of a request of somebody at this address. */
const through = (received: string, agent = "phone"): Buffer =>
  Buffer.from(
    `OPTIONS sip:100@1.1.1.1 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.10\r\nVia: SIP/2.0/UDP 10.0.0.1;received=${received}\r\nUser-Agent: ${agent}\r\n\r\n`,
  );

function guard() {
  const clock = virtualClock();
  const bans: Ban[] = [];
  const warned: string[] = [];
  const log = { ...silentLog, warn: (_: unknown, text: string) => void warned.push(text) };
  const dropped: SipDrop[] = [];
  const trusts = (address: string) => address.startsWith("127.");
  const proxies = (address: string) => address === "192.0.2.10";
  const around = { clock, log, dropped: (reason: SipDrop) => void dropped.push(reason) };
  const banned = (ban: Ban) => void bans.push(ban);
  return { clock, bans, warned, dropped, guard: new Guard({ trusts, proxies, banned }, around) };
}

describe("guard", () => {
  for (const agent of ["friendly-scanner", "sipvicious", "SIPcli/v1.8", "VaxSIPUserAgent/3.1", "sundayddr"]) {
    test(`${agent} is banned at its first message, and heard again a quarter of an hour later`, () => {
      const it = guard();
      assert.equal(it.guard.admits("192.0.2.1", options(agent)), false);
      assert.deepEqual(it.bans, [
        { address: "192.0.2.1", reason: "scanner", detail: agent, until: it.clock.now() + 900_000 },
      ]);
      assert.equal(it.guard.admits("192.0.2.1", options()), false);
      assert.equal(it.guard.admits("192.0.2.2", options()), true);
      it.clock.advance(900_001);
      assert.equal(it.guard.admits("192.0.2.1", options()), true);
      assert.equal(it.bans.length, 1);
    });
  }

  test("twenty wrong passwords within ten minutes ban, one a minute does not", () => {
    const it = guard();
    for (let minute = 0; minute < 60; minute++) {
      it.guard.refused("192.0.2.1", message(options()), "dictionary");
      it.clock.advance(60_000);
    }
    assert.deepEqual(it.bans, []);
    for (let at = 0; at < 20; at++) it.guard.refused("192.0.2.9", message(options()), "dictionary");
    assert.deepEqual(
      it.bans.map(({ address, reason }) => [address, reason]),
      [["192.0.2.9", "dictionary"]],
    );
    assert.equal(it.guard.admits("192.0.2.9", options()), false);
  });

  test("twenty calls by somebody whom nobody knows ban him; wrong passwords are counted apart", () => {
    const it = guard();
    for (let at = 0; at < 19; at++) it.guard.refused("192.0.2.9", message(options()), "dictionary");
    for (let at = 0; at < 20; at++) it.guard.refused("192.0.2.9", message(options()), "stranger");
    assert.deepEqual(
      it.bans.map(({ reason, detail }) => [reason, detail]),
      [["stranger", "20 calls by nobody whom we know"]],
    );
  });

  test("malformed messages alone never ban, whatever they name and however many they are", () => {
    const it = guard();
    for (let at = 0; at < 5_000; at++)
      it.guard.admits("192.0.2.1", Buffer.from("\u0000\r\nUser-Agent: sipvicious\r\n"));
    assert.deepEqual(it.bans, []);
    it.clock.advance(10_000);
    assert.equal(it.guard.admits("192.0.2.1", options()), true);
  });

  test("a stranger has 200 messages a second after a burst; others are not touched, and it is said once", () => {
    const it = guard();
    const admitted = (address: string, count: number): number =>
      Array.from({ length: count }, () => it.guard.admits(address, options())).filter(Boolean).length;
    assert.equal(admitted("192.0.2.1", 3_000), 1_000);
    assert.equal(admitted("192.0.2.2", 500), 500);
    it.clock.advance(1_000);
    assert.equal(admitted("192.0.2.1", 3_000), 200);
    assert.deepEqual(it.warned, ["too many SIP messages: some are dropped"]);
  });

  test("who is trusted is always heard", () => {
    const it = guard();
    for (let at = 0; at < 3_000; at++) assert.ok(it.guard.admits("127.0.0.1", options("friendly-scanner")));
    for (let at = 0; at < 100; at++) it.guard.refused("127.0.0.1", message(options()), "dictionary");
    assert.deepEqual(it.bans, []);
  });

  test("behind a proxy of ours each is limited and banned by his own address, the proxy never", () => {
    const it = guard();
    const admitted = (bytes: Buffer, count: number): number =>
      Array.from({ length: count }, () => it.guard.admits("192.0.2.10", bytes)).filter(Boolean).length;
    assert.equal(admitted(through("198.51.100.1"), 3_000), 1_000);
    assert.equal(admitted(through("198.51.100.2"), 500), 500);
    assert.equal(admitted(options(), 3_000), 3_000);
    assert.equal(admitted(Buffer.from("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 1.1.1.1\r\n\r\n"), 3_000), 3_000);
    assert.equal(admitted(through("198.51.100.3", "sipvicious"), 1), 0);
    for (let at = 0; at < 20; at++) it.guard.refused("192.0.2.10", message(through("198.51.100.4")), "dictionary");
    assert.deepEqual(
      it.bans.map(({ address, reason }) => [address, reason]),
      [
        ["198.51.100.3", "scanner"],
        ["198.51.100.4", "dictionary"],
      ],
    );
    for (const banned of ["198.51.100.3", "198.51.100.4"]) assert.equal(admitted(through(banned), 1), 0, banned);
    // Not through the proxy either.
    assert.equal(it.guard.admits("198.51.100.4", options()), false);
    assert.equal(admitted(through("127.0.0.1", "sipvicious"), 1), 1);
  });

  test("what is not heard is counted by its reason", () => {
    const it = guard();
    it.guard.admits("192.0.2.1", options("sipvicious"));
    it.guard.admits("192.0.2.1", options());
    for (let at = 0; at < 1_001; at++) it.guard.admits("192.0.2.2", options());
    assert.deepEqual(it.dropped, ["banned", "banned", "rate"]);
  });

  test("a thousand connections of one address at a time, none of one that is banned; who is trusted has no limit", () => {
    const it = guard();
    for (let at = 0; at < 1_000; at++) assert.ok(it.guard.enters("192.0.2.1"));
    assert.equal(it.guard.enters("192.0.2.1"), false);
    it.guard.left("192.0.2.1");
    assert.equal(it.guard.enters("192.0.2.1"), true);
    assert.equal(it.guard.enters("192.0.2.2"), true);
    it.guard.admits("192.0.2.3", options("sipvicious"));
    assert.equal(it.guard.enters("192.0.2.3"), false);
    for (let at = 0; at < 1_001; at++) assert.ok(it.guard.enters("127.0.0.1"));
    assert.deepEqual(it.dropped, ["connections", "banned", "banned"]);
  });

  test("keep-alives of a banned address are not answered for as long as the ban lasts", () => {
    const it = guard();
    assert.equal(it.guard.isBanned("192.0.2.1"), false);
    it.guard.admits("192.0.2.1", options("sipvicious"));
    assert.equal(it.guard.isBanned("192.0.2.1"), true);
    it.clock.advance(900_001);
    assert.equal(it.guard.isBanned("192.0.2.1"), false);
  });

  test("addresses without end do not fill the memory", () => {
    const it = guard();
    for (let at = 0; at < 60_000; at++) it.guard.admits(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`, options());
    assert.equal(Reflect.get(it.guard, "strangers").size, 50_000);
  });

  test("all addresses of one /64 are one stranger", () => {
    assert.equal(subscriberPrefix("2001:db8::1"), subscriberPrefix("2001:0DB8:0:0:ffff::2"));
    assert.notEqual(subscriberPrefix("2001:db8:0:1::1"), subscriberPrefix("2001:db8::1"));
    assert.equal(subscriberPrefix("::1"), "0:0:0:0::/64");
    assert.equal(subscriberPrefix("2001:db8::"), "2001:db8:0:0::/64");
    assert.equal(subscriberPrefix("192.0.2.1"), "192.0.2.1");
  });
});
