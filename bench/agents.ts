// npm run bench agents -- [--agents 1000] [--seconds 15] [--node-options="…"]
// What agents who are signed in and do nothing cost: resident memory and CPU of the gateway while each holds a poll, over
// plain HTTP and, with a gateway started anew, over TLS. One JSON object on standard output, a summary on standard error.

import process from "node:process";
import { parseArgs } from "node:util";
import { machine } from "./load/figures.ts";
import { type IdleFigures, runIdleAgents } from "./load/idle-run.ts";
import { whole } from "./load/options.ts";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "1000" },
    seconds: { type: "string", default: "15" },
    "node-options": { type: "string", default: "" },
  },
});
const load = {
  agents: whole("agents", values.agents),
  seconds: whole("seconds", values.seconds),
  nodeOptions: values["node-options"],
};

const summary = (face: string, { residentMb, cpuMsPerAgentMinute, polls }: IdleFigures): string =>
  `${face.padEnd(5)} ${polls.agents} agents, ${polls.held} polls held at the end, ${polls.failures} failures\n` +
  `      resident MB: ${residentMb.started} started, ${residentMb.signedIn} signed in, ${residentMb.peak} peak while idle\n` +
  `      CPU: ${cpuMsPerAgentMinute} ms per agent and minute\n`;

const plain = await runIdleAgents({ ...load, tls: false });
process.stderr.write(summary("HTTP", plain));
const tls = await runIdleAgents({ ...load, tls: true });
process.stderr.write(summary("HTTPS", tls));
process.stdout.write(`${JSON.stringify({ benchmark: "agents", machine: machine(), load, plain, tls }, null, 2)}\n`);
process.exitCode = [plain, tls].every(({ polls }) => polls.failures === 0 && polls.held === polls.agents) ? 0 : 1;
