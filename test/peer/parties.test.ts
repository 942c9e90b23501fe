// Three people and a recorder over each engine: who hears whom, and what is in which channel of the file. Each phone speaks a tone of
// its own, and what it hears is measured.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { levelAt } from "../../src/media/codec/tone.ts";
import type { MediaLeg, MediaPlane, PhoneLeg, PhonePlane } from "../../src/media/face.ts";
import { openPhonePlane, openPlane } from "../../src/media/plane.ts";
import { wavHeaderLength } from "../../src/media/recording/wav.ts";
import { type Rtpengine, startRtpengine } from "../support/rtpengine.ts";
import { freeSipPort } from "../support/sip-port.ts";
import { until } from "../support/until.ts";
import { without } from "./missing.ts";

const settings = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 } as const;
const tones = [700, 1_100, 1_500] as const;
type Person = { readonly leg: MediaLeg; readonly phone: PhoneLeg; readonly tone: number };

const engines = [
  { engine: "builtin", skip: false, first: 25_600 },
  { engine: "rtpengine", skip: without("rtpengine"), first: 26_000 },
] as const;

for (const { engine, skip, first } of engines)
  describe(`three people over ${engine}`, { skip, timeout: 60_000, concurrency: true }, () => {
    let daemon: Rtpengine | null = null;
    let gateway: MediaPlane;
    let phones: PhonePlane;
    before(async () => {
      const ports = [first, first + 199] as const;
      const digitPort = await freeSipPort();
      if (engine === "rtpengine") daemon = await startRtpengine({ more: [`--dtmf-log-dest=127.0.0.1:${digitPort}`] });
      const instances = daemon ? [{ name: "one", host: "127.0.0.1", port: daemon.port }] : [];
      gateway = await openPlane({ ...settings, ports, ...(daemon && { rtpengine: { instances, digitPort } }) });
      phones = await openPhonePlane({ ...settings, ports: [first + 200, first + 399] });
    });
    after(async () => {
      const census = gateway?.census();
      await gateway?.close();
      await phones?.close();
      await daemon?.stop();
      assert.deepEqual(census, { legs: 0, ports: 0 });
    });

    async function people(): Promise<readonly [Person, Person, Person]> {
      const all: Person[] = [];
      for (const tone of tones) {
        const leg = await gateway.open(`${tone}`, all[0]?.leg);
        const phone = await phones.open(`${tone}`);
        const answer = phone.answer(leg.offer({ video: false }));
        assert.ok(!("refused" in answer) && !("refused" in leg.acceptAnswer(answer.sdp)));
        phone.hear({ tone });
        all.push({ leg, phone, tone });
      }
      const [a, b, c] = all;
      assert.ok(a && b && c);
      return [a, b, c];
    }

    const end = (...all: readonly Person[]): void =>
      all.forEach(({ leg, phone }) => {
        leg.close();
        phone.close();
      });

    /** Waits until this person has heard these and nobody else for a second. */
    const hears = ({ phone }: Person, ...speakers: readonly Person[]): Promise<true> =>
      until(`only ${speakers.map(({ tone }) => tone).join(" and ") || "silence"}`, async () => {
        const { levels } = await phone.listen(tones);
        const right = tones.every((tone, index) => {
          const level = levels[index] ?? 0;
          return speakers.some((speaker) => speaker.tone === tone) ? level > -30 : level < -45;
        });
        return right || null;
      });

    /** So many packets more, 20 ms each. */
    async function says({ leg }: Person, packets: number): Promise<void> {
      const before = (await leg.statistics()).audio.packetsIn;
      await until("packets", async () => (await leg.statistics()).audio.packetsIn >= before + packets || null);
    }

    const talk = (a: Person, b: Person): void => {
      a.leg.hear({ leg: b.leg });
      b.leg.hear({ leg: a.leg });
    };
    const mixOf = (...all: readonly Person[]) => ({ mix: all.map(({ leg }) => ({ leg, gain: 1 })) });

    test("each of three hears the other two, then two go on", async () => {
      const [a, b, c] = await people();
      talk(a, b);
      await Promise.all([hears(a, b), hears(b, a)]);
      a.leg.hear(mixOf(b, c));
      b.leg.hear(mixOf(a, c));
      c.leg.hear(mixOf(a, b));
      await Promise.all([hears(a, b, c), hears(b, a, c), hears(c, a, b)]);
      end(c);
      talk(a, b);
      await Promise.all([hears(a, b), hears(b, a)]);
      end(a, b);
    });

    test("mute: the other hears nothing, and is heard; then both again", async () => {
      const [agent, party, third] = await people();
      talk(agent, party);
      await Promise.all([hears(agent, party), hears(party, agent)]);
      party.leg.hear(null);
      await Promise.all([hears(party), hears(agent, party)]);
      talk(agent, party);
      await hears(party, agent);
      end(agent, party, third);
    });

    test("a whisper is heard by the agent alone, who goes on hearing and being heard", async () => {
      const [agent, party, inspector] = await people();
      talk(agent, party);
      await Promise.all([hears(agent, party), hears(party, agent)]);
      agent.leg.hear(mixOf(party, inspector));
      inspector.leg.hear(mixOf(agent, party));
      await Promise.all([hears(agent, party, inspector), hears(party, agent), hears(inspector, agent, party)]);
      end(agent, party, inspector);
    });

    test("a recording that goes on across a transfer: the agent left, whoever is the party right", async () => {
      const [agent, party, next] = await people();
      const folder = await mkdtemp(join(tmpdir(), "seatway-parties-"));
      talk(agent, party);
      await Promise.all([hears(agent, party), hears(party, agent)]);
      const recording = await gateway.record(agent.leg, party.leg, join(folder, "talk.wav"));
      await says(agent, 30);
      // The agent hands the party over: the recording stays with the one who is served.
      recording.voices([next.leg], [party.leg]);
      talk(next, party);
      end(agent);
      await Promise.all([hears(next, party), hears(party, next), says(next, 30)]);
      recording.stop();
      const ended = await recording.ended;
      assert.ok("saved" in ended, JSON.stringify(ended));
      const { left, right } = channels(await readFile(ended.saved.file));
      const loud = (samples: Int16Array, tone: number): boolean => levelAt(samples, tone) > -30;
      assert.ok(loud(left, agent.tone) && loud(left, next.tone) && !loud(left, party.tone), "left");
      assert.ok(loud(right, party.tone) && !loud(right, agent.tone) && !loud(right, next.tone), "right");
      end(party, next);
      await rm(folder, { recursive: true });
    });
  });

function channels(file: Buffer): { readonly left: Int16Array; readonly right: Int16Array } {
  const octets = file.subarray(wavHeaderLength, wavHeaderLength + file.readUInt32LE(wavHeaderLength - 4));
  const frames = Math.floor(octets.length / 4);
  const side = (offset: number) => Int16Array.from({ length: frames }, (_, at) => octets.readInt16LE(4 * at + offset));
  return { left: side(0), right: side(2) };
}
