// npm run bench media -- [--streams 100,600,1000] [--conferences 200] [--seconds 4] [--warm-up 2]
//   [--rows relay,rtpengine,…]
// What RTP costs: relays, recorded relays, SRTP and conferences of our plane, beside bare sockets and rtpengine in user space. The
// load is a process of its own. One JSON object on standard output, a table on standard error. docs/benchmarks.md says what is
// measured. Exit code 1 when a relay of ours lost a packet.

import process from "node:process";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runConferences } from "./load/conferences.ts";
import { machine, rounded } from "./load/figures.ts";
import { threadNursery } from "./load/launch.ts";
import { runLegs } from "./load/leg-lives.ts";
import { oneOf, whole } from "./load/options.ts";
import { bareSockets, directly, hasRtpengine, ourPlane, rtpengine } from "./load/rtp-relays.ts";
import { type Relay, type RtpFigures, runRtp } from "./load/rtp-run.ts";

const relays = {
  direct: async () => directly,
  sockets: async () => bareSockets(),
  relay: () => ourPlane({ record: false }),
  rtpengine: () => rtpengine(),
  record: () => ourPlane({ record: true }),
  srtp: () => ourPlane({ record: false }),
  "rtpengine-srtp": () => rtpengine(),
} as const satisfies Record<string, () => Promise<Relay>>;
type Name = keyof typeof relays;
const names = Object.keys(relays) as readonly Name[];

const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "100,600,1000" },
    conferences: { type: "string", default: "200" },
    seconds: { type: "string", default: "4" },
    "warm-up": { type: "string", default: "2" },
    rows: { type: "string", default: [...names, "mix", "legs"].join(",") },
  },
});
/** Two and two talk. */
const streamCounts = values.streams.split(",").map((count) => 2 * Math.ceil(whole("streams", count, 2) / 2));
const conferences = whole("conferences", values.conferences);
const seconds = whole("seconds", values.seconds);
const warmUpSeconds = whole("warm-up", values["warm-up"], 0);
const rows = new Set(values.rows.split(",").map((row) => oneOf("rows", row, [...names, "mix", "legs"] as const)));

const say = (line: string): void => void process.stderr.write(`${line}\n`);

type Row = RtpFigures & { readonly row: Name; readonly streams: number; readonly addedP99Ms: number | null };
const done: Row[] = [];
const found = (row: Name, streams: number): Row | undefined =>
  done.find((other) => other.row === row && other.streams === streams);

const line = (cells: readonly (string | number | null)[]): string =>
  cells.map((cell, at) => (at ? String(cell ?? "").padStart(11) : String(cell).padEnd(15))).join("");

function lineOf({ row, streams, cpuUsPerPacket, lost, delayMs, addedP99Ms }: Row): string {
  const figures = [cpuUsPerPacket?.toFixed(1) ?? null, lost, delayMs.p50, delayMs.p99, delayMs.p999, addedP99Ms];
  return line([row, streams, ...figures]);
}

async function measure(row: Name, streams: number): Promise<Row> {
  const run = { streams, seconds, warmUpSeconds, secured: row.endsWith("srtp") };
  const figures = await runRtp(await relays[row](), run);
  const floor = found("direct", streams)?.delayMs.p99;
  const addedP99Ms = floor === undefined || row === "direct" ? null : rounded(figures.delayMs.p99 - floor);
  return { row, ...figures, addedP99Ms };
}

/** CPU per packet of one row over another. */
function ratio(row: Name, other: Name, streams: number): number | null {
  const [upper, lower] = [found(row, streams)?.cpuUsPerPacket, found(other, streams)?.cpuUsPerPacket];
  return upper && lower ? rounded(upper / lower) : null;
}

const comparedAt = (streams: number) => ({
  streams,
  relayToRtpengine: ratio("relay", "rtpengine", streams),
  relayToSockets: ratio("relay", "sockets", streams),
  recordToRelay: ratio("record", "relay", streams),
  srtpToRtpengine: ratio("srtp", "rtpengine-srtp", streams),
});

// As `npm start` runs it: the workers of the plane have a small young generation.
setFlagsFromString(threadNursery);
if (!hasRtpengine()) say("rtpengine is missing, so are its rows (Debian, Ubuntu: apt-get install rtpengine-daemon)");
say(line(["", "streams", "µs/packet", "lost", "p50 ms", "p99 ms", "p99.9 ms", "added p99"]));
for (const streams of streamCounts) {
  for (const name of names) {
    if (!rows.has(name) || (name.startsWith("rtpengine") && !hasRtpengine())) continue;
    const row = await measure(name, streams);
    done.push(row);
    say(lineOf(row));
  }
}
const mix = rows.has("mix") ? await runConferences(conferences, seconds) : null;
if (mix) {
  const each = `${mix.cpuUsPerPacket.toFixed(1)} µs a packet`;
  say(`mix: ${conferences} conferences of three, ${mix.cores} cores, ${each}, ${mix.lost} lost`);
}
const legs = rows.has("legs") ? await runLegs(seconds) : null;
if (legs) say(`legs: ${legs.perSecond} a second, ${legs.cpuMsPerLeg} CPU-ms each`);

const compared = streamCounts.map(comparedAt);
for (const { streams, ...ratios } of compared) {
  const parts = Object.entries(ratios).map(([name, value]) => `${name} ${value ?? "-"}`);
  say(`${streams} streams: ${parts.join(", ")}`);
}
const load = { streams: streamCounts, conferences, seconds };
process.stdout.write(
  `${JSON.stringify({ benchmark: "media", machine: machine(), load, rows: done, mix, legs, compared }, null, 2)}\n`,
);
process.exitCode = done.every(({ row, lost }) => lost === 0 || (row !== "relay" && row !== "record")) ? 0 : 1;
