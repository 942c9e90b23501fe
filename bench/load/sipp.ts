// SIPp as the phones or as the parties behind the trunk: started, ended, and read: its own counts, and its list of messages,
// each with the time just after it was read or written.

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
  /** SIP messages in and out. */
  readonly messages: number;
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
    messages: join(options.folder, `${options.name}.messages`),
    counts: join(options.folder, `${options.name}.csv`),
  };
  const own = ["-sf", scenario, "-i", "127.0.0.1", "-p", `${options.port}`, "-d", `${options.answerMs}`, "-nostdin"];
  const logs = [
    "-trace_shortmsg",
    "-shortmessage_file",
    files.messages,
    "-trace_stat",
    "-stf",
    files.counts,
    "-fd",
    "3600",
  ];
  const errors = ["-trace_err", "-error_file", join(options.folder, `${options.name}.err`)];
  const child = spawn("sipp", [...own, ...logs, ...errors], { cwd: options.folder, stdio: "ignore" });
  const exited = once(child, "exit") as Promise<[number | null]>;
  await Promise.race([taken(options.port), exited.then(() => refuseStart(options.name))]);
  return {
    async finish() {
      await end(child, exited, options.name);
      return { ...(await counts(files.counts)), ...times(await readFile(files.messages, "utf8")) };
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

/** One row per message, by tabs: date, time, epoch seconds, R or S, Call-ID, CSeq, first line. */
function times(text: string): Pick<SippReport, "messages" | "invited" | "answered"> {
  const rows = text.trim().split("\n");
  const users = new Map<string, string>();
  const invited = new Map<string, number[]>();
  const answered = new Map<string, number[]>();
  for (const row of rows) {
    const [, , seconds, direction, callId = "", cseq = "", first = ""] = row.split("\t");
    const user = /^INVITE sip:(\d+)@/.exec(first)?.[1];
    // One that came again is not another call.
    if (direction === "R" && user !== undefined && !users.has(callId)) {
      users.set(callId, user);
      note(invited, user, Number(seconds));
    }
    if (direction === "S" && first.startsWith("SIP/2.0 200") && cseq.endsWith(" INVITE")) {
      note(answered, users.get(callId) ?? "", Number(seconds));
    }
  }
  return { messages: rows.length, invited, answered };
}

function note(times: Map<string, number[]>, user: string, seconds: number): void {
  const list = times.get(user);
  if (list) list.push(seconds * 1000);
  else times.set(user, [seconds * 1000]);
}
