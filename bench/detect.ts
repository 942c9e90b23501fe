// What the detector makes of labelled clips: `npm run bench detect -- [clips of each label] [set of seeds]`. Tables on standard
// error, one JSON object on standard output. The detector was tuned on sets 1 to 5; docs/ has
// the figures of set 6.

import { Listening } from "../src/media/detection/listening.ts";
import { Reception } from "../src/media/rtp/reception.ts";
import { Speech } from "../src/media/speech.ts";
import { labels, makeClip } from "./detect/clips.ts";
import { type Count, countClips } from "./detect/count.ts";

const clips = Number(process.argv[2] ?? 180);
const set = Number(process.argv[3] ?? 6);
const verdicts = [
  ...["ringback", "busy", "congestion", "information", "fax", "human", "machine", "silence", "nothing"],
] as const;

const counted = labels.map((label) => [label, countClips(label, set, clips)] as const);
const cell = (text: string | number): string => String(text).padStart(12);
process.stderr.write(`${cell("label")}${verdicts.map(cell).join("")}${cell("p50 ms")}${cell("p95 ms")}\n`);
for (const [label, { verdicts: seen, latencies }] of counted) {
  const times = [0.5, 0.95].map((share) => percentile(latencies, share));
  process.stderr.write(
    `${cell(label)}${[...verdicts.map((one) => seen.get(one) ?? 0), ...times].map(cell).join("")}\n`,
  );
}
const of = (label: string): Count | undefined => counted.find(([one]) => one === label)?.[1];
const share = (label: string, verdict: string): number => (of(label)?.verdicts.get(verdict) ?? 0) / clips;
const machines = of("machine");
const cost = cpuPerSecond();
const figures = {
  node: process.version,
  clips,
  set,
  busyFound: share("busy", "busy"),
  faxFound: share("fax", "fax"),
  machinesFound: share("machine", "machine"),
  humansCalledMachines: (of("human")?.everMachine ?? 0) / clips,
  machinesCalledHuman: (machines?.everHuman ?? 0) / clips,
  beepsFound: (machines?.beepsFound ?? 0) / (machines?.beeps || 1),
  falseBeeps: counted.reduce((sum, [, { falseBeeps }]) => sum + falseBeeps, 0),
  cpuMsPerSecondOfAudio: cost,
};
if (process.argv.includes("wrong")) {
  for (const [label, { wrong }] of counted) {
    const named = wrong.map(({ index, country, verdict }) => `${index} ${country} ${verdict}`);
    process.stderr.write(`${label}: ${named.join(", ")}\n`);
  }
}
console.log(JSON.stringify(figures, null, 2));

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
}

/** CPU of one leg that is listened to, jitter buffer included, by what it says; the decoding is not, which others need as well. */
function cpuPerSecond(): Record<string, number> {
  const costs: Record<string, number> = {};
  for (const label of ["ringback", "announcement", "human", "silence"] as const) {
    const clip = makeClip(label, set, 0);
    const before = process.cpuUsage();
    const rounds = 200;
    for (let round = 0; round < rounds; round += 1) {
      const speech = new Speech();
      const listening = new Listening({ speech, reception: new Reception(8) }, clip, () => {});
      for (let at = 0; at + 160 <= clip.samples.length; at += 160) {
        for (const tap of speech.taps) tap(clip.samples.subarray(at, at + 160), at, 0);
        listening.beat(0);
      }
    }
    const { user, system } = process.cpuUsage(before);
    costs[label] = Math.round((user + system) / rounds / (clip.samples.length / 8_000)) / 1_000;
  }
  return costs;
}
