// Conferences of agents (agentconf) on the virtual clock: who comes and goes in which order, what the chair may do, what each is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { LegId } from "../../src/base/ids.ts";
import type { Address, NewConference } from "../../src/runtime/conference-face.ts";
import type { SignIn } from "../../src/runtime/face.ts";
import { callsIn, signedIn, type TestGateway, talking, testGateway, testSite } from "./test-gateway.ts";

const wanted: NewConference = { members: 4, caller: "", minutes: 60, promptMinutes: 0, voicePath: "" };
const agent = (number: string): Address => ({ type: "agent", number });
const outside = (number: string): Address => ({ type: "party", number });
const joined = "AgentConf_SelfJoinResult";
const granted = "AgentConf_RequestSuccess";
const changed = "AgentConf_ParticipantChanged";
const leftIt = "AgentConf_SelfLeaveResult";
const ringing = "AgentConf_Ringing";

const code = (outcome: object): string => ("refused" in outcome ? String(outcome.refused) : "0");
const world = (change: Parameters<typeof testGateway>[0] = {}): TestGateway =>
  testGateway({ ...change, site: { announcements: { hello: "h.wav", bye: "b.wav" }, ...change.site } });

/** The phone of an agent, as long as it has a leg. */
function phoneOf(gateway: TestGateway, id: string): LegId {
  const leg = [...gateway.legs.alive.keys()].find((each) => each.startsWith(`${id}.phone.`));
  assert.ok(leg, `the phone of ${id} has no leg`);
  return leg;
}

function partyLegs(gateway: TestGateway): readonly LegId[] {
  return [...gateway.legs.alive.keys()].filter((leg) => leg.includes(".party"));
}

async function signIn(gateway: TestGateway, id: string, change: Partial<SignIn> = {}): Promise<void> {
  await signedIn(gateway, { phoneNumber: `400${id.slice(1)}`, ...change }, id);
}

/** Agent 101 in the chair of an empty conference. */
async function chaired(gateway: TestGateway, change: Partial<NewConference> = {}): Promise<void> {
  await signIn(gateway, "101");
  assert.equal(code(gateway.conferences.request("101", { ...wanted, ...change })), "0");
  gateway.ring(phoneOf(gateway, "101"));
  gateway.answer(phoneOf(gateway, "101"));
  assert.deepEqual(await gateway.told(), ["Busy", "PhoneAlerting", "PhoneOffhook", joined, granted]);
}

const invites = (gateway: TestGateway, ...addresses: readonly Address[]): string =>
  code(gateway.conferences.invite("101", { addresses, caller: "", voicePath: "" }));

/** Agents 101 in the chair, 102 and 103, and somebody outside; what they were told is forgotten. */
async function four(gateway: TestGateway): Promise<{ legs: readonly LegId[]; party: LegId }> {
  await chaired(gateway);
  for (const id of ["102", "103"]) await signIn(gateway, id);
  assert.equal(invites(gateway, agent("102"), agent("103"), outside("40040")), "0");
  for (const id of ["102", "103"]) gateway.answer(phoneOf(gateway, id));
  const [party] = partyLegs(gateway);
  assert.ok(party);
  gateway.answer(party);
  for (const id of ["101", "102", "103"]) await gateway.told(id);
  return { legs: [...["101", "102", "103"].map((id) => phoneOf(gateway, id)), party], party };
}

type Change = { changeType: number; changeReason: number; result: number; participant: string };

/** Changes of members that the agent is told of: `type/reason participant`. */
async function changes(gateway: TestGateway, id: string): Promise<string[]> {
  return (await gateway.events(id)).flatMap(({ eventType, content }) => {
    if (eventType !== changed) return [eventType.replace(/^Agent(State|Event|Other)_/, "")];
    const { changeType, changeReason, result, participant } = content as Change;
    return [`${result === 0 ? "" : "not "}${changeType}/${changeReason} ${participant}`];
  });
}

function nothingLeft(gateway: TestGateway): void {
  gateway.reconcile();
  gateway.reconcile();
  assert.deepEqual(gateway.mended, []);
  assert.deepEqual([gateway.legs.census(), gateway.census().calls], [0, 0]);
  for (const id of ["101", "102", "103"]) assert.equal(gateway.agentStatus(id).isWorking, false, id);
}

const heard = (gateway: TestGateway, leg: LegId) => gateway.legs.heard.get(leg);

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

test("the end: released, its time over, the chair's handset down, the chair signed out; all are told, with the reason", async () => {
  for (const [end, reason] of [
    [(gateway: TestGateway) => gateway.conferences.end("101"), 3],
    [(gateway: TestGateway) => gateway.command("101", { type: "release" }), 3],
    [(gateway: TestGateway) => gateway.end(phoneOf(gateway, "101")), 2],
    [(gateway: TestGateway) => gateway.signOut("101", { force: true, reason: 258 }), 4],
  ] as const) {
    const gateway = world();
    await four(gateway);
    end(gateway);
    for (const id of ["102", "103"])
      assert.deepEqual(await changes(gateway, id), [`1/${reason} 101`, "PhoneRelease", leftIt, "Ready"]);
    nothingLeft(gateway);
  }
});

test("event AgentConf_Timeout", async () => {
  const gateway = world();
  await chaired(gateway, { minutes: 4, promptMinutes: 3 });
  gateway.clock.advance(60_000);
  const [told] = await gateway.events();
  assert.match(JSON.stringify(told), /^\{"eventType":"AgentConf_Timeout","workNo":"101","content":\{"confId":\d+\}\}$/);
});

test("its time: the chair is reminded before the end, and at the end it is over for all", async () => {
  const gateway = world();
  await chaired(gateway, { minutes: 10, promptMinutes: 3 });
  await signIn(gateway, "102");
  invites(gateway, agent("102"));
  gateway.answer(phoneOf(gateway, "102"));
  await gateway.told();
  await gateway.told("102");
  const awake = (): void => {
    for (const id of ["101", "102"]) gateway.authorise(id, undefined, true, { address: "127.0.0.1", trusted: true });
  };
  const minutes = (count: number): void => {
    for (let minute = 0; minute < count; minute++) {
      awake();
      gateway.clock.advance(60_000);
    }
  };
  minutes(6);
  assert.deepEqual([await gateway.told(), await gateway.told("102")], [[], []]);
  minutes(1);
  assert.deepEqual([await gateway.told(), await gateway.told("102")], [["AgentConf_Timeout"], []]);
  minutes(3);
  assert.deepEqual(await gateway.told(), ["PhoneRelease 3", leftIt, "Ready"]);
  assert.deepEqual(await changes(gateway, "102"), ["1/3 101", "PhoneRelease", leftIt, "Ready"]);
  nothingLeft(gateway);
  for (const id of ["101", "102"]) gateway.signOut(id, { force: true, reason: 258 });
  assert.equal(gateway.clock.pending(), 0, "no timer outlives it");
});

test("a member signs out, or puts his handset down, in mid conference: the others go on", async () => {
  const gateway = world();
  const { legs } = await four(gateway);
  gateway.signOut("102", { force: true, reason: 258 });
  assert.deepEqual(await changes(gateway, "101"), ["1/4 102"]);
  gateway.end(phoneOf(gateway, "103"));
  assert.deepEqual(await changes(gateway, "103"), ["1/4 102", "PhoneRelease", leftIt, "Ready"]);
  assert.deepEqual(await changes(gateway, "101"), ["1/2 103"]);
  const [chair, , , party] = legs;
  assert.ok(chair && party);
  assert.deepEqual([heard(gateway, chair), heard(gateway, party)], [{ leg: party }, { leg: chair }]);
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

test("announcements: to all, to one, to whom is held, to whoever joins; their ends are told to the chair", async () => {
  const gateway = world();
  const { party, legs } = await four(gateway);
  const play = (address: Address | null, path: string): string => code(gateway.conferences.play("101", address, path));
  const stop = (address: Address | null): string => code(gateway.conferences.stopPlaying("101", address));
  const ends = (leg: LegId): void => {
    const done = gateway.legs.playing.get(leg);
    assert.ok(done, `nothing is played to ${leg}`);
    gateway.legs.playing.delete(leg);
    done();
  };
  assert.deepEqual(
    [play(null, "none"), play(null, "y:/conf/2/hello.V3"), play(agent("999"), "hello"), stop(null), stop(agent("102"))],
    ["100-007", "100-007", "100-007", "100-007", "100-007"],
  );
  assert.equal(play(null, "y:/conf/1/hello.V3"), "0");
  assert.deepEqual([...gateway.legs.playing.keys()], legs);
  for (const leg of legs.slice(1)) ends(leg);
  assert.deepEqual(await gateway.told(), []);
  const [chair] = legs as readonly [LegId];
  ends(chair);
  assert.deepEqual(await gateway.events(), [
    { eventType: "AgentConf_StopVoice", workNo: "101", content: { result: 0 } },
  ]);
  play(null, "hello");
  assert.equal(stop(null), "0");
  assert.deepEqual([await gateway.told(), gateway.legs.playing.size], [["AgentConf_StopVoice"], 0]);
  assert.equal(play(outside("40040"), "bye"), "0");
  gateway.end(party);
  assert.deepEqual((await gateway.events()).map(({ content }) => content)[0], { result: 1 });
  assert.equal(play(agent("102"), "bye"), "0");
  assert.equal(stop(agent("102")), "0");
  assert.deepEqual(await gateway.told(), ["AgentConf_StopParticipantVoice"]);
  assert.equal(code(gateway.conferences.hold("101", agent("102"), "hello")), "0");
  ends(phoneOf(gateway, "102"));
  assert.deepEqual(await changes(gateway, "101"), ["5/255 102"], "that of a hold is told to nobody");
  assert.equal(
    code(gateway.conferences.invite("101", { addresses: [outside("40041")], caller: "", voicePath: "hello" })),
    "0",
  );
  const [guest] = partyLegs(gateway);
  assert.ok(guest);
  assert.equal(gateway.legs.playing.has(guest), false);
  gateway.answer(guest);
  assert.equal(gateway.legs.playing.has(guest), true);
  gateway.conferences.end("101");
  for (const id of ["101", "102", "103"]) assert.equal(gateway.agentStatus(id).agentState, 4);
  assert.equal(gateway.legs.playing.size, 0, "and nobody hears it after the end");
});

test("a phone that stays off-hook is not rung, and hears nothing of it afterwards", async () => {
  const gateway = world();
  await signIn(gateway, "101", { releasePhone: false });
  gateway.conferences.request("101", wanted);
  gateway.answer(phoneOf(gateway, "101"));
  gateway.conferences.end("101");
  await gateway.told();
  gateway.conferences.request("101", wanted);
  assert.deepEqual(await gateway.told(), ["Busy", joined, granted]);
  gateway.conferences.play("101", null, "hello");
  gateway.conferences.end("101");
  assert.deepEqual(await gateway.told(), [leftIt, "Ready"]);
  const leg = phoneOf(gateway, "101");
  assert.deepEqual([heard(gateway, leg), gateway.legs.playing.size], [{ sound: "silence" }, 0]);
});

test("the applicant's phone is busy, rings in vain, is given up, is none: RequestFailed, and he is idle", async () => {
  for (const [fail, told] of [
    [
      (gateway: TestGateway) => gateway.fail(phoneOf(gateway, "101"), { status: 486 }),
      ["Busy", "PhoneBusy", "AgentConf_RequestFailed", "PhoneRelease 3", "Ready"],
    ],
    [
      (gateway: TestGateway) => gateway.clock.advance(30_000),
      ["Busy", "AgentConf_RequestFailed", "PhoneRelease 3", "Ready"],
    ],
    [
      (gateway: TestGateway) => gateway.command("101", { type: "release" }),
      ["Busy", "AgentConf_RequestFailed", "PhoneRelease 3", "Ready"],
    ],
  ] as const) {
    const gateway = world();
    await signIn(gateway, "101");
    gateway.conferences.request("101", wanted);
    fail(gateway);
    assert.deepEqual(await gateway.told(), told);
    nothingLeft(gateway);
  }
  const gateway = world();
  await signIn(gateway, "101");
  for (const [command, back] of [
    [{ type: "say-busy", reason: 0, prolong: false }, { type: "cancel-busy" }],
    [{ type: "work" }, { type: "cancel-work" }],
    [{ type: "rest", seconds: 60, cause: 1, prolong: false }, { type: "cancel-rest" }],
  ] as const) {
    gateway.command("101", command);
    assert.equal(code(gateway.conferences.request("101", wanted)), "100-007", command.type);
    gateway.command("101", back);
  }
  assert.equal(code(gateway.conferences.request("101", { ...wanted, caller: "999" })), "000-002");
  assert.equal(code(gateway.conferences.request("101", { ...wanted, voicePath: "none" })), "100-007");
});

test("a call becomes the conference: its release, then the conference, for both agents; the party stays", async () => {
  const gateway = world();
  await signIn(gateway, "101");
  const id = await talking(gateway);
  await signIn(gateway, "102");
  gateway.transfer("101", {
    ...{
      device: "agent",
      address: "102",
      mode: "three-party",
      appData: null,
      caller: "",
      hold: false,
      mediaAbility: 0,
      skillId: 0,
    },
  });
  gateway.answer(phoneOf(gateway, "102"));
  for (const agentId of ["101", "102"]) await gateway.told(agentId);
  assert.equal(code(gateway.conferences.request("101", { ...wanted, members: 1 })), "100-007", "two are in the call");
  const party = partyLegs(gateway)[0] as LegId;
  assert.equal(code(gateway.conferences.request("101", wanted)), "0");
  assert.deepEqual(await changes(gateway, "101"), ["Call_Release", joined, granted, "0/255 40040", "0/255 102"]);
  assert.deepEqual(await changes(gateway, "102"), ["Call_Release", joined]);
  assert.equal(gateway.census().calls, 1, "the call is no more");
  const [a, b] = [phoneOf(gateway, "101"), phoneOf(gateway, "102")];
  assert.deepEqual(
    [heard(gateway, a), heard(gateway, b), heard(gateway, party)],
    [{ mix: [party, b] }, { mix: [a, party] }, { mix: [a, b] }],
  );
  gateway.end(party);
  assert.deepEqual(await changes(gateway, "102"), ["1/2 40040"], "its leg reports to the conference");
  const call = gateway.callById("101", id);
  assert.ok("endtime" in call && call.endtime !== null, "the call has ended");
  gateway.conferences.end("101");
  nothingLeft(gateway);
});

test("no stable call, no conference: held, muted, being transferred, called by a colleague, not answered", async () => {
  const gateway = world();
  await signIn(gateway, "101");
  await signIn(gateway, "102");
  const asks = (id = "101"): string => code(gateway.conferences.request(id, wanted));
  gateway.callOut("101", {
    ...{ caller: "", called: "40040", skillId: 0, appData: "" },
    mediaAbility: 0,
    userVideoDirection: 4,
  });
  assert.equal(asks(), "100-007", "being set up");
  gateway.answer(phoneOf(gateway, "101"));
  gateway.answer(partyLegs(gateway)[0] as LegId);
  gateway.command("101", { type: "begin-mute" });
  assert.equal(asks(), "100-007", "muted");
  gateway.command("101", { type: "end-mute" });
  gateway.command("101", { type: "hold" });
  assert.equal(asks(), "100-007", "held");
  gateway.command("101", { type: "get-hold", callId: "" });
  gateway.innerHelp("101", { to: { agent: "102" }, parties: 3, hold: false, appData: "" });
  assert.equal(asks(), "100-007", "somebody is being brought in");
  gateway.answer(phoneOf(gateway, "102"));
  assert.equal(asks("102"), "100-007", "he was called into it");
  gateway.command("102", { type: "hold" });
  assert.equal(asks(), "100-007", "another one of them holds it");
  gateway.command("102", { type: "get-hold", callId: "" });
  assert.equal(asks(), "0");
});

test("a conference is recorded as calls are: by the agent, by his profile, and on from the call that it was", async () => {
  const gateway = world();
  await chaired(gateway);
  assert.equal(code(gateway.command("101", { type: "begin-record", name: "" })), "0");
  const last = () => gateway.legs.recorded.at(-1);
  const chair = phoneOf(gateway, "101");
  const voices = () => {
    const order = last()?.order;
    return order && "voices" in order ? order.voices : null;
  };
  assert.deepEqual(voices(), { left: [chair], right: [] });
  const recording = { taskId: 1, file: "1.wav", beganAt: 0 };
  last()?.report({ type: "recording-began", agent: last()?.order.agent as never, recording });
  assert.deepEqual(await gateway.told(), ["AgentMediaEvent_Record"]);
  invites(gateway, outside("40040"));
  const [party] = partyLegs(gateway);
  assert.ok(party);
  gateway.answer(party);
  await gateway.told();
  assert.deepEqual(voices(), { left: [chair], right: [party] });
  gateway.conferences.end("101");
  assert.equal(last()?.order.type, "record-stop");
  assert.deepEqual(await gateway.told(), ["AgentMediaEvent_StopRecordDone", "PhoneRelease 3", leftIt, "Ready"]);
});

test("an inspector hears a conference, may whisper and talk, and cannot take it over", async () => {
  const gateway = world();
  await chaired(gateway);
  invites(gateway, outside("40040"));
  const [party] = partyLegs(gateway);
  assert.ok(party);
  gateway.answer(party);
  await signIn(gateway, "103");
  assert.equal(code(gateway.inspection.inspect("103", "101", "listen")), "0");
  gateway.answer(phoneOf(gateway, "103"));
  const [chair, inspector] = [phoneOf(gateway, "101"), phoneOf(gateway, "103")];
  assert.deepEqual([heard(gateway, inspector), heard(gateway, party)], [{ mix: [chair, party] }, { leg: chair }]);
  gateway.command("101", { type: "begin-record", name: "" });
  gateway.inspection.switchInspection("103", "101", "insert");
  assert.deepEqual(heard(gateway, party), { mix: [chair, inspector] });
  const { order } = gateway.legs.recorded.at(-1) ?? assert.fail("nothing is recorded");
  assert.deepEqual(
    "voices" in order && order.voices,
    { left: [chair, inspector], right: [party] },
    "and he is recorded",
  );
  assert.equal(code(gateway.inspection.intercept("103", "101", "")), "900-005");
  gateway.conferences.end("101");
  nothingLeft(gateway);
});

test("agents in a conference are given no call, and none from the queues", async () => {
  const gateway = world({ site: { numbers: [{ pattern: "8000", to: { skill: 25 } }], skills: testSite.skills } });
  await chaired(gateway);
  await signIn(gateway, "102");
  invites(gateway, agent("102"));
  gateway.answer(phoneOf(gateway, "102"));
  await gateway.told("102");
  callsIn(gateway);
  assert.deepEqual(await gateway.told("102"), []);
  assert.equal(
    code(
      gateway.callOut("102", {
        ...{ caller: "", called: "40040", skillId: 0, appData: "" },
        mediaAbility: 0,
        userVideoDirection: 4,
      }),
    ),
    "100-007",
  );
  assert.equal(code(gateway.currentCall("102", false)), "100-007");
  assert.equal(gateway.agentInfo("102").callinfo, "");
  assert.equal(gateway.agentStatus("102").agentState, 7);
  assert.equal(code(gateway.conferences.leave("102")), "0");
  assert.deepEqual((await gateway.told("102")).slice(0, 4), ["PhoneRelease 3", leftIt, "Ready", "Busy"], "now he is");
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
