// `seatway trunk list` and `seatway trunk doctor NAME`: the trunks of a gateway on this machine, as people read them.

import { GatewayFault } from "../client/exchange.ts";
import {
  type TrunkClient,
  type TrunkProbe,
  type TrunkRefused,
  type TrunkReport,
  trunkClient,
} from "../client/trunk.ts";
import type { TrunkTest } from "../contract/trunk.ts";
import { type ExitCode, exit } from "./exit.ts";
import type { TrunkOrder } from "./options.ts";
import type { Io } from "./terminal.ts";

/** 0 when the trunk serves (for `list`: every trunk), else what --help says. */
export async function trunk(order: TrunkOrder, io: Io): Promise<ExitCode> {
  const client = trunkClient({ url: order.url, signal: io.interrupt });
  try {
    return order.name === undefined ? await list(client, io) : await doctor(client, { ...order, name: order.name }, io);
  } catch (fault) {
    if (!(fault instanceof GatewayFault)) throw fault;
    io.err(io.interrupt.aborted ? "interrupted" : fault.message);
    return io.interrupt.aborted ? exit.interrupted : exit.unreachable;
  }
}

async function list(client: TrunkClient, io: Io): Promise<ExitCode> {
  const trunks = await client.list();
  if ("refused" in trunks) return refused(trunks, io);
  const width = Math.max(4, ...trunks.map(({ name }) => name.length));
  for (const it of trunks) {
    const { inUse, limit } = it.channels;
    const calls = `${inUse}${limit === null ? "" : ` of ${limit}`} calls`;
    io.out(
      `${it.name.padEnd(width)}  ${it.state.padEnd(14)}  ${calls.padEnd(12)}  ${it.uri}  ${it.patterns.join(" ")}`,
    );
  }
  if (trunks.length === 0) io.out("no trunks");
  return trunks.every(({ state }) => serves(state)) ? exit.done : exit.trunkDown;
}

async function doctor(client: TrunkClient, order: TrunkOrder & { readonly name: string }, io: Io): Promise<ExitCode> {
  const tested = await client.test(order.name, order.call);
  if ("refused" in tested) return refused(tested, io);
  const report = await client.report(order.name);
  if ("refused" in report) return refused(report, io);
  for (const line of [...reportLines(report), ...testLines(tested)]) io.out(line);
  return serves(report.state) && tested.call?.outcome !== "failed" ? exit.done : exit.trunkDown;
}

const serves = (state: TrunkReport["state"]): boolean => state === "up" || state === "full";

function refused({ refused: code, message }: TrunkRefused, io: Io): ExitCode {
  io.err(`refused: ${code} ${message}`);
  return exit.refused;
}

function reportLines(report: TrunkReport): readonly string[] {
  const { channels, registration, nat, restUntil, probes, replies } = report;
  return [
    `trunk         ${report.name}  ${report.uri}`,
    `state         ${report.state}${restUntil === null ? "" : ` until ${restUntil} (Retry-After)`}`,
    `route         ${report.patterns.join(" ")}  priority ${report.priority}, weight ${report.weight}`,
    `channels      ${channels.inUse} in use, ${channels.limit === null ? "no limit" : `${channels.limit} at most`}`,
    `registration  ${registration ? registered(registration) : "none asked for"}`,
    `NAT           ${nat ? `we say ${nat.advertised}, it sees ${nat.seen}` : "not known"}`,
    ...(nat?.hint ? [`              ${nat.hint}`] : []),
    ...section("OPTIONS", probes.map(probeLine)),
    ...section(
      "INVITE",
      replies.map((it) => `${probeLine(it)}  ${it.reason}${it.q850 === null ? "" : `  Q.850 ${it.q850}`}`.trimEnd()),
    ),
  ];
}

const registered = ({ state, at, status, reason, expiresS }: NonNullable<TrunkReport["registration"]>): string => {
  if (state === "registered") return `registered for ${expiresS} s, ${at}`;
  return state === "refused" ? `refused with ${status} ${reason}, ${at}` : `asked for, ${at}`;
};

/** The title stands before the first line of its section alone. */
const section = (title: string, lines: readonly string[]): readonly string[] =>
  (lines.length === 0 ? ["none yet"] : lines).map((line, index) => `${(index === 0 ? title : "").padEnd(14)}${line}`);

const probeLine = ({ at, status, ms, local }: TrunkProbe): string =>
  `${at}  ${local === null ? status : local === "timeout" ? "no answer" : "not sent"}  ${ms} ms`;

function testLines({ probe, call }: TrunkTest): readonly string[] {
  const asked = `test          OPTIONS  ${probeLine(probe)}`;
  if (!call) return [asked];
  return [asked, `              INVITE   ${call.outcome}: ${call.status} ${call.reason}  ${call.ms} ms`];
}
