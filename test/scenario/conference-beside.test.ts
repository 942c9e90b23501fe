// Conferences of agents and what there is beside them: announcements, calls that become one, recordings, inspectors, queues.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { LegId } from "../../src/base/ids.ts";
import type { Address } from "../../src/runtime/conference-face.ts";
import {
  agent,
  chaired,
  changes,
  code,
  four,
  granted,
  heard,
  invites,
  joined,
  leftIt,
  nothingLeft,
  outside,
  partyLegs,
  phoneOf,
  signIn,
  wanted,
  world,
} from "./conference-room.ts";
import { callsIn, talking, testSite } from "./test-gateway.ts";

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
