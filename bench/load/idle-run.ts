// One run of the load of idle agents: a gateway of its own, its agents in a client process, memory read four times a second.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type StartedGateway } from "../../test/support/started-gateway.ts";
import { rounded } from "./figures.ts";
import type { IdleOrder, IdleState } from "./idle-agents.ts";
import { startIdleAgents } from "./idle-client.ts";
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

export async function runIdleAgents(options: IdleOptions): Promise<IdleFigures> {
  const { agents, seconds, tls, nodeOptions, pollMs, eventsPerSecond } = options;
  const folder = await mkdtemp(join(tmpdir(), "seatway-bench-"));
  const site = siteText({ agents, trunkPort: await freePort() });
  const settings = { SEATWAY_EVENT_GEN_TIME: "ON", ...(pollMs > 0 && { AGENT_POLL_WAIT_FLAG: "OFF" }) };
  const gateway = await launchGateway({ folder, site, nodeOptions, settings });
  try {
    const started = residentMb(gateway.pid);
    const memory = watch(gateway.pid);
    const client = await startIdleAgents({ gate: await gateOf(gateway, tls), agents, pollMs });
    try {
      const signedIn = residentMb(gateway.pid);
      const before = cpuMs(gateway.pid);
      const polls = await client.measure({ seconds, eventsPerSecond });
      const spentMs = cpuMs(gateway.pid) - before;
      return {
        residentMb: { started: rounded(started), signedIn: rounded(signedIn), peak: rounded(memory.peak()) },
        cpuMsPerAgentMinute: rounded((spentMs * 60) / seconds / agents),
        cpuPercent: rounded(spentMs / seconds / 10),
        polls,
      };
    } finally {
      client.end();
    }
  } finally {
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The certificate that the gateway has made is pinned as the only authority. */
async function gateOf(gateway: StartedGateway, tls: boolean): Promise<IdleOrder["gate"]> {
  if (!tls) return { url: gateway.url };
  return { url: gateway.httpsUrl, ca: await readFile(join(gateway.data, "tls", "cert.pem"), "utf8") };
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
