// npm run bench -- [--short] [--only callout,sip,…] [--out FOLDER] [--compare FILE] [--with FILE]
// Every benchmark with its peers and floors, one after the other: FOLDER/<time>.json and the same as a table, .md, on standard output too.
// --compare shows what is another one than in an earlier report; with --with nothing runs, and the two files are compared. Exit code 1
// when a benchmark failed.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { isoTime, systemClock } from "../src/base/clock.ts";
import { productVersion } from "../src/version.ts";
import { type Job, jobs } from "./kit/jobs.ts";
import { changesText, compare, type Report, reportText } from "./kit/report.ts";
import { runAll } from "./kit/run.ts";

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    only: { type: "string" },
    out: { type: "string", default: "bench-results" },
    compare: { type: "string" },
    with: { type: "string" },
  },
});

const read = async (path: string): Promise<Report> => JSON.parse(await readFile(path, "utf8")) as Report;

/** By bench (`callout`: both rates) or by name. */
function chosen(): readonly Job[] {
  if (values.only === undefined) return jobs;
  const names = values.only.split(",");
  for (const name of names)
    if (!jobs.some((job) => job.bench === name || job.name === name))
      throw new Error(`--only ${name}: one of ${[...new Set(jobs.map(({ bench }) => bench))].join(", ")}`);
  return jobs.filter(({ bench, name }) => names.includes(bench) || names.includes(name));
}

async function measured(): Promise<Report> {
  const report = await runAll({
    ...{ jobs: chosen(), form: values.short ? "short" : "long", version: await productVersion() },
    ...{ at: isoTime(systemClock.now()), say: (line: string) => void process.stderr.write(`${line}\n`) },
  });
  await mkdir(values.out, { recursive: true });
  const path = join(values.out, report.at.replaceAll(":", "-"));
  const text = reportText(report);
  await writeFile(`${path}.json`, `${JSON.stringify(report, null, 1)}\n`);
  await writeFile(`${path}.md`, text);
  process.stdout.write(`${text}\n${path}.json\n`);
  return report;
}

if (values.with !== undefined && values.compare === undefined) throw new Error("--with FILE: needs --compare FILE");
const before = values.compare === undefined ? undefined : await read(values.compare);
const after = values.with === undefined ? await measured() : await read(values.with);
if (before) process.stdout.write(`\n${changesText(compare(before, after))}`);
process.exitCode = after.jobs.every(({ state }) => state !== "failed") ? 0 : 1;
