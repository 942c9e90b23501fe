// What the requests of operator.ts are answered with. Times in ms since the epoch, where a field does not say otherwise.

import type { Board } from "./board.ts";
import type { CallRecordPage } from "./call-record.ts";
import type { SiteEntriesView } from "./site-edit.ts";
import type { Timeline } from "./timeline.ts";
import type { TrunkReport, TrunkTest } from "./trunk.ts";

export type OperatorSession = {
  /** His work number. */
  readonly user: string;
  /** His name in the site file. */
  readonly name: string;
  /** What he may do. */
  readonly rights: "supervisor" | "administrator";
  /** Of this gateway. */
  readonly node: {
    /** Its name. */
    readonly name: string;
    /** Of Seatway. */
    readonly version: string;
    /** Name of the virtual call centre. */
    readonly vdn: string;
  };
  /** It serves the demo site: there is a simulation. */
  readonly simulation: boolean;
};

export type DirectoryAgent = {
  /** His work number. */
  readonly id: string;
  /** His name. */
  readonly name: string;
  /** What he may do: agent, supervisor, administrator. */
  readonly rights: readonly string[];
  /** Skill ids with his level in each. */
  readonly skills: readonly {
    /** Its number. */
    readonly id: number;
    /** The larger, the sooner he gets its calls. */
    readonly level: number;
  }[];
  /** Number shown to whom he calls; "" = that of the skill or the site. */
  readonly caller: string;
  /** Name of his work group, "" = none. */
  readonly group: string;
};

export type DirectorySkill = {
  /** Its number. */
  readonly id: number;
  /** Its name. */
  readonly name: string;
  /** As in the agent interface: 5 is calls. */
  readonly mediaType: number;
  /** How many agents are configured for it. */
  readonly agents: number;
  /** Whether its calls are recorded. */
  readonly record: boolean;
  /** What its callouts are listened to for. */
  readonly detect: readonly string[];
  /** Number shown to whom it calls; "" = that of the site. */
  readonly caller: string;
  /** As the site file has it; {} = calls wait as long as they like. */
  readonly queue: Readonly<Record<string, unknown>>;
};

export type DirectoryNumber = {
  /** Number that can be called from outside. */
  readonly pattern: string;
  /** Where its calls go: `skill 25`, `agent 101`, `menu main`. */
  readonly to: string;
  /** In the queue the larger goes first. */
  readonly priority: number;
};

export type Directory = {
  /** Everybody whom the site has. */
  readonly agents: readonly DirectoryAgent[];
  /** Every skill queue. */
  readonly skills: readonly DirectorySkill[];
  /** The work groups. */
  readonly groups: readonly {
    /** Its number. */
    readonly id: number;
    /** Its name. */
    readonly name: string;
    /** Work numbers. */
    readonly members: readonly string[];
  }[];
  /** What can be called from outside. */
  readonly numbers: readonly DirectoryNumber[];
  /** What answers by itself. */
  readonly menus: readonly {
    /** Its name. */
    readonly name: string;
    /** Name of what it says. */
    readonly announcement: string;
    /** Where each key leads. */
    readonly keys: Readonly<Record<string, string>>;
  }[];
  /** Of rest, by their numbers. */
  readonly restCauses: readonly {
    /** Its number. */
    readonly id: number;
    /** What it is called. */
    readonly name: string;
  }[];
  /** Numbers that may be shown to whom is called. */
  readonly callers: readonly string[];
  /** The one where nothing else is said. */
  readonly defaultCaller: string;
  /** The skill that callouts count for where nothing else is said. */
  readonly defaultSkill: number;
};

export type PhoneContact = {
  /** Its SIP address. */
  readonly uri: string;
  /** udp, tcp, tls, ws or wss. */
  readonly transport: string;
  /** Where its requests come from. */
  readonly address: string;
  /** Its port there. */
  readonly port: number;
  /** When the registration ends. */
  readonly expiresAt: number;
  /** The larger is rung first. */
  readonly q: number;
  /** A phone of the simulation. */
  readonly simulated: boolean;
};

export type PhoneView = {
  /** Its number. */
  readonly number: string;
  /** Whether its media have to be encrypted (SRTP). */
  readonly srtp: boolean;
  /** Work number of who has it now, "" = nobody. */
  readonly agent: string;
  /** In the order in which they are rung; [] = not registered. */
  readonly contacts: readonly PhoneContact[];
};

export type ParameterView = {
  /** Its name, as P18. */
  readonly name: string;
  /** In force now. */
  readonly value: number;
  /** Where nobody has set it. */
  readonly fallback: number;
  /** The least that it may be. */
  readonly least: number;
  /** The most. */
  readonly most: number;
  /** Who has set it: an operator (`stored`), the site file, nobody. */
  readonly source: "stored" | "site" | "default";
  /** What it does. */
  readonly meaning: string;
};

export type ParameterChangeReply = {
  /** Its name. */
  readonly name: string;
  /** Its value before. */
  readonly before: number;
  /** From now on. */
  readonly after: number;
};

/** `retcode` 0: done. */
export type MmlReply = {
  /** -1: the report has none. */
  readonly retcode: number;
  /** What the console writes. */
  readonly report: string;
};

export type AuditView = {
  /** When it was done. */
  readonly at: number;
  /** By which way: `console`, `mml`, `rest`, `sip` and so on. */
  readonly face: string;
  /** Who, and from which address. */
  readonly peer: string;
  /** What was done or changed. */
  readonly what: string;
  /** The value before, "" where there is none. */
  readonly before: string;
  /** The value since then. */
  readonly after: string;
};

export type RecordingView = {
  /** Its number. */
  readonly taskId: number;
  /** Id of its call. */
  readonly callId: string;
  /** Work number of whose it is. */
  readonly agent: string;
  /** The caller's number. */
  readonly caller: string;
  /** The number that was called. */
  readonly called: string;
  /** The skill that the call counts for. */
  readonly skill: number;
  /** Below the folder of recordings. */
  readonly file: string;
  /** What the agent called it; else the same as `file`. */
  readonly name: string;
  /** Its beginning. */
  readonly beganAt: number;
  /** Its end; 0 while it runs. */
  readonly endedAt: number;
  /** Its length; 0 until it is saved. */
  readonly ms: number;
  /** Its size; 0 until it is saved. */
  readonly bytes: number;
  /** Of the whole file, in hex; "" until it is saved. */
  readonly sha256: string;
  /** `cut-off`: the gateway was killed in mid-call, and it plays as far as it came. */
  readonly state: "running" | "saved" | "cut-off" | "failed";
};

/** 0 to 1, of equal spans of the recording: the agents' channel and the others'. */
export type RecordingPeaks = {
  /** Its length. */
  readonly ms: number;
  /** The agents' channel. */
  readonly left: readonly number[];
  /** The others'. */
  readonly right: readonly number[];
};

/** What is in force from now on. */
export type ReloadedView = {
  /** Parts of the site and settings, by name. */
  readonly changed: readonly string[];
  /** The new one's fingerprint (SHA-256); null: it is the same. */
  readonly certificate: string | null;
};

export type SettingView = {
  /** Its environment variable. */
  readonly name: string;
  /** What it does. */
  readonly meaning: string;
  /** What may stand there. */
  readonly allowed: string;
  /** Where nothing says it. */
  readonly fallback: string;
  /** As it is in force; "" with `secret`. */
  readonly value: string;
  /** Where the value comes from. */
  readonly source: "environment" | "site" | "default";
  /** It has a value that is not shown. */
  readonly secret: boolean;
};

export type UserView = {
  /** His work number. */
  readonly id: string;
  /** His name. */
  readonly name: string;
  /** What he may do: agent, supervisor, administrator. */
  readonly rights: readonly string[];
  /** `empty`: anybody who knows his number can be him. */
  readonly password: "set" | "empty";
  /** As an agent, now. */
  readonly signedIn: boolean;
};

export type StationsView = {
  /** Of agents. */
  readonly phones: readonly StationView[];
  /** Who is called outside, and calls. */
  readonly parties: readonly StationView[];
};

export type StationView = {
  /** Its number. */
  readonly number: string;
  /** Calls that it has now. */
  readonly calls: number;
  /** Of a phone; null: a party. */
  readonly registered: boolean | null;
  /** The last call that it has placed; null: none. */
  readonly placed: {
    /** The number that it called. */
    readonly to: string;
    /** Of the last response; 0: none so far. */
    readonly status: number;
  } | null;
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
  readonly trunks: {
    /** In the order of the site file. */
    readonly trunks: readonly TrunkReport[];
  };
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
  readonly simulate:
    | StationView
    | {
        /** Of `hangup`: how many it has ended. */
        readonly calls: number;
      };
};
