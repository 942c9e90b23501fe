// An agent passes his call on with the transfer key of his phone: baresip's REFER, in a call of real programs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { part, seconds, toneLevel } from "../support/tone-level.ts";
import { until } from "../support/until.ts";
import { castOf } from "./cast.ts";
import { sitDown } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

test("baresip's transfer to a colleague's number: 202 and NOTIFY, and the customer talks with him", {
  skip: without("baresip"),
}, async (t) => {
  const cast = castOf(t);
  const customer = await cast.baresip({ user: "40040", tone: 2900 });
  const trunks = [{ pattern: "40040", port: customer.port }];
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001", "40002"], trunks }) });
  const registrar = { port: gateway.ports.sip, password };
  const phone = await cast.baresip({ user: "40001", tone: 2300, registrar });
  await cast.baresip({ user: "40002", tone: 1100, registrar });
  const desk = await cast.desk(gateway, "40001");
  const colleague = await sitDown(gateway.url, "102", { phonenum: "40002" });
  t.after(() => colleague.leave());
  await desk.callOut({ called: "40040" });
  await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"]);
  await phone.command("transfer", "sip:40002@127.0.0.1");
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
  await colleague.told(["Busy", "PhoneAlerting", "PhoneOffhook", "Auto_Answer", "Talking"]);
  const received = (start: RegExp): Promise<string> =>
    until(String(start), () => phone.received().find((text) => start.test(text)) ?? null);
  await received(/^SIP\/2\.0 202 /);
  assert.match(await received(/^NOTIFY /), /SIP\/2\.0 100 Trying/);
  await until("the customer hears the colleague", async () => {
    const heard = await customer.heard();
    return toneLevel(part(heard, seconds(heard) - 0.5), 1100) > -30 || null;
  });
});
