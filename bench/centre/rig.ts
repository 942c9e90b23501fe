// The whole contact centre: gateway, town and floor as processes of their own, and the gateway's end and return.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Ports, type StartedGateway, startGateway } from "../../test/support/started-gateway.ts";
import { wallMs } from "../load/figures.ts";
import { kept, nursery } from "../load/launch.ts";
import type { FloorOrder } from "./floor.ts";
import { type Program, startProgram } from "./link.ts";
import { centreSite, seats } from "./numbers.ts";
import type { TownOrder, TownPorts } from "./town.ts";

export type RigOptions = {
  readonly agents: number;
  readonly seed: number;
  /** The gateway's data. */
  readonly data: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** NODE_OPTIONS beside the usual ones. */
  readonly nodeOptions?: string;
  readonly within?: readonly [string, ...string[]];
  /** A leg that hears nothing for so long, ms, while the gateway is there, is given up by its owner. */
  readonly silentMs?: number;
  /** Its log is not kept below this level. */
  readonly logLevel?: "info" | "warn" | "debug";
  /** A folder that gets the log of each of its lives: gateway-1.log, ... */
  readonly logs?: string;
};

export type Rig = {
  readonly town: Program<TownOrder>;
  readonly floor: Program<FloorOrder>;
  /** The one that runs now, or ran last. */
  gateway(): StartedGateway;
  /** `kill -9`; resolves when it is gone, with how that was seen. */
  kill(): Promise<string>;
  /** Starts it again where it was; resolves when it is ready, with how long that took, ms. */
  start(): Promise<number>;
  /** All phones register, or do so again. */
  register(): Promise<void>;
  signIn(): Promise<void>;
  close(): Promise<void>;
};

/** A machine that is busy with others makes no gateway fail. */
const START_MS = 120_000;
const townPorts = [34_000, 43_999] as const;
/** Ports for so many legs; what is more waits half a second for its port. */
const hundredsFor = (agents: number): number => Math.min(60, Math.max(4, Math.ceil((agents * 8) / 100)));

export async function startRig(options: RigOptions): Promise<Rig> {
  const { agents, seed, silentMs = null } = options;
  const folder = await mkdtemp(join(tmpdir(), "seatway-centre-"));
  const [town, floor] = await Promise.all([
    startProgram<TownOrder>("./town.ts"),
    startProgram<FloorOrder>("./floor.ts"),
  ]);
  let lives = 0;
  const keepLog = async (gateway: StartedGateway): Promise<void> => {
    lives += 1;
    if (options.logs !== undefined) await writeFile(join(options.logs, `gateway-${lives}.log`), gateway.log());
  };
  const close = async (gateway?: StartedGateway): Promise<void> => {
    await gateway?.stop();
    if (gateway) await keepLog(gateway);
    await Promise.all([town.close(), floor.close()]);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { trunk } = await town.ask<TownPorts>({ type: "open", seed, rtpPorts: townPorts });
    const config = join(folder, "site.yaml");
    await writeFile(config, centreSite({ agents, trunkPort: trunk }));
    const pushTo = await floor.ask<string>({ type: "open", seed });
    const start = launcher(options, { SEATWAY_CONFIG: config, SEATWAY_PUSH_TARGETS: pushTo });
    let gateway = await start();
    // Whoever ends the driver ends what it has started.
    const end = (): void => void close(gateway).finally(() => process.exit(1));
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
    const register = (): Promise<void> =>
      town.ask({ type: "register", phones: seats(agents).map(({ phone }) => phone), port: gateway.ports.sip });
    return {
      ...{ town, floor, register },
      gateway: () => gateway,
      async signIn() {
        await floor.ask({ type: "sign-in", agents, url: gateway.url });
        await town.ask({ type: "impatient", silentMs });
      },
      async kill() {
        const { pid } = gateway;
        await gateway.stop("SIGKILL");
        await keepLog(gateway);
        await town.ask({ type: "impatient", silentMs: null });
        await floor.ask({ type: "gateway", up: false });
        return goneWith(pid);
      },
      async start() {
        const began = wallMs();
        gateway = await start(gateway.ports);
        const readyMs = wallMs() - began;
        await floor.ask({ type: "gateway", up: true });
        await town.ask({ type: "impatient", silentMs });
        return readyMs;
      },
      close() {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, end);
        return close(gateway);
      },
    };
  } catch (fault) {
    await close();
    throw fault;
  }
}

/** As `npm start` runs it, compiled code kept. */
function launcher(options: RigOptions, own: Readonly<Record<string, string>>) {
  const { agents, data, nodeOptions = "", within, logLevel = "info" } = options;
  const settings = {
    ...kept,
    SEATWAY_LOG_LEVEL: logLevel,
    SEATWAY_EVENT_GEN_TIME: "ON",
    ...options.settings,
    ...own,
    NODE_OPTIONS: `${nursery} --expose-gc ${nodeOptions}`.trim(),
  };
  return (ports?: Ports): Promise<StartedGateway> =>
    startGateway({
      ...{ data, settings, mediaHundreds: hundredsFor(agents), patienceMs: START_MS },
      ...(within && { within }),
      ...(ports && { ports }),
    });
}

/** Nobody has the number any more. */
function goneWith(pid: number): string {
  try {
    process.kill(pid, 0);
    return "";
  } catch (fault) {
    return `pid ${pid}: ${(fault as NodeJS.ErrnoException).code}`;
  }
}
