// What `npm run bench` runs, one after the other, and how the JSON of each becomes figures. The long form is what docs/capacity.md is
// made from; the short one only shows that all of it works.

import type { Cores, RunFigures } from "../load/callout-run.ts";
import type { ConferenceFigures } from "../load/conferences.ts";
import type { DeskFigures } from "../load/desk-run.ts";
import { rounded, type Spread } from "../load/figures.ts";
import type { IdleFigures } from "../load/idle-run.ts";
import type { MessageRate } from "../load/message-rates.ts";
import type { Floor } from "../load/relay-floor.ts";
import type { RoutingFigures } from "../load/routing-model.ts";
import type { SocketFigures } from "../load/routing-run.ts";
import type { RtpFigures } from "../load/rtp-run.ts";
import { type Form, forms, type StartFigures } from "../load/start-run.ts";
import type { TwoLegRun } from "../load/two-leg-run.ts";
import type { Figure } from "./figure.ts";

/** A program of others, and how Debian calls it. */
export type Needed = "sipp" | "kamailio" | "rtpengine" | "chromium";

export type Job = {
  /** Unique. */
  readonly name: string;
  /** bench/NAME.ts and what it is given. */
  readonly bench: string;
  readonly args: readonly string[];
  readonly shortArgs: readonly string[];
  /** Without them there is nothing to measure. */
  readonly needs: readonly Needed[];
  /** Without them rows are left out. */
  readonly peers: readonly Needed[];
  readonly figures: (output: unknown) => readonly Figure[];
};

type Measured = { readonly run: string; readonly unit: string; readonly better?: "less" | "more" };

const of =
  (name: string, { run, unit, better = "less" }: Measured) =>
  (value: number | null | undefined, more: Partial<Figure> = {}): Figure => ({
    ...{ name: `${run}: ${name}`, value: value ?? null, unit, better },
    ...more,
  });

const spread = (
  run: string,
  name: string,
  { p50, p99 }: Spread,
  aims: { p50?: number; p99?: number } = {},
): Figure[] => [
  of(`${name} p50`, { run, unit: "ms" })(p50, aims.p50 === undefined ? {} : { aim: aims.p50 }),
  of(`${name} p99`, { run, unit: "ms" })(p99, aims.p99 === undefined ? {} : { aim: aims.p99 }),
];

export type CalloutOutput = { readonly runs: readonly (RunFigures & { readonly floor: Floor })[] };

/** `cpu`: the aim for a callout, ms; the replies and events are to come within 10 ms whatever the rate. */
const callouts = (rate: number, cpu: number): Job => ({
  ...{ name: `callout ${rate}/s`, bench: "callout", needs: ["sipp"], peers: [] },
  args: ["--rate", `${rate}`, "--seconds", "60", "--warm-up", "10", "--agents", `${3 * rate}`],
  shortArgs: ["--rate", "10", "--seconds", "2", "--warm-up", "1", "--agents", "30"],
  figures(output) {
    const { runs } = output as CalloutOutput;
    const [first] = runs;
    if (!first) return [];
    const run = `callout ${rate}/s`;
    return [
      of("failed callouts", { run, unit: "" })(first.failures, { aim: 0 }),
      of("achieved", { run, unit: "callouts/s", better: "more" })(first.achievedPerSecond, { aim: rate * 0.99 }),
      of("CPU per callout", { run, unit: "ms" })(first.cpuMsPerCallout, {
        aim: cpu,
        beside: { floor: first.floor.cpuMsPerCall },
      }),
      ...spread(run, "REST reply", first.replyMs, { p99: 10 }),
      ...spread(run, "REST to INVITE", first.inviteMs),
      ...spread(run, "answer to event", first.answerToEventMs, { p99: 10 }),
      ...spread(run, "loop delay", first.loopDelayMs, { p99: 10 }),
      atWork(run, first.cores),
      of("resident", { run, unit: "MB" })(first.residentMb),
    ];
  },
});

/** A second of audio both ways, relayed; the aim is 300 a second on two cores, with SIPp's own work beside. */
const talks = (rate: number): Job => ({
  ...{ name: `talk ${rate}/s`, bench: "callout", needs: ["sipp"], peers: [] },
  args: [
    "--rate",
    `${rate}`,
    "--seconds",
    "60",
    "--warm-up",
    "10",
    "--agents",
    `${4 * rate}`,
    "--talk-ms",
    "1000",
    "--audio",
  ],
  shortArgs: ["--rate", "5", "--seconds", "2", "--warm-up", "1", "--agents", "30", "--talk-ms", "300", "--audio"],
  figures(output) {
    const [first] = (output as CalloutOutput).runs;
    if (!first) return [];
    const run = `talk ${rate}/s`;
    return [
      of("failed callouts", { run, unit: "" })(first.failures, { aim: 0 }),
      of("achieved", { run, unit: "callouts/s", better: "more" })(first.achievedPerSecond, { aim: rate * 0.99 }),
      of("CPU per callout", { run, unit: "ms" })(first.cpuMsPerCallout),
      of("packets relayed", { run, unit: "for each", better: "more" })(first.packets.out),
      ...spread(run, "REST reply", first.replyMs, { p99: 10 }),
      ...spread(run, "answer to event", first.answerToEventMs, { p99: 10 }),
      atWork(run, first.cores),
    ];
  },
});

/** What the whole load has had of the machine: where its cores are all at work, nothing comes sooner than they let it. */
const atWork = (run: string, { machine, there, gateway, client, phones, parties }: Cores): Figure =>
  of("cores at work", { run, unit: `of ${there.toFixed(1)}` })(machine, {
    beside: { gateway, client, sipp: rounded(phones + parties) },
  });

/** Calls that stand for a minute, without audio: what each of them keeps in memory. */
const standing: Job = {
  ...{ name: "standing calls", bench: "callout", needs: ["sipp"], peers: [] },
  args: ["--rate", "50", "--seconds", "16", "--warm-up", "0", "--agents", "820", "--talk-ms", "73000"],
  shortArgs: ["--rate", "5", "--seconds", "2", "--warm-up", "1", "--agents", "30", "--talk-ms", "1000"],
  figures(output) {
    const [first] = (output as CalloutOutput).runs;
    if (!first) return [];
    const run = "standing calls";
    return [
      of("failed callouts", { run, unit: "" })(first.failures, { aim: 0 }),
      of("stood at once", { run, unit: "calls", better: "more" })(first.standing.calls),
      of("memory of each, resident", { run, unit: "kB" })(first.kept?.asItIs, { aim: 60 }),
      of("memory of each, collected", { run, unit: "kB" })(first.kept?.collected["all"], { aim: 60 }),
    ];
  },
};

export type RoutingOutput = { readonly model: RoutingFigures | null; readonly sockets: SocketFigures | null };

const routing: Job = {
  ...{ name: "routing", bench: "routing", args: [], needs: ["sipp"], peers: [] },
  shortArgs: ["--agents", "60", "--skills", "3", "--rate", "20", "--seconds", "3"],
  figures(output) {
    const { model, sockets } = output as RoutingOutput;
    const run = "routing";
    return [
      of("lost, the machines alone", { run, unit: "" })(model?.lost, { aim: 0 }),
      of("lost, through sockets", { run, unit: "" })(sockets?.lost, { aim: 0 }),
      of("out of order", { run, unit: "" })(sockets?.proof.outOfOrder, { aim: 0 }),
      of("choice p99 (bound)", { run, unit: "ms" })(sockets?.choices.p99, { aim: 1 }),
      of("CPU per call", { run, unit: "ms" })(sockets?.cpuMsPerCall, {
        beside: { machines: model?.cpuMsPerCall ?? null },
      }),
      of("INVITE to offer p50", { run, unit: "ms" })(sockets?.proof.offerMs.p50),
      of("resident", { run, unit: "MB" })(sockets?.residentMb),
    ];
  },
};

export type StartOutput = { readonly runs: Readonly<Partial<Record<Form, StartFigures>>> };

/** The aims are those of what a site installs. */
const start: Job = {
  ...{ name: "start", bench: "start", args: [], needs: [], peers: [] },
  shortArgs: ["--starts", "1", "--rest", "1", "--form", "checkout"],
  figures: (output) =>
    forms.flatMap((form) => {
      const seen = (output as StartOutput).runs[form];
      const run = `start ${form}`;
      const aims = form === "package";
      return [
        of("ready, as it says itself", { run, unit: "s" })(seen?.readyS.p50, aims ? { aim: 1.5 } : {}),
        of("ready, from the command", { run, unit: "s" })(seen?.commandS.p50),
        of("idle", { run, unit: "MB" })(seen?.residentMb.p50, aims ? { aim: 120 } : {}),
      ];
    }),
};

export type AgentsOutput = { readonly runs: Readonly<Record<string, IdleFigures>> };

const agents: Job = {
  ...{ name: "agents", bench: "agents", args: [], needs: [], peers: [] },
  shortArgs: ["--agents", "50", "--seconds", "2"],
  figures: (output) =>
    Object.entries((output as AgentsOutput).runs).flatMap(([face, { residentMb, cpuPercent, polls }]) => {
      const run = `agents ${face}`;
      return [
        of("failed polls", { run, unit: "" })(polls.failures, { aim: 0 }),
        of("resident, started", { run, unit: "MB" })(residentMb.started),
        of("resident, signed in", { run, unit: "MB" })(residentMb.signedIn),
        of("CPU", { run, unit: "% of a core" })(cpuPercent),
      ];
    }),
};

export type SipOutput = {
  readonly messages: readonly MessageRate[];
  readonly calls: readonly {
    readonly transport: string;
    readonly runs: Readonly<Partial<Record<string, TwoLegRun>>>;
  }[];
};

const sip: Job = {
  ...{ name: "sip", bench: "sip", args: [], needs: [], peers: ["kamailio"] },
  shortArgs: ["--transport", "udp", "--rates", "20", "--seconds", "1", "--warm-up", "0", "--rounds", "1"],
  figures(output) {
    const { messages, calls } = output as SipOutput;
    const rates = messages.map(({ work, perSecond: { seatway, ...others } }) =>
      of(work, { run: "sip", unit: "messages/s", better: "more" })(seatway, { beside: others }),
    );
    const legs = calls.flatMap(({ transport, runs: { seatway, ...others } }) => [
      ...(seatway?.rows ?? []).map((row, at) => {
        const beside = Object.fromEntries(
          Object.entries(others).map(([name, run]) => [name, run?.rows[at]?.cpuMsPerCall ?? null]),
        );
        return of(`call with two legs, ${row.rate}/s`, { run: `sip ${transport}`, unit: "CPU-ms" })(row.cpuMsPerCall, {
          beside,
        });
      }),
      of("failed calls", { run: `sip ${transport}`, unit: "" })(
        seatway?.rows.reduce((sum, { failed }) => sum + failed, 0),
        { aim: 0 },
      ),
      of("finished call", { run: `sip ${transport}`, unit: "bytes" })(seatway?.finishedCallBytes),
    ]);
    return [...rates, ...legs];
  },
};

export type MediaOutput = {
  readonly rows: readonly (RtpFigures & { readonly row: string; readonly addedP99Ms: number | null })[];
  readonly mix: ConferenceFigures | null;
  readonly legs: { readonly perSecond: number; readonly cpuMsPerLeg: number } | null;
};

/** Each row of ours, and whose row stands beside it. */
const mediaRows = { relay: "rtpengine", record: "relay", srtp: "rtpengine-srtp" } as const;

const media: Job = {
  ...{ name: "media", bench: "media", args: [], needs: [], peers: ["rtpengine"] },
  shortArgs: ["--streams", "20", "--conferences", "2", "--seconds", "1", "--warm-up", "0"],
  figures(output) {
    const { rows, mix, legs } = output as MediaOutput;
    const cost = (row: string, streams: number): number | null =>
      rows.find((each) => each.row === row && each.streams === streams)?.cpuUsPerPacket ?? null;
    const relayed = rows.flatMap(({ row, streams, cpuUsPerPacket, lost, addedP99Ms }) => {
      const other = Object.hasOwn(mediaRows, row) ? mediaRows[row as keyof typeof mediaRows] : undefined;
      if (other === undefined) return [];
      const run = `media ${streams} streams`;
      const beside = { [other]: cost(other, streams), sockets: cost("sockets", streams) };
      return [
        of(`${row}, a packet`, { run, unit: "CPU-µs" })(cpuUsPerPacket, { beside }),
        of(`${row}, lost`, { run, unit: "packets" })(lost, { aim: 0 }),
        of(`${row}, added p99`, { run, unit: "ms" })(addedP99Ms),
      ];
    });
    const run = "media";
    return [
      ...relayed,
      of("conferences", { run, unit: "cores" })(mix?.cores),
      of("a mixed packet", { run, unit: "CPU-µs" })(mix?.cpuUsPerPacket),
      of("a leg's life", { run, unit: "CPU-ms" })(legs?.cpuMsPerLeg),
    ];
  },
};

export type BoardOutput = {
  readonly figures: Readonly<
    Record<"opening" | "watched" | "used", { readonly tasks: number; readonly longestMs: number }>
  >;
};

const board: Job = {
  ...{ name: "board", bench: "board", args: [], needs: ["chromium"], peers: [] },
  shortArgs: ["--agents", "30", "--seconds", "1", "--changes", "10"],
  figures: (output) =>
    (["opening", "watched", "used"] as const).map((what) =>
      of(`tasks above 50 ms, ${what}`, { run: "board", unit: "" })((output as BoardOutput).figures[what].tasks, {
        aim: 0,
      }),
    ),
};

export type DeskOutput = { readonly figures: Readonly<Record<string, DeskFigures>> };

const desk: Job = {
  ...{ name: "desk", bench: "desk", args: [], shortArgs: ["--runs", "1"], needs: ["chromium"], peers: [] },
  figures: (output) =>
    Object.entries((output as DeskOutput).figures).map(([cache, { interactiveMs }]) =>
      of(`usable p50, ${cache} cache`, { run: "desk", unit: "ms" })(interactiveMs.p50),
    ),
};

export type DetectOutput = Readonly<
  Record<"busyFound" | "faxFound" | "machinesFound" | "humansCalledMachines" | "falseBeeps", number>
>;

const detect: Job = {
  ...{ name: "detect", bench: "detect", args: [], shortArgs: ["4"], needs: [], peers: [] },
  figures(output) {
    const found = output as DetectOutput;
    const share = { run: "detect", unit: "of 1", better: "more" } as const;
    return [
      of("busy found", share)(found.busyFound),
      of("fax found", share)(found.faxFound),
      of("machines found", share)(found.machinesFound),
      of("humans called machines", { run: "detect", unit: "of 1" })(found.humansCalledMachines),
      of("false beeps", { run: "detect", unit: "" })(found.falseBeeps),
    ];
  },
};

export const jobs: readonly Job[] = [
  callouts(100, 2.5),
  callouts(300, 1.5),
  talks(100),
  talks(300),
  standing,
  routing,
  start,
  agents,
  sip,
  media,
  board,
  desk,
  detect,
];
