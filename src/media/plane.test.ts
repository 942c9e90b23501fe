// The media plane through real sockets: simulated phones (a plane of their own) on both sides of a gateway's plane.
// What they hear is measured, not assumed.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { Agreed, Heard, MediaLeg, MediaPlane, OfferOptions, PhoneLeg, PhonePlane, SdpRefused } from "./face.ts";
import { openPhonePlane, openPlane } from "./plane.ts";

const settings = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 } as const;
const audioOnly: OfferOptions = { video: false };

const agreedIn = <Value extends object>(value: Value | SdpRefused): Value => {
  if ("refused" in value) assert.fail(value.refused);
  return value;
};

/** Offer of the gateway's leg, answer of the phone's. */
function connect(leg: MediaLeg, phone: PhoneLeg, options = audioOnly): Agreed {
  const answer = agreedIn(phone.answer(leg.offer(options)));
  return agreedIn(leg.acceptAnswer(answer.sdp));
}

/** Asks the phone until it heard what is waited for; the test's own time limit ends it otherwise. */
async function until(phone: PhoneLeg, frequencies: readonly number[], fits: (heard: Heard) => boolean): Promise<Heard> {
  for (;;) {
    const heard = await phone.listen(frequencies);
    if (fits(heard)) return heard;
  }
}

describe("media plane", { timeout: 30_000 }, () => {
  let gateway: MediaPlane;
  let phones: PhonePlane;

  before(async () => {
    gateway = await openPlane({ ...settings, ports: [23_000, 23_199] });
    phones = await openPhonePlane({ ...settings, ports: [23_200, 23_399] });
  });
  after(async () => {
    await gateway.close();
    await phones.close();
  });

  async function pair(): Promise<{ leg: MediaLeg; phone: PhoneLeg }> {
    return { leg: await gateway.open("leg"), phone: await phones.open("phone") };
  }

  test("two phones hear each other's tone, and their own not", async () => {
    const [a, b] = [await pair(), await pair()];
    connect(a.leg, a.phone);
    connect(b.leg, b.phone);
    a.phone.hear({ tone: 700 });
    b.phone.hear({ tone: 1_100 });
    a.leg.hear({ leg: b.leg });
    b.leg.hear({ leg: a.leg });
    const atA = await until(a.phone, [1_100, 700], ({ levels: [other = 0] }) => other > -12.6);
    const atB = await until(b.phone, [700, 1_100], ({ levels: [other = 0] }) => other > -12.6);
    for (const [other = 0, own = 0] of [atA.levels, atB.levels])
      assert.ok(other - own > 30, `${other} dB against ${own}`);
    const { audio } = await a.leg.statistics();
    assert.ok(audio.packetsIn > 40 && audio.packetsOut > 40);
    assert.equal(audio.lost, 0);
    for (const { leg, phone } of [a, b]) {
      leg.close();
      phone.close();
    }
    assert.deepEqual(gateway.census(), { legs: 0, ports: 0 });
    assert.deepEqual(phones.census(), { legs: 0, ports: 0 });
  });
});
