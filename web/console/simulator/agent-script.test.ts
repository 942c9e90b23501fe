// A script of calls by an agent: over a twin of his session, on a clock that is handed in.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReceivedEvent } from "../../../src/client/connect.ts";
import { type Progress, runScript, type Script, type ScriptGround } from "./agent-script.ts";

type Fate = "answered" | "busy" | { readonly retcode: string };

const script: Script = {
  ...{ agent: "102", called: "40040", times: 2, everyMs: 10_000 },
  ...{ hangUpAfterMs: 3_000, wrapUpMs: 0 },
};

/** Each call has its fate; time passes in pauses alone. */
function twin(fates: readonly Fate[]) {
  const done: string[] = [];
  const told: Progress[] = [];
  const observers = new Set<(event: ReceivedEvent) => void>();
  const stopper = new AbortController();
  let time = 0;
  let calls = 0;
  const event = (eventType: string, content: unknown) => {
    for (const observer of observers) observer({ eventType, content, workNo: "102" } as ReceivedEvent);
  };
  const nothing = { ok: true, result: null, message: "" } as const;
  const refused = (retcode: string) => ({ ok: false, retcode, message: "no", field: "", hint: "" }) as const;
  const ground: ScriptGround = {
    session: {
      async callOut({ called }) {
        done.push(`${time} calls ${called}`);
        const fate = fates[calls] ?? "busy";
        calls += 1;
        if (typeof fate === "object") return refused(fate.retcode);
        // Before the reply: so it may happen.
        if (fate === "busy") event("AgentEvent_Call_Out_Fail", `${calls}`);
        else event("AgentEvent_Talking", { callid: `${calls}` });
        return { ok: true, result: `${calls}`, message: "" };
      },
      async release() {
        done.push(`${time} hangs up`);
        event("AgentEvent_Call_Release", `${calls}`);
        return nothing;
      },
      async work() {
        done.push(`${time} wraps up`);
        return nothing;
      },
      onEvent(observer) {
        observers.add(observer);
        return () => void observers.delete(observer);
      },
    },
    becomeIdle: async () => void done.push(`${time} is idle`),
    now: () => time,
    async pause(ms) {
      time += ms;
    },
    signal: stopper.signal,
    tell: (progress) => void told.push(progress),
  };
  return { ground, done, told, observers, stop: () => stopper.abort() };
}

test("he talks for so long, hangs up, and calls again after the interval", async () => {
  const { ground, done, observers } = twin(["answered", "answered"]);
  const end = await runScript(script, ground);
  assert.deepEqual(done, [
    ...["0 calls 40040", "3000 hangs up", "3000 is idle"],
    ...["10000 calls 40040", "13000 hangs up", "13000 is idle"],
  ]);
  assert.deepEqual(end, { placed: 2, answered: 2, refused: 0, doing: "over", refusal: null });
  assert.equal(observers.size, 0, "nobody listens any more");
});

test("a call that fails is none that is hung up; wrap-up counts into the interval", async () => {
  const { ground, done, told } = twin(["busy", "busy"]);
  await runScript({ ...script, wrapUpMs: 4_000 }, ground);
  assert.deepEqual(done.slice(0, 4), ["0 calls 40040", "0 wraps up", "4000 is idle", "10000 calls 40040"]);
  assert.deepEqual(
    told.map(({ doing }) => doing).filter((doing, place, all) => doing !== all[place - 1]),
    ["calling", "wrapping-up", "waiting", "calling", "wrapping-up", "over"],
  );
});

test("a refusal is told and the next call tried; without a session there is none", async () => {
  const { ground, done } = twin([{ retcode: "200-001" }, { retcode: "100-006" }]);
  const end = await runScript({ ...script, times: 5 }, ground);
  assert.deepEqual(done, ["0 calls 40040", "0 is idle", "10000 calls 40040"]);
  assert.deepEqual([end.doing, end.refused, end.refusal?.retcode], ["signed-out", 2, "100-006"]);
});

test("stopped in a call: it is hung up, and no other begins", async () => {
  const { ground, done, stop } = twin(["answered", "answered"]);
  const end = await runScript(
    { ...script, hangUpAfterMs: null },
    { ...ground, tell: ({ doing }) => doing === "talking" && stop() },
  );
  assert.deepEqual(done, ["0 calls 40040", "0 hangs up", "0 is idle"]);
  assert.equal(end.doing, "stopped");
});
