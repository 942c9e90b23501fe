// Ports of a small pool over many legs, however they end: all come back.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { MediaImage, MediaLeg, MediaPlane } from "./face.ts";
import { openPlane } from "./plane.ts";

const answer =
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" +
  "m=audio 9 RTP/AVP 0\r\nm=video 9 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n";

async function openPatiently(plane: MediaPlane): Promise<MediaLeg> {
  for (;;) {
    try {
      return await plane.open("leg");
    } catch {
      // Ports rest for half a second.
      await new Promise<void>((resolve) => systemClock.after(50, resolve));
    }
  }
}

test("a pool of six pairs serves ten times six, in every way that a leg may end", { timeout: 30_000 }, async (t) => {
  const options = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1" };
  const plane = await openPlane({ ...options, ports: [25_200, 25_211], workers: 1 });
  t.after(() => plane.close());
  const figures: Promise<unknown>[] = [];
  for (let round = 0; round < 10; round += 1) {
    const legs = await Promise.all(Array.from({ length: 3 }, () => openPatiently(plane)));
    const [plain, joined, filmed] = legs;
    assert.ok(plain && joined && filmed);
    // One says nothing, one is heard in a mix and rings, one has video, digits and an offer that nobody answers.
    joined.hear({ mix: [{ leg: filmed, gain: 1 }] });
    joined.offer({ video: false });
    filmed.offer({ video: true });
    assert.ok(!("refused" in filmed.acceptAnswer(answer)));
    filmed.hear({ sound: "ringback" });
    filmed.dial("123");
    filmed.offer({ video: true });
    assert.equal(plane.census().ports, 8);
    for (const leg of round % 2 === 0 ? legs : legs.toReversed()) leg.close();
    filmed.close();
    assert.throws(() => joined.offer({ video: true }), /no media port/);
    assert.deepEqual(plane.census(), { legs: 0, ports: 0 });
    for (const leg of legs) figures.push(leg.figures);
  }
  for (const last of await Promise.all(figures)) assert.ok(last, "the worker knew every leg to its end");
});

test("ports of a plane before are kept for their legs until they are released; one that is taken is replaced", async (t) => {
  const options = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1" };
  const open = (held: readonly MediaImage[] = []) =>
    openPlane({ ...options, ports: [25_220, 25_231], workers: 1, held });
  const before = await open();
  const images = await Promise.all(
    ["one", "two", "three"].map(async (id) => {
      const leg = await before.open(id);
      leg.offer({ video: false });
      leg.acceptAnswer(answer.slice(0, answer.indexOf("m=video")));
      return leg.image() ?? assert.fail("no image");
    }),
  );
  await before.close();
  const taken = createSocket("udp4").bind(images[2]?.port, "127.0.0.1");
  t.after(() => taken.close());
  await once(taken, "listening");
  const plane = await open(images);
  t.after(() => plane.close());
  const [first, , third] = images;
  assert.ok(first && third);
  const legs = [await plane.reopen("one", first), await plane.reopen("three", third)];
  const ports = legs.map((leg) => leg.image()?.port);
  assert.equal(ports[0], first.port);
  assert.ok(ports[1] !== undefined && !images.some(({ port }) => port === ports[1]));
  assert.deepEqual(legs[0]?.agreed?.audio?.codec, "PCMU");
  for (const name of ["four", "five"]) await plane.open(name);
  await assert.rejects(plane.open("six"), /no media port/);
  await plane.release();
  await openPatiently(plane);
  await assert.rejects(plane.open("seven"), /no media port/);
});
