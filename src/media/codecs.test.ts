// Any two codecs through real sockets: what is said in one is heard in the other, alone, mixed and recorded.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { encode } from "./codec/g711.ts";
import { sine } from "./codec/tone.ts";
import type { AudioCodec, MediaLeg, MediaPlane, PhoneLeg, PhonePlane } from "./face.ts";
import { openPhonePlane, openPlane } from "./plane.ts";
import { writeHeader } from "./rtp/packet.ts";

const settings = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 } as const;
const numbers: Readonly<Record<AudioCodec, number>> = { PCMU: 0, PCMA: 8, G722: 9, opus: 111 };
const codecs = ["PCMU", "PCMA", "G722", "opus"] as const;

type Person = { readonly leg: MediaLeg; readonly phone: PhoneLeg };

describe("codecs", { timeout: 30_000, concurrency: 4 }, () => {
  let gateway: MediaPlane;
  let phones: PhonePlane;
  const logged: string[] = [];
  const log = { ...silentLog, warn: (_: unknown, text: string) => void logged.push(text) };
  before(async () => {
    gateway = await openPlane({ ...settings, log, ports: [25_000, 25_099] });
    phones = await openPhonePlane({ ...settings, log, ports: [25_100, 25_199] });
  });
  after(async () => {
    await gateway.close();
    await phones.close();
    assert.deepEqual(logged, []);
  });

  /** The offer with this codec alone. */
  const only = (sdp: string, codec: AudioCodec): string =>
    sdp.replace(/^(m=audio \d+ \S+) .*\r\n/m, `$1 ${numbers[codec]} 101\r\n`);

  async function person(codec: AudioCodec): Promise<Person> {
    const [leg, phone] = [await gateway.open("leg"), await phones.open("phone")];
    agree({ leg, phone }, codec);
    return { leg, phone };
  }

  function agree({ leg, phone }: Person, codec: AudioCodec): void {
    const answer = phone.answer(only(leg.offer({ video: false }), codec));
    assert.ok(!("refused" in answer));
    leg.acceptAnswer(answer.sdp);
    assert.equal(leg.agreed?.audio?.codec, codec);
  }

  async function hears({ phone }: Person, tone: number, silent: readonly number[] = []): Promise<void> {
    for (;;) {
      const { levels } = await phone.listen([tone, ...silent]);
      const [level = -120, ...others] = levels;
      // Opus is no waveform codec: its level may be off by a little.
      if (Math.abs(level + 12) < 2 && others.every((other) => other < level - 25)) return;
      await new Promise<void>((resolve) => systemClock.after(20, resolve));
    }
  }

  const end = (...people: readonly Person[]): void => {
    for (const { leg, phone } of people) {
      leg.close();
      phone.close();
    }
  };

  for (const [index, first] of codecs.entries()) {
    for (const second of codecs.slice(index)) {
      test(`${first} and ${second}: both hear each other, no packet is missed, music comes and goes`, async () => {
        const [a, b] = [await person(first), await person(second)];
        a.phone.hear({ tone: 700 });
        b.phone.hear({ tone: 1_900 });
        a.leg.hear({ leg: b.leg });
        b.leg.hear({ leg: a.leg });
        await Promise.all([hears(a, 1_900, [700]), hears(b, 700, [1_900])]);
        a.leg.hear({ tone: 1_300 });
        await hears(a, 1_300, [1_900]);
        a.leg.hear({ leg: b.leg });
        await hears(a, 1_900, [1_300]);
        for (const { phone } of [a, b]) {
          const { audio } = await phone.statistics();
          assert.equal(audio.lost, 0);
          assert.ok(audio.jitterMs < 100, `jitter of ${audio.jitterMs} ms`);
        }
        end(a, b);
      });
    }
  }

  test("a mix of four codecs: everyone hears the three others", async () => {
    const tones = [500, 900, 1_500, 2_100];
    const all: Person[] = [];
    for (const codec of codecs) all.push(await person(codec));
    for (const [index, one] of all.entries()) {
      one.phone.hear({ tone: tones[index] ?? 0 });
      one.leg.hear({ mix: all.filter((other) => other !== one).map(({ leg }) => ({ leg, gain: 1 })) });
    }
    await Promise.all(
      all.flatMap((one, index) => tones.filter((_, other) => other !== index).map((tone) => hears(one, tone))),
    );
    end(...all);
  });

  test("digits between codecs whose clocks differ, both ways", async () => {
    const [a, b] = [await person("PCMA"), await person("opus")];
    a.leg.hear({ leg: b.leg });
    b.leg.hear({ leg: a.leg });
    const [byA, byB]: [string[], string[]] = [[], []];
    a.phone.digits(({ digit }) => void byA.push(digit));
    b.phone.digits(({ digit }) => void byB.push(digit));
    a.phone.hear({ tone: 700 });
    await hears(b, 700);
    a.phone.dial("12");
    b.phone.dial("#9");
    while (byA.join("") !== "#9" || byB.join("") !== "12")
      await new Promise<void>((resolve) => systemClock.after(20, resolve));
    await hears(b, 700);
    assert.equal((await b.phone.statistics()).audio.lost, 0);
    end(a, b);
  });

  test("comfort noise is a sign of life: heard as silence, missed by nobody", async () => {
    const b = await person("PCMA");
    const leg = await gateway.open("leg");
    const socket = createSocket("udp4").bind(0, "127.0.0.1").unref();
    await once(socket, "listening");
    const port = Number(/m=audio (\d+)/.exec(leg.offer({ video: false }))?.[1]);
    const head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n";
    assert.ok(!("refused" in leg.acceptAnswer(`${head}m=audio ${socket.address().port} RTP/AVP 0 13\r\n`)));
    b.leg.hear({ leg });
    const tone = encode("PCMU", sine({ hertz: 700, dbfs: -12, samples: 160 }));
    const said = Array.from({ length: 60 }, (_, index) => (index % 6 < 3 ? tone : Uint8Array.of(40)));
    for (const [index, payload] of said.entries()) {
      const packet = Buffer.alloc(12 + payload.length, 0);
      const payloadType = payload.length === 1 ? 13 : 0;
      writeHeader(packet, 0, { marker: false, payloadType, sequence: index, timestamp: 160 * index, ssrc: 5 });
      packet.set(payload, 12);
      socket.send(packet, port, "127.0.0.1");
      await new Promise<void>((resolve) => systemClock.after(5, resolve));
    }
    while ((await leg.statistics()).audio.packetsIn < 60)
      await new Promise<void>((resolve) => systemClock.after(20, resolve));
    const [ours, theirs] = [(await leg.statistics()).audio, (await b.phone.statistics()).audio];
    assert.deepEqual([ours.lost, theirs.lost, theirs.packetsIn], [0, 0, 30]);
    socket.close();
    leg.close();
    end(b);
  });

  test("a new agreement changes the codec in mid-call", async () => {
    const [a, b] = [await person("PCMU"), await person("PCMU")];
    a.phone.hear({ tone: 700 });
    b.leg.hear({ leg: a.leg });
    await hears(b, 700);
    agree(b, "opus");
    await hears(b, 700);
    agree(a, "G722");
    a.phone.hear({ tone: 1_100 });
    await hears(b, 1_100, [700]);
    agree(b, "PCMA");
    a.phone.hear({ tone: 700 });
    await hears(b, 700, [1_100]);
    end(a, b);
  });
});
