// Announcements through real sockets: what a phone hears while one is played, and afterwards.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import { sine } from "./codec/tone.ts";
import type { Heard, MediaLeg, MediaPlane, PhoneLeg, PhonePlane, PlaneOptions } from "./face.ts";
import { openPhonePlane, openPlane } from "./plane.ts";

const [announced, source] = [900, 1_500];
const options: Omit<PlaneOptions, "ports"> = {
  ...{ clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 },
};

/** A quarter of a second of a tone as a WAV file. */
function toneFile(): Buffer {
  const samples = sine({ hertz: announced, dbfs: -12, samples: 2_000 });
  const data = Buffer.alloc(2 * samples.length);
  for (const [index, sample] of [...samples].entries()) data.writeInt16LE(Math.round(sample), 2 * index);
  const head = Buffer.from("524946460000000057415645666d7420100000000100010040", "hex");
  const rest = Buffer.from("1f0000803e0000020010006461746100000000", "hex");
  rest.writeUInt32LE(data.length, rest.length - 4);
  return Buffer.concat([head, rest, data]);
}

const loudest = (wanted: number) => (heard: Heard) => {
  const [a = -120, s = -120] = heard.levels;
  return wanted === announced ? a > -25 && s < a - 10 : s > -25 && a < s - 10;
};

async function until(phone: PhoneLeg, fits: (heard: Heard) => boolean): Promise<void> {
  while (!fits(await phone.listen([announced, source]))) await new Promise<void>((done) => systemClock.after(20, done));
}

describe("announcements", { timeout: 20_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "seatway-announcements-"));
  const file = join(folder, "tone.wav");
  let gateway: MediaPlane;
  let phones: PhonePlane;
  before(async () => {
    writeFileSync(file, toneFile());
    gateway = await openPlane({ ...options, ports: [24_800, 24_839], announcements: { closed: file } });
    phones = await openPhonePlane({ ...options, ports: [24_840, 24_879] });
  });
  after(async () => {
    assert.deepEqual(gateway.census(), { legs: 0, ports: 0 });
    await Promise.all([gateway.close(), phones.close()]);
    rmSync(folder, { recursive: true });
  });

  async function pair(): Promise<{ leg: MediaLeg; phone: PhoneLeg; end: () => void }> {
    const [leg, phone] = [await gateway.open("leg"), await phones.open("phone")];
    const answer = phone.answer(leg.offer({ video: false }));
    assert.ok(!("refused" in answer) && !("refused" in leg.acceptAnswer(answer.sdp)));
    leg.hear({ tone: source });
    const end = (): void => {
      leg.close();
      phone.close();
    };
    return { leg, phone, end };
  }

  test("heard in place of the source as often as asked for; then the source again", async () => {
    const { leg, phone, end } = await pair();
    await until(phone, loudest(source));
    const begun = systemClock.monotonic();
    const { ended } = leg.play("closed", 8);
    await until(phone, loudest(announced));
    assert.equal(await ended, "played");
    assert.ok(systemClock.monotonic() - begun > 1_900, "eight times a quarter of a second");
    await until(phone, loudest(source));
    end();
  });

  test("stopped, replaced, ended with its leg; all legs of a call hear one at once", async () => {
    const [a, b] = [await pair(), await pair()];
    const first = a.leg.play("closed", 100);
    const second = a.leg.play("closed", 100);
    assert.equal(await first.ended, "stopped");
    first.stop();
    const other = b.leg.play("closed", 100);
    await Promise.all([until(a.phone, loudest(announced)), until(b.phone, loudest(announced))]);
    second.stop();
    assert.equal(await second.ended, "stopped");
    await until(a.phone, loudest(source));
    a.end();
    b.end();
    assert.equal(await other.ended, "stopped");
    assert.equal(await b.leg.play("closed").ended, "stopped");
  });

  test("an unknown name, and a file that cannot be played, are said at once", async () => {
    const { leg, end } = await pair();
    assert.throws(() => leg.play("open"), /no announcement is called open/);
    assert.throws(() => leg.play("closed", 0.5), /whole number/);
    end();
    const broken = join(folder, "broken.mp3");
    writeFileSync(broken, "ID3 and nothing else");
    const ports = [24_880, 24_899] as const;
    await assert.rejects(openPlane({ ...options, ports, announcements: { broken } }), /announcement broken: .*MP3/);
    await assert.rejects(openPlane({ ...options, ports, music: join(folder, "missing") }), /ENOENT/);
  });
});
