// Previewed calls on the virtual clock: who is shown which number, and what becomes of it (operations.json previewCallOut).

import assert from "node:assert/strict";
import { test } from "node:test";
import { agentId, callId } from "../../src/base/ids.ts";
import type { Preview } from "../../src/core/preview/state.ts";
import { signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

const wanted = { numbers: ["40040"], data: "note", caller: "", agent: "", skill: 25 };

/** 103 keeps the list; 101 and 102 are idle and serve 25. */
async function world(agents: readonly string[] = ["101"]): Promise<TestGateway> {
  const gateway = testGateway();
  for (const agent of agents) {
    await signedIn(gateway, { phoneNumber: `400${agent.slice(1)}` }, agent);
    gateway.command(agent, { type: "reset-skills", skillIds: null });
  }
  return gateway;
}

async function added(gateway: TestGateway, change: Partial<typeof wanted> = {}): Promise<number> {
  const reply = await gateway.previews.add("103", { ...wanted, ...change });
  assert.ok("id" in reply, JSON.stringify(reply));
  gateway.clock.advance(0);
  return reply.id;
}

test("shown, called, talked: feature 44, the data of the preview; then the next one", async () => {
  const gateway = await world();
  const id = await added(gateway);
  await added(gateway, { numbers: ["40041", "40042"] });
  assert.deepEqual(await gateway.events(), [
    {
      eventType: "AgentEvent_Preview_CallOut",
      workNo: "101",
      content: { controlid: String(id), dialeddigits: "40040", callData: "note" },
    },
  ]);
  assert.equal(gateway.agentStatus("101").agentState, 4, "to be shown one is no state");
  const placed = gateway.previews.callOut("101", { id, called: "40040" });
  assert.ok("callId" in placed);
  gateway.answer(gateway.phone());
  gateway.ring(gateway.party());
  gateway.answer(gateway.party());
  const told = await gateway.events();
  const talking = told.find(({ eventType }) => eventType === "AgentEvent_Talking")?.content as { feature?: string };
  assert.equal(talking.feature, "44");
  assert.equal(gateway.appData("101", ""), "note");
  gateway.end(gateway.party());
  gateway.clock.advance(0);
  assert.deepEqual(await gateway.told(), [
    ...["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready", "Preview_CallOut_Ex"],
  ]);
});

test("what is not his to call: another's, none, another number; a barred one stays with him", async () => {
  const gateway = await world(["101", "102"]);
  const id = await added(gateway, { agent: "102" });
  assert.deepEqual([await gateway.told("101"), await gateway.told("102")], [[], ["Preview_CallOut"]]);
  const code = (agent: string, request: { id: number; called: string }) => {
    const reply = gateway.previews.callOut(agent, request);
    return "refused" in reply ? reply.refused : "0";
  };
  assert.equal(code("101", { id, called: "40040" }), "100-007");
  assert.equal(code("102", { id: 4711, called: "40040" }), "100-007");
  assert.equal(code("102", { id, called: "40041" }), "000-002");
  gateway.command("102", { type: "rest", seconds: 30, cause: 1, prolong: false });
  assert.equal(code("102", { id, called: "40040" }), "100-007");
  gateway.command("102", { type: "cancel-rest" });
  assert.equal(code("102", { id, called: "40040" }), "0");
  assert.equal(code("102", { id, called: "40040" }), "100-007", "once");
});

test("declined goes to the next agent of the skill; an agent who signs out gives it back", async () => {
  const gateway = await world(["101", "102"]);
  const id = await added(gateway);
  const [first, second] = (await gateway.told("101")).length > 0 ? ["101", "102"] : ["102", "101"];
  assert.deepEqual(gateway.previews.decline(second, id), {
    refused: "100-007",
    message: "callcontrolid: no preview that this agent has been shown",
  });
  assert.deepEqual(gateway.previews.decline(first, id), { done: true });
  gateway.clock.advance(0);
  assert.deepEqual([await gateway.told(first), (await gateway.told(second)).at(-1)], [[], "Preview_CallOut"]);
  gateway.signOut(second, { force: true, reason: 258 });
  const [row] = (await gateway.previews.list("103", { limit: 10, before: 0 })) as readonly Preview[];
  assert.deepEqual([row?.state, row?.declinedBy], ["waiting", [agentId(first)]]);
  await signedIn(gateway, { phoneNumber: `400${second.slice(1)}` }, second);
  gateway.command(second, { type: "reset-skills", skillIds: null });
  gateway.clock.advance(0);
  assert.equal((await gateway.told(second)).at(-1), "Preview_CallOut");
});

test("an agent in a call is shown one when he is idle again; a failed call is written down", async () => {
  const gateway = await world();
  const id = await added(gateway);
  await gateway.told();
  gateway.previews.callOut("101", { id, called: "40040" });
  await added(gateway);
  assert.deepEqual(await gateway.told(), [], "he has one");
  gateway.fail(gateway.phone(), { status: 486 });
  gateway.clock.advance(0);
  assert.equal((await gateway.told()).at(-1), "Preview_CallOut");
  const rows = (await gateway.previews.list("103", { limit: 10, before: 0 })) as readonly Preview[];
  assert.deepEqual(
    rows.map(({ state }) => state),
    ["offered", "failed"],
  );
});

test("after a restart: what was shown waits again, what was being called has failed", async () => {
  const base: Preview = {
    ...{ id: 1, state: "offered", numbers: ["40040"], data: "", caller: "", agent: null, skill: 25 },
    ...{ offeredTo: agentId("102"), declinedBy: [], call: null, called: "", createdAt: 0, changedAt: 0 },
  };
  const calling: Preview = { ...base, id: 2, state: "calling", call: callId("1-1"), called: "40040" };
  const gateway = testGateway({ previews: [base, calling] });
  await signedIn(gateway);
  gateway.command("101", { type: "reset-skills", skillIds: null });
  gateway.clock.advance(0);
  assert.deepEqual(await gateway.told(), ["Preview_CallOut"]);
  assert.deepEqual(gateway.previews.decline("101", 2), {
    refused: "100-007",
    message: "callcontrolid: no preview that this agent has been shown",
  });
});

test("the list is for supervisors, and what cannot be is not added", async () => {
  const gateway = await world();
  const code = async (asker: string, change: Partial<typeof wanted>) => {
    const reply = await gateway.previews.add(asker, { ...wanted, ...change });
    return "refused" in reply ? reply.refused : "0";
  };
  assert.equal(await code("101", {}), "900-002");
  for (const wrong of [{ agent: "999" }, { skill: 4711 }, { skill: 0 }, { caller: "40037" }])
    assert.equal(await code("103", wrong), "000-002", JSON.stringify(wrong));
  assert.equal(await code("103", { agent: "101", skill: 0 }), "0");
  gateway.clock.advance(0);
  for (const reply of [
    await gateway.previews.list("101", { limit: 1, before: 0 }),
    await gateway.previews.remove("101", 1),
  ])
    assert.match(JSON.stringify(reply), /"900-002"/);
  assert.match(JSON.stringify(await gateway.previews.remove("103", 1)), /an agent has it/);
  gateway.previews.decline("101", 1);
  assert.deepEqual(await gateway.previews.remove("103", 1), { done: true });
  assert.match(JSON.stringify(await gateway.previews.remove("103", 1)), /not in the list/);
});
