import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { virtualClock } from "../base/clock.ts";
import { type LogFields, silentLog } from "../base/log.ts";
import { openParameterDesk } from "../runtime/parameters.ts";
import type { Limits } from "./connection.ts";
import { type Mml, openMml } from "./server.ts";

type Store = Parameters<typeof openParameterDesk>[0]["store"];
type AuditRow = Parameters<Store["changeParameter"]>[2];

/** The store's twin in memory: this room does not know the database. */
function memoryStore(): Store & { audit(limit: number): Promise<readonly AuditRow[]> } {
  const values: Record<string, number> = {};
  const rows: AuditRow[] = [];
  return {
    parameters: async () => ({ ...values }),
    async changeParameter(name, value, audit) {
      values[name] = value;
      rows.unshift(audit);
    },
    audit: async (limit) => rows.slice(0, limit),
  };
}

/** A console on a free port. */
async function openConsole(limits: Partial<Limits> = {}) {
  const clock = virtualClock();
  const logged: LogFields[] = [];
  const log = { ...silentLog, info: (fields: LogFields) => void logged.push(fields) };
  const store = memoryStore();
  const desk = await openParameterDesk({ store, site: {}, clock, log });
  const mml = await openMml({ port: 0, desk, clock, log, nodeName: "AgentGateway1", timeZone: "UTC", limits });
  assert.ok(!("problem" in mml));
  const close = async (): Promise<void> => {
    await mml.close();
    await mml.close();
  };
  return { clock, store, desk, mml, logged, close };
}

type Peer = { readonly socket: Socket; reports(count: number): Promise<string>; readonly closed: Promise<unknown> };

async function dial(mml: Mml): Promise<Peer> {
  const socket = connect(mml.port, "127.0.0.1");
  socket.setEncoding("utf8");
  let received = "";
  socket.on("data", (text: string) => {
    received += text;
  });
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.on("close", resolve));
  await once(socket, "connect");
  const whole = (): number => received.split("---    END\r\n").length - 1;
  return {
    socket,
    closed,
    async reports(count) {
      while (whole() < count) await once(socket, "data");
      assert.equal(whole(), count);
      const taken = received;
      received = "";
      return taken;
    },
  };
}

test("a change by TCP is in force, audited with its peer, and listed", async () => {
  const { mml, desk, store, clock, logged, close } = await openConsole();
  const peer = await dial(mml);
  peer.socket.write("MOD SFP: ID=P18, MODT");
  peer.socket.write("YPE=P0,\r\n VALUE=1;\r\n");
  const { localPort } = peer.socket;
  assert.equal(
    await peer.reports(1),
    "+++    AgentGateway1        2016-02-19 12:30:56\r\nO&M    #1\r\n%%MOD SFP: ID=P18, MODTYPE=P0, VALUE=1;%%\r\n" +
      "RETCODE = 0  Operation succeeded\r\n\r\n---    END\r\n",
  );
  assert.equal(desk.values().P18, 1);
  const audit = { face: "mml", peer: `127.0.0.1:${localPort}`, what: "parameter P18", before: "0", after: "1" };
  assert.deepEqual(await store.audit(9), [{ at: clock.now(), ...audit }]);
  peer.socket.write("LST SFP: ID=P18;");
  const listed = await peer.reports(1);
  assert.match(listed, /^O&M {4}#2\r$/m);
  assert.match(listed, /^ +Value {2}= {2}1\r$/m);
  assert.match(listed, /^ +Bit 0 {2}= {2}1\r$/m);
  assert.match(listed, /^\(Number of results = 1\)\r$/m);
  assert.ok(logged.some((fields) => fields["command"] === "LST SFP: ID=P18;" && fields["retcode"] === 0));
  peer.socket.destroy();
  await close();
});

test("commands in one chunk are answered in order, a wrong one does not stop the next", async () => {
  const { mml, desk, close } = await openConsole();
  const peer = await dial(mml);
  peer.socket.write('LST XYZ:;MOD SFP: ID=P18, MODTYPE=P0, VALUE=7;LST SFP: ID="P5;\nLST SFP:;');
  peer.socket.write("MOD SFP: ID=P978, MODTYPE=P1, BIT=31, BITVAL=1;LST SFP:;");
  const codes = [...(await peer.reports(5)).matchAll(/RETCODE = (\d)/g)].map(([, code]) => code);
  assert.deepEqual(codes, ["2", "4", "1", "0", "0"]);
  assert.deepEqual(desk.values(), { P18: 0, P978: 2_147_483_648 });
  peer.socket.destroy();
  await close();
});

test("a peer that ends its side still gets its reports; what has no ; is told", async () => {
  const { mml, close } = await openConsole();
  const peer = await dial(mml);
  peer.socket.end("LST SFP:;\nLST SFP");
  const codes = [...(await peer.reports(2)).matchAll(/RETCODE = (\d)/g)].map(([, code]) => code);
  assert.deepEqual(codes, ["0", "1"]);
  await peer.closed;
  await close();
});

test("a command that is too long ends the connection with a report", async () => {
  for (const text of ["x".repeat(5000), `LST SFP: ID="${"x".repeat(1100)}";`]) {
    const { mml, clock, close } = await openConsole();
    const peer = await dial(mml);
    peer.socket.write(text);
    assert.match(await peer.reports(1), /RETCODE = 7 {2}1024 bytes at most/);
    if (!peer.socket.readableEnded) await once(peer.socket, "end");
    clock.advance(1000);
    await peer.closed;
    await close();
  }
});

test("commands beyond the rate wait for their time", async () => {
  const { mml, clock, close } = await openConsole({ perSecond: 5 });
  const peer = await dial(mml);
  peer.socket.write("LST SFP:;".repeat(8));
  await peer.reports(5);
  assert.match(await mml.runMml("LST SFP:;", { face: "test", peer: "" }), /RETCODE = 0/);
  for (let more = 0; more < 3; more++) {
    clock.advance(200);
    await peer.reports(1);
  }
  peer.socket.destroy();
  await close();
});

test("an idle connection ends, one that works does not", async () => {
  const { mml, clock, close } = await openConsole({ idleMs: 1000 });
  const [idle, busy] = [await dial(mml), await dial(mml)];
  busy.socket.write("LST SFP:;");
  await busy.reports(1);
  clock.advance(600);
  busy.socket.write("LST SFP:;");
  await busy.reports(1);
  clock.advance(600);
  await idle.closed;
  busy.socket.write("LST SFP:;");
  await busy.reports(1);
  clock.advance(1000);
  await busy.closed;
  await close();
});

test("connections beyond the limit are told so", async () => {
  const { mml, close } = await openConsole({ connections: 2 });
  const peers = [await dial(mml), await dial(mml)];
  for (const peer of peers) {
    peer.socket.write("LST SFP:;");
    await peer.reports(1);
  }
  const third = await dial(mml);
  assert.match(await third.reports(1), /RETCODE = 7 {2}2 connections at most/);
  third.socket.destroy();
  await third.closed;
  await close();
  await Promise.all(peers.map(({ closed }) => closed));
});

test("a browser's request is never read as commands", async () => {
  const { mml, desk, close } = await openConsole();
  const peer = await dial(mml);
  peer.socket.write("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n\r\n");
  peer.socket.write("MOD SFP: ID=P18, MODTYPE=P0, VALUE=1;");
  await peer.closed;
  assert.equal(desk.values().P18, 0);
  await close();
});

test("a port in use is one line that names the setting", async () => {
  const { mml, desk, clock, close } = await openConsole();
  const second = await openMml({ port: mml.port, desk, clock, log: silentLog, nodeName: "AgentGateway1" });
  assert.deepEqual(second, {
    problem: `SEATWAY_MML_PORT=${mml.port}: allowed is a port that is free on 127.0.0.1 (EADDRINUSE)`,
  });
  await close();
});
