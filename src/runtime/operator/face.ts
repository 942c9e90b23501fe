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
import type { SiteEntriesView, SiteKind, SiteValue } from "../../contract/site-edit.ts";
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
  readonly siteEntries: SiteDesk;
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
  /** As `reload`, for who says himself what has changed. Never rejects. */
  bring(): Promise<ReloadedView | ReloadRefused>;
  /** Reads site file and certificate anew. Never rejects. */
  reload(by: By): Promise<ReloadedView | ReloadRefused>;
  /** The certificate alone, whatever state the site file is in. Never rejects. */
  renew(): Promise<ReloadedView | ReloadRefused>;
};

type Kept = Promise<Refused | { done: true }>;

type EntryFields = Readonly<Record<string, SiteValue | null>>;

/**
 * The site's entries, as operators change them. A refusal names field and rule (000-002), or says that there is no such entry (104-005),
 * or that the store is away (100-007). null in a field: it is not there.
 */
export type SiteDesk = {
  entries(): Promise<SiteEntriesView>;
  create(kind: SiteKind, key: string, fields: EntryFields, by: By): Kept;
  /** Fields that are not named stay as they are. */
  change(kind: SiteKind, key: string, fields: EntryFields, by: By): Kept;
  remove(kind: SiteKind, key: string, by: By): Kept;
  /** The entry is as the site file has it. */
  takeBack(kind: SiteKind, key: string, by: By): Kept;
};
