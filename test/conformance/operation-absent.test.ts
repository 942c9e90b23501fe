// What is not in this product says so, to whoever may ask, in the envelope and with a code of the documents; a wrong field is named
// first. And the configuration of the site, which administrators read.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Agent, type Body } from "./agent.ts";
import { builtOperations } from "./documents.ts";
import { refusesStrangers } from "./refusals.ts";
import { type Demo, openDemo } from "./town.ts";

let demo: Demo;
let agent: Agent;
let administrator: Agent;

before(async () => {
  demo = await openDemo();
  agent = await (await demo.agent()).begin();
  administrator = await new Agent(demo.gateway, "120", "40020").begin();
});
after(() => demo?.stop());

const refusal = (id: string): string => {
  const refused = builtOperations.find((each) => each.id === id)?.refused;
  assert.ok(refused, id);
  return `{"message":"${refused.why}","retcode":"${refused.code}"}`;
};

type Wrong = readonly [line: string, body: Body | undefined, code: string];
type Row = readonly [id: string, line: string, body?: Body, ...wrong: readonly Wrong[]];

const transferred = { callid: "1-1", devicetype: 2, mode: 0, address: "102" };
const media: readonly Row[] = [
  [
    ...(["mediacall.transfer", "POST /mediacall/@/transfer", transferred] as const),
    ["", { ...transferred, devicetype: 5 }, "000-002"],
    ["", { ...transferred, mode: 3 }, "000-002"],
    ["", { ...transferred, address: "" }, "000-002"],
  ],
  ["mediacall.getConnectInfo", "POST /mediacall/@/getconnectinfo", { callid: "1-1" }, ["", {}, "000-002"]],
  [
    ...(["mediacall.setCallNums", "POST /mediacall/@/setcallnums", { mediaType: "53", callnums: "1" }] as const),
    ["", { mediaType: "53", callnums: "61" }, "106-003"],
    ["", { mediaType: "53", callnums: "0" }, "000-002"],
    ["", { callnums: "1" }, "000-002"],
  ],
  [
    ...(["mediacall.setCallNumsByMediaType", "POST /mediacall/@/setcallnumsbymediatype", { totalCallNum: 5 }] as const),
    ["", { totalCallNum: 61 }, "106-003"],
    ["", {}, "000-002"],
  ],
  [
    ...(["mediacall.sendMessage", "POST /mediacall/@/sendmessage", { callid: "1-1", data: "hello" }] as const),
    ["", { callid: "1-1", data: "" }, "106-002"],
    ["", { callid: "1-1", data: "x".repeat(3_892) }, "000-002"],
    ["", { data: "hello" }, "000-002"],
  ],
  ["mediacall.imageCapture", "POST /mediacall/@/imagecapture", { callid: "1-1" }, ["", {}, "000-002"]],
  ["textchat.internalCall", "PUT /textchat/@/internalcall/102", {}, ["PUT /textchat/@/internalcall/x", {}, "000-002"]],
  ["textchat.answer", "PUT /textchat/@/answer/1-1", {}, [`PUT /textchat/@/answer/${"1".repeat(65)}`, {}, "000-002"]],
  ["textchat.reject", "DELETE /textchat/@/reject/1-1"],
  ["textchat.drop", "DELETE /textchat/@/drop/1-1"],
  ["textchat.chat", "PUT /textchat/@/chatmessage", {}],
  ["textchat.transfer", "POST /textchat/@/transfer", {}],
];

for (const [id, line, body, ...wrong] of media) {
  test(`operation ${id}: not in this product, and says so`, async () => {
    await refusesStrangers(agent, line, body);
    assert.equal((await agent.ask(line, body)).body, refusal(id));
    for (const [otherLine, otherBody, code] of wrong)
      assert.equal((await agent.ask(otherLine || line, otherBody)).code, code, JSON.stringify(otherBody));
    await agent.hearsNothing();
  });
}

/** Without an administrator's Guid nothing is told, not even what is wrong in the request. */
async function refusesOthers(line: string, body?: Body): Promise<void> {
  const nobody = '{"message":"Guid: of nobody who is signed in","retcode":"107-000"}';
  assert.equal((await administrator.ask(line, body, [])).body, nobody);
  assert.equal((await administrator.ask(line, body, ["Guid: wrong"])).body, nobody);
  assert.equal((await agent.ask(line, body)).body, '{"message":"the agent is no administrator","retcode":"107-007"}');
  const supervisor = await new Agent(demo.gateway, "119", "40019").begin();
  assert.equal((await supervisor.ask(line, body)).code, "107-007");
}

const group = "/config/vdn/skillGroup";
const configured: readonly Row[] = [
  ["config.addSkillGroup", `POST ${group}`, { skillGroupName: "a" }, ["", {}, "000-002"]],
  [
    ...(["config.modifySkillGroup", `PUT ${group}?skillGroupId=1`, {}] as const),
    [`PUT ${group}`, {}, "000-002"],
    [`PUT ${group}?skillGroupId=2001`, {}, "000-002"],
  ],
  ["config.modifyVdnInfo", "PUT /config/vdn/vdn", {}],
  ["config.addVdn", "POST /config/sys/vdn?vdnId=2", {}, ["POST /config/sys/vdn?vdnId=5001", {}, "000-002"]],
  ["config.subscribeHandshake", "GET /config/subscribe/handshake/1"],
  ["config.subscribeHandshakeEx", "POST /config/subscribe/handshake/1"],
  ["config.agentStatusRegister", "POST /config/sys/agentstatus/register", {}],
  ["config.agentStatusModify", "POST /config/sys/agentstatus/modify", {}],
];

for (const [id, line, body, ...wrong] of configured) {
  test(`operation ${id}: not in this product, and says so to an administrator`, async () => {
    await refusesOthers(line, body);
    assert.equal((await administrator.ask(line, body)).body, refusal(id));
    for (const [otherLine, otherBody, code] of wrong)
      assert.equal((await administrator.ask(otherLine || line, otherBody)).code, code, otherLine);
  });
}

test("operation config.queryAgent: agents as the site file has them, without passwords; who is not of the VDN is left out", async () => {
  const line = "GET /config/vdn/agents";
  await refusesOthers(line);
  const [one, ...more] = (await administrator.ask(`${line}?agentIdSet=101,9999`)).result as readonly Body[];
  assert.deepEqual(more, []);
  assert.deepEqual(one, {
    agentId: 101,
    name: "Agent 101",
    agentPwd: "",
    fullName: "Agent 101",
    socialChatNum: 0,
    timeRemaining: "",
    validTime: 0,
    asrInd: 0,
    enableDualChannelRec: 1,
    h5VideoNum: 0,
    skills: [
      { skillId: 25, agentPower: 1 },
      { skillId: 26, agentPower: 1 },
    ],
  });
  assert.equal(((await administrator.ask(line)).result as readonly Body[]).length, 20);
  for (const wrong of ["x", "101;102", Array(101).fill("101").join()])
    assert.equal((await administrator.ask(`${line}?agentIdSet=${wrong}`)).code, "000-002");
});

test("operation config.queryRestCause: the causes that the site names", async () => {
  const line = "GET /config/vdn/restcause";
  await refusesOthers(line);
  const rest = '{"causeId":5,"causeNo":5,"causeDesc":"rest"}';
  const eat = '{"causeId":6,"causeNo":6,"causeDesc":"eat"}';
  const reply = (causes: string) => `{"message":"success","retcode":"0","result":[${causes}]}`;
  assert.equal((await administrator.ask(`${line}?causeId=`)).body, reply(`${rest},${eat}`));
  assert.equal((await administrator.ask(`${line}?causeId=6,7`)).body, reply(eat));
  assert.equal((await administrator.ask(`${line}?causeId=x`)).code, "000-002");
});
