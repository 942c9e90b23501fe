// What each request of contract/operator.ts does. Checked fields come in, a value for JSON goes out; what writes its reply itself
// gives back nothing.

import type { FastifyRequest } from "fastify";
import { isRefusal, refuse } from "../../base/step.ts";
import type { Refused } from "../../runtime/face.ts";
import type { OperatorDesk } from "../../runtime/operator/face.ts";
import type { RecordingFilter } from "../../runtime/operator/recording-shelf.ts";
import type { Operator } from "../../runtime/operator/sign-ins.ts";
import { recordJson } from "../record-views.ts";
import { answerRecords } from "../records.ts";
import type { Door } from "../serve.ts";
import type { Acts, Given } from "./acts.ts";
import { setToken, tokenOf } from "./admission.ts";
import { byOf } from "./audit-line.ts";
import type { BoardStreams } from "./board-stream.ts";
import { sendRecording } from "./recordings.ts";
import { failed, refusedBy } from "./reply.ts";
import { siteActs } from "./site.ts";
import { supervisionActs } from "./supervision.ts";

export type ActsOptions = {
  readonly door: Door;
  readonly desk: OperatorDesk;
  readonly streams: BoardStreams;
};

const noSimulation = failed(404, refuse("000-002", "there is no simulation: this is not the demo site"));
const noRecords = failed(503, refuse("100-007", "no call records are kept"));
const noTrunk = failed(404, refuse("000-002", "name: no such trunk"));

const told = <Value>(value: Value | Refused) => (isRefusal(value) ? refusedBy(value as Refused) : value);

export function actsOf({ door, desk, streams }: ActsOptions): Acts {
  return {
    ...sessionActs(desk),
    ...recordActs(door, desk),
    ...parameterActs(desk),
    ...supervisionActs(desk),
    ...siteActs(desk),
    board: () => desk.board.now(),
    boardEvents({ request, response }) {
      const token = tokenOf(request.raw) ?? "";
      return streams.open(response, () => desk.signIns.holder(token) !== undefined);
    },
    directory: () => desk.directory(),
    phones: () => desk.phones(),
    trunks: () => ({ trunks: desk.trunks?.list() ?? [] }),
    async testTrunk({ fields: { name, number }, ...who }) {
      if (!desk.trunks?.report(name)) return noTrunk;
      const after = number === "" ? "OPTIONS" : `OPTIONS and a call to ${number}`;
      desk.audit({ ...byOf(who), what: `test of trunk ${name}`, before: "", after });
      const outcome = await desk.trunks.test(name, number === "" ? undefined : number);
      return isRefusal(outcome) ? refusedBy(outcome as Refused, 409) : outcome;
    },
    audit: ({ fields: { limit } }) => desk.auditRows(limit),
    async reload(who) {
      const outcome = await desk.reloader.reload(byOf(who));
      return "refused" in outcome ? failed(409, refuse("000-002", outcome.refused.join("; "))) : outcome;
    },
    settings: () => desk.settings(),
    users: () => desk.users(),
    timeline: ({ fields: { callid } }) => desk.timelines.of(callid, recordJson),
    ...simulationActs(desk),
  };
}

function sessionActs(desk: OperatorDesk): Pick<Acts, "signIn" | "session" | "signOut"> {
  const shown = (operator: Operator) => ({ ...operator, node: desk.node, simulation: desk.simulation !== undefined });
  return {
    async signIn({ fields: { user, password }, request, response, asker }) {
      const signedIn = await desk.signIns.signIn(user, password, asker);
      if ("refused" in signedIn) return refusedBy(signedIn);
      desk.audit({ ...byOf({ operator: signedIn.operator, asker }), what: "sign-in", before: "", after: "" });
      setToken(request.raw, response, signedIn.token);
      return shown(signedIn.operator);
    },
    session: ({ operator }) => shown(operator),
    signOut({ request, response }) {
      desk.signIns.signOut(tokenOf(request.raw) ?? "");
      setToken(request.raw, response, "");
      return {};
    },
  };
}

function recordActs(door: Door, desk: OperatorDesk): Pick<Acts, "records" | "recordings" | "audio" | "peaks"> {
  return {
    records({ request, response }) {
      if (!door.records) return noRecords;
      return answerRecords(door, door.records, { request, response, headers: [] });
    },
    recordings: ({ fields }) => desk.recordings.find(filterOf(fields)),
    audio: ({ fields: { taskid }, request, response, ...who }) =>
      sendRecording(desk.recordings, taskid, {
        request: request.raw,
        response,
        heard: (file) => desk.audit({ ...byOf(who), what: `recording ${taskid} heard`, before: "", after: file }),
      }),
    peaks: async ({ fields: { taskid, spans } }) => told(await desk.recordings.peaks(taskid, spans)),
  };
}

function filterOf({ agent, skill, callid, from, to, offset, limit }: Given<"recordings">["fields"]): RecordingFilter {
  return {
    ...(agent !== "" && { agent }),
    ...(skill >= 0 && { skill }),
    ...(callid !== "" && { callId: callid }),
    ...(from >= 0 && { from }),
    ...(to >= 0 && { to }),
    ...{ offset, limit },
  };
}

const parameterStatus = { "unknown-parameter": 404, "value-not-allowed": 400, "not-stored": 503 } as const;

function parameterActs(desk: OperatorDesk): Pick<Acts, "parameters" | "changeParameter" | "mml"> {
  return {
    parameters: () => desk.parameters.list(),
    async changeParameter({ fields: { name, value }, ...who }) {
      const done = await desk.parameters.change({ type: "set-value", name, value }, byOf(who));
      if (!("refused" in done)) return done;
      const code = done.refused === "not-stored" ? "100-007" : "000-002";
      return failed(parameterStatus[done.refused], refuse(code, done.message));
    },
    async mml({ fields: { command }, ...who }) {
      const report = await desk.mml(command, byOf(who));
      return { retcode: Number(/^RETCODE = (\d+)/m.exec(report)?.[1] ?? -1), report };
    },
  };
}

function simulationActs({ simulation }: OperatorDesk): Pick<Acts, "stations" | "behave" | "simulate"> {
  const ask = async (
    { kind, number }: { readonly kind: string; readonly number: string },
    action: string,
    { body }: FastifyRequest,
  ) => {
    if (!simulation) return noSimulation;
    const text = Buffer.isBuffer(body) ? body.toString("utf8") : "";
    const { status, body: said } = await simulation.ask(kind, number, action, parsed(text));
    if (status === 200) return said;
    const { error = "the simulation refuses" } = (said ?? {}) as { readonly error?: string };
    return failed(status, refuse(status < 500 ? "000-002" : "100-007", error));
  };
  return {
    stations: () => simulation?.stations() ?? noSimulation,
    behave: ({ fields, request }) => ask(fields, "", request),
    simulate: ({ fields, request }) => ask(fields, fields.action, request),
  };
}

/** What is no JSON the simulation itself refuses. */
function parsed(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return null;
  }
}
