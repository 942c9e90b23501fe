// `npm run bench routing` in short: that calls through the gateway are served in order, and that its proof of this finds who was not.
// Times are not looked at: other tests run beside it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { RoutingFigures } from "../bench/load/routing-model.ts";
import { type Evidence, prove } from "../bench/load/routing-proof.ts";
import type { SocketFigures } from "../bench/load/routing-run.ts";
import { without } from "./peer/missing.ts";

const bench = fileURLToPath(new URL("../bench/routing.ts", import.meta.url));

type Report = { readonly model: RoutingFigures; readonly sockets: SocketFigures };

test("more calls than 30 agents can take: none is lost, all are served in order, some wait", {
  skip: without("sipp"),
}, async () => {
  const load = ["--agents", "30", "--skills", "5", "--rate", "20", "--seconds", "4", "--load", "120"];
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...load]);
  const { model, sockets } = JSON.parse(stdout) as Report;
  assert.deepEqual([model.served, model.lost, model.mistakes], [80, 0, []]);
  assert.deepEqual(sockets.ended, { callers: 80, phones: 80, agents: 80 });
  assert.deepEqual([sockets.lost, sockets.failures, sockets.proof.mistakes], [0, {}, []]);
  assert.ok(sockets.proof.waited > 0 && sockets.proof.compared.calls > 0 && sockets.proof.compared.agents > 0);
  // Each call asks for an agent, each agent for a call when he is free.
  assert.ok(sockets.choices.count >= 80 + 80, `${sockets.choices.count} choices`);
});

describe("the proof of order", () => {
  const first = { agent: "101", phone: "4001", levels: new Map([[1, 1]]) };
  const second = {
    agent: "102",
    phone: "4002",
    levels: new Map([
      [1, 1],
      [2, 5],
    ]),
  };
  const signedIn = (agent: string, at: number) => ({ agent, askedAt: at, repliedAt: at + 10 });
  const answered = (call: number, agent: string, at: number) => ({
    ...{ call, agent, talkingAt: at, releasedAt: at + 1000, readyAt: at + 1010 },
  });
  const judged = (evidence: Omit<Evidence, "seats">) => prove({ seats: [first, second], ...evidence }).mistakes;

  test("who is free longest, then who waits longest: no mistake", () => {
    const called = [100, 200, 300].map((at, call) => ({ call, skill: 1, at }));
    const offered = [
      { phone: "4001", at: 101 },
      { phone: "4002", at: 201 },
      { phone: "4001", at: 1112 },
    ];
    const calls = [answered(0, "101", 110), answered(1, "102", 210), answered(2, "101", 1120)];
    const proof = prove({
      ...{ seats: [first, second], called, offered, answered: calls },
      signIns: [signedIn("101", 0), signedIn("102", 20)],
    });
    assert.deepEqual([proof.mistakes, proof.waited, proof.compared.agents], [[], 1, 1]);
  });

  const signIns = [signedIn("101", 0), signedIn("102", 20)];

  test("a call that came later gets the agent of both", () => {
    const called = [100, 200, 300, 400].map((at, call) => ({ call, skill: 1, at }));
    const offered = ["4001", "4002", "4001", "4002"].map((phone, index) => ({ phone, at: 101 + 1000 * index }));
    const calls = [
      answered(0, "101", 110),
      answered(1, "102", 210),
      answered(3, "101", 2110),
      answered(2, "102", 3110),
    ];
    assert.deepEqual(judged({ called, offered, answered: calls, signIns }), ["call 2 was to be served before 3"]);
  });

  test("an agent who is free for less long gets the call", () => {
    const evidence = { called: [{ call: 0, skill: 1, at: 100 }], offered: [{ phone: "4002", at: 101 }], signIns };
    assert.deepEqual(judged({ ...evidence, answered: [answered(0, "102", 110)] }), [
      "agent 101 was to get call 0 before 102",
    ]);
  });

  test("one who does not serve the skill, and one whom nobody has called", () => {
    const called = [{ call: 0, skill: 2, at: 100 }];
    const evidence = { called, offered: [{ phone: "4001", at: 101 }], signIns };
    assert.deepEqual(judged({ ...evidence, answered: [answered(0, "101", 110)] }), [
      "agent 101 does not serve skill 2 of call 0",
    ]);
    assert.deepEqual(judged({ ...evidence, answered: [answered(7, "101", 110)] }), [
      "agent 101 was offered a call that nobody has made, or was not free",
    ]);
  });
});
