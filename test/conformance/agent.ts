// One agent at his desk, over raw sockets: signs in, asks, polls, and carries the newest Guid on (behaviour.md §2, §3).

import assert from "node:assert/strict";
import type { StartedGateway } from "../support/started-gateway.ts";
import { header, type RawReply, send } from "./raw-http.ts";
import { remember, rememberCode } from "./told.ts";

export const root = "/agentgateway/resource";
export const json = "Content-Type: application/json; charset=UTF-8";
/** The reply of an operation that has nothing to give back. */
export const plainDone = '{"message":"","retcode":"0","result":{}}';
export const emptyPoll = '{"message":"","retcode":"0"}';
export const stranger = '{"message":"no right to invite resouce","retcode":"000-003","result":""}';

/** To whoever asks with a Guid of the session before. */
export const displaced = (agent: string): RegExp =>
  new RegExp(
    `^{"message":"agent ${agent} signed in again from 127.0.0.1 at [-T:.\\dZ]+ .reason 259.","retcode":"000-003","result":""}$`,
  );

/** What crosses in a poll. */
export type Told = { readonly eventType: string; readonly workNo: string; readonly content: unknown };
export type Reply = RawReply & { readonly code: string; readonly message: string; readonly result: unknown };
export type Body = Readonly<Record<string, unknown>>;
type Envelope = { retcode: string; message: string; result?: unknown; event?: Told };

/** How long a call may take to say what is expected of it. */
const patienceMs = 15_000;

export class Agent {
  readonly id: string;
  readonly phone: string;
  readonly gateway: StartedGateway;
  guid = "";
  /** Source address of his requests; undefined = 127.0.0.1. */
  from: string | undefined;

  constructor(gateway: StartedGateway, id: string, phone: string) {
    this.gateway = gateway;
    this.id = id;
    this.phone = phone;
  }

  /** Forced, so that what a test before left behind does not matter; `more` goes over the body. */
  signIn(more: Body = {}): Promise<Reply> {
    const body = { password: "", phonenum: this.phone, releasephone: true, ...more };
    return this.ask("PUT /onlineagent/@/forcelogin", body);
  }

  /** Signed in, and the events of the sign-in fetched. */
  async begin(more: Body = {}): Promise<this> {
    const reply = await this.signIn(more);
    assert.equal(reply.code, "0", reply.body);
    const count = more["status"] === 3 || more["status"] === 5 ? 3 : 2;
    await this.events(count);
    return this;
  }

  /** "PUT /onlineagent/@/work": `@` is the work number. A body that is no text goes out as JSON. */
  async ask(line: string, body?: unknown, headers?: readonly string[]): Promise<Reply> {
    const [method = "", path = ""] = line.split(" ");
    const own = [...(this.guid ? [`Guid: ${this.guid}`] : []), ...(body === undefined ? [] : [json])];
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const to = { port: this.gateway.ports.http, ...(this.from ? { from: this.from } : {}) };
    const reply = await send(to, `${method} ${root}${path.replace("@", this.id)}`, headers ?? own, text);
    const guid = header(reply, "Set-GUID")?.replace("JSESSIONID=", "");
    if (guid) this.guid = guid;
    const { retcode, message, result } = envelope(reply);
    rememberCode(line, retcode);
    return { ...reply, code: retcode, message, result };
  }

  callOut(body: Body): Promise<Reply> {
    return this.ask("PUT /voicecall/@/callout", body);
  }

  async poll(): Promise<Reply> {
    const reply = await this.ask("GET /agentevent/@");
    remember(reply.body);
    return reply;
  }

  /** The next `count` events; the failure shows those that came. */
  async events(count: number): Promise<Told[]> {
    const told: Told[] = [];
    const until = performance.now() + patienceMs;
    while (told.length < count) {
      const reply = await this.poll();
      assert.equal(reply.code, "0", reply.body);
      const { event } = envelope(reply);
      if (event) told.push(event);
      else assert.ok(performance.now() < until, `${count} events expected, came: ${told.map(short).join(", ")}`);
    }
    return told;
  }

  /** These events come next, in this order (short names, see `short`). */
  async hears(...expected: readonly string[]): Promise<Told[]> {
    const told = await this.events(expected.length);
    assert.deepEqual(told.map(short), expected);
    return told;
  }

  /** Nothing comes within the hold of one poll. */
  async hearsNothing(): Promise<void> {
    assert.equal((await this.poll()).body, emptyPoll);
  }

  /** A callout that is answered, up to Talking; the call id. */
  async talk(called: string, more: Body = {}): Promise<string> {
    const { code, result, body } = await this.callOut({ called, ...more });
    assert.equal(code, "0", body);
    await this.hears(...settingUp);
    return String(result);
  }

  async state(): Promise<number> {
    const { result, body } = await this.ask("GET /onlineagent/@/agentstatus");
    const { agentState } = result as { agentState?: number };
    assert.ok(agentState !== undefined, body);
    return agentState;
  }
}

/** An answered callout with P18=0 and the phone on-hook (seed 221). */
export const settingUp = ["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"] as const;
/** A callout that fails at the customer: decisions.md 16. */
export const partyFails = (detect: number): readonly string[] => [
  "PhoneRelease 3",
  `detect ${detect}`,
  "Call_Out_Fail",
  "Connect_Fail",
  "Ready",
];
export const released = ["Call_Release", "PhoneRelease 3", "Ready"] as const;
/** A call from outside that answers itself (behaviour.md §6), and one that another agent has passed on or begun. */
export const incoming = [
  ...["Busy", "PhoneAlerting", "PhoneOffhook", "Incoming_CallInfo"],
  ...["Auto_Answer", "Customer_Alerting", "Talking"],
] as const;
export const offered = ["Busy", "PhoneAlerting", "PhoneOffhook", "Auto_Answer", "Talking"] as const;

export function envelope({ body, head }: RawReply): Envelope {
  try {
    return JSON.parse(body) as Envelope;
  } catch {
    return assert.fail(`no envelope:\n${head}\n\n${body}`);
  }
}

/** AgentState_Busy is "Busy", AgentOther_PhoneRelease "PhoneRelease 3", OUTBOUND_DETECT_EVENT "detect 537". */
export function short({ eventType, content }: Told): string {
  const { phoneState, detect } = (content ?? {}) as { phoneState?: number; detect?: number };
  if (eventType === "OUTBOUND_DETECT_EVENT") return `detect ${detect}`;
  const name = eventType.replace(/^Agent(State|Event|Other)_/, "");
  return phoneState === undefined ? name : `${name} ${phoneState}`;
}

/** Waits until `condition` holds. */
export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await condition())) {
    assert.ok(performance.now() < end, `never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
