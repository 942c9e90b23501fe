// What the running gateway offers to its faces (http, mml): types only. Everything an agent can ask for enters here,
// already checked for format; what the state does not allow comes back as a Refusal with its result code.

import type { Refusal } from "../base/step.ts";
import type { AgentEventMessage } from "../contract/agent-event.ts";
import type { CallInfoMessage } from "../contract/call-data.ts";
import type { StreamItem } from "../contract/event-stream.ts";
import type { ResultCode } from "../contract/result.ts";
import type { AgentCallRequest, AgentRequest, Forwarding } from "../core/agent/state.ts";
import type { PushTarget } from "../core/feed/delivery.ts";
import type { NewPassword } from "../core/session/password-rules.ts";
import type { Site } from "../core/site.ts";
import type { Conferences } from "./conference-face.ts";
import type { Inspection } from "./inspection-face.ts";
import type { PreviewFace } from "./preview-face.ts";
import type { Reads } from "./reads-face.ts";
import type { RecordingFace } from "./recording-face.ts";

export type { AgentSnapshot, StreamItem } from "../contract/event-stream.ts";
export type { Inspection } from "./inspection-face.ts";

export type Refused = Refusal<ResultCode>;

/** Fields of a sign-in body that passed the format check, defaults filled in. */
export type SignIn = {
  readonly password: string;
  /** "" only in loginex. */
  readonly phoneNumber: string;
  readonly autoAnswer: boolean;
  readonly autoEnterIdle: boolean;
  readonly releasePhone: boolean;
  readonly agentType: 4 | 11;
  /** His phone may be picked up and hung up from the desktop. */
  readonly phoneLinkage?: boolean;
  /** Signs in for text media too, which there are none of; absent: yes. */
  readonly textMedia?: boolean;
  /** An inspector who wants to be told who signs in and out. */
  readonly listens?: boolean;
  /** Where the events are pushed to, instead of being polled. */
  readonly push?: PushTarget;
  /** State after sign-in: 3 busy, 4 idle, 5 wrap-up. */
  readonly status: 3 | 4 | 5;
  /** Rests at once (status 8). */
  readonly rest?: { readonly seconds: number; readonly cause: number };
};

export type SignedIn = {
  readonly guid: string;
  readonly result: {
    readonly vdnid: number;
    readonly workno: string;
    readonly mediatype: string;
    readonly loginTime: string;
    readonly isForceChange: string;
    readonly serverName: string;
    readonly timeRemaining: string;
  };
};

/**
 * What an agent asks of his state or his call. Formats are checked before; the state decides. `skillIds` null = all configured
 * ones, `phoneLinkage` absent = as it was; get-hold's `callId` "" = the only (or last) held one.
 */
export type AgentCommand =
  | Exclude<AgentRequest, { type: "reset-skills" | "bind-phone" | "set-forwarding" }>
  | {
      readonly type: "reset-skills";
      readonly skillIds: readonly number[] | null;
      readonly phoneLinkage?: boolean;
    }
  | Exclude<AgentCallRequest, { type: "call-out" | "replace-call" | "pick-up-phone" | "say-number" }>;

export type CallOut = {
  /** "" = the agent's, the skill's, then the platform's default. */
  readonly caller: string;
  readonly called: string;
  /** 0 = the default outbound skill. */
  readonly skillId: number;
  readonly appData: string;
  readonly mediaAbility: 0 | 1 | 2;
  readonly userVideoDirection: 1 | 2 | 3 | 4;
  /** The agent has looked at it before (preview-face.ts). */
  readonly preview?: true;
};

/** To another agent, or to whoever serves a skill. */
export type InnerCall = {
  readonly to: { readonly agent: string } | { readonly skill: number };
  /** What a call to an agent counts for; absent or 0: the default skill. */
  readonly skillId?: number;
  readonly appData: string;
};

/** codes.json transfer_device_types, and what its modes mean. `caller`, `mediaAbility`: external numbers only. */
export type Transfer = {
  /** `ivr`: a menu or an announcement, by an access code that leads to it. */
  readonly device: "skill" | "agent" | "ivr" | "access-code" | "number";
  readonly address: string;
  readonly mode: "blind" | "success" | "talk" | "three-party";
  readonly appData: string | null;
  readonly caller: string;
  readonly mediaAbility: 0 | 1 | 2;
  /** The customer is held until a three-party call stands. */
  readonly hold: boolean;
  /** Agents only: the skill that he serves; 0 = none. */
  readonly skillId: number;
};

export type Help = InnerCall & { readonly parties: 2 | 3; readonly hold: boolean };

export type ForwardingRequest = {
  readonly when: Forwarding["when"];
  readonly device: "skill" | "agent" | "number";
  readonly address: string;
};

/** `name` of the work group or the skill. */
export type Bulletin = { readonly to: "group" | "skill"; readonly name: string; readonly text: string };

/** What syncagentinfo answers (operations.json): times in ms since the epoch as texts, "" = there is none. */
export type AgentInfo = {
  /** JSON of the current call, "" without one. */
  readonly callinfo: string;
  readonly agentStateInfo: Readonly<Record<string, string | number | boolean>>;
};

/** A call as the calldata operations show it. */
export type CallInfo = CallInfoMessage;

/** One poll of one agent. `event` null = the empty reply. */
export type Polled = {
  readonly event: AgentEventMessage | null;
  /** Of the event: its id in the agent's feed, and the trace of what caused it. */
  readonly id?: string;
  readonly trace?: string;
  /** With the last event: who ended the session, from where and when. */
  readonly message?: string;
  /** The reply has left: until then a restart gives the event again. */
  readonly delivered: () => void;
  /** The reply could not be written: the event goes back to the head of the queue (decisions.md 7). */
  readonly undelivered: () => void;
};

/** Several agents' events in one answer, in the order in which they came; ids and traces in the same order. */
export type Gathered = {
  readonly events: readonly AgentEventMessage[];
  readonly traces: readonly string[];
  readonly ids: readonly string[];
  readonly delivered: () => void;
  readonly undelivered: () => void;
};

/**
 * Tells once when the connection closes before the reply is written; at once if it has closed already. One function for
 * each held poll and nothing more, since a thousand are held at a time.
 */
export type OnGone = (task: () => void) => void;

/** Reads an agent's events with a cursor of its own. */
export type StreamReader = {
  /** The next item, null when there is none now; the last one is `end`. */
  next(): StreamItem | null;
  close(): void;
};

/** Who asks: for logs, lock-outs and "server mode" (wire.md 15). */
export type Asker = { readonly address: string; readonly trusted: boolean };

export type Gateway = {
  /** Password, lock-out, phone: decisions.md 5. `force` ends a session that exists (decisions.md 3). */
  signIn(agent: string, request: SignIn, how: { force: boolean }, asker: Asker): Promise<SignedIn | Refused>;
  /** Ends the session. Not forced: refused while talking. */
  signOut(agent: string, how: { force: boolean; reason: number; address?: string }): Refused | { done: true };

  /**
   * decisions.md 2: no session 100-006; wrong Guid 000-003. `guid` undefined passes for a trusted asker who signed the agent in.
   * `keepAlive`: this request counts as a sign of life (poll, handshake, heartbeat) and may carry a new Guid.
   */
  authorise(
    agent: string,
    guid: string | undefined,
    keepAlive: boolean,
    asker: Asker,
  ): Refused | { renewedGuid?: string };

  /** Waits up to `holdMs` for an event. A peer that goes away resolves early with the empty reply. Call `authorise` first. */
  poll(agent: string, holdMs: number, onGone: OnGone): Promise<Polled | Refused>;
  /** All events waiting for the agents that this trusted host signed in. Waits as `poll` does. */
  pollAll(asker: Asker, holdMs: number, onGone: OnGone): Promise<Gathered | Refused>;

  /**
   * A reader of this agent's events from `since` on (an event's id, "0" = from the sign-in, null = from now, with a snapshot).
   * `reader` is who reads, the agent himself or who may inspect him: call `authorise` for him first. `wake` tells that there may be something to read.
   */
  readEvents(agent: string, how: { reader: string; since: string | null }, wake: () => void): StreamReader | Refused;

  /** Runs `then` when all that has happened so far is kept: at once, most often. A reply that promises something waits for it. */
  kept(then: () => void): void;

  /** What `act` causes carries this trace (32 hex digits). */
  during<Result>(trace: string, act: () => Result): Result;

  command(agent: string, command: AgentCommand): Refused | { done: true };
  /** `note`: a hint for `message` (decisions.md 22), else "". */
  callOut(agent: string, request: CallOut): Refused | { callId: string; note: string };

  callInner(agent: string, request: InnerCall): Refused | { callId: string };
  /** The call in which the helper is: a new one with two parties, the current one with three. */
  innerHelp(agent: string, request: Help): Refused | { callId: string };
  transfer(agent: string, request: Transfer): Refused | { done: true };
  cancelTransfer(agent: string): Refused | { done: true };
  /** Video is added to the current call, or taken away. `note` as in callOut. */
  switchMedia(
    agent: string,
    request: { readonly video: boolean; readonly userVideoDirection: 1 | 2 | 3 | 4 },
  ): Refused | { note: string };
  readonly recordings: RecordingFace;
  readonly previews: PreviewFace;
  /** The agent's work number, by voice, to whom he talks with. */
  sayWorkNumber(agent: string): Refused | { done: true };
  /** Sends the one with this number out of the agent's current call. */
  disconnect(agent: string, number: string): Refused | { done: true };

  /** Conferences of agents. */
  readonly conferences: Conferences;
  /** What the site file says, for whoever may read it. */
  readonly configuration: Pick<Site, "agents"> & { readonly restCauses: NonNullable<Site["restCauses"]> };
  /** The administrator whose session this Guid belongs to: 107-000 it is nobody's, 107-007 he is none. */
  administrator(guid: string | undefined): Refused | { readonly agent: string };

  /** What inspectors may do to other agents. */
  readonly inspection: Inspection;

  /** A handshake in push mode has brought a new token. */
  refreshToken(agent: string, serviceToken: string): void;
  loginTime(agent: string): string;
  currentGuid(agent: string): string;
  agentStatus(agent: string): { agentState: number; isWorking: boolean };
  agentSkills(agent: string): readonly { name: string; id: number; mediatype: number }[];
  /** The skills of another agent of the same VDN. */
  skillsOf(agent: string): Refused | readonly { name: string; id: number; mediatype: number }[];
  /** Another phone for a signed-in agent. */
  bindPhone(agent: string, number: string): Refused | { done: true };
  /** null: calls for his own number are not sent on any more. */
  setForwarding(agent: string, request: ForwardingRequest | null): Refused | { done: true };
  /** The agent's own: on disk, as a hash, when this resolves. Wrong ones count as at sign-in. */
  changePassword(agent: string, password: NewPassword, asker: Asker): Promise<Refused | { done: true }>;
  /** Tells these agents that there is a note for them; who is not signed in is not told. */
  sendNote(receivers: readonly string[]): Refused | { done: true };
  /** A bulletin for those of this work group, or with this skill, who are signed in. */
  publish(sender: string, bulletin: Bulletin): Refused | { done: true };
  /** Everything a page needs after a reload; the events that wait are gone with it. */
  agentInfo(agent: string): AgentInfo;
  /** A call that waits in this queue is offered to him. */
  requestCall(agent: string, request: { readonly callId: string; readonly skill: number }): Refused | { done: true };
  /** The call that rings at this agent of his work group is offered to him. */
  pickUp(agent: string, from: string): Refused | { done: true };
  /** His own phone, which rings, is asked to answer; done when it has said that it does. */
  pickUpPhone(agent: string): Promise<Refused | { done: true }>;

  /** The current call; else, when `orLast`, the previous one. */
  currentCall(agent: string, orLast: boolean): CallInfo | Refused;
  callById(agent: string, callId: string): CallInfo | Refused;
  heldCalls(agent: string): readonly CallInfo[] | Refused;
  /** `callId` "" = the current call. */
  appData(agent: string, callId: string): string | Refused;

  /** The agents, queues, calls and figures of the VDN. */
  readonly reads: Reads;
  /** Phones registered and trunks up, for /readyz: [] when ready, else what is missing, one line each. */
  missing(): readonly string[];
  /** API requests, agent events and SIP messages as they happen, for the page at `/watch`. Returns how to stop. */
  watch(observer: (line: LiveLine) => void): () => void;
  /** A face tells the live feed what it served. `make` is called only while somebody watches. */
  note(make: () => LiveLine): void;
};

/** One line of the live page. `at` in ms since the epoch; no secrets, numbers in full (the page is loopback only). */
export type LiveLine = {
  readonly at: number;
  readonly kind: "request" | "event" | "sip";
  readonly agent: string;
  readonly callId: string;
  readonly title: string;
  readonly text: string;
};
