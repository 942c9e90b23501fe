// What inspectors can ask of the gateway: types only, a part of face.ts. Rights: supervisors and administrators (site file);
// others get 900-002. Nobody reaches over the border of the VDN: there, no agent is found (900-004).

import type { AgentInput, ForceRequest, Refused } from "../core/agent/state.ts";
import type { InspectionMode } from "../core/call/state.ts";

type Done = { done: true };

/** One inspection that goes on. Keys and their order are ours: the documents are silent. */
export type QcTask = {
  readonly taskdsn: string;
  /** ms since the epoch. */
  readonly begintime: number;
  readonly agentid: string;
  readonly workno: string;
  /** codes.json qc_types. */
  readonly qctype: number;
};

/** As the agentgroup operations show agents. */
export type MonitoredAgent = { readonly workno: string; readonly name: string; readonly status: number };

export type Inspection = {
  inspect(inspector: string, of: string, mode: InspectionMode): Refused | Done;
  /** `of` "" = the one who is inspected; `toggle`: between listen and insert. */
  switchInspection(inspector: string, of: string, mode: InspectionMode | "toggle"): Refused | Done;
  /** `only`: while it is in this mode. */
  endInspection(inspector: string, of: string, only?: InspectionMode): Refused | Done;
  /** `callId` "" = whatever call the agent is in. */
  intercept(inspector: string, of: string, callId: string): Refused | Done;
  force(inspector: string, of: string, request: ForceRequest): Refused | Done;
  forceSignOut(inspector: string, of: string): Refused | Done;
  forceDrop(inspector: string, callId: string): Refused | Done;
  adjustSkills(inspector: string, of: string, skills: readonly number[]): Refused | Done;
  /** `agents` empty = all. */
  monitor(inspector: string, agents: readonly string[], begin: boolean): Refused | Done;
  monitored(inspector: string): Refused | readonly MonitoredAgent[];
  setSelfRecord(inspector: string, agents: readonly string[], enabled: boolean): Refused | Done;
  tasks(inspector: string): Refused | readonly QcTask[];
  /** `begunAt` 0 = whenever. */
  endTask(inspector: string, task: string, begunAt: number): Refused | Done;
  /** Has the right, and nothing more. */
  mayInspect(inspector: string): Refused | Done;
};

export type Posted = (agent: string, input: AgentInput) => Refused | Done;
