// decisions.md 1-7: Guids, displaced sessions, sign-in refusals, polls. Sessions need no phones.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hashPassword } from "../../src/base/password.ts";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { Agent, displaced, emptyPoll, envelope, root, short, stranger, until } from "./agent.ts";
import { dial, header, readReply, requestBytes, send } from "./raw-http.ts";
import { bareSite, guardedSite, quick } from "./sites.ts";
import { together } from "./town.ts";

const password = "open sesame";
/** Dynamic Guids renewed after a second; Guids that die young; static ones, with event times. */
let usual: StartedGateway;
let shortLived: StartedGateway;
let fixed: StartedGateway;

before(async () => {
  const site = guardedSite(await hashPassword(password));
  const start = (settings: Readonly<Record<string, string>>) =>
    startGateway({ site, settings: { ...quick, ...settings } });
  [usual, shortLived, fixed] = await together(
    start({ GUIDINTERVAL: "1000" }),
    start({ GUIDINTERVAL: "500", GUIDTIMEOUT: "1000" }),
    start({ AUTHMODE: "1", GUIDINTERVAL: "500", GUIDTIMEOUT: "1000", SEATWAY_EVENT_GEN_TIME: "ON" }),
  );
});
after(() => Promise.all([usual?.stop(), shortLived?.stop(), fixed?.stop()]));

const handshake = (agent: Agent, guid = agent.guid) =>
  agent.ask("POST /onlineagent/@/handshake", undefined, [`Guid: ${guid}`]);
const status = (agent: Agent, guid = agent.guid) =>
  agent.ask("GET /onlineagent/@/agentstatus", undefined, [`Guid: ${guid}`]);

test("decision 1: AUTHMODE=2, a due Guid comes with polls and handshakes until the client has used it; the old one stays valid", async () => {
  const agent = await new Agent(usual, "102", "40002").begin();
  const first = agent.guid;
  await until(async () => header(await handshake(agent, first), "Set-GUID") !== undefined, "a new Guid");
  const second = agent.guid;
  assert.notEqual(second, first);
  for (const renewal of [
    await handshake(agent, first),
    await agent.ask("GET /agentevent/@", undefined, [`Guid: ${first}`]),
  ]) {
    assert.equal(header(renewal, "Set-GUID"), `JSESSIONID=${second}`, "told again until it is used");
    assert.equal(header(renewal, "Guid"), second);
  }
  assert.equal(header(await handshake(agent, second), "Set-GUID"), undefined, "used, and not due yet");
  assert.equal((await status(agent, first)).code, "0");
});

test("decision 1: AUTHMODE=2, a Guid dies GUIDTIMEOUT after its last poll, handshake or heartbeat", async () => {
  const agent = await new Agent(shortLived, "102", "40002").begin();
  const { guid } = agent;
  const begun = performance.now();
  for (const line of ["GET /agentevent/@", "POST /onlineagent/@/handshake", "PUT /onlineagent/@/heartbeat"]) {
    await until(async () => {
      assert.equal((await agent.ask(line, undefined, [`Guid: ${guid}`])).code, "0", line);
      return performance.now() - begun > 1200;
    }, "longer than GUIDTIMEOUT");
  }
  const last = performance.now();
  await until(async () => (await status(agent, guid)).body === stranger, "the end of a Guid that nobody polls with");
  assert.ok(performance.now() - last > 700, "not before its time, and agentstatus did not keep it alive");
});

test("decision 1: AUTHMODE=1, the one Guid outlives GUIDTIMEOUT and ends with its session", async () => {
  const agent = await new Agent(fixed, "102", "40002").begin();
  const begun = performance.now();
  await until(async () => {
    assert.equal((await status(agent)).code, "0");
    return performance.now() - begun > 1300;
  }, "longer than GUIDTIMEOUT");
  await agent.ask("DELETE /onlineagent/@/logout");
  assert.equal((await status(agent)).code, "100-006");
});

test("decision 1: all Guids of a session die with it", async () => {
  const agent = await new Agent(usual, "103", "40003").begin();
  const first = agent.guid;
  await until(async () => header(await handshake(agent, first), "Set-GUID") !== undefined, "a new Guid");
  const second = agent.guid;
  await agent.begin();
  for (const old of [first, second]) assert.match((await status(agent, old)).body, displaced("103"));
  assert.equal((await status(agent)).code, "0");
});

test("decision 2: no session is 100-006; a wrong Guid, an old one or another agent's is 000-003 with an empty result", async () => {
  const agent = await new Agent(usual, "104", "40004").begin();
  const other = await new Agent(usual, "105", "40005").begin();
  assert.equal((await status(new Agent(usual, "106", "40006"))).code, "100-006");
  for (const guid of ["wrong", "", other.guid]) assert.equal((await status(agent, guid)).body, stranger);
  assert.equal((await agent.ask("GET /onlineagent/@/agentstatus", undefined, [])).body, stranger);
});

test("decision 3: forcelogin ends the old session; its waiting poll returns 000-003 with who, from where and when", async () => {
  const agent = await new Agent(usual, "107", "40007").begin();
  const line = `GET ${root}/agentevent/107`;
  const socket = await dial({ port: usual.ports.http });
  socket.write(requestBytes(line, [`Guid: ${agent.guid}`]));
  const waiting = readReply(socket);
  // The poll must be held before it can be displaced: a second agent's reply on a later connection says it was read.
  await status(agent);
  const again = new Agent(usual, "107", "40007");
  assert.equal((await again.signIn()).code, "0");
  const { retcode, message } = envelope(await waiting);
  assert.equal(retcode, "000-003");
  assert.match(message, /^agent 107 signed in again from 127\.0\.0\.1 at \d{4}-\d\d-\d\dT[\d:.]+Z \(reason 259\)$/);
  await usual.logged(({ agent: who, reason }) => who === "107" && reason === 259);
  await again.hears("InService", "Ready");
});

test("decision 4: updateGuid needs a Guid that is still valid, in the header or the cookie", async () => {
  const agent = await new Agent(usual, "108", "40008").begin();
  const ask = (...headers: string[]) => agent.ask("PUT /onlineagent/@/updateGuid", undefined, headers);
  for (const where of [`Guid: ${agent.guid}`, `Cookie: JSESSIONID=${agent.guid}`]) {
    assert.equal((await ask(where)).body, `{"message":"success","retcode":"0","result":{"guid":"${agent.guid}"}}`);
  }
  for (const headers of [[], ["Guid: wrong"], ["Cookie: JSESSIONID=wrong"]]) {
    assert.equal((await ask(...headers)).body, stranger);
  }
});

test("decision 4: allagentevent serves trusted hosts only; nobody is one by default", async () => {
  const agent = await new Agent(usual, "108", "40008").begin();
  const line = `GET ${root}/agentevent/allagentevent`;
  const reply = await send({ port: usual.ports.http }, line, [`Guid: ${agent.guid}`]);
  assert.equal(envelope(reply).retcode, "000-003");
});

test("decision 5: an unknown agent and a wrong password alike are 100-004, byte for byte", async () => {
  const wrong = await new Agent(usual, "101", "40001").signIn({ password: "wrong" });
  const unknown = await new Agent(usual, "555", "40001").signIn({ password: "wrong" });
  assert.equal(wrong.code, "100-004");
  assert.equal(unknown.body, wrong.body);
  assert.equal((await new Agent(usual, "101", "40001").signIn({ password })).code, "0");
});

test("decision 5: too many wrong passwords lock: 110-016, the right one too", async () => {
  const guesser = new Agent(fixed, "101", "40001");
  const codes: string[] = [];
  for (let guess = 0; guess < 6; guess++) codes.push((await guesser.signIn({ password: "wrong" })).code);
  assert.equal(codes.at(0), "100-004");
  assert.equal(codes.at(-1), "110-016");
  assert.equal((await guesser.signIn({ password })).code, "110-016");
});

test("decision 5: an unknown phone is 100-014, another agent's 100-013; an unregistered one may sign in", async () => {
  assert.equal((await new Agent(usual, "109", "49999").signIn()).code, "100-014");
  assert.equal((await new Agent(usual, "109", "40009").signIn()).code, "0", "nothing is registered at this gateway");
  assert.equal((await new Agent(usual, "110", "40009").signIn()).code, "100-013");
});

test("decision 6: the events of a sign-in come at sign-in, none at resetskill, and carry no eventGenTime", async () => {
  const agent = new Agent(usual, "111", "40011");
  await agent.signIn();
  const reply = await agent.poll();
  const event = '{"eventType":"AgentOther_InService","workNo":"111","content":null}';
  assert.equal(reply.body, `{"message":"","retcode":"0","event":${event}}`);
  await agent.hears("Ready");
  assert.equal((await agent.ask("POST /onlineagent/@/resetskill/true")).code, "0");
  await agent.hearsNothing();
});

test("decision 6: with the setting, eventGenTime stands behind eventType, in ms", async () => {
  const agent = new Agent(fixed, "103", "40003");
  await agent.signIn();
  const told =
    /"event":\{"eventType":"AgentOther_InService","eventGenTime":(\d{13}),"workNo":"103","content":null\}\}$/;
  const [, at = ""] = told.exec((await agent.poll()).body) ?? [];
  assert.ok(Math.abs(Date.now() - Number(at)) < 10_000, at);
});

test("decision 7: two polls at once, the newer waits and the older returns the empty reply", async () => {
  const agent = await new Agent(usual, "112", "40012").begin();
  const line = `GET ${root}/agentevent/112`;
  const order: string[] = [];
  const polls: Promise<unknown>[] = [];
  for (const name of ["older", "newer"]) {
    const socket = await dial({ port: usual.ports.http });
    socket.write(requestBytes(line, [`Guid: ${agent.guid}`]));
    polls.push(readReply(socket).then(({ body }) => order.push(`${name} ${body === emptyPoll ? "empty" : body}`)));
    await status(agent);
  }
  await polls[0];
  assert.deepEqual(order, ["older empty"]);
  await agent.ask("POST /onlineagent/@/work");
  await polls[1];
  assert.match(order[1] ?? "", /^newer .*AgentState_SetWork_Success/);
});

test("decision 7: an event whose reply could not be written comes with the next poll, first and once", async () => {
  const agent = await new Agent(usual, "112", "40012").begin();
  const socket = await dial({ port: usual.ports.http });
  socket.write(requestBytes(`GET ${root}/agentevent/112`, [`Guid: ${agent.guid}`]));
  await status(agent);
  socket.destroy();
  await agent.ask("POST /onlineagent/@/saybusy?reason=200");
  await agent.ask("POST /onlineagent/@/cancelbusy");
  const told = await agent.events(2);
  assert.deepEqual(told.map(short), ["SetNotReady_Success", "CancelNotReady_Success"]);
  await agent.hearsNothing();
});

test("decision 7: a client that dies with its poll unread loses no event", async () => {
  const agent = await new Agent(usual, "112", "40012").begin();
  for (let round = 0; round < 5; round++) {
    const socket = await dial({ port: usual.ports.http });
    socket.write(requestBytes(`GET ${root}/agentevent/112`, [`Guid: ${agent.guid}`]));
    await status(agent);
    // The reset is on its way while the event is made: whichever wins, the event is there afterwards or was read.
    const change = agent.ask(round % 2 === 0 ? "POST /onlineagent/@/saybusy" : "POST /onlineagent/@/cancelbusy");
    socket.resetAndDestroy();
    await change;
  }
  const told = (await agent.events(1)).map(short);
  assert.ok(["SetNotReady_Success", "CancelNotReady_Success"].includes(told[0] ?? ""));
});

test("decision 1: a silent agent is signed out after SEATWAY_POLL_TIMEOUT_MS; polls keep him", async (t) => {
  const settings = { ...quick, SEATWAY_POLL_TIMEOUT_MS: "1000" };
  const gateway = await startGateway({ site: bareSite, settings });
  t.after(() => gateway.stop());
  const silent = await new Agent(gateway, "101", "40001").begin();
  const polling = await new Agent(gateway, "102", "40002").begin();
  await until(async () => {
    assert.equal((await polling.poll()).code, "0");
    return (await status(silent)).code === "100-006";
  }, "the silent agent is out");
  assert.equal((await new Agent(gateway, "103", "40001").signIn()).code, "0", "his phone is free");
});
