// `npm run bench`: a short run of two benchmarks leaves a report and a table, two reports are compared, and each benchmark's output
// becomes figures.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Figure } from "../bench/kit/figure.ts";
import { type AgentsOutput, type CalloutOutput, jobs, type MediaOutput, type StartOutput } from "../bench/kit/jobs.ts";
import { changesText, compare, type JobOutcome, type Report, reportText } from "../bench/kit/report.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const bench = (...args: readonly string[]) =>
  promisify(execFile)(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(root, "bench/all.ts"), ...args],
    { cwd: root },
  );

test("a short run: JSON and table with machine, versions and commit; compared with itself nothing has moved", async (t) => {
  const out = await mkdtemp(join(tmpdir(), "seatway-bench-"));
  t.after(() => rm(out, { recursive: true, force: true }));
  const { stdout } = await bench("--short", "--only", "sip,detect", "--out", out);
  const files = (await readdir(out)).toSorted();
  assert.deepEqual(
    files.map((name) => name.slice(name.lastIndexOf("."))),
    [".json", ".md"],
  );
  const [json = "", table = ""] = files.map((name) => join(out, name));
  const report = JSON.parse(await readFile(json, "utf8")) as Report;
  assert.deepEqual(
    report.jobs.map(({ name, state, said }) => [name, state, said]),
    [
      ["sip", "done", ""],
      ["detect", "done", ""],
    ],
  );
  assert.equal(report.versions["node"], process.version);
  assert.match(report.versions["seatway"] ?? "", /^\d+\.\d+\.\d+/);
  assert.ok(report.machine.cpus > 0 && report.machine.memoryGib > 0);
  const parse = report.jobs[0]?.figures.find(({ name }) => name === "sip: parse INVITE");
  assert.ok((parse?.value ?? 0) > 0);
  assert.deepEqual(Object.keys(parse?.beside ?? {}), ["sip", "jssip"]);
  // So few calls cost the floor less than one tick of the system's accounting at times.
  const floor = report.jobs[0]?.figures.find(({ name, beside }) => /two legs, 20\/s/.test(name) && beside)?.beside?.[
    "floor"
  ];
  assert.equal(typeof floor, "number");
  const text = await readFile(table, "utf8");
  assert.ok(stdout.startsWith(text));
  assert.match(text, /^\| sip: parse INVITE \| [\d,.]+ messages\/s \| sip [\d,.]+, jssip [\d,.]+ \|/m);
  const again = await bench("--compare", json, "--with", json);
  assert.match(again.stdout, /^\n\d+ figures compared, 0 moved/);
});

test("what is no benchmark is named, with those that are", async () => {
  await assert.rejects(
    bench("--only", "nonsense"),
    /--only nonsense: one of callout, routing, start, agents, sip, media, board, desk, detect/,
  );
});

const figure = (name: string, value: number | null, more: Partial<Figure> = {}): Figure => ({
  name,
  value,
  unit: "ms",
  better: "less",
  ...more,
});
const job = (name: string, figures: readonly Figure[], more: Partial<JobOutcome> = {}): JobOutcome => ({
  ...{
    name,
    command: `npm run bench ${name}`,
    state: "done",
    said: "",
    loadBefore: 0,
    seconds: 1,
    figures,
    output: {},
  },
  ...more,
});
const report = (...outcomes: readonly JobOutcome[]): Report => ({
  ...{ at: "2026-01-31T12:00:00.000Z", form: "long", commit: { hash: "0123456789ab", dirty: true }, jobs: outcomes },
  machine: { cpus: 2, model: "a core", memoryGib: 8, kernel: "6.1", loadAverage: 0.1 },
  versions: { seatway: "0.1.0", sipp: null },
});

test("what has moved, and which way is better; noise is none, and what one of them has not run is no change", () => {
  const before = report(
    job("a", [
      figure("cpu", 2),
      figure("rate", 100, { better: "more" }),
      figure("noise", 100),
      figure("failed", 0),
      figure("old", 1),
    ]),
    job("b", [figure("other", 1)]),
  );
  const after = report(
    job("a", [
      figure("cpu", 1),
      figure("rate", 80, { better: "more" }),
      figure("noise", 109),
      figure("failed", 3),
      figure("new", 1),
    ]),
    job("b", [], { state: "missing" }),
  );
  const changes = compare(before, after);
  assert.deepEqual(
    changes.map(({ name, judged }) => [name, judged]),
    [
      ["cpu", "better"],
      ["rate", "worse"],
      ["noise", "same"],
      ["failed", "worse"],
      ["new", "new"],
      ["old", "gone"],
    ],
  );
  const text = changesText(changes);
  assert.match(text, /^6 figures compared, 5 moved/);
  assert.match(text, /^\| cpu \| 2 \| 1 ms \| -50 % \| better \|$/m);
});

test("the table says what was missed, what failed and what is missing", () => {
  const text = reportText(
    report(
      job("a", [figure("cpu", 2, { aim: 1.5, beside: { floor: 0.3 } }), figure("p99", 9, { aim: 10 })]),
      job("b", [], { state: "failed", said: "a line\nanother" }),
      job("c", [], { state: "missing", said: "sipp missing" }),
    ),
  );
  for (const line of [
    "| cpu | 2 ms | floor 0.3 | ≤ 1.5 MISSED |",
    "| p99 | 9 ms |  | ≤ 10 reached |",
    "`npm run bench b`: failed, 1 s, load average 0 before",
    "    another",
    "`npm run bench c`: left out, sipp missing",
  ])
    assert.ok(text.split("\n").includes(line), `${line}\n\n${text}`);
  assert.match(text, /commit 0123456789ab and changes\. 2 cores/);
  assert.match(text, /sipp missing\.$/m);
});

const named = (bench: string, output: unknown): Map<string, Figure> =>
  new Map(
    jobs
      .filter((each) => each.bench === bench)
      .flatMap(({ figures }) => figures(output).map((each) => [each.name, each])),
  );

test("outputs become figures: callouts with their floor, agents by face, relays beside rtpengine", () => {
  const ms = { p50: 1, p99: 12, max: 20 };
  const run = {
    failures: 0,
    achievedPerSecond: 100,
    cpuMsPerCallout: 2.4,
    replyMs: ms,
    inviteMs: ms,
    answerToEventMs: ms,
    loopDelayMs: ms,
    packets: { in: 104, out: 103 },
    standing: { calls: 100, kbPerCall: 70 },
    cores: { gateway: 1.1, client: 0.4, phones: 0.1, parties: 0.2, machine: 1.9, there: 2 },
    kept: { asItIs: 80, collected: { all: 53 } },
  };
  const callout = named("callout", {
    runs: [{ ...run, residentMb: 300, floor: { cpuMsPerCall: 0.3 } }],
  } as unknown as CalloutOutput);
  assert.deepEqual(callout.get("callout 100/s: CPU per callout")?.beside, { floor: 0.3 });
  assert.equal(callout.get("callout 100/s: REST reply p99")?.aim, 10);
  assert.equal(callout.get("talk 300/s: packets relayed")?.value, 103);
  assert.deepEqual(callout.get("callout 300/s: cores at work")?.beside, { gateway: 1.1, client: 0.4, sipp: 0.3 });
  assert.equal(callout.get("standing calls: memory of each, resident")?.aim, 60);
  assert.equal(callout.get("standing calls: memory of each, collected")?.value, 53);
  const seconds = { p50: 0.9, p99: 1, max: 1 };
  const megabytes = { p50: 116, p99: 119, max: 119 };
  const started = { readyS: seconds, commandS: seconds, residentMb: megabytes, launcherMb: megabytes };
  const starts = named("start", { runs: { package: started } } as StartOutput);
  assert.deepEqual(
    ["package", "checkout"].map((form) => {
      const { value, aim } = starts.get(`start ${form}: idle`) ?? {};
      return [value, aim];
    }),
    [
      [116, 120],
      [null, undefined],
    ],
  );
  const idle = { residentMb: { started: 110, signedIn: 150, peak: 160 }, cpuPercent: 3, polls: { failures: 0 } };
  assert.equal(
    named("agents", { runs: { https: idle } } as unknown as AgentsOutput).get("agents https: resident, started")?.value,
    110,
  );
  const packets = (row: string, cpuUsPerPacket: number) => ({
    row,
    streams: 600,
    cpuUsPerPacket,
    lost: 0,
    addedP99Ms: 1,
  });
  const rows = [packets("sockets", 10), packets("relay", 15), packets("rtpengine", 12)];
  const media = named("media", { rows, mix: null, legs: null } as unknown as MediaOutput);
  assert.deepEqual(media.get("media 600 streams: relay, a packet")?.beside, { rtpengine: 12, sockets: 10 });
  assert.equal(media.get("media: conferences")?.value, null);
});

test("every benchmark is a job; every job is a benchmark that exists; names are unique; docs/capacity.md names commands that are there", async () => {
  assert.equal(new Set(jobs.map(({ name }) => name)).size, jobs.length);
  for (const { bench: file } of jobs) assert.ok(existsSync(join(root, "bench", `${file}.ts`)), file);
  // `all` runs the jobs, `profile` reads what others have left.
  const files = globSync("*.ts", { cwd: join(root, "bench") }).map((file) => file.replace(".ts", ""));
  const measuring = files.filter((file) => file !== "all" && file !== "profile");
  assert.deepEqual([...new Set(jobs.map(({ bench: file }) => file))].toSorted(), measuring.toSorted());
  const page = readFileSync(join(root, "docs/capacity.md"), "utf8");
  const commands = [...page.matchAll(/npm run bench (\w+)/g)].map(([, name = ""]) => name);
  assert.ok(commands.length > 5);
  for (const name of commands) assert.ok(existsSync(join(root, "bench", `${name}.ts`)), name);
});

test("a file that is no report is an error, not a comparison", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "seatway-bench-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "x.json");
  await writeFile(path, "no JSON");
  await assert.rejects(bench("--compare", path, "--with", path), /JSON/);
});
