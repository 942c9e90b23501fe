// Video, from the request to the INVITE that the customer's side received: seed 10-14 and 152-177, decisions.md 12, 17
// and 22. The INVITEs are read as they came in at the simulated party.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Agent, type Body, partyFails, released, settingUp, type Told, until } from "./agent.ts";
import { type Demo, openDemo, setParameter } from "./town.ts";

let demo: Demo;
let agent: Agent;

before(async () => {
  demo = await openDemo();
  agent = await (await demo.agent()).begin();
});
after(() => demo?.stop());

type Offered = { readonly audio: boolean; readonly video: boolean; readonly direction: string };

/** What an INVITE's SDP offers (RFC 8866 §5.14, RFC 3264 §5.1): a medium with port 0 is none. */
function offerIn(invite: string): Offered {
  const [session = "", ...media] = invite.slice(invite.indexOf("\r\n\r\n") + 4).split(/\r\n(?=m=)/);
  const of = (kind: string) => media.find((each) => each.startsWith(`m=${kind} `) && !each.startsWith(`m=${kind} 0 `));
  const direction = /\r\na=(sendonly|recvonly|sendrecv|inactive)\b/;
  const video = of("video");
  return {
    audio: of("audio") !== undefined,
    video: video !== undefined,
    direction: direction.exec(`${video ?? ""}\r\n`)?.[1] ?? direction.exec(`${session}\r\n`)?.[1] ?? "",
  };
}

/** One answered callout, released again; the offer that the party got and the reply's message. */
async function offered(body: Body): Promise<Offered & { message: string; mediaAbility: string }> {
  const called = await demo.party();
  const reply = await agent.callOut({ called, ...body });
  assert.equal(reply.code, "0", reply.body);
  const told = await agent.hears(...settingUp);
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears(...released);
  const { mediaAbility = "" } = (told[4]?.content ?? {}) as { mediaAbility?: string };
  return { ...offerIn((await demo.invites("parties", called)).last), message: reply.message, mediaAbility };
}

const video = (mediaability: number, userVideoDirection: number): Body => ({ mediaability, userVideoDirection });

/** behaviour.md §9: what the user receives we send. */
const directions: Readonly<Record<number, string>> = { 1: "sendonly", 2: "recvonly", 3: "sendrecv", 4: "" };

const opposite: Readonly<Record<number, string>> = { 1: "recvonly", 2: "sendonly", 3: "sendrecv", 4: "" };

async function withP978Bit(run: () => Promise<void>): Promise<void> {
  assert.match(await demo.mml("MOD SFP: ID=P978, MODTYPE=P1, BIT=0, BITVAL=1;"), /RETCODE = 0 /);
  try {
    await run();
  } finally {
    await setParameter(demo, "P978", 0);
  }
}

test("seed 10: one-way video works while every bit of P978 is 0, and not while one is set", async () => {
  assert.equal((await offered(video(1, 1))).direction, "sendonly");
  await withP978Bit(async () => {
    const { video: sent, direction } = await offered(video(1, 1));
    assert.deepEqual([sent, direction], [true, ""]);
  });
  assert.equal((await offered(video(1, 1))).direction, "sendonly");
});

test("seed 12: LST SFP shows every bit of P978", async () => {
  const report = await demo.mml("LST SFP: ID=P978;");
  assert.match(report, /^\+\+\+ {4}AgentGateway1 {8}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\r\nO&M {4}#\d+\r\n/);
  assert.match(report, /\r\n%%LST SFP: ID=P978;%%\r\nRETCODE = 0 {2}\S/);
  for (let bit = 0; bit < 32; bit++) assert.match(report, new RegExp(`\\bBit ${bit} {2}= {2}0\\r\\n`));
  assert.match(report, /\r\n--- {4}END\r\n$/);
});

test("seed 14: MOD SFP with MODTYPE=P1 sets one bit of P978 to 0", async () => {
  await setParameter(demo, "P978", 3);
  const report = await demo.mml("MOD SFP: ID=P978, MODTYPE=P1, BIT=0, BITVAL=0;");
  assert.match(report, /\r\nRETCODE = 0 {2}\S/);
  assert.match(await demo.mml("LST SFP: ID=P978;"), /\bBit 0 {2}= {2}0\r\n\s+Bit 1 {2}= {2}1\r\n/);
  await setParameter(demo, "P978", 0);
});

test("seed 152: mediaability 0 offers audio alone, 1 and 2 audio and video; the default is 0", async () => {
  for (const [body, expected] of [
    [{}, false],
    [{ mediaability: 0 }, false],
    [{ mediaability: 1 }, true],
    [{ mediaability: 2 }, true],
  ] as const) {
    const { audio, video: sent } = await offered(body);
    assert.deepEqual([audio, sent], [true, expected], JSON.stringify(body));
  }
});

test("seed 156: a video call that is answered with audio alone ends right after the answer", async () => {
  const called = await demo.party({ video: false });
  await agent.callOut({ called, mediaability: 1 });
  await agent.hears("PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", ...partyFails(155));
  assert.equal(await demo.calls("parties", called), 0);
});

test("seed 156: with mediaability 2 the same party is a call, with audio", async () => {
  const called = await demo.party({ video: false });
  await agent.callOut({ called, mediaability: 2 });
  const told = await agent.hears(...settingUp);
  assert.equal((told[4] as Told & { content: { mediaAbility: string } }).content.mediaAbility, "1");
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears(...released);
});

for (const [line, direction, meaning] of [
  [168, 1, "the user only receives: sendonly is offered"],
  [169, 2, "the user only sends: recvonly is offered"],
  [170, 3, "the user sends and receives: sendrecv is offered"],
  [171, 4, "no direction is set: no attribute is offered"],
] as const) {
  test(`seed ${line}: userVideoDirection ${direction}, ${meaning}`, async () => {
    const { video: sent, direction: found } = await offered(video(1, direction));
    assert.deepEqual([sent, found], [true, directions[direction]]);
    const phone = offerIn((await demo.invites("phones", agent.phone)).last);
    assert.deepEqual([phone.video, phone.direction], [true, opposite[direction]], "the agent's side, turned round");
  });
}

test("seed 168: with direction 1 video flows to the user, and none from him", async () => {
  const called = await demo.party();
  await agent.callOut({ called, ...video(1, 1) });
  await agent.hears(...settingUp);
  await until(async () => (await demo.heard("parties", called)).video.packetsIn > 10, "the user receives video");
  assert.equal((await demo.heard("phones", agent.phone)).video.packetsIn, 0);
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears(...released);
});

test("seed 169: with direction 2 video flows from the user, and none to him", async () => {
  const called = await demo.party();
  await agent.callOut({ called, ...video(1, 2) });
  await agent.hears(...settingUp);
  await until(async () => (await demo.heard("phones", agent.phone)).video.packetsIn > 10, "the agent receives video");
  assert.equal((await demo.heard("parties", called)).video.packetsIn, 0);
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears(...released);
});

test("seed 152: a phone that is off-hook with audio alone is offered video for a video call", async () => {
  const kept = await (await demo.agent()).begin({ releasephone: false });
  await kept.talk(await demo.party());
  await kept.ask("DELETE /voicecall/@/release");
  await kept.hears("Call_Release", "Ready");
  await kept.callOut({ called: await demo.party(), mediaability: 1 });
  const told = await kept.hears("Busy", "Customer_Alerting", "Talking");
  assert.equal((told[2] as Told & { content: { mediaAbility: string } }).content.mediaAbility, "3");
  const { count, last } = await demo.invites("phones", kept.phone);
  assert.deepEqual([count, offerIn(last).video], [1, true], "by a re-INVITE, not by another call");
});

test("seed 173: userVideoDirection is 4 by default", async () => {
  for (const body of [{}, { userVideoDirection: null }, { userVideoDirection: "" }]) {
    assert.equal((await offered({ mediaability: 1, ...body })).direction, directions[4]);
  }
});

test("seed 177: userVideoDirection counts with mediaability 1 alone", async () => {
  for (const mediaability of [0, 2]) {
    for (const userVideoDirection of [1, 2, 3, "nonsense"]) {
      assert.equal((await offered({ mediaability, userVideoDirection })).direction, "");
    }
  }
});

const cells = [0, 1, 2].flatMap((ability) => [1, 2, 3, 4].map((direction) => [ability, direction] as const));

test("seed 152: every mediaability with every userVideoDirection, P978 all 0", async () => {
  for (const [ability, direction] of cells) {
    const found = await offered(video(ability, direction));
    const expected = [true, ability > 0, ability === 1 ? directions[direction] : "", ""];
    assert.deepEqual([found.audio, found.video, found.direction, found.message], expected, `${ability} ${direction}`);
  }
});

test("decision 22: with a bit of P978 set directions 1 to 3 are ignored and message says so; 4 never is", () =>
  withP978Bit(async () => {
    for (const [ability, direction] of cells) {
      const found = await offered(video(ability, direction));
      const ignored = ability === 1 && direction !== 4;
      const note = ignored ? "userVideoDirection: ignored, a bit of soft parameter P978 is set" : "";
      const expected = [true, ability > 0, "", note];
      assert.deepEqual([found.audio, found.video, found.direction, found.message], expected, `${ability} ${direction}`);
    }
    const entry = await demo.gateway.logged(({ hint }) => hint !== undefined);
    assert.match(String(entry["hint"]), /^userVideoDirection: ignored/);
  }));

test("decision 12: mediaAbility is 3 with video and 1 with audio alone", async () => {
  assert.equal((await offered({ mediaability: 1 })).mediaAbility, "3");
  assert.equal((await offered({ mediaability: 2 })).mediaAbility, "3");
  assert.equal((await offered({ mediaability: 0 })).mediaAbility, "1");
});

test("decision 17: the customer answers a video call without video: ACK, then BYE, and detect 155", async () => {
  const called = await demo.party({ video: false });
  await agent.callOut({ called, mediaability: 1 });
  await agent.hears("PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", ...partyFails(155));
  const heard = await demo.heard("parties", called);
  assert.equal(heard.call, false, "the dialog was confirmed and then ended");
});

test("decision 17: the agent's own phone answers without video: detect 155, and the customer is never rung", async () => {
  const blind = await (await demo.agent()).begin();
  await demo.tell("phones", blind.phone, { video: false });
  const called = await demo.party();
  await blind.callOut({ called, mediaability: 1 });
  await blind.hears("PhoneAlerting", "detect 155", "Call_Out_Fail", "Connect_Fail", "PhoneRelease 3");
  assert.equal((await demo.invites("parties", called)).count, 0);
  assert.equal(await blind.state(), 4);
});
