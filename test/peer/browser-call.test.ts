// A call with a browser in it: JsSIP in Chromium as the agent's phone (ICE, DTLS-SRTP), baresip as the customer with plain RTP.
// Both are heard, pictures are decoded on both sides.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { level, windows } from "../support/tone-level.ts";
import { until } from "../support/until.ts";
import { startBrowserPhone } from "./browser-phone.ts";
import { castOf } from "./cast.ts";
import { accepted } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const skip = without("chromium") || without("baresip");
const tone = 2300;

async function talk(context: TestContext, video: boolean) {
  const cast = castOf(context);
  const customer = await cast.baresip({ user: "40040", tone, video });
  const site = siteFile({ phones: ["40001"], trunks: [{ pattern: "40040", port: customer.port }] });
  const gateway = await cast.gateway({ site });
  const phone = await startBrowserPhone({ number: "40001", password, gateway: gateway.httpsUrl });
  context.after(() => phone.close());
  await phone.saw("registered");
  await phone.answerNext({ video });
  const desk = await cast.desk(gateway, "40001");
  await desk.callOut({ called: "40040", mediaability: video ? 1 : 0 });
  const connected = video ? "Talking video" : "Talking";
  await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", connected]);
  return { customer, phone, desk, connected };
}

test("a browser and a phone hear each other; on hold the browser hears nothing; packets are counted on both ways", {
  skip,
}, async (t) => {
  const { customer, phone, desk, connected } = await talk(t, false);
  await until("the customer's tone in the browser", async () => (await phone.hears(tone)) > -50 || null);
  // The browser's fake microphone beeps twice a second for 20 ms.
  await until("the browser's beep at the customer", async () => {
    return windows(await customer.heard()).some((part) => level(part) > -40) || null;
  });
  accepted(await desk.session.hold());
  await desk.told(["Hold"]);
  await until("silence in the browser", async () => (await phone.hears(tone)) < -70 || null);
  accepted(await desk.session.getHold());
  await desk.told([connected]);
  await until("the tone again", async () => (await phone.hears(tone)) > -50 || null);
  const { packetsIn, packetsOut, lost } = await phone.counted();
  assert.ok(packetsIn > 50 && packetsOut > 50, `${packetsIn} in, ${packetsOut} out`);
  assert.equal(lost, 0);
  accepted(await desk.session.release());
  await phone.saw("remote Terminated");
});

test("mediaability 1: the browser decodes the phone's pictures, the phone the browser's", { skip }, async (t) => {
  const { customer, phone, desk } = await talk(t, true);
  await until("frames decoded in the browser", async () => (await phone.counted()).framesDecoded > 10 || null);
  await until("video at the customer", () => /video: receiving with resolution/.test(customer.output()) || null);
  accepted(await desk.session.release());
  await phone.saw("remote Terminated");
});
