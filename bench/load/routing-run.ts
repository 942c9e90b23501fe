// Calls from outside through real sockets: the gateway as `npm start` runs it, SIPp as the callers and as the agents' phones, the
// agents' programs in a client process. Then what they saw is put together, and the order proved.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { seeded } from "../../src/sim/speech.ts";
import { freePort, type StartedGateway } from "../../test/support/started-gateway.ts";
import type { AnsweringMessage, AnsweringOrder } from "./answering-agents.ts";
import { type Choices, choicesIn } from "./choices.ts";
import { rounded } from "./figures.ts";
import { launchGateway } from "./launch.ts";
import { cpuMs, cpuMsByThread, residentMb } from "./process-cost.ts";
import { registerPhones } from "./register.ts";
import { type Called, type Proof, prove } from "./routing-proof.ts";
import { callerNumber, routingSite, type Seat, seatsOf, skillNumber, skillsOf } from "./routing-site.ts";
import { type CallersReport, runCallers, type Sipp, type SippReport, startSipp } from "./sipp.ts";

export type SocketLoad = {
  readonly agents: number;
  readonly skills: number;
  readonly rate: number;
  readonly seconds: number;
  /** Share of the agents' time that the calls take, in percent. */
  readonly load: number;
  /** NODE_OPTIONS of the gateway. */
  readonly nodeOptions: string;
};

export type SocketFigures = {
  readonly calls: number;
  /** Each has to be the number of calls: brought to their end by the callers, by the phones, by the agents. */
  readonly ended: { readonly callers: number; readonly phones: number; readonly agents: number };
  readonly lost: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly proof: Proof;
  readonly choices: Choices;
  readonly cpuMsPerCall: number;
  readonly cpuMsByThread: Readonly<Record<string, number>>;
  readonly residentMb: number;
  readonly retransmissions: number;
  readonly messagesPerCall: number;
};

const answeringAgents = fileURLToPath(new URL("./answering-agents.ts", import.meta.url));

/** Four ports for each call, and for those that rest after one; below the system's own range, above that of the tests. */
const RTP_PORTS = "12000-31999";
/** What a call takes besides the talk: the phone's answer, the release. */
const AROUND_MS = 50;

type Call = { readonly skill: number; readonly talkMs: number };

/** Skills and lengths by lot, the same in each run. */
function callsOf(load: SocketLoad): readonly Call[] {
  const random = seeded(1);
  const skills = skillsOf(load);
  const handlingMs = (load.agents * 10 * load.load) / load.rate;
  return Array.from({ length: load.rate * load.seconds }, () => ({
    skill: skills[Math.floor(random() * skills.length)] ?? 0,
    talkMs: Math.round((0.5 + random()) * (handlingMs - AROUND_MS)),
  }));
}

export async function runRoutingOverSockets(load: SocketLoad): Promise<SocketFigures> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-bench-"));
  const seats = seatsOf(load);
  const calls = callsOf(load);
  let phones: Sipp | undefined;
  let gateway: StartedGateway | undefined;
  let floor: Floor | undefined;
  try {
    const trunkPort = await freePort();
    const phonesPort = await freePort();
    const settings = { SEATWAY_RTP_PORTS: RTP_PORTS };
    const site = routingSite(load, trunkPort);
    gateway = await launchGateway({ folder, site, nodeOptions: load.nodeOptions, settings });
    await registerPhones({ phonesPort, registrarPort: gateway.ports.sip, phones: seats.map(({ phone }) => phone) });
    phones = await startSipp({ name: "phones", folder, port: phonesPort, answerMs: 0 });
    floor = await openFloor({ gate: { url: gateway.url }, seats: seats.map(plain), talkMs: calls.map(talk) });
    const before = cost(gateway.pid);
    const rows = calls.map(({ skill }, index) => ({ called: skillNumber(skill), caller: callerNumber(index) }));
    const place = { folder, port: trunkPort, gatewayPort: gateway.ports.sip };
    const callers = await runCallers({ ...place, rate: load.rate, calls: rows });
    const agents = await floor.finish();
    const spent = costSince(before, cost(gateway.pid), calls.length);
    const memory = rounded(residentMb(gateway.pid));
    const choices = choicesIn(await (await fetch(`${gateway.url}/metrics`)).text());
    const phoneSide = await phones.finish();
    return {
      ...figures({ seats, calls }, { callers, agents, phones: phoneSide }),
      ...spent,
      choices,
      residentMb: memory,
    };
  } finally {
    floor?.end();
    phones?.kill();
    await gateway?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const plain = ({ agent, phone }: Seat) => ({ agent, phone });
const talk = ({ talkMs }: Call): number => talkMs;
const cost = (pid: number) => ({ cpuMs: cpuMs(pid), byThread: cpuMsByThread(pid) });

function costSince(before: ReturnType<typeof cost>, after: ReturnType<typeof cost>, calls: number) {
  const threads = [...after.byThread].map(
    ([name, ms]) => [name, rounded((ms - (before.byThread.get(name) ?? 0)) / calls)] as const,
  );
  return { cpuMsPerCall: rounded((after.cpuMs - before.cpuMs) / calls), cpuMsByThread: Object.fromEntries(threads) };
}

type Done = Extract<AnsweringMessage, { type: "done" }>;
type Floor = { finish(): Promise<Done>; end(): void };

/** The client process, with everybody signed in. */
async function openFloor(order: AnsweringOrder): Promise<Floor> {
  const child: ChildProcess = fork(answeringAgents, { execArgv: ["--disable-warning=ExperimentalWarning"] });
  const said = async (): Promise<AnsweringMessage> => {
    const gone = once(child, "exit").then(([code]) => Promise.reject(new Error(`the agents' process ended: ${code}`)));
    const [message] = (await Promise.race([once(child, "message"), gone])) as [AnsweringMessage];
    gone.catch(() => {});
    return message;
  };
  child.send(order);
  await said();
  return {
    async finish() {
      child.send("finish");
      const message = await said();
      if (message.type !== "done") throw new Error(`the agents' process said ${message.type}`);
      return message;
    },
    end: () => void child.kill(),
  };
}

type Seen = { readonly callers: CallersReport; readonly agents: Done; readonly phones: SippReport };
type Plan = { readonly seats: readonly Seat[]; readonly calls: readonly Call[] };

function figures({ seats, calls }: Plan, { callers, agents, phones }: Seen) {
  const called: Called[] = [...callers.calledAt].map(([call, at]) => ({ call, at, skill: calls[call]?.skill ?? 0 }));
  const { answered, signIns, failures } = agents;
  const over = answered.filter(({ readyAt }) => readyAt !== undefined);
  const offered = phones.invites.map(({ called: phone, at }) => ({ phone, at }));
  const ended = { callers: callers.successful, phones: phones.successful, agents: over.length };
  return {
    calls: calls.length,
    ended,
    lost: calls.length - Math.min(...Object.values(ended), new Set(over.map(({ call }) => call)).size),
    failures,
    proof: prove({ seats, called, offered, answered, signIns }),
    retransmissions: callers.retransmissions + phones.retransmissions,
    messagesPerCall: rounded((callers.messages + phones.messages) / calls.length),
  };
}
