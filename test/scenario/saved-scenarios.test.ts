// Every scenario that was saved from the console (test/scenario/saved/): what happened on real sockets happens on the virtual clock, each
// agent is told the same in the same order, and nothing is left over.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import type { Scenario } from "../../src/contract/scenario.ts";
import { replay } from "./replay.ts";

const folder = join(import.meta.dirname, "saved");
const files = globSync("*.json", { cwd: folder }).sort();
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Scenario;

test("there are saved scenarios", () => assert.notEqual(files.length, 0));

for (const file of files) {
  test(`${basename(file, ".json")}: played again, each is told the same`, async () => {
    const scenario = read(file);
    const { told, gateway } = await replay(scenario);
    for (const [agent, events] of Object.entries(scenario.told)) {
      const again = told[agent] ?? [];
      assert.deepEqual(again.slice(0, events.length), events, `agent ${agent}`);
      // The phone is put down and the agent is ready again after the call: that is none of its events.
      assert.deepEqual(
        again.slice(events.length).filter((event) => event.startsWith("AgentEvent_")),
        [],
      );
    }
    assert.equal(gateway.census().calls, 0, "the call is over");
  });
}

test("another outcome is seen: a scenario in which the party is busy instead does not pass for the same", async () => {
  const [file = ""] = files.filter((name) =>
    read(name).steps.some((step) => "leg" in step && step.leg === "party 1" && step.does === "answer"),
  );
  const scenario = read(file);
  const at = scenario.steps.findIndex((step) => "leg" in step && step.leg === "party 1" && step.does === "answer");
  const steps = [...scenario.steps.slice(0, at), { at: 5_000, leg: "party 1", does: "fail", status: 486 } as const];
  const { told } = await replay({ ...scenario, steps });
  const [agent = ""] = Object.keys(scenario.told);
  assert.notDeepEqual(told[agent]?.slice(0, scenario.told[agent]?.length), scenario.told[agent]);
});
