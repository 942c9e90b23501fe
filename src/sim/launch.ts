// Starts the simulation as a child process of the gateway and speaks with it; run by start.ts for the demo site only.
// The child ends with its parent, however that ends: the IPC channel breaks.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Peer } from "../sip/face.ts";
import type { SimOrder, SimPhone, SimPorts, SimReport } from "./wiring.ts";

export type SimOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly phones: readonly SimPhone[];
  /** Domain of the phones' addresses of record. */
  readonly domain: string;
  /** Where the phones register. Absent: they wait for `register`. */
  readonly gatewaySip?: Peer;
  /** Loopback address, default 127.0.0.1. */
  readonly host?: string;
  /** RTP ports of the simulation, not the gateway's; default 28000-31999. */
  readonly rtpPorts?: readonly [first: number, last: number];
};

export type Sim = SimPorts & {
  /** Numbers of the phones. */
  readonly phones: readonly string[];
  readonly pid: number;
  /** Makes the phones register here. They go on trying while nobody answers. */
  register(registrar: Peer): void;
  /** Resolves with a line about why, when the process ends without having been asked to. */
  readonly died: Promise<string>;
  /** Hangs up and ends the process; after two seconds by force. Safe to repeat. */
  close(): Promise<void>;
};

const openMs = 30_000;
const closeMs = 2_000;

/** Resolves once the simulation's ports are open. Rejects with an Error that says why they are not. */
export async function launchSim(options: SimOptions): Promise<Sim> {
  const child = startChild();
  // A child that is just dying still counts as connected: what then goes wrong comes to the callback, and `exit` tells.
  const order = (message: SimOrder) => void (child.connected && child.send(message, () => {}));
  child.on("error", (error) => options.log.error({ error: error.message }, "simulated phones"));
  forwardLog(child, options.log);
  try {
    const opened = waitForPorts(child, options.clock);
    const { phones, domain, host = "127.0.0.1", rtpPorts = [28_000, 31_999] } = options;
    order({ type: "open", setup: { phones, domain, host, rtpPorts } });
    const ports = await opened;
    if (options.gatewaySip) order({ type: "register", registrar: options.gatewaySip });
    return running(child, { ...ports, phones: phones.map(({ number }) => number), clock: options.clock, order });
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** main.ts in a checkout, main.js in a package: the same ending as this file. */
function startChild(): ChildProcess {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const entry = fileURLToPath(new URL(`./main.${ending}`, import.meta.url));
  // Nothing of the gateway's environment is meant for the child, and some of it may be secret.
  // Nor are the gateway's flags: what ends it with its launcher would end the child at once.
  const execArgv = ["--disable-warning=ExperimentalWarning"];
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
  return fork(entry, [], { stdio: ["ignore", "ignore", "inherit", "ipc"], env, execArgv });
}

function forwardLog(child: ChildProcess, log: Log): void {
  child.on("message", (report: SimReport) => {
    if (report.type === "log") log[report.level](report.fields, report.message);
  });
}

function waitForPorts(child: ChildProcess, clock: Clock): Promise<SimPorts> {
  return new Promise((resolve, reject) => {
    const late = clock.after(openMs, () => fail("it did not open its ports in time"));
    const fail = (reason: string) => {
      late.cancel();
      reject(new Error(`the simulated phones did not start: ${reason}`));
    };
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => fail(`its process ended (${signal ?? code})`));
    child.on("message", (report: SimReport) => {
      if (report.type === "failed") fail(report.reason);
      if (report.type !== "opened") return;
      late.cancel();
      const { phonePort, trunkPort, controlPort } = report;
      resolve({ phonePort, trunkPort, controlPort });
    });
  });
}

type Running = SimPorts & {
  readonly phones: readonly string[];
  readonly clock: Clock;
  readonly order: (message: SimOrder) => void;
};

function running(child: ChildProcess, { clock, order, ...rest }: Running): Sim {
  const died = Promise.withResolvers<string>();
  let closing = false;
  const ended = once(child, "exit").then(([code, signal]) => {
    if (!closing) died.resolve(`the simulated phones are gone (${String(signal ?? code)})`);
  });
  return {
    ...rest,
    pid: child.pid ?? 0,
    died: died.promise,
    register: (registrar) => order({ type: "register", registrar }),
    async close() {
      closing = true;
      order({ type: "close" });
      const force = clock.after(closeMs, () => void child.kill("SIGKILL"));
      await ended;
      force.cancel();
    },
  };
}
