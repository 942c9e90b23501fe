// npm run bench board -- [--agents 500] [--seconds 15] [--changes 50]
// Whether the console's live board stays quick with many agents: tasks above 50 ms in Chromium while it opens, while it is watched and
// while it is used, with so many changes of state a second. One JSON object on standard output, a summary on standard error. Exit
// code 1 when there was such a task.

import process from "node:process";
import { parseArgs } from "node:util";
import { type LongTasks, runBoard } from "./load/board-run.ts";
import { machine } from "./load/figures.ts";
import { whole } from "./load/options.ts";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "500" },
    seconds: { type: "string", default: "15" },
    changes: { type: "string", default: "50" },
  },
});
const load = {
  agents: whole("agents", values.agents),
  seconds: whole("seconds", values.seconds),
  changesPerSecond: whole("changes", values.changes),
};

const line = (what: string, { tasks, longestMs }: LongTasks): string =>
  `${what.padEnd(8)} ${tasks} tasks above 50 ms${tasks > 0 ? `, the longest ${longestMs} ms` : ""}\n`;

const figures = await runBoard(load);
const { opening, watched, used } = figures;
process.stderr.write(line("opening", opening) + line("watched", watched) + line("used", used));
process.stdout.write(`${JSON.stringify({ benchmark: "board", machine: machine(), load, figures }, null, 2)}\n`);
process.exitCode = [opening, watched, used].every(({ tasks }) => tasks === 0) ? 0 : 1;
