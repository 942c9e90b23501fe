// The client over streams of a real gateway, through a wire that breaks: every event once and in order, by each way, and by polls
// where no stream gets through.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { type AgentSession, type ConnectOptions, connect, type Gap, type Link } from "../../src/client/connect.ts";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { until, within } from "../support/until.ts";
import { bareSite, quick } from "./sites.ts";

let gateway: StartedGateway;
const servers: Server[] = [];
const sessions: AgentSession[] = [];

before(async () => {
  gateway = await startGateway({
    site: bareSite,
    settings: { ...quick, GUIDINTERVAL: "1000", SEATWAY_EVENTS_KEPT: "30" },
  });
});
after(async () => {
  for (const session of sessions) session.stop();
  for (const server of servers) server.close();
  await gateway?.stop();
});

/** A wire to the gateway that a test can cut, and that passes no request whose first line fits `blocked`. */
async function wire(blocked?: RegExp) {
  const open = new Set<Socket>();
  const heads: string[] = [];
  let refuses = false;
  const server = createServer((near) => {
    const far = dial(gateway.ports.http, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
    far.pipe(near);
    near.on("data", (data: Buffer) => {
      const head = data.toString("latin1").split("\r\n")[0] ?? "";
      if (/^[A-Z]+ \//.test(head))
        heads.push(head + (/upgrade: websocket/i.test(data.toString("latin1")) ? " (websocket)" : ""));
      if (refuses) near.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      else if (blocked?.test(data.toString("latin1"))) near.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
      else far.write(data);
    });
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address);
  return {
    url: `http://127.0.0.1:${address.port}`,
    heads,
    /** Resolves with the next request whose first line fits. */
    asked(fits: RegExp) {
      const from = heads.length;
      return until(`a request like ${fits.source}`, () => heads.slice(from).find((head) => fits.test(head)) ?? null);
    },
    cut() {
      for (const socket of open) socket.resetAndDestroy();
    },
    /** Every request gets 502, as from a proxy whose gateway is away. */
    refuse(is: boolean) {
      refuses = is;
      for (const socket of open) socket.resetAndDestroy();
    },
    /** Nobody is there, until `back`. */
    async away() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.resetAndDestroy();
      await closed;
    },
    async back() {
      server.listen(address.port, "127.0.0.1");
      await once(server, "listening");
    },
  };
}

/** A client whose waits are short. */
async function signedIn(url: string, agent: string, more: Partial<ConnectOptions> = {}) {
  const session = connect({
    url,
    agent,
    pause: (ms) => new Promise((done) => setTimeout(done, Math.min(ms, 50))),
    ...more,
  });
  sessions.push(session);
  const types: string[] = [];
  let wake = Promise.withResolvers<void>();
  session.onEvent(({ eventType }) => {
    types.push(eventType);
    wake.resolve();
    wake = Promise.withResolvers<void>();
  });
  const links: Link[] = [];
  session.onLink((link) => links.push(link));
  assert.ok((await session.forceSignIn({ phonenum: `40${agent.slice(1).padStart(3, "0")}` })).ok);
  const until = (count: number) =>
    within(
      () => `${count} events, came: ${types.join(", ")}`,
      (async () => {
        while (types.length < count) await wake.promise;
      })(),
    );
  return { session, types, links, until };
}

const begin = ["AgentOther_InService", "AgentState_Ready"];
const turn = ["AgentState_SetWork_Success", "AgentState_CancelWork_Success"];

/** Commands over a way of their own, so that they do not suffer from the wire. */
async function work(session: AgentSession): Promise<void> {
  const direct = (operation: string, agent: string) =>
    fetch(`${gateway.url}/agentgateway/resource/onlineagent/${agent}/${operation}`, {
      method: "POST",
      headers: { Guid: session.guid() },
    }).then((reply) => reply.text());
  const agent = agentOf.get(session) ?? "";
  await direct("work", agent);
  await direct("cancelwork", agent);
}
const agentOf = new Map<AgentSession, string>();

for (const [way, agent, blocked, shows] of [
  ["server-sent events", "101", undefined, /^GET \/seatway\/v1\/agents\/101\/events\?since=\S+ HTTP\/1\.1$/],
  ["websocket", "102", /^GET \/seatway(?![\s\S]*upgrade: websocket)/i, /events HTTP\/1\.1 \(websocket\)$/],
  ["polls", "103", /^GET \/seatway/, /agentevent\/103/],
] as const) {
  test(`${way}: chosen by the client itself; every event once and in order over a wire that breaks`, async () => {
    const line = await wire(blocked);
    const { session, types, until, links } = await signedIn(line.url, agent);
    agentOf.set(session, agent);
    await until(2);
    for (let round = 1; round <= 6; round++) {
      await work(session);
      if (way === "polls") await until(4 * round);
      if (round % 2 === 0) line.cut();
      // A poll says nothing of what it has got: what was under way when its wire broke is gone. A stream is resumed behind it.
      if (way === "polls" && round % 2 === 0) await line.asked(/agentevent/);
      await work(session);
      await until(2 + 4 * round);
    }
    assert.deepEqual(types, [...begin, ...Array.from({ length: 12 }, () => turn).flat()]);
    assert.ok(
      line.heads.some((head) => shows.test(head)),
      line.heads.join("\n"),
    );
    if (way !== "polls") assert.ok(links.includes("lost") && links.includes("restored"), links.join());
    session.stop();
  });
}

for (const [way, agent, proxied] of [
  ["websocket", "107", false],
  ["server-sent events", "108", true],
] as const) {
  test(`${way}: a client that polled over an outage goes back to its stream, and hears every event once`, async () => {
    const line = await wire();
    let waits = 0;
    const waited = new Map<number, () => void>();
    const pause = async (ms: number) => {
      waits += 1;
      waited.get(waits)?.();
      await new Promise((done) => setTimeout(done, Math.min(ms, 50)));
    };
    /** Resolves when it has waited so often more. */
    const failed = (times: number) =>
      within(() => `${times} failures`, new Promise<void>((done) => waited.set(waits + times, done)));
    const streams = [way === "websocket" ? way : "server-sent-events"] as const;
    const { session, types, until, links } = await signedIn(line.url, agent, { streams, pause });
    agentOf.set(session, agent);
    await until(2);
    for (let round = 1; round <= 2; round++) {
      // Behind a reverse proxy a gateway that is away is a page that says so.
      if (proxied) line.refuse(true);
      else await line.away();
      await failed(6);
      await work(session);
      const streamed = line.asked(proxied ? /^GET \/seatway/ : /\(websocket\)$/);
      if (proxied) line.refuse(false);
      else await line.back();
      await until(2 * round + 2);
      await streamed;
    }
    const before = line.heads.length;
    await work(session);
    await until(8);
    assert.deepEqual(line.heads.slice(before), [], "what comes over the stream needs no request");
    assert.deepEqual(types, [...begin, ...turn, ...turn, ...turn]);
    assert.deepEqual(links, ["lost", "restored", "lost", "restored"]);
  });
}

test("what is gone after a long absence comes as a snapshot, and events go on from there", async () => {
  const line = await wire();
  const gate = Promise.withResolvers<void>();
  let absent = false;
  const pause = (ms: number) =>
    absent ? gate.promise : new Promise<void>((done) => setTimeout(done, Math.min(ms, 50)));
  const { session, types, until } = await signedIn(line.url, "104", { pause });
  agentOf.set(session, "104");
  const gaps: Gap[] = [];
  session.onSnapshot((gap) => gaps.push(gap));
  await until(2);
  absent = true;
  line.cut();
  for (let round = 0; round < 20; round++) await work(session);
  absent = false;
  gate.resolve();
  await within(
    () => "a gap",
    (async () => {
      while (gaps.length === 0) await new Promise((done) => setTimeout(done, 20));
    })(),
  );
  assert.deepEqual([gaps[0]?.missed, gaps[0]?.snapshot.agentState], [40, 4]);
  await work(session);
  await until(4);
  assert.deepEqual(types, [...begin, ...turn]);
});

test("a page that was reloaded goes on from its position, or begins with a snapshot", async () => {
  const { session, until } = await signedIn(gateway.url, "105");
  agentOf.set(session, "105");
  await until(2);
  const [guid, position] = [session.guid(), session.position()];
  session.stop();
  const resumed = connect({ url: gateway.url, agent: "105" });
  const fresh = connect({ url: gateway.url, agent: "105" });
  sessions.push(resumed, fresh);
  const events = resumed.events();
  const gaps: Gap[] = [];
  const shown = Promise.withResolvers<void>();
  fresh.onSnapshot((gap) => {
    gaps.push(gap);
    shown.resolve();
  });
  assert.ok((await resumed.resume(guid, position)).ok);
  assert.ok((await fresh.resume(guid)).ok);
  await within(() => "a snapshot", shown.promise);
  assert.deepEqual([gaps[0]?.missed, gaps[0]?.snapshot.phone], [0, "40005"]);
  await work(session);
  const first = await within(() => "the next event", events.next());
  const event = first.value;
  assert.ok(event && event.eventType === "AgentState_SetWork_Success");
  assert.match(event.trace ?? "", /^[\da-f]{32}$/);
});

test("the end of the session says who and from where, by every way", async () => {
  for (const streams of [["server-sent-events"], ["websocket"]] as const) {
    const { session, until } = await signedIn(gateway.url, "106", { streams });
    await until(2);
    await signedIn(gateway.url, "106", { streams: [] });
    const end = await within(() => "the end", session.ended);
    assert.equal(end.name, "displaced");
    assert.match(end.message, /^agent 106 signed in again from 127\.0\.0\.1 at /);
  }
});
