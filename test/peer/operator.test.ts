// The operator's side of a started gateway: who may ask, what a page of another site gets, the live board during a real call, its
// timeline and recording, soft parameters by form and by MML, the simulation.

import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { connect } from "../../src/client/connect.ts";
import { isOperatorRefused, type OperatorRefused, operatorClient } from "../../src/client/operator.ts";
import type { BoardItem } from "../../src/contract/board.ts";
import type { OperatorReplies } from "../../src/contract/operator-reply.ts";
import { startGateway } from "../support/started-gateway.ts";
import { until as untilFound } from "../support/until.ts";

/** Until it is so. */
const until = (look: () => Promise<boolean> | boolean) =>
  untilFound(`${look}`, async () => ((await look()) ? true : null));

/** The answer of a request that is not refused. */
async function fine<Value>(asked: Promise<Value>) {
  const value = await asked;
  assert.ok(!isOperatorRefused(value), JSON.stringify(value));
  return value as Exclude<Value, OperatorRefused>;
}

const refusedAs = async (asked: Promise<unknown>): Promise<readonly [number, string]> => {
  const value = await asked;
  assert.ok(isOperatorRefused(value), JSON.stringify(value));
  return [value.status, value.message];
};

describe("the operator's side", async () => {
  const gateway = await startGateway();
  const over = new AbortController();
  after(async () => {
    over.abort();
    await gateway.stop();
  });
  const { url } = gateway;
  const root = `${url}/seatway/v1/operator`;
  const administrator = operatorClient({ url });
  const supervisor = operatorClient({ url });

  test("nobody without a session; agents have none; wrong fields are named", async () => {
    assert.deepEqual(await refusedAs(administrator.ask("board")), [401, "no operator is signed in"]);
    const signIn = (body: object) => refusedAs(administrator.ask("signIn", { body }));
    assert.deepEqual(await signIn({ user: "101", password: "" }), [403, "user: neither supervisor nor administrator"]);
    assert.deepEqual(await signIn({ user: "120", password: "x" }), [401, "user or password wrong"]);
    assert.deepEqual(await signIn({ user: "a" }), [400, "user: a work number"]);
    const { user, rights, simulation } = await fine(
      administrator.ask("signIn", { body: { user: "120", password: "" } }),
    );
    assert.deepEqual([user, rights, simulation], ["120", "administrator", true]);
    await fine(supervisor.ask("signIn", { body: { user: "119", password: "" } }));
  });

  test("guesses that come as a crowd are no more than those that come one by one", async () => {
    const guess = () => refusedAs(administrator.ask("signIn", { body: { user: "999", password: "x" } }));
    const statuses = (await Promise.all(Array.from({ length: 20 }, guess))).map(([status]) => status);
    assert.deepEqual(
      [statuses.filter((one) => one === 401).length, statuses.filter((one) => one === 429).length],
      [5, 15],
    );
  });

  test("the cookie is no script's and no other site's; a page of another origin, or by another name, gets nothing", async () => {
    const body = JSON.stringify({ user: "120", password: "" });
    const signIn = (headers: Record<string, string>) => fetch(`${root}/session`, { method: "POST", body, headers });
    const mine = await signIn({ Origin: url });
    assert.match(
      mine.headers.get("set-cookie") ?? "",
      /^seatway-operator=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    assert.equal((await signIn({ Origin: "https://evil.example" })).status, 403);
    assert.equal(((await mine.json()) as { user: string }).user, "120");
  });

  test("a supervisor reads, an administrator changes", async () => {
    const mod = { fields: { name: "P18" }, body: { value: 1 } };
    for (const asked of [
      supervisor.ask("changeParameter", mod),
      supervisor.ask("settings"),
      supervisor.ask("users"),
      supervisor.ask("testTrunk", { fields: { name: "demo" } }),
    ])
      assert.deepEqual(await refusedAs(asked), [403, "for administrators alone"]);
    assert.equal((await fine(supervisor.ask("directory"))).agents.length, 20);
    const settings = await fine(administrator.ask("settings"));
    assert.deepEqual(
      settings
        .filter(({ name }) => /^SEATWAY_(HTTP_PORT|DATABASE_URL)$/.test(name))
        .map(({ value, source }) => [value, source]),
      [
        ["", "default"],
        [`${gateway.ports.http}`, "environment"],
      ],
    );
    assert.ok((await fine(administrator.ask("users"))).every(({ password }) => password === "empty"));
  });

  test("parameters by form and by MML agree, and one log tells both", async () => {
    const value = async () => (await fine(administrator.ask("parameters"))).find(({ name }) => name === "P978")?.value;
    assert.deepEqual(
      await fine(administrator.ask("changeParameter", { fields: { name: "P978" }, body: { value: 5 } })),
      {
        ...{ name: "P978", before: 0, after: 5 },
      },
    );
    const run = (command: string) => fine(administrator.ask("mml", { body: { command } }));
    assert.match((await run("LST SFP: ID=P978;")).report, /Value {2}= {2}5/);
    assert.equal((await run("MOD SFP: ID=P978, MODTYPE=P1, BIT=0, BITVAL=0;")).retcode, 0);
    assert.equal(await value(), 4);
    assert.equal((await run("MOD SFP: ID=P978;")).retcode, 3);
    assert.equal((await run("MOD SFP: ID=P978, MODTYPE=P0, VALUE=0;")).retcode, 0);
    const wrong = (name: string, given: unknown) =>
      refusedAs(administrator.ask("changeParameter", { fields: { name }, body: { value: given } }));
    assert.equal((await wrong("P18", 2))[0], 400);
    assert.deepEqual(await wrong("P18", "x"), [400, "value: 0-4294967295"]);
    assert.equal((await wrong("P1", 0))[0], 404);
    const rows = await fine(administrator.ask("audit", { fields: { limit: 3 } }));
    assert.deepEqual(
      rows.map(({ face, peer, what, before, after: now }) => [face, peer, what, before, now]),
      [
        ["console", "120 127.0.0.1", "parameter P978", "4", "0"],
        ["console", "120 127.0.0.1", "parameter P978", "5", "4"],
        ["console", "120 127.0.0.1", "parameter P978", "0", "5"],
      ],
    );
  });

  test("phones, trunks and a test call", async () => {
    const phones = await fine(supervisor.ask("phones"));
    assert.ok(phones.every(({ contacts }) => contacts.length === 1 && contacts[0]?.simulated));
    assert.ok(!JSON.stringify(phones).includes("password"));
    const { trunks } = await fine(supervisor.ask("trunks"));
    assert.deepEqual(
      trunks.map(({ name, state }) => [name, state]),
      [["demo", "up"]],
    );
    const { call } = await fine(
      administrator.ask("testTrunk", { fields: { name: "demo" }, body: { number: "40040" } }),
    );
    assert.equal(call?.outcome, "rang");
    const test = (name: string, number: string) =>
      refusedAs(administrator.ask("testTrunk", { fields: { name }, body: { number } }));
    assert.equal((await test("demo", "999"))[0], 409);
    assert.equal((await test("other", ""))[0], 404);
    assert.deepEqual(await test("demo", "x"), [400, "number: 1 to 24 of digits, * and #"]);
  });

  let callId = "";
  let taskId = 0;

  test("the board shows a call as it happens: a snapshot, then what changes", async () => {
    const items: BoardItem[] = [];
    const states: string[] = [];
    const observer = {
      item: (item: BoardItem) => void items.push(item),
      state: (now: string) => void states.push(now),
    };
    void supervisor.follow(observer, over.signal);
    await until(() => items.length > 0);
    assert.deepEqual(states, ["live"]);
    const [first] = items;
    assert.ok(first?.type === "snapshot" && first.agents.length === 20 && first.skills.length === 3);
    const rows = () =>
      items.flatMap((item) => (item.type === "change" ? (item.agents ?? []) : [])).filter(({ id }) => id === "101");
    const agent = connect({ url, agent: "101" });
    assert.ok((await agent.signIn({ phonenum: "40001" })).ok);
    const called = await agent.callOut({ called: "40040" });
    assert.ok(called.ok);
    callId = called.result;
    await until(() => rows().some(({ state: now, calls }) => now === 7 && calls[0]?.stage === "talking"));
    assert.deepEqual(rows().at(-1)?.calls, [{ callId, stage: "talking", partners: ["40040"], inspects: null }]);
    const figures = items.at(-1)?.figures;
    assert.deepEqual([figures?.calls, figures?.agents], [1, 1]);
    const guid = agent.guid();
    const path = `${url}/agentgateway/resource/recordplay/101/recordwithoutfilename`;
    const recorded = await fetch(path, { method: "PUT", headers: { Guid: guid } });
    assert.match(await recorded.text(), /"retcode":"0"/);
    await until(async () => (await fine(supervisor.ask("recordings"))).length === 1);
    const [{ file } = { file: "" }] = (await fine(supervisor.ask("recordings"))) as readonly { file: string }[];
    const header = 44;
    await until(async () => (await stat(join(gateway.data, "recordings", file))).size > header);
    assert.ok((await agent.release()).ok);
    await until(() => rows().at(-1)?.calls.length === 0);
    const out = () => supervisor.ask("signOutAgent", { fields: { id: "101" } });
    await fine(out());
    await until(() => rows().at(-1)?.state === 2);
    assert.deepEqual(await refusedAs(out()), [409, "the agent is not signed in"]);
    const rest = await agent.handshake();
    assert.ok(!rest.ok && /signed out by operator 119 from 127\.0\.0\.1/.test(rest.message), JSON.stringify(rest));
    assert.ok(
      items.slice(1).every((item) => (item.agents ?? []).length < 20),
      "no full lists",
    );
  });

  test("its recording: listed, played in parts, drawn", async () => {
    const saved = async () => (await fine(supervisor.ask("recordings", { fields: { agent: "101" } })))[0];
    await until(async () => (await saved())?.state === "saved");
    const row = await saved();
    assert.equal(row?.callId, callId);
    taskId = row?.taskId ?? 0;
    const peaks = await fine(supervisor.ask("peaks", { fields: { taskid: taskId, spans: 20 } }));
    assert.deepEqual([peaks.left.length, peaks.right.length], [20, 20]);
    assert.ok(Math.max(...peaks.right) > 0.05, "the customer's tone");
    assert.ok(peaks.ms >= 300);
    assert.deepEqual(await refusedAs(supervisor.ask("peaks", { fields: { taskid: 1 } })), [
      404,
      "taskid: no such recording",
    ]);
    const cookie =
      (await fetch(`${root}/session`, { method: "POST", body: '{"user":"119"}' })).headers.get("set-cookie") ?? "";
    const audio = (range: string) =>
      fetch(supervisor.address("audio", { taskid: taskId }), {
        headers: { Cookie: cookie.split(";")[0] ?? "", Range: range },
      });
    const part = await audio("bytes=0-43");
    assert.deepEqual([part.status, part.headers.get("content-range")], [206, `bytes 0-43/${row?.bytes}`]);
    assert.match(Buffer.from(await part.arrayBuffer()).toString("latin1"), /^RIFF/);
    assert.equal((await audio("bytes=-4")).headers.get("content-length"), "4");
    assert.equal((await audio("bytes=99999999-")).status, 416);
    assert.equal((await audio("lines=1-2")).status, 200);
    assert.equal(
      (await fine(administrator.ask("audit", { fields: { limit: 1 } })))[0]?.what,
      `recording ${taskId} heard`,
    );
  });

  test("its timeline has every layer in one list, no secret, and says how it went", async () => {
    const read = () => fine(supervisor.ask("timeline", { fields: { callid: callId } }));
    await until(async () => (await read()).verdict.outcome === "answered");
    const timeline: OperatorReplies["timeline"] = await read();
    const titles = (layer: string) =>
      timeline.entries.filter((entry) => entry.layer === layer).map(({ title }) => title);
    assert.deepEqual(titles("request"), ["callout", "beginRecordWithoutFilename", "release"]);
    assert.ok(titles("event").includes("AgentEvent_Talking"), titles("event").join());
    assert.equal(titles("sip").filter((title) => title === "INVITE").length, 2);
    for (const fact of ["answered", "hears", "record", "hung-up"]) assert.ok(titles("media").includes(fact), fact);
    assert.deepEqual(
      timeline.entries.map(({ at }) => at),
      timeline.entries.map(({ at }) => at).toSorted((one, other) => one - other),
    );
    assert.equal(timeline.verdict.what, "went-well");
    const callout = timeline.entries.find(({ title }) => title === "callout");
    assert.ok(callout?.layer === "request" && callout.path.endsWith("/voicecall/101/callout"));
    assert.match(callout.layer === "request" ? callout.body : "", /"called":"40040"/);
    assert.doesNotMatch(JSON.stringify(timeline), /JSESSIONID|response=/);
    const unknown = await fine(supervisor.ask("timeline", { fields: { callid: "1-1" } }));
    assert.deepEqual([unknown.record, unknown.entries, unknown.verdict.what], [null, [], "no-record"]);
  });

  test("call records by filter, and wrong ones refused", async () => {
    const { records } = await fine(supervisor.ask("records", { fields: { agent: "101", outcome: "answered" } }));
    assert.deepEqual(
      records.map((record) => record.callId),
      [callId],
    );
    assert.match((await refusedAs(supervisor.ask("records", { fields: { outcome: "x" } })))[1], /^outcome: /);
    const csv = await fetch(supervisor.address("records", { format: "csv" }));
    assert.equal(csv.status, 401, "an address alone opens nothing");
  });

  test("the simulation: stations, a change of behaviour, a call of theirs; the simulation's own refusals", async () => {
    const { phones, parties } = await fine(supervisor.ask("stations"));
    assert.deepEqual([phones.length, parties.length > 10], [21, true]);
    const party = { kind: "parties", number: "40041" };
    const behaved = await fine(supervisor.ask("behave", { fields: party, body: { refuse: 503 } }));
    assert.equal(behaved.behaviour["refuse"], 503);
    assert.match((await refusedAs(supervisor.ask("behave", { fields: party, body: { refuse: 1 } })))[1], /^refuse: /);
    await fine(supervisor.ask("simulate", { fields: { ...party, action: "reset" } }));
    await fine(supervisor.ask("simulate", { fields: { ...party, action: "call" }, body: { to: "8000" } }));
    await until(async () => (await fine(supervisor.ask("board"))).skills.some(({ waiting }) => waiting.length === 1));
    await fine(supervisor.ask("simulate", { fields: { ...party, action: "hangup" } }));
    await until(async () => (await fine(supervisor.ask("board"))).figures.waiting === 0);
  });

  test("supervision: who is no agent has no phone to listen with; beside a call, then in it; states; one line each", async () => {
    const supervise = (id: string, act: string) => supervisor.ask("supervise", { fields: { id }, body: { act } });
    const force = (id: string, state: string) => supervisor.ask("force", { fields: { id }, body: { state } });
    const row = async (id: string) => (await fine(supervisor.ask("board"))).agents.find((agent) => agent.id === id);
    assert.deepEqual(await refusedAs(supervise("101", "hum")), [400, "act: listen, whisper, insert, take-over or end"]);
    assert.deepEqual(await refusedAs(force("101", "out")), [400, "state: busy, idle or rest"]);
    assert.deepEqual(await refusedAs(supervise("101", "listen")), [409, "the agent to inspect is not signed in"]);
    assert.deepEqual(await refusedAs(force("119", "busy")), [409, "the agent to inspect is the inspector himself"]);
    const agent = connect({ url, agent: "101" });
    assert.ok((await agent.signIn({ phonenum: "40001" })).ok);
    assert.equal((await row("101"))?.busy, null);
    assert.ok((await agent.sayBusy(202)).ok);
    assert.deepEqual((await row("101"))?.busy, { reason: 202, name: "meeting" });
    assert.ok((await agent.sayFree()).ok);
    const called = await agent.callOut({ called: "40040" });
    assert.ok(called.ok);
    await until(async () => (await row("101"))?.calls[0]?.stage === "talking");
    assert.deepEqual(await refusedAs(supervise("101", "listen")), [409, "the agent is not signed in"]);
    const inspector = connect({ url, agent: "119" });
    assert.ok((await inspector.signIn({ phonenum: "40019" })).ok);
    await fine(supervise("101", "listen"));
    await until(async () => (await row("119"))?.calls[0]?.stage === "inspecting");
    assert.deepEqual((await row("119"))?.calls[0]?.inspects, { of: "101", mode: "listen" });
    await fine(supervise("101", "whisper"));
    assert.equal((await row("119"))?.calls[0]?.inspects?.mode, "whisper");
    assert.deepEqual(await refusedAs(supervise("102", "end")), [409, "the agent to inspect is not signed in"]);
    await fine(supervise("101", "take-over"));
    await until(async () => (await row("119"))?.calls[0]?.callId === called.result);
    assert.deepEqual((await row("101"))?.calls, []);
    await fine(supervisor.ask("dropCall", { fields: { callid: called.result } }));
    await until(async () => (await row("119"))?.calls.length === 0);
    assert.deepEqual(await refusedAs(supervisor.ask("dropCall", { fields: { callid: called.result } })), [
      409,
      "no call can be droped",
    ]);
    await fine(force("101", "busy"));
    assert.equal((await row("101"))?.state, 3);
    await fine(supervisor.ask("force", { fields: { id: "101" }, body: { state: "rest", seconds: 60, cause: 5 } }));
    assert.deepEqual((await row("101"))?.rest?.name, "rest");
    await fine(force("101", "idle"));
    assert.equal((await row("101"))?.state, 4);
    const lines = await fine(supervisor.ask("audit", { fields: { limit: 7 } }));
    assert.deepEqual(
      lines.map(({ peer, what, after: now }) => [peer, what, now].join(" | ")),
      [
        "119 127.0.0.1 | agent 101 forced | idle",
        "119 127.0.0.1 | agent 101 forced | rest 5 for 60 s",
        "119 127.0.0.1 | agent 101 forced | busy",
        `119 127.0.0.1 | call ${called.result} ended | `,
        "119 127.0.0.1 | agent 101 supervised | take-over",
        "119 127.0.0.1 | agent 101 supervised | whisper",
        "119 127.0.0.1 | agent 101 supervised | listen",
      ],
    );
    for (const id of ["101", "119"]) await fine(supervisor.ask("signOutAgent", { fields: { id } }));
  });

  test("signed out: nothing any more", async () => {
    await fine(administrator.ask("signOut"));
    assert.equal((await refusedAs(administrator.ask("board")))[0], 401);
    assert.doesNotMatch(gateway.log(), /seatway-operator=|"level":50/);
  });
});
