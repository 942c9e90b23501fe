// Previewed calls and the list that they come from, operation by operation: bytes, events, codes, and what a restart leaves.
// On the demo site 119 is a supervisor.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startGateway } from "../support/started-gateway.ts";
import { Agent, type Body, plainDone, settingUp } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { bareSite, quick } from "./sites.ts";
import { eventRows } from "./told.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;
let supervisor: Agent;

before(async () => {
  demo = await openDemo();
  supervisor = await new Agent(demo.gateway, "119", "40019").begin({ status: 3 });
});
after(() => demo?.stop());

/** For this agent alone; its controlid. */
async function shownTo(agent: Agent, dialeddigits: string, more: Body = {}): Promise<number> {
  const reply = await supervisor.ask("POST /previewlist/@", { dialeddigits, workno: agent.id, ...more });
  assert.equal(reply.code, "0", reply.body);
  return Number((reply.result as { controlid: string }).controlid);
}

type Row = Readonly<Record<string, unknown>>;

async function row(controlid: number): Promise<Row | undefined> {
  const { result } = await supervisor.ask("GET /previewlist/@");
  return (result as readonly Row[]).find((each) => each["controlid"] === String(controlid));
}

for (const [id, path] of [
  ["previewCallOut", "previewcallout"],
  ["previewCallOutAsDocumented", "previewCallout"],
] as const)
  test(`operation voicecall.${id}: the event, the call, what becomes of the preview; 000-002, 100-007, 200-001`, async () => {
    const agent = await (await demo.agent()).begin();
    const line = `PUT /voicecall/@/${path}`;
    const called = await demo.party();
    const callcontrolid = await shownTo(agent, called, { callData: "grün", skillid: 25, caller: "40038" });
    const event = (await agent.poll()).body;
    const content = `{"controlid":"${callcontrolid}","dialeddigits":"${called}","callData":"grün"}`;
    const told = `{"eventType":"AgentEvent_Preview_CallOut","workNo":"${agent.id}","content":${content}}`;
    assert.equal(event, `{"message":"","retcode":"0","event":${told}}`);
    await refusesStrangers(agent, line, { called, callcontrolid });
    for (const wrong of [{}, { called }, { called: "x", callcontrolid }, { called, callcontrolid: 0 }])
      assert.equal((await agent.ask(line, wrong)).code, "000-002", JSON.stringify(wrong));
    assert.equal((await agent.ask(line, { called: "40041", callcontrolid })).code, "000-002", "not shown with it");
    assert.equal((await agent.ask(line, { called, callcontrolid: 4_711 })).code, "100-007");
    const reply = await agent.ask(line, { called, callcontrolid: String(callcontrolid) });
    assert.match(reply.body, /^\{"message":"","retcode":"0","result":"\d{10}-\d+"\}$/);
    const events = await agent.hears(...settingUp);
    const talking = { caller: "40038", callid: reply.result, called, feature: "44", type: "main", mediaAbility: "1" };
    assert.deepEqual(events[4]?.content, talking);
    assert.equal((await agent.ask("GET /calldata/@/appdata")).result, "grün");
    const { callfeature } = (await agent.ask("GET /calldata/@/callinfo")).result as { callfeature?: number };
    assert.equal(callfeature, 44);
    assert.equal((await agent.ask(line, { called, callcontrolid })).code, "100-007", "only once");
    assert.equal((await row(callcontrolid))?.["state"], "calling");
    await agent.ask("DELETE /voicecall/@/release");
    await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
    assert.equal((await row(callcontrolid))?.["state"], "answered");

    const barred = await shownTo(agent, "999,40041");
    await agent.hears("Preview_CallOut_Ex");
    assert.equal((await agent.ask(line, { called: "999", callcontrolid: barred })).code, "200-001");
    assert.equal((await row(barred))?.["state"], "offered", "he may choose the other one");
    await agent.ask("PUT /voicecall/@/cancelPreviewCallout", { callcontrolid: barred });
  });

test("operation voicecall.cancelPreviewCallout: declined, and the next one is shown; 000-002, 100-007", async () => {
  const agent = await (await demo.agent()).begin();
  const line = "PUT /voicecall/@/cancelPreviewCallout";
  const [first, second] = [await shownTo(agent, "40040"), await shownTo(agent, "40041")];
  await agent.hears("Preview_CallOut");
  await refusesStrangers(agent, line, { callcontrolid: first });
  assert.equal((await agent.ask(line, {})).code, "000-002");
  assert.equal((await agent.ask(line, { callcontrolid: second })).code, "100-007", "not shown yet");
  assert.equal((await agent.ask(line, { callcontrolid: first })).body, plainDone);
  const [next] = await agent.hears("Preview_CallOut");
  assert.equal((next?.content as { controlid?: string } | undefined)?.controlid, String(second));
  assert.equal((await row(first))?.["state"], "declined");
  await agent.ask(line, { callcontrolid: second });
});

test("operation previewlist.add: several numbers are shown by AgentEvent_Preview_CallOut_Ex; 000-002, 900-002", async () => {
  const line = "POST /previewlist/@";
  await refusesStrangers(supervisor, line, { dialeddigits: "40040", skillid: 25 });
  const agent = await (await demo.agent()).begin();
  assert.equal((await agent.ask(line, { dialeddigits: "40040", skillid: 25 })).code, "900-002");
  const wrong: readonly Body[] = [
    {},
    { dialeddigits: "" },
    { dialeddigits: "40040;40041", skillid: 25 },
    { dialeddigits: "40040,", skillid: 25 },
    { dialeddigits: "1".repeat(25), skillid: 25 },
    { dialeddigits: "40040" },
    { dialeddigits: "40040", skillid: 4711 },
    { dialeddigits: "40040", workno: "998" },
    { dialeddigits: "40040", skillid: 25, caller: "1" },
    { dialeddigits: "40040", skillid: 25, callData: "x".repeat(16_385) },
  ];
  for (const body of wrong) assert.equal((await supervisor.ask(line, body)).code, "000-002", JSON.stringify(body));
  const added = await supervisor.ask(line, { dialeddigits: "40040,40041", workno: agent.id });
  assert.match(added.body, /^\{"message":"","retcode":"0","result":\{"controlid":"\d+"\}\}$/);
  const { controlid } = added.result as { controlid: string };
  const { body } = await agent.poll();
  assert.ok(body.includes(`"content":{"dialeddigits":"40040,40041","controlid":"${controlid}","callData":""}`), body);
  await agent.ask("PUT /voicecall/@/cancelPreviewCallout", { callcontrolid: controlid });
});

test("operation previewlist.list: every preview with its state, the newest first; 000-002, 900-002", async () => {
  const line = "GET /previewlist/@";
  await refusesStrangers(supervisor, line);
  const agent = await (await demo.agent()).begin({ status: 3 });
  assert.equal((await agent.ask(line)).code, "900-002");
  assert.equal((await supervisor.ask(`${line}?limit=0`)).code, "000-002");
  const controlid = await shownTo(agent, "40040", { callData: "note", skillid: 26 });
  const { result } = await supervisor.ask(`${line}?limit=1`);
  const [{ createtime, changetime, ...rest } = {}] = result as readonly Row[];
  assert.deepEqual(rest, {
    ...{ controlid: String(controlid), state: "waiting", dialeddigits: "40040", callData: "note", caller: "" },
    ...{ workno: agent.id, skillid: 26, offeredto: "", callid: "", called: "" },
  });
  assert.ok(typeof createtime === "number" && changetime === createtime);
  const older = (await supervisor.ask(`${line}?before=${controlid}`)).result as readonly Row[];
  assert.ok(older.every((each) => Number(each["controlid"]) < controlid));
});

test("operation previewlist.remove: gone before anybody was shown it; 000-002, 100-007, 900-002", async () => {
  const agent = await (await demo.agent()).begin({ status: 3 });
  const controlid = await shownTo(agent, "40040");
  const line = `DELETE /previewlist/@/${controlid}`;
  await refusesStrangers(supervisor, line);
  assert.equal((await agent.ask(line)).code, "900-002");
  assert.equal((await supervisor.ask("DELETE /previewlist/@/x")).code, "000-002");
  assert.equal((await supervisor.ask(line)).body, plainDone);
  assert.equal((await supervisor.ask(line)).code, "100-007");
  await agent.ask("POST /onlineagent/@/cancelbusy");
  await agent.hears("CancelNotReady_Success");
  await agent.hearsNothing();
  const shown = await shownTo(agent, "40040");
  await agent.hears("Preview_CallOut");
  assert.equal((await supervisor.ask(`DELETE /previewlist/@/${shown}`)).code, "100-007");
});

test("the list outlives the process, killed or ended: what was shown to somebody is shown again", async (t) => {
  const data = await mkdtemp(join(tmpdir(), "seatway-preview-"));
  t.after(() => rm(data, { recursive: true, force: true }));
  const site = bareSite.replace(
    'name: Agent 101, password: "",',
    'name: Agent 101, password: "", rights: [supervisor],',
  );
  let controlid = "";
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    const gateway = await startGateway({ site, data, settings: quick });
    const keeper = await new Agent(gateway, "101", "40001").begin({ status: 3 });
    if (controlid === "") {
      const added = await keeper.ask("POST /previewlist/@", { dialeddigits: "40040", skillid: 25, callData: "kept" });
      controlid = (added.result as { controlid: string }).controlid;
    }
    const agent = await new Agent(gateway, "102", "40002").begin();
    await agent.ask("POST /onlineagent/@/resetskill/true?phonelinkage=0");
    const [shown] = await agent.hears("Preview_CallOut");
    assert.deepEqual(shown?.content, { controlid, dialeddigits: "40040", callData: "kept" });
    await gateway.stop(signal);
  }
});

eventRows({
  AgentEvent_Preview_CallOut: /^\{"controlid":"\d+","dialeddigits":"4\d{4}","callData":"(|grün|kept)"\}$/,
  AgentEvent_Preview_CallOut_Ex: /^\{"dialeddigits":"\d+,\d+","controlid":"\d+","callData":""\}$/,
});
