// What people hear: two baresip phones, one registered as the agent's, one behind the trunk, each with a tone of its own.
// Their recordings are measured (tone-level.ts). The tones lie above the hold music, which reaches 1,980 Hz. Written once, run
// over every media engine.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import type { Baresip } from "../support/baresip.ts";
import { freeSipPort } from "../support/sip-port.ts";
import { clearToneS, level, part, type Recording, seconds, toneLevel, windows } from "../support/tone-level.ts";
import { until } from "../support/until.ts";
import { type Cast, castOf, type Engine, mediaOf } from "./cast.ts";
import { accepted } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const agentTone = 2300;
const customerTone = 2900;
const talking = ["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"];

type Scene = { readonly cast: Cast; readonly engine: Engine; readonly video?: boolean; readonly srtp?: boolean };

/** Agent's phone 40001 and customer 40040, both baresip, and a SIPp trunk for 40041. */
async function open({ cast, engine, video = false, srtp = false }: Scene) {
  const sippPort = await freeSipPort();
  const customer = await cast.baresip({ user: "40040", tone: customerTone, video, srtp });
  const trunks = [
    { pattern: "40040", port: customer.port, srtp },
    { pattern: "40041", port: sippPort },
  ];
  const media = await mediaOf(cast, engine);
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001"], trunks, ...media }) });
  const registrar = srtp
    ? { port: gateway.ports.sips, password, transport: "tls" as const, ca: join(gateway.data, "tls", "ca.pem") }
    : { port: gateway.ports.sip, password };
  const phone = await cast.baresip({ user: "40001", tone: agentTone, video, registrar });
  const desk = await cast.desk(gateway, "40001");
  return { customer, phone, desk, sippPort, folder: gateway.data };
}

/** What was heard from now on, once it holds so many seconds; what was still under way is left out. */
async function heardFromNow(who: Baresip, lengthS: number): Promise<Recording> {
  const underWayS = 0.4;
  const start = seconds(await who.heard()) + underWayS;
  return until(`${lengthS} s of recording`, async () => {
    const fresh = part(await who.heard(), start, start + lengthS);
    return seconds(fresh) >= lengthS ? fresh : null;
  });
}

async function hearEachOther(phone: Baresip, customer: Baresip): Promise<void> {
  const [byAgent, byCustomer] = await Promise.all([heardFromNow(phone, 2.2), heardFromNow(customer, 2.2)]);
  const clear = [clearToneS(byAgent, customerTone, agentTone), clearToneS(byCustomer, agentTone, customerTone)];
  assert.ok(
    clear.every((length) => length >= 2),
    `seconds of the other's clear tone, heard by agent and customer: ${clear}`,
  );
}

type Hold = { readonly engine: Engine; readonly mediaability: 0 | 2; readonly srtp?: boolean };

async function holdAndBack(context: TestContext, { engine, mediaability, srtp = false }: Hold): Promise<void> {
  const scene = { cast: castOf(context), engine, video: mediaability === 2, srtp };
  const { customer, phone, desk } = await open(scene);
  await desk.callOut({ called: "40040", mediaability });
  const connected = mediaability === 2 ? "Talking video" : "Talking";
  await desk.told([...talking.slice(0, -1), connected]);
  await hearEachOther(phone, customer);
  if (mediaability === 2) await seeEachOther(phone, customer);

  accepted(await desk.session.hold());
  await desk.told(["Hold"]);
  const [byAgent, byCustomer] = await Promise.all([heardFromNow(phone, 2), heardFromNow(customer, 2)]);
  assert.ok(level(byCustomer) > -30, `music at ${level(byCustomer)} dB`);
  const below = level(byCustomer) - toneLevel(byCustomer, agentTone);
  assert.ok(below > 30, `the agent's tone only ${below} dB below the music`);
  assert.ok(toneLevel(byAgent, customerTone) < -60, "the agent does not hear the customer");

  accepted(await desk.session.getHold());
  await desk.told([connected]);
  await hearEachOther(phone, customer);
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
}

/** Both decode pictures of the other's camera. */
async function seeEachOther(...phones: readonly Baresip[]): Promise<void> {
  for (const phone of phones) {
    await until("video to be decoded", () => /video: receiving with resolution/.test(phone.output()) || null);
  }
}

const isAnswer =
  (direction: string) =>
  (message: string): boolean =>
    message.startsWith("SIP/2.0 200 ") && new RegExp(`^a=${direction}`, "m").test(message);

/**
 * RTP packets that came in this call, of all who sent some: where packets change their way, their SSRC does. (After a hold baresip
 * records no more of what it hears, but it still counts.)
 */
async function packetsIn(who: Baresip): Promise<number> {
  const counted = [...(await who.command("audio_debug")).matchAll(/rcvd=(\d+)/g)];
  assert.ok(counted.length > 0, "baresip tells its packets");
  return counted.reduce((sum, [, packets]) => sum + Number(packets), 0);
}

/** Waits until no packet has come for 300 ms, the time of 15; resolves with the count. */
async function standingStill(who: Baresip): Promise<number> {
  let [count, since] = [-1, performance.now()];
  return until("an end of the packets", async () => {
    const now = await packetsIn(who);
    if (now !== count) [count, since] = [now, performance.now()];
    return performance.now() - since > 300 ? count : null;
  });
}

export function heardSuite(engine: Engine): void {
  const skip = without("baresip", ...(engine === "rtpengine" ? ["rtpengine"] : []));
  describe(`what is heard over ${engine}`, () => {
    test(
      "mediaability 0: both hear each other, on hold the customer hears music, and the tones come back",
      { skip },
      (t) => holdAndBack(t, { engine, mediaability: 0 }),
    );

    test("a phone on TLS and a trunk, both with SRTP and nothing else: the same with video", { skip }, async (t) => {
      await holdAndBack(t, { engine, mediaability: 2, srtp: true });
    });

    test("mediaability 2: the same with video, which both sides decode", { skip }, (t) =>
      holdAndBack(t, { engine, mediaability: 2 }),
    );

    test("the phone holds by itself (re-INVITE, a=sendonly): it gets no audio until it resumes, the agent is told nothing", {
      skip,
    }, async (t) => {
      const { customer, phone, desk } = await open({ cast: castOf(t), engine });
      await desk.callOut({ called: "40040" });
      await desk.told(talking);
      await hearEachOther(phone, customer);
      await phone.command("hold");
      // RFC 3264 §6.1: the answer to sendonly is recvonly.
      await until("the answer to the hold", () => phone.received().some(isAnswer("recvonly")) || null);
      const held = await standingStill(phone);
      await phone.command("resume");
      const [byCustomer] = await Promise.all([
        heardFromNow(customer, 2.2),
        until("two seconds of packets", async () => (await packetsIn(phone)) - held >= 100 || null),
      ]);
      assert.ok(clearToneS(byCustomer, agentTone, customerTone) >= 2);
      assert.equal(await desk.state(), 7);
      accepted(await desk.session.release());
      await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
    });

    test("183 with early media: the agent hears it before the answer, in place of our ringback", {
      skip: skip || without("sipp", "sox"),
    }, async (t) => {
      const cast = castOf(t);
      const { phone, desk, sippPort, folder } = await open({ cast, engine });
      const tone = join(folder, "early.al");
      const { status } = spawnSync("sox", [
        "-n",
        "-r",
        "8000",
        "-c",
        "1",
        "-t",
        "al",
        tone,
        "synth",
        "4",
        "sine",
        "1500",
      ]);
      assert.equal(status, 0, "sox makes the tone");
      const sipp = await cast.sipp({ scenario: "early-media", port: sippPort, keys: { tone, earlyMs: "2500" } });
      await desk.callOut({ called: "40041" });
      await desk.told(talking);
      // Talking comes after the answer, so what was heard up to now was early.
      const early = await phone.heard();
      assert.ok(clearToneS(early, 1500, 450) >= 1, `early media: ${clearToneS(early, 1500, 450)} s`);
      assert.ok(
        windows(early).every((window) => toneLevel(window, 450) < -40),
        "no ringback of ours beside it",
      );
      accepted(await desk.session.release());
      await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
      assert.equal((await sipp.finished()).invites, 1);
    });
  });
}
