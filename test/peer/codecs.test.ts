// Codecs of real phones: each side's tone is heard by the other through any two of them. baresip records what it decodes.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Baresip, BaresipOptions } from "../support/baresip.ts";
import { clearToneS, part, seconds } from "../support/tone-level.ts";
import { until } from "../support/until.ts";
import { castOf } from "./cast.ts";
import { accepted } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const [agentTone, customerTone] = [2300, 2900];
const skip = without("baresip");

/** Seconds of a clear tone in what was heard from now on. */
async function heard(who: Baresip, tone: number, other: number): Promise<number> {
  const start = seconds(await who.heard()) + 0.4;
  const fresh = await until("two seconds of recording", async () => {
    const recorded = part(await who.heard(), start, start + 2.2);
    return seconds(recorded) >= 2.2 ? recorded : null;
  });
  return clearToneS(fresh, tone, other);
}

type Codecs = NonNullable<BaresipOptions["codecs"]>;
type Case = {
  readonly agent: Codecs;
  readonly customer: Codecs;
  readonly spoken: readonly [agent: string, customer: string];
};

async function hearEachOther(t: TestContext, { agent, customer, spoken }: Case): Promise<void> {
  const cast = castOf(t);
  const party = await cast.baresip({ user: "40040", tone: customerTone, codecs: customer });
  const trunks = [{ pattern: "40040", port: party.port }];
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001"], trunks }) });
  const registrar = { port: gateway.ports.sip, password };
  const phone = await cast.baresip({ user: "40001", tone: agentTone, codecs: agent, registrar });
  const desk = await cast.desk(gateway, "40001");
  await desk.callOut({ called: "40040" });
  await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"]);
  const clear = await Promise.all([heard(phone, customerTone, agentTone), heard(party, agentTone, customerTone)]);
  assert.ok(
    clear.every((length) => length >= 2),
    `seconds of the other's clear tone, heard by agent and customer: ${clear}`,
  );
  accepted(await desk.session.release());
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
  const closed = await until("the figures of both legs", () => {
    const lines = gateway
      .log()
      .split("\n")
      .filter((line) => line.includes("leg closed: its audio"));
    return lines.length === 2
      ? lines.map((line) => JSON.parse(line) as { leg: string; codec: string; lost: number })
      : null;
  });
  const codecOf = (end: RegExp): string | undefined => closed.find(({ leg }) => end.test(leg))?.codec;
  assert.deepEqual([codecOf(/phone/), codecOf(/party$/)], spoken);
}

const cases: readonly Case[] = [
  { agent: ["G722"], customer: ["PCMA"], spoken: ["G722", "PCMA"] },
  { agent: ["opus"], customer: ["PCMU"], spoken: ["opus", "PCMU"] },
  // What the phone speaks is offered first, so packets pass as they are.
  { agent: ["opus"], customer: ["PCMU", "opus"], spoken: ["opus", "opus"] },
];
for (const each of cases) {
  const { agent, customer, spoken } = each;
  test(
    `${agent.join(" or ")} and ${customer.join(" or ")}: ${spoken.join(" with ")}, and both hear each other`,
    { skip },
    (t) => hearEachOther(t, each),
  );
}
