// Video and the phone itself, operation by operation: the reply's bytes, the events, the packets that the two see, each refusal's code.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, type Body, plainDone, settingUp, until } from "./agent.ts";
import { refusesStrangers } from "./refusals.ts";
import { type Demo, openDemo, setParameter, toneOf } from "./town.ts";

let demo: Demo;

before(async () => {
  demo = await openDemo();
});
after(() => demo?.stop());

const done = '{"message":"success","retcode":"0","result":{}}';
const fresh = async (more: Body = {}): Promise<Agent> => (await demo.agent()).begin(more);

type Place = readonly [kind: "phones" | "parties", number: string];

/** Does video arrive there, while half a second of sound does? */
async function sees([kind, number]: Place): Promise<boolean> {
  const before = await demo.heard(kind, number);
  let now = before;
  await until(async () => {
    now = await demo.heard(kind, number);
    return now.audio.packetsIn - before.audio.packetsIn >= 25;
  }, `${kind}/${number} hears on`);
  return now.video.packetsIn - before.video.packetsIn > 3;
}

test("operation voicecall.beginMuteVideo: the customer sees nothing, and hears the agent; 200-003, 200-004", async () => {
  const agent = await fresh();
  const line = "POST /voicecall/@/beginmutevideo";
  await refusesStrangers(agent, line);
  assert.equal((await agent.ask(line)).code, "200-003");
  const called = await demo.party();
  await agent.callOut({ called, mediaability: 1 });
  await agent.hears(...settingUp);
  await until(() => sees(["parties", called]), "the customer sees the agent");
  assert.equal((await agent.ask(line)).body, plainDone);
  await until(async () => !(await sees(["parties", called])), "the customer sees nothing");
  await demo.hears("parties", called, toneOf(agent));
  assert.equal(await sees(["phones", agent.phone]), true, "the agent sees the customer");
  await agent.hearsNothing();

  const other = await fresh();
  await other.callOut({ called: await demo.party({ answerAfterMs: null }) });
  await other.hears(...settingUp.slice(0, 4));
  assert.equal((await other.ask(line)).code, "200-004", "not connected yet");
  const audio = await fresh();
  await audio.talk(await demo.party());
  const { body } = await audio.ask(line);
  assert.equal(body, '{"message":"the call has no video","retcode":"200-004"}');
});

test("operation voicecall.endMuteVideo: the customer sees the agent again; 200-007, 200-008", async () => {
  const agent = await fresh();
  const line = "POST /voicecall/@/endmutevideo";
  await refusesStrangers(agent, line);
  assert.equal((await agent.ask(line)).code, "200-007");
  const called = await demo.party();
  await agent.callOut({ called, mediaability: 1 });
  await agent.hears(...settingUp);
  assert.equal((await agent.ask(line)).code, "200-008");
  await agent.ask("POST /voicecall/@/beginmutevideo");
  await until(async () => !(await sees(["parties", called])), "the customer sees nothing");
  assert.equal((await agent.ask(line)).body, plainDone);
  await until(() => sees(["parties", called]), "the customer sees the agent");
});

test("operation voicecall.mediaSwitch: video comes into the call and goes; the event says so", async () => {
  const agent = await fresh({ agenttype: 11 });
  const called = await demo.party();
  const id = await agent.talk(called);
  const line = "POST /voicecall/@/mediaswitch";
  await refusesStrangers(agent, `${line}?mediaType=3`);
  assert.equal((await agent.ask(`${line}?mediaType=3&videoDirection=4`)).body, done);
  const [added] = await agent.hears("MediaSwith");
  const both = { callid: id, reason: 0, caller: "40038", mediaType: 3, called };
  assert.equal(JSON.stringify(added?.content), JSON.stringify(both));
  await until(() => sees(["parties", called]), "the customer sees the agent");
  await until(() => sees(["phones", agent.phone]), "the agent sees the customer");
  assert.equal((await agent.ask(`${line}?mediaType=3`)).code, "100-007", "there is video already");
  assert.equal((await agent.ask("POST /voicecall/@/beginmutevideo")).code, "0");
  assert.equal((await agent.ask("POST /voicecall/@/hold")).code, "0");
  assert.equal((await agent.ask(`${line}?mediaType=1`)).code, "100-007", "a held call has no media to switch");
  await agent.ask("POST /voicecall/@/gethold");
  const [, talking] = await agent.hears("Hold", "Talking");
  assert.equal((talking?.content as { mediaAbility?: string } | undefined)?.mediaAbility, "3");
  assert.equal((await agent.ask(`${line}?mediaType=1`)).body, done);
  const [gone] = await agent.hears("MediaSwith");
  assert.deepEqual(gone?.content, { ...both, mediaType: 1 });
  await until(async () => !(await sees(["phones", agent.phone])), "no video any more");
  await demo.hears("parties", called, toneOf(agent));
  await agent.ask("DELETE /voicecall/@/release");
});

test("operation voicecall.mediaSwitch: who has no video says so by the event, and both stay as they were", async () => {
  const agent = await fresh({ agenttype: 11 });
  const called = await demo.party({ video: false });
  const id = await agent.talk(called);
  assert.equal((await agent.ask("POST /voicecall/@/mediaswitch?mediaType=3")).body, done);
  const [failed] = await agent.hears("MediaSwith");
  assert.deepEqual(failed?.content, { callid: id, reason: 1, caller: "40038", mediaType: 3, called });
  await demo.hears("parties", called, toneOf(agent));
  await until(async () => !(await sees(["phones", agent.phone])), "nor does the agent's phone have video");

  const blind = await fresh({ agenttype: 11 });
  await demo.tell("phones", blind.phone, { video: false });
  await blind.talk(await demo.party());
  await blind.ask("POST /voicecall/@/mediaswitch?mediaType=3");
  const [refused] = await blind.hears("MediaSwith");
  assert.equal((refused?.content as { reason?: number } | undefined)?.reason, 1);
});

test("operation voicecall.mediaSwitch: what is not possible is 100-007, a wrong field 000-002", async () => {
  const agent = await fresh({ agenttype: 11 });
  const line = "POST /voicecall/@/mediaswitch";
  assert.equal((await agent.ask(`${line}?mediaType=3`)).code, "100-007", "no call");
  for (const wrong of ["", "?mediaType=2", "?mediaType=4", "?mediaType=3&videoDirection=5"])
    assert.equal((await agent.ask(line + wrong)).code, "000-002", wrong);
  const ordinary = await fresh();
  await ordinary.talk(await demo.party());
  assert.match((await ordinary.ask(`${line}?mediaType=3`)).body, /agenttype 11/);
  assert.equal((await ordinary.ask("POST /voicecall/@/hold")).code, "0");
  const colleague = await fresh();
  await agent.ask("PUT /voicecall/@/callinner", { called: colleague.id });
  await agent.hears(...settingUp);
  assert.match((await agent.ask(`${line}?mediaType=3`)).body, /"100-007"/);
  await agent.ask("DELETE /voicecall/@/release");
});

test("operation voicecall.mediaSwitch: with a bit of P978 set the direction is ignored, which message says", async () => {
  const agent = await fresh({ agenttype: 11 });
  await agent.talk(await demo.party());
  await setParameter(demo, "P978", 1);
  try {
    const reply = await agent.ask("POST /voicecall/@/mediaswitch?mediaType=3&videoDirection=1");
    assert.equal(reply.message, "userVideoDirection: ignored, a bit of soft parameter P978 is set");
  } finally {
    await setParameter(demo, "P978", 0);
  }
  await agent.hears("MediaSwith");
});

test("operation voicecall.releasePhone: the phone that is kept off-hook goes down; 100-007 in a call and on-hook", async () => {
  const agent = await fresh({ releasephone: false });
  const line = "DELETE /voicecall/@/releasephone";
  await refusesStrangers(agent, line);
  assert.equal((await agent.ask(line)).body, '{"message":"the phone is on-hook","retcode":"100-007"}');
  await agent.talk(await demo.party());
  assert.equal((await agent.ask(line)).body, '{"message":"the phone is in a call","retcode":"100-007"}');
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("Call_Release", "Ready");
  assert.equal((await agent.ask(line)).body, plainDone);
  await agent.hears("PhoneRelease 3");
  await until(async () => (await demo.calls("phones", agent.phone)) === 0, "the phone is free");
  await agent.talk(await demo.party());
});

test("operation voicecall.startAsrByCallId: there is no speech recognition, and 200-040 says so", async () => {
  const agent = await fresh();
  const line = "POST /voicecall/@/startasrbycallid";
  await refusesStrangers(agent, `${line}?callId=1-1`);
  assert.equal((await agent.ask(line)).code, "000-002");
  const { body } = await agent.ask(`${line}?callId=1455885056-1095`);
  assert.equal(body, '{"message":"speech recognition is not enabled","retcode":"200-040"}');
});

test("operation voicecall.reportSound: a site without announcements of digits says so", async () => {
  const agent = await fresh();
  const line = "POST /voicecall/@/reportsound";
  await refusesStrangers(agent, line, {});
  await agent.talk(await demo.party());
  const { body } = await agent.ask(line, {});
  assert.equal(
    body,
    '{"message":"the site has no announcements of work numbers (workNumberVoice)","retcode":"100-007"}',
  );
});
