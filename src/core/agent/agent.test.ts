// The agent's state outside calls: (state, request) -> (state, events), as in behaviour.md §5.

import assert from "node:assert/strict";
import { test } from "node:test";
import { agentId } from "../../base/ids.ts";
import { newAgent, reduceAgent } from "./agent.ts";
import { type Agent, type AgentInput, type AgentRequest, stateNumber } from "./state.ts";

const profile = {
  phoneNumber: "40001",
  loginAt: 1_471_585_949_806,
  autoAnswer: true,
  autoEnterIdle: true,
  releasePhone: true,
  phoneLinkage: false,
  agentType: 4,
  skills: [25],
  talkRight: true,
  selfRecord: false,
  customState: null,
  forwarding: null,
  wrapUpMs: null,
} as const;

function does(agent: Agent, input: AgentInput): { agent: Agent; events: string[] } {
  const outcome = reduceAgent(agent, input);
  assert.ok(!("refused" in outcome), JSON.stringify(outcome));
  const events = outcome[1].flatMap((effect) =>
    effect.type === "notify"
      ? [effect.event.eventType + (effect.event.content ? JSON.stringify(effect.event.content) : "")]
      : [],
  );
  return { agent: outcome[0], events };
}

const signedIn = (status: 3 | 4 | 5) => does(newAgent(agentId("101")), { type: "sign-in", profile, status });
const resting = () => does(signedIn(4).agent, { type: "rest", seconds: 60, cause: 3, prolong: false }).agent;

test("sign-in by status: behaviour.md §4", () => {
  const start = ["AgentOther_InService", "AgentState_Ready"];
  assert.deepEqual(signedIn(4).events, start);
  assert.deepEqual(signedIn(3).events, [...start, 'AgentState_SetNotReady_Success{"reason":"0"}']);
  assert.deepEqual(signedIn(5).events, [...start, "AgentState_Work"]);
  assert.deepEqual(
    [4, 3, 5].map((status) => stateNumber(signedIn(status as 3).agent)),
    [4, 3, 5],
  );
});

const busy: AgentRequest = { type: "say-busy", reason: 201, prolong: false };
const rest: AgentRequest = { type: "rest", seconds: 60, cause: 7, prolong: false };

const table: readonly (readonly [
  from: 3 | 4 | 5 | 8,
  AgentRequest,
  events: readonly string[] | "100-009",
  to: number,
])[] = [
  [4, busy, ['AgentState_SetNotReady_Success{"reason":"201"}'], 3],
  [3, busy, "100-009", 3],
  [3, { ...busy, prolong: true }, ['AgentState_SetNotReady_Success{"reason":"201"}'], 3],
  [5, busy, [], 5],
  [8, busy, "100-009", 8],
  [3, { type: "cancel-busy" }, ["AgentState_CancelNotReady_Success"], 4],
  [4, { type: "cancel-busy" }, "100-009", 4],
  [3, { type: "say-free" }, ["AgentState_CancelNotReady_Success"], 4],
  [5, { type: "say-free" }, ["AgentState_CancelWork_Success"], 4],
  [4, { type: "say-free" }, "100-009", 4],
  [8, { type: "say-free" }, "100-009", 8],
  [4, { type: "work" }, ["AgentState_SetWork_Success"], 5],
  [3, { type: "work" }, ["AgentState_SetWork_Success"], 5],
  [5, { type: "work" }, "100-009", 5],
  [8, { type: "work" }, "100-009", 8],
  [5, { type: "cancel-work" }, ["AgentState_CancelWork_Success"], 4],
  [4, { type: "cancel-work" }, "100-009", 4],
  [4, rest, ['AgentState_SetRest_Success{"reason":"7"}'], 8],
  [3, rest, ['AgentState_SetRest_Success{"reason":"7"}'], 8],
  [5, rest, [], 5],
  [8, rest, "100-009", 8],
  [8, { ...rest, prolong: true }, ['AgentState_SetRest_Success{"reason":"7"}'], 8],
  [8, { type: "cancel-rest" }, ["AgentState_CancelRest_Success"], 4],
  [4, { type: "cancel-rest" }, "100-009", 4],
];

for (const [from, request, events, to] of table) {
  test(`${from} ${JSON.stringify(request)} -> ${events === "100-009" ? events : to}`, () => {
    const before = from === 8 ? resting() : signedIn(from).agent;
    if (events === "100-009") {
      const outcome = reduceAgent(before, request);
      assert.ok("refused" in outcome);
      assert.equal(outcome.refused, "100-009");
      return;
    }
    const after = does(before, request);
    assert.deepEqual(after.events, events);
    assert.equal(stateNumber(after.agent), to);
  });
}

test("busy and rest asked for in wrap-up take effect when it ends", () => {
  const waiting = does(signedIn(5).agent, busy).agent;
  const after = does(waiting, { type: "cancel-work" });
  assert.deepEqual(after.events, ["AgentState_CancelWork_Success", 'AgentState_SetNotReady_Success{"reason":"201"}']);
  assert.equal(stateNumber(after.agent), 3);
  const freed = does(waiting, { type: "say-free" });
  assert.deepEqual([freed.events, stateNumber(freed.agent)], [["AgentState_CancelWork_Success"], 4]);
});

test("the end of the rest time reminds and changes nothing; after cancelrest it is silent", () => {
  const over = does(resting(), { type: "timer", name: "rest" });
  assert.deepEqual([over.events, stateNumber(over.agent)], [["AgentState_Rest_Timeout"], 8]);
  const back = does(resting(), { type: "cancel-rest" }).agent;
  assert.deepEqual(does(back, { type: "timer", name: "rest" }).events, []);
});

test("a second sign-in is 100-002, requests when signed out are 100-006, late reports are nothing", () => {
  const again = reduceAgent(signedIn(4).agent, { type: "sign-in", profile, status: 4 });
  assert.ok("refused" in again && again.refused === "100-002");
  const out = does(signedIn(4).agent, { type: "sign-out", force: false, told: false }).agent;
  const refused = reduceAgent(out, busy);
  assert.ok("refused" in refused && refused.refused === "100-006");
  assert.deepEqual(does(out, { type: "timer", name: "rest" }).events, []);
});
