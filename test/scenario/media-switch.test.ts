// Video is added to a call that talks, or taken away: phone first, then the party; and what crosses that (operations.json mediaSwitch).

import assert from "node:assert/strict";
import { test } from "node:test";
import type { LegId } from "../../src/base/ids.ts";
import { signedIn, type TestGateway, talking, testGateway } from "./test-gateway.ts";

const video = { video: true, userVideoDirection: 4 } as const;
const audio = { video: false, userVideoDirection: 4 } as const;

async function world(releasePhone = true) {
  const gateway = testGateway();
  await signedIn(gateway, { agentType: 11, releasePhone });
  const call = await talking(gateway);
  const says = (leg: LegId, seen: boolean) =>
    gateway.legs.alive.get(leg)?.report({ type: "leg-reoffered", leg, video: seen });
  return { gateway, call, phone: gateway.phone(), party: gateway.party(), says };
}

const content = async (gateway: TestGateway) => (await gateway.events()).map(({ content: said }) => said);

test("the phone is asked, then the party; both agree, and the agent is told", async () => {
  const { gateway, call, phone, party, says } = await world();
  assert.deepEqual(gateway.switchMedia("101", video), { note: "" });
  assert.deepEqual(gateway.legs.reoffers, [phone]);
  for (const refused of [gateway.switchMedia("101", video), gateway.command("101", { type: "hold" })])
    assert.match(JSON.stringify(refused), /being switched/);
  says(phone, true);
  assert.deepEqual(gateway.legs.reoffers, [phone, party]);
  says(party, true);
  assert.deepEqual(await content(gateway), [
    { callid: call, reason: 0, caller: "40038", mediaType: 3, called: "40040" },
  ]);
  gateway.switchMedia("101", audio);
  says(phone, false);
  says(party, false);
  assert.deepEqual(await content(gateway), [
    { callid: call, reason: 0, caller: "40038", mediaType: 1, called: "40040" },
  ]);
});

test("a phone that does not agree: the party is not asked", async () => {
  const { gateway, call, phone, says } = await world();
  gateway.switchMedia("101", video);
  says(phone, false);
  assert.deepEqual(gateway.legs.reoffers, [phone]);
  assert.deepEqual(await content(gateway), [
    { callid: call, reason: 1, caller: "40038", mediaType: 3, called: "40040" },
  ]);
});

test("a party that does not agree: the phone is asked to go back, and a later wish begins anew", async () => {
  const { gateway, phone, party, says } = await world();
  gateway.switchMedia("101", video);
  says(phone, true);
  says(party, false);
  assert.deepEqual(gateway.legs.reoffers, [phone, party, phone]);
  assert.deepEqual(await gateway.told(), ["MediaSwith 1"]);
  says(phone, false);
  gateway.switchMedia("101", video);
  assert.equal(gateway.legs.reoffers.at(-1), phone);
});

test("the party hangs up while it is asked: the call is over, and no result comes", async () => {
  const { gateway, phone, party, says } = await world();
  gateway.switchMedia("101", video);
  says(phone, true);
  gateway.end(party);
  assert.deepEqual(await gateway.told(), ["Customer_Release", "Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual([gateway.legs.census(), gateway.clock.pending() > 0], [0, true]);
});

test("the call ends while the kept phone is asked: its answer counts for the next call", async () => {
  const { gateway, phone, says } = await world(false);
  gateway.switchMedia("101", video);
  gateway.command("101", { type: "release" });
  assert.deepEqual(await gateway.told(), ["Call_Release", "Ready"]);
  says(phone, true);
  assert.deepEqual(await gateway.told(), []);
  await talking(gateway);
  gateway.switchMedia("101", video);
  assert.deepEqual(gateway.legs.reoffers, [phone, gateway.party()], "the phone has video: the party alone is asked");
});

test("with a colleague in the call there is nothing to switch; muted video is no video to the other alone", async () => {
  const { gateway, phone, party, says } = await world();
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  gateway.switchMedia("101", video);
  says(phone, true);
  says(party, true);
  gateway.command("101", { type: "begin-mute-video" });
  assert.deepEqual([gateway.legs.heard.get(party), gateway.legs.heard.get(phone)], [{ mix: [phone] }, { leg: party }]);
  gateway.command("101", { type: "hold" });
  gateway.command("101", { type: "get-hold", callId: "" });
  assert.deepEqual(gateway.legs.heard.get(party), { leg: phone }, "a hold ends the mute, as it does for the voice");
  gateway.innerHelp("101", { to: { agent: "102" }, parties: 3, hold: false, appData: "" });
  gateway.answer(gateway.phone());
  assert.match(JSON.stringify(gateway.switchMedia("101", audio)), /"100-007"/);
});

test("a phone that is lost while it is asked: the wish fails, and the call waits for its return", async () => {
  const { gateway, phone, says } = await world();
  gateway.switchMedia("101", video);
  gateway.lose(phone);
  says(phone, false);
  assert.deepEqual(await gateway.told(), ["MediaSwith 1"]);
  gateway.comeBack(phone);
  assert.deepEqual(gateway.switchMedia("101", video), { note: "" });
});

test("video that was taken away comes back seen: its mute went with it", async () => {
  const { gateway, phone, party, says } = await world();
  const switched = (order: typeof video | typeof audio) => {
    gateway.switchMedia("101", order);
    says(phone, order.video);
    says(party, order.video);
  };
  switched(video);
  gateway.command("101", { type: "begin-mute-video" });
  switched(audio);
  switched(video);
  assert.deepEqual(gateway.legs.heard.get(party), { leg: phone });
  assert.deepEqual(gateway.command("101", { type: "begin-mute-video" }), { done: true });
});

test("a call becomes no conference while its media are switched, nor with muted video", async () => {
  const { gateway, phone, party, says } = await world();
  const wanted = { members: 4, caller: "", minutes: 60, promptMinutes: 0, voicePath: "" };
  gateway.switchMedia("101", video);
  assert.match(JSON.stringify(gateway.conferences.request("101", wanted)), /"100-007".*switched/);
  says(phone, true);
  says(party, true);
  gateway.command("101", { type: "begin-mute-video" });
  assert.match(JSON.stringify(gateway.conferences.request("101", wanted)), /"100-007".*muted/);
  gateway.command("101", { type: "end-mute-video" });
  assert.doesNotMatch(JSON.stringify(gateway.conferences.request("101", wanted)), /refused/);
});
