// Calls from outside over real SIP and RTP: a simulated party calls a number of the site, agents take it (behaviour.md §6, incoming).
// Who hears whom is told by their tones.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { released, type Told, until } from "./agent.ts";
import { type Demo, openSite } from "./town.ts";

const numbers = `numbers:
  - { pattern: "8000", to: { skill: 25 } }
  - { pattern: "8112", to: { agent: 112 } }`;

let demo: Demo;
before(async () => {
  demo = await openSite(numbers);
});
after(() => demo?.stop());

const automatic = ["Busy", "PhoneAlerting", "PhoneOffhook", "Auto_Answer", "Customer_Alerting", "Talking"] as const;
const hungUp = ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"] as const;

const contentOf = (told: Told | undefined) => (told?.content ?? {}) as Record<string, string>;

/** Waits until this number hears this tone, and not the other. */
const hears = (kind: "phones" | "parties", number: string, hertz: number): Promise<void> =>
  until(
    async () => ((await demo.heard(kind, number, [hertz])).levels[hertz] ?? -120) > -30,
    `${kind}/${number} hears ${hertz} Hz`,
  );

test("a free agent gets the call: the documented events, and both hear each other; the caller hangs up", async () => {
  const agent = await (await demo.agent()).begin();
  await demo.tell("phones", agent.phone, { hertz: 500 });
  const caller = await demo.party({ hertz: 1_800 });
  await demo.call("parties", caller, "8000");
  const told = await agent.hears(...automatic);
  const talking = contentOf(told.at(-1));
  assert.deepEqual([talking["caller"], talking["called"], talking["feature"]], [caller, "8000", "0"]);
  assert.equal(contentOf(told[1])["caller"], caller);
  await Promise.all([hears("phones", agent.phone, 1_800), hears("parties", caller, 500)]);
  await demo.hangUp("parties", caller);
  await agent.hears(...hungUp);
  await agent.ask("DELETE /onlineagent/@/forcelogout");
});

test("nobody is free: 200 and music; the agent who says free gets the caller, holds him, and releases him", async () => {
  const agent = await (await demo.agent()).begin({ status: 3 });
  await demo.tell("phones", agent.phone, { hertz: 550 });
  const caller = await demo.party({ hertz: 1_850 });
  await demo.call("parties", caller, "8000");
  await until(async () => (await demo.placed("parties", caller)) === 200, "the caller is answered");
  await until(async () => ((await demo.heard("parties", caller)).level ?? -120) > -40, "the caller hears music");
  await agent.ask("POST /onlineagent/@/sayfree");
  await agent.hears("CancelNotReady_Success", ...automatic);
  await Promise.all([hears("phones", agent.phone, 1_850), hears("parties", caller, 550)]);
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  await until(
    async () => ((await demo.heard("parties", caller, [550])).levels[550] ?? 0) < -50,
    "music, not the agent",
  );
  await agent.ask("POST /voicecall/@/gethold");
  await agent.hears("Talking");
  await hears("parties", caller, 550);
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears(...released);
  await until(async () => (await demo.calls("parties", caller)) === 0, "the caller's call ends");
  await agent.ask("DELETE /onlineagent/@/forcelogout");
});

test("a number that leads nowhere is 404, an agent who is not there 480", async () => {
  const caller = await demo.party();
  await demo.call("parties", caller, "8999");
  await until(async () => (await demo.placed("parties", caller)) === 404, "404");
  await demo.call("parties", caller, "8112");
  await until(async () => (await demo.placed("parties", caller)) >= 400, "a refusal");
  assert.equal(await demo.placed("parties", caller), 480);
});

test("a phone of the site calls in with its account, and reaches the site's numbers only", async () => {
  const agent = await (await demo.agent()).begin();
  await demo.call("phones", "40010", "8000");
  const told = await agent.hears(...automatic);
  assert.equal(contentOf(told.at(-1))["caller"], "40010");
  await demo.hangUp("phones", "40010");
  await agent.hears(...hungUp);
  for (const abroad of ["40040", "004930123456"]) {
    await demo.call("phones", "40010", abroad);
    await until(async () => (await demo.placed("phones", "40010")) === 404, "404");
  }
  await agent.ask("DELETE /onlineagent/@/forcelogout");
});
