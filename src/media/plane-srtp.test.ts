// SRTP through real sockets: phones that speak it, phones that do not, and strangers who know no key.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { Heard, MediaLeg, MediaPlane, MediaProfile, PhoneLeg, PhonePlane, SdpRefused } from "./face.ts";
import { openPhonePlane, openPlane } from "./plane.ts";
import { writeHeader } from "./rtp/packet.ts";

const settings = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 } as const;

const agreedIn = <Value extends object>(value: Value | SdpRefused): Value => {
  if ("refused" in value) assert.fail(value.refused);
  return value;
};

async function until<Value>(ask: () => Promise<Value>, fits: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (fits(value)) return value;
    await new Promise<void>((resolve) => systemClock.after(20, resolve));
  }
}

const audible = ({ levels: [level = -120] }: Heard): boolean => level > -12.6;

describe("SRTP", { timeout: 20_000, concurrency: true }, () => {
  let gateway: MediaPlane;
  let phones: PhonePlane;
  before(async () => {
    gateway = await openPlane({ ...settings, ports: [24_600, 24_699] });
    phones = await openPhonePlane({ ...settings, ports: [24_700, 24_799] });
  });
  after(async () => {
    assert.deepEqual(gateway.census(), { legs: 0, ports: 0 });
    await gateway.close();
    await phones.close();
  });

  type Pair = { readonly leg: MediaLeg; readonly phone: PhoneLeg; readonly sdp: string; end(): void };
  async function pair(profile: MediaProfile, video = false): Promise<Pair> {
    const leg = await gateway.open("leg");
    const phone = await phones.open("phone");
    const answer = agreedIn(phone.answer(leg.offer({ video, profile })));
    agreedIn(leg.acceptAnswer(answer.sdp));
    const end = (): void => {
      leg.close();
      phone.close();
    };
    return { leg, phone, sdp: answer.sdp, end };
  }

  function join(a: Pair, b: Pair): void {
    a.leg.hear({ leg: b.leg });
    b.leg.hear({ leg: a.leg });
  }

  test("a phone with SRTP and one without hear each other, also after a new offer; digits and video pass", async () => {
    const [a, b] = [await pair("RTP/SAVP", true), await pair("RTP/AVP", true)];
    a.phone.hear({ tone: 700 });
    b.phone.hear({ tone: 1_100 });
    join(a, b);
    await until(() => a.phone.listen([1_100]), audible);
    await until(() => b.phone.listen([700]), audible);
    const again = agreedIn(a.phone.answer(a.leg.offer({ video: true })));
    assert.match(again.sdp, /RTP\/SAVP/);
    agreedIn(a.leg.acceptAnswer(again.sdp));
    a.phone.film(50);
    await until(
      () => b.phone.statistics(),
      ({ video }) => video.packetsIn > 10,
    );
    a.phone.hear(null);
    assert.equal(a.phone.dial("42#"), true);
    await until(
      () => b.phone.listen([]),
      ({ digits }) => digits === "42#",
    );
    const { audio } = await a.leg.statistics();
    assert.equal(audio.lost, 0);
    a.end();
    b.end();
  });

  test("plain RTP on a leg with SRTP is dropped and moves nothing", async () => {
    const a = await pair("RTP/SAVP");
    const port = Number(/m=audio (\d+)/.exec(a.leg.offer({ video: false }))?.[1]);
    const stranger = createSocket("udp4").bind(0, "127.0.0.1");
    await once(stranger, "listening");
    const packet = Buffer.alloc(172);
    for (let sequence = 0; sequence < 20; sequence += 1) {
      writeHeader(packet, 0, { marker: false, payloadType: 0, sequence, timestamp: sequence * 160, ssrc: 5 });
      stranger.send(Buffer.from(packet), port, "127.0.0.1");
    }
    let stolen = 0;
    stranger.on("message", () => {
      stolen += 1;
    });
    a.leg.hear({ tone: 500 });
    await until(() => a.phone.listen([500]), audible);
    assert.equal(stolen, 0);
    assert.equal((await a.leg.statistics()).audio.packetsIn, 0);
    stranger.close();
    a.end();
  });
});
