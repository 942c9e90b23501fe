// What a whole run has found: one JSON, one table for people, and what is another one than in an earlier report.

import { type Figure, reached, shown } from "./figure.ts";

export type JobOutcome = {
  readonly name: string;
  /** As it can be typed again. */
  readonly command: string;
  /** `failed`: its exit code was not 0; its figures count all the same. `missing`: a program that it needs is not there. */
  readonly state: "done" | "failed" | "missing";
  /** Of a failed one the last lines that it said; of a missing one what to install. */
  readonly said: string;
  readonly loadBefore: number;
  readonly seconds: number;
  readonly figures: readonly Figure[];
  /** As the benchmark printed it. */
  readonly output: unknown;
};

export type Machine = {
  readonly cpus: number;
  readonly model: string;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly loadAverage: number;
};

export type Report = {
  readonly at: string;
  readonly form: "long" | "short";
  readonly machine: Machine;
  /** Of Seatway, Node.js and the programs beside it; null: not there. */
  readonly versions: Readonly<Record<string, string | null>>;
  /** `dirty`: the tree was not as it was committed. */
  readonly commit: { readonly hash: string; readonly dirty: boolean } | null;
  readonly jobs: readonly JobOutcome[];
};

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const besideText = ({ beside = {} }: Figure): string =>
  Object.entries(beside)
    .map(([name, value]) => `${name} ${shown(value)}`)
    .join(", ");

function aimText(figure: Figure): string {
  const met = reached(figure);
  return met === undefined
    ? ""
    : `${figure.better === "less" ? "≤" : "≥"} ${shown(figure.aim ?? null)} ${met ? "reached" : "MISSED"}`;
}

const figureRow = (figure: Figure): string =>
  row([figure.name, `${shown(figure.value)} ${figure.unit}`.trim(), besideText(figure), aimText(figure)]);

export function reportText({ at, form, machine, versions, commit, jobs }: Report): string {
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version ?? "missing"}`);
  return [
    `# Benchmarks, ${form} form`,
    "",
    `${at}, commit ${commit ? `${commit.hash}${commit.dirty ? " and changes" : ""}` : "unknown"}. ${machine.cpus} cores (${machine.model}),`,
    `${machine.memoryGib} GiB, Linux ${machine.kernel}, load average ${machine.loadAverage} before. ${programs.join(", ")}.`,
    "",
    ...jobs.flatMap((job) => [
      `## ${job.name}`,
      "",
      `\`${job.command}\`: ${stateText(job)}`,
      "",
      ...(job.figures.length > 0
        ? [row(["figure", "measured", "beside", "aim"]), row(["---", "---", "---", "---"])]
        : []),
      ...job.figures.map(figureRow),
      ...(job.figures.length > 0 ? [""] : []),
    ]),
  ].join("\n");
}

const stateText = ({ state, said, seconds, loadBefore }: JobOutcome): string =>
  state === "missing"
    ? `left out, ${said}`
    : `${state}, ${seconds.toFixed(0)} s, load average ${loadBefore} before${said && `\n\n    ${said.replaceAll("\n", "\n    ")}`}`;

export type Change = {
  readonly name: string;
  readonly unit: string;
  readonly before: number | null;
  readonly after: number | null;
  /** Of the value before; null: one of them is missing, or it was 0. */
  readonly percent: number | null;
  readonly judged: "better" | "worse" | "same" | "new" | "gone";
};

/** Below this two runs of the same code differ (docs/benchmarks.md). */
const NOISE_PERCENT = 10;

/** Figures of both, in the order of the second; those of jobs that one of them has not run are left out. */
export function compare(before: Report, after: Report): readonly Change[] {
  const ran = ({ jobs }: Report): Set<string> =>
    new Set(jobs.filter(({ state }) => state !== "missing").map(({ name }) => name));
  const earlier = ran(before);
  const both = new Set([...ran(after)].filter((name) => earlier.has(name)));
  const figures = ({ jobs }: Report): Map<string, Figure> =>
    new Map(
      jobs
        .filter(({ name }) => both.has(name))
        .flatMap((job) => job.figures.map((figure) => [figure.name, figure] as const)),
    );
  const [old, now] = [figures(before), figures(after)];
  const names = [...now.keys(), ...[...old.keys()].filter((name) => !now.has(name))];
  return names.map((name) => change(old.get(name), now.get(name)));
}

function change(old: Figure | undefined, now: Figure | undefined): Change {
  const { name = "", unit = "", better = "less" } = now ?? old ?? {};
  const [before, after] = [old?.value ?? null, now?.value ?? null];
  const told = { name, unit, before, after };
  if (before === null || after === null) return { ...told, percent: null, judged: missing(before, after) };
  const percent = before === 0 ? null : (100 * (after - before)) / before;
  if (before === after || (percent !== null && Math.abs(percent) < NOISE_PERCENT))
    return { ...told, percent, judged: "same" };
  return { ...told, percent, judged: after < before === (better === "less") ? "better" : "worse" };
}

const missing = (before: number | null, after: number | null): Change["judged"] =>
  before === null ? (after === null ? "same" : "new") : "gone";

export function changesText(changes: readonly Change[]): string {
  const moved = changes.filter(({ judged }) => judged !== "same");
  const percent = ({ percent: by }: Change): string => (by === null ? "" : `${by > 0 ? "+" : ""}${by.toFixed(0)} %`);
  return [
    `${changes.length} figures compared, ${moved.length} moved by ${NOISE_PERCENT} % or more`,
    "",
    ...(moved.length > 0
      ? [row(["figure", "before", "after", "change", ""]), row(["---", "---", "---", "---", "---"])]
      : []),
    ...moved.map((it) =>
      row([it.name, shown(it.before), `${shown(it.after)} ${it.unit}`.trim(), percent(it), it.judged]),
    ),
    "",
  ].join("\n");
}
