// The site: who and what this gateway serves. Plain data, read from the site file (or the embedded demo site) at start.

import type { Sign } from "./detect/cause.ts";

export type Right = "agent" | "supervisor" | "administrator";

export type SiteAgent = {
  /** Work number, digits. */
  readonly id: string;
  readonly name: string;
  /** `scrypt$N$r$p$salt$hash` (base64), or "" for an empty password. */
  readonly password: string;
  /** Skill ids. */
  readonly skills: readonly number[];
  /** How well he serves a skill, by its id: the larger, the sooner he gets its calls; absent = 1. */
  readonly levels?: Readonly<Record<number, number>>;
  readonly rights: readonly Right[];
  /** Caller number shown on his callouts when the request names none. */
  readonly caller?: string;
};

/** Who looks after other agents: inspects them, hears their recordings, keeps the list of previews. */
export const isInspector = (agent: Pick<SiteAgent, "rights"> | undefined): boolean =>
  agent !== undefined && (agent.rights.includes("supervisor") || agent.rights.includes("administrator"));

export type SiteSkill = {
  readonly id: number;
  readonly name: string;
  /** 5 = audio or video calls (codes.json media_types). */
  readonly mediaType: number;
  /** What its callouts may begin with; absent: anything that is not barred. A longer prefix ranks over a bar. */
  readonly prefixes?: readonly string[];
  /** Calls of this skill are recorded from answer to end; absent = not. */
  readonly record?: boolean;
  /**
   * What its callouts listen for: `progress` for busy, congestion and information tones in early media, `answer` for machines
   * and fax; absent = nothing.
   */
  readonly detect?: readonly ("progress" | "answer")[];
  /** How calls wait for its agents. */
  readonly queue?: SkillQueue;
  /** Caller number of the skill, used when neither request nor agent names one. */
  readonly caller?: string;
};

/** Walls against toll fraud; the calls are counted from midnight UTC. */
export type TollRules = {
  /** Prefixes that no callout may have. */
  readonly barred: readonly string[];
  readonly agentDailyCalls: number;
  readonly skillDailyCalls: number;
};

/** A SIP account that may register here. */
export type SitePhone = {
  readonly number: string;
  readonly password: string;
  /** SRTP with keys in the SDP (RFC 4568); absent = when it is registered over TLS. */
  readonly srtp?: boolean;
};

/** How a number is written for a trunk: the first `strip` characters go, `prefix` takes their place. */
export type Rewriting = { readonly strip: number; readonly prefix: string };

export type SiteTrunk = {
  readonly name: string;
  /** An address, or a name that RFC 3263 leads from: NAPTR and SRV while `port` is absent. */
  readonly host: string;
  readonly port?: number;
  /** Absent: what DNS says, else UDP. */
  readonly transport?: "udp" | "tcp" | "tls";
  /** Paths of PEM files: whom we believe (absent: the well-known CAs), and what we show when asked. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** SRTP with keys in the SDP (RFC 4568), to be used with TLS; absent = plain RTP. */
  readonly srtp?: boolean;
  /** Number patterns: digits, `x` one digit, `.` at the end any further digits (`4xxxx`, `00.`). */
  readonly patterns: readonly string[];
  /** Lower is tried first. */
  readonly priority: number;
  /** Share of the calls among trunks of one priority, 0 to 1000; absent = 1. */
  readonly weight?: number;
  /** Calls at a time; absent = as many as come. */
  readonly channels?: number;
  /**
   * How the called number is written into the Request-URI: as user part, the same with `user=phone` (RFC 3261 §19.1.1), or as
   * tel URI (RFC 3966); absent = `sip`.
   */
  readonly numbers?: "sip" | "phone" | "tel";
  /** The called number as the carrier wants it; absent = as it is. */
  readonly called?: Rewriting;
  /** The caller number as the carrier wants it; `always`: this number whatever the callout shows. */
  readonly caller?: Rewriting | { readonly always: string };
  /** Host part of From and of the registered address; absent = our own for From, `host` for the registration. */
  readonly domain?: string;
  /**
   * `asserted`: the caller number also as P-Asserted-Identity (RFC 3325); `hidden`: only there, for the carrier alone (RFC 3323).
   * Absent: From alone.
   */
  readonly identity?: "asserted" | "hidden";
  /** So many targets of the carrier's 3xx responses are called; absent = 0: a 3xx is a refusal. */
  readonly redirects?: number;
  readonly credentials?: {
    readonly username: string;
    readonly password: string;
    /** Other accounts, for the realms of the challenges that they name. */
    readonly realms?: readonly { readonly realm: string; readonly username: string; readonly password: string }[];
  };
  /** Addresses and subnets that its calls come from beside those of `host`. */
  readonly from?: readonly string[];
  /** It calls in with this account, from any address; absent: its calls are known by its addresses. */
  readonly inbound?: { readonly username: string; readonly password: string };
  /** We register there (RFC 3261 §10) with `credentials`; then calls go out only while we are registered. */
  readonly register?: {
    readonly user?: string;
    readonly expiresS: number;
    /** The carrier reaches us over the flow that we registered by (RFC 5626). */
    readonly outbound?: boolean;
  };
  /** Milliseconds between OPTIONS probes; 0 = not probed, always taken as up. */
  readonly probeMs: number;
  /**
   * Milliseconds for the first response to an INVITE, then the next trunk is tried, and for the answer to a probe; absent = 5000;
   * 0 = 32 s (Timers B and F).
   */
  readonly responseMs?: number;
  /** Answered probes in a row that bring it up, missed ones that take it down; absent = 1 and 2. */
  readonly health?: { readonly upAfter: number; readonly downAfter: number };
};

/** Where a call from outside is led to. */
export type Destination =
  | { readonly skill: number }
  | { readonly agent: string }
  /** It is played, and the call ends. */
  | { readonly announcement: string }
  | { readonly menu: string };

/** Where a call goes that cannot stay: as if this number of the site had been called, or to its end. */
export type Onward =
  | Destination
  | { readonly number: string }
  /** The status where the call was not answered yet (RFC 3261 §21), 400 to 699. */
  | { readonly release: number };

/** Where a key leads. */
export type KeyWay = Destination | { readonly number: string } | "repeat" | "hang-up";

/** How calls wait for a skill. */
export type SkillQueue = {
  /** Calls that may wait at a time; absent = as many as come. */
  readonly maxWaiting?: number;
  /** After so long a call waits no more, ms; absent = it waits on. */
  readonly maxWaitMs?: number;
  /** What becomes of a call that may not wait, or not any longer; absent = release with 486. */
  readonly overflow?: Onward;
  /** How long the phone of one of its agents may ring, ms; absent = the site's. */
  readonly ringMs?: number;
  /** Names of announcements, played at once and every `everyMs` (absent = once): one for all, and one for each place from the first. */
  readonly announce?: {
    readonly everyMs?: number;
    readonly announcement?: string;
    readonly places?: readonly string[];
  };
};

export type SiteMenu = {
  readonly name: string;
  readonly announcement: string;
  /** For a digit after the announcement, ms. */
  readonly waitMs: number;
  /** So often the announcement is played at most. */
  readonly rounds: number;
  /** By 0-9, * and #. */
  readonly keys: Readonly<Record<string, KeyWay>>;
  /** After the last round; absent = the call ends. */
  readonly otherwise?: Onward;
};

/** Where calls from outside to a number go. `pattern` as in a trunk's `patterns`; the first that fits counts. */
export type SiteNumber = {
  readonly pattern: string;
  readonly to: Destination;
  /** In the queue of its skill the larger goes first; absent = 0. */
  readonly priority?: number;
};

/** Agents who may take each other's calls over. An agent is in one at most. */
export type SiteGroup = {
  readonly id: number;
  readonly name: string;
  /** Work numbers. */
  readonly members: readonly string[];
};

/** `builtin`: peers speak with the gateway itself; `rtpengine`: with one of these instances, by their ng control ports. */
export type SiteMedia = {
  readonly engine: "builtin" | "rtpengine";
  /** Milliseconds between two looks at an instance; absent = 2000. */
  readonly probeMs?: number;
  /** UDP port of the gateway that rtpengine's `dtmf-log-dest` points at; absent = it relays nothing by itself. */
  readonly digitPort?: number;
  readonly instances: readonly {
    readonly name: string;
    /** An address. */
    readonly host: string;
    readonly port: number;
    /** Names of its interfaces towards the gateway and towards the peers; both or none. */
    readonly inside?: string;
    readonly outside?: string;
  }[];
};

/** A row of the detect table (decisions.md 18); absent parts match anything. The site's rows come before the built-in ones. */
export type DetectRow = {
  readonly phase?: "agent" | "party";
  readonly status?: number;
  readonly q850?: number;
  readonly heard?: Sign;
  readonly detect: number;
  readonly desc: string;
};

/** Names of announcements: before the digits, each digit from 0 on, behind them. */
export type SiteWorkNumberVoice = {
  readonly before?: string;
  readonly digits: readonly string[];
  readonly after?: string;
};

export type Site = {
  /** Whose network tones are played (ISO 3166-1); absent = CN. */
  readonly country?: string;
  /** Path of a WAV or MP3 file for whoever is held; absent = music made by the gateway. */
  readonly music?: string;
  /** Paths of WAV or MP3 files by the name that they are played by. */
  readonly announcements?: Readonly<Record<string, string>>;
  /** How an agent's work number is said to whom he talks with; absent = it is not. */
  readonly workNumberVoice?: SiteWorkNumberVoice;
  /** Audio codecs by preference; absent = PCMU, PCMA, G722, opus. Those of G.711 are always taken, in the last place if need be. */
  readonly codecs?: readonly ("PCMU" | "PCMA" | "G722" | "opus")[];
  /** Absent = builtin. */
  readonly media?: SiteMedia;
  readonly vdn: { readonly id: number; readonly name: string };
  readonly agents: readonly SiteAgent[];
  readonly skills: readonly SiteSkill[];
  readonly phones: readonly SitePhone[];
  /** Numbers that a callout may show. */
  readonly callers: readonly string[];
  readonly defaultCaller: string;
  readonly defaultSkill: number;
  readonly trunks: readonly SiteTrunk[];
  /** Numbers that can be called from outside; absent = none. */
  readonly numbers?: readonly SiteNumber[];
  readonly menus?: readonly SiteMenu[];
  /** Causes of rest, 0-255, and their names; absent = none has a name. */
  readonly restCauses?: readonly { readonly id: number; readonly name: string }[];
  /** Reasons of busy, 200-250, and their names; absent = none has a name. */
  readonly busyReasons?: readonly { readonly id: number; readonly name: string }[];
  /** What an agent may wrap a call up as; absent = notes alone. */
  readonly wrapUpCodes?: readonly { readonly id: number; readonly name: string }[];
  /** Work groups; absent = none. */
  readonly groups?: readonly SiteGroup[];
  readonly ring: { readonly agentMs: number; readonly customerMs: number };
  /** How long an agent wraps up after a call at most, ms; absent: until he says so. */
  readonly wrapUpMs?: number;
  /** Soft parameters set by the site file: name -> value (0..4294967295). */
  readonly parameters: Readonly<Record<string, number>>;
  readonly detect: readonly DetectRow[];
  /** Absent: core/toll/toll.ts has the rules. */
  readonly toll?: TollRules;
};
