// One run of the idle load: a gateway of its own, its agents in a client process, memory read once a second.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort, type StartedGateway } from "../../test/support/started-gateway.ts";
import { rounded } from "./figures.ts";
import type { IdleOrder, IdleState } from "./idle-agents.ts";
import { launchGateway } from "./launch.ts";
import { cpuMs, residentMb } from "./process-cost.ts";
import { siteText } from "./site.ts";

export type IdleOptions = {
  readonly agents: number;
  readonly seconds: number;
  readonly tls: boolean;
  readonly nodeOptions: string;
};

export type IdleFigures = {
  readonly residentMb: { readonly started: number; readonly signedIn: number; readonly peak: number };
  readonly cpuMsPerAgentMinute: number;
  readonly polls: IdleState;
};

const idleAgents = fileURLToPath(new URL("./idle-agents.ts", import.meta.url));

export async function runIdleAgents({ agents, seconds, tls, nodeOptions }: IdleOptions): Promise<IdleFigures> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-bench-"));
  const site = siteText({ agents, trunkPort: await freePort() });
  const gateway = await launchGateway({ folder, site, nodeOptions });
  const child = fork(idleAgents, { execArgv: ["--disable-warning=ExperimentalWarning"] });
  try {
    const started = residentMb(gateway.pid);
    child.send({ gate: await gateOf(gateway, tls), agents } satisfies IdleOrder);
    await answer(child);
    const signedIn = residentMb(gateway.pid);
    const before = cpuMs(gateway.pid);
    const peak = await watch(gateway.pid, seconds);
    const idleMs = cpuMs(gateway.pid) - before;
    child.send("state");
    return {
      residentMb: { started: rounded(started), signedIn: rounded(signedIn), peak: rounded(peak) },
      cpuMsPerAgentMinute: rounded((idleMs * 60) / seconds / agents),
      polls: await answer(child),
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

async function answer(child: ChildProcess): Promise<IdleState> {
  const early = once(child, "exit").then(([code]) => {
    throw new Error(`the client process ended with ${String(code)}`);
  });
  early.catch(() => {});
  const [state] = (await Promise.race([once(child, "message"), early])) as [IdleState];
  return state;
}

async function watch(pid: number, seconds: number): Promise<number> {
  let peak = 0;
  for (let second = 0; second < seconds; second++) {
    await sleep(1000);
    peak = Math.max(peak, residentMb(pid));
  }
  return peak;
}
