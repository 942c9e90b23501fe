// The command line over client/: `run` reads the arguments, carries the command out and gives the exit code.

import { readFile } from "node:fs/promises";
import { callOut } from "./callout.ts";
import { conformance } from "./conformance.ts";
import { type ExitCode, exit, exitMeaning } from "./exit.ts";
import { hash } from "./hash.ts";
import { mml } from "./mml.ts";
import {
  parseCallOut,
  parseConformance,
  parseMml,
  parseRecords,
  parseTrace,
  parseTrunk,
  type WrongUsage,
} from "./options.ts";
import { records } from "./records.ts";
import { examine, keepUp, serve } from "./serve.ts";
import { type Io, stayAwake, terminal } from "./terminal.ts";
import { trace } from "./trace.ts";
import { trunk } from "./trunk.ts";

const help = `seatway - an open agent gateway for contact centres

  seatway serve                         start the gateway (docs/settings.md)
  seatway doctor                        what stands in the way of calls on this machine, and what to do; exit 1 when something does
  seatway callout --agent 101 --phone 40001 --called 40040
      signs the agent in, calls, prints each event with the milliseconds since the request, releases, signs out
      --agent <id>          work number                    --phone <number>    the agent's phone
      --called <number>     whom to call                   --caller <number>   number to show
      --skill <id>          outbound skill                 --media 0|1|2       audio, video, video when possible
      --direction 1-4       the customer's video, with --media 1: receives, sends, both, not set
      --talk <time>         how long to talk, e.g. 2s or 500ms (default 2s)
      --url <origin>        default http://127.0.0.1:8000
      --password <text>     or SEATWAY_PASSWORD in the environment; default empty
      --force               take over a session of this agent
      --fingerprint <hex>   SHA-256 of the gateway's self-signed certificate, as it prints it at start
      --ca <file>           or the certificate itself (PEM)
  seatway conformance --agent 101 --phone 40001 --called 40040
      does a gateway, this one or another, speak the documented interface? A table; exit 0 when every row holds, else 12
      --url <origin>        default http://127.0.0.1:8000  --json <file>       the same as JSON
      --password <text>     or SEATWAY_PASSWORD            --insecure          take any certificate
  seatway mml '<command>'               one MML command, e.g. 'LST SFP: ID=P18;'; exit 0 with RETCODE 0, else 12
      --host <address>      default 127.0.0.1              --port <port>       default SEATWAY_MML_PORT or 6000
  seatway trace <call id>               the SIP messages of a call as a ladder; run on the gateway's machine
      --pcap <file>         and as a pcap file             --messages          and in full
      --url <origin>        default http://127.0.0.1:8000
  seatway trunk list                    the trunks: state, calls, where they go, number patterns
  seatway trunk doctor <name>           what a trunk's last probes and calls said, and an OPTIONS now
      --call <number>       also a test call: cancelled when it rings, released when it is answered
      --url <origin>        default http://127.0.0.1:8000, on the gateway's own machine
  seatway records                       call records, the newest first, all of them; run on the gateway's machine
      --from <time>         and --to <time>, e.g. 2026-01-31 or 2026-01-31T08:15:30Z
      --agent <id>          --skill <id>        --number <number>        --outcome answered|abandoned|failed|...
      --format csv          or legs: a CSV row for each leg; or json: a record on each line
      --limit <count>       so many at most        --url <origin>        default http://127.0.0.1:8000
  seatway backup <file>                 the database, while the gateway runs; settings as for serve (docs/store.md)
  seatway restore <file> [--replace]    into a database that holds nothing, or in place of what it holds; the gateway stands still
  seatway site export [<file>]          the site file with what was changed while running
  seatway hash                          a password on standard input -> its hash, for the site file
  seatway --help | --version

Exit codes
${exitMeaning.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`).join("\n")}`;

/** `argv` without the program's own name. Resolves with the exit code; never rejects for what a user can cause. */
export async function run(argv: readonly string[], io: Io = terminal()): Promise<number> {
  const [command, ...rest] = argv;
  if (command === "--help" || command === "-h" || command === "help" || rest.includes("--help")) {
    io.out(help);
    return exit.done;
  }
  if (command === "--version" || command === "-v") {
    io.out(await version());
    return exit.done;
  }
  // Between two polls nothing else would keep the process alive.
  const letGo = stayAwake();
  try {
    return await carryOut(command, rest, io);
  } finally {
    letGo();
  }
}

/** Each command parses its own arguments: a wrong one never starts anything. */
function carryOut(command: string | undefined, rest: readonly string[], io: Io): Promise<number> {
  if (command === "callout") return ordered(parseCallOut(rest, io.environment), io, callOut);
  if (command === "mml") return ordered(parseMml(rest, io.environment), io, mml);
  if (command === "conformance") return ordered(parseConformance(rest, io.environment), io, conformance);
  if (command === "trace") return ordered(parseTrace(rest), io, trace);
  if (command === "trunk") return ordered(parseTrunk(rest), io, trunk);
  if (command === "records") return ordered(parseRecords(rest), io, records);
  if (command === "hash") return hash(io);
  if (command === "serve") return serve(rest, io);
  if (command === "backup" || command === "restore" || command === "site") return keepUp([command, ...rest], io);
  if (command === "doctor") return examine(rest, io);
  return ordered(
    { wrong: command === undefined ? "no command" : `unknown command ${JSON.stringify(command)}` },
    io,
    mml,
  );
}

async function ordered<Order extends object>(
  order: Order | WrongUsage,
  io: Io,
  carry: (order: Order, io: Io) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (!("wrong" in order)) return carry(order, io);
  io.err(order.wrong);
  io.err("seatway --help shows how");
  return exit.usage;
}

/** package.json is two folders up from src/cli and from dist/cli alike. */
async function version(): Promise<string> {
  const text = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
