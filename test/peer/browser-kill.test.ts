// The gateway's process is killed under a phone in a browser (JsSIP over WSS) and started again: the page's connection comes back by itself,
// ICE and DTLS begin anew in the same dialog, and agent and customer (baresip) hear each other. The page is not touched.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { part, seconds, toneLevel, windows } from "../support/tone-level.ts";
import { until } from "../support/until.ts";
import { startBrowserPhone } from "./browser-phone.ts";
import { castOf, type Engine, mediaOf } from "./cast.ts";
import { accepted } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const skip = without("chromium") || without("baresip");
const [customersTone, agentsTone] = [2300, 1900];

async function open(context: TestContext, engine: Engine) {
  const cast = castOf(context);
  const media = await mediaOf(cast, engine);
  const data = await mkdtemp(join(tmpdir(), "seatway-browser-kill-"));
  context.after(() => rm(data, { recursive: true, force: true }));
  const customer = await cast.baresip({ user: "40040", tone: customersTone });
  const site = siteFile({ phones: ["40001"], trunks: [{ pattern: "40040", port: customer.port }], ...media });
  let gateway = await cast.gateway({ site, data });
  const phone = await startBrowserPhone({
    ...{ number: "40001", password, gateway: gateway.httpsUrl },
    answers: { tone: agentsTone },
  });
  context.after(() => phone.close());
  await phone.saw("registered");
  const desk = await cast.desk(gateway, "40001");
  return {
    ...{ customer, phone, desk, gateway: () => gateway },
    async again() {
      await gateway.stop("SIGKILL");
      gateway = await cast.gateway({ site, data, ports: gateway.ports });
    },
    async bothHear() {
      const begin = seconds(await customer.heard());
      await until("the agent's tone at the customer", async () => {
        const lately = windows(part(await customer.heard(), begin)).slice(-5);
        return (lately.length === 5 && lately.every((window) => toneLevel(window, agentsTone) > -30)) || null;
      });
      await until("the customer's tone in the browser", async () => (await phone.hears(customersTone)) > -50 || null);
    },
  };
}

test("killed in mid-call: the page registers again by itself, and both hear each other in the same dialog", {
  skip,
}, async (t) => {
  const talk = await open(t, "builtin");
  const { desk, phone, customer } = talk;
  await desk.callOut({ called: "40040" });
  await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"]);
  await talk.bothHear();
  const registered = async (): Promise<number> => (await phone.said()).filter((said) => said === "registered").length;
  const [before, once] = [await phone.transport(), await registered()];
  await talk.again();
  const ready = performance.now();
  await until("the page to register again", async () => (await registered()) > once || null);
  const back = performance.now();
  await until("ICE to begin anew", async () => (await phone.transport()).ufrag !== before.ufrag || null);
  await talk.bothHear();
  t.diagnostic(
    `registered ${Math.round(back - ready)} ms after ready, both heard ${Math.round(performance.now() - back)} ms later`,
  );
  assert.equal((await phone.transport()).dtls, "connected");
  assert.equal((await phone.said()).filter((said) => said === "rings").length, 1, "the same dialog");
  assert.equal(customer.invites(), 1);
  accepted(await desk.session.hold());
  accepted(await desk.session.getHold());
  await desk.told(["Hold", "Talking"]);
  await talk.bothHear();
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
  await phone.saw("remote Terminated");
});

test("with rtpengine between, the page is invited anew, and its session of before ends", {
  skip: skip || without("rtpengine"),
}, async (t) => {
  const talk = await open(t, "rtpengine");
  const { desk, phone, customer } = talk;
  await desk.callOut({ called: "40040" });
  await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"]);
  await talk.bothHear();
  await talk.again();
  await until("the page to be rung again", async () => {
    return (await phone.said()).filter((said) => said === "talks").length === 2 || null;
  });
  const back = performance.now();
  await talk.bothHear();
  t.diagnostic(`both heard ${Math.round(performance.now() - back)} ms after the page had answered`);
  await phone.saw("remote Terminated");
  assert.equal(customer.invites(), 1);
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
  await until("both sessions of the page to be over", async () => {
    return (await phone.said()).filter((said) => said === "remote Terminated").length === 2 || null;
  });
});
