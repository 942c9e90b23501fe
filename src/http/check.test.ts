import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import * as agentConference from "../contract/agent-conference.ts";
import { getAgentEvent } from "../contract/agent-event.ts";
import * as agentGroup from "../contract/agent-group.ts";
import * as callData from "../contract/call-data.ts";
import * as callFigures from "../contract/call-figures.ts";
import { catalogue } from "../contract/catalogue.ts";
import type { Fields } from "../contract/field.ts";
import * as onlineAgent from "../contract/online-agent.ts";
import type { Operation } from "../contract/operation.ts";
import * as queryMonitor from "../contract/query-monitor.ts";
import * as queueDevice from "../contract/queue-device.ts";
import * as voiceCall from "../contract/voice-call.ts";
import { coerce, readFields } from "./check.ts";

const operations: readonly Operation[] = [
  ...Object.values(onlineAgent),
  ...Object.values(voiceCall),
  ...Object.values(callData),
  ...Object.values(callFigures),
  ...Object.values(agentGroup),
  ...Object.values(queueDevice),
  ...Object.values(queryMonitor),
  ...Object.values(agentConference),
  getAgentEvent,
];

const body = (value: unknown): Buffer =>
  Buffer.isBuffer(value) ? value : Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const read = (operation: Operation, value: unknown) =>
  readFields(operation, { params: {}, query: {}, body: value === undefined ? undefined : body(value) });
const path = (operation: Operation, params: Record<string, unknown>, query: Record<string, unknown> = {}) =>
  readFields(operation, { params, query, body: undefined });

const callout = { caller: "", called: "40040", skillid: 0, callappdata: "", mediaability: 0, userVideoDirection: 4 };

test("a callout: what is absent, empty or a text becomes the documented value", async (t) => {
  const seed = {
    caller: "40038",
    called: "40040",
    skillid: 25,
    callappdata: "",
    mediaability: 1,
    userVideoDirection: 4,
  };
  const cases: readonly [name: string, sent: unknown, expected: object][] = [
    ["the seed's own body", seed, seed],
    ["only called", { called: "40040" }, callout],
    ["null and empty are absent", { called: "40040", caller: null, skillid: "", mediaability: null }, callout],
    [
      "numbers as texts",
      { called: "40040", skillid: "25", mediaability: "2" },
      { ...callout, skillid: 25, mediaability: 2 },
    ],
    ["a number for a text", { called: 40040 }, callout],
    [
      "24 digits, star and hash",
      { called: "0123456789*#0123456789*#" },
      { ...callout, called: "0123456789*#0123456789*#" },
    ],
    ["unknown fields", { called: "40040", callcontrolid: [1], uuiData: {} }, callout],
    ["direction is not read for audio", { called: "40040", userVideoDirection: "nonsense" }, callout],
    [
      "direction with video",
      { called: "40040", mediaability: 1, userVideoDirection: "2" },
      { ...callout, mediaability: 1, userVideoDirection: 2 },
    ],
    [
      "appdata of 16384 bytes",
      { called: "40040", callappdata: "ü".repeat(8192) },
      { ...callout, callappdata: "ü".repeat(8192) },
    ],
    ["duplicate keys: the last one", '{"called":"1","called":"40040"}', callout],
    ["a byte order mark", '\uFEFF{"called":"40040"}', callout],
  ];
  for (const [name, sent, expected] of cases) {
    await t.test(name, () => assert.deepEqual(read(voiceCall.callout, sent), expected));
  }
});

test("a callout: the first wrong field is named with its rule (decisions 8, 9)", async (t) => {
  const called = "called: 1-24 characters of 0-9, * and #";
  const cases: readonly [sent: unknown, message: string][] = [
    [{}, called],
    [undefined, called],
    ["", called],
    ["null", called],
    [{ called: "" }, called],
    [{ called: null }, called],
    [{ called: "4".repeat(25) }, called],
    [{ called: "+4940" }, called],
    [{ called: 1.5 }, called],
    [{ called: 1e21 }, called],
    [{ called: true }, called],
    [{ called: ["40040"] }, called],
    [{ called: { toString: "40040" } }, called],
    ['{"__proto__":{"called":"40040"}}', called],
    [{ caller: "4003a", called: "x" }, "caller: 0-24 digits"],
    [{ caller: "1".repeat(25), called: "40040" }, "caller: 0-24 digits"],
    [{ called: "40040", skillid: "voice" }, "skillid: 0-2147483647"],
    [{ called: "40040", skillid: "0x19" }, "skillid: 0-2147483647"],
    [{ called: "40040", skillid: -1 }, "skillid: 0-2147483647"],
    [{ called: "40040", callappdata: "ü".repeat(8193) }, "callappdata: at most 16384 bytes of UTF-8"],
    [{ called: "40040", mediaability: 3 }, "mediaability: one of 0, 1, 2"],
    [{ called: "40040", mediaability: "1e0" }, "mediaability: one of 0, 1, 2"],
    [{ called: "40040", mediaability: 1, userVideoDirection: 0 }, "userVideoDirection: one of 1, 2, 3, 4"],
    [[{ called: "40040" }], "body: a JSON object in UTF-8"],
    ['{"called":"40040"', "body: a JSON object in UTF-8"],
    ["called=40040", "body: a JSON object in UTF-8"],
    ["7", "body: a JSON object in UTF-8"],
    [Buffer.from('{"called":"40040","callappdata":"\xe9"}', "latin1"), "body: a JSON object in UTF-8"],
    ["[".repeat(500_000), "body: a JSON object in UTF-8"],
  ];
  for (const [sent, message] of cases) {
    await t.test(`${JSON.stringify(sent)?.slice(0, 60)}`, () =>
      assert.deepEqual(read(voiceCall.callout, sent), { refused: "000-002", message }),
    );
  }
});

test("a sign-in takes texts for numbers and booleans (wire 17, 20)", () => {
  const sample = {
    password: "",
    phonenum: "40038",
    status: "4",
    releasephone: "false",
    agenttype: "11",
    phonelinkage: 1,
  };
  const values = readFields(onlineAgent.login, { params: {}, query: {}, body: body(sample) });
  assert.deepEqual(values, {
    phonenum: "40038",
    password: "",
    autoanswer: true,
    autoenteridle: true,
    releasephone: false,
    agenttype: 11,
    status: 4,
    time: 86_399,
    restcause: 0,
    ip: "127.0.0.1",
    entryIp: "",
    phonelinkage: true,
    checkInWebm: true,
    checkInMailm: false,
    vcPhoneNumber: "",
    listenStatus: false,
    callBackUri: "",
    serviceToken: "",
    pushUrl: "",
  });
  assert.deepEqual(read(onlineAgent.login, { phonenum: "40001" }), {
    refused: "000-002",
    message: "password: 0-32 characters",
  });
  for (const ip of ["1.2.3", "1.2.3.4.", "256.1.1.1", "::1", "a.b.c.d"]) {
    const refused = read(onlineAgent.login, { ...sample, ip });
    assert.deepEqual(refused, { refused: "000-002", message: "ip: an IPv4 address" });
  }
});

test("path and query fields keep their ranges", () => {
  const { rest, sayBusy, forceLogoutWithReason, resetSkill, setAgentAutoAnswer } = onlineAgent;
  assert.deepEqual(path(rest, { time: "600", restcause: "0" }), { time: 600, restcause: 0, prolong: false });
  assert.deepEqual(path(rest, { time: "86400", restcause: "0" }), { refused: "000-002", message: "time: 1-86399" });
  assert.deepEqual(path(sayBusy, {}, { reason: "0" }), { reason: 0, prolong: false });
  assert.deepEqual(path(sayBusy, {}, { reason: "250", prolong: "TRUE" }), { reason: 250, prolong: true });
  assert.deepEqual(path(sayBusy, {}, { reason: "199" }), { refused: "000-002", message: "reason: 0 or 200-250" });
  assert.deepEqual(path(sayBusy, {}, { reason: ["200", "201"] }), {
    refused: "000-002",
    message: "reason: 0 or 200-250",
  });
  assert.deepEqual(path(forceLogoutWithReason, { reason: "256" }), { refused: "000-002", message: "reason: 1-255" });
  assert.deepEqual(path(setAgentAutoAnswer, { isautoanswer: "nope" }), { isautoanswer: "nope" });
  const chosen = { autoflag: "false", skillid: "25;26", phonelinkage: false };
  assert.deepEqual(path(resetSkill, { autoflag: "false" }, { skillid: "25;26", phonelinkage: "0" }), chosen);
});

test("a boolean is read from its text in any case and from 1 and 0, never from anything else", () => {
  const field = onlineAgent.login.body.autoanswer;
  assert.ok(field);
  for (const yes of [true, "true", "TRUE", 1, "1"]) assert.equal(coerce(field, yes), true);
  for (const no of [false, "false", "False", 0, "0"]) assert.equal(coerce(field, no), false);
  for (const bad of ["yes", 2, "", "01", null, [], {}]) assert.equal(coerce(field, bad), undefined);
});

test("property: whatever JSON comes, each value fits its field or the field is named", () => {
  const fields: Fields = voiceCall.callout.body;
  const anything = fc.oneof(fc.jsonValue(), fc.string(), fc.integer({ min: -2, max: 30 }).map(String));
  const request = fc.record(
    { called: anything, caller: anything, skillid: anything, mediaability: anything },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(request, (sent) => {
      const outcome = read(voiceCall.callout, sent) as Record<string, unknown>;
      if ("refused" in outcome) {
        assert.equal(outcome["refused"], "000-002");
        assert.ok(Object.keys(fields).includes(String(outcome["message"]).split(":")[0] ?? ""));
        return;
      }
      assert.deepEqual(Object.keys(outcome), Object.keys(fields));
      assert.match(String(outcome["called"]), /^[0-9*#]{1,24}$/);
      assert.match(String(outcome["caller"]), /^[0-9]{0,24}$/);
      assert.ok(Number.isInteger(outcome["skillid"]));
    }),
    { numRuns: 500 },
  );
});

test("property: an integer and its digits are one value, an integer in a text field is its digits", () => {
  const { skillid, called } = voiceCall.callout.body;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2_147_483_647 }), (number) => {
      assert.equal(coerce(skillid, number), number);
      assert.equal(coerce(skillid, String(number)), number);
      assert.equal(coerce(called, number), String(number));
    }),
  );
});

test("every operation is a documented path, and every default fits its own rule", () => {
  for (const operation of operations) {
    assert.ok(catalogue.includes(`${operation.method} ${operation.path}`), operation.id);
    for (const group of [operation.pathFields, operation.query, operation.body]) {
      for (const [name, field] of Object.entries(group)) {
        assert.match(field.description, /\.$/, `${operation.id} ${name}`);
        if (!field.required && field.default !== "" && field.default !== null)
          assert.deepEqual(coerce(field, field.default), field.default, name);
      }
    }
  }
});

test("a list: every item by its rule, texts and numbers alike, and no more of them than allowed", () => {
  const acd = (skills: unknown) => read(queueDevice.queryStatInfoOfAcd, { skills });
  assert.deepEqual(acd([25, "26"]), { skills: [25, 26] });
  const rule = { refused: "000-002", message: "skills: a list of 1-100: 1-2147483647" };
  for (const wrong of [undefined, null, "", "25", 25, {}, [], [0], [25, "x"], [[25]], [null], Array(101).fill(25)]) {
    assert.deepEqual(acd(wrong), rule, JSON.stringify(wrong));
  }
  const named = (agentlist: unknown) => read(agentGroup.queryAgentInfoWithoutSkills, { agentlist });
  assert.deepEqual(named(["101", 102]), { agentlist: ["101", "102"] });
});
