// SIPp as the phones or as the parties behind the trunk: started, ended, and read: its own counts, and its list of messages,
// each with the time just after it was read or written.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const scenario = (name: string): string => fileURLToPath(new URL(`./${name}.xml`, import.meta.url));

export type SippOptions = {
  /** Also the name of its files. */
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  /** Between 180 and 200. */
  readonly answerMs: number;
  /** Sends RTP (PCMU, 50 packets a second) from the ACK on; from this port on. */
  readonly audioFrom?: number;
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
  /** `invited` in one list. */
  readonly invites: readonly { readonly called: string; readonly at: number }[];
};

export type Sipp = {
  readonly pid: number;
  /** Ends it once its calls are over; rejects when it had to be killed. */
  finish(): Promise<SippReport>;
  kill(): void;
};

type Files = { readonly messages: string; readonly counts: string; readonly errors: string };

const filesOf = ({ name, folder }: Pick<SippOptions, "name" | "folder">): Files => ({
  messages: join(folder, `${name}.messages`),
  counts: join(folder, `${name}.csv`),
  errors: join(folder, `${name}.err`),
});

const logsTo = ({ messages, counts, errors }: Files): readonly string[] => [
  ...["-trace_shortmsg", "-shortmessage_file", messages],
  ...["-trace_stat", "-stf", counts, "-fd", "3600"],
  ...["-trace_err", "-error_file", errors],
];

export async function startSipp(options: SippOptions): Promise<Sipp> {
  const files = filesOf(options);
  const { folder, name, audioFrom } = options;
  const script = audioFrom === undefined ? scenario("answering") : await talking(folder, name);
  const own = [
    ...["-sf", script, "-i", "127.0.0.1", "-p", `${options.port}`, "-d", `${options.answerMs}`],
    ...rtpFrom(audioFrom),
  ];
  const child = spawn("sipp", [...own, "-nostdin", ...logsTo(files)], { cwd: options.folder, stdio: "ignore" });
  const exited = once(child, "exit") as Promise<[number | null]>;
  await Promise.race([taken(options.port), exited.then(() => refuseStart(options.name))]);
  return {
    pid: child.pid ?? refuseStart(options.name),
    async finish() {
      await end(child, exited, options.name);
      return { ...(await counts(files.counts)), ...times(await readFile(files.messages, "utf8")) };
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

const rtpFrom = (port: number | undefined): readonly string[] =>
  port === undefined ? [] : ["-mp", `${port}`, "-rtp_payload", "0"];

/** The answering side with its words, a second of mu-law over and over. */
async function talking(folder: string, name: string): Promise<string> {
  const sound = join(folder, `${name}.ul`);
  await writeFile(
    sound,
    Uint8Array.from({ length: 8_000 }, (_, at) => 0x80 | (at % 0x30)),
  );
  const silent = await readFile(scenario("answering"), "utf8");
  const words = `<nop><action><exec rtp_stream="${sound},-1,0" /></action></nop>`;
  const script = join(folder, `${name}.xml`);
  const spoken = silent.replace("<!-- audio -->", words).replace("[media_port]", "[rtpstream_audio_port]");
  await writeFile(script, spoken);
  return script;
}

export type CallersOptions = {
  readonly folder: string;
  /** Of the trunk that they call from. */
  readonly port: number;
  readonly gatewayPort: number;
  /** Calls a second. */
  readonly rate: number;
  readonly calls: readonly { readonly called: string; readonly caller: string }[];
};

export type CallersReport = Pick<SippReport, "successful" | "failed" | "retransmissions" | "messages"> & {
  /** When each call's INVITE was written, wall milliseconds; by the index of the call, in the order in which they were written. */
  readonly calledAt: ReadonlyMap<number, number>;
};

/** People who call in, until all their calls are over. */
export async function runCallers(options: CallersOptions): Promise<CallersReport> {
  const { folder, port, gatewayPort, rate, calls } = options;
  const name = "callers";
  const files = filesOf({ name, folder });
  const rows = join(folder, "calls.csv");
  await writeFile(rows, ["SEQUENTIAL", ...calls.map(({ called, caller }) => `${called};${caller}`), ""].join("\n"));
  const place = ["-i", "127.0.0.1", "-p", `${port}`, `127.0.0.1:${gatewayPort}`, "-inf", rows];
  const load = ["-r", `${rate}`, "-m", `${calls.length}`, "-l", `${calls.length}`, "-nostdin"];
  const args = ["-sf", scenario("calling"), ...place, ...load, ...logsTo(files)];
  const child = spawn("sipp", args, { cwd: folder, stdio: "ignore" });
  await once(child, "exit");
  return { ...(await counts(files.counts)), ...callTimes(await readFile(files.messages, "utf8")) };
}

/** SIPp counts its calls from 1, and begins the Call-ID with that number. */
function callTimes(text: string): Pick<CallersReport, "calledAt" | "messages"> {
  const rows = text.trim().split("\n");
  const calledAt = new Map<number, number>();
  for (const row of rows) {
    const [, , seconds, direction, callId = "", , first = ""] = row.split("\t");
    const index = Number.parseInt(callId, 10) - 1;
    if (direction === "S" && first.startsWith("INVITE ") && !calledAt.has(index))
      calledAt.set(index, Number(seconds) * 1000);
  }
  return { calledAt, messages: rows.length };
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
function times(text: string): Pick<SippReport, "messages" | "invited" | "answered" | "invites"> {
  const rows = text.trim().split("\n");
  const users = new Map<string, string>();
  const invites: { readonly called: string; readonly at: number }[] = [];
  const answered = new Map<string, number[]>();
  for (const row of rows) {
    const [, , seconds, direction, callId = "", cseq = "", first = ""] = row.split("\t");
    const user = /^INVITE sip:(\d+)@/.exec(first)?.[1];
    // One that came again is not another call.
    if (direction === "R" && user !== undefined && !users.has(callId)) {
      users.set(callId, user);
      invites.push({ called: user, at: Number(seconds) * 1000 });
    }
    if (direction === "S" && first.startsWith("SIP/2.0 200") && cseq.endsWith(" INVITE")) {
      note(answered, users.get(callId) ?? "", Number(seconds));
    }
  }
  const byNumber = Map.groupBy(invites, ({ called }) => called);
  const invited = new Map([...byNumber].map(([number, list]) => [number, list.map(({ at }) => at)]));
  return { messages: rows.length, invited, answered, invites };
}

function note(times: Map<string, number[]>, user: string, seconds: number): void {
  const list = times.get(user);
  if (list) list.push(seconds * 1000);
  else times.set(user, [seconds * 1000]);
}
