// Runs the benchmarks one after the other, each as a process of its own, and looks at the machine that they run on.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpus, loadavg, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { Figure } from "./figure.ts";
import type { Job, Needed } from "./jobs.ts";
import type { JobOutcome, Machine, Report } from "./report.ts";

/** How each says its version, and how Debian calls its package. */
const programs: Readonly<
  Record<Needed, { readonly command: readonly string[]; readonly version: RegExp; readonly package: string }>
> = {
  sipp: { command: ["sipp", "-v"], version: /SIPp v?([\d.]+)/, package: "sip-tester" },
  kamailio: {
    command: ["kamailio", "-v"],
    version: /version: kamailio ([\d.]+)/,
    package: "kamailio kamailio-tls-modules",
  },
  rtpengine: { command: ["rtpengine", "--version"], version: /Version: ([\d.]+)/, package: "rtpengine-daemon" },
  chromium: { command: ["chromium", "--version"], version: /Chromium ([\d.]+)/, package: "chromium" },
};

/** null: it is not there. */
export function versionOf(name: Needed): string | null {
  const { command, version } = programs[name];
  const [program = "", ...args] = command;
  const { stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (error) return null;
  return version.exec(`${stdout}${stderr}`)?.[1] ?? "of unknown version";
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const loadAverage = (): number => rounded(loadavg()[0] ?? 0);

const machine = (): Machine => ({
  ...{ cpus: cpus().length, model: cpus()[0]?.model ?? "unknown", memoryGib: rounded(totalmem() / 2 ** 30) },
  ...{ kernel: release(), loadAverage: loadAverage() },
});

/** null: this is no checkout. */
function commit(): Report["commit"] {
  const git = (...args: readonly string[]) => spawnSync("git", args, { encoding: "utf8" });
  const { status, stdout } = git("rev-parse", "HEAD");
  if (status !== 0) return null;
  return { hash: stdout.trim().slice(0, 12), dirty: git("status", "--porcelain").stdout.trim() !== "" };
}

export type Plan = {
  readonly jobs: readonly Job[];
  readonly form: Report["form"];
  readonly version: string;
  /** ISO 8601. */
  readonly at: string;
  readonly say: (line: string) => void;
};

export async function runAll({ jobs, form, version, at, say }: Plan): Promise<Report> {
  const found = Object.fromEntries((Object.keys(programs) as Needed[]).map((name) => [name, versionOf(name)]));
  const report = {
    at,
    form,
    machine: machine(),
    versions: { seatway: version, node: process.version, ...found },
    commit: commit(),
  };
  const outcomes: JobOutcome[] = [];
  for (const job of jobs) {
    const absent = job.needs.filter((name) => found[name] === null);
    for (const peer of job.peers) if (found[peer] === null) say(`${job.name}: ${peer} is missing, so are its rows`);
    outcomes.push(absent.length > 0 ? leftOut(job, form, absent) : await run(job, form, say));
  }
  return { ...report, jobs: outcomes };
}

const argsOf = (job: Job, form: Report["form"]): readonly string[] => (form === "short" ? job.shortArgs : job.args);
const commandOf = (job: Job, args: readonly string[]): string =>
  `npm run bench ${job.bench}${args.length > 0 ? ` -- ${args.join(" ")}` : ""}`;

function leftOut(job: Job, form: Report["form"], absent: readonly Needed[]): JobOutcome {
  const packages = absent.map((name) => programs[name].package).join(" ");
  return {
    ...{
      name: job.name,
      command: commandOf(job, argsOf(job, form)),
      state: "missing",
      seconds: 0,
      figures: [],
      output: null,
    },
    ...{
      loadBefore: loadAverage(),
      said: `${absent.join(", ")} missing (Debian, Ubuntu: apt-get install ${packages})`,
    },
  };
}

async function run(job: Job, form: Report["form"], say: (line: string) => void): Promise<JobOutcome> {
  const args = argsOf(job, form);
  const command = commandOf(job, args);
  const loadBefore = loadAverage();
  say(`\n== ${job.name}: ${command}`);
  const begun = performance.now();
  const file = fileURLToPath(new URL(`../${job.bench}.ts`, import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [printed, told] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    told += text;
    say(text.trimEnd());
  });
  const [code] = (await once(child, "close")) as [number | null];
  const output = parsed(printed);
  const seconds = (performance.now() - begun) / 1000;
  const done = code === 0 && output !== null;
  const said = done ? "" : told.trim().split("\n").slice(-10).join("\n");
  return {
    ...{ name: job.name, command, state: done ? "done" : "failed", said, loadBefore, seconds, output },
    figures: output === null ? [] : job.figures(output).map(form === "short" ? withoutAim : (figure) => figure),
  };
}

/** A short run shows that it runs. */
const withoutAim = ({ aim: _, ...figure }: Figure): Figure => figure;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
