// What can be read about the VDN: agents, groups, queues, calls, figures of the day, the node. Part of face.ts; types only.
// Rights: anybody signed in sees who is there and how the queues stand, as a transfer needs it; calls of others, their phones and
// their figures are for supervisors and administrators (docs/session.md).

import type { Refusal } from "../base/step.ts";
import type { CallInfoMessage } from "../contract/call-data.ts";
import type { ResultCode } from "../contract/result.ts";
import type { Right, SiteGroup, SiteNumber, SiteSkill } from "../core/site.ts";
import type { AgentCounts } from "../core/statistics/agent-tally.ts";
import type { SkillCounts } from "../core/statistics/skill-tally.ts";

/** As face.ts has it, which imports this file. */
type Refused = Refusal<ResultCode>;

export type AgentView = {
  readonly id: string;
  readonly name: string;
  readonly rights: readonly Right[];
  /** codes.json agent_states: 2 = signed out. */
  readonly state: number;
  /** codes.json cti_agent_states. */
  readonly ctiState: number;
  /** When the state began, ms since the epoch. */
  readonly since: number;
  readonly group: SiteGroup | null;
  /** Skills that are configured for him, and those that he serves now. */
  readonly configured: readonly SiteSkill[];
  readonly serves: readonly SiteSkill[];
  /** He can be given calls: he is signed in with a phone. */
  readonly takesCalls: boolean;
  /** "" = signed out, or signed in without one. */
  readonly phone: string;
  /** Of a busy agent, 0 = none was given; null: he is not busy. */
  readonly busyReason: number | null;
  /** Cause and end of his rest; null: he does not rest. */
  readonly rest: { readonly cause: number; readonly until: number | null } | null;
};

export type QueueView = {
  readonly skill: SiteSkill;
  /** In the order in which they will be served. */
  readonly waiting: readonly WaitingCall[];
  /** Agents signed in who serve it, and those of them who are free. */
  readonly signedIn: number;
  readonly free: number;
};

export type WaitingCall = {
  readonly call: CallInfoMessage;
  readonly priority: number;
  /** ms since the epoch. */
  readonly since: number;
};

export type AgentCallView = {
  readonly call: CallInfoMessage;
  /** `ringing`: it waits for his answer. */
  readonly stage: "setting-up" | "ringing" | "talking" | "held";
};

export type CallRecord = { readonly call: CallInfoMessage; readonly agents: readonly string[] };

/** `workno` "" = everybody's; times in ms since the epoch, null = no limit; positions from 1, newest first. */
export type RecordQuery = {
  readonly workno: string;
  readonly skill: number | null;
  readonly from: number | null;
  readonly before: number | null;
  readonly first: number;
  readonly last: number;
};

export type NodeView = {
  readonly name: string;
  readonly version: string;
  readonly now: number;
  readonly agents: number;
  readonly calls: number;
  readonly waiting: number;
  readonly problems: readonly string[];
};

export type Reads = {
  readonly vdn: { readonly id: number; readonly name: string };
  /** All agents of the VDN, signed in or not. */
  agents(): readonly AgentView[];
  agent(id: string): AgentView | undefined;
  groups(): readonly SiteGroup[];
  skills(): readonly SiteSkill[];
  numbers(): readonly SiteNumber[];
  queue(skill: number): QueueView | undefined;
  /** Supervisor or administrator. */
  inspects(agent: string): boolean;
  agentCounts(id: string): AgentCounts;
  skillCounts(skill: number): SkillCounts;

  /** An agent's own calls, or those of another one for who may inspect: 100-011 no such agent, 900-002 no right. */
  callsOf(asking: string, workno: string): readonly AgentCallView[] | Refused;
  allCalls(asking: string): readonly CallInfoMessage[] | Refused;
  /** The others in the agent's current call. */
  remoteNumbers(agent: string): readonly string[];
  records(asking: string, query: RecordQuery): readonly CallRecord[] | Refused;
  /** SIP Call-ID of the party's side of a call of the agent's. */
  netCallId(agent: string, callId: string): string | Refused;

  /** `callId` "" = the current call. */
  setAppData(agent: string, callId: string, data: string): Refused | { done: true };
  setBusinessData(agent: string, callId: string, data: string): Refused | { done: true };
  businessData(agent: string, callId: string): string | Refused;
  node(): NodeView;
};
