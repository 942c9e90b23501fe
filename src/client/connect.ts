// FACE of the client: `connect` gives one agent's session over the REST API, for browsers and for Node.
//
//   const agent = connect({ url: "https://gateway:8043", agent: "101" });
//   const events = agent.events();
//   await agent.signIn({ phonenum: "40001" });
//   await agent.callOut({ called: "40040" });
//   for await (const event of events) console.log(event.eventType, event.content);

import { agentCalls } from "./agent-calls.ts";
import { agentConference } from "./agent-conference.ts";
import type { End, Link, PollOptions } from "./agent-event.ts";
import { agentGroup } from "./agent-group.ts";
import { callData } from "./call-data.ts";
import { readDeskSetup } from "./desk-setup.ts";
import { type OpenLine, type Socket, serverSentLine, socketLine } from "./event-line.ts";
import { eventStream } from "./event-stream.ts";
import { type Exchange, type Fetch, openExchange, type Reply } from "./exchange.ts";
import { followEvents, type Gap, type ReceivedEvent } from "./follow.ts";
import { onlineAgent } from "./online-agent.ts";
import { operationCalls } from "./operation.ts";
import { nothing, record } from "./shape.ts";
import { voiceCall } from "./voice-call.ts";

export type { AgentEventMessage } from "../contract/agent-event.ts";
export type { AgentSnapshot } from "../contract/event-stream.ts";
export type { AgentCallPage, AgentCallRecord, WrapUp } from "./agent-calls.ts";
export type { End, Link } from "./agent-event.ts";
export type { DeskSetup } from "./desk-setup.ts";
export type { Socket } from "./event-line.ts";
export { type Fault, type Fetch, GatewayFault, type Refused, type Reply } from "./exchange.ts";
export type { Gap, ReceivedEvent } from "./follow.ts";
export type { FieldsFor, File } from "./operation.ts";

export type ConnectOptions = {
  /** Origin of the gateway, e.g. "https://gateway:8043". */
  readonly url: string;
  /** Work number. */
  readonly agent: string;
  /** Default: the global one. For a self-signed certificate in Node: `pinnedFetch` of pinned-fetch.ts. */
  readonly fetch?: Fetch;
  /** For one request, default 15 s. A poll has its own. */
  readonly timeoutMs?: number;
  /**
   * Ways to read events, in the order in which they are tried, before polls: the first that the gateway offers is used. Default: all
   * that there are here; [] = polls.
   */
  readonly streams?: readonly ("server-sent-events" | "websocket")[];
  /** Default: the global one, where there is one. It cannot be told of a self-signed certificate: with a `fetch` of its own there is none. */
  readonly webSocket?: (url: string) => Socket;
  /** Waits between polls; must resolve early when `signal` aborts. Default: real time. */
  readonly pause?: PollOptions["pause"];
};

/** Absent fields take the gateway's default (behaviour.md §4). */
export type SignInRequest = {
  readonly phonenum: string;
  readonly password?: string;
  readonly autoanswer?: boolean;
  readonly autoenteridle?: boolean;
  /** false: the phone stays off-hook between calls. */
  readonly releasephone?: boolean;
  readonly agenttype?: 4 | 11;
  /** The phone may be picked up and hung up from the desktop. */
  readonly phonelinkage?: boolean;
  /** State after the sign-in: 3 busy, 4 idle, 5 wrap-up. */
  readonly status?: 3 | 4 | 5;
};

export type SignedIn = { readonly workno: string; readonly loginTime: string };

const signedIn = record<SignedIn>({ workno: "string", loginTime: "string" });
const renewal = record<{ readonly guid: string }>({ guid: "string" });

export type AgentSession = ReturnType<typeof connect>;

export function connect(options: ConnectOptions) {
  const { agent } = options;
  const stopper = new AbortController();
  const exchange = openExchange({
    url: options.url,
    // A browser runs its `fetch` as a function of the window alone, not as a member of something else.
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    timeoutMs: options.timeoutMs ?? 15_000,
    signal: stopper.signal,
  });
  const following = openFollowing({
    exchange,
    agent,
    lines: linesOf(options, exchange, stopper.signal),
    pause: options.pause ?? pause,
    signal: stopper.signal,
  });
  const { call, file } = operationCalls(exchange, agent, stopper.signal);
  const enter = async (path: readonly string[], request: SignInRequest): Promise<Reply<SignedIn>> => {
    const body = { password: "", ...request };
    const reply = await exchange.ask({ method: "PUT", path: ["onlineagent", agent, ...path], body }, signedIn);
    if (reply.ok) following.start("0");
    return reply;
  };
  const leave = async (operation: string): Promise<Reply<null>> => {
    const reply = await exchange.ask({ method: "DELETE", path: ["onlineagent", agent, operation] }, nothing);
    if (reply.ok) following.stop();
    return reply;
  };
  return {
    ...onlineAgent(exchange, agent),
    ...voiceCall(exchange, agent),
    ...callData(exchange, agent),
    ...agentGroup(exchange, agent),
    ...agentCalls(exchange, agent, stopper.signal),
    /** What a desk shows of the site. */
    deskSetup: () => readDeskSetup(exchange, agent, stopper.signal),
    ...agentConference({ call }),
    call,
    file,
    signIn: (request: SignInRequest) => enter([], request),
    /** Ends a session of this agent elsewhere, with its calls. */
    forceSignIn: (request: SignInRequest) => enter(["forcelogin"], request),
    /**
     * Goes on with a session whose Guid was kept, e.g. over a page reload (decisions.md 4). `since`: what `position` said; without it
     * from now on, with a snapshot.
     */
    async resume(guid: string, since: string | null = null): Promise<Reply<null>> {
      exchange.useGuid(guid);
      const reply = await exchange.ask({ method: "PUT", path: ["onlineagent", agent, "updateGuid"] }, renewal);
      if (!reply.ok) return reply;
      exchange.useGuid(reply.result.guid);
      following.start(since);
      return { ok: true, result: null, message: reply.message };
    },
    /** Refused while talking. */
    signOut: () => leave("logout"),
    /** Releases the call as well. */
    forceSignOut: () => leave("forcelogout"),
    /** Events from now on, until the session ends. Leave the loop (or call `return`) when done. */
    events: () => following.events.read(),
    /** Calls `observer` for each event from now on; returns how to stop. */
    onEvent: (observer: (event: ReceivedEvent) => void) => following.events.observe(observer),
    onLink: (observer: (link: Link) => void) => following.links.observe(observer),
    /** Calls `observer` where events are missing, and first after a `resume` without a position: with the agent as he is now. */
    onSnapshot: (observer: (gap: Gap) => void) => following.gaps.observe(observer),
    /** The id of the last event, for `resume`; null before any, and where the gateway says none with its polls. */
    position: () => following.position(),
    /** Resolves when the session is over and no further event can come. */
    ended: following.ended,
    /** A secret, only for `resume`. */
    guid: () => exchange.guid(),
    /** Gives up waiting requests and polling without signing out. */
    stop() {
      stopper.abort();
      following.stop();
    },
  };
}

/** Without a way to open a socket, and with a `fetch` that knows a certificate which sockets do not, there are none. */
function linesOf(options: ConnectOptions, exchange: Exchange, signal: AbortSignal): readonly OpenLine[] {
  const around = { exchange, agent: options.agent, signal };
  const global = options.fetch || !("WebSocket" in globalThis) ? undefined : (url: string) => new WebSocket(url);
  const socket = options.webSocket ?? global;
  const { streams = ["server-sent-events", "websocket"] } = options;
  return streams.flatMap((way) => {
    if (way === "server-sent-events") return [serverSentLine(around)];
    return socket ? [socketLine(around, socket)] : [];
  });
}

type FollowingOptions = Pick<PollOptions, "agent" | "pause" | "signal"> & {
  readonly exchange: Exchange;
  readonly lines: readonly OpenLine[];
};

/** One reader at a time: a second sign-in of the same session goes on with the one that runs. */
function openFollowing(options: FollowingOptions) {
  const events = eventStream<ReceivedEvent>();
  const links = eventStream<Link>();
  const gaps = eventStream<Gap>();
  let over!: (end: End | Promise<never>) => void;
  const ended = new Promise<End>((resolve) => {
    over = resolve;
  });
  const halt = new AbortController();
  const signal = AbortSignal.any([options.signal, halt.signal]);
  let running = false;
  let position: string | null = null;
  const finish = (end: End) => {
    for (const stream of [events, links, gaps]) stream.end();
    over(end);
  };
  return {
    ...{ events, links, gaps, ended },
    position: () => position,
    start(since: string | null) {
      if (running) return;
      running = true;
      const onPlace = (id: string) => {
        position = id;
      };
      const told = { onEvent: events.push, onLink: links.push, onGap: gaps.push, onPlace };
      const followed = followEvents({ ...options, ...told, onGuid: options.exchange.useGuid, signal, since });
      followed.then(finish, (fault: unknown) => over(Promise.reject(fault)));
    },
    stop() {
      halt.abort();
      if (!running) finish({ name: "stopped", message: "" });
    },
  };
}

/** Real time without a timer of our own: AbortSignal.timeout exists in browsers and in Node. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  const timer = AbortSignal.timeout(ms);
  return new Promise((resolve) => {
    const over = () => {
      signal.removeEventListener("abort", over);
      resolve();
    };
    if (signal.aborted) return over();
    timer.addEventListener("abort", over, { once: true });
    signal.addEventListener("abort", over, { once: true });
  });
}
