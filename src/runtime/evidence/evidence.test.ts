import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { systemClock, virtualClock } from "../../base/clock.ts";
import type { SipTrace } from "../../sip/face.ts";
import { openEvidence } from "./evidence.ts";
import { EvidenceRing, type Kept } from "./ring.ts";

const MIB = 1_048_576;
const phone = { transport: "udp", address: "127.0.0.1", port: 40_001 } as const;
const trunk = { transport: "tls", address: "2001:db8::1", port: 5061 } as const;

const message = (sipCallId: string, more: Partial<SipTrace> = {}): SipTrace => {
  const text = `OPTIONS sip:a SIP/2.0\r\nCall-ID: ${sipCallId}\r\nSubject: 前台\r\n\r\n`;
  return { at: 1, direction: "in", peer: phone, sipCallId, text, bytes: Buffer.from(text), ...more };
};

test("a call's messages are found by its call id over all its legs, in order, and by a SIP Call-ID", async () => {
  const evidence = openEvidence({ clock: systemClock, bytes: MIB });
  evidence.link("1-1", "leg-a");
  evidence.keep(message("leg-a", { at: 10 }));
  evidence.keep(message("other", { at: 11 }));
  evidence.link("1-1", "leg-b");
  evidence.keep(message("leg-b", { at: 12, direction: "out", peer: trunk }));
  evidence.keep(message("leg-a", { at: 13 }));
  evidence.keep(message("leg-a-and-more", { at: 14 }));
  const found = await evidence.find("1-1");
  assert.deepEqual(
    found.map(({ at }) => at),
    [10, 12, 13],
  );
  assert.deepEqual(found[1]?.peer, trunk);
  assert.equal(found[1]?.direction, "out");
  assert.equal(found[0]?.text, message("leg-a").text);
  assert.equal((await evidence.find("other")).length, 1);
  assert.deepEqual(await evidence.find("1-2"), []);
  assert.deepEqual(await evidence.find("1"), []);
});

test("whatever is kept comes back as it was, and the ring never grows beyond its size", () => {
  const kept = fc.record(
    {
      at: fc.double({ min: 0, max: 4e12, noNaN: true }),
      direction: fc.constantFrom("in", "out"),
      peer: fc.constantFrom(phone, trunk),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(kept, { maxLength: 20 }), (all) => {
      const ring = new EvidenceRing(MIB);
      for (const each of all) ring.keep(each);
      assert.deepEqual([...ring.blocksWith("")].flat(), all);
    }),
    { numRuns: 50 },
  );
});

test("the oldest messages make room; nothing is kept without memory", () => {
  const ring = new EvidenceRing(2.5 * MIB);
  const big = (at: number): Kept => ({ at, direction: "in", peer: phone, bytes: Buffer.alloc(300_000, at) });
  for (let at = 1; at <= 40; at++) ring.keep(big(at));
  const times = [...ring.blocksWith("")].flat().map(({ at }) => at);
  assert.equal(times.at(-1), 40);
  assert.deepEqual(
    times,
    Array.from(times, (_, index) => 41 - times.length + index),
  );
  assert.equal(ring.size, 2 * MIB);
  const none = new EvidenceRing(0);
  none.keep(big(1));
  none.keep({ ...big(1), bytes: Buffer.alloc(2 * MIB) });
  assert.deepEqual([...none.blocksWith("")], []);
});

test("a search lets other work go on between two blocks", async () => {
  const clock = virtualClock();
  const evidence = openEvidence({ clock, bytes: 4 * MIB });
  for (let at = 0; at < 10; at++) evidence.keep({ ...message("a"), bytes: Buffer.alloc(300_000) });
  const found = evidence.find("a");
  assert.equal(clock.pending(), 1);
  let done = false;
  const result = found.then((messages) => {
    done = true;
    return messages;
  });
  for (let turns = 0; !done && turns < 100; turns++) {
    clock.advance(1);
    await Promise.resolve();
  }
  assert.deepEqual(await result, []);
});

test("notes stand among the messages, under the call alone, whatever stands in them", async () => {
  const clock = virtualClock();
  const evidence = openEvidence({ clock: systemClock, bytes: 2 * MIB });
  const note = (title: string) => {
    const content = "note 1-1 {}\r\nCall-ID: a";
    return { layer: "event", at: clock.now(), agent: "101", title, trace: "", content } as const;
  };
  evidence.note("1-1", note("first"));
  evidence.keep(message("a"));
  evidence.note("1-11", note("other"));
  evidence.note("1-1", note("später"));
  evidence.note("", note("nobody's"));
  assert.deepEqual(
    (await evidence.notes("1-1")).map(({ title }) => title),
    ["first", "später"],
  );
  assert.deepEqual(await evidence.notes("1-2"), []);
  assert.equal((await evidence.find("a")).length, 1, "a note is no message");
});
