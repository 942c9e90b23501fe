// A gateway in memory for the tests of this face, and raw HTTP on a socket: what a client really gets, byte for byte.
// Sessions, one queue of events per agent, everything asked is kept in `asked`.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import test from "node:test";
import { systemClock } from "../base/clock.ts";
import { type Log, type LogFields, silentLog } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import type { AgentEventMessage } from "../contract/agent-event.ts";
import type { CallInfo, Gateway, Inspection, LiveLine, Polled } from "../runtime/face.ts";
import { type HttpFace, type HttpOptions, type HttpSettings, openHttp } from "./server.ts";

export const guid = "279fe21d-2caa-4437-84c3-ab9e9dae20f5.AgentGateway1";

/** Of every event. */
export const trace = "0af7651916cd43dd8448eb211c80319c";

export const call: CallInfo = {
  callskillid: 25,
  begintime: 1_397_035_525_902,
  endtime: null,
  mediaType: 5,
  callskill: "voice",
  callfeature: 7,
  orgicallednum: "",
  calldata: "",
  callid: "1397104272-3397",
  caller: "1008622",
  called: "40103",
};

export type Twin = {
  readonly gateway: Gateway;
  readonly asked: unknown[];
  readonly lines: LiveLine[];
  readonly logged: LogFields[];
  /** Puts an event where the next poll finds it, or hands it to the poll that waits. */
  push(event: AgentEventMessage): void;
  /** Agents whose poll waits, and how often a reply was reported as not delivered. */
  readonly waiting: Map<string, (polled: Polled) => void>;
  undelivered: number;
  /** Resolves at the next poll, undelivered reply or gone peer. */
  changed(): Promise<void>;
  /** Traces of the requests. */
  readonly traces: string[];
  streams: Gateway["readEvents"];
  missing: string[];
  renewed: string | undefined;
  fail: boolean;
};

const nobody = () => refuse("900-002", "");
/** Nobody may inspect here: the product's own tests do. */
const twinInspection: Inspection = {
  ...{ inspect: nobody, switchInspection: nobody, endInspection: nobody, intercept: nobody, force: nobody },
  ...{ forceSignOut: nobody, forceDrop: nobody, adjustSkills: nobody, monitor: nobody, monitored: nobody },
  ...{ setSelfRecord: nobody, tasks: nobody, endTask: nobody, mayInspect: nobody },
};

export function twin(): Twin {
  const queue: AgentEventMessage[] = [];
  const observers = new Set<(line: LiveLine) => void>();
  let wake = Promise.withResolvers<void>();
  const tell = () => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  const polled = (event: AgentEventMessage | null): Polled => ({
    event,
    ...(event ? { id: "1471585949806-1", trace } : {}),
    ...(self.renewed === undefined ? {} : { renewedGuid: self.renewed }),
    delivered() {},
    undelivered() {
      self.undelivered += 1;
      tell();
    },
  });
  const done = (asked: unknown) => {
    if (self.fail) throw new Error("boom");
    self.asked.push(asked);
    return { done: true } as const;
  };
  const gateway: Gateway = {
    async signIn(agent, request, how, asker) {
      self.asked.push({ agent, request, how, asker });
      const result = {
        vdnid: 1,
        workno: agent,
        mediatype: "TTF",
        loginTime: "1471585949806",
        isForceChange: "false",
        serverName: "AgentGateway",
        timeRemaining: "",
      };
      return request.password === "wrong" ? refuse("100-004", "agent or password wrong") : { guid, result };
    },
    signOut: (agent, how) => done({ agent, ...how }),
    authorise(agent, given, keepAlive, asker) {
      if (agent === "102") return refuse("100-006", "the agent is not signed in");
      if (given === undefined && asker.trusted) return {};
      if (given !== guid) return refuse("000-003", "no right to invite resouce");
      return keepAlive && self.renewed !== undefined ? { renewedGuid: self.renewed } : {};
    },
    poll(agent, holdMs, onGone) {
      const event = queue.shift();
      if (event || holdMs === 0) return Promise.resolve(polled(event ?? null));
      const { promise, resolve } = Promise.withResolvers<Polled>();
      self.waiting.set(agent, resolve);
      onGone(() => {
        self.waiting.delete(agent);
        resolve(polled(null));
        tell();
      });
      tell();
      return promise;
    },
    async pollAll() {
      const events = queue.splice(0);
      const [traces, ids] = [events.map(() => trace), events.map(() => "1471585949806-1")];
      return { events, traces, ids, delivered: () => {}, undelivered: () => {} };
    },
    command: (agent, command) =>
      command.type === "release" ? refuse("200-017", "no call to release") : done({ agent, ...command }),
    callOut(agent, request) {
      if (request.called === "999") return refuse("200-001", "no route to the called number");
      done({ agent, ...request });
      return { callId: "1455885056-1095", note: "" };
    },
    switchMedia: (agent, request) => ({ ...done({ agent, ...request }), note: "" }),
    callInner: (agent, request) => {
      done({ agent, ...request });
      return { callId: "1455885056-1096" };
    },
    reads: {} as Gateway["reads"],
    readEvents: (agent, how, woken) => self.streams(agent, how, woken),
    kept: (then) => then(),
    during: (traced, act) => {
      self.traces.push(traced);
      return act();
    },
    innerHelp: (agent, request) => {
      done({ agent, ...request });
      return { callId: "1455885056-1097" };
    },
    requestCall: (agent, request) => done({ agent, ...request }),
    pickUp: (agent, from) => done({ agent, from }),
    pickUpPhone: async (agent) => done({ agent }),
    sayWorkNumber: (agent) => done({ agent }),
    transfer: (agent, request) => done({ agent, ...request }),
    cancelTransfer: (agent) => done({ agent }),
    inspection: twinInspection,
    recordings: {} as Gateway["recordings"],
    previews: {} as Gateway["previews"],
    conferences: {} as Gateway["conferences"],
    disconnect: (agent, number) => done({ agent, number }),
    refreshToken: (agent, token) => void done({ agent, token }),
    loginTime: () => "1471585949806",
    currentGuid: () => guid,
    agentStatus: () => ({ agentState: 4, isWorking: false }),
    agentSkills: () => [{ name: "voice", id: 25, mediatype: 5 }],
    skillsOf: (agent) =>
      agent === "101" ? [{ name: "voice", id: 25, mediatype: 5 }] : refuse("300-002", "workno: no such agent"),
    bindPhone: (agent, number) => done({ agent, number }),
    changePassword: async (agent) => done({ agent }),
    configuration: { agents: [], restCauses: [] },
    administrator: () => refuse("107-007", ""),
    setForwarding: (agent, request) => done({ agent, ...request }),
    sendNote: (receivers) => done({ receivers }),
    publish: (agent, bulletin) => done({ agent, ...bulletin }),
    agentInfo: () => ({ callinfo: "", agentStateInfo: { state: 4 } }),
    currentCall: () => call,
    callById: (_agent, id) => (id === call.callid ? call : refuse("100-007", "not available")),
    heldCalls: () => refuse("400-003", "no held call"),
    appData: (_agent, id) => (id === "" ? "grün" : `data of ${id}`),
    missing: () => self.missing,
    watch(observer) {
      observers.add(observer);
      tell();
      return () => {
        observers.delete(observer);
        tell();
      };
    },
    note(make) {
      const line = make();
      self.lines.push(line);
      for (const observer of observers) observer(line);
    },
  };
  const self: Twin = {
    gateway,
    asked: [],
    lines: [],
    logged: [],
    waiting: new Map(),
    undelivered: 0,
    traces: [],
    streams: () => refuse("100-006", "the agent is not signed in"),
    missing: [],
    renewed: undefined,
    fail: false,
    push(event) {
      const resolve = self.waiting.get(event.workNo);
      if (!resolve) return void queue.push(event);
      self.waiting.delete(event.workNo);
      resolve(polled(event));
    },
    changed: () => wake.promise,
  };
  return self;
}

export type Opened = Twin & { readonly face: HttpFace; readonly port: number };

const rate = { requests: 1000, seconds: 1 };
const rates = { agent: rate, operation: rate, address: rate };

/** Of a face in a test: loopback alone, a poll that holds nothing, more requests than any test makes. */
export const faceSettings: HttpSettings = {
  host: "127.0.0.1",
  httpPort: 0,
  corsOrigins: ["https://desk.example.org"],
  frameOrigins: ["https://crm.example.org"],
  trustedHosts: [],
  agentIdRange: { min: 101, max: 59_999 },
  pollHoldMs: 0,
  streamBeatMs: 15_000,
  streamLifeMs: 120_000,
  eventMethod: "AGENT_POLL",
  getEventMode: 1,
  rates,
};

/** The face over the twin, on a free port of 127.0.0.1. Closed by the test's end. */
export async function open(
  t: { after(task: () => Promise<void>): void },
  settings: Partial<HttpSettings> = {},
  more: Pick<HttpOptions, "sipSocket" | "trunks" | "metrics" | "replies" | "records" | "agentCalls"> = {},
): Promise<Opened> {
  const it = twin();
  const keep = (fields: LogFields) => void it.logged.push(fields);
  const log: Log = { ...silentLog, info: keep, warn: keep, error: keep };
  const { gateway } = it;
  const face = await openHttp({
    gateway,
    clock: systemClock,
    log,
    settings: { ...faceSettings, ...settings },
    ...more,
  });
  t.after(() => face.close());
  return Object.assign(it, { face, port: face.httpPort ?? 0 });
}

export type Received = { readonly head: string; readonly status: number; readonly body: string };

/** Reads one response from the socket; without a Content-Length, and to HEAD, it has no body. */
export async function receive(socket: Socket, method = ""): Promise<Received> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const end = bytes.indexOf("\r\n\r\n");
    const head = bytes.subarray(0, Math.max(0, end)).toString("latin1");
    const length = method === "HEAD" ? 0 : Number(/^Content-Length: (\d+)$/im.exec(head)?.[1] ?? 0);
    if (end >= 0 && bytes.length >= end + 4 + length) {
      return { head, status: Number(head.split(" ")[1]), body: bytes.subarray(end + 4).toString("utf8") };
    }
    const [chunk] = (await once(socket, "data")) as [Buffer];
    bytes = Buffer.concat([bytes, chunk]);
  }
}

/** One request as the lines given, with a body of its own; the response as it stood on the wire. */
export async function send(
  port: number,
  requestLine: string,
  headers: readonly string[] = [],
  body?: string,
): Promise<Received> {
  const socket = connect(port, "127.0.0.1");
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const lines = [
    `${requestLine} HTTP/1.1`,
    "Host: localhost",
    "Connection: close",
    ...headers,
    ...length,
    "",
    body ?? "",
  ];
  socket.write(lines.join("\r\n"));
  const received = await receive(socket, requestLine.split(" ")[0]);
  socket.destroy();
  return received;
}

test("the twin hands an event to the poll that waits", async () => {
  const it = twin();
  const poll = it.gateway.poll("101", 1000, () => {});
  it.push({ eventType: "AgentState_Ready", workNo: "101", content: null });
  const polled = await poll;
  assert.equal("event" in polled && polled.event?.eventType, "AgentState_Ready");
});
