// A saved scenario played again: over a twin of the demo site whose legs do what they were told, on a clock that is handed in. The demo site
// itself plays one in test/browser/console.test.ts.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Scenario } from "../../../src/contract/scenario.ts";
import type { Timeline, TimelineEntry } from "../../../src/contract/timeline.ts";
import { castOf, type Part } from "./cast.ts";
import { readScenario } from "./scenario-file.ts";
import { playScenario, type Stage } from "./scenario-player.ts";

const saved = readFileSync(join(import.meta.dirname, "../../../test/scenario/saved/held-and-released.json"), "utf8");
const scenario = readScenario(saved) as Scenario;
const parties = ["40040", "40041"];

/** Of a call from agent 101 to a party: its phone answers, then the party does; each as it was told. */
function twin({ retcode = "0", silent = "" } = {}) {
  const done: string[] = [];
  const entries: TimelineEntry[] = [];
  const told = new Map<string, Part>();
  let time = 0;
  let live = true;
  const note = (at: number, leg: string, title: string) =>
    entries.push({ layer: "media", at, agent: "", leg, title, detail: "" } as TimelineEntry);
  const happens = (number: string, leg: string, from: number): number => {
    const part = told.get(number);
    const at = from + (part?.answerAfterMs ?? 0);
    note(from, leg, "ringing");
    if (number !== silent) note(at, leg, part?.refuse ? "failed" : "answered");
    return at;
  };
  const stage: Stage = {
    async request(_agent, method, path) {
      done.push(`${time} ${method} ${path}`);
      if (path.endsWith("/callout")) {
        const answered = happens("40001", "101.phone.1", time);
        happens("40040", "1-7.party", answered);
        for (const title of scenario.told["101"] ?? [])
          entries.push({ layer: "event", at: time, agent: "101", title, trace: "", content: null });
      }
      if (path.endsWith("/release")) live = false;
      return path.endsWith("/hold") ? { retcode, result: null } : { retcode: "0", result: "1-7" };
    },
    async callIn(party, to) {
      done.push(`${time} ${party} calls ${to}`);
      return "1-7";
    },
    async behave({ number }, part) {
      done.push(`${time} ${number} answers after ${part.answerAfterMs}`);
      told.set(number, part);
    },
    async hangUp({ number }) {
      done.push(`${time} ${number} hangs up`);
      note(time, "1-7.party", "ended");
      live = false;
    },
    timeline: async () =>
      ({
        callId: "1-7",
        gateway: { address: "", port: 0 },
        record: { kind: "outgoing", caller: "", called: "", outcome: "answered", agents: ["101"], legs: [] },
        verdict: { outcome: live ? "live" : "answered" },
        entries: entries.filter(({ at }) => at <= time),
      }) as unknown as Timeline,
    now: () => time,
    async pause(ms) {
      time += ms;
    },
  };
  return { stage, done };
}

const play = (speed: number, { stage }: ReturnType<typeof twin>) =>
  playScenario({ scenario, cast: castOf(scenario, parties, ""), speed, stage, tell: () => {} });

test("phones and parties are told beforehand; requests come when what stood before them was seen", async () => {
  const demo = twin();
  assert.deepEqual(await play(1, demo), { callId: "1-7", differences: [] });
  assert.deepEqual(demo.done.slice(0, 3), [
    ...["0 40001 answers after 231", "0 40040 answers after 1003"],
    "0 PUT /voicecall/101/callout",
  ]);
  const [hold = ""] = demo.done.filter((line) => line.endsWith("/hold"));
  assert.ok(Number.parseInt(hold, 10) >= 231 + 1003, hold);
});

test("ten times as fast: the times of the file are a tenth, the order is the same", async () => {
  const demo = twin();
  assert.deepEqual((await play(10, demo)).differences, []);
  assert.deepEqual(demo.done.slice(0, 2), ["0 40001 answers after 23", "0 40040 answers after 100"]);
  const asked = demo.done
    .filter((line) => / (PUT|POST|DELETE) /.test(line))
    .map((line) => line.replace(/^[\d.]+ /, ""));
  assert.deepEqual(
    asked,
    scenario.steps.flatMap((step) => ("asks" in step ? [step.asks.replaceAll("{call}", "1-7")] : [])),
  );
  assert.ok(Number.parseInt(demo.done.at(-1) ?? "", 10) < 700, "what takes 1.4 s takes a part of it");
});

test("what is not as it was is said: another code, an event that did not come, a step that nobody saw", async () => {
  const [difference] = (await play(1, twin({ retcode: "200-014" }))).differences;
  assert.deepEqual(difference, { type: "retcode", step: 5, was: "0", is: "200-014" });
  assert.deepEqual((await play(1, twin({ silent: "40040" }))).differences[0], { type: "not-seen", step: 4 });
  const demo = twin();
  const other = { ...scenario, told: { "101": ["AgentEvent_Conference"] } };
  const { differences } = await playScenario({
    ...{ scenario: other, cast: castOf(scenario, parties, ""), speed: 1, stage: demo.stage, tell: () => {} },
  });
  assert.deepEqual(differences, [
    { type: "told", agent: "101", was: "AgentEvent_Conference", is: "AgentOther_PhoneAlerting" },
  ]);
});

test("who plays: phones by their agents, called parties in their order, behind who calls in", () => {
  const incoming: Scenario = {
    ...{ scenario: 1, name: "x", agents: [{ id: "101", phone: "40001" }], told: {} },
    steps: [
      { at: 0, calls: "8000" },
      { at: 50, leg: "phone 101", does: "ring" },
      { at: 900, leg: "phone 101", does: "fail", status: 486 },
      { at: 2000, leg: "phone 101", does: "ring", media: true },
      { at: 2400, leg: "phone 101", does: "answer" },
      { at: 3000, agent: "101", asks: "POST /voicecall/101/transfer", body: { address: "40041" }, retcode: "0" },
      { at: 3100, leg: "party 2", does: "ring" },
      { at: 9000, leg: "party 2", does: "fail", status: 487 },
      { at: 9100, leg: "party 3", does: "answer" },
    ],
  };
  const { places, parts, missing } = castOf(incoming, parties, "40040");
  assert.deepEqual([places.get("party 1")?.number, places.get("party 2")?.number], ["40040", "40041"]);
  const [refused, answered] = parts.get("phone 101") ?? [];
  assert.deepEqual([refused?.answerAfterMs, refused?.refuse], [850, 486]);
  assert.deepEqual([answered?.answerAfterMs, answered?.early, answered?.ring], [400, "ringback", false]);
  assert.equal(parts.get("party 2")?.[0]?.answerAfterMs, null, "it rang until the others gave up");
  assert.deepEqual(missing, ["party 3"]);
});

test("a file that is no scenario is none: broken, another version, steps or numbers of another form", () => {
  const broken = ["", "[]", "null", '{"scenario":2}', saved.replace('"scenario": 1', '"scenario": 2')];
  for (const text of [
    ...broken,
    saved.replace("POST /voicecall/101/hold", "GET //elsewhere.example"),
    // Above the interface of agents stands that of operators, whose cookie the browser would send along.
    saved.replace("POST /voicecall/101/hold", "DELETE /../../seatway/v1/operator/site/agents/101"),
    saved.replace("POST /voicecall/101/hold", "POST /voicecall/./hold"),
    saved.replace("POST /voicecall/101/hold", "POST /voicecall/101/.."),
    saved.replace("POST /voicecall/101/hold", "POST /voicecall/..?callid=1"),
    saved.replace("POST /voicecall/101/hold", "POST /voicecall/101/hold?a=1#/.."),
    saved.replace('"phone 101"', '"phone ../1"'),
    saved.replace('"at": 89', '"at": -1'),
    saved.replace('"40001"', '"sip:x@example.com"'),
    saved.replace('"AgentEvent_Hold"', "7"),
  ])
    assert.equal(readScenario(text), null, text.slice(0, 80));
  assert.notEqual(readScenario(saved), null);
  const asked = saved.replace("POST /voicecall/101/hold", "POST /voicecall/101/hold?callid={call}&skillId=1%3B2");
  assert.notEqual(readScenario(asked), null);
});
