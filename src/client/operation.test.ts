// Every operation through the generic call: what goes out, and what comes back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, secondMethods } from "../contract/catalogue.ts";
import type { Operation } from "../contract/operation.ts";
import { connect } from "./connect.ts";
import type { Fetch } from "./exchange.ts";
import { askFor } from "./operation.ts";
import * as operations from "./operations.ts";
import { refusal } from "./refusal.ts";

const isOperation = (value: unknown): value is Operation =>
  typeof value === "object" && value !== null && "logName" in value;
const all = Object.values(operations).flatMap((group) => Object.values(group).filter(isOperation));

/** Agent 101, and what he has sent. */
function session(answer: string, type = "application/json") {
  const sent: string[] = [];
  const fetch: Fetch = async (url, { method, body }) => {
    sent.push(`${method} ${url.replace("http://gw/agentgateway/resource", "")} ${body ?? ""}`.trim());
    const headers = { get: (name: string) => (name === "Content-Type" ? type : null) };
    return { status: 200, headers, text: async () => answer };
  };
  return { agent: connect({ url: "http://gw", agent: "101", fetch, streams: [] }), sent };
}

const done = '{"message":"success","retcode":"0","result":{}}';

test("every request of the interface can be made", () => {
  const requests = new Set(all.map(({ method, path }) => `${method} ${path}`));
  assert.deepEqual(
    [...catalogue, ...secondMethods].filter((line) => !requests.has(line)),
    [],
  );
});

test("every field goes to the place that its operation says, and a stranger to none", () => {
  for (const operation of all) {
    const { pathFields, query, body, path } = operation;
    const names = Object.keys({ ...pathFields, ...query, ...body });
    const fields = Object.fromEntries(names.map((name, index) => [name, `v ${index}/`]));
    const ask = askFor(operation, "101", { ...fields, stranger: "x" });
    const expected = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => fields[name] ?? "101");
    assert.equal(
      `/${ask.path.join("|")}`,
      expected.replaceAll(/(?<!v \d+)\/(?!$)/g, "|").replace(/^\|/, "/"),
      operation.id,
    );
    assert.deepEqual(Object.keys(ask.query ?? {}), Object.keys(query), operation.id);
    assert.deepEqual(Object.keys((ask.body as object | undefined) ?? {}), Object.keys(body), operation.id);
  }
});

test("numbers, lists and flags as they are; what is left out is not sent", async () => {
  const { agent, sent } = session(done);
  const reply = await agent.call(operations.onlineAgent.rest, { time: 60, restcause: 0, prolong: true });
  assert.deepEqual(reply, { ok: true, result: null, message: "success" });
  await agent.call(operations.voiceCall.transfer, { devicetype: 2, address: "102", mode: 0 });
  await agent.phonePickup();
  assert.deepEqual(sent, [
    "POST /onlineagent/101/rest/60/0?prolong=true",
    'POST /voicecall/101/transfer {"devicetype":2,"address":"102","mode":0}',
    "POST /voicecall/101/phonepickup",
  ]);
});

test("a value comes as it is; a refusal is a value too", async () => {
  const skills = '{"message":"","retcode":"0","result":[{"name":"voice","id":25,"mediatype":5}]}';
  const found = await session(skills).agent.call(operations.onlineAgent.queryAgentSkills, {});
  assert.deepEqual(found.ok && found.result, [{ name: "voice", id: 25, mediatype: 5 }]);
  const refused = session('{"message":"no","retcode":"100-007"}').agent;
  assert.deepEqual(await refused.call(operations.voiceCall.hold, {}), refusal("100-007", "no"));
});

test("conferences: members by address, and who was not there", async () => {
  const absent =
    '{"message":"success","retcode":"0","result":{"noExistParticipants":[{"addressType":"9","address":"103"}]}}';
  const { agent, sent } = session(absent);
  const member = { addressType: "9", address: "103" };
  await agent.requestConference({ memberNum: 4 });
  await agent.addParticipants({ addresses: [member] });
  const removed = await agent.removeParticipants({ addresses: [member] });
  assert.deepEqual(removed.ok && removed.result, { noExistParticipants: [member] });
  await agent.releaseConference();
  assert.deepEqual(sent, [
    'POST /agentconf/101/requestagentconf {"memberNum":4}',
    'POST /agentconf/101/batchaddparticipant {"addresses":[{"addressType":"9","address":"103"}]}',
    'POST /agentconf/101/batchremoveparticipant {"addresses":[{"addressType":"9","address":"103"}]}',
    "POST /agentconf/101/releaseagentconf",
  ]);
});

test("a file: its bytes, or the refusal", async () => {
  const { agent, sent } = session("RIFF", "audio/wav");
  const file = await agent.file(operations.recordFile.downloadRecordFile, { recordId: "1/0/a.wav" });
  assert.ok(file.ok);
  assert.equal(await file.result.text(), "RIFF");
  assert.deepEqual(sent, ["GET /recordfile/101?recordId=1%2F0%2Fa.wav"]);
  const refused = session('{"message":"no","retcode":"104-004"}').agent;
  const reply = await refused.file(operations.recordFile.downloadRecordFile, { recordId: "x" });
  assert.deepEqual(reply, refusal("104-004", "no"));
});
