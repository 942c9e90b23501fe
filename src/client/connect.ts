// FACE of the client: `connect` gives one agent's session over the REST API, for browsers and for Node.
//
//   const agent = connect({ url: "https://gateway:8043", agent: "101" });
//   const events = agent.events();
//   await agent.signIn({ phonenum: "40001" });
//   await agent.callOut({ called: "40040" });
//   for await (const event of events) console.log(event.eventType, event.content);

import type { AgentEventMessage } from "../contract/agent-event.ts";
import { type End, type Link, type PollOptions, pollEvents } from "./agent-event.ts";
import { callData } from "./call-data.ts";
import { eventStream } from "./event-stream.ts";
import { type Exchange, type Fetch, openExchange, type Reply } from "./exchange.ts";
import { onlineAgent } from "./online-agent.ts";
import { nothing, record } from "./shape.ts";
import { voiceCall } from "./voice-call.ts";

export type { AgentEventMessage } from "../contract/agent-event.ts";
export type { End, Link } from "./agent-event.ts";
export { type Fault, type Fetch, GatewayFault, type Refused, type Reply } from "./exchange.ts";

export type ConnectOptions = {
  /** Origin of the gateway, e.g. "https://gateway:8043". */
  readonly url: string;
  /** Work number. */
  readonly agent: string;
  /** Default: the global one. For a self-signed certificate in Node: `pinnedFetch` of pinned-fetch.ts. */
  readonly fetch?: Fetch;
  /** For one request, default 15 s. A poll has its own. */
  readonly timeoutMs?: number;
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
    fetch: options.fetch ?? fetch,
    timeoutMs: options.timeoutMs ?? 15_000,
    signal: stopper.signal,
  });
  const polling = openPolling({ exchange, agent, pause: options.pause ?? pause, signal: stopper.signal });
  const enter = async (path: readonly string[], request: SignInRequest): Promise<Reply<SignedIn>> => {
    const body = { password: "", ...request };
    const reply = await exchange.ask({ method: "PUT", path: ["onlineagent", agent, ...path], body }, signedIn);
    if (reply.ok) polling.start();
    return reply;
  };
  const leave = async (operation: string): Promise<Reply<null>> => {
    const reply = await exchange.ask({ method: "DELETE", path: ["onlineagent", agent, operation] }, nothing);
    if (reply.ok) polling.stop();
    return reply;
  };
  return {
    ...onlineAgent(exchange, agent),
    ...voiceCall(exchange, agent),
    ...callData(exchange, agent),
    signIn: (request: SignInRequest) => enter([], request),
    /** Ends a session of this agent elsewhere, with its calls. */
    forceSignIn: (request: SignInRequest) => enter(["forcelogin"], request),
    /** Goes on with a session whose Guid was kept, e.g. over a page reload (decisions.md 4). */
    async resume(guid: string): Promise<Reply<null>> {
      exchange.useGuid(guid);
      const reply = await exchange.ask({ method: "PUT", path: ["onlineagent", agent, "updateGuid"] }, renewal);
      if (!reply.ok) return reply;
      exchange.useGuid(reply.result.guid);
      polling.start();
      return { ok: true, result: null, message: reply.message };
    },
    /** Refused while talking. */
    signOut: () => leave("logout"),
    /** Releases the call as well. */
    forceSignOut: () => leave("forcelogout"),
    /** Events from now on, until the session ends. Leave the loop (or call `return`) when done. */
    events: () => polling.events.read(),
    /** Calls `observer` for each event from now on; returns how to stop. */
    onEvent: (observer: (event: AgentEventMessage) => void) => polling.events.observe(observer),
    onLink: (observer: (link: Link) => void) => polling.links.observe(observer),
    /** Resolves when the session is over and no further event can come. */
    ended: polling.ended,
    /** A secret, only for `resume`. */
    guid: () => exchange.guid(),
    /** Gives up waiting requests and polling without signing out. */
    stop() {
      stopper.abort();
      polling.stop();
    },
  };
}

type PollingOptions = Pick<PollOptions, "agent" | "pause" | "signal"> & { readonly exchange: Exchange };

/** One poll loop at a time: a second sign-in of the same session goes on with the loop that runs. */
function openPolling(options: PollingOptions) {
  const events = eventStream<AgentEventMessage>();
  const links = eventStream<Link>();
  const done = Promise.withResolvers<End>();
  const halt = new AbortController();
  const signal = AbortSignal.any([options.signal, halt.signal]);
  let running = false;
  const finish = (end: End) => {
    events.end();
    links.end();
    done.resolve(end);
  };
  return {
    events,
    links,
    ended: done.promise,
    start() {
      if (running) return;
      running = true;
      pollEvents({ ...options, signal, onEvent: events.push, onLink: links.push }).then(finish, done.reject);
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
