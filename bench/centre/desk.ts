// One agent's program: calls out when it is told to, hangs up, rests, and keeps a ledger of what it asked for, what it was answered and
// what it was told (session.ts: how it signs in; audit.ts: whether the gateway holds what it has acknowledged). It is written as a careful integrator writes it: commands without a reply are repeated with their key,
// and it believes the gateway's events until they cannot be true.
//
//   out --signed in--> free --callout, or a call comes--> calling --Talking--> talking --call ended, Ready--> free
//                       '--rest or busy acknowledged--> paused --acknowledged--> free

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { wallMs } from "../load/figures.ts";
import { type Audit, audit, IDLE, type State } from "./audit.ts";
import { type CallNote, note } from "./call-note.ts";
import type { Door, Reply, Told } from "./door.ts";
import { type Finding, type FindingKind, findingAt } from "./finding.ts";
import { isCaller, type Manner } from "./numbers.ts";
import { type Pause, pauses } from "./pause.ts";
import { Session, type SessionOptions, unknown } from "./session.ts";

/** Not now: come again. */
const BUSY = "100-007";
const AGAIN_MS = 1_000;
const MOST_TRIES = 30;
/** Events that are remembered, to tell what a finding came after. */
const REMEMBERED = 8;
/** Nothing has happened for so long, and something was to happen. */
const STUCK_MS = 30_000;

const endings: ReadonlySet<string> = new Set([
  "AgentEvent_Call_Release",
  "AgentEvent_Customer_Release",
  "AgentEvent_Call_Out_Fail",
  "AgentEvent_Connect_Fail",
  "AgentEvent_No_Answer",
]);
const offers: ReadonlySet<string> = new Set(["AgentEvent_Ringing", "AgentEvent_Auto_Answer"]);

export type DeskOptions = SessionOptions & {
  /** ms that it talks. */
  readonly talkMs: () => number;
  readonly found: (finding: Finding) => void;
  readonly called: (call: CallNote) => void;
};

type Offer = { readonly callid: string; readonly caller: string };

/** Of which call an event speaks. */
const idIn = (content: unknown): string | undefined =>
  typeof content === "string" ? content : (content as { readonly callid?: string } | null)?.callid;

export class Desk {
  readonly session: Session;
  readonly door: Door;
  state: State = "out";
  call: CallNote | null = null;
  /** Since the epoch, of the last event that carried its time, less when it was heard. */
  skewMs = 0;
  readonly #options: DeskOptions;
  #shows = IDLE;
  /** From the command that begins a pause to its end, whatever calls come meanwhile. */
  #pausing = false;
  #lastCall: CallNote | null = null;
  /** Calls from outside that were over when they were told. */
  readonly #past = new Map<string, CallNote>();
  /** Calls that are over for this agent. */
  readonly #over = new Set<string>();
  #movedAt = wallMs();
  #heard: readonly string[] = [];
  readonly #early: { readonly event: Told; readonly at: number }[] = [];
  /** Told so since its call began. */
  #busy = false;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.door = options.door;
    this.session = new Session(options, {
      out: () => {
        this.state = "out";
      },
      signedIn: () => this.#sitDown(),
      lost: () => this.#settle(),
      heard: (event) => this.#hear(event),
      found: (kind, what) => this.#found(kind, what),
    });
  }

  get free(): boolean {
    return this.state === "free" && this.session.commands === 0 && !this.#pausing;
  }

  signIn(): Promise<void> {
    return this.session.signIn();
  }

  #sitDown(): void {
    this.#moved("free");
    this.#shows = IDLE;
    this.#early.length = 0;
  }

  async signOut(): Promise<void> {
    const { retcode, message } = await this.session.leave();
    if (retcode !== "0") this.#found("stuck", `sign-out: ${retcode} ${message}`);
    this.state = "out";
  }

  async callOut(number: string, manner: Manner): Promise<CallNote> {
    const { agent } = this.door;
    const key = randomUUID();
    const call: CallNote = {
      ...{ agent, phone: this.#options.phone, number, manner, key },
      ...{ askedAt: wallMs(), callIds: [], data: [key] },
    };
    this.#begin(call);
    const reply = await this.#callOutOnce(call);
    this.#movedAt = wallMs();
    call.repliedAt = reply.at;
    call.retcode = reply.retcode;
    if (reply.retcode !== "0") this.#refused(call, reply);
    else {
      note(call, String(reply.result));
      this.#readEarly();
      if (manner === "absent") void sleep(this.#options.talkMs()).then(() => this.#release(call));
    }
    return call;
  }

  #callOutOnce({ number, key }: CallNote): Promise<Reply> {
    const body = { caller: "", called: number, skillid: 25, callappdata: key, mediaability: 0 };
    return this.session.command("PUT", `/voicecall/${this.door.agent}/callout`, { body, key });
  }

  #refused(call: CallNote, { retcode, retryAfterS }: Reply): void {
    if (retryAfterS !== undefined) call.retryAfterS = retryAfterS;
    call.endedAt = wallMs();
    call.endedBy = `refused ${retcode}`;
    if (unknown.has(retcode)) return;
    if (this.call === call) this.#settle();
    this.#readEarly();
  }

  #readEarly(): void {
    for (const { event, at } of this.#early.splice(0)) this.#hear(event, at);
  }

  /** So that the same key gets the same answer. */
  async repeatLast(): Promise<void> {
    const call = this.#lastCall;
    const first = call?.callIds[0];
    if (!call || first === undefined || !this.free) return;
    const { retcode, result } = await this.#callOutOnce(call);
    if (unknown.has(retcode)) return;
    if (retcode !== "0" || String(result) !== first) {
      this.#found("once", `the callout with the key of ${first} was answered ${retcode} ${String(result)}`);
      if (retcode === "0") note(call, String(result));
    }
  }

  /** Rests or is busy, both acknowledged, and idle again. */
  async pause(ms: number, which: number): Promise<void> {
    const pause = pauses[which % pauses.length];
    if (!pause || !this.free) return;
    this.state = "paused";
    this.#pausing = true;
    const { retcode } = await this.session.command("POST", pause.path(this.door.agent));
    if (retcode === "0") await this.#stayAway(pause, ms);
    this.#pausing = false;
    this.#unpause();
  }

  /** A call that came first, or at the same time, goes on: the pause stands behind it. */
  async #stayAway(pause: Pause, ms: number): Promise<void> {
    const session = this.session.signIns;
    await this.#awayAgain(session);
    this.#shows = pause.shows;
    await sleep(ms);
    await this.#awayAgain(session);
    if (session === this.session.signIns) await this.#endPause(pause);
  }

  /** Or its session is over, and the pause with it. */
  async #awayAgain(session: number): Promise<void> {
    while (this.state !== "paused" && this.state !== "free") {
      if (this.session.leaving || session !== this.session.signIns) return;
      await sleep(AGAIN_MS / 10);
    }
    if (session === this.session.signIns) this.state = "paused";
  }

  /** A hang-up that was sent again after a kill has met the call that was offered since: it goes to others, and he is made busy. */
  async #comeBack(at: number): Promise<void> {
    const { call } = this;
    const [busy] = pauses;
    if (!busy || (call && (call.manner !== "inbound" || call.talkingAt !== undefined))) return;
    if (call) {
      call.endedAt ??= at;
      call.endedBy ??= "hung up before it was his";
    }
    this.#settle();
    if (this.state !== "free") return;
    this.state = "paused";
    this.#shows = busy.shows;
    await this.#endPause(busy);
    this.#unpause();
  }

  /** A store that is away refuses it for a while (100-007). */
  async #endPause(pause: Pause): Promise<void> {
    for (let tries = 1; this.state === "paused"; tries++) {
      const { retcode, message } = await this.session.command("POST", pause.end(this.door.agent));
      if (retcode === "0" || unknown.has(retcode)) return;
      if (this.state === "paused" && (retcode !== BUSY || tries === MOST_TRIES))
        return this.#found("state", `the end of a pause that was acknowledged: ${retcode} ${message}`);
      await sleep(AGAIN_MS);
    }
  }

  #unpause(): void {
    this.#shows = IDLE;
    if (this.state === "paused") this.#moved("free");
  }

  /** Whether the gateway holds what it has acknowledged. */
  audit(): Promise<Audit> {
    return audit({
      door: this.door,
      belief: () => {
        const { state, call } = this;
        return { state, call, shows: this.#shows, busy: this.#busy, commands: this.session.commands };
      },
      heard: () => this.#heard,
      lost: (how) => this.session.lost(how),
      found: (kind, what) => this.#found(kind, what),
    });
  }

  /** Other data for its call: what was acknowledged is what the gateway gives back, and what its record says. */
  async writeData(text: string): Promise<void> {
    const { call } = this;
    const [before = ""] = call?.data ?? [];
    if (!call || this.state !== "talking" || call.endedAt !== undefined || this.session.commands > 0) return;
    const written = `${call.key} ${text}`;
    call.data = [before, written];
    const path = `/calldata/${this.door.agent}?calldata=${encodeURIComponent(written)}`;
    const { retcode, at } = await this.session.command("PUT", path);
    call.data = [retcode === "0" ? written : before];
    if (retcode === "0") call.wrote = { at, over: before };
  }

  /** The gateway is back: what it has to do takes a while. */
  patience(): void {
    this.#movedAt = wallMs();
  }

  hangUp(): void {
    if (this.call) void this.#release(this.call);
  }

  /** Once a second while the gateway is there. */
  async look(): Promise<void> {
    const waits =
      (this.state === "calling" || (this.state === "talking" && this.call?.manner !== "stays")) &&
      !this.session.leaving &&
      !this.#unanswered;
    if (!waits || wallMs() - this.#movedAt < STUCK_MS) return;
    this.#movedAt = wallMs();
    const call = this.call;
    const path = `/onlineagent/${this.door.agent}/agentstatus`;
    const { retcode, result } = await this.door.ask({ method: "GET", path });
    if (call !== this.call) return;
    if (unknown.has(retcode)) return this.session.lost(`agentstatus: ${retcode}`);
    const { agentState, isWorking } = result as { readonly agentState: number; readonly isWorking: boolean };
    const story = `${call?.manner} call ${call?.callIds[0]}, ${this.state}, told ${this.#heard.join(", ")}`;
    if (agentState === IDLE && !isWorking) {
      this.#found("told", `idle again, and nobody said so: ${story}`);
      return this.#settle();
    }
    this.#found("stuck", `${story}, the gateway says ${agentState}`);
    await this.session.renew();
  }

  #begin(call: CallNote): void {
    this.call = call;
    this.#busy = false;
    this.#lastCall = call.manner === "inbound" ? this.#lastCall : call;
    this.#moved("calling");
    this.#options.called(call);
  }

  /** While a callout has no reply nobody knows which events are its own: they are read when it has one. */
  #hear(event: Told, at = wallMs()): void {
    const { eventType, content, eventGenTime } = event;
    if (eventGenTime !== undefined) this.skewMs = eventGenTime - at;
    if (this.#unanswered) return void this.#early.push({ event, at });
    this.#heard = [...this.#heard, `${eventType} ${idIn(content) ?? ""}`.trim()].slice(-REMEMBERED);
    const { call } = this;
    if (offers.has(eventType)) this.#offered(content as Offer, at);
    else if (eventType === "AgentEvent_Talking") this.#talk(content as Offer, at);
    else if (endings.has(eventType)) this.#end(eventType, content, at);
    else if (eventType === "AgentState_Busy") this.#busy = true;
    else if (eventType === "AgentState_SetNotReady_Success" && !this.#pausing) void this.#comeBack(at);
    else if (call?.endedAt !== undefined && this.#isFreedBy(eventType)) this.#settle();
  }

  /** Whom no call has made busy, since his phone did not answer, has been ready all the time. */
  #isFreedBy(eventType: string): boolean {
    return eventType === "AgentState_Ready" || (eventType === "AgentOther_PhoneRelease" && !this.#busy);
  }

  get #unanswered(): boolean {
    return this.call !== null && this.call.manner !== "inbound" && this.call.retcode === undefined;
  }

  /** The end of another call may be told late: it is not the end of this one. */
  #end(eventType: string, content: unknown, at: number): void {
    const id = idIn(content);
    const past = this.#past.get(id ?? "");
    const call = past ?? this.call;
    if (!call || (id !== undefined && !call.callIds.includes(id))) return;
    call.endedAt ??= at;
    call.endedBy ??= eventType;
    if (past) past.freeAt = at;
    else this.#movedAt = wallMs();
  }

  /** A call from outside: it may come before the callout of this moment, which is refused then. */
  #offered({ callid, caller }: Offer, at: number): void {
    if (this.call?.callIds.includes(callid) || !isCaller(caller)) return;
    const { phone, door } = this.#options;
    const call: CallNote = {
      ...{ agent: door.agent, phone, number: caller, manner: "inbound", key: "" },
      ...{ askedAt: at, callIds: [callid], data: [""] },
    };
    if (!this.#inCallout) return this.#begin(call);
    this.#past.set(callid, call);
    this.#options.called(call);
  }

  /** The gateway has taken its callout: what is told of other calls now is old news. */
  get #inCallout(): boolean {
    return this.call?.retcode === "0" && this.call.endedAt === undefined;
  }

  #talk(content: Offer, at: number): void {
    const { callid } = content;
    const past = this.#past.get(callid);
    if (past) {
      past.talkingAt ??= at;
      return;
    }
    if (this.#isOver(callid)) return this.#found("told", `Talking of ${callid} after its end`);
    this.#offered(content, at);
    const { call } = this;
    if (!call?.callIds.includes(callid))
      return this.#found("told", `Talking of ${callid}, in ${call?.manner} call ${call?.callIds[0]}`);
    if (call.talkingAt !== undefined) return;
    call.talkingAt = at;
    this.#moved("talking");
    if (call.manner === "talks" || call.manner === "inbound")
      void sleep(this.#options.talkMs()).then(() => this.#release(call));
  }

  #isOver(callId: string): boolean {
    return this.#over.has(callId) || (this.call?.endedAt !== undefined && this.call.callIds.includes(callId));
  }

  async #release(call: CallNote): Promise<void> {
    if (this.call !== call || call.endedAt !== undefined) return;
    call.releaseAskedAt ??= wallMs();
    const { retcode, at } = await this.session.command("DELETE", `/voicecall/${this.door.agent}/release`, {
      key: randomUUID(),
    });
    if (retcode === "0") call.releasedAt = at;
    else if (this.call === call && call.endedAt === undefined && !unknown.has(retcode))
      void sleep(2_000).then(() => this.#release(call));
  }

  /** The call is over and the agent is free. */
  #settle(): void {
    const { call } = this;
    if (call) {
      call.endedAt ??= wallMs();
      call.endedBy ??= "unsaid";
      call.freeAt = wallMs();
      for (const id of call.callIds) this.#over.add(id);
    }
    this.call = null;
    if (this.state === "calling" || this.state === "talking") this.#moved("free");
  }

  #moved(state: State): void {
    this.state = state;
    this.#movedAt = wallMs();
  }

  #found(kind: FindingKind, what: string): void {
    this.#options.found(findingAt(kind, `agent ${this.door.agent}: ${what}`));
  }
}
