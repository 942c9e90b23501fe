import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Latch } from "./latch.ts";

const signalled = { address: "192.0.2.1", port: 4_000 };
const nat = { address: "198.51.100.7", port: 61_000 };
const stranger = { address: "203.0.113.9", port: 5_555 };
type Place = typeof nat;

function latch(): Latch {
  const fresh = new Latch();
  fresh.signal(signalled.address, signalled.port, 0);
  return fresh;
}
const target = ({ address, port }: Latch): Place => ({ address, port });

/** Packets of 20 ms from there; the time of the last one. */
function speaks(one: Latch, from: Place, { at, packets = 1, ssrc = 5, first = at / 20 }: Speech): number {
  for (let index = 0; index < packets; index += 1) one.admits(from, { ssrc, sequence: first + index }, at + 20 * index);
  return at + 20 * (packets - 1);
}
type Speech = { readonly at: number; readonly packets?: number; readonly ssrc?: number; readonly first?: number };

/** Whether one packet of a stream of its own is taken. */
const taken = (one: Latch, from: Place, now: number): boolean => one.admits(from, { ssrc: 77, sequence: 40_000 }, now);

test("until packets come, the SDP counts", () => assert.deepEqual(target(latch()), signalled));

test("the first source seen takes its place", () => {
  const one = latch();
  assert.ok(taken(one, nat, 10));
  assert.deepEqual(target(one), nat);
});

test("a second source is not believed while the first one speaks", () => {
  const one = latch();
  for (let now = 0; now < 10_000; now += 20) {
    speaks(one, nat, { at: now });
    if (now >= 100) assert.equal(taken(one, stranger, now + 10), false);
  }
});

describe("what somebody off the path may try", () => {
  test("one packet before the peer speaks: the peer's second one wins", () => {
    const one = latch();
    assert.ok(taken(one, stranger, 0));
    speaks(one, nat, { at: 20, packets: 2 });
    assert.deepEqual(target(one), nat);
    assert.equal(taken(one, stranger, 200), false);
  });

  test("packets for an hour while the peer is on hold: not one is taken", () => {
    const one = latch();
    const last = speaks(one, nat, { at: 0, packets: 500 });
    for (let second = 4; second < 3_600; second += 1) {
      assert.equal(one.admits(stranger, { ssrc: second, sequence: second & 0xffff }, last + 1_000 * second), false);
    }
    assert.ok(one.admits(nat, { ssrc: 5, sequence: 500 }, last + 3_600_000));
  });

  test("a place taken while the phone rang: who is where the SDP says takes it back at any time", () => {
    const one = latch();
    speaks(one, stranger, { at: 0, packets: 1_000 });
    assert.ok(one.admits(signalled, { ssrc: 9, sequence: 1 }, 20_010));
    assert.equal(taken(one, stranger, 20_020), false);
  });

  test("whatever strangers send once a peer has spoken, the peer keeps its place", () => {
    const attempts = fc.array(
      fc.record({
        host: fc.nat(250),
        port: fc.integer({ min: 1, max: 65_535 }),
        ssrc: fc.nat(),
        sequence: fc.nat(65_535),
      }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(attempts, fc.nat(100_000), (list, silence) => {
        const one = latch();
        let now = speaks(one, nat, { at: 3_000, packets: 10, ssrc: 0xffff_ffff }) + silence;
        for (const { host, port, ...stamp } of list) {
          now += 20;
          assert.equal(one.admits({ address: `203.0.113.${host}`, port }, stamp, now), false);
        }
        assert.deepEqual(target(one), nat);
      }),
    );
  });
});

describe("what a peer may do", () => {
  test("from an early-media server to the phone, in the first seconds", () => {
    const one = latch();
    const last = speaks(one, nat, { at: 0, packets: 20 });
    assert.equal(taken(one, stranger, last + 400), false);
    assert.ok(taken(one, stranger, last + 501));
  });

  test("its NAT or its network changes: the stream goes on from another place", () => {
    const one = latch();
    const last = speaks(one, nat, { at: 0, packets: 500 });
    const moved = { address: "198.51.100.99", port: 1_234 };
    assert.equal(one.admits(moved, { ssrc: 5, sequence: 510 }, last + 100), false, "the old place still speaks");
    assert.equal(one.admits(moved, { ssrc: 6, sequence: 510 }, last + 300), false, "another stream");
    assert.equal(one.admits(moved, { ssrc: 5, sequence: 499 }, last + 300), false, "an old packet");
    assert.equal(one.admits(moved, { ssrc: 5, sequence: 9_000 }, last + 300), false, "a guessed number");
    assert.ok(one.admits(moved, { ssrc: 5, sequence: 515 }, last + 300));
    assert.deepEqual(target(one), moved);
  });

  test("a new stream from another port of its host, after three seconds", () => {
    const one = latch();
    const last = speaks(one, nat, { at: 0, packets: 500 });
    const other = { ...nat, port: 61_002 };
    assert.equal(taken(one, other, last + 2_900), false);
    assert.ok(taken(one, other, last + 3_000));
  });

  test("whose packets are signed may come from anywhere", () => {
    const one = latch();
    const last = speaks(one, nat, { at: 0, packets: 500 });
    assert.ok(one.admits(stranger, { ssrc: 1, sequence: 1 }, last + 20, true));
    assert.deepEqual(target(one), stranger);
  });
});

test("a re-INVITE with the same address keeps what was learnt, another address begins anew", () => {
  const one = latch();
  taken(one, nat, 0);
  one.signal(signalled.address, signalled.port, 100);
  assert.deepEqual(target(one), nat);
  one.signal("192.0.2.2", 4_002, 200);
  assert.deepEqual(target(one), { address: "192.0.2.2", port: 4_002 });
});
