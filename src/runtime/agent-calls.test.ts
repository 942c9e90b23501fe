// Whose calls an agent may wrap up, with what, and what is kept of it.

import assert from "node:assert/strict";
import test from "node:test";
import { systemClock } from "../base/clock.ts";
import { refuse } from "../base/step.ts";
import type { CallInfoMessage } from "../contract/call-data.ts";
import type { WrapUpRow } from "../store/ports.ts";
import { type AgentCallsOptions, openAgentCalls } from "./agent-calls.ts";
import type { ArchivedCall, ArchiveQuery } from "./call-archive.ts";

const call = (callid: string) => ({ callid }) as CallInfoMessage;

/** 101 talks in 7-1, has just ended 7-2, and was in 7-3 long ago. */
function opened(change: Partial<AgentCallsOptions> = {}) {
  const kept: WrapUpRow[] = [];
  const asked: ArchiveQuery[] = [];
  const calls = openAgentCalls({
    clock: { ...systemClock, now: () => 5_000 },
    site: { wrapUpCodes: [{ id: 3, name: "sold" }] },
    reads: {
      callsOf: (_asking, agent) => (agent === "101" ? [{ call: call("7-1"), stage: "talking" }] : []),
      records: (_asking, { workno }) => (workno === "101" ? [{ call: call("7-2"), agents: ["101"] }] : []),
    },
    archive: {
      async find(query) {
        asked.push(query);
        const found = query.agent === "101" && (query.callId ?? "7-3") === "7-3";
        return { calls: found ? [{} as ArchivedCall] : [], next: null };
      },
      one: async () => undefined,
    },
    store: { keepWrapUp: async (row) => void kept.push(row) },
    ...change,
  });
  return { calls, kept, asked };
}

test("his call that goes on, has just ended, or lies in the store", async () => {
  const { calls, kept } = opened();
  for (const callId of ["7-1", "7-2", "7-3"]) {
    const row = { callId, agent: "101", code: 3, codeName: "sold", notes: callId, at: 5_000 };
    assert.deepEqual(await calls.wrapUp("101", callId, { code: 3, notes: callId }), row);
  }
  assert.deepEqual(
    kept.map(({ callId }) => callId),
    ["7-1", "7-2", "7-3"],
  );
});

test("notes alone have no code", async () => {
  const { calls, kept } = opened({ site: {} });
  await calls.wrapUp("101", "7-1", { code: null, notes: "later" });
  assert.deepEqual([kept[0]?.code, kept[0]?.codeName, kept[0]?.notes], [null, "", "later"]);
});

test("a call of somebody else's, and a code that the site has not, are refused and nothing is kept", async () => {
  const { calls, kept } = opened();
  for (const callId of ["7-1", "7-2", "7-3"])
    assert.equal(
      ((await calls.wrapUp("102", callId, { code: 3, notes: "" })) as { refused: string }).refused,
      "400-001",
    );
  const wrong = (await calls.wrapUp("101", "7-1", { code: 4, notes: "" })) as { refused: string };
  assert.equal(wrong.refused, "000-002");
  assert.deepEqual(kept, []);
});

test("an agent who is not known to the calls in memory still has those in the store", async () => {
  const nobody = () => refuse("100-011", "");
  const { calls, asked } = opened({ reads: { callsOf: nobody, records: nobody } });
  assert.ok("at" in (await calls.wrapUp("101", "7-3", { code: null, notes: "" })));
  await calls.find("102", { limit: 5, after: "1.7-3" });
  assert.deepEqual(asked, [
    { agent: "101", callId: "7-3", limit: 1 },
    { agent: "102", limit: 5, after: "1.7-3" },
  ]);
});
