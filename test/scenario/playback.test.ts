// A recording that an agent hears on his phone (events.json: playback), on the virtual clock: every way in which it begins and ends.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { AgentInput } from "../../src/core/agent/state.ts";
import type { RecordingRow } from "../../src/store/ports.ts";
import { signedIn, type TestGateway, talking, testGateway } from "./test-gateway.ts";

const how = { fromMs: 2_000, times: 1 } as const;
const row: RecordingRow = {
  ...{ taskId: 7, callId: "1455885056-7", agent: "101", caller: "40038", called: "40040", skill: 25 },
  ...{ file: "2016-02-19/7.wav", name: "mine", beganAt: 1, endedAt: 2, ms: 1, bytes: 44, sha256: "", state: "saved" },
};

function world(change: Parameters<typeof testGateway>[0] = {}): TestGateway {
  return testGateway({ ...change, rows: [row] });
}

const asks = async (gateway: TestGateway, agent = "101"): Promise<string> =>
  code(await gateway.recordings.play(agent, { name: "mine", ...how }));
const code = (outcome: object): string => ("refused" in outcome ? String(outcome.refused) : "0");
const steers = (gateway: TestGateway, type: "pause-play" | "resume-play" | "stop-play"): string =>
  code(gateway.recordings.steer("101", { type }));
const orders = (gateway: TestGateway) => gateway.legs.files.map(({ order }) => order);

type Report = Extract<AgentInput, { type: "play-began" | "play-ended" }>;
const reports = (gateway: TestGateway, type: Report["type"], failed = false): void => {
  const asked = gateway.legs.files.findLast(({ order }) => order.type === "play-file");
  assert.ok(asked, "nothing is to be played");
  asked.report({ type, call: asked.order.call, failed });
};
const nothingLeft = (gateway: TestGateway): void =>
  assert.deepEqual(
    [gateway.legs.census(), gateway.census().calls, gateway.agentStatus("101").isWorking],
    [0, 0, false],
  );

async function playing(gateway: TestGateway): Promise<void> {
  await signedIn(gateway);
  assert.equal(await asks(gateway), "0");
  gateway.ring(gateway.phone());
  gateway.answer(gateway.phone());
  reports(gateway, "play-began");
  assert.deepEqual(await gateway.told(), [
    "PhoneAlerting",
    "PhoneOffhook",
    "Busy",
    "AgentMediaEvent_Play",
    "AgentMediaEvent_Play_Succ",
  ]);
}

test("the phone, then the file from where it was asked for; to its end: cause 0, and the phone goes down", async () => {
  const gateway = world();
  await playing(gateway);
  const [order] = orders(gateway);
  assert.deepEqual({ ...order, call: "", leg: "" }, { type: "play-file", call: "", leg: "", file: row.file, ...how });
  reports(gateway, "play-ended");
  const events = await gateway.events();
  assert.deepEqual(events[0]?.content, { cause: 0 });
  assert.deepEqual(
    events.map(({ eventType }) => eventType),
    ["AgentMediaEvent_StopPlayDone", "AgentOther_PhoneRelease", "AgentState_Ready"],
  );
  nothingLeft(gateway);
});

test("pause, resume and jumps in their state alone", async () => {
  const gateway = world();
  assert.equal(steers(gateway, "pause-play"), "100-006");
  await playing(gateway);
  const codes = (["resume-play", "pause-play", "pause-play", "resume-play"] as const).map((type) =>
    steers(gateway, type),
  );
  assert.deepEqual(codes, ["500-005", "0", "500-003", "0"]);
  gateway.recordings.steer("101", { type: "jump-play", ms: 5_000, back: false });
  gateway.recordings.steer("101", { type: "jump-play", ms: 3_000, back: true });
  assert.deepEqual(
    orders(gateway).map((order) => (order.type === "steer-file" ? order.act : null)),
    [null, { paused: true }, { paused: false }, { jumpMs: 5_000 }, { jumpMs: -3_000 }],
  );
  const told = ["PausePlayDone", "ResumePlayDone", "JumpPlayDone", "JumpPlayDone"];
  assert.deepEqual(
    await gateway.told(),
    told.map((name) => `AgentMediaEvent_${name}`),
  );
  assert.equal(steers(gateway, "stop-play"), "0");
  const jump = (back: boolean) => code(gateway.recordings.steer("101", { type: "jump-play", ms: 0, back }));
  assert.deepEqual([jump(false), jump(true), steers(gateway, "stop-play")], ["500-002", "500-001", "500-009"]);
});

test("whatever else ends it, stops it: release, the handset, the sign-out", async () => {
  const stopped = ["AgentMediaEvent_StopPlayDone"];
  for (const [end, told] of [
    [(gateway) => gateway.command("101", { type: "release" }), [...stopped, "PhoneRelease 3", "Ready"]],
    [(gateway) => gateway.end(gateway.phone()), [...stopped, "PhoneRelease 2", "Ready"]],
    [(gateway) => gateway.signOut("101", { force: true, reason: 258 }), null],
  ] as const satisfies readonly (readonly [(gateway: TestGateway) => unknown, readonly string[] | null])[]) {
    const gateway = world();
    await playing(gateway);
    end(gateway);
    if (told) assert.deepEqual(await gateway.told(), told);
    const last = orders(gateway).at(-1);
    assert.ok(last?.type === "steer-file" && last.act === "stop");
    reports(gateway, "play-ended", true);
    if (told) assert.deepEqual(await gateway.told(), [], "news of what is over is dropped");
    nothingLeft(gateway);
  }
});

test("a file that cannot be read: Play_Fail; one that breaks off: cause 2", async () => {
  const gateway = world();
  await signedIn(gateway);
  await asks(gateway);
  gateway.answer(gateway.phone());
  await gateway.told();
  reports(gateway, "play-ended", true);
  assert.deepEqual(await gateway.told(), ["AgentMediaEvent_Play_Fail", "PhoneRelease 3", "Ready"]);
  nothingLeft(gateway);
  const other = world();
  await playing(other);
  reports(other, "play-ended", true);
  assert.deepEqual((await other.events())[0]?.content, { cause: 2 });
});

test("a phone that is busy, that rings in vain, that is given up: Play_Fail, and the agent is as free as he was", async () => {
  for (const [fail, told] of [
    [(gateway) => gateway.fail(gateway.phone(), { status: 486 }), ["PhoneBusy", "Play_Fail", "PhoneRelease 3"]],
    [(gateway) => gateway.clock.advance(30_000), ["Play_Fail", "PhoneRelease 3"]],
    [(gateway) => gateway.command("101", { type: "release" }), ["Play_Fail", "PhoneRelease 3"]],
  ] as const satisfies readonly (readonly [(gateway: TestGateway) => unknown, readonly string[]])[]) {
    const gateway = world();
    await signedIn(gateway);
    await asks(gateway);
    assert.equal(steers(gateway, "stop-play"), "500-009", "nothing plays yet");
    fail(gateway);
    assert.deepEqual(
      (await gateway.told()).map((name) => name.replace("AgentMediaEvent_", "")),
      told,
    );
    nothingLeft(gateway);
  }
});

test("not in a call, not twice, not in a rest, not without a phone, not what is another agent's", async () => {
  const gateway = world();
  await signedIn(gateway);
  await talking(gateway);
  assert.equal(await asks(gateway), "500-007");
  gateway.end(gateway.party());
  await asks(gateway);
  assert.equal(await asks(gateway), "500-007");
  gateway.command("101", { type: "release" });
  gateway.command("101", { type: "rest", seconds: 60, cause: 0, prolong: false });
  assert.equal(await asks(gateway), "500-007");
  assert.equal(await asks(gateway, "102"), "104-005");
});

test("a phone that stays off-hook is not rung, and stays so", async () => {
  const gateway = world();
  await signedIn(gateway, { releasePhone: false });
  await talking(gateway);
  gateway.end(gateway.party());
  await gateway.told();
  await asks(gateway);
  assert.deepEqual(await gateway.told(), ["Busy", "AgentMediaEvent_Play"]);
  reports(gateway, "play-began");
  assert.equal(steers(gateway, "stop-play"), "0");
  assert.deepEqual(await gateway.told(), ["AgentMediaEvent_Play_Succ", "AgentMediaEvent_StopPlayDone", "Ready"]);
  assert.equal(gateway.legs.census(), 1);
});
