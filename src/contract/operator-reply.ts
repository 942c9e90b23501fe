// What the requests of operator.ts are answered with. Times in ms since the epoch, where a field does not say otherwise.

import type { Board } from "./board.ts";
import type { SiteEntriesView } from "./site-edit.ts";
import type { Timeline } from "./timeline.ts";
import type { TrunkReport, TrunkTest } from "./trunk.ts";

export type OperatorSession = {
  readonly user: string;
  readonly name: string;
  readonly rights: "supervisor" | "administrator";
  /** Of this gateway. */
  readonly node: { readonly name: string; readonly version: string; readonly vdn: string };
  /** It serves the demo site: there is a simulation. */
  readonly simulation: boolean;
};

export type DirectoryAgent = {
  readonly id: string;
  readonly name: string;
  readonly rights: readonly string[];
  /** Skill ids with his level in each. */
  readonly skills: readonly { readonly id: number; readonly level: number }[];
  readonly caller: string;
  readonly group: string;
};

export type DirectorySkill = {
  readonly id: number;
  readonly name: string;
  readonly mediaType: number;
  readonly agents: number;
  readonly record: boolean;
  readonly detect: readonly string[];
  readonly caller: string;
  /** As the site file has it; {} = calls wait as long as they like. */
  readonly queue: Readonly<Record<string, unknown>>;
};

export type DirectoryNumber = { readonly pattern: string; readonly to: string; readonly priority: number };

export type Directory = {
  readonly agents: readonly DirectoryAgent[];
  readonly skills: readonly DirectorySkill[];
  readonly groups: readonly { readonly id: number; readonly name: string; readonly members: readonly string[] }[];
  readonly numbers: readonly DirectoryNumber[];
  readonly menus: readonly {
    readonly name: string;
    readonly announcement: string;
    readonly keys: Readonly<Record<string, string>>;
  }[];
  /** Of rest, by their numbers. */
  readonly restCauses: readonly { readonly id: number; readonly name: string }[];
  readonly callers: readonly string[];
  readonly defaultCaller: string;
  readonly defaultSkill: number;
};

export type PhoneContact = {
  readonly uri: string;
  readonly transport: string;
  readonly address: string;
  readonly port: number;
  readonly expiresAt: number;
  readonly q: number;
  readonly simulated: boolean;
};

export type PhoneView = {
  readonly number: string;
  readonly srtp: boolean;
  /** Work number of who has it now, "" = nobody. */
  readonly agent: string;
  /** In the order in which they are rung; [] = not registered. */
  readonly contacts: readonly PhoneContact[];
};

export type ParameterView = {
  readonly name: string;
  readonly value: number;
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
  readonly source: "stored" | "site" | "default";
  readonly meaning: string;
};

export type ParameterChangeReply = { readonly name: string; readonly before: number; readonly after: number };

/** `retcode` 0: done. */
export type MmlReply = { readonly retcode: number; readonly report: string };

export type AuditView = {
  readonly at: number;
  readonly face: string;
  readonly peer: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
};

export type RecordingView = {
  readonly taskId: number;
  readonly callId: string;
  readonly agent: string;
  readonly caller: string;
  readonly called: string;
  readonly skill: number;
  readonly file: string;
  readonly name: string;
  readonly beganAt: number;
  readonly endedAt: number;
  readonly ms: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly state: "running" | "saved" | "cut-off" | "failed";
};

/** 0 to 1, of equal spans of the recording: the agents' channel and the others'. */
export type RecordingPeaks = {
  readonly ms: number;
  readonly left: readonly number[];
  readonly right: readonly number[];
};

/** What is in force from now on: parts of the site and settings, by name; the new certificate's fingerprint (SHA-256), null: the same. */
export type ReloadedView = { readonly changed: readonly string[]; readonly certificate: string | null };

export type SettingView = {
  readonly name: string;
  readonly meaning: string;
  readonly allowed: string;
  readonly fallback: string;
  /** As it is in force; "" with `secret`. */
  readonly value: string;
  readonly source: "environment" | "site" | "default";
  /** It has a value that is not shown. */
  readonly secret: boolean;
};

export type UserView = {
  readonly id: string;
  readonly name: string;
  readonly rights: readonly string[];
  /** `empty`: anybody who knows his number can be him. */
  readonly password: "set" | "empty";
  readonly signedIn: boolean;
};

export type StationsView = { readonly phones: readonly StationView[]; readonly parties: readonly StationView[] };

export type StationView = {
  readonly number: string;
  readonly calls: number;
  readonly registered: boolean | null;
  readonly placed: { readonly to: string; readonly status: number } | null;
  /** docs/sim.md has the fields. */
  readonly behaviour: Readonly<Record<string, unknown>>;
};

/** By the id of the request. What is not JSON is not here. */
export type OperatorReplies = {
  readonly signIn: OperatorSession;
  readonly session: OperatorSession;
  readonly signOut: object;
  readonly board: Board;
  readonly signOutAgent: object;
  readonly supervise: object;
  readonly force: object;
  readonly dropCall: object;
  readonly directory: Directory;
  readonly phones: readonly PhoneView[];
  readonly trunks: { readonly trunks: readonly TrunkReport[] };
  readonly testTrunk: TrunkTest;
  readonly parameters: readonly ParameterView[];
  readonly changeParameter: ParameterChangeReply;
  readonly mml: MmlReply;
  readonly audit: readonly AuditView[];
  readonly records: CallRecordPage;
  readonly recordings: readonly RecordingView[];
  readonly peaks: RecordingPeaks;
  readonly reload: ReloadedView;
  readonly siteEntries: SiteEntriesView;
  readonly createEntry: object;
  readonly changeEntry: object;
  readonly removeEntry: object;
  readonly takeBackEntry: object;
  readonly settings: readonly SettingView[];
  readonly users: readonly UserView[];
  readonly timeline: Timeline;
  readonly stations: StationsView;
  readonly behave: StationView;
  readonly simulate: StationView | { readonly calls: number };
};

/** A call record as docs/records.md has it: times are ISO 8601, absent values null. */
export type CallRecordView = {
  readonly callId: string;
  readonly node: string;
  readonly kind: string;
  readonly outcome: Timeline["verdict"]["outcome"];
  readonly caller: string;
  readonly called: string;
  readonly skill: number;
  readonly skillName: string;
  readonly startedAt: string;
  readonly agentAlertingAt: string | null;
  readonly agentAnsweredAt: string | null;
  readonly partyAlertingAt: string | null;
  readonly partyAnsweredAt: string | null;
  readonly talkingAt: string | null;
  readonly endedAt: string | null;
  readonly talkMs: number | null;
  readonly holdMs: number;
  /** Of a failed one: whose side it was. */
  readonly phase: string | null;
  readonly sipStatus: number | null;
  readonly q850: number | null;
  readonly reason: string | null;
  readonly heard: string | null;
  readonly detect: number | null;
  readonly detectText: string | null;
  readonly data: string | null;
  readonly agents: readonly string[];
  readonly legs: readonly LegRecordView[];
  readonly recordings: readonly {
    readonly taskId: number;
    readonly agent: string;
    /** Below the folder of recordings. */
    readonly file: string;
    readonly beganAt: string | null;
    readonly ms: number;
    readonly bytes: number;
    readonly sha256: string | null;
    readonly state: string;
  }[];
  readonly wrapUps: readonly {
    readonly agent: string;
    readonly code: number | null;
    readonly codeName: string | null;
    readonly notes: string | null;
    readonly at: string;
  }[];
};

export type LegRecordView = {
  readonly leg: string;
  readonly side: "agent" | "party";
  readonly agent: string | null;
  readonly number: string | null;
  readonly trunk: string | null;
  readonly sipCallId: string | null;
  readonly startedAt: string | null;
  readonly ringingAt: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  /** `peer` or `gateway`; null: it outlived the call. */
  readonly endedBy: string | null;
  readonly sipStatus: number | null;
  readonly q850: number | null;
  readonly reason: string | null;
  readonly heard: string | null;
  readonly codec: string | null;
  readonly packetsIn: number | null;
  readonly packetsOut: number | null;
  readonly lost: number | null;
  readonly lossPercent: number | null;
  readonly jitterMs: number | null;
  readonly rttMs: number | null;
  readonly mos: number | null;
  readonly lostAtPeer: number | null;
  readonly jitterAtPeerMs: number | null;
  readonly mosAtPeer: number | null;
};

export type CallRecordPage = { readonly records: readonly CallRecordView[]; readonly next: string | null };
