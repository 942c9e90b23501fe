// SIPp as the phones or as the parties behind the trunk: started, ended, and read: its own counts, and the times that
// answering.xml writes.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const scenario = fileURLToPath(new URL("./answering.xml", import.meta.url));

export type SippOptions = {
  /** Also the name of its files. */
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  /** Between 180 and 200. */
  readonly answerMs: number;
};

/** What one SIPp saw. Times are wall milliseconds with fractions, by the number that was called, in order. */
export type SippReport = {
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
  readonly invited: ReadonlyMap<string, readonly number[]>;
  readonly answered: ReadonlyMap<string, readonly number[]>;
};

export type Sipp = {
  /** Ends it once its calls are over; rejects when it had to be killed. */
  finish(): Promise<SippReport>;
  kill(): void;
};

export async function startSipp(options: SippOptions): Promise<Sipp> {
  const files = {
    log: join(options.folder, `${options.name}.log`),
    counts: join(options.folder, `${options.name}.csv`),
  };
  const own = ["-sf", scenario, "-i", "127.0.0.1", "-p", `${options.port}`, "-d", `${options.answerMs}`, "-nostdin"];
  const logs = ["-trace_logs", "-log_file", files.log, "-trace_stat", "-stf", files.counts, "-fd", "3600"];
  const errors = ["-trace_err", "-error_file", join(options.folder, `${options.name}.err`)];
  const child = spawn("sipp", [...own, ...logs, ...errors], { cwd: options.folder, stdio: "ignore" });
  const exited = once(child, "exit") as Promise<[number | null]>;
  await Promise.race([taken(options.port), exited.then(() => refuseStart(options.name))]);
  return {
    async finish() {
      await end(child, exited, options.name);
      return { ...(await counts(files.counts)), ...times(await readFile(files.log, "utf8")) };
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

const refuseStart = (name: string): never => {
  throw new Error(`sipp (${name}) did not start`);
};

/** Until somebody has the port: /proc/net/udp shows local ports in hex. */
async function taken(port: number): Promise<void> {
  const mark = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  for (let tries = 0; tries < 500; tries++) {
    if ((await readFile("/proc/net/udp", "utf8")).includes(mark)) return;
    await sleep(10);
  }
  throw new Error(`nobody took UDP port ${port}`);
}

/** SIGUSR1 is SIPp's own "finish what is open, then quit". */
async function end(child: ChildProcess, exited: Promise<unknown>, name: string): Promise<void> {
  child.kill("SIGUSR1");
  const gone = await Promise.race([exited.then(() => true), sleep(10_000, false, { ref: false })]);
  if (gone) return;
  child.kill("SIGKILL");
  await exited;
  throw new Error(`sipp (${name}) had calls that did not end`);
}

async function counts(file: string): Promise<Pick<SippReport, "successful" | "failed" | "retransmissions">> {
  const rows = (await readFile(file, "utf8")).trim().split("\n");
  const names = rows[0]?.split(";") ?? [];
  const last = rows.at(-1)?.split(";") ?? [];
  const value = (name: string): number => Number(last[names.indexOf(name)]);
  return {
    successful: value("SuccessfulCall(C)"),
    failed: value("FailedCall(C)"),
    retransmissions: value("Retransmissions(C)"),
  };
}

function times(log: string): Pick<SippReport, "invited" | "answered"> {
  const found = { invited: new Map<string, number[]>(), answering: new Map<string, number[]>() };
  for (const [, word, user = "", seconds, micros] of log.matchAll(/^(invited|answering) (\d+) (\S+) (\S+)$/gm)) {
    const map = found[word as keyof typeof found];
    const at = Number(seconds) * 1000 + Number(micros) / 1000;
    const list = map.get(user);
    if (list) list.push(at);
    else map.set(user, [at]);
  }
  return { invited: found.invited, answered: found.answering };
}
