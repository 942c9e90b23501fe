// Mixing through real sockets: every phone speaks a tone of its own, and what each one hears is measured.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { MediaLeg, MediaPlane, PhoneLeg, PhonePlane } from "./face.ts";
import { openPhonePlane, openPlane } from "./plane.ts";

const settings = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 } as const;
const tones = [700, 1_100, 1_500, 1_900] as const;
type Person = { readonly leg: MediaLeg; readonly phone: PhoneLeg };

describe("mixing", { timeout: 20_000, concurrency: true }, () => {
  let gateway: MediaPlane;
  let phones: PhonePlane;
  before(async () => {
    gateway = await openPlane({ ...settings, ports: [24_400, 24_499] });
    phones = await openPhonePlane({ ...settings, ports: [24_500, 24_599] });
  });
  after(async () => {
    await gateway.close();
    await phones.close();
  });

  async function people(count: number): Promise<Person[]> {
    const all: Person[] = [];
    for (const tone of tones.slice(0, count)) {
      const [leg, phone] = [await gateway.open(`${tone}`), await phones.open(`${tone}`)];
      const answer = phone.answer(leg.offer({ video: false }));
      assert.ok(!("refused" in answer));
      leg.acceptAnswer(answer.sdp);
      phone.hear({ tone });
      all.push({ leg, phone });
    }
    return all;
  }

  const mixOf = (...voices: readonly (readonly [Person | undefined, number])[]) => ({
    mix: voices.flatMap(([person, gain]) => (person ? [{ leg: person.leg, gain }] : [])),
  });

  /** Waits until this person hears exactly these tones. */
  async function hears(person: Person | undefined, ...expected: readonly number[]): Promise<void> {
    assert.ok(person);
    for (;;) {
      const { levels } = await person.phone.listen(tones);
      const heard = levels.map((level) => level > -30);
      // A second without the others: they have to be gone, not only faint.
      const clean = levels.every((level, index) => heard[index] || level < -45);
      if (clean && tones.every((tone, index) => heard[index] === expected.includes(tone))) return;
      await new Promise<void>((resolve) => systemClock.after(20, resolve));
    }
  }

  /** Waits until a tone has been heard at this level for a second. */
  async function at(person: Person | undefined, tone: number, expected: number): Promise<void> {
    assert.ok(person);
    for (;;) {
      const [level = -120] = (await person.phone.listen([tone])).levels;
      if (Math.abs(level - expected) < 1) return;
      await new Promise<void>((resolve) => systemClock.after(20, resolve));
    }
  }

  const end = (all: readonly Person[]): void => {
    for (const { leg, phone } of all) {
      leg.close();
      phone.close();
    }
  };

  test("three parties: each hears the other two, at their level; who leaves is heard no more", async () => {
    const all = await people(3);
    const [a, b, c] = all;
    for (const person of all) {
      person.leg.hear(mixOf(...all.filter((other) => other !== person).map((other) => [other, 1] as const)));
    }
    await Promise.all([hears(a, 1_100, 1_500), hears(b, 700, 1_500), hears(c, 700, 1_100)]);
    await Promise.all([at(a, 1_100, -12), at(a, 1_500, -12), at(b, 700, -12)]);
    assert.equal((await a?.phone.statistics())?.audio.lost, 0);
    c?.leg.close();
    await Promise.all([hears(a, 1_100), hears(b, 700)]);
    end(all);
  });

  test("whisper, barge, listen: a supervisor beside a call, and back to a plain relay", async () => {
    const all = await people(3);
    const [agent, customer, supervisor] = all;
    supervisor?.leg.hear(mixOf([agent, 1], [customer, 1]));
    agent?.leg.hear(mixOf([customer, 1], [supervisor, 1]));
    customer?.leg.hear(mixOf([agent, 1]));
    await Promise.all([hears(supervisor, 700, 1_100), hears(agent, 1_100, 1_500), hears(customer, 700)]);
    customer?.leg.hear(mixOf([agent, 1], [supervisor, 1]));
    await hears(customer, 700, 1_500);
    assert.ok(agent && customer);
    agent.leg.hear({ leg: customer.leg });
    customer.leg.hear({ leg: agent.leg });
    await Promise.all([hears(agent, 1_100), hears(customer, 700), hears(supervisor, 700, 1_100)]);
    end(all);
  });

  test("a gain is a factor of the amplitude; one that is none is a mistake", async () => {
    const all = await people(3);
    const [a, b, c] = all;
    a?.leg.hear(mixOf([b, 0.5], [c, 0]));
    await at(a, 1_100, -18);
    await hears(a, 1_100);
    for (const gain of [-1, 5, Number.NaN]) assert.throws(() => a?.leg.hear(mixOf([b, gain])), RangeError);
    end(all);
  });
});
