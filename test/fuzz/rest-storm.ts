// Agents who ask for anything, in any state, at the same time as others do: over real HTTP, with real SIP phones and customers that
// call in and hang up. Every reply is an envelope with a known code; when all have gone home nothing is left.

import assert from "node:assert/strict";
import type { Operation } from "../../src/contract/operation.ts";
import { type ResultCode, results } from "../../src/contract/result.ts";
import { Agent, type Reply } from "../conformance/agent.ts";
import { builtOperations } from "../conformance/documents.ts";
import { type Demo, openDemo } from "../conformance/town.ts";
import { until } from "../support/until.ts";
import { type Random, random } from "./random.ts";
import { type RestRequest, restRequest } from "./rest-requests.ts";

/** `count` requests in all, besides what agents ordinarily do; `agents` ask side by side. */
export type RestStormOptions = { readonly count: number; readonly seed: number; readonly agents?: number };

export type RestWeather = {
  readonly requests: number;
  /** Replies by code, most first. */
  readonly codes: readonly (readonly [string, number])[];
  /** Operations that were carried out at least once. */
  readonly done: number;
  readonly operations: number;
  readonly calls: number;
  readonly events: number;
};

/** A changed password would lock the storm out of its own agents. */
const asked: readonly Operation[] = builtOperations.filter(({ id }) => id !== "onlineagent.modifyAccountPwd");
/** These make and change calls: without them there is nothing to ask about. */
const busy = asked.filter(({ path, method }) => /^\/(voicecall|onlineagent)\//.test(path) && method !== "GET");
const parties = [
  "40040",
  "40041",
  "40043",
  "40044",
  "40046",
  "40047",
  "40048",
  "40049",
  "40051",
  "999",
  "8000",
  "8101",
];
const statuses = new Set([200, 400, 404, 405, 413, 414, 415, 429, 431]);

type Storm = {
  readonly demo: Demo;
  readonly callIds: string[];
  readonly codes: Map<string, number>;
  readonly done: Set<string>;
  readonly ids: readonly string[];
  readonly secrets: Set<string>;
  left: number;
  calls: number;
  events: number;
};

/** Fails with the request that was answered badly, or with what is left at the end. */
export async function restStorm({ count, seed, agents = 8 }: RestStormOptions): Promise<RestWeather> {
  const demo = await openDemo({ AGENT_POLL_WAIT_TIMES: "1" }, { mediaHundreds: 20 });
  try {
    const team = Array.from(
      { length: agents },
      (_, index) => new Agent(demo.gateway, `${121 - agents + index}`, `${40_001 + index}`),
    );
    const storm: Storm = {
      ...{ demo, callIds: [], codes: new Map(), done: new Set(), secrets: new Set(), left: count, calls: 0, events: 0 },
      ids: team.map(({ id }) => id),
    };
    await Promise.all([
      ...team.map((agent, index) => asks(storm, agent, random(seed + index))),
      customers(storm, random(seed - 1)),
    ]);
    await goHome(storm, team);
    return weatherOf(storm, count);
  } finally {
    await demo.stop();
  }
}

function weatherOf({ codes, done, calls, events }: Storm, requests: number): RestWeather {
  const byCount = [...codes].sort(([, one], [, other]) => other - one);
  return { requests, codes: byCount, done: done.size, operations: asked.length, calls, events };
}

/** What agents mostly do, so that there are calls to ask about. */
const ordinary: readonly RestRequest[] = [
  { line: "PUT /voicecall/@/callout", body: '{"called":"40040","mediaability":1}' },
  { line: "PUT /voicecall/@/callout", body: '{"called":"40045","mediaability":0}' },
  { line: "PUT /voicecall/@/answer", body: "{}" },
  { line: "DELETE /voicecall/@/release", body: undefined },
  ...["sayfree", "cancelbusy", "cancelrest", "cancelwork"].map((what) => ({
    line: `POST /onlineagent/@/${what}`,
    body: "{}",
  })),
];

async function asks(storm: Storm, agent: Agent, dice: Random): Promise<void> {
  await agent.signIn({ autoanswer: dice.chance(0.5) });
  while (storm.left > 0) {
    storm.left -= 1;
    if (dice.chance(0.3)) await lives(storm, agent, dice.pick(ordinary));
    const operation = dice.pick(dice.chance(0.5) ? busy : asked);
    const known = { callIds: storm.callIds, agents: storm.ids, numbers: parties, skills: [25, 26, 27] };
    const request = restRequest(operation, known, dice);
    const reply = await agent.ask(request.line, request.body);
    storm.secrets.add(agent.guid);
    judge(storm, operation, request, reply);
    if (reply.code === "100-006" || dice.chance(0.01)) await agent.signIn({ autoanswer: dice.chance(0.5) });
    if (dice.chance(0.2)) await listen(storm, agent);
  }
}

async function lives(storm: Storm, agent: Agent, { line, body }: RestRequest): Promise<void> {
  const { code, result } = await agent.ask(line, body);
  if (code !== "0" || !line.endsWith("/callout")) return;
  storm.calls += 1;
  remember(storm, String(result));
}

async function listen(storm: Storm, agent: Agent): Promise<void> {
  const { body } = await agent.poll();
  if (!body.includes('"eventType"')) return;
  storm.events += 1;
  const [id] = /\d{10}-\d+/.exec(body) ?? [];
  if (id) remember(storm, id);
}

function remember(storm: Storm, id: string): void {
  storm.callIds.push(id);
  if (storm.callIds.length > 30) storm.callIds.shift();
}

function judge(storm: Storm, operation: Operation, { line, body }: RestRequest, reply: Reply): void {
  const about = `${line} ${body?.slice(0, 300) ?? ""}\n${reply.head}\n\n${reply.body.slice(0, 500)}`;
  assert.ok(statuses.has(reply.status), about);
  const known = Object.hasOwn(results, reply.code as ResultCode);
  assert.ok(known || (operation.result === "file" && reply.code === undefined), about);
  storm.codes.set(reply.code, (storm.codes.get(reply.code) ?? 0) + 1);
  if (reply.code !== "0") return;
  storm.done.add(operation.id);
  const [id] = /"result":"(\d{10}-\d+)"/.exec(reply.body)?.slice(1) ?? [];
  if (id) remember(storm, id);
}

/** They call in, and hang up when they like. */
async function customers(storm: Storm, dice: Random): Promise<void> {
  const callers = ["42900", "42901", "42902", "42903"];
  for (const number of callers)
    await storm.demo.tell("parties", number, { ring: true, answerAfterMs: 50, refuse: null });
  while (storm.left > 0) {
    const number = dice.pick(callers);
    if (dice.chance(0.5)) await storm.demo.call("parties", number, dice.pick(["8000", "8001", "8119", "8115", "8999"]));
    else await storm.demo.hangUp("parties", number);
    await new Promise((resolve) => setTimeout(resolve, 20 + dice.below(80)));
  }
  for (const number of [...callers, ...parties]) await storm.demo.hangUp("parties", number);
}

async function goHome({ demo, secrets }: Storm, team: readonly Agent[]): Promise<void> {
  for (const agent of team) {
    await agent.signIn();
    await agent.ask("DELETE /onlineagent/@/forcelogout");
  }
  for (const number of parties) await demo.hangUp("parties", number);
  let figures = new Map<string, number>();
  const names = ["seatway_calls", "seatway_agents", "seatway_sip_dialogs", "seatway_sip_transactions"];
  await until("nothing left", async () => {
    figures = await metricsOf(demo);
    return names.every((name) => figures.get(name) === 0) || null;
  }).catch((fault) => assert.fail(`left: ${names.map((name) => `${name} ${figures.get(name)}`).join(", ")}: ${fault}`));
  const log = demo.gateway.log();
  const bad = log.split("\n").filter((entry) => /"level":[56]0/.test(entry));
  assert.deepEqual(bad, [], "errors in the log");
  for (const secret of secrets) if (secret !== "") assert.ok(!log.includes(secret), "a Guid in the log");
}

/** Metrics without labels, by name. */
async function metricsOf({ gateway }: Demo): Promise<Map<string, number>> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return new Map([...text.matchAll(/^(\w+) ([\d.e+-]+)$/gm)].map(([, name = "", value]) => [name, Number(value)]));
}
