// wire.md 9-15: the session in headers, cookies and trusted hosts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { Agent, emptyPoll, envelope, type Reply, root, short, stranger, type Told, until } from "./agent.ts";
import { header, send } from "./raw-http.ts";
import { bareSite, quick } from "./sites.ts";
import { together } from "./town.ts";

/** Every day's settings; static Guids; server mode. */
let dynamic: StartedGateway;
let fixed: StartedGateway;
let trusting: StartedGateway;

before(async () => {
  const start = (settings: Readonly<Record<string, string>>) =>
    startGateway({ site: bareSite, settings: { ...quick, ...settings } });
  [dynamic, fixed, trusting] = await together(
    start({ GUIDINTERVAL: "1000" }),
    start({ AUTHMODE: "1", GUIDINTERVAL: "1000" }),
    start({ SEATWAY_TRUSTED_HOSTS: "127.0.0.1", GET_EVENT_MODE: "2" }),
  );
});
after(() => Promise.all([dynamic?.stop(), fixed?.stop(), trusting?.stop()]));

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

test("wire 9: sign-in and forced sign-in carry Set-GUID, spelled so, JSESSIONID=<guid>, one = and no attributes", async () => {
  const agent = new Agent(dynamic, "101", "40001");
  const body = { password: "", phonenum: "40001" };
  for (const path of ["/onlineagent/@", "/onlineagent/@/forcelogin"]) {
    const reply = await agent.ask(`PUT ${path}`, body);
    assert.equal(reply.code, "0", reply.body);
    const value = header(reply, "Set-GUID") ?? "";
    assert.match(value, new RegExp(`^JSESSIONID=${uuid}\\.AgentGateway1$`));
    assert.equal(value.split("=").length, 2);
    assert.doesNotMatch(value, /[;:]/);
    assert.match(reply.head, /^HTTP\/1\.1 200 /);
  }
});

test("wire 10: the same replies carry Guid: <guid>", async () => {
  const reply = await new Agent(dynamic, "101", "40001").signIn();
  assert.equal(header(reply, "Guid"), header(reply, "Set-GUID")?.replace("JSESSIONID=", ""));
});

test("wire 11: the Guid is taken from guid or Guid in any letter case, and from a JSESSIONID cookie", async () => {
  const agent = await new Agent(dynamic, "102", "40002").begin();
  const ask = (...headers: string[]) => agent.ask("GET /onlineagent/@/agentstatus", undefined, headers);
  for (const name of ["guid", "Guid", "GUID", "gUiD"]) {
    assert.equal((await ask(`${name}: ${agent.guid}`)).code, "0", name);
  }
  for (const cookie of [`JSESSIONID=${agent.guid}`, `theme=dark; JSESSIONID=${agent.guid}; lang=en`]) {
    assert.equal((await ask(`Cookie: ${cookie}`)).code, "0", cookie);
  }
  for (const cookie of [`XJSESSIONID=${agent.guid}`, "JSESSIONID=other"]) {
    assert.equal((await ask(`Cookie: ${cookie}`)).body, stranger, cookie);
  }
});

test("wire 12: a forced sign-in of an agent who is not signed in succeeds", async () => {
  const agent = new Agent(dynamic, "103", "40003");
  assert.equal((await agent.signIn()).code, "0");
  assert.equal(await agent.state(), 4);
});

test("wire 13: AUTHMODE=1, nothing is ever renewed", async () => {
  const agent = await new Agent(fixed, "101", "40001").begin();
  const { guid } = agent;
  const begun = performance.now();
  await until(async () => {
    const replies = [await agent.poll(), await agent.ask("POST /onlineagent/@/handshake")];
    for (const reply of replies) assert.equal(header(reply, "Set-GUID"), undefined);
    return performance.now() - begun > 1200;
  }, "more than GUIDINTERVAL");
  assert.deepEqual((await agent.ask("PUT /onlineagent/@/updateGuid")).result, { guid });
});

test("wire 13: AUTHMODE=2, a client that never takes up a renewed Guid stays signed in while he polls with the old one", async () => {
  const agent = await new Agent(dynamic, "104", "40004").begin();
  const { guid } = agent;
  let renewed = 0;
  await until(async () => {
    const reply = await agent.ask("GET /agentevent/@", undefined, [`Guid: ${guid}`]);
    assert.equal(reply.body, emptyPoll);
    if (header(reply, "Set-GUID")) renewed++;
    return renewed === 3;
  }, "a renewed Guid, three times");
  const status = await agent.ask("GET /onlineagent/@/agentstatus", undefined, [`Guid: ${guid}`]);
  assert.equal(status.code, "0");
  assert.equal(header(status, "Set-GUID"), undefined, "only polls and handshakes renew");
});

test("wire 14: no cookie is set and none is needed", async () => {
  const agent = new Agent(dynamic, "105", "40005");
  const replies: Reply[] = [await agent.signIn(), await agent.poll(), await agent.ask("POST /onlineagent/@/handshake")];
  for (const { head } of replies) assert.doesNotMatch(head, /set-cookie/i);
});

type Many = { readonly retcode: string; readonly event?: readonly Told[] };

async function pollAll(from: string): Promise<{ body: string; many: Many }> {
  const to = { port: trusting.ports.http, from };
  const { body } = await send(to, `GET ${root}/agentevent/allagentevent`, []);
  return { body, many: JSON.parse(body) as Many };
}

test("wire 15: a trusted host acts without a Guid and polls for every agent it signed in", async () => {
  const [one, two] = [new Agent(trusting, "101", "40001"), new Agent(trusting, "102", "40002")];
  for (const agent of [one, two]) {
    await agent.signIn();
    const reply = await agent.ask("POST /onlineagent/@/saybusy", undefined, []);
    assert.equal(reply.code, "0", reply.body);
  }
  const told: Told[] = [];
  await until(async () => {
    const { body, many } = await pollAll("127.0.0.1");
    assert.match(body, /^\{"message":"","retcode":"0"(,"event":\[.*\])?\}$/);
    told.push(...(many.event ?? []));
    return told.length >= 6;
  }, "six events");
  for (const id of ["101", "102"]) {
    const own = told.filter(({ workNo }) => workNo === id).map(short);
    assert.deepEqual(own, ["InService", "Ready", "SetNotReady_Success"]);
  }
  assert.equal((await pollAll("127.0.0.1")).body, emptyPoll);
});

test("wire 15: another host is not trusted, and in the usual mode this poll is 000-001 or no right", async () => {
  const other = await pollAll("127.0.0.2");
  assert.equal(other.body, stranger);
  const single = new Agent(trusting, "104", "40004");
  await single.signIn();
  const refused = await single.poll();
  assert.equal(refused.code, "000-001", refused.body);
  single.from = "127.0.0.2";
  assert.equal((await single.ask("POST /onlineagent/@/saybusy", undefined, [])).body, stranger);
  const off = await send({ port: dynamic.ports.http }, `GET ${root}/agentevent/allagentevent`, []);
  assert.equal(envelope(off).retcode, "000-003", "off by default");
});

test("all of this went through the journal, whichever store it lies in", async () => {
  for (const { url } of [dynamic, fixed, trusting]) {
    const page = await (await fetch(`${url}/metrics`)).text();
    const images = Number(/^seatway_journal_images_total (\d+)$/m.exec(page)?.[1]);
    assert.ok(images >= 5, `${images} images`);
    assert.match(page, /^seatway_journal_away 0$/m);
  }
});
