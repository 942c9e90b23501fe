// Digits through real sockets, in every way that a peer may send or take them.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { Digit, MediaLeg, MediaPlane, PhoneLeg, PhonePlane } from "./face.ts";
import { openPhonePlane, openPlane } from "./plane.ts";

const settings = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 } as const;

/** A description without telephone-events. */
const plain = (sdp: string): string =>
  sdp.replace(/^(m=audio .*) 101\r\n/m, "$1\r\n").replace(/^a=(rtpmap|fmtp):101 .*\r\n/gm, "");

type Person = { readonly leg: MediaLeg; readonly phone: PhoneLeg; readonly pressed: Digit[]; readonly got: Digit[] };

describe("digits", { timeout: 20_000, concurrency: true }, () => {
  let gateway: MediaPlane;
  let phones: PhonePlane;
  before(async () => {
    gateway = await openPlane({ ...settings, ports: [24_800, 24_899] });
    phones = await openPhonePlane({ ...settings, ports: [24_900, 24_999] });
  });
  after(async () => {
    await gateway.close();
    await phones.close();
  });

  /** `pressed`: by the phone, as its leg tells it; `got`: what the phone got. */
  async function person(events: boolean): Promise<Person> {
    const [leg, phone] = [await gateway.open("leg"), await phones.open("phone")];
    const offer = leg.offer({ video: false });
    const answer = phone.answer(events ? offer : plain(offer));
    assert.ok(!("refused" in answer));
    leg.acceptAnswer(answer.sdp);
    assert.equal(leg.agreed?.audio?.telephoneEvent, events);
    const [pressed, got]: [Digit[], Digit[]] = [[], []];
    leg.digits((digit) => void pressed.push(digit));
    phone.digits((digit) => void got.push(digit));
    return { leg, phone, pressed, got };
  }

  const textOf = (digits: readonly Digit[]): string => digits.map(({ digit }) => digit).join("");

  async function until(digits: readonly Digit[], expected: string): Promise<void> {
    while (textOf(digits) !== expected) await new Promise<void>((resolve) => systemClock.after(20, resolve));
  }

  function connected(a: Person, b: Person): void {
    a.leg.hear({ leg: b.leg });
    b.leg.hear({ leg: a.leg });
  }

  const end = (...people: readonly Person[]): void => {
    for (const { leg, phone } of people) {
      leg.close();
      phone.close();
    }
  };

  test("telephone-events of a phone are told, each once, with their length", async () => {
    const a = await person(true);
    a.phone.dial("19#D");
    await until(a.pressed, "19#D");
    for (const { ms, by } of a.pressed) assert.deepEqual([by, ms], ["event", 160]);
    end(a);
  });

  test("without telephone-events digits are tones in the audio, both ways", async () => {
    const a = await person(false);
    assert.equal(a.leg.dial("28*"), true);
    a.phone.dial("5501");
    await Promise.all([until(a.got, "28*"), until(a.pressed, "5501")]);
    for (const { ms, by } of [...a.got, ...a.pressed]) assert.ok(by === "tone" && Math.abs(ms - 160) <= 24, `${ms} ms`);
    end(a);
  });

  test("from a phone with telephone-events to one without, and back, through music and all", async () => {
    const [a, b] = [await person(true), await person(false)];
    connected(a, b);
    a.phone.dial("31");
    await until(b.got, "31");
    assert.equal(b.got[0]?.by, "tone");
    b.phone.dial("64");
    // The tones pass as they are: whoever listens to the audio hears them.
    await until(b.pressed, "64");
    b.leg.hear({ sound: "music" });
    b.leg.dial("7");
    await until(b.got, "317");
    end(a, b);
  });

  test("through a mix: everyone else gets them, in the way that he takes them", async () => {
    const all = [await person(true), await person(true), await person(false)] as const;
    for (const one of all) {
      one.leg.hear({ mix: all.filter((other) => other !== one).map(({ leg }) => ({ leg, gain: 1 })) });
      one.phone.hear({ tone: 400 });
    }
    all[0].phone.dial("40");
    await Promise.all([until(all[1].got, "40"), until(all[2].got, "40")]);
    assert.deepEqual([all[1].got[0]?.by, all[2].got[0]?.by], ["event", "tone"]);
    assert.equal(textOf(all[0].got), "");
    end(...all);
  });

  test("the last figures of a leg come when it has closed", async () => {
    const a = await person(true);
    a.phone.dial("1");
    await until(a.pressed, "1");
    a.leg.close();
    const figures = await a.leg.figures;
    assert.ok(figures && figures.audio.packetsIn >= 8, `${figures?.audio.packetsIn} packets`);
    end(a);
  });
});
