// One program under the two-leg load: started, warmed up, measured at each rate, ended. Its CPU is that of all its processes.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SubjectMessage, SubjectOrder } from "./b2bua.ts";
import { rounded } from "./figures.ts";
import { type Running, startKamailio } from "./kamailio.ts";
import { kept, nursery } from "./launch.ts";
import { cpuMs } from "./process-cost.ts";
import type { LoadMessage, LoadOrder, LoadResult } from "./two-leg-load.ts";
import type { Kind } from "./two-leg-messages.ts";
import type { Pem } from "./two-leg-wire.ts";

export const SUBJECTS = ["seatway", "kamailio", "floor"] as const;
export type Subject = (typeof SUBJECTS)[number];

export type RunPlan = {
  readonly transport: Kind;
  /** Calls a second, one after the other. */
  readonly rates: readonly number[];
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly pem: Pem;
  /** More for the command line of our program, e.g. `--cpu-prof`. */
  readonly execArgv: readonly string[];
};

export type TwoLegRow = Omit<LoadResult, "calls"> & {
  readonly calls: number;
  readonly rate: number;
  readonly cpuMsPerCall: number;
  /** Of the load's own process: near 1,000 a second it is the bottleneck. */
  readonly loadCpuMsPerSecond: number;
};

export type TwoLegRun = {
  readonly rows: readonly TwoLegRow[];
  /** Heap that a call of ours still takes when it is over, until its last timer (32 s); undefined for others. */
  readonly finishedCallBytes?: number;
};

/** Behind the first calls of the warm-up their timers begin to run out: what is left would then be weighed too low. */
const WEIGHED_WITHIN_MS = 28_000;
/** With fewer calls the compiler's own coming and going weighs more than they. */
const WEIGHED_CALLS = 2_000;

const script = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

export async function runTwoLegs(subject: Subject, plan: RunPlan): Promise<TwoLegRun> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-bench-"));
  const load = fork(script("two-leg-load"), { execArgv: ["--disable-warning=ExperimentalWarning"] });
  let running: Started | undefined;
  try {
    load.send({ transport: plan.transport, pem: plan.pem });
    const { callerPort, calleePort } = await from(load, "open");
    const ends = { transport: plan.transport, callerPort, calleePort };
    const order = { ends, pem: plan.pem };
    // A first start keeps the compiled code, so that the type stripper is no part of what is measured.
    if (subject === "seatway") await (await start(subject, order, { folder, execArgv: [] })).stop();
    running = await start(subject, order, { folder, execArgv: plan.execArgv });
    return await measure(load, running, plan);
  } finally {
    if (load.connected) load.send({ type: "end" } satisfies LoadOrder);
    await running?.stop();
    load.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

type Started = Running & { heapBytes?(): Promise<number> };

async function start(
  subject: Subject,
  order: SubjectOrder,
  { folder, execArgv }: { readonly folder: string; readonly execArgv: readonly string[] },
): Promise<Started> {
  if (subject === "kamailio") return startKamailio(order, folder);
  const plain = ["--disable-warning=ExperimentalWarning"];
  const ours = subject === "seatway";
  const child = fork(script(ours ? "b2bua" : "bare-relay"), {
    execArgv: ours ? [...plain, nursery, "--expose-gc", ...execArgv] : plain,
    env: ours ? { ...process.env, ...kept } : process.env,
  });
  const ask = async (message: object): Promise<SubjectMessage> => {
    child.send(message);
    return ((await once(child, "message")) as [SubjectMessage])[0];
  };
  const { port } = (await ask(order)) as { port: number };
  return {
    pid: child.pid ?? 0,
    port,
    async stop() {
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
    ...(ours ? { heapBytes: async () => ((await ask({})) as { heapBytes: number }).heapBytes } : {}),
  };
}

async function measure(load: ChildProcess, running: Started, plan: RunPlan): Promise<TwoLegRun> {
  tell(load, { type: "aim", port: running.port });
  await from(load, "aimed");
  const begin = performance.now();
  if (plan.warmUpSeconds > 0) await runOnce(load, { rate: Math.max(...plan.rates), seconds: plan.warmUpSeconds });
  const before = await running.heapBytes?.();
  const rows: TwoLegRow[] = [];
  for (const rate of plan.rates) {
    const [cpu, loadCpu] = [cpuMs(running.pid), cpuMs(load.pid ?? 0)];
    const result = await runOnce(load, { rate, seconds: plan.seconds });
    rows.push({
      ...result,
      rate,
      cpuMsPerCall: rounded((cpuMs(running.pid) - cpu) / result.calls),
      loadCpuMsPerSecond: Math.round((cpuMs(load.pid ?? 0) - loadCpu) / plan.seconds),
    });
  }
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const late = performance.now() - begin > WEIGHED_WITHIN_MS;
  if (before === undefined || late || calls < WEIGHED_CALLS) return { rows };
  const after = (await running.heapBytes?.()) ?? 0;
  return { rows, finishedCallBytes: Math.round((after - before) / calls) };
}

const tell = (load: ChildProcess, order: LoadOrder): void => void load.send(order);

async function runOnce(load: ChildProcess, order: { readonly rate: number; readonly seconds: number }) {
  tell(load, { type: "run", ...order });
  const { type: _, ...result } = await from(load, "done");
  return result;
}

async function from<Type extends LoadMessage["type"]>(
  load: ChildProcess,
  type: Type,
): Promise<Extract<LoadMessage, { readonly type: Type }>> {
  const exited = once(load, "exit").then(() => undefined);
  const message = await Promise.race([once(load, "message").then(([it]) => it as LoadMessage), exited]);
  if (message?.type !== type)
    throw new Error(`the load's process said ${message?.type ?? "nothing"} instead of ${type}`);
  return message as Extract<LoadMessage, { readonly type: Type }>;
}
