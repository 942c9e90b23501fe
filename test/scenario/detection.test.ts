// What is heard on the party's leg, as the agent is told about it: network tones before the answer (decisions.md 16, 18), a machine
// or fax after it. Only for skills that ask for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sign } from "../../src/core/detect/cause.ts";
import type { Site } from "../../src/core/site.ts";
import { callsOut, signedIn, type TestGateway, testGateway, testSite } from "./test-gateway.ts";

type Asked = NonNullable<Site["skills"][number]["detect"]>;

async function calling(detect: Asked, site: Partial<Site> = {}): Promise<TestGateway> {
  const gateway = testGateway({ site: { skills: testSite.skills.map((skill) => ({ ...skill, detect })), ...site } });
  await signedIn(gateway);
  callsOut(gateway);
  gateway.answer(gateway.phone());
  return gateway;
}

const watches = (gateway: TestGateway) => gateway.legs.watched.map(({ watch }) => watch);
const hears = (gateway: TestGateway, sign: Sign): void => {
  const leg = gateway.legs.watched.at(-1)?.leg;
  if (leg) gateway.legs.reporters.get(leg)?.({ type: "leg-sign", leg, sign });
};

const tones: readonly (readonly [Sign, detect: number, desc: string])[] = [
  ["busy", 537, "called party: busy (heard)"],
  ["congestion", 605, "called party: the network failed (heard)"],
  ["information", 538, "called party: the number is vacant (heard)"],
];
for (const [sign, detect, desc] of tones) {
  test(`${sign} in early media: the failure of decisions.md 16 with detect ${detect}, and the party's leg is hung up`, async () => {
    const gateway = await calling(["progress"]);
    const party = gateway.party();
    gateway.ring(party, true);
    await gateway.told();
    hears(gateway, sign);
    const events = await gateway.events();
    const failure = events.find(({ eventType }) => eventType === "OUTBOUND_DETECT_EVENT");
    assert.deepEqual(failure?.content, { callId: "1455885056-1", detect, desc });
    assert.deepEqual(
      events.map(({ eventType }) => eventType.replace(/^Agent[A-Za-z]+?_/, "")),
      ["PhoneRelease", "OUTBOUND_DETECT_EVENT", "Call_Out_Fail", "Connect_Fail", "Ready"],
    );
    assert.ok(gateway.legs.hungUp.includes(party));
    hears(gateway, sign);
    assert.deepEqual(await gateway.told(), []);
  });
}

test("a leg is listened to from its first early media, once, and no more when it has answered", async () => {
  const gateway = await calling(["progress"]);
  gateway.ring(gateway.party());
  assert.deepEqual(watches(gateway), []);
  gateway.ring(gateway.party(), true);
  gateway.ring(gateway.party(), true);
  assert.deepEqual(watches(gateway), ["progress"]);
  gateway.answer(gateway.party());
  assert.deepEqual(watches(gateway), ["progress", null]);
});

test("a machine after the answer is told, the call goes on", async () => {
  const gateway = await calling(["answer"]);
  gateway.ring(gateway.party(), true);
  gateway.answer(gateway.party());
  assert.deepEqual(watches(gateway), ["answer"]);
  await gateway.told();
  hears(gateway, "busy");
  hears(gateway, "machine");
  const [told, ...more] = await gateway.events();
  assert.deepEqual(told?.content, {
    callId: "1455885056-1",
    detect: 263,
    desc: "called party: answering machine (heard)",
  });
  assert.deepEqual(more, []);
  assert.equal(gateway.agentStatus("101").agentState, 7);
  gateway.command("101", { type: "hold" });
  hears(gateway, "fax");
  assert.deepEqual(await gateway.told(), ["Hold", "detect 262"]);
});

test("news of a call that is over is dropped", async () => {
  const gateway = await calling(["answer"]);
  gateway.answer(gateway.party());
  gateway.end(gateway.party());
  await gateway.told();
  hears(gateway, "machine");
  assert.deepEqual(await gateway.told(), []);
});

test("the site's own numbers, by what was heard or by the status that says the same", async () => {
  const rows = [
    { heard: "machine", detect: 162, desc: "automatic device" },
    { status: 486, detect: 145, desc: "user busy" },
  ] as const;
  const machine = await calling(["answer"], { detect: rows });
  machine.answer(machine.party());
  await machine.told();
  hears(machine, "machine");
  assert.deepEqual(await machine.told(), ["detect 162"]);
  const busy = await calling(["progress"], { detect: rows });
  busy.ring(busy.party(), true);
  await busy.told();
  hears(busy, "busy");
  assert.ok((await busy.told()).includes("detect 145"));
});

test("a skill that does not ask for it listens to nothing", async () => {
  const gateway = await calling([]);
  gateway.ring(gateway.party(), true);
  gateway.answer(gateway.party());
  assert.deepEqual(watches(gateway), []);
});
