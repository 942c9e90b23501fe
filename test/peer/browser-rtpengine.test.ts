// A browser behind rtpengine (ICE, DTLS-SRTP), a phone with plain RTP on the other side of it: sound and pictures, hold and back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { level, windows } from "../support/tone-level.ts";
import { until } from "../support/until.ts";
import { startBrowserPhone } from "./browser-phone.ts";
import { castOf, mediaOf } from "./cast.ts";
import { accepted } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const tone = 2300;

test("rtpengine between a browser and the gateway: both hear and see each other, on hold the browser hears nothing", {
  skip: without("chromium", "baresip", "rtpengine"),
}, async (t) => {
  const cast = castOf(t);
  const customer = await cast.baresip({ user: "40040", tone, video: true });
  const trunks = [{ pattern: "40040", port: customer.port }];
  const media = await mediaOf(cast, "rtpengine");
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001"], trunks, ...media }) });
  const phone = await startBrowserPhone({ number: "40001", password, gateway: gateway.httpsUrl });
  t.after(() => phone.close());
  await phone.saw("registered");
  await phone.answerNext({ video: true });
  const desk = await cast.desk(gateway, "40001");
  await desk.callOut({ called: "40040", mediaability: 1 });
  await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking video"]);
  await until("the customer's tone in the browser", async () => (await phone.hears(tone)) > -50 || null);
  await until("the browser's beep at the customer", async () => {
    return windows(await customer.heard()).some((part) => level(part) > -40) || null;
  });
  await until("frames decoded in the browser", async () => (await phone.counted()).framesDecoded > 10 || null);
  await until("video at the customer", () => /video: receiving with resolution/.test(customer.output()) || null);
  accepted(await desk.session.hold());
  await desk.told(["Hold"]);
  await until("silence in the browser", async () => (await phone.hears(tone)) < -70 || null);
  accepted(await desk.session.getHold());
  await desk.told(["Talking video"]);
  await until("the tone again", async () => (await phone.hears(tone)) > -50 || null);
  const { packetsIn, packetsOut } = await phone.counted();
  assert.ok(packetsIn > 50 && packetsOut > 50, `${packetsIn} in, ${packetsOut} out`);
  accepted(await desk.session.release());
  await phone.saw("remote Terminated");
});
