// Pushed events (wire.md 30, behaviour.md §3): the gateway POSTs to the URL of the sign-in, in order, until each is acknowledged.
// The receiver is a real HTTP server that accepts, fails, hangs, redirects and closes.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { generate } from "selfsigned";
import { freePort, type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { within } from "../support/until.ts";
import { Agent, until } from "./agent.ts";
import { bareSite, quick } from "./sites.ts";

type Pushed = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: {
    readonly workNo: string;
    readonly eventList?: readonly { readonly eventType: string; readonly workNo: string; readonly content: unknown }[];
    readonly event?: { readonly eventType: string };
    readonly message?: string;
  };
};

type Manner = (response: ServerResponse) => void;
const accept: Manner = (response) => void response.end('{"message":"success","retcode":"0"}');

/** A third party that takes events, in a manner that the test sets. */
class Receiver {
  readonly seen: Pushed[] = [];
  readonly server: Server;
  /** For the next requests, one each; then all are accepted. */
  manners: Manner[] = [];
  private wake = Promise.withResolvers<void>();

  constructor(server: Server) {
    this.server = server;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void this.take(request, response));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    this.seen.push({ url: request.url ?? "", headers, text, body: JSON.parse(text) as Pushed["body"] });
    (this.manners.shift() ?? accept)(response);
    this.wake.resolve();
    this.wake = Promise.withResolvers<void>();
  }

  /** The requests once there are so many. */
  async requests(count: number): Promise<readonly Pushed[]> {
    const enough = async (): Promise<readonly Pushed[]> => {
      while (this.seen.length < count) await this.wake.promise;
      return this.seen;
    };
    return within(() => `${count} pushes, came: ${this.seen.map(({ text }) => text).join("\n")}`, enough());
  }

  /** Event types in the order of their coming, each once, when this one has come. */
  async until(last: string): Promise<string[]> {
    for (let count = this.seen.length; ; count++) {
      const types = this.types();
      if (types.includes(last)) return types;
      await this.requests(count + 1);
    }
  }

  /** Of all requests, those that were sent again too. */
  types(): string[] {
    return this.seen.flatMap(({ body }) =>
      (body.eventList ?? (body.event ? [body.event] : [])).map(({ eventType }) => eventType),
    );
  }
}

let gateway: StartedGateway;
let port: number;
let folder: string;
const origin = (): string => `http://127.0.0.1:${port}`;
const open: Server[] = [];
let tls: { readonly port: number; readonly key: string; readonly cert: string };

before(async () => {
  port = await freePort();
  const made = await generate([{ name: "commonName", value: "crm" }], {
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
  });
  tls = { port: await freePort(), key: made.private, cert: made.cert };
  folder = await mkdtemp(join(tmpdir(), "seatway-push-"));
  const ca = join(folder, "ca.pem");
  await writeFile(ca, made.cert);
  gateway = await startGateway({
    site: bareSite,
    settings: {
      ...quick,
      GUIDINTERVAL: "500",
      SEATWAY_PUSH_TARGETS: `http://127.0.0.1:${port},https://127.0.0.1:${tls.port}`,
      SEATWAY_PUSH_CA: ca,
    },
  });
});
after(async () => {
  await gateway?.stop();
  for (const server of open) server.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function listening(server: Server, at = port): Promise<Receiver> {
  for (const other of open.splice(0)) {
    other.closeAllConnections();
    other.close();
    await once(other, "close");
  }
  server.listen(at, "127.0.0.1");
  await once(server, "listening");
  open.push(server);
  return new Receiver(server);
}

const pushing = (path: string) => ({ callBackUri: `${origin()}${path}`, serviceToken: "token-1" });
const work = (agent: Agent) => agent.ask("POST /onlineagent/@/work");
const cancelWork = (agent: Agent) => agent.ask("POST /onlineagent/@/cancelwork");

test("operation push.pushEvent: workNo and eventList, oldest first, with Guid and service_token; any 2xx acknowledges", async () => {
  const receiver = await listening(createServer());
  receiver.manners = [(response) => void response.writeHead(204).end()];
  const agent = new Agent(gateway, "101", "40001");
  assert.equal((await agent.signIn(pushing("/rest/pushresult?x=1"))).code, "0");
  await receiver.until("AgentState_Ready");
  const [first] = receiver.seen;
  assert.equal(first?.url, "/rest/pushresult?x=1");
  assert.deepEqual(
    [first?.headers["content-type"], first?.headers["guid"], first?.headers["service_token"]],
    ["application/json", agent.guid, "token-1"],
  );
  assert.match(first?.headers["event-id"] ?? "", /^\d{13}-1/);
  assert.match(first?.headers["trace-id"] ?? "", /^[\da-f]{32}/);
  assert.match(
    first?.text ?? "",
    /^\{"workNo":"101","eventList":\[\{"eventType":"AgentOther_InService","workNo":"101","content":null\}/,
  );
  await work(agent);
  assert.deepEqual(await receiver.until("AgentState_SetWork_Success"), [
    "AgentOther_InService",
    "AgentState_Ready",
    "AgentState_SetWork_Success",
  ]);
  assert.equal((await agent.poll()).code, "000-001", "who is pushed to does not poll");
});

test("wire 30: pushUrl, the older way, gets one event in each POST; a query string is kept", async () => {
  const receiver = await listening(createServer());
  const agent = new Agent(gateway, "102", "40002");
  assert.equal((await agent.signIn({ pushUrl: `${origin()}/old?desk=7` })).code, "0");
  const [first, second] = await receiver.requests(2);
  assert.equal(first?.url, "/old?desk=7");
  assert.equal(
    first?.text,
    '{"workNo":"102","event":{"eventType":"AgentOther_InService","workNo":"102","content":null}}',
  );
  assert.equal(second?.body.event?.eventType, "AgentState_Ready");
  assert.equal(first?.headers["service_token"], undefined);
});

test("a handshake keeps the session, brings the new Guid and a new token; a bad token is 100-001", async () => {
  const receiver = await listening(createServer());
  const agent = new Agent(gateway, "103", "40003");
  await agent.signIn(pushing("/"));
  await receiver.until("AgentState_Ready");
  const first = agent.guid;
  const handshake = (...more: string[]) =>
    agent.ask("POST /onlineagent/@/handshake", undefined, [`Guid: ${agent.guid}`, ...more]);
  await until(async () => (await handshake()).code === "0" && agent.guid !== first, "a new Guid");
  assert.equal((await handshake("service_token: token-2")).body, '{"message":"success","retcode":"0"}');
  const bad = await handshake("service_token: no/token");
  assert.equal(bad.code, "100-001");
  assert.match(bad.message, /^service_token: /);
  const count = receiver.seen.length;
  await work(agent);
  const last = (await receiver.requests(count + 1)).at(-1);
  assert.deepEqual([last?.headers["guid"], last?.headers["service_token"]], [agent.guid, "token-2"]);
});

test("a receiver that fails, redirects, closes, answers too much or is away: sent again, in order, none lost", async () => {
  const receiver = await listening(createServer());
  receiver.manners = [
    (response) => void response.writeHead(500).end("no"),
    (response) => void response.writeHead(302, { Location: `${origin()}/elsewhere` }).end(),
    (response) => void response.destroy(),
    (response) => void response.writeHead(200).end("x".repeat(200_000)),
  ];
  const agent = new Agent(gateway, "104", "40004");
  await agent.signIn(pushing("/rough"));
  await work(agent);
  await cancelWork(agent);
  await receiver.until("AgentState_CancelWork_Success");
  await gateway.logged(({ msg, agent: who }) => msg === "events are pushed again" && who === "104");
  assert.ok(
    receiver.seen.every(({ url }) => url === "/rough"),
    "a redirect is not followed",
  );
  // Each request goes on where the last acknowledged one ended: the list of ids tells a receiver what he had already.
  const once = new Map(
    receiver.seen.flatMap(({ body, headers }) => {
      const ids = (headers["event-id"] ?? "").split(",");
      return (body.eventList ?? []).map(({ eventType }, index) => [ids[index], eventType] as const);
    }),
  );
  assert.deepEqual(
    [...once.values()],
    ["AgentOther_InService", "AgentState_Ready", "AgentState_SetWork_Success", "AgentState_CancelWork_Success"],
  );

  open.splice(0);
  receiver.server.closeAllConnections();
  receiver.server.close();
  await work(agent);
  await gateway.logged(
    ({ msg, why, agent: who }) => msg === "events cannot be pushed" && why !== "status 500" && who === "104",
  );
  const back = await listening(createServer());
  assert.deepEqual(await back.until("AgentState_SetWork_Success"), ["AgentState_SetWork_Success"]);
  for (const secret of ["token-1", agent.guid]) assert.ok(!gateway.log().includes(secret), "a secret in the log");
});

test("the last event of a forced sign-out is pushed, and says by whom, from where and when", async () => {
  const receiver = await listening(createServer());
  const agent = new Agent(gateway, "105", "40005");
  await agent.signIn(pushing("/"));
  await agent.ask("DELETE /onlineagent/@/forcelogout");
  await receiver.until("AgentOther_ShutdownService");
  assert.match(receiver.seen.at(-1)?.body.message ?? "", /^agent 105 was signed out by himself from 127\.0\.0\.1 at /);
});

test("a second sign-in with another URL tells the first one; with the same one it does not", async () => {
  const receiver = await listening(createServer());
  const agent = new Agent(gateway, "106", "40006");
  await agent.signIn(pushing("/a"));
  await receiver.until("AgentState_Ready");
  const count = receiver.seen.length;
  await agent.signIn(pushing("/a"));
  await until(
    async () => receiver.types().filter((type) => type === "AgentState_Ready").length === 2,
    "signed in again",
  );
  assert.ok(!receiver.types().includes("AgentOther_ShutdownService"));
  await agent.signIn(pushing("/b"));
  await receiver.until("AgentOther_ShutdownService");
  const last = receiver.seen.slice(count).find(({ text }) => text.includes("ShutdownService"));
  assert.equal(last?.url, "/a");
  assert.match(last?.body.message ?? "", /signed in again from 127\.0\.0\.1/);
});

test("only to origins of SEATWAY_PUSH_TARGETS: refused at the sign-in, 100-001, and nobody is signed in", async () => {
  const agent = new Agent(gateway, "107", "40007");
  for (const callBackUri of [
    `http://127.0.0.1:${port + 1}/`,
    `http://localhost:${port}/`,
    `https://127.0.0.1:${port}/`,
    `http://user:pass@127.0.0.1:${port}/`,
    `http://127.0.0.1:${port}@169.254.169.254/`,
    "file:///etc/passwd",
    "no url",
  ]) {
    const reply = await agent.signIn({ callBackUri, serviceToken: "token" });
    assert.equal(reply.code, "100-001", callBackUri);
    assert.match(reply.message, /^callBackUri: /);
    assert.equal((await agent.ask("GET /onlineagent/@/agentstatus")).code, "100-006");
  }
  assert.equal((await agent.signIn({ callBackUri: `${origin()}/` })).code, "0", "one of the two alone is polling");
  assert.equal((await agent.poll()).code, "0");
});

test("https with a CA of the site's own", async () => {
  const receiver = await listening(createTlsServer(tls) as unknown as Server, tls.port);
  const agent = new Agent(gateway, "108", "40008");
  assert.equal((await agent.signIn({ callBackUri: `https://127.0.0.1:${tls.port}/`, serviceToken: "t" })).code, "0");
  await receiver.until("AgentState_Ready");
});

test("a gateway without targets refuses push and says which setting allows it", async (t) => {
  const closed = await startGateway({ site: bareSite, settings: quick });
  t.after(() => closed.stop());
  const reply = await new Agent(closed, "101", "40001").signIn(pushing("/"));
  assert.equal(reply.code, "100-001");
  assert.match(reply.message, /SEATWAY_PUSH_TARGETS/);
});
