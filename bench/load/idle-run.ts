// One run of the load of idle agents: a gateway of its own, its agents in a client process, memory read four times a second.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, type StartedGateway } from "../../test/support/started-gateway.ts";
import { rounded } from "./figures.ts";
import type { IdleOrder, IdleState, Measure } from "./idle-agents.ts";
import { launchGateway } from "./launch.ts";
import { cpuMs, residentMb } from "./process-cost.ts";
import { siteText } from "./site.ts";

export type IdleOptions = {
  readonly agents: number;
  readonly seconds: number;
  readonly tls: boolean;
  readonly nodeOptions: string;
  /** Every agent asks again after so many ms and the gateway answers at once; 0: it holds the polls. */
  readonly pollMs: number;
  readonly eventsPerSecond: number;
};

export type IdleFigures = {
  readonly residentMb: { readonly started: number; readonly signedIn: number; readonly peak: number };
  readonly cpuMsPerAgentMinute: number;
  /** Of one core. */
  readonly cpuPercent: number;
  readonly polls: IdleState;
};

const idleAgents = fileURLToPath(new URL("./idle-agents.ts", import.meta.url));

export async function runIdleAgents(options: IdleOptions): Promise<IdleFigures> {
  const { agents, seconds, tls, nodeOptions, pollMs, eventsPerSecond } = options;
  const folder = await mkdtemp(join(tmpdir(), "seatway-bench-"));
  const site = siteText({ agents, trunkPort: await freePort() });
  const settings = { SEATWAY_EVENT_GEN_TIME: "ON", ...(pollMs > 0 && { AGENT_POLL_WAIT_FLAG: "OFF" }) };
  const gateway = await launchGateway({ folder, site, nodeOptions, settings });
  const child = fork(idleAgents, { execArgv: ["--disable-warning=ExperimentalWarning"] });
  try {
    const started = residentMb(gateway.pid);
    const memory = watch(gateway.pid);
    child.send({ gate: await gateOf(gateway, tls), agents, pollMs } satisfies IdleOrder);
    await answer(child);
    const signedIn = residentMb(gateway.pid);
    const before = cpuMs(gateway.pid);
    child.send({ seconds, eventsPerSecond } satisfies Measure);
    const polls = (await answer(child)) as IdleState;
    const spentMs = cpuMs(gateway.pid) - before;
    return {
      residentMb: { started: rounded(started), signedIn: rounded(signedIn), peak: rounded(memory.peak()) },
      cpuMsPerAgentMinute: rounded((spentMs * 60) / seconds / agents),
      cpuPercent: rounded(spentMs / seconds / 10),
      polls,
    };
  } finally {
    child.kill();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The certificate that the gateway has made is pinned as the only authority. */
async function gateOf(gateway: StartedGateway, tls: boolean): Promise<IdleOrder["gate"]> {
  if (!tls) return { url: gateway.url };
  return { url: gateway.httpsUrl, ca: await readFile(join(gateway.data, "tls", "cert.pem"), "utf8") };
}

/** What it says next. */
async function answer(child: ChildProcess): Promise<unknown> {
  const early = once(child, "exit").then(([code]) => {
    throw new Error(`the client process ended with ${String(code)}`);
  });
  early.catch(() => {});
  const [message] = (await Promise.race([once(child, "message"), early])) as [unknown];
  return message;
}

/** Resident memory from now on; the most of it ends the watch. */
function watch(pid: number): { peak(): number } {
  let peak = residentMb(pid);
  const look = (): void => {
    peak = Math.max(peak, residentMb(pid));
  };
  const timer = setInterval(look, 250);
  timer.unref();
  return {
    peak() {
      clearInterval(timer);
      look();
      return peak;
    },
  };
}
