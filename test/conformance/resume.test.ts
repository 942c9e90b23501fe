// Events over a kill (docs/events.md): commands come without a pause while the gateway's process is killed and started again, twice.
// Whoever resumes, by server-sent events, by a WebSocket, or as the target of pushes, has each event once and in order, held against
// what was commanded; a command that met the kill is sent again with its key.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import type { StreamItem } from "../../src/contract/event-stream.ts";
import { freePort, type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { until } from "../support/until.ts";
import { Agent, json } from "./agent.ts";
import { bareSite, quick } from "./sites.ts";

type Had = { readonly id: string; readonly type: string };
type Reader = { readonly had: Had[]; readonly others: string[]; close(): void };

const AGAIN_MS = 25;
/** Commands of each agent around the first kill, around the second one, and after. */
const ROUNDS = [8, 8, 4] as const;

let data: string;
let gateway: StartedGateway;
let receiver: Server;
let target: string;
const pushed: Had[] = [];

before(async () => {
  data = await mkdtemp(join(tmpdir(), "seatway-resume-"));
  const port = await freePort();
  target = `http://127.0.0.1:${port}`;
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { eventList } = JSON.parse(Buffer.concat(chunks).toString()) as { eventList: { eventType: string }[] };
    const ids = String(request.headers["event-id"]).split(",");
    for (const [index, { eventType }] of eventList.entries()) pushed.push({ id: ids[index] ?? "", type: eventType });
    response.end();
  }).listen(port, "127.0.0.1");
  await once(receiver, "listening");
  await start();
});
after(async () => {
  await gateway?.stop();
  receiver?.closeAllConnections();
  receiver?.close();
  await rm(data, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const settings = { ...quick, SEATWAY_PUSH_TARGETS: target };
  gateway = await startGateway({ site: bareSite, data, settings, ...(gateway && { ports: gateway.ports }) });
}

/** Comes again by itself behind the last event that it has, as a browser does, until it is closed. */
function resuming(connect: (since: string, take: (item: StreamItem) => void) => Promise<void>): Reader {
  let open = true;
  let since = "0";
  const reader: Reader = {
    had: [],
    others: [],
    close() {
      open = false;
    },
  };
  const take = (item: StreamItem): void => {
    if (!open) return;
    if (item.type === "event") {
      reader.had.push({ id: item.id, type: item.event.eventType });
      since = item.id;
    } else if (item.type !== "guid") reader.others.push(item.type);
  };
  const run = async (): Promise<void> => {
    while (open) {
      await connect(since, take).catch(() => {});
      await sleep(AGAIN_MS);
    }
  };
  void run();
  return reader;
}

const address = ({ id }: Agent): string => `127.0.0.1:${gateway.ports.http}/seatway/v1/agents/${id}/events`;

/** Resolves with the end of the connection. */
const serverSent =
  (agent: Agent) =>
  async (since: string, take: (item: StreamItem) => void): Promise<void> => {
    const request = get(`http://${address(agent)}?since=0`, {
      agent: false,
      headers: { Guid: agent.guid, ...(since === "0" ? {} : { "Last-Event-ID": since }) },
    });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    let text = "";
    for await (const chunk of response.setEncoding("utf8") as AsyncIterable<string>) {
      const blocks = (text + chunk).split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const line = /^data: (.*)$/m.exec(block)?.[1];
        if (line !== undefined) take(JSON.parse(line) as StreamItem);
      }
    }
  };

const overSocket =
  (agent: Agent) =>
  async (since: string, take: (item: StreamItem) => void): Promise<void> => {
    const socket = new WebSocket(`ws://${address(agent)}?since=${since}`, { headers: { Guid: agent.guid } });
    socket.on("error", () => {});
    socket.on("message", (message) => take(JSON.parse(String(message)) as StreamItem));
    await once(socket, "close");
  };

/** Sent again with the same key until its reply comes. */
async function command(agent: Agent, path: string, key: string): Promise<void> {
  const headers = [`Guid: ${agent.guid}`, `Idempotency-Key: ${key}`, json];
  const reply = await until(`a reply to ${path} of ${agent.id}`, () =>
    agent.ask(`POST /onlineagent/@/${path}`, "{}", headers).catch(() => null),
  );
  assert.equal(reply.code, "0", reply.body);
}

test("two kills: streams resume without a gap, a loss or a double; pushes keep their order, and repeat what they say again", async () => {
  const agents = ["101", "102", "103"].map((id) => new Agent(gateway, id, `4000${id.slice(2)}`));
  const [first, second, third] = agents as [Agent, Agent, Agent];
  for (const agent of agents) {
    const push = agent === third ? { callBackUri: `${target}/crm`, serviceToken: "token-1" } : {};
    assert.equal((await agent.signIn(push)).code, "0");
  }
  const streams = [resuming(serverSent(first)), resuming(overSocket(second))];
  let count = 0;
  const commands = async (many: number, done: () => void = () => {}): Promise<void> => {
    for (let turn = 0; turn < many; turn++) {
      const path = count % 2 === 0 ? "work" : "cancelwork";
      await Promise.all(agents.map((agent) => command(agent, path, `${agent.id}-${count}`)));
      count += 1;
      if (turn === many / 2) done();
    }
  };
  for (const many of ROUNDS.slice(0, 2)) {
    const killed = Promise.withResolvers<void>();
    const going = commands(many, killed.resolve);
    await killed.promise;
    await gateway.stop("SIGKILL");
    await start();
    await going;
  }
  await commands(ROUNDS[2]);

  const told = Array.from({ length: count }, (_, at) =>
    at % 2 === 0 ? "AgentState_SetWork_Success" : "AgentState_CancelWork_Success",
  );
  const expected = ["AgentOther_InService", "AgentState_Ready", ...told];
  const numbers = expected.map((_, index) => index + 1);
  const numberOf = ({ id }: Had): number => Number(id.split("-")[1]);
  for (const [name, reader] of [
    ["server-sent events", streams[0]],
    ["WebSocket", streams[1]],
  ] as const) {
    assert.ok(reader);
    await until(`${expected.length} events by ${name}, came ${reader.had.length}`, () =>
      reader.had.length >= expected.length ? true : null,
    );
    reader.close();
    assert.deepEqual(reader.had.map(numberOf), numbers, name);
    assert.deepEqual(
      reader.had.map(({ type }) => type),
      expected,
      name,
    );
    assert.deepEqual(reader.others, [], `${name}: neither gap nor end`);
  }
  await until("the last push", () => (pushed.some((had) => numberOf(had) === expected.length) ? true : null));
  const firsts = new Map(pushed.map((had) => [numberOf(had), had.type]));
  assert.deepEqual(
    [...firsts],
    expected.map((type, index) => [index + 1, type]),
    "in order of their first coming",
  );
  for (const had of pushed) assert.equal(had.type, firsts.get(numberOf(had)), "a number has one content");
});
