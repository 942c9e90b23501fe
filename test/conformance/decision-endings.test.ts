// decisions.md 19 and 20 where calls end in unusual ways: beside held calls, by the handset, at any moment of the setup.
// Afterwards nothing is left: no leg at a phone or a party, and the agent is idle.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, settingUp, short, until } from "./agent.ts";
import { type Demo, openDemo, setParameter } from "./town.ts";

let demo: Demo;

before(async () => {
  demo = await openDemo();
});
after(() => demo?.stop());

/** Two calls: the first held, the second talking. */
async function twoCalls() {
  const agent = await (await demo.agent()).begin();
  const [held, current] = [await demo.party(), await demo.party()];
  const first = await agent.talk(held);
  await agent.ask("POST /voicecall/@/hold");
  await agent.hears("Hold");
  const second = String((await agent.callOut({ called: current })).result);
  await agent.hears("Customer_Alerting", "Talking");
  return { agent, held, current, first, second };
}

async function nothingLeft(agent: Agent, ...parties: readonly string[]): Promise<void> {
  for (const number of parties) {
    await until(async () => (await demo.calls("parties", number)) === 0, `party ${number} is free`);
  }
  await until(async () => (await demo.calls("phones", agent.phone)) === 0, "the phone is free");
  assert.equal(await agent.state(), 4);
}

test("decision 19: the held customer hangs up: his call ends, the other goes on", async () => {
  const { agent, held, current, first } = await twoCalls();
  await demo.hangUp("parties", held);
  const told = await agent.hears("Customer_Release", "Call_Release");
  assert.equal(told[1]?.content, first);
  assert.equal(await agent.state(), 7);
  await demo.hangUp("parties", current);
  await agent.hears("Customer_Release", "Call_Release", "PhoneRelease 3", "Ready");
  await nothingLeft(agent, held, current);
});

test("decision 19: dropcall ends the held call and leaves the other", async () => {
  const { agent, held, current, first, second } = await twoCalls();
  assert.equal((await agent.ask(`POST /voicecall/@/dropcall/${first}`)).code, "0");
  const [dropped] = await agent.hears("Call_Release");
  assert.equal(dropped?.content, first);
  await agent.ask(`POST /voicecall/@/dropcall/${second}`);
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
  await nothingLeft(agent, held, current);
});

test("decision 20: the handset goes down on two calls: both end", async () => {
  const { agent, held, current, first, second } = await twoCalls();
  await demo.hangUp("phones", agent.phone);
  const told = await agent.hears("Call_Release", "Call_Release", "PhoneRelease 2", "Ready");
  assert.deepEqual(
    told
      .slice(0, 2)
      .map(({ content }) => content)
      .toSorted(),
    [first, second].toSorted(),
  );
  await nothingLeft(agent, held, current);
});

test("decision 20: forcelogout with a held and a talking call ends every leg", async () => {
  const { agent, held, current } = await twoCalls();
  assert.equal((await agent.ask("DELETE /onlineagent/@/forcelogout")).code, "0");
  await agent.begin();
  await nothingLeft(agent, held, current);
});

test("decision 20: P18=1 and a phone that is kept: Busy once for each call, no phone event", async () => {
  await setParameter(demo, "P18", 1);
  try {
    const agent = await (await demo.agent()).begin({ releasephone: false });
    await agent.callOut({ called: await demo.party() });
    await agent.hears("Busy", "PhoneAlerting", "PhoneOffhook", "Customer_Alerting", "Talking");
    await agent.ask("DELETE /voicecall/@/release");
    await agent.hears("Call_Release", "Ready");
    await agent.callOut({ called: await demo.party() });
    await agent.hears("Busy", "Customer_Alerting", "Talking");
  } finally {
    await setParameter(demo, "P18", 0);
  }
});

/** Fetches until the agent is idle and nothing more comes. */
async function settles(agent: Agent): Promise<readonly string[]> {
  const told: string[] = [];
  for (let quiet = 0; quiet < 2; ) {
    const { body } = await agent.poll();
    const { event } = JSON.parse(body) as { event?: Parameters<typeof short>[0] };
    if (event) told.push(short(event));
    quiet = event ? 0 : quiet + 1;
  }
  return told;
}

/** When the agent gives up, in ms after the reply: the phone answers after 30, the party after 60 more. */
const moments = [0, 5, 20, 28, 32, 40, 60, 80, 88, 92, 96, 110];

test("decision 20: release at any moment of the setup leaves nothing behind, and says how the call ended", async () => {
  const ends: string[] = [];
  await Promise.all(
    moments.map(async (ms) => {
      const agent = await (await demo.agent()).begin();
      const called = await demo.party();
      const placed = await agent.callOut({ called });
      await new Promise((resolve) => setTimeout(resolve, ms));
      const { code } = await agent.ask("DELETE /voicecall/@/release");
      assert.equal(code, "0", `${ms} ms`);
      const told = await settles(agent);
      const over = told.filter((name) => name === "Call_Release" || name === "Call_Out_Fail");
      assert.equal(over.length, 1, `${placed.result} after ${ms} ms: ${told.join(", ")}`);
      ends.push(over[0] ?? "");
      await nothingLeft(agent, called);
    }),
  );
  assert.equal(ends.length, moments.length);
});

test("decision 20: both sides hang up at once, and the gateway releases too", async () => {
  const agent = await (await demo.agent()).begin();
  for (let round = 0; round < 5; round++) {
    const called = await demo.party();
    await agent.callOut({ called });
    await agent.hears(...settingUp);
    await Promise.all([
      demo.hangUp("parties", called),
      demo.hangUp("phones", agent.phone),
      agent.ask("DELETE /voicecall/@/release"),
    ]);
    const told = await settles(agent);
    assert.equal(told.filter((name) => name === "Call_Release").length, 1, told.join(", "));
    assert.equal(told.at(-1), "Ready");
    await nothingLeft(agent, called);
  }
});
