// RFC 3263 over a zone that the test writes: what is asked, in which order the servers are tried, what is remembered.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type VirtualClock, virtualClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import type { Peer } from "../face.ts";
import type { Address, NameServer, Naptr, Srv } from "./name-server.ts";
import { openResolver, type Resolver } from "./resolver.ts";

type Zone = {
  naptr?: Readonly<Record<string, readonly Naptr[]>>;
  srv?: Readonly<Record<string, readonly Srv[]>>;
  addresses?: Readonly<Record<string, readonly Address[]>>;
};

type World = {
  readonly clock: VirtualClock;
  readonly resolver: Resolver;
  readonly asked: string[];
  zone: Zone;
  dead: boolean;
};

function world(zone: Zone, random: () => number = () => 0): World {
  const clock = virtualClock();
  const it: Omit<World, "resolver"> = { clock, asked: [], zone, dead: false };
  const answer = <Entry>(kind: keyof Zone, name: string): Promise<readonly Entry[]> => {
    it.asked.push(`${kind} ${name}`);
    if (it.dead) return Promise.reject(new Error("queryA ETIMEOUT"));
    return Promise.resolve((it.zone[kind]?.[name] ?? []) as readonly Entry[]);
  };
  const names: NameServer = {
    naptr: (name) => answer("naptr", name),
    srv: (name) => answer("srv", name),
    addresses: (name) => answer("addresses", name),
  };
  const resolver = openResolver({ clock, log: silentLog, names, transports: ["udp", "tcp"], random });
  return Object.assign(it, { resolver });
}

const srv = (name: string, priority = 0, weight = 0, port = 5060): Srv => ({ name, priority, weight, port });
const naptr = (service: string, replacement: string, order = 1, preference = 1): Naptr => ({
  order,
  preference,
  flags: "s",
  service,
  replacement,
});
const at = (address: string, ttlS?: number): readonly Address[] => [
  { address, ...(ttlS === undefined ? {} : { ttlS }) },
];
const shown = (peers: readonly Peer[]) =>
  peers.map(({ transport, address, port }) => `${transport} ${address}:${port}`);
const find = async ({ resolver }: World, uri: string) => shown(await resolver.find(uri));

describe("an address needs no DNS (RFC 3263 §4.1, §4.2)", () => {
  const table: readonly (readonly [uri: string, peer: string])[] = [
    ["sip:1@192.0.2.1", "udp 192.0.2.1:5060"],
    ["sip:1@192.0.2.1:5080", "udp 192.0.2.1:5080"],
    ["sip:1@192.0.2.1;transport=tcp", "tcp 192.0.2.1:5060"],
    ["sip:1@[2001:db8::1];transport=TCP", "tcp 2001:db8::1:5060"],
  ];
  for (const [uri, peer] of table)
    test(uri, () => {
      const { resolver, asked } = world({});
      assert.deepEqual([shown(resolver.known(uri) ?? []), asked], [[peer], []]);
    });
  test("a transport that we do not have, or no SIP URI at all: nowhere, at once", () => {
    const { resolver } = world({});
    for (const uri of ["sip:1@a.test;transport=sctp", "mailto:a@b.test", "sips:1@192.0.2.1;transport=udp", ""])
      assert.deepEqual(resolver.known(uri), [], uri);
  });
});

describe("a name", () => {
  test("NAPTR chooses the transport by order, then preference; services that we do not have are left out", async () => {
    const it = world({
      naptr: {
        "c.test": [
          naptr("SIP+D2U", "_sip._udp.c.test", 20),
          naptr("SIPS+D2T", "_sips._tcp.c.test", 1),
          naptr("SIP+D2T", "_sip._tcp.c.test", 10),
          { ...naptr("SIP+D2U", "regexp.c.test", 2), flags: "u" },
        ],
      },
      srv: { "_sip._tcp.c.test": [srv("a.c.test")], "_sip._udp.c.test": [srv("b.c.test", 0, 0, 5070)] },
      addresses: { "a.c.test": at("192.0.2.1"), "b.c.test": at("192.0.2.2") },
    });
    assert.deepEqual(await find(it, "sip:1@c.test"), ["tcp 192.0.2.1:5060", "udp 192.0.2.2:5070"]);
  });

  test("without NAPTR the SRV records of each transport; priorities in order", async () => {
    const it = world({
      srv: {
        "_sip._udp.c.test": [srv("late.c.test", 20), srv("first.c.test", 10), srv(".", 0)],
        "_sip._tcp.c.test": [srv("first.c.test", 5, 0, 5061)],
      },
      addresses: { "first.c.test": [...at("192.0.2.1"), ...at("2001:db8::1")], "late.c.test": at("192.0.2.9") },
    });
    assert.deepEqual(await find(it, "sip:1@c.test"), [
      "udp 192.0.2.1:5060",
      "udp 2001:db8::1:5060",
      "udp 192.0.2.9:5060",
      "tcp 192.0.2.1:5061",
      "tcp 2001:db8::1:5061",
    ]);
    assert.deepEqual(it.asked.slice(0, 3), ["naptr c.test", "srv _sip._udp.c.test", "srv _sip._tcp.c.test"]);
  });

  test("within one priority the servers are drawn by weight, anew for each request (RFC 2782)", async () => {
    let draw = 0;
    const it = world(
      {
        srv: {
          "_sip._udp.c.test": [srv("large.c.test", 10, 3), srv("small.c.test", 10, 1), srv("spare.c.test", 20, 100)],
        },
        addresses: {
          "large.c.test": at("192.0.2.1"),
          "small.c.test": at("192.0.2.2"),
          "spare.c.test": at("192.0.2.3"),
        },
      },
      () => draw,
    );
    const firsts: string[] = [];
    for (let step = 0; step < 100; step++) {
      draw = step / 100;
      const [first, , last] = await find(it, "sip:1@c.test");
      firsts.push(first ?? "");
      assert.equal(last, "udp 192.0.2.3:5060");
    }
    const large = firsts.filter((first) => first === "udp 192.0.2.1:5060").length;
    assert.ok(large >= 55 && large <= 80, `${large} of 100 to the one with three quarters of the weight`);
    assert.equal(it.asked.filter((name) => name.startsWith("srv")).length, 2);
  });

  test("every server of a name, however many: for whoever wants to know them all", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `s${index}.c.test`);
    const it = world({
      srv: { "_sip._udp.c.test": names.map((name) => srv(name)) },
      addresses: Object.fromEntries(names.map((name, index) => [name, at(`192.0.2.${index}`)])),
    });
    assert.equal((await it.resolver.find("sip:1@c.test")).length, 8);
    assert.equal((await it.resolver.all("sip:1@c.test")).length, 12);
    assert.deepEqual(shown(await it.resolver.all("sip:192.0.2.1")), ["udp 192.0.2.1:5060"]);
    assert.deepEqual(await it.resolver.all("mailto:a@b.test"), []);
  });

  test("a transport in the URI: no NAPTR, only its SRV", async () => {
    const it = world({ srv: { "_sip._tcp.c.test": [srv("a.c.test")] }, addresses: { "a.c.test": at("192.0.2.1") } });
    assert.deepEqual(await find(it, "sip:1@c.test;transport=tcp"), ["tcp 192.0.2.1:5060"]);
    assert.deepEqual(it.asked, ["srv _sip._tcp.c.test", "addresses a.c.test"]);
  });

  test("a port in the URI: addresses only, UDP unless the URI says otherwise", async () => {
    const it = world({ addresses: { "c.test": at("192.0.2.1") } });
    assert.deepEqual(await find(it, "sip:1@c.test:5080"), ["udp 192.0.2.1:5080"]);
    assert.deepEqual(await find(it, "sip:1@c.test:5080;transport=tcp"), ["tcp 192.0.2.1:5080"]);
    assert.deepEqual(it.asked, ["addresses c.test", "addresses c.test"]);
  });

  test("no SRV at all: the name itself; an SRV of `.` alone: nowhere (RFC 2782)", async () => {
    const it = world({ addresses: { "c.test": at("192.0.2.1"), "d.test": at("192.0.2.2") } });
    assert.deepEqual(await find(it, "sip:1@c.test"), ["udp 192.0.2.1:5060"]);
    it.zone = { ...it.zone, srv: { "_sip._udp.d.test": [srv(".")] } };
    assert.deepEqual(await find(it, "sip:1@d.test"), []);
  });

  test("one server of several without an address is passed over", async () => {
    const it = world({
      srv: { "_sip._udp.c.test": [srv("gone.c.test", 1), srv("a.c.test", 2)] },
      addresses: { "a.c.test": at("192.0.2.1") },
    });
    assert.deepEqual(await find(it, "sip:1@c.test"), ["udp 192.0.2.1:5060"]);
  });
});

describe("memory", () => {
  const zone = { addresses: { "c.test": at("192.0.2.1", 1) } };

  test("an answer is used again, at least 30 s whatever its TTL says; names compare without case", async () => {
    const it = world(zone);
    assert.equal(it.resolver.known("sip:1@c.test:5060"), undefined);
    await find(it, "sip:1@c.test:5060");
    it.clock.advance(29_000);
    assert.deepEqual(shown(it.resolver.known("sip:2@C.TEST:5060") ?? []), ["udp 192.0.2.1:5060"]);
    it.clock.advance(2_000);
    assert.equal(it.resolver.known("sip:1@c.test:5060"), undefined);
    assert.equal(it.asked.length, 1);
  });

  test("calls at the same time ask once", async () => {
    const it = world(zone);
    await Promise.all([find(it, "sip:1@c.test:5060"), find(it, "sip:2@c.test:5060")]);
    assert.equal(it.asked.length, 1);
  });

  test("while DNS is dead what was known is used, and it is asked again after 5 s", async () => {
    const it = world(zone);
    await find(it, "sip:1@c.test:5060");
    it.clock.advance(60_000);
    it.dead = true;
    assert.deepEqual(await find(it, "sip:1@c.test:5060"), ["udp 192.0.2.1:5060"]);
    assert.deepEqual(await find(it, "sip:1@other.test:5060"), []);
    assert.deepEqual(it.resolver.known("sip:1@other.test:5060"), []);
    it.dead = false;
    it.clock.advance(5_001);
    it.zone = { addresses: { "c.test": at("192.0.2.7") } };
    assert.deepEqual(await find(it, "sip:1@c.test:5060"), ["udp 192.0.2.7:5060"]);
  });

  test("a server that failed goes last for a minute, and is still tried when there is no other", async () => {
    const it = world({ addresses: { "c.test": [...at("192.0.2.1"), ...at("192.0.2.2")] } });
    const [first] = await it.resolver.find("sip:1@c.test:5060");
    assert.ok(first);
    it.resolver.avoid(first);
    assert.deepEqual(await find(it, "sip:1@c.test:5060"), ["udp 192.0.2.2:5060", "udp 192.0.2.1:5060"]);
    it.clock.advance(60_001);
    assert.deepEqual(await find(it, "sip:1@c.test:5060"), ["udp 192.0.2.1:5060", "udp 192.0.2.2:5060"]);
  });
});
