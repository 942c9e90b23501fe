// One command in, one report out, whatever brought the command. The serial number of the reports goes on over all
// connections of this process.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { isRefusal } from "../base/step.ts";
import type { By, ParameterDesk } from "../runtime/parameters.ts";
import { type Failed, fail, interpret, listing, refused } from "./commands.ts";
import { parseCommand, printable } from "./parse.ts";
import { type Outcome, writeReport } from "./report.ts";

export type ConsoleOptions = {
  readonly desk: ParameterDesk;
  readonly clock: Clock;
  readonly log: Log;
  /** Name of this node, in the first line of each report. */
  readonly nodeName: string;
  /** An IANA name for the reports' times; absent = the machine's own. */
  readonly timeZone?: string;
};

export type MmlConsole = {
  /** Runs one command, its `;` included; the report says what came of it. Rejects only on a bug. */
  run(line: string, by: By): Promise<string>;
  /** The report on a command that is not run. */
  report(line: string, outcome: Failed): string;
};

export function mmlConsole({ desk, clock, log, nodeName, timeZone }: ConsoleOptions): MmlConsole {
  let serial = 0;
  const zone = timeZone === undefined ? {} : { timeZone };

  const perform = async (line: string, by: By): Promise<Outcome> => {
    const command = parseCommand(line);
    if ("malformed" in command) return fail("malformed", command.malformed);
    const request = interpret(command);
    if (request.type === "failed") return request;
    if (request.type === "list") return listing(desk.list(), request.id);
    const done = await desk.change(request.change, by);
    return isRefusal(done) ? refused(done) : { type: "done" };
  };

  const report = (line: string, outcome: Outcome): string => {
    serial += 1;
    const text = printable(line);
    const echo = text.length > 200 ? `${text.slice(0, 200)}...` : text;
    return writeReport({ nodeName, at: clock.now(), ...zone, serial, echo }, outcome);
  };

  return {
    report,
    async run(line, by) {
      const outcome = await perform(line, by);
      const retcode = outcome.type === "failed" ? outcome.retcode : 0;
      log.info({ face: by.face, peer: by.peer, command: printable(line).slice(0, 80), retcode }, "mml command");
      return report(line, outcome);
    },
  };
}
