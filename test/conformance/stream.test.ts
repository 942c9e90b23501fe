// The stream of events over real sockets: server-sent events and WebSocket, resumed without a gap, beside the poll (docs/events.md).

import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import type { StreamItem } from "../../src/contract/event-stream.ts";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { within } from "../support/until.ts";
import { Agent, until } from "./agent.ts";
import { header, send } from "./raw-http.ts";
import { bareSite, quick } from "./sites.ts";

let gateway: StartedGateway;
const site = bareSite.replace("id: 112, name: Agent 112,", "id: 112, name: Agent 112, rights: [supervisor],");

before(async () => {
  gateway = await startGateway({ site, settings: { ...quick, GUIDINTERVAL: "1000", SEATWAY_EVENTS_KEPT: "50" } });
});
after(() => gateway?.stop());

type Reader = {
  readonly items: StreamItem[];
  /** The next item that has not been looked at yet. */
  next(): Promise<StreamItem>;
  close(): void;
};

/** Items in the order of their coming, whoever brings them. */
function inbox(close: () => void): Reader & { push(item: StreamItem): void } {
  const items: StreamItem[] = [];
  let looked = 0;
  let wake = Promise.withResolvers<void>();
  return {
    items,
    push(item) {
      items.push(item);
      wake.resolve();
      wake = Promise.withResolvers<void>();
    },
    next: () =>
      within(
        () => `an item after ${JSON.stringify(items.at(-1))}`,
        (async () => {
          while (items.length <= looked) await wake.promise;
          return items[looked++] as StreamItem;
        })(),
      ),
    close,
  };
}

const address = (id: string, query = ""): string => `${gateway.url}/seatway/v1/agents/${id}/events${query}`;

async function sse(url: string, headers: Record<string, string>): Promise<Reader> {
  const request = get(url, { agent: false, headers });
  request.on("error", () => {});
  const [response] = (await once(request, "response")) as [IncomingMessage];
  assert.equal(response.statusCode, 200, url);
  assert.equal(response.headers["content-type"], "text/event-stream");
  const reader = inbox(() => request.destroy());
  let text = "";
  response.setEncoding("utf8").on("data", (chunk: string) => {
    const blocks = (text + chunk).split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data === undefined) continue;
      const item = JSON.parse(data) as StreamItem;
      assert.equal(/^event: (.*)$/m.exec(block)?.[1], item.type);
      if ("id" in item) assert.equal(/^id: (.*)$/m.exec(block)?.[1], item.id);
      reader.push(item);
    }
  });
  response.on("error", () => {});
  return reader;
}

async function socket(url: string, headers: Record<string, string>, hello?: object) {
  const opened = new WebSocket(url.replace("http:", "ws:"), { headers });
  const reader = inbox(() => opened.terminate());
  opened.on("message", (data) => reader.push(JSON.parse(String(data)) as StreamItem));
  opened.on("error", () => {});
  const closed = once(opened, "close") as Promise<[number, Buffer]>;
  await once(opened, "open");
  if (hello) opened.send(JSON.stringify(hello));
  return { ...reader, closed, opened };
}

const shown = (item: StreamItem): string => (item.type === "event" ? item.event.eventType : item.type);
const signIn = ["AgentOther_InService", "AgentState_Ready"];
const work = (agent: Agent) => agent.ask("POST /onlineagent/@/work");
const cancelWork = (agent: Agent) => agent.ask("POST /onlineagent/@/cancelwork");

async function take(reader: Reader, count: number): Promise<StreamItem[]> {
  const items: StreamItem[] = [];
  while (items.length < count) {
    const item = await reader.next();
    if (item.type !== "guid") items.push(item);
  }
  return items;
}

for (const [name, connect] of [
  ["server-sent events", sse],
  ["WebSocket", socket],
] as const) {
  test(`${name}: from the sign-in on, live, and on from the last id after a lost connection`, async () => {
    const agent = new Agent(gateway, "101", "40001");
    await agent.signIn();
    const first = await connect(address("101", "?since=0"), { Guid: agent.guid });
    assert.deepEqual((await take(first, 2)).map(shown), signIn);
    const asked = await work(agent);
    const [item] = await take(first, 1);
    assert.ok(item?.type === "event");
    assert.equal(item.event.eventType, "AgentState_SetWork_Success");
    assert.equal(item.trace, header(asked, "Trace-Id"), "an event carries the trace of the request that caused it");
    first.close();
    await cancelWork(agent);
    await work(agent);
    const again = await connect(address("101", `?since=${item.id}`), { Guid: agent.guid });
    assert.deepEqual((await take(again, 2)).map(shown), [
      "AgentState_CancelWork_Success",
      "AgentState_SetWork_Success",
    ]);
    // The poll has its own place: nothing was taken from it.
    assert.deepEqual((await agent.events(5)).map(({ eventType }) => eventType).slice(0, 2), signIn);
    again.close();
  });
}

test("Last-Event-ID of a browser that comes again ranks over the query of its first request", async () => {
  const agent = await new Agent(gateway, "102", "40002").begin();
  const first = await sse(address("102", "?since=0"), { Guid: agent.guid });
  const [, last] = await take(first, 2);
  first.close();
  await work(agent);
  const id = last?.type === "event" ? last.id : "";
  const again = await sse(address("102", "?since=0"), { Guid: agent.guid, "Last-Event-ID": id });
  assert.deepEqual((await take(again, 1)).map(shown), ["AgentState_SetWork_Success"]);
  again.close();
});

test("what is gone is a gap with a snapshot; without since a snapshot comes first", async () => {
  const agent = await new Agent(gateway, "103", "40003").begin();
  for (let round = 0; round < 30; round++) {
    await work(agent);
    await cancelWork(agent);
  }
  await work(agent);
  const late = await sse(address("103", "?since=0"), { Guid: agent.guid });
  const [gap] = await take(late, 1);
  assert.ok(gap?.type === "gap");
  assert.deepEqual([gap.missed, gap.snapshot.agentState, gap.snapshot.phone], [63, 5, "40003"]);
  const fresh = await sse(address("103"), { Guid: agent.guid });
  const [snapshot] = await take(fresh, 1);
  assert.deepEqual(snapshot, { type: "snapshot", id: gap.id, snapshot: gap.snapshot });
  await cancelWork(agent);
  for (const reader of [late, fresh]) {
    assert.deepEqual((await take(reader, 1)).map(shown), ["AgentState_CancelWork_Success"]);
    reader.close();
  }
});

test("a browser says who it is in its first message; whoever does not is sent away", async () => {
  const agent = await new Agent(gateway, "104", "40004").begin();
  const reader = await socket(address("104"), {}, { guid: agent.guid, since: "0" });
  assert.deepEqual((await take(reader, 2)).map(shown), signIn);
  reader.close();
  const liar = await socket(address("104"), {}, { guid: "no" });
  assert.deepEqual((await liar.closed)[0], 4401);
  const babbler = await socket(address("104"), {}, ["no hello"]);
  assert.equal((await babbler.closed)[0], 1008);
});

test("a Guid opens its own agent's stream; a supervisor's opens those of others; nobody else", async () => {
  const agent = await new Agent(gateway, "105", "40005").begin();
  const other = await new Agent(gateway, "106", "40006").begin();
  const supervisor = await new Agent(gateway, "112", "40012").begin();
  const ask = (id: string, guid: string, query = "") =>
    send({ port: gateway.ports.http }, `GET /seatway/v1/agents/${id}/events${query}`, [`Guid: ${guid}`]);
  const refused = await ask("105", other.guid);
  assert.equal(refused.status, 401);
  assert.match(refused.body, /"retcode":"000-003"/);
  assert.equal((await ask("105", other.guid, "?reader=106")).status, 403);
  assert.equal((await ask("105", other.guid, "?reader=112")).status, 401);
  assert.equal((await ask("105", agent.guid, "?since=x")).status, 400);
  assert.equal((await ask("999999", agent.guid)).status, 400);
  assert.equal((await ask("111", agent.guid)).status, 401, "not signed in");
  const watching = await sse(address("105", "?reader=112&since=0"), { Guid: supervisor.guid });
  assert.deepEqual((await take(watching, 2)).map(shown), signIn);
  watching.close();
});

test("pages of other origins get no socket", async () => {
  const agent = await new Agent(gateway, "107", "40007").begin();
  const page = new WebSocket(address("107").replace("http:", "ws:"), {
    origin: "https://evil.example",
    headers: { Guid: agent.guid },
  });
  const [error] = (await once(page, "error")) as [Error];
  assert.match(error.message, /403/);
});

test("displaced, forced out, signed out: the last item says who, from where and when, and so does the Guid's next use", async () => {
  const agent = await new Agent(gateway, "108", "40008").begin();
  const displaced = await sse(address("108"), { Guid: agent.guid });
  const tab = await socket(address("108"), { Guid: agent.guid });
  const old = agent.guid;
  const successor = new Agent(gateway, "108", "40008");
  successor.from = "127.0.0.2";
  await successor.signIn();
  for (const reader of [displaced, tab]) {
    const items = await take(reader, 2);
    assert.deepEqual(items.map(shown), ["snapshot", "end"]);
    const last = items[1];
    assert.ok(last?.type === "end");
    assert.equal(last.reason, 259);
    assert.match(
      last.message,
      /^agent 108 signed in again from 127\.0\.0\.2 at \d{4}-\d\d-\d\dT[\d:.]+Z \(reason 259\)$/,
    );
  }
  assert.equal((await tab.closed)[0], 1000);
  const late = await agent.ask("GET /agentevent/@", undefined, [`Guid: ${old}`]);
  assert.equal(late.code, "000-003");
  assert.match(late.message, /signed in again from 127\.0\.0\.2/);

  const reader = await sse(address("108"), { Guid: successor.guid });
  await successor.events(2);
  const waiting = successor.poll();
  await successor.ask("GET /onlineagent/@/agentstatus");
  await successor.ask("DELETE /onlineagent/@/forcelogout");
  const [, event, end] = await take(reader, 3);
  assert.equal(event && shown(event), "AgentOther_ShutdownService");
  assert.ok(end?.type === "end");
  assert.match(end.message, /^agent 108 was signed out by himself from 127\.0\.0\.2 at /);
  assert.match(
    (await waiting).body,
    /"message":"agent 108 was signed out by himself.*"AgentOther_ShutdownService"|100-006/,
  );
  const gone = await successor.ask("GET /agentevent/@");
  assert.equal(gone.code, "100-006");
  assert.match(gone.message, /was signed out by himself/);
  const stranger = await successor.ask("GET /agentevent/@", undefined, ["Guid: x"]);
  assert.equal(stranger.message, "the agent is not signed in");
});

test("a stream keeps the session alive and brings the new Guid", async (t) => {
  const settings = { ...quick, GUIDINTERVAL: "500", GUIDTIMEOUT: "1000", SEATWAY_POLL_TIMEOUT_MS: "1000" };
  const short = await startGateway({ site: bareSite, settings });
  t.after(() => short.stop());
  const agent = await new Agent(short, "101", "40001").begin();
  const stay = await sse(`${short.url}/seatway/v1/agents/101/events`, { Guid: agent.guid });
  const silent = await new Agent(short, "102", "40002").begin();
  const ended = await sse(`${short.url}/seatway/v1/agents/102/events?since=0`, { Guid: silent.guid });
  ended.close();
  let last: StreamItem | undefined;
  while (last?.type !== "guid") last = await stay.next();
  assert.equal((await agent.ask("GET /onlineagent/@/agentstatus", undefined, [`Guid: ${last.guid}`])).code, "0");
  const status = () => silent.ask("GET /onlineagent/@/agentstatus");
  await until(async () => (await status()).code === "100-006", "the silent agent is out");
  const lost = await status();
  assert.equal(lost.code, "100-006");
  assert.match(lost.message, /^agent 102 was signed out \(no poll, handshake or heartbeat for 1000 ms, last from 127/);
  stay.close();
});

test("who reads server-sent events no more is gone, though his connection stands; who comes again is not", async (t) => {
  const settings = { ...quick, GUIDINTERVAL: "3000", GUIDTIMEOUT: "6000", SEATWAY_POLL_TIMEOUT_MS: "3000" };
  const own = await startGateway({ site, settings });
  t.after(() => own.stop());
  const [frozen, alive] = [new Agent(own, "101", "40001"), new Agent(own, "102", "40002")];
  await Promise.all([frozen.signIn(), alive.signIn()]);
  const streamOf = ({ id }: Agent, since: string): string => `${own.url}/seatway/v1/agents/${id}/events?since=${since}`;
  const request = get(streamOf(frozen, "0"), { agent: false, headers: { Guid: frozen.guid } });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.pause();
  t.after(() => request.destroy());

  const had: string[] = [];
  let last = "0";
  const status = () => frozen.ask("GET /onlineagent/@/agentstatus");
  for (let lives = 0; lives < 2 || (await status()).code === "0"; lives++) {
    const reader = await sse(streamOf(alive, last), { Guid: alive.guid });
    for (let item = await reader.next(); item.type !== "again"; item = await reader.next()) {
      if (item.type === "guid") alive.guid = item.guid;
      else had.push(shown(item));
      if ("id" in item) last = item.id;
    }
    reader.close();
  }
  assert.match((await status()).message, /no poll, handshake or heartbeat for 3000 ms/);
  assert.deepEqual(had, signIn, "each event once");
  assert.equal((await alive.ask("GET /onlineagent/@/agentstatus")).code, "0");
});

test("a WebSocket whose peer answers no ping is gone, and with it the sign of life", async (t) => {
  const own = await startGateway({ site, settings: { ...quick, GUIDINTERVAL: "1000", GUIDTIMEOUT: "1500" } });
  t.after(() => own.stop());
  const agent = await new Agent(own, "101", "40001").begin();
  const dead = new WebSocket(`${own.url.replace("http:", "ws:")}/seatway/v1/agents/101/events`, {
    headers: { Guid: agent.guid },
    autoPong: false,
  });
  const [code] = await within(() => "the end of a dead connection", once(dead, "close"));
  assert.equal(code, 1006, "cut, since nobody is there to be told");
});

test("with any origin allowed, a foreign page's WebSocket has no cookie: it has to know the Guid", async (t) => {
  const own = await startGateway({ site, settings: { ...quick, SEATWAY_CORS_ORIGINS: "*" } });
  t.after(() => own.stop());
  const agent = await new Agent(own, "101", "40001").begin();
  const url = `${own.url.replace("http:", "ws:")}/seatway/v1/agents/101/events`;
  const evil = new WebSocket(url, { origin: "https://evil.example", headers: { Cookie: `JSESSIONID=${agent.guid}` } });
  const got: string[] = [];
  evil.on("message", (data) => got.push(String(data)));
  await once(evil, "open");
  evil.send('{"guid":"wrong"}');
  const [code] = await within(() => "the refusal", once(evil, "close"));
  assert.deepEqual([code, got], [4401, []]);
  const page = new WebSocket(url, { origin: "https://desk.example" });
  await once(page, "open");
  page.send(JSON.stringify({ guid: agent.guid }));
  const [first] = (await within(() => "a snapshot", once(page, "message"))) as [Buffer];
  assert.match(String(first), /"type":"(snapshot|guid)"/);
  page.terminate();
});
