// npm run bench callout -- [--rate 100] [--seconds 30] [--runs 1] [--agents 300] [--answer-ms 50]
// [--talk-ms 0] [--audio] [--warm-up 3] [--without-journal] [--node-options "…"] [--profile FOLDER] [--allocations FILE]
// Callouts under load against a gateway of its own: one JSON object on standard output, a summary on standard error.
// docs/benchmarks.md says what is measured. Exit code 1 when a callout failed or the counts differ.

import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { type RunFigures, runCallouts } from "./load/callout-run.ts";
import { machine } from "./load/figures.ts";
import { whole } from "./load/options.ts";
import { type Floor, measureFloor } from "./load/relay-floor.ts";

const { values } = parseArgs({
  options: {
    rate: { type: "string", default: "100" },
    seconds: { type: "string", default: "30" },
    runs: { type: "string", default: "1" },
    agents: { type: "string", default: "300" },
    "warm-up": { type: "string", default: "3" },
    "answer-ms": { type: "string", default: "50" },
    "talk-ms": { type: "string", default: "0" },
    audio: { type: "boolean", default: false },
    "without-journal": { type: "boolean", default: false },
    "node-options": { type: "string", default: "" },
    profile: { type: "string" },
    allocations: { type: "string" },
  },
});

const profile = values.profile === undefined ? undefined : resolve(values.profile);
if (profile) await mkdir(profile, { recursive: true });

/** From about the end of the warm-up: agents sign in before it. */
function allocationProfile(file: string): string {
  const preload = new URL("./load/allocations.ts", import.meta.url);
  preload.searchParams.set("file", resolve(file));
  preload.searchParams.set("afterMs", String(1000 * (whole("warm-up", values["warm-up"], 0) + 3)));
  return `--import=${preload.href}`;
}

const nodeOptions = [
  values["node-options"],
  profile ? `--cpu-prof --cpu-prof-dir=${profile}` : "",
  values["without-journal"] ? `--import=${new URL("./load/without-journal.ts", import.meta.url)}` : "",
  values.allocations === undefined ? "" : allocationProfile(values.allocations),
];

const load = {
  rate: whole("rate", values.rate),
  seconds: whole("seconds", values.seconds),
  agents: whole("agents", values.agents),
  warmUpSeconds: whole("warm-up", values["warm-up"], 0),
  answerMs: whole("answer-ms", values["answer-ms"], 0),
  talkMs: whole("talk-ms", values["talk-ms"], 0),
  audio: values.audio,
  withoutJournal: values["without-journal"],
  nodeOptions: nodeOptions.filter(Boolean).join(" "),
};

const text = ({ p50, p99, max }: RunFigures["replyMs"]): string => `p50 ${p50}  p99 ${p99}  max ${max}`;

const summary = (run: RunFigures, floor: Floor): string =>
  [
    `callouts/s      ${run.offeredPerSecond} offered, ${run.achievedPerSecond} achieved; ${run.callouts} done, ${run.failures} failed`,
    `CPU             ${run.cpuMsPerCallout} ms per callout (bare relay of ${floor.messagesPerCall} messages: ${floor.cpuMsPerCall} ms)`,
    `  by thread     ${Object.entries(run.cpuMsByThread)
      .map(([name, ms]) => `${name} ${ms}`)
      .join(", ")}`,
    `cores           ${Object.entries(run.cores)
      .map(([name, cores]) => `${name} ${cores}`)
      .join(", ")}`,
    `journal         ${run.journal.commits} commits and ${run.journal.images} images for each callout`,
    `REST reply      ${text(run.replyMs)} ms`,
    `REST -> INVITE  ${text(run.inviteMs)} ms`,
    `200 -> event    ${text(run.answerToEventMs)} ms`,
    `loop delay      ${text(run.loopDelayMs)} ms`,
    `counts          ${run.agree ? "agree" : "DIFFER"}; ${run.counts.retransmissions} SIP retransmissions; ${run.residentMb.toFixed(0)} MB resident`,
    ...(load.talkMs > 0
      ? [
          `audio           ${run.packets.in} packets in and ${run.packets.out} out for each callout`,
          `calls           ${run.standing.calls} stood at once, ${run.standing.kbPerCall} kB more for each`,
        ]
      : []),
    ...(run.kept
      ? [
          `memory          ${run.kept.asItIs} kB for each of ${run.kept.calls} calls that have stood for ${run.kept.stoodMs / 1000} s`,
          `  collected     ${Object.entries(run.kept.collected)
            .map(([part, kb]) => `${part} ${kb}`)
            .join(", ")} kB`,
        ]
      : []),
    ...Object.entries(run.reasons).map(([reason, count]) => `                ${count} x ${reason}`),
    "",
  ].join("\n");

const runs: (RunFigures & { readonly floor: Floor })[] = [];
for (let run = 1; run <= whole("runs", values.runs); run++) {
  const figures = await runCallouts(load);
  const messagesPerCall = Math.round(figures.counts.messages / Math.max(1, figures.counts.client.ended));
  const seconds = Math.max(2, Math.ceil(load.seconds / 4));
  const floor = await measureFloor({ callsPerSecond: load.rate, messagesPerCall, seconds });
  process.stderr.write(`\nrun ${run}\n${summary(figures, floor)}`);
  runs.push({ ...figures, floor });
}
process.stdout.write(`${JSON.stringify({ benchmark: "callout", machine: machine(), load, runs }, null, 2)}\n`);
process.exitCode = runs.every(({ failures, agree }) => failures === 0 && agree) ? 0 : 1;
