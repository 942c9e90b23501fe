// Who is there, which queues, what system: the groups agentgroup, queuedevice and querymonitor, operation by operation: the reply's
// bytes, each refusal's code, bad input by its field, strangers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { Agent, json } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { bareSite, quick, siteWith } from "./sites.ts";

let gateway: StartedGateway;
/** Idle, in group 1; a supervisor who is busy, in group 2; an agent who rests, in no group. */
let agent: Agent;
let supervisor: Agent;
let resting: Agent;
/** Without numbers that can be called, groups and rights. */
let plain: StartedGateway;
let alone: Agent;

const more = `
numbers:
  - { pattern: "8000", to: { skill: 25 } }
  - { pattern: "81xx", to: { agent: 101 } }
groups:
  - { id: 1, name: sales, members: [101, 105] }
  - { id: 2, name: service, members: [102] }
`;
const site = siteWith([], more)
  .replace("{ id: 102, name: Agent 102,", "{ id: 102, name: Agent 102, rights: [agent, supervisor],")
  .replace("{ id: 105, name: Agent 105,", "{ id: 105, name: Agent 105, rights: [administrator],")
  .replace('name: Agent 106, password: "", skills: [25, 26]', 'name: Agent 106, password: ""');

before(async () => {
  [gateway, plain] = await Promise.all([
    startGateway({ site, settings: quick }),
    startGateway({ site: bareSite, settings: quick }),
  ]);
  agent = await new Agent(gateway, "101", "40001").begin();
  supervisor = await new Agent(gateway, "102", "40002").begin({ status: 3 });
  resting = await new Agent(gateway, "103", "40003").begin();
  await resting.ask("POST /onlineagent/@/rest/60/7");
  alone = await new Agent(plain, "101", "40001").begin();
});
after(() => Promise.all([gateway?.stop(), plain?.stop()]));

const reply = (result: unknown, message = ""): string => JSON.stringify({ message, retcode: "0", result });
const refusal = (retcode: string, message: string): string => JSON.stringify({ message, retcode });

const skills = [
  { name: "voice", id: 25, mediatype: 5 },
  { name: "service", id: 26, mediatype: 5 },
];
const summaries = {
  101: { workno: "101", name: "Agent 101", status: 4, ctiStatus: 1, groupid: 1, groupname: "sales" },
  102: { workno: "102", name: "Agent 102", status: 3, ctiStatus: 7, groupid: 2, groupname: "service" },
  103: { workno: "103", name: "Agent 103", status: 8, ctiStatus: 8, groupid: 0, groupname: "" },
  105: { workno: "105", name: "Agent 105", status: 2, ctiStatus: 0, groupid: 1, groupname: "sales" },
} as const;
const detail = (id: keyof typeof summaries) => ({
  ...summaries[id],
  skilllist: skills,
  callids: [],
  mediatype: id === 105 ? "FFF" : "TFF",
});
const all = [detail(101), detail(102), detail(103)];
const named = (id: keyof typeof summaries) => ({ workno: String(id), name: `Agent ${id}` });
const withState = (id: keyof typeof summaries) => ({ ...named(id), status: summaries[id].status });
const everybody = Array.from({ length: 12 }, (_, index) => {
  const id = 101 + index;
  const status = summaries[id as keyof typeof summaries]?.status ?? 2;
  return { workno: String(id), name: `Agent ${id}`, status };
});
const queue = (id: number, name: string) => ({ name, id, mediatype: 5, serviceType: 0, realFlag: 1 });
const queues = [queue(25, "voice"), queue(26, "service"), queue(27, "recorded"), queue(28, "screened")];

type Asked = readonly [line: string, body: string | RegExp, sent?: unknown];
type Row = readonly [id: string, ...asked: readonly Asked[]];

const skillRule = "skillid: 1-2147483647";
const worknoRule = "workno: a work number of 1-6 digits";
const noSkill = refusal("000-002", "skillid: not a skill of this VDN");
const noAgent = refusal("300-002", "workno: not an agent of this VDN");
const figures = (skillid: number, skillname: string, signedIn: number, free: number) => ({
  ...{ skillid, skillname, offerednums: 0, answernums: 0, abandonnums: 0, refusenums: 0, overflownums: 0, waitnums: 0 },
  ...{ waittime: 0, maxwaittime: 0, talktime: 0, holdtime: 0, loggedOnAgents: signedIn, availAgents: free },
});
const acd = (deviceNo: number, skillDescrip: string, pilotNbr: string) => ({
  ...{
    pilotNbr,
    deviceNo,
    queueSize: 0,
    queueTime: 0,
    loadFactor: 0,
    estWaitTime: 0,
    loggedOnAgents: 3,
    availAgents: 1,
  },
  ...{ transferFlg: 0, transferDeviceType: 0, transferDeviceNo: 0, skillDescrip },
});
const skillsRule = "skills: a list of 1-100: 1-2147483647";

/** As agent 101 asks; the first line is also asked by strangers. */
const rows: readonly Row[] = [
  ["agentgroup.getAgentRestReason", ["GET restreason", reply({ workno: "101", reason: "" })]],
  [
    "agentgroup.queryAgentInfoBySkillId",
    ["GET agentbyskill/25", reply(all)],
    ["GET agentbyskill/25", reply([detail(102), detail(103)]), { agentLimit: "5", agentStatus: [3, "8"] }],
    ["GET agentbyskill/25", reply([detail(102)]), { agentLimit: 1, agentStatus: [3, 8] }],
    ["GET agentbyskill/25", reply(all), { agentLimit: 1 }],
    ["GET agentbyskill/27", reply([])],
    ["GET agentbyskill/4711", noSkill],
    ["GET agentbyskill/x", refusal("000-002", skillRule)],
    ["GET agentbyskill/25", refusal("000-002", "agentLimit: 0 or 1-500"), { agentLimit: 501 }],
    ["GET agentbyskill/25", refusal("000-002", "agentStatus: a list of 0-10: 0-9"), { agentStatus: [10] }],
    ["GET agentbyskill/25", refusal("000-002", "body: a JSON object in UTF-8"), "{"],
  ],
  [
    "agentgroup.queryAgentInfoByConfigedSkillId",
    ["GET agentbyconfigedskill/27", reply([])],
    ["GET agentbyconfigedskill/4711", noSkill],
    ["GET agentbyconfigedskill/0", refusal("000-002", skillRule)],
  ],
  [
    "agentgroup.queryAgentIdsBySkillId",
    ["GET agentidsbyskill/26", reply(["101", "102", "103"])],
    ["GET agentidsbyskill/4711", noSkill],
    ["GET agentidsbyskill/-1", refusal("000-002", skillRule)],
  ],
  [
    "agentgroup.queryAgentInfoByWorkNo",
    ["GET agentbyworkno/102", reply(detail(102))],
    ["GET agentbyworkno/105", reply(detail(105))],
    ["GET agentbyworkno/4711", noAgent],
    ["GET agentbyworkno/x", refusal("000-002", worknoRule)],
  ],
  [
    "agentgroup.queryAgentInfoWithoutSkills",
    ["POST agentinfonoskills", reply([summaries[102], summaries[105]]), { agentlist: ["102", 105, "4711"] }],
    ["POST agentinfonoskills", refusal("300-002", "agentlist: not an agent of this VDN"), { agentlist: ["4711"] }],
    ...[[], ["x"], "102", null].map(
      (agentlist): Asked => [
        "POST agentinfonoskills",
        refusal("000-002", "agentlist: a list of 1-500: a work number of 1-6 digits"),
        { agentlist },
      ],
    ),
  ],
  [
    "agentgroup.queryAgentStatusAndTimeOnVDN",
    [
      "GET queryagentstatus",
      /^\{"message":"","retcode":"0","result":\[\{"workno":"101","name":"Agent 101","status":4,"ctiStatus":1,"statetime":\d\d?\},\{"workno":"102",.*\},\{"workno":"103",.*\}\]\}$/,
    ],
  ],
  [
    "agentgroup.queryAgentStatusAndSkill",
    [
      "GET queryagentstatusandskill",
      /"workno":"102","name":"Agent 102","status":3,"ctiStatus":7,"statetime":\d\d?,"skilllist":\[\{"name":"voice","id":25,"mediatype":5\},/,
    ],
  ],
  ["agentgroup.isCallOut", ["GET iscallout", reply(true)]],
  ["agentgroup.isCensor", ["GET iscensor", reply(false)]],
  ["agentgroup.isSpyMonitor", ["GET isspymonitor", reply(false)]],
  ["agentgroup.isMonitor", ["GET ismonitor", reply(false)]],
  ["agentgroup.isReportManager", ["GET isreportmanager", reply(false)]],
  ["agentgroup.isSystem", ["GET issystem", reply(false)]],
  ["agentgroup.isPickUp", ["GET ispickup", reply(true)]],
  [
    "agentgroup.queryAllLoggedInAgentPhonesOnVdn",
    ["GET loggedinagentphoneonvdn", refusal("300-001", "the phones of agents are for supervisors and administrators")],
  ],
  [
    "agentgroup.getAgentListByStatus",
    ["GET agentlistbystatus?status=3;8", reply([withState(102), withState(103)])],
    ["GET agentlistbystatus?status=4", reply([withState(101)])],
    ["GET agentlistbystatus?status=7", reply([])],
    ["GET agentlistbystatus", reply([withState(101), withState(102), withState(103)])],
    ["GET agentlistbystatus?status=x", refusal("000-002", "status: states 0-9 joined by ;")],
  ],
  [
    "agentgroup.queryAgentRestDetailInfo",
    [
      "GET agentrestinfo",
      reply({
        ...{ workno: "101", reason: "", begintime: null, endtime: null },
        ...{ restnums: 0, resttime: 0, restoutnums: 0, restouttime: 0 },
      }),
    ],
  ],
  ["agentgroup.getIdleStatusAgents", ["GET idleagent", reply([named(101)])]],
  ["agentgroup.queryAllAgentInfoOnMyGroup", ["GET agentongroup", reply([detail(101), detail(105)])]],
  [
    "agentgroup.queryAllAgentInfoOnMyGroupEx",
    ["GET agentongroupex", reply([detail(101), detail(105)])],
    ["GET agentongroupex?groupid=2", reply([detail(102)])],
    ["GET agentongroupex?groupid=9", refusal("300-004", "groupid: not a work group of this VDN")],
    ["GET agentongroupex?groupid=x", refusal("000-002", "groupid: 0 or 1-2147483647")],
  ],
  ["agentgroup.queryAllLoginedAgentInfoOnVdn", ["GET onlineagentonvdn", reply(all)]],
  ["agentgroup.getAllStatusAgents", ["GET allagentstatus", reply(everybody)]],
  [
    "agentgroup.getAllStatusLocalAgents",
    ["GET alllocalagentstatus", reply([withState(101), withState(102), withState(103)])],
  ],
  [
    "agentgroup.queryGroupInfoByWorkNo",
    ["GET groupbyagent/102", reply({ groupid: 2, groupname: "service" })],
    ["GET groupbyagent/103", refusal("300-004", "the agent is in no work group")],
    ["GET groupbyagent/4711", refusal("300-003", "workno: not an agent of this VDN")],
    ["GET groupbyagent/x", refusal("000-002", worknoRule)],
  ],
  [
    "agentgroup.queryGroupInfoOnVdn",
    [
      "GET grouponvdn",
      reply([
        { groupid: 1, groupname: "sales" },
        { groupid: 2, groupname: "service" },
      ]),
    ],
  ],
  [
    "agentgroup.queryAllAgentWasNameOnVdn",
    ["GET agentwasnameonvdn", reply(["101", "102", "103"].map((workno) => ({ workno, wasname: "AgentGateway1" })))],
  ],
  ["agentgroup.getAllAgentsInTextChat", ["GET allchatagents", reply([])]],
  [
    "agentgroup.queryAgentInfoByList",
    ["GET agentbylist", reply(all)],
    ["GET agentbylist?mediaTypes=TFF", reply([detail(102)]), { agentlist: ["102", "105"] }],
    ["GET agentbylist?mediaTypes=FTT", reply([])],
    ["GET agentbylist", refusal("300-002", "agentlist: not an agent of this VDN"), { agentlist: ["4711"] }],
    ["GET agentbylist?mediaTypes=X", refusal("000-002", "mediaTypes: three letters T or F")],
    [
      "GET agentbylist",
      refusal("000-002", "agentlist: a list of 0-500: a work number of 1-6 digits"),
      { agentlist: "102" },
    ],
  ],
  [
    "agentgroup.queryAllOnlineAgents",
    [
      "GET allonlineagents",
      reply([25, 26, 27, 28].map((skillId) => ({ skillMediaType: 5, skillId, agent: skillId < 27 ? all : [] }))),
    ],
  ],
  ["queuedevice.queryIVRInfoOnVdn", ["GET ivrinfo", refusal("600-004", "this gateway has no IVR")]],
  [
    "queuedevice.queryInNoOnVDN",
    [
      "GET innoinfo",
      reply([
        { accesscode: "8000", devicetype: 1, deviceno: "25" },
        { accesscode: "81xx", devicetype: 2, deviceno: "101" },
      ]),
    ],
  ],
  [
    "queuedevice.querySkillQueueOnVDN",
    ["GET vdnskill/1", reply(queues)],
    ["GET vdnskill/2", refusal("600-002", "vdnid: only the queues of the agent's own VDN can be seen")],
    ["GET vdnskill/513", refusal("000-002", "vdnid: 1-512")],
  ],
  ["queuedevice.querySkillQueueOnAgentVDN", ["GET agentvdnskill", reply(queues)]],
  [
    "queuedevice.querySkillQueueOnAgent",
    ["GET agentskill/102", reply(queues.slice(0, 2))],
    ["GET agentskill/106", refusal("600-001", "workNo: not an agent of this VDN, or without skills")],
    ["GET agentskill/4711", refusal("600-001", "workNo: not an agent of this VDN, or without skills")],
    ["GET agentskill/x", refusal("000-002", "workNo: a work number of 1-6 digits")],
  ],
  ["queuedevice.queryQueueLengthOnAgent", ["GET waitnum", sample(0)]],
  [
    "queuedevice.queryQueueLengthOnAgentSkills",
    [
      "GET waitnumbyagent",
      reply(
        [
          { skillid: 25, waitnum: 0 },
          { skillid: 26, waitnum: 0 },
        ],
        "success",
      ),
    ],
  ],
  [
    "queuedevice.queryQueueLengthBySkillId",
    ["GET skillwaitnum/25", sample(0)],
    ["GET skillwaitnum/4711", noSkill],
    ["GET skillwaitnum/x", refusal("000-002", skillRule)],
  ],
  [
    "queuedevice.querySkillStatWithVdn",
    ["POST queryskillstat", reply([figures(26, "service", 3, 1)]), { skills: [26] }],
    [
      "POST queryskillstat",
      reply([
        figures(25, "voice", 3, 1),
        figures(26, "service", 3, 1),
        figures(27, "recorded", 0, 0),
        figures(28, "screened", 0, 0),
      ]),
      { vdnid: "1" },
    ],
    [
      "POST queryskillstat",
      refusal("600-002", "vdnid: only the queues of the agent's own VDN can be seen"),
      { vdnid: 2 },
    ],
    ["POST queryskillstat", refusal("000-002", "skills: not a skill of this VDN"), { skills: [25, 4711] }],
    ["POST queryskillstat", refusal("000-002", skillsRule.replace("1-100", "0-100")), { skills: ["x"] }],
  ],
  [
    "queuedevice.queryStatInfoOfAcd",
    ["POST queryacdstat", reply([acd(25, "voice", "8000"), acd(26, "service", "")]), { skills: [25, "26"] }],
    ["POST queryacdstat", refusal("000-002", "skills: not a skill of this VDN"), { skills: [4711] }],
    ["POST queryacdstat", refusal("000-002", skillsRule), {}],
    ["POST queryacdstat", refusal("000-002", skillsRule), { skills: Array.from({ length: 101 }, () => 25) }],
  ],
  [
    "querymonitor.setAgentTimeOut",
    [
      "POST setagenttimeout/true",
      refusal("100-007", "not in this gateway: SEATWAY_POLL_TIMEOUT_MS says when a silent agent is signed out"),
    ],
    [`POST setagenttimeout/${"x".repeat(25)}`, refusal("000-002", "flag: 1-24 characters")],
  ],
  [
    "querymonitor.querySysVersion",
    ["GET systemversion", /^\{"message":"","retcode":"0","result":"Seatway \d+\.\d+\.\d+"\}$/],
  ],
  [
    "querymonitor.querySystemStateInfo",
    ["GET systemstate", reply({ ready: true, agentnum: 3, callnum: 0, waitnum: 0, problems: [] })],
  ],
  ["querymonitor.queryServerTime", ["GET servertime", /^\{"message":"","retcode":"0","result":\d{13}\}$/]],
  [
    "querymonitor.queryAgentClusterInfo",
    ["GET agentclusterinfo/102", reply({ workno: "102", clustername: "AgentGateway1" })],
    ["GET agentclusterinfo/105", refusal("300-002", "workno: the agent is not signed in")],
    ["GET agentclusterinfo/4711", noAgent],
    ["GET agentclusterinfo/x", refusal("000-002", worknoRule)],
  ],
  [
    "querymonitor.queryAllAgentClusterInfo",
    [
      "GET allagentclusterinfo",
      reply(["101", "102", "103"].map((workno) => ({ workno, clustername: "AgentGateway1" }))),
    ],
  ],
  [
    "querymonitor.queryClusterInfo",
    ["GET clusterinfo", reply([{ clustername: "AgentGateway1", status: 1, agentnum: 3, callnum: 0 }])],
  ],
  [
    "querymonitor.queryClusterInfoByName",
    [
      "GET clusterinfobyname/AgentGateway1",
      reply({ clustername: "AgentGateway1", status: 1, agentnum: 3, callnum: 0 }),
    ],
    [
      "GET clusterinfobyname/other",
      refusal("100-007", "clustername: there is this node only, and it has another name"),
    ],
    [`GET clusterinfobyname/${"x".repeat(65)}`, refusal("000-002", "clustername: 1-64 characters")],
  ],
  [
    "querymonitor.setMaxChatNum",
    ["POST setmaxchatnum/1/5?agents=101;102", refusal("106-001", "not in this product: there is no text chat")],
    ["POST setmaxchatnum/0/5", refusal("000-002", "vdnid: 1-512")],
    ["POST setmaxchatnum/1/61", refusal("000-002", "chatnum: 0-60")],
    ["POST setmaxchatnum/1/5?agents=x", refusal("000-002", "agents: work numbers joined by ;")],
  ],
  [
    "querymonitor.querySkillsStatisticInfo",
    ["GET skillstatisticinfo/25", reply(figures(25, "voice", 3, 1))],
    ["GET skillstatisticinfo/4711", noSkill],
    ["GET skillstatisticinfo/x", refusal("000-002", skillRule)],
  ],
];

/** The documented sample, in the order of keys that every reply has. */
function sample(result: number): string {
  return `{"message":"success","retcode":"0","result":${result}}`;
}

const lineOf = (id: string, asked: string): string => {
  const [method, path = ""] = asked.split(" ");
  return `${method} /${id.split(".")[0]}/@/${path}`;
};

for (const [id, ...asked] of rows) {
  test(`operation ${id}: the reply's bytes, each refusal, bad input by its field, strangers`, async () => {
    const [first] = asked;
    assert.ok(first);
    await refusesStrangers(agent, lineOf(id, first[0]), first[2]);
    for (const [line, body, sent] of asked) {
      const got = await agent.ask(lineOf(id, line), sent);
      if (typeof body === "string") assert.equal(got.body, body, line);
      else assert.match(got.body, body, line);
    }
  });
}

for (const [id, line, who, result] of [
  ["isCensor", "iscensor", "supervisor", true],
  ["isSpyMonitor", "isspymonitor", "supervisor", true],
  ["isMonitor", "ismonitor", "supervisor", true],
  ["isReportManager", "isreportmanager", "supervisor", true],
  ["isSystem", "issystem", "supervisor", false],
  ["isPickUp", "ispickup", "resting", false],
  ["getAgentRestReason", "restreason", "resting", { workno: "103", reason: "7" }],
  ["queryAllAgentInfoOnMyGroup", "agentongroup", "supervisor", [detail(102)]],
  [
    "queryAllLoggedInAgentPhonesOnVdn",
    "loggedinagentphoneonvdn",
    "supervisor",
    ["101", "102", "103"].map((workno) => ({ workno, phonenum: `40${workno.replace("10", "00")}` })),
  ],
] as const) {
  test(`operation agentgroup.${id}: as a ${who} gets it`, async () => {
    const asking = who === "supervisor" ? supervisor : resting;
    assert.equal((await asking.ask(`GET /agentgroup/@/${line}`)).body, reply(result));
  });
}

test("operation agentgroup.isSystem: an administrator; he inspects too", async () => {
  const administrator = new Agent(gateway, "105", "40005");
  await administrator.begin();
  assert.equal((await administrator.ask("GET /agentgroup/@/issystem")).body, reply(true));
  assert.equal((await administrator.ask("GET /agentgroup/@/iscensor")).body, reply(true));
  await administrator.ask("DELETE /onlineagent/@/logout");
});

test("operation agentgroup.queryAgentRestDetailInfo: the rest now, when it ends, and how often today", async () => {
  const { result } = await resting.ask("GET /agentgroup/@/agentrestinfo");
  const { begintime, endtime, resttime, ...others } = result as Record<string, number>;
  assert.equal(Number(endtime) - Number(begintime), 60_000);
  assert.ok(Number(resttime) < 60, `${resttime} s`);
  assert.deepEqual(others, { workno: "103", reason: "7", restnums: 1, restoutnums: 0, restouttime: 0 });
});

test("operation agentgroup.queryAgentInfoByConfigedSkillId: signed out ones too, not those without the skill", async () => {
  const { result } = await agent.ask("GET /agentgroup/@/agentbyconfigedskill/25");
  const numbers = (result as readonly { workno: string }[]).map(({ workno }) => workno);
  assert.deepEqual(numbers, ["101", "102", "103", "104", "105", "107", "108", "109", "110", "111", "112"]);
});

test("operation agentgroup.queryAgentInfoBySkillId: a body that no list of states needs is too long", async () => {
  const long = `{"agentStatus":[${"1,".repeat(40_000)}1]}`;
  const { body } = await agent.ask("GET /agentgroup/@/agentbyskill/25", long, [`Guid: ${agent.guid}`, json]);
  assert.equal(body, refusal("000-002", "body: at most 65536 bytes"));
});

test("operation agentgroup.queryAllAgentInfoOnMyGroup: an agent without a group is 300-004", async () => {
  for (const path of ["agentongroup", "agentongroupex"]) {
    const { body } = await alone.ask(`GET /agentgroup/@/${path}`);
    assert.equal(body, refusal("300-004", "the agent is in no work group"));
  }
  assert.equal((await alone.ask("GET /agentgroup/@/grouponvdn")).body, reply([]));
});

test("operation queuedevice.queryInNoOnVDN: without numbers 600-003", async () => {
  const { body } = await alone.ask("GET /queuedevice/@/innoinfo");
  assert.equal(body, refusal("600-003", "no number can be called from outside"));
});
