// Conferences of agents, operation by operation: the reply's bytes, everybody's events in order, each refusal's code, and by tones who
// hears whom.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { settingUp, until } from "./agent.ts";
import {
  asked,
  chaired,
  change,
  changed,
  closeHall,
  conf,
  confIdOf,
  demo,
  done,
  ends,
  forTheChair,
  fresh,
  hears,
  hearsChange,
  invited,
  joins,
  long,
  member,
  openHall,
  out,
  outside,
  path,
  short,
  three,
  wrongAddresses,
} from "./conference-hall.ts";
import { refusesStrangers } from "./refusals.ts";
import { eventRows } from "./told.ts";
import { toneOf } from "./town.ts";

before(openHall);
after(closeHall);

test("operation agentconf.requestAgentConf: the phone, then the chair; 101-003 for a second one, 100-007 when not idle", async () => {
  const line = path("requestAgentConf");
  const chair = await fresh();
  await refusesStrangers(chair, line, { memberNum: 4 });
  for (const wrong of [
    {},
    { memberNum: 0 },
    { memberNum: 121 },
    { memberNum: 4, time: 3 },
    { memberNum: 4, time: 1441 },
    { memberNum: 4, time: 10, promptTime: 10 },
    { memberNum: 4, confCallerNo: "x" },
    { memberNum: 4, confCallerNo: "999" },
    { memberNum: 4, beepTone: "perhaps" },
    { memberNum: 4, beepTone: true },
    { memberNum: 4, beepTone: true, playMode: 1, voicePath: short },
  ])
    assert.equal((await chair.ask(line, wrong)).code, "000-002", JSON.stringify(wrong));
  await chair.ask("POST /onlineagent/@/saybusy");
  await chair.hears("SetNotReady_Success");
  assert.equal((await chair.ask(line, { memberNum: 4 })).code, "100-007");
  await chair.ask("POST /onlineagent/@/cancelbusy");
  await chair.hears("CancelNotReady_Success");
  const sample = { memberNum: 4, confCallerNo: "40038", time: 50, promptTime: 5, beepTone: true, playMode: 2 };
  assert.equal((await chair.ask(line, { ...sample, voicePath: short })).body, done);
  const told = await chair.hears(...asked);
  const confId = confIdOf(told);
  assert.ok(Number.isSafeInteger(confId) && confId > 0);
  for (const { content } of told.slice(3)) assert.equal(JSON.stringify(content), JSON.stringify({ confId }));
  assert.equal(await chair.state(), 7);
  await hears(chair, [2_100], [2_100]);
  assert.equal((await chair.ask(line, { memberNum: 4 })).code, "101-003");
  await ends(chair);
  assert.equal(await chair.state(), 4);
});

test("operation agentconf.requestAgentConf: a phone that is busy: RequestFailed; a call becomes the conference", async () => {
  const chair = await fresh();
  await demo.tell("phones", chair.phone, { refuse: 486 });
  await chair.ask(path("requestAgentConf"), { memberNum: 4 });
  const told = await chair.hears(
    "Busy",
    "PhoneAlerting",
    "PhoneBusy",
    conf("RequestFailed"),
    "PhoneRelease 3",
    "Ready",
  );
  assert.equal(JSON.stringify(told[3]?.content), '{"cause":537}');
  await demo.tell("phones", chair.phone, { refuse: null });
  const number = await demo.party({ hertz: 1_500 });
  await chair.callOut({ called: number });
  await chair.hears(...settingUp);
  assert.equal((await chair.ask(path("requestAgentConf"), { memberNum: 4 })).body, done);
  const events = await chair.hears("Call_Release", conf("SelfJoinResult"), conf("RequestSuccess"), changed);
  assert.equal(JSON.stringify(events[3]?.content), change(confIdOf(events), outside(number), 0));
  await hears(chair, [1_500], [1_500]);
  await ends(chair);
});

test("operation agentconf.batchAddParticipant: agents and numbers are rung each for himself; all hear each other", async () => {
  const line = path("batchAddParticipant");
  const { chair, confId } = await chaired();
  const [other, number, busy] = [await fresh(), await demo.party({ hertz: 1_500 }), await demo.party({ refuse: 486 })];
  await chair.ask(line, { addresses: [outside(busy)], caller: "40039" });
  await hearsChange(chair, change(confId, outside(busy), 0, { result: 1 }));
  assert.match((await demo.invites("parties", busy)).last, /^From: .*sip:40039@/m);
  assert.equal((await chair.ask(line, { addresses: [member(other)] })).body, done);
  const told = await other.hears(...invited, conf("SelfJoinResult"));
  assert.deepEqual(
    told.slice(3).map(({ content }) => content),
    [{ confId }, { confId }],
  );
  assert.equal(told[1]?.content, null);
  await hearsChange(chair, change(confId, member(other), 0));
  const guests = { addresses: [outside(number)], beepTone: true, voicePath: short };
  assert.equal((await chair.ask(line, guests)).body, done);
  for (const agent of [chair, other]) await hearsChange(agent, change(confId, outside(number), 0));
  const [a, b, c] = [toneOf(chair), toneOf(other), 1_500];
  await hears(number, [2_100], [2_100]);
  await hears(chair, [a, b, c], [b, c]);
  await hears(other, [a, b, c], [a, c]);
  await hears(number, [a, b, c], [a, b]);
  for (const addresses of [[outside(number)], [member(chair)], [{ addressType: "9", address: "9999" }]])
    assert.equal((await chair.ask(line, { addresses })).code, "100-007");
  assert.equal((await chair.ask(line, { addresses: [outside("70000")] })).code, "200-001");
  await ends(chair, other);
  const many = Array.from({ length: 121 }, (_, index) => outside(String(42_500 + index)));
  await forTheChair(line, { addresses: [outside("40040")] }, [
    {},
    { addresses: [] },
    { addresses: "9" },
    { addresses: [null] },
    { addresses: many },
    ...wrongAddresses.map((wrong) => ({ addresses: [wrong] })),
    { addresses: [outside("40040")], beepTone: true },
    { addresses: [outside("40040")], caller: "999" },
    { addresses: [outside("40040")], beepTone: true, voicePath: "x".repeat(128) },
  ]);
});

test("operation agentconf.answerAgentConf: he who answers by hand joins; 101-001 without, 101-003 in one, 100-007 before his phone", async () => {
  const line = path("answerAgentConf");
  const { chair, confId } = await chaired();
  const other = await fresh({ autoanswer: false });
  await refusesStrangers(other, line);
  assert.equal((await other.ask(line)).code, "101-001");
  await demo.tell("phones", other.phone, { answerAfterMs: null });
  await chair.ask(path("batchAddParticipant"), { addresses: [member(other)] });
  await other.hears("Busy", "PhoneAlerting");
  assert.equal((await other.ask(line)).code, "100-007");
  await chair.ask(path("batchRemoveParticipant"), { addresses: [member(other)] });
  await other.hears("PhoneRelease 3", conf("SelfLeaveResult"), "Ready");
  await hearsChange(chair, change(confId, member(other), 1, { changeReason: 1 }));
  await demo.tell("phones", other.phone, { answerAfterMs: 30 });
  await chair.ask(path("batchAddParticipant"), { addresses: [member(other)] });
  await other.hears(...invited);
  assert.equal((await other.ask(line)).body, done);
  await other.hears(conf("SelfJoinResult"));
  await hearsChange(chair, change(confId, member(other), 0));
  assert.equal((await other.ask(line)).code, "101-003");
  await ends(chair, other);
});

test("operation agentconf.rejectAgentConf: he is idle, the others are told; 101-001 without, 100-007 once he is in", async () => {
  const line = path("rejectAgentConf");
  const { chair, confId } = await chaired();
  const other = await fresh({ autoanswer: false });
  await refusesStrangers(other, line);
  assert.equal((await other.ask(line)).code, "101-001");
  await chair.ask(path("batchAddParticipant"), { addresses: [member(other)] });
  await other.hears(...invited);
  assert.equal((await other.ask(line)).body, done);
  await other.hears("PhoneRelease 3", "Ready");
  await hearsChange(chair, change(confId, member(other), 0, { result: 1 }));
  await chair.ask(path("batchAddParticipant"), { addresses: [member(other)] });
  await other.hears(...invited);
  await other.ask(path("answerAgentConf"));
  await other.hears(conf("SelfJoinResult"));
  await chair.hears(changed);
  assert.equal((await other.ask(line)).code, "100-007");
  await ends(chair, other);
});

test("operation agentconf.requestLeaveAgentConf: a recording, the phone, the conference; the chair 101-007", async () => {
  const line = path("requestLeaveAgentConf");
  const { chair, other, number, confId } = await three();
  await refusesStrangers(chair, line);
  assert.equal((await chair.ask(line)).code, "101-007");
  assert.equal((await other.ask("PUT /recordplay/@/recordwithoutfilename")).code, "0");
  await other.hears("AgentMediaEvent_Record");
  assert.equal((await other.ask(line)).body, done);
  const told = await other.hears("AgentMediaEvent_StopRecordDone", ...out);
  assert.deepEqual(told[2]?.content, { confId });
  await hearsChange(chair, change(confId, member(other), 1, { changeReason: 0 }));
  await hears(chair, [toneOf(other), 1_500], [1_500]);
  await hears(number, [toneOf(chair), toneOf(other)], [toneOf(chair)]);
  assert.equal((await other.ask(line)).code, "101-001");
  const ringing = await fresh({ autoanswer: false });
  await chair.ask(path("batchAddParticipant"), { addresses: [member(ringing)] });
  await ringing.hears(...invited);
  assert.equal((await ringing.ask(line)).code, "100-007");
  await demo.hangUp("parties", number);
  await hearsChange(chair, change(confId, outside(number), 1, { changeReason: 2 }));
  assert.equal((await chair.ask(path("releaseAgentConf"))).body, done);
  await ringing.hears(...out);
});

test("operation agentconf.releaseAgentConf: over for all, the chair's going told with reason 3; 100-007 before it is granted", async () => {
  const line = path("releaseAgentConf");
  const { chair, other, number, confId } = await three();
  assert.equal((await chair.ask(line)).body, done);
  assert.deepEqual((await chair.hears(...out))[1]?.content, { confId });
  const told = await other.hears(changed, ...out);
  assert.equal(JSON.stringify(told[0]?.content), change(confId, member(chair), 1, { changeReason: 3 }));
  await until(async () => (await demo.calls("parties", number)) === 0, "the party is hung up");
  await demo.tell("phones", chair.phone, { answerAfterMs: null });
  await chair.ask(path("requestAgentConf"), { memberNum: 4 });
  await chair.hears("Busy", "PhoneAlerting");
  assert.equal((await chair.ask(line)).code, "100-007");
  assert.equal((await chair.ask("DELETE /voicecall/@/release")).code, "0");
  await chair.hears(conf("RequestFailed"), "PhoneRelease 3", "Ready");
  await demo.tell("phones", chair.phone, { answerAfterMs: 30 });
  await forTheChair(line, undefined);
});

test("operation agentconf.applyToShiftPresident: the new chair and the others are told; 101-005 to himself, 100-007 to nobody", async () => {
  const line = path("applyToShiftPresident");
  const { chair, other, confId } = await three();
  assert.equal((await chair.ask(line, { destAgentNo: Number(chair.id) })).code, "101-005");
  assert.equal((await chair.ask(line, { destAgentNo: 999 })).code, "100-007");
  assert.equal((await chair.ask(line, { destAgentNo: Number(other.id) })).body, done);
  assert.deepEqual((await other.hears(conf("PresidentChanged")))[0]?.content, { confId });
  await hearsChange(chair, change(confId, member(other), 2));
  assert.equal((await chair.ask(path("releaseAgentConf"))).code, "101-002");
  await ends(other, chair);
  await forTheChair(line, { destAgentNo: 101 }, [{}, { destAgentNo: 0 }, { destAgentNo: "x" }]);
});

test("operation agentconf.batchRemoveParticipant: out by the chair; who is not in it is named; 101-006 himself", async () => {
  const line = path("batchRemoveParticipant");
  const { chair, other, number, confId } = await three();
  assert.equal((await chair.ask(line, { addresses: [member(chair)] })).code, "101-006");
  const addresses = [outside("40040"), member(other), outside(number)];
  const reply = await chair.ask(line, { addresses });
  const absent = '{"noExistParticipants":[{"addressType":"6","address":"40040"}]}';
  assert.equal(reply.body, `{"message":"success","retcode":"0","result":${absent}}`);
  await other.hears(...out);
  const told = await chair.hears(changed, changed);
  assert.deepEqual(
    told.map(({ content }) => JSON.stringify(content)),
    [member(other), outside(number)].map((one) => change(confId, one, 1, { changeReason: 1 })),
  );
  await until(async () => (await demo.calls("parties", number)) === 0, "the party is hung up");
  await ends(chair);
  const many = Array.from({ length: 31 }, (_, index) => outside(String(42_500 + index)));
  await forTheChair(line, { addresses: [outside("40040")] }, [
    {},
    { addresses: [] },
    { addresses: many },
    { addresses: {} },
    ...wrongAddresses.map((wrong) => ({ addresses: [wrong] })),
  ]);
});

test("operation agentconf.changeParticipantMode: muted and back are told, the other modes are not; 100-007 for a stranger", async () => {
  const line = path("changeParticipantMode");
  const { chair, other, number, confId } = await three();
  const [a, b, c] = [toneOf(chair), toneOf(other), 1_500];
  const mode = async (attribute: number): Promise<void> => {
    assert.equal((await chair.ask(line, { attribute, ...member(other) })).body, done);
  };
  await mode(1);
  for (const agent of [chair, other]) await hearsChange(agent, change(confId, member(other), 3));
  await hears(number, [a, b], [a]);
  await hears(other, [a, c], [a, c]);
  await mode(2);
  await hears(number, [a, b], [a, b]);
  await hears(other, [a, c], []);
  await mode(4);
  await hears(number, [a, b], [a]);
  await mode(3);
  for (const agent of [chair, other]) await hearsChange(agent, change(confId, member(other), 4));
  await hears(number, [a, b], [a, b]);
  await hears(other, [a, c], [a, c]);
  assert.equal((await chair.ask(line, { attribute: 1, ...outside("40040") })).code, "100-007");
  await ends(chair, other);
  await forTheChair(line, { attribute: 1, ...outside("40040") }, [
    { attribute: 0, ...outside("40040") },
    { attribute: 5, ...outside("40040") },
    outside("40040"),
    ...wrongAddresses.map((wrong) => ({ attribute: 1, ...wrong })),
  ]);
});

test("operation agentconf.holdParticipant: an announcement and music, and nobody hears him; twice is 100-007", async () => {
  const line = path("holdParticipant");
  const { chair, other, number, confId } = await three();
  const held = { ...outside(number), playMode: 2, voicePath: short };
  assert.equal((await chair.ask(line, held)).body, done);
  for (const agent of [chair, other]) await hearsChange(agent, change(confId, outside(number), 5));
  await hears(number, [2_100, toneOf(chair)], [2_100]);
  await hears(chair, [toneOf(other), 1_500], [toneOf(other)]);
  await until(async () => {
    const { level, levels } = await demo.heard("parties", number, [2_100, toneOf(chair)]);
    return (level ?? -120) > -35 && (levels["2100"] ?? -120) < -40;
  }, "the party hears music");
  assert.equal((await chair.ask(line, held)).code, "100-007");
  assert.equal((await chair.ask(line, { ...member(other), voicePath: "none" })).code, "100-007");
  assert.equal((await chair.ask(line, { ...member(other), voicePath: "y:/conf/2/short.V3" })).code, "100-007");
  await ends(chair, other);
  await forTheChair(line, outside("40040"), [...wrongAddresses, { ...outside("40040"), playMode: 3 }]);
});

test("operation agentconf.unholdParticipant: he is with the others again; who is not held is 100-007", async () => {
  const line = path("unholdParticipant");
  const { chair, other, number, confId } = await three();
  assert.equal((await chair.ask(line, member(other))).code, "100-007");
  await chair.ask(path("holdParticipant"), member(other));
  for (const agent of [chair, other]) await agent.hears(changed);
  await hears(number, [toneOf(chair), toneOf(other)], [toneOf(chair)]);
  assert.equal((await chair.ask(line, member(other))).body, done);
  for (const agent of [chair, other]) await hearsChange(agent, change(confId, member(other), 6));
  await hears(number, [toneOf(chair), toneOf(other)], [toneOf(chair), toneOf(other)]);
  await ends(chair, other);
  await forTheChair(line, outside("40040"), wrongAddresses);
});

test("operation agentconf.modifyConfResource: room for more, or fewer; not for fewer than there are: 100-007", async () => {
  const line = path("modifyConfResource");
  const { chair } = await chaired({ memberNum: 1 });
  const [one, other] = [await fresh(), await fresh()];
  await joins(chair, one);
  const add = { addresses: [member(other)] };
  assert.equal((await chair.ask(path("batchAddParticipant"), add)).code, "100-007");
  assert.equal((await chair.ask(line, { modifyType: 1, modifyNum: 2 })).code, "100-007");
  assert.equal((await chair.ask(line, { modifyType: 0, modifyNum: 3 })).body, done);
  await joins(chair, other);
  await one.hears(changed);
  assert.equal((await chair.ask(line, { modifyType: 1, modifyNum: 2 })).body, done);
  assert.equal((await chair.ask(line, { modifyType: 0, modifyNum: 118 })).body, done);
  assert.equal((await chair.ask(line, { modifyType: 0, modifyNum: 2 })).code, "100-007");
  await ends(chair, one, other);
  await forTheChair(line, { modifyType: 0, modifyNum: 3 }, [
    {},
    { modifyType: 2, modifyNum: 3 },
    { modifyType: 0 },
    { modifyType: 0, modifyNum: 1 },
    { modifyType: 0, modifyNum: 119 },
  ]);
});

test("operation agentconf.playVoiceToConf: all hear it, its end is told to the chair; none such is 100-007 with its reason", async () => {
  const line = path("playVoiceToConf");
  const { chair, other, number } = await three();
  assert.equal((await chair.ask(line, { playMode: 2, voicePath: short })).body, done);
  for (const listener of [chair, other, number]) await hears(listener, [2_100], [2_100]);
  assert.equal(JSON.stringify((await chair.hears(conf("StopVoice")))[0]?.content), '{"result":0}');
  const reply = await chair.ask(line, { voicePath: "none" });
  assert.deepEqual([reply.code, reply.result], ["100-007", { errorReason: 0 }]);
  await ends(chair, other);
  await forTheChair(line, { voicePath: short }, [{}, { voicePath: "" }, { voicePath: short, playMode: 1 }]);
});

test("operation agentconf.stopVoiceToConf: it is heard no more; nothing to stop is 100-007 with its reason", async () => {
  const line = path("stopVoiceToConf");
  const { chair, other, number } = await three();
  const reply = await chair.ask(line);
  assert.deepEqual([reply.code, reply.result], ["100-007", { errorReason: 0 }]);
  await chair.ask(path("playVoiceToConf"), { voicePath: long });
  await hears(number, [2_500, toneOf(chair)], [2_500]);
  assert.equal((await chair.ask(line)).body, done);
  await chair.hears(conf("StopVoice"));
  await hears(number, [2_500, toneOf(chair)], [toneOf(chair)]);
  await ends(chair, other);
  await forTheChair(line, undefined);
});

test("operation agentconf.playVoiceToParticipant: one hears it, the others talk on; its end is told to the chair", async () => {
  const line = path("playVoiceToParticipant");
  const { chair, other, number } = await three();
  const sample = { ...outside(number), playMode: 2, voicePath: short };
  assert.equal((await chair.ask(line, sample)).body, done);
  await hears(number, [2_100], [2_100]);
  await hears(other, [toneOf(chair), 2_100], [toneOf(chair)]);
  assert.equal(JSON.stringify((await chair.hears(conf("StopParticipantVoice")))[0]?.content), '{"result":0}');
  const reply = await chair.ask(line, { ...outside("40040"), voicePath: short });
  assert.deepEqual([reply.code, reply.result], ["100-007", { errorReason: 0 }]);
  await chair.ask(line, { ...outside(number), voicePath: long });
  await demo.hangUp("parties", number);
  const told = await chair.hears(conf("StopParticipantVoice"), changed);
  assert.deepEqual(told[0]?.content, { result: 1 });
  await other.hears(changed);
  await ends(chair, other);
  await forTheChair(line, sample, [
    outside("40040"),
    ...wrongAddresses.map((wrong) => ({ ...wrong, voicePath: short })),
  ]);
});

test("operation agentconf.stopVoiceToParticipant: he is back with the others; nothing to stop is 100-007 with its reason", async () => {
  const line = path("stopVoiceToParticipant");
  const { chair, other, number } = await three();
  await chair.ask(path("playVoiceToParticipant"), { ...member(other), voicePath: long });
  await hears(other, [2_500, toneOf(chair)], [2_500]);
  assert.equal((await chair.ask(line, member(other))).body, done);
  await chair.hears(conf("StopParticipantVoice"));
  await hears(other, [2_500, toneOf(chair)], [toneOf(chair)]);
  const reply = await chair.ask(line, outside(number));
  assert.deepEqual([reply.code, reply.result], ["100-007", { errorReason: 0 }]);
  await ends(chair, other);
  await forTheChair(line, outside("40040"), wrongAddresses);
});

/** Not AgentConf_Timeout, which takes minutes: test/scenario/conference-end.test.ts. */
const ofConference = /^\{"confId":\d+\}$/;
eventRows({
  AgentConf_RequestSuccess: ofConference,
  AgentConf_RequestFailed: /^\{"cause":(537|531)\}$/,
  AgentConf_SelfJoinResult: ofConference,
  AgentConf_Ringing: ofConference,
  AgentConf_SelfLeaveResult: ofConference,
  AgentConf_PresidentChanged: ofConference,
  AgentConf_ParticipantChanged:
    /^\{"result":[01],"changeReason":\d+,"changeType":[0-6],"confId":\d+,"participant":"\d+","participantType":[69],"deviceCallType":0,"deviceType":0\}$/,
  AgentConf_StopVoice: /^\{"result":0\}$/,
  AgentConf_StopParticipantVoice: /^\{"result":[01]\}$/,
});
