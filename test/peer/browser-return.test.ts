// A browser whose connection is lost in mid-call: the page reloads, the network drops, or nobody comes back. JsSIP in Chromium is
// the agent's phone and speaks a tone of its own; what baresip, the customer, hears is written down and looked at.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { level, part, seconds, toneLevel, windowS, windows } from "../support/tone-level.ts";
import { until } from "../support/until.ts";
import { type AnswerManner, startBrowserPhone } from "./browser-phone.ts";
import { castOf } from "./cast.ts";
import { accepted } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const skip = without("chromium") || without("baresip");
const [customersTone, agentsTone] = [2300, 1900];

async function talk(context: TestContext, manner: AnswerManner, graceMs = 30_000) {
  const video = manner.video === true;
  const cast = castOf(context);
  const customer = await cast.baresip({ user: "40040", tone: customersTone, video });
  const site = siteFile({ phones: ["40001"], trunks: [{ pattern: "40040", port: customer.port }] });
  const gateway = await cast.gateway({ site, settings: { SEATWAY_PHONE_GRACE_MS: String(graceMs) } });
  const phone = await startBrowserPhone({
    ...{ number: "40001", password, gateway: gateway.httpsUrl },
    answers: { ...manner, tone: agentsTone },
  });
  context.after(() => phone.close());
  await phone.saw("registered");
  const desk = await cast.desk(gateway, "40001");
  await desk.callOut({ called: "40040", mediaability: video ? 1 : 0 });
  await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", video ? "Talking video" : "Talking"]);
  /** What the customer has heard since `startS`, in its last so many tenths of a second. */
  const lately = async (startS: number, tenths: number) => {
    const recent = windows(part(await customer.heard(), startS)).slice(-tenths);
    return recent.length === tenths ? recent : null;
  };
  const heardS = async (): Promise<number> => seconds(await customer.heard());
  const hears = {
    /** The agent's tone for half a second without a break. */
    async agent(since = 0) {
      await until(
        "the agent's tone at the customer",
        async () => (await lately(since, 5))?.every((window) => toneLevel(window, agentsTone) > -30) || null,
      );
      await until("the customer's tone in the browser", async () => (await phone.hears(customersTone)) > -50 || null);
    },
    /** Something for half a second without a break, and nothing of the agent. */
    async music(since: number) {
      await until(
        "music at the customer",
        async () =>
          (await lately(since, 5))?.every(
            (window) => level(window) > -45 && toneLevel(window, agentsTone) < level(window) - 15,
          ) || null,
      );
    },
  };
  await hears.agent();
  return { customer, phone, desk, gateway, hears, heardS };
}

test("a reload in mid-call: the customer hears music, then the agent again; the agent is told nothing", {
  skip,
}, async (t) => {
  const { phone, desk, gateway, hears, heardS, customer } = await talk(t, {});
  const before = await heardS();
  // The first page of two that come after lets it ring, and is reloaded, too.
  await phone.reload(undefined);
  await phone.saw("rings");
  await hears.music(before);
  const between = await heardS();
  await phone.reload({ tone: agentsTone });
  await phone.saw("talks");
  await hears.agent(between);
  assert.equal(await desk.state(), 7);
  // Silence of the network is short: from the agent's voice to music, and back.
  const quiet = windows(part(await customer.heard(), before)).filter((window) => level(window) < -45).length;
  t.diagnostic(`the customer heard nothing for ${(quiet * windowS).toFixed(1)} s`);
  accepted(await desk.session.hold());
  accepted(await desk.session.getHold());
  await desk.told(["Hold", "Talking"]);
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
  await desk.nothingMore();
  await phone.saw("remote Terminated");
  assert.equal(customer.invites(), 1);
  await gateway.logged(({ msg }) => msg === "the phone is back");
});

test("a reload of a video call: pictures both ways afterwards", { skip }, async (t) => {
  const { phone, desk, hears, customer } = await talk(t, { video: true });
  await until("frames decoded in the browser", async () => (await phone.counted()).framesDecoded > 5 || null);
  await phone.reload({ tone: agentsTone, video: true });
  await phone.saw("talks");
  await hears.agent();
  await until("frames decoded after the reload", async () => (await phone.counted()).framesDecoded > 5 || null);
  await until("frames sent after the reload", async () => (await phone.counted()).framesSent > 5 || null);
  assert.match(customer.output(), /video: receiving with resolution/);
  accepted(await desk.session.release());
  await phone.saw("remote Terminated");
});

test("the connection alone is lost: nobody hears a difference, and the dialog goes on over the next one", {
  skip,
}, async (t) => {
  const { phone, desk, hears, heardS, customer, gateway } = await talk(t, {});
  const before = await heardS();
  await phone.disconnect();
  await until("JsSIP to register again", async () => {
    return (await phone.said()).filter((event) => event === "registered").length > 1 || null;
  });
  await hears.agent(await heardS());
  const breaks = windows(part(await customer.heard(), before)).filter((window) => toneLevel(window, agentsTone) < -30);
  assert.equal(breaks.length, 0, "the agent was heard all the time");
  assert.doesNotMatch(gateway.log(), /connection is lost/);
  accepted(await desk.session.release());
  await phone.saw("remote Terminated");
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
});

test("the network is lost: music, then ICE starts anew in the same dialog with the same keys", { skip }, async (t) => {
  const { phone, desk, hears, heardS } = await talk(t, {});
  const [transport, before] = [await phone.transport(), await heardS()];
  assert.deepEqual([transport.dtls, transport.cipher], ["connected", "SRTP_AEAD_AES_128_GCM"]);
  await phone.hushed(true);
  await phone.disconnect();
  await hears.music(before);
  await until("another ufrag", async () => (await phone.transport()).ufrag !== transport.ufrag || null);
  await phone.hushed(false);
  await hears.agent(await heardS());
  assert.equal((await phone.transport()).dtls, "connected");
  assert.equal((await phone.said()).filter((event) => event === "rings").length, 1);
  // Released while it is away again: the page is told when it is back.
  const between = await heardS();
  await phone.hushed(true);
  await phone.disconnect();
  await hears.music(between);
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
  await phone.saw("remote Terminated");
});

test("nobody comes back: the release is told once, when the time is over; the customer is hung up", {
  skip,
}, async (t) => {
  const { phone, desk, customer } = await talk(t, {}, 1500);
  await phone.vanish();
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
  await until("BYE at the customer", () => customer.received().some((text) => text.startsWith("BYE")) || null);
  await desk.nothingMore();
});
