// The client against a scripted HTTP peer: what it sends, and what it makes of replies, silence and breaks.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { after, test } from "node:test";
import { connect, GatewayFault, type Link } from "./connect.ts";
import { refusal as refused } from "./refusal.ts";

type Seen = { readonly method: string; readonly url: string; readonly guid: string; readonly body: string };
type Answer =
  | { readonly body: string; readonly guid?: string; readonly eventId?: string; readonly status?: number }
  | "hold"
  | "break";

const empty = '{"message":"","retcode":"0"}';
const signedIn = '{"message":"","retcode":"0","result":{"vdnid":1,"workno":"101","loginTime":"1471585949806"}}';
const event = (eventType: string) =>
  JSON.stringify({ message: "", retcode: "0", event: { eventType, workNo: "101", content: null } });
const refusal = (retcode: string) => JSON.stringify({ message: "no", retcode, result: "" });

/** Answers polls from `polls` in turn (then holds them), everything else by `answer`. */
async function peer(polls: Answer[], answer: (seen: Seen) => Answer = () => ({ body: empty })) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void take(request).then((one) => {
      seen.push(one);
      const poll = one.url.includes("/agentevent/");
      reply(response, poll ? (polls.shift() ?? "hold") : answer(one));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function take(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const guid = String(request.headers["guid"] ?? "");
  return { method: request.method ?? "", url: request.url ?? "", guid, body: Buffer.concat(chunks).toString() };
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === "hold") return;
  if (answer === "break") return void response.destroy();
  if (answer.guid !== undefined) response.setHeader("Set-GUID", `JSESSIONID=${answer.guid}`);
  if (answer.eventId !== undefined) response.setHeader("Event-Id", answer.eventId);
  response.statusCode = answer.status ?? 200;
  response.end(answer.body);
}

const noPause = () => Promise.resolve();
const login = (seen: Seen): Answer => ({ body: seen.url.endsWith("/101") ? signedIn : empty, guid: "first.Node" });

test("signs in, carries the newest Guid, delivers events in order and ends by the shutdown event", async () => {
  const gateway = await peer(
    [
      { body: event("AgentOther_InService") },
      { body: empty, guid: "second.Node" },
      { body: event("AgentState_Ready") },
      { body: event("AgentOther_ShutdownService") },
    ],
    login,
  );
  const agent = connect({ streams: [], url: `${gateway.url}/`, agent: "101", pause: noPause });
  const events = agent.events();
  const reply = await agent.signIn({ phonenum: "40001", status: 4 });
  assert.deepEqual(reply.ok && reply.result.loginTime, "1471585949806");
  const types: string[] = [];
  for await (const one of events) types.push(one.eventType);
  assert.deepEqual(types, ["AgentOther_InService", "AgentState_Ready", "AgentOther_ShutdownService"]);
  assert.equal((await agent.ended).name, "signed-out");
  const [first, ...polls] = gateway.seen;
  assert.equal(first?.url, "/agentgateway/resource/onlineagent/101");
  assert.deepEqual(JSON.parse(first?.body ?? ""), { password: "", phonenum: "40001", status: 4 });
  assert.deepEqual(
    polls.map((poll) => poll.guid),
    ["first.Node", "first.Node", "second.Node", "second.Node"],
  );
});

test("a refusal is a value; a reply without the envelope is a fault", async () => {
  const gateway = await peer([], (seen) =>
    seen.url.endsWith("/hold") ? { body: "<html>", status: 502 } : { body: refusal("200-017") },
  );
  const agent = connect({ streams: [], url: gateway.url, agent: "101" });
  assert.deepEqual(await agent.release(), refused("200-017", "no"));
  await assert.rejects(agent.hold(), (error) => error instanceof GatewayFault && error.fault === "malformed");
});

test("a result of another shape is a fault, not a call id", async () => {
  const gateway = await peer([], () => ({ body: '{"message":"","retcode":"0","result":7}' }));
  const agent = connect({ streams: [], url: gateway.url, agent: "101" });
  await assert.rejects(agent.callOut({ called: "40040" }), /result has an unknown shape/);
});

test("000-003 ends the session at the sixth in a row, 100-006 at once", async () => {
  const forbidden: Answer = { body: refusal("000-003") };
  const displaced = await peer([forbidden, { body: empty }, ...Array<Answer>(6).fill(forbidden)], login);
  const agent = connect({ streams: [], url: displaced.url, agent: "101", pause: noPause });
  await agent.signIn({ phonenum: "40001" });
  assert.deepEqual(await agent.ended, { name: "displaced", message: "no" });
  assert.equal(displaced.seen.length, 9);

  const gone = await peer([{ body: refusal("100-006") }], login);
  const other = connect({ streams: [], url: gone.url, agent: "101", pause: noPause });
  await other.signIn({ phonenum: "40001" });
  assert.equal((await other.ended).name, "signed-out");
});

test("a poll that is refused for a while is asked again, and the session goes on", async () => {
  const gateway = await peer(
    [{ body: refusal("100-007") }, { body: event("AgentState_Ready") }, { body: refusal("100-006") }],
    login,
  );
  const agent = connect({ streams: [], url: gateway.url, agent: "101", pause: noPause });
  const links: Link[] = [];
  const types: string[] = [];
  agent.onLink((link) => links.push(link));
  agent.onEvent(({ eventType }) => types.push(eventType));
  await agent.signIn({ phonenum: "40001" });
  assert.equal((await agent.ended).name, "signed-out");
  assert.deepEqual([types, links], [["AgentState_Ready"], ["lost", "restored"]]);
});

test("the place of a program that polls is the id of its last event", async () => {
  const gateway = await peer(
    [
      { body: event("AgentState_Ready"), eventId: "7-1" },
      { body: event("AgentState_Busy"), eventId: "7-2" },
      { body: refusal("100-006") },
    ],
    login,
  );
  const agent = connect({ streams: [], url: gateway.url, agent: "101", pause: noPause });
  const places: (string | null)[] = [agent.position()];
  agent.onEvent(() => places.push(agent.position()));
  await agent.signIn({ phonenum: "40001" });
  await agent.ended;
  assert.deepEqual(places, [null, "7-1", "7-2"]);
});

test("a broken connection is retried, and both edges are told", async () => {
  const gateway = await peer(["break", "break", { body: event("AgentState_Ready") }], login);
  const agent = connect({ streams: [], url: gateway.url, agent: "101", pause: noPause });
  const links: Link[] = [];
  agent.onLink((link) => links.push(link));
  const events = agent.events();
  await agent.signIn({ phonenum: "40001" });
  assert.equal((await events.next()).value?.eventType, "AgentState_Ready");
  agent.stop();
  assert.equal((await agent.ended).name, "stopped");
  // The restored edge follows the event of the same reply.
  assert.deepEqual(links, ["lost", "restored"]);
});

test("gives up when the gateway stays away, with waits that double up to five seconds", async () => {
  const gateway = await peer(Array<Answer>(40).fill("break"), login);
  const waits: number[] = [];
  const pause = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  const agent = connect({ streams: [], url: gateway.url, agent: "101", pause });
  await agent.signIn({ phonenum: "40001" });
  assert.equal((await agent.ended).name, "unreachable");
  assert.deepEqual(waits.slice(0, 6), [250, 500, 1000, 2000, 4000, 5000]);
  const total = waits.reduce((sum, ms) => sum + ms, 0);
  assert.ok(total > 100_000 && total < 150_000, `${total} ms`);
});

test("signing out ends a held poll at once", async () => {
  const gateway = await peer([], login);
  const agent = connect({ streams: [], url: gateway.url, agent: "101" });
  const events = agent.events();
  await agent.signIn({ phonenum: "40001" });
  assert.equal((await agent.signOut()).ok, true);
  assert.deepEqual(await events.next(), { value: undefined, done: true });
  assert.equal((await agent.ended).name, "stopped");
});

test("operations send the documented method, path and query", async () => {
  const gateway = await peer([], () => ({ body: '{"message":"","retcode":"0","result":"1-1"}' }));
  const agent = connect({ streams: [], url: gateway.url, agent: "101" });
  await agent.callOut({ called: "40040", mediaability: 1 });
  await agent.secondDial("1#*");
  await agent.resetSkill([25, 26]);
  await agent.getHold("1455885056-1095");
  await agent.rest(60, 2, true);
  await agent.dropCall("../callout");
  assert.deepEqual(
    gateway.seen.map((one) => `${one.method} ${one.url.replace("/agentgateway/resource", "")}`),
    [
      "PUT /voicecall/101/callout",
      "POST /voicecall/101/seconddialex?number=1%23*",
      "POST /onlineagent/101/resetskill/false?skillid=25%3B26",
      "POST /voicecall/101/gethold?callid=1455885056-1095",
      "POST /onlineagent/101/rest/60/2?prolong=true",
      "POST /voicecall/101/dropcall/..%2Fcallout",
    ],
  );
});

test("a page reload goes on with the kept Guid", async () => {
  const gateway = await peer([{ body: event("AgentState_Ready") }], () => ({
    body: '{"message":"success","retcode":"0","result":{"guid":"kept.Node"}}',
  }));
  const agent = connect({ streams: [], url: gateway.url, agent: "101" });
  const events = agent.events();
  assert.equal((await agent.resume("old.Node")).ok, true);
  assert.equal((await events.next()).value?.eventType, "AgentState_Ready");
  assert.deepEqual(
    gateway.seen.slice(0, 2).map((one) => one.guid),
    ["old.Node", "kept.Node"],
  );
  agent.stop();
});

test("nobody there, and silence, are faults that say which", async () => {
  const closed = createTcpServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const port = (closed.address() as AddressInfo).port;
  closed.close();
  await once(closed, "close");
  const nobody = connect({ streams: [], url: `http://127.0.0.1:${port}`, agent: "101" });
  await assert.rejects(nobody.signIn({ phonenum: "40001" }), /cannot reach the gateway: .*ECONNREFUSED/);

  const gateway = await peer([], () => "hold");
  const silent = connect({ streams: [], url: gateway.url, agent: "101", timeoutMs: 50 });
  await assert.rejects(silent.release(), (error) => error instanceof GatewayFault && error.fault === "timeout");
});
