// Every result code that the documents list for an operation, asked for: the row `code OPERATION CODE` holds when the operation has
// answered so (told.ts). What no request can bring about stands in documented-codes.ts, with the reason.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Agent, type Body, until } from "./agent.ts";
import { documentedCodes, neverAnswered } from "./documented-codes.ts";
import { builtOperations } from "./documents.ts";
import { bodyOf, lineOf, requestOf } from "./requests.ts";
import { codeRows } from "./told.ts";
import { type Demo, openDemo } from "./town.ts";

const MOST = 60;
let demo: Demo;
before(async () => {
  demo = await openDemo({ SEATWAY_RATE_AGENT: `${MOST}/3600` });
});
after(() => demo?.stop());

const shown = documentedCodes.filter((pair) => !Object.hasOwn(neverAnswered, pair));

/** Asks for this operation, with fields that its rules allow. */
async function ask(agent: Agent, id: string, given: Body = {}, headers?: readonly string[]): Promise<string> {
  const operation = builtOperations.find((one) => one.id === id);
  assert.ok(operation, id);
  const request = requestOf(operation, given);
  return (await agent.ask(lineOf(operation, request), bodyOf(operation, request), headers)).code;
}

async function answer(agent: Agent, code: string, ids: readonly string[], given: Body = {}): Promise<void> {
  for (const id of ids) assert.equal(await ask(agent, id, given), code, `${id} ${JSON.stringify(given)}`);
}

/** The operations whose documents list this code. */
const listing = (code: string): readonly string[] =>
  shown.flatMap((pair) => (pair.endsWith(` ${code}`) ? [pair.slice(0, pair.indexOf(" "))] : []));

const inspector = (): Agent => new Agent(demo.gateway, "119", "40019");

test("whoever is not signed in is told so", async () => {
  await answer(new Agent(demo.gateway, "118", "40018"), "100-006", listing("100-006"));
});

test("an agent who has asked too often is told so, whatever he asks for, and nothing is carried out", async () => {
  const agent = await (await demo.agent()).begin();
  await until(async () => (await agent.ask("GET /onlineagent/@/agentskills")).code === "100-007", "too often");
  await answer(agent, "100-007", listing("100-007"));
});

test("an agent id outside of the range is a parameter that is wrong", async () => {
  const outside = new Agent(demo.gateway, "100", "40018");
  await answer(outside, "000-002", listing("000-002"));
});

test("a wrong Guid, and a second sign-in", async () => {
  const agent = await (await demo.agent()).begin();
  for (const id of listing("000-003")) assert.equal(await ask(agent, id, {}, ["Guid: wrong"]), "000-003");
  await answer(agent, "100-002", ["onlineagent.login"], { phonenum: agent.phone, password: "" });
  assert.equal(await ask(agent, "onlineagent.handShake", {}, [`Guid: ${agent.guid}`, "service_token: a b"]), "100-001");
});

test("states that lead nowhere, and calls that are not there", async () => {
  const agent = await (await demo.agent()).begin();
  await answer(agent, "100-009", ["onlineagent.cancelBusy", "onlineagent.sayFree", "onlineagent.cancelWork"]);
  await answer(agent, "0", ["onlineagent.sayBusy"], { reason: 0, prolong: false });
  await answer(agent, "100-009", ["onlineagent.sayBusy"], { reason: 0, prolong: false });
  await answer(agent, "0", ["onlineagent.rest"], { time: 60, restcause: 1, prolong: false });
  await answer(agent, "100-009", ["onlineagent.rest"], { time: 60, restcause: 1, prolong: false });
  await answer(agent, "0", ["onlineagent.cancelRest"]);
  await answer(agent, "200-001", ["voicecall.callout"], { called: "999", caller: "", mediaability: 0 });
  await answer(agent, "200-002", ["voicecall.answer"]);
  await answer(agent, "200-010", ["voicecall.confJoin"]);
  await answer(agent, "200-017", ["voicecall.release", "voicecall.releaseForVTM"]);
  await answer(agent, "200-023", ["voicecall.disconnect"]);
  await answer(agent, "200-025", ["voicecall.dropCall"]);
  await answer(agent, "200-040", ["voicecall.startAsrByCallId"]);
  await answer(agent, "100-001", ["onlineagent.sendNoteletEx"], { agentIds: [9999], content: "" });
  await answer(agent, "400-001", ["calldata.setCallAppDataEx"], { callid: "1-1", calldata: "x", isDataEncoded: false });
  await answer(agent, "400-003", ["calldata.queryHoldListInfo"]);
  await answer(agent, "100-011", ["calldata.queryAllCallInfoByAgentWorkNoEx"], { workno: "9999" });
  await answer(agent, "900-002", ["calldata.queryAllCallInfoByAgentWorkNoEx"], { workno: "118" });
  await answer(agent, "500-001", ["recordplay.backFastPlay"]);
  await answer(agent, "500-003", ["recordplay.pausePlay"]);
  await answer(agent, "500-009", ["recordplay.stopPlay"]);
  await answer(agent, "104-005", ["recordfile.downloadRecordFile"]);
  await answer(agent, "101-001", listing("101-001"));
});

test("a call with somebody else, and no held one", async () => {
  const agent = await (await demo.agent()).begin();
  await agent.talk(await demo.party());
  await answer(agent, "200-011", ["voicecall.confJoin"]);
  await answer(agent, "200-024", ["voicecall.disconnect"], { number: "999" });
  await answer(agent, "0", ["voicecall.release"]);
});

test("a conference: its chair stays, and is obeyed alone", async () => {
  const [chair, member] = [await (await demo.agent()).begin(), await (await demo.agent()).begin()];
  const conference = { memberNum: 2, confCallerNo: "", time: 60, promptTime: 0, beepTone: false };
  await answer(chair, "0", ["agentconf.requestAgentConf"], conference);
  await chair.hears(
    ...["Busy", "PhoneAlerting", "PhoneOffhook"],
    ...["AgentConf_SelfJoinResult", "AgentConf_RequestSuccess"],
  );
  const addresses = [{ addressType: "9", address: member.id }];
  await answer(chair, "0", ["agentconf.batchAddParticipant"], { addresses, beepTone: false, caller: "" });
  await member.hears("Busy", "PhoneAlerting", "PhoneOffhook", "AgentConf_Ringing", "AgentConf_SelfJoinResult");
  await answer(member, "101-002", listing("101-002"));
  await answer(chair, "101-007", ["agentconf.requestLeaveAgentConf"]);
  await answer(chair, "0", ["agentconf.releaseAgentConf"]);
});

test("inspectors: no right, nobody there, no phone, a state that does not fit, a skill that is none", async () => {
  const agent = await (await demo.agent()).begin();
  const other = { workNo: "118", whisperagentid: "118" };
  const control = listing("900-002").filter((id) => id.startsWith("qualitycontrol."));
  await answer(agent, "900-002", control, other);
  const watcher = await inspector().begin();
  await answer(watcher, "900-004", listing("900-004"), other);
  const of = { workNo: agent.id, whisperagentid: agent.id };
  await answer(watcher, "100-001", ["qualitycontrol.adjustSkill"], { ...of, skills: [4711] });
  await answer(watcher, "0", ["qualitycontrol.addSupervise"], of);
  await answer(watcher, "900-005", ["qualitycontrol.addSupervise"], of);
  const phoneless = inspector();
  assert.equal((await phoneless.ask("PUT /onlineagent/@/forceloginexwithoutphone", { password: "" })).code, "0");
  await answer(phoneless, "900-003", listing("900-003"), of);
});

codeRows(...shown);
