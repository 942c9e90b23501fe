// npm run bench agents -- [--agents 1000] [--seconds 15] [--mode held|poll] [--poll-ms 500] [--events 0] [--face http,https]
// [--node-options="…"]
// What agents who are signed in and do nothing cost: resident memory and CPU of the gateway while each holds a poll or asks again
// and again, and how soon events reach them; over plain HTTP and, with a gateway started anew, over TLS. One JSON object on standard
// output, a summary on standard error. Exit code 1 when a poll was lost, or an event.

import process from "node:process";
import { parseArgs } from "node:util";
import { machine, type Spread } from "./load/figures.ts";
import { type IdleFigures, runIdleAgents } from "./load/idle-run.ts";
import { whole } from "./load/options.ts";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "1000" },
    seconds: { type: "string", default: "15" },
    mode: { type: "string", default: "held" },
    "poll-ms": { type: "string", default: "500" },
    events: { type: "string", default: "0" },
    face: { type: "string", default: "http,https" },
    "node-options": { type: "string", default: "" },
  },
});
if (!["held", "poll"].includes(values.mode)) throw new Error("--mode: held or poll");
const load = {
  agents: whole("agents", values.agents),
  seconds: whole("seconds", values.seconds),
  nodeOptions: values["node-options"],
  pollMs: values.mode === "held" ? 0 : whole("poll-ms", values["poll-ms"]),
  eventsPerSecond: whole("events", values.events, 0),
};

const text = ({ p50, p99, max }: Spread): string => `p50 ${p50}  p99 ${p99}  max ${max} ms`;

const summary = (face: string, { residentMb, cpuMsPerAgentMinute, cpuPercent, polls }: IdleFigures): string =>
  [
    `${face.padEnd(5)} ${polls.agents} agents, ${polls.held} polls held at the end, ${polls.failures} failures; ${polls.pollsPerSecond} polls/s`,
    ...Object.entries(polls.reasons).map(([reason, count]) => `      ${count} x ${reason}`),
    `      resident MB: ${residentMb.started} started, ${residentMb.signedIn} signed in, ${residentMb.peak} peak`,
    `      CPU: ${cpuMsPerAgentMinute} ms per agent and minute, ${cpuPercent} % of a core`,
    ...(polls.replyMs ? [`      poll: ${text(polls.replyMs)}`] : []),
    ...(polls.events
      ? [
          `      events: ${polls.events.made} made, ${polls.events.told} told; arisen to read ${text(polls.events.eventMs)}`,
          `      order to event read ${text(polls.events.orderToEventMs)}`,
        ]
      : []),
    "",
  ].join("\n");

const allServed = ({ polls: { agents, held, failures, events } }: IdleFigures): boolean =>
  failures === 0 && (load.pollMs > 0 || held === agents) && (events === null || events.made === events.told);

const faces = values.face.split(",");
const runs: Record<string, IdleFigures> = {};
for (const face of ["http", "https"]) {
  if (!faces.includes(face)) continue;
  const figures = await runIdleAgents({ ...load, tls: face === "https" });
  process.stderr.write(summary(face.toUpperCase(), figures));
  runs[face] = figures;
}
process.stdout.write(`${JSON.stringify({ benchmark: "agents", machine: machine(), load, runs }, null, 2)}\n`);
process.exitCode = Object.values(runs).every(allServed) ? 0 : 1;
