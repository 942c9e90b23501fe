// npm run bench sip -- [--transport udp,tcp,tls] [--rates 200,500,1000] [--seconds 4] [--warm-up 4] [--rounds 5]
// [--only messages|calls] [--subjects seatway,kamailio,floor] [--profile FOLDER]
// The SIP layer: messages a second beside other libraries, and what a call with two legs costs beside Kamailio and beside bare
// sockets. One JSON object on standard output, tables on standard error. docs/benchmarks.md says what is measured. Exit code
// 1 when a call through our program failed.

import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { generate } from "selfsigned";
import { machine } from "./load/figures.ts";
import { hasKamailio } from "./load/kamailio.ts";
import { type MessageRate, measureMessages } from "./load/message-rates.ts";
import { oneOf, whole } from "./load/options.ts";
import type { Kind } from "./load/two-leg-messages.ts";
import { runTwoLegs, SUBJECTS, type Subject, type TwoLegRow, type TwoLegRun } from "./load/two-leg-run.ts";
import type { Pem } from "./load/two-leg-wire.ts";

const { values } = parseArgs({
  options: {
    transport: { type: "string", default: "udp,tcp,tls" },
    rates: { type: "string", default: "200,500,1000" },
    seconds: { type: "string", default: "4" },
    "warm-up": { type: "string", default: "4" },
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    subjects: { type: "string", default: SUBJECTS.join(",") },
    profile: { type: "string" },
  },
});
const profile = values.profile === undefined ? undefined : resolve(values.profile);
if (profile) await mkdir(profile, { recursive: true });

const only = values.only === undefined ? undefined : oneOf("only", values.only, ["messages", "calls"]);
const plan = {
  transports: values.transport.split(",").map((name) => oneOf<Kind>("transport", name, ["udp", "tcp", "tls"])),
  subjects: values.subjects.split(",").map((name) => oneOf<Subject>("subjects", name, SUBJECTS)),
  rates: values.rates.split(",").map((rate) => whole("rates", rate)),
  seconds: whole("seconds", values.seconds),
  warmUpSeconds: whole("warm-up", values["warm-up"], 0),
  rounds: whole("rounds", values.rounds),
};

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function messagesTable(rates: readonly MessageRate[]): string {
  const names = Object.keys(rates[0]?.perSecond ?? {});
  const row = (cells: readonly string[]): string =>
    cells.map((cell, at) => (at ? cell.padStart(12) : cell.padEnd(20))).join("");
  const rows = rates.map(({ work, bytes, perSecond }) =>
    row([work, `${bytes}`, ...names.map((name) => (perSecond[name] ?? 0).toLocaleString("en"))]),
  );
  return ["", row(["messages/s", "bytes", ...names]), ...rows].join("\n");
}

function callRow(subject: Subject, row: TwoLegRow, floor: TwoLegRow | undefined): string {
  const times = floor ? (row.cpuMsPerCall / floor.cpuMsPerCall).toFixed(1) : "";
  return [
    ...[subject.padEnd(9), `${row.rate}`.padStart(7), row.cpuMsPerCall.toFixed(3).padStart(13), times.padStart(9)],
    ...[`${row.failed}`.padStart(8), `${row.retransmissions}`.padStart(16)],
    ...[`${row.answeredMs.p50.toFixed(1)} / ${row.answeredMs.p99.toFixed(1)}`.padStart(18)],
    ...Object.entries(row.reasons).map(([reason, count]) => `  ${count} x ${reason}`),
  ].join("");
}

type Calls = { readonly transport: Kind; readonly runs: Readonly<Partial<Record<Subject, TwoLegRun>>> };

function callsTable({ transport, runs }: Calls): string {
  const head = `calls/s  CPU ms/call  × floor  failed  retransmissions  200 after p50/p99`;
  const rows = Object.entries(runs).flatMap(([name, run]) =>
    run.rows.map((row, at) => callRow(name as Subject, row, runs.floor?.rows[at])),
  );
  const bytes = runs.seatway?.finishedCallBytes;
  return [
    ...["", `a call with two legs over ${transport.toUpperCase()}`, `${"".padEnd(9)}${head}`, ...rows],
    ...(bytes === undefined ? [] : [`a finished call of ours keeps ${bytes} bytes until its last timer (32 s)`]),
  ].join("\n");
}

async function measureCalls(transport: Kind, pem: Pem, subjects: readonly Subject[]): Promise<Calls> {
  const runs: Partial<Record<Subject, TwoLegRun>> = {};
  for (const subject of subjects) {
    const execArgv = profile ? ["--cpu-prof", `--cpu-prof-dir=${profile}`] : [];
    runs[subject] = await runTwoLegs(subject, { ...plan, transport, pem, execArgv });
  }
  return { transport, runs };
}

async function certificate(): Promise<Pem> {
  const pems = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    ...{ keyType: "ec", algorithm: "sha256" },
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  return { key: pems.private, cert: pems.cert };
}

const messages = only === "calls" ? [] : measureMessages({ rounds: plan.rounds, roundMs: 100 });
if (messages.length > 0) say(messagesTable(messages));
const calls: Calls[] = [];
if (only !== "messages") {
  const subjects = plan.subjects.filter((subject) => subject !== "kamailio" || hasKamailio());
  if (subjects.length < plan.subjects.length) {
    say("\nkamailio is missing, so are its rows (Debian, Ubuntu: apt-get install kamailio kamailio-tls-modules)");
  }
  const pem = await certificate();
  for (const transport of plan.transports) {
    const done = await measureCalls(transport, pem, subjects);
    calls.push(done);
    say(callsTable(done));
  }
}
process.stdout.write(`${JSON.stringify({ benchmark: "sip", machine: machine(), plan, messages, calls }, null, 2)}\n`);
process.exitCode = calls.every(({ runs }) => runs.seatway?.rows.every(({ failed }) => failed === 0)) ? 0 : 1;
