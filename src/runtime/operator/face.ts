// What the operator's side offers to the HTTP face: types only. Opened by start-operator.ts, over parts that exist anyway.

import type {
  AuditView,
  Directory,
  ParameterView,
  PhoneView,
  ReloadedView,
  SettingView,
  UserView,
} from "../../contract/operator-reply.ts";
import type { Audit } from "../audit.ts";
import type { Refused } from "../face.ts";
import type { By, ParameterDesk } from "../parameters.ts";
import type { TrunkDesk } from "../trunk-doctor.ts";
import type { LiveBoard } from "./board.ts";
import type { OperatorRecordings } from "./recording-shelf.ts";
import type { OperatorSignIns } from "./sign-ins.ts";
import type { Simulation } from "./simulation.ts";
import type { Supervision } from "./supervision.ts";
import type { TimelineDesk } from "./timeline.ts";

export type OperatorDesk = {
  readonly signIns: OperatorSignIns;
  readonly board: LiveBoard;
  readonly node: { readonly name: string; readonly version: string; readonly vdn: string };
  /** `by`: who ends it, and from where, for the agent's last event. 100-006: he is not signed in. */
  signOutAgent(agent: string, by: string): Refused | { done: true };
  readonly supervision: Supervision;
  directory(): Directory;
  phones(): readonly PhoneView[];
  /** undefined: SIP is off. */
  readonly trunks: TrunkDesk | undefined;
  readonly parameters: Pick<ParameterDesk, "change"> & { list(): readonly ParameterView[] };
  /** Runs one MML command; its report. */
  mml(command: string, by: By): Promise<string>;
  readonly audit: Audit;
  /** Rejects with a StoreFault. */
  auditRows(limit: number): Promise<readonly AuditView[]>;
  readonly recordings: OperatorRecordings;
  readonly timelines: TimelineDesk;
  readonly reloader: Reloader;
  settings(): readonly SettingView[];
  users(): readonly UserView[];
  /** undefined: no demo site. */
  readonly simulation: Simulation | undefined;
};

/** Nothing has changed; a line for each reason. */
export type ReloadRefused = { readonly refused: readonly string[] };

export type Reloader = {
  /** Each setting as it is in force now. */
  settings(): readonly SettingView[];
  /** Reads site file and certificate anew. Never rejects. */
  reload(by: By): Promise<ReloadedView | ReloadRefused>;
};
