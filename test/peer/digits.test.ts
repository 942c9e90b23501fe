// Digits between real programs: baresip's keys as telephone-events, SIPp's as INFO.

import { test } from "node:test";
import type { Baresip } from "../support/baresip.ts";
import { freeSipPort } from "../support/sip-port.ts";
import { toneLevel, windows } from "../support/tone-level.ts";
import { until } from "../support/until.ts";
import { type Cast, castOf } from "./cast.ts";
import { accepted } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const tones = { agent: 2300, customer: 2900 } as const;
const talking = ["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"];

/** The agent's phone, a desk with it, and a trunk to 40040. */
async function open(cast: Cast, port: number) {
  const trunks = [{ pattern: "40040", port }];
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001"], trunks }) });
  const registrar = { port: gateway.ports.sip, password };
  const phone = await cast.baresip({ user: "40001", tone: tones.agent, registrar });
  return { phone, desk: await cast.desk(gateway, "40001") };
}

/** baresip prints each telephone-event that leaves its jitter buffer; the last ones wait there for audio. */
const gets = (who: Baresip, digit: string): Promise<unknown> =>
  until(`the digit ${digit}`, () => who.output().includes(`received event: '${digit}'`) || null);

/** Its audio is there, and so is the way of a key: what is pressed before the media have taken their orders is for nobody. */
const hears = (who: Baresip, hertz: number): Promise<unknown> =>
  until(
    `${hertz} Hz to be heard`,
    async () => windows(await who.heard()).some((window) => toneLevel(window, hertz) > -35) || null,
  );

test("a key of the agent's phone reaches the customer's, and seconddial does", {
  skip: without("baresip"),
}, async (t) => {
  const cast = castOf(t);
  const customer = await cast.baresip({ user: "40040", tone: tones.customer });
  const { phone, desk } = await open(cast, customer.port);
  await desk.callOut({ called: "40040" });
  await desk.told(talking);
  await Promise.all([hears(customer, tones.agent), hears(phone, tones.customer)]);
  await phone.command("sndcode", "7");
  await gets(customer, "7");
  await customer.command("sndcode", "3");
  await gets(phone, "3");
  accepted(await desk.session.secondDial("#"));
  await gets(customer, "#");
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
});

test("a customer who knows INFO alone gets digits by it and sends them by it", {
  skip: without("baresip", "sipp"),
}, async (t) => {
  const cast = castOf(t);
  const port = await freeSipPort();
  const { phone, desk } = await open(cast, port);
  const sipp = await cast.sipp({ scenario: "informs", port });
  await desk.callOut({ called: "40040" });
  await desk.told(talking);
  accepted(await desk.session.secondDial("56"));
  await gets(phone, "8");
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
  await sipp.finished();
});
