// npm run bench routing -- [--agents 2000] [--skills 50] [--rate 200] [--seconds 60] [--load 99] [--only model|sockets]
// [--node-options="…"] [--profile FOLDER]
// Calls from outside to skills: the machines alone on a clock that runs as fast as it can, then through real sockets.
// docs/benchmarks.md says what is measured. Exit code 1 when a call was lost or somebody was served out of order.

import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { machine, type Spread } from "./load/figures.ts";
import { whole } from "./load/options.ts";
import { type RoutingFigures, RoutingModel } from "./load/routing-model.ts";
import { runRoutingOverSockets, type SocketFigures } from "./load/routing-run.ts";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "2000" },
    skills: { type: "string", default: "50" },
    rate: { type: "string", default: "200" },
    seconds: { type: "string", default: "60" },
    load: { type: "string", default: "99" },
    only: { type: "string" },
    "node-options": { type: "string", default: "" },
    profile: { type: "string" },
  },
});

const profile = values.profile === undefined ? undefined : resolve(values.profile);
if (profile) await mkdir(profile, { recursive: true });

const load = {
  agents: whole("agents", values.agents),
  skills: whole("skills", values.skills),
  rate: whole("rate", values.rate),
  seconds: whole("seconds", values.seconds),
  load: whole("load", values.load),
  nodeOptions: [values["node-options"], profile ? `--cpu-prof --cpu-prof-dir=${profile}` : ""].join(" ").trim(),
};

const text = ({ p50, p99, max }: Spread): string => `p50 ${p50}  p99 ${p99}  max ${max} ms`;
const order = (outOfOrder: number, mistakes: readonly string[]): string =>
  `${outOfOrder}${mistakes.map((mistake) => `\n                ${mistake}`).join("")}`;

const modelSummary = (model: RoutingFigures): string =>
  [
    "the machines alone",
    `calls           ${model.calls}: ${model.served} served, ${model.abandoned} abandoned, ${model.lost} lost; ${model.waited} waited`,
    `out of order    ${order(model.outOfOrder, model.mistakes)}`,
    `a call arrives  ${text(model.arrivalMs)}`,
    `a call ends     ${text(model.endMs)}`,
    `wait            ${text(model.waitMs)} of modelled time`,
    `CPU             ${model.cpuMsPerCall} ms per call`,
    "",
  ].join("\n");

const socketsSummary = ({ calls, ended, lost, failures, proof, choices, ...cost }: SocketFigures): string =>
  [
    "through sockets",
    `calls           ${calls}: ended at callers ${ended.callers}, phones ${ended.phones}, agents ${ended.agents}; ${lost} lost; ${proof.waited} waited`,
    `out of order    ${order(proof.outOfOrder, proof.mistakes)} (compared: ${proof.compared.calls} calls, ${proof.compared.agents} agents)`,
    `choice          ${choices.count}: p50 <= ${choices.p50}  p99 <= ${choices.p99} ms; ${choices.over} took longer than 1 ms`,
    `INVITE -> offer ${text(proof.offerMs)}`,
    `wait            ${text(proof.waitMs)}`,
    `CPU             ${cost.cpuMsPerCall} ms per call: ${Object.entries(cost.cpuMsByThread)
      .map(([name, ms]) => `${name} ${ms}`)
      .join(", ")}`,
    `SIP             ${cost.messagesPerCall} messages per call, ${cost.retransmissions} retransmissions; ${cost.residentMb.toFixed(0)} MB resident`,
    ...Object.entries(failures).map(([reason, count]) => `                ${count} x ${reason}`),
    "",
  ].join("\n");

const model = values.only === "sockets" ? null : new RoutingModel(load).run();
if (model) process.stderr.write(modelSummary(model));
const sockets = values.only === "model" ? null : await runRoutingOverSockets(load);
if (sockets) process.stderr.write(socketsSummary(sockets));

process.stdout.write(
  `${JSON.stringify({ benchmark: "routing", machine: machine(), load, model, sockets }, null, 2)}\n`,
);
const modelFine = !model || (model.lost === 0 && model.outOfOrder === 0);
const socketsFine =
  !sockets || (sockets.lost === 0 && sockets.proof.outOfOrder === 0 && Object.keys(sockets.failures).length === 0);
process.exitCode = modelFine && socketsFine ? 0 : 1;
