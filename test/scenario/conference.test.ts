// Conferences of agents (agentconf) on the virtual clock: who comes and goes in which order, what the chair may do, what each is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { LegId } from "../../src/base/ids.ts";
import {
  agent,
  chaired,
  changes,
  code,
  four,
  heard,
  invites,
  joined,
  leftIt,
  nothingLeft,
  outside,
  partyLegs,
  phoneOf,
  ringing,
  signIn,
  wanted,
  world,
} from "./conference-room.ts";
import { type TestGateway, talking } from "./test-gateway.ts";

test("members ring, come and hear each other; each is told of the others", async () => {
  const gateway = world();
  await chaired(gateway);
  const [chair] = [phoneOf(gateway, "101")];
  assert.deepEqual(heard(gateway, chair), { sound: "silence" }, "alone he hears nothing");
  await signIn(gateway, "102");
  assert.equal(invites(gateway, agent("102"), outside("40040")), "0");
  assert.deepEqual(heard(gateway, chair), { sound: "silence" }, "and no ringback");
  gateway.ring(phoneOf(gateway, "102"));
  gateway.answer(phoneOf(gateway, "102"));
  assert.deepEqual(await gateway.told("102"), ["Busy", "PhoneAlerting", "PhoneOffhook", ringing, joined]);
  assert.deepEqual(await changes(gateway, "101"), ["0/255 102"]);
  const member = phoneOf(gateway, "102");
  assert.deepEqual([heard(gateway, chair), heard(gateway, member)], [{ leg: member }, { leg: chair }]);
  const [party] = partyLegs(gateway);
  assert.ok(party);
  gateway.ring(party);
  assert.deepEqual(await changes(gateway, "101"), []);
  gateway.answer(party);
  for (const id of ["101", "102"]) assert.deepEqual(await changes(gateway, id), ["0/255 40040"]);
  assert.deepEqual(heard(gateway, chair), { mix: [member, party] });
  assert.deepEqual(heard(gateway, party), { mix: [chair, member] });
});

test("an agent who answers by hand rings until he does, rejects, or the time is over", async () => {
  for (const [act, told, news] of [
    [(gateway: TestGateway) => gateway.conferences.answer("102"), [joined], ["0/255 102"]],
    [(gateway: TestGateway) => gateway.conferences.reject("102"), ["PhoneRelease 3", "Ready"], ["not 0/255 102"]],
    [
      (gateway: TestGateway) => gateway.clock.advance(30_000),
      ["PhoneRelease 3", "SetNotReady_Success 2"],
      ["not 0/255 102"],
    ],
    [(gateway: TestGateway) => gateway.end(phoneOf(gateway, "102")), ["PhoneRelease 2", "Ready"], ["not 0/255 102"]],
    [
      (gateway: TestGateway) => gateway.conferences.remove("101", [agent("102")]),
      ["PhoneRelease 3", leftIt, "Ready"],
      ["1/1 102"],
    ],
    [
      (gateway: TestGateway) => gateway.conferences.end("101"),
      ["PhoneRelease 3", leftIt, "Ready"],
      ["PhoneRelease", leftIt, "Ready"],
    ],
  ] as const) {
    const gateway = world();
    await chaired(gateway);
    await signIn(gateway, "102", { autoAnswer: false });
    invites(gateway, agent("102"));
    gateway.answer(phoneOf(gateway, "102"));
    assert.deepEqual(await gateway.told("102"), ["Busy", "PhoneAlerting", "PhoneOffhook", ringing]);
    assert.equal(code(gateway.command("102", { type: "answer", callId: "" })), "200-002", "it is no call");
    assert.equal(code(gateway.command("102", { type: "reject", callId: "", mode: 1 })), "100-007");
    act(gateway);
    assert.deepEqual(await gateway.told("102"), told);
    assert.deepEqual(await changes(gateway, "101"), news);
    gateway.conferences.end("101");
    nothingLeft(gateway);
  }
});

test("who does not come: signed out, busy, in a call, no answer outside; nothing is left of him", async () => {
  const gateway = world();
  await chaired(gateway);
  await signIn(gateway, "103");
  gateway.command("103", { type: "say-busy", reason: 0, prolong: false });
  assert.equal(invites(gateway, agent("102"), agent("103"), outside("40040"), outside("40041")), "0");
  const [busy, mute] = partyLegs(gateway);
  assert.ok(busy && mute);
  gateway.fail(busy, { status: 486 });
  gateway.ring(mute);
  gateway.clock.advance(60_000);
  assert.deepEqual(
    await changes(gateway, "101"),
    ["102", "103", "40040", "40041"].map((number) => `not 0/255 ${number}`),
  );
  assert.deepEqual(partyLegs(gateway), []);
  assert.equal(invites(gateway, outside("40040")), "0", "and may be invited again");
});

test("everybody leaves in every order: the others stay until the chair goes", async () => {
  const members = ["102", "103", "40040"];
  const orders = members.flatMap((one) =>
    members
      .filter((other) => other !== one)
      .map((other) => [one, other, ...members.filter((m) => m !== one && m !== other)]),
  );
  for (const order of orders) {
    const gateway = world();
    const { party } = await four(gateway);
    for (const number of order) {
      if (number === "40040") gateway.end(party);
      else {
        assert.equal(code(gateway.conferences.leave(number)), "0");
        assert.deepEqual((await gateway.told(number)).slice(-3), ["PhoneRelease 3", leftIt, "Ready"]);
      }
      assert.deepEqual(await changes(gateway, "101"), [`1/${number === "40040" ? 2 : 0} ${number}`]);
    }
    assert.deepEqual(heard(gateway, phoneOf(gateway, "101")), { sound: "silence" });
    assert.equal(code(gateway.conferences.end("101")), "0");
    assert.deepEqual(await gateway.told(), ["PhoneRelease 3", leftIt, "Ready"]);
    nothingLeft(gateway);
  }
});

test("modes, self mute and hold: who hears whom, who is told", async () => {
  const gateway = world();
  const { legs } = await four(gateway);
  const [a, b, c, d] = legs as readonly [LegId, LegId, LegId, LegId];
  const mode = (hears: boolean, speaks: boolean) => gateway.conferences.setMode("101", agent("102"), { hears, speaks });
  const rows = () => legs.map((leg) => heard(gateway, leg));
  mode(true, false);
  assert.deepEqual(rows(), [{ mix: [c, d] }, { mix: [a, c, d] }, { mix: [a, d] }, { mix: [a, c] }]);
  mode(false, true);
  assert.deepEqual(rows(), [{ mix: [b, c, d] }, { sound: "silence" }, { mix: [a, b, d] }, { mix: [a, b, c] }]);
  mode(false, false);
  mode(true, true);
  for (const id of ["101", "102", "103"]) assert.deepEqual(await changes(gateway, id), ["3/255 102", "4/255 102"]);
  assert.equal(code(gateway.command("103", { type: "begin-mute" })), "0");
  assert.deepEqual(heard(gateway, a), { mix: [b, d] });
  assert.equal(code(gateway.command("103", { type: "end-mute" })), "0");
  assert.equal(code(gateway.conferences.hold("101", outside("40040"), "")), "0");
  assert.deepEqual(rows(), [{ mix: [b, c] }, { mix: [a, c] }, { mix: [a, b] }, { sound: "music" }]);
  assert.equal(code(gateway.conferences.hold("101", outside("40040"), "")), "100-007");
  assert.equal(code(gateway.conferences.unhold("101", outside("40040"))), "0");
  assert.equal(code(gateway.conferences.unhold("101", outside("40040"))), "100-007");
  for (const id of ["101", "103"]) assert.deepEqual(await changes(gateway, id), ["5/255 40040", "6/255 40040"]);
  assert.deepEqual(heard(gateway, d), { mix: [a, b, c] });
  assert.equal(code(gateway.command("102", { type: "hold" })), "200-014", "a conference is no call to hold");
});

test("the chair goes to another agent, who can do what the first one could", async () => {
  const gateway = world();
  await four(gateway);
  const pass = (by: string, to: string): string => code(gateway.conferences.passChair(by, to));
  assert.deepEqual([pass("102", "103"), pass("101", "101"), pass("101", "999")], ["101-002", "101-005", "100-007"]);
  assert.equal(pass("101", "102"), "0");
  assert.deepEqual(await changes(gateway, "102"), ["AgentConf_PresidentChanged"]);
  for (const id of ["101", "103"]) assert.deepEqual(await changes(gateway, id), ["2/255 102"]);
  assert.deepEqual(
    [code(gateway.conferences.end("101")), code(gateway.conferences.leave("102"))],
    ["101-002", "101-007"],
  );
  assert.equal(code(gateway.conferences.leave("101")), "0");
  assert.deepEqual(await changes(gateway, "102"), ["1/0 101"]);
  assert.equal(code(gateway.conferences.end("102")), "0");
  nothingLeft(gateway);
});

test("nobody but the chair, nobody outside, nothing before it is granted", async () => {
  const gateway = world();
  await signIn(gateway, "101");
  await signIn(gateway, "102", { autoAnswer: false });
  const { conferences } = gateway;
  const orders = (id: string) => [
    code(conferences.end(id)),
    code(conferences.passChair(id, "103")),
    code(conferences.invite(id, { addresses: [agent("103")], caller: "", voicePath: "" })),
    code(conferences.remove(id, [agent("103")])),
    code(conferences.setMode(id, agent("103"), { hears: true, speaks: true })),
    code(conferences.hold(id, agent("103"), "")),
    code(conferences.unhold(id, agent("103"))),
    code(conferences.resize(id, 2)),
    code(conferences.play(id, null, "hello")),
    code(conferences.play(id, agent("103"), "hello")),
    code(conferences.stopPlaying(id, null)),
    code(conferences.stopPlaying(id, agent("103"))),
  ];
  const all = (refused: string) => Array.from({ length: 12 }, () => refused);
  assert.deepEqual(orders("101"), all("101-001"));
  assert.deepEqual([conferences.leave("101"), conferences.answer("101"), conferences.reject("101")].map(code), [
    "101-001",
    "101-001",
    "101-001",
  ]);
  conferences.request("101", wanted);
  assert.deepEqual(orders("101"), all("100-007"), "not granted yet");
  assert.equal(code(conferences.request("101", wanted)), "101-003");
  gateway.answer(phoneOf(gateway, "101"));
  invites(gateway, agent("102"));
  assert.deepEqual([conferences.answer("102"), conferences.leave("102")].map(code), ["100-007", "100-007"]);
  gateway.answer(phoneOf(gateway, "102"));
  assert.equal(code(conferences.answer("102")), "0");
  assert.deepEqual(orders("102"), all("101-002"));
  assert.deepEqual(
    [conferences.answer("102"), conferences.reject("102"), conferences.request("102", wanted)].map(code),
    ["101-003", "100-007", "101-003"],
  );
  assert.equal(code(conferences.leave("101")), "101-007");
  assert.equal(code(conferences.remove("101", [agent("101")])), "101-006");
});

test("whom it takes: agents of this VDN, numbers with a route, as many as were asked for, each once", async () => {
  const gateway = world();
  await chaired(gateway, { members: 2 });
  assert.deepEqual(
    [invites(gateway, agent("999")), invites(gateway, outside("123")), invites(gateway, outside("00123456"))],
    ["100-007", "200-001", "200-001"],
  );
  assert.equal(invites(gateway, outside("40040"), outside("40041"), outside("40042")), "100-007");
  assert.equal(invites(gateway, outside("40040"), outside("40040")), "0", "named twice, rung once");
  assert.equal(partyLegs(gateway).length, 1);
  assert.equal(invites(gateway, outside("40040")), "100-007");
  assert.equal(invites(gateway, agent("101")), "100-007", "he is in it");
  assert.equal(code(gateway.conferences.resize("101", 119)), "100-007");
  assert.equal(code(gateway.conferences.resize("101", -2)), "100-007");
  assert.equal(code(gateway.conferences.resize("101", 2)), "0");
  assert.equal(invites(gateway, outside("40041"), outside("40042")), "0");
  assert.equal(code(gateway.conferences.resize("101", -2)), "100-007", "three are invited");
  const caller = (number: string) =>
    code(gateway.conferences.invite("101", { addresses: [outside("40043")], caller: number, voicePath: "" }));
  assert.deepEqual([caller("999"), caller("40039")], ["000-002", "0"]);
  assert.deepEqual(
    partyLegs(gateway).map((leg) => gateway.legs.alive.get(leg)?.invite?.caller),
    ["40038", "40038", "40038", "40039"],
  );
  const removed = gateway.conferences.remove("101", [outside("40041"), outside("40050"), agent("102")]);
  assert.deepEqual(removed, [outside("40050"), agent("102")]);
  assert.equal(partyLegs(gateway).length, 3);
});

test("two from outside who show the same number are two members: each is heard, leaves, and is hung up", async () => {
  const gateway = world();
  await signIn(gateway, "101");
  const id = await talking(gateway);
  gateway.command("101", { type: "hold" });
  await talking(gateway);
  gateway.command("101", { type: "join-held", callId: id, leave: false, appData: null });
  const [first, second] = partyLegs(gateway);
  assert.ok(first && second);
  assert.equal(code(gateway.conferences.request("101", wanted)), "0");
  const chair = phoneOf(gateway, "101");
  assert.deepEqual(heard(gateway, chair), { mix: [second, first] });
  gateway.end(first);
  assert.deepEqual([heard(gateway, chair), partyLegs(gateway)], [{ leg: second }, [second]]);
  assert.equal(code(gateway.conferences.end("101")), "0");
  nothingLeft(gateway);
});

test("who has muted his video before a conference, or in it, is seen by nobody until he ends that", async () => {
  const gateway = world();
  await signIn(gateway, "101", { agentType: 11 });
  await signIn(gateway, "102", { agentType: 11 });
  await talking(gateway, { mediaAbility: 1 });
  gateway.transfer("101", {
    ...{ device: "agent", address: "102", mode: "three-party", appData: null, caller: "" },
    ...{ hold: false, mediaAbility: 1, skillId: 0 },
  });
  gateway.answer(phoneOf(gateway, "102"), true);
  assert.equal(code(gateway.command("101", { type: "begin-mute-video" })), "0");
  assert.equal(code(gateway.conferences.request("102", wanted)), "0");
  const [a, b] = [phoneOf(gateway, "101"), phoneOf(gateway, "102")];
  gateway.end(partyLegs(gateway)[0] as LegId);
  assert.deepEqual([heard(gateway, a), heard(gateway, b)], [{ leg: b }, { mix: [a] }], "heard, and not seen");
  assert.equal(code(gateway.command("101", { type: "end-mute-video" })), "0");
  assert.deepEqual(heard(gateway, b), { leg: a });
  assert.equal(code(gateway.command("101", { type: "begin-mute-video" })), "0");
  assert.deepEqual(heard(gateway, b), { mix: [a] });
  gateway.conferences.end("102");
  nothingLeft(gateway);
});
