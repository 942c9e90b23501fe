// Traces: an id of 32 hex digits (W3C Trace Context) for each request, and the same one in every event that it causes, also
// those that come later from the call that it began. What nobody asked for, a call from outside, gets a trace of its own.

import { randomBytes } from "node:crypto";

/** Drawn many at once: a system call for each request would be felt. */
const POOL = 256;
let pool = Buffer.alloc(0);

export function mintTrace(): string {
  if (pool.length < 16) pool = randomBytes(16 * POOL);
  const trace = pool.toString("hex", 0, 16);
  pool = pool.subarray(16);
  return trace;
}

/** Calls and agents whose trace is known: the oldest make room. */
const MOST = 20_000;

/** By call and by agent. */
export type KnownTraces = { readonly calls: ReadonlyMap<string, string>; readonly agents: ReadonlyMap<string, string> };

export type Traces = {
  /** What `act` causes before it returns carries this trace. */
  during<Result>(trace: string, act: () => Result): Result;
  /** The trace of the request that is being carried out, for what it causes after a wait. */
  current(): string;
  /** This call was begun by the request that is being carried out. */
  bind(call: string): void;
  /** The trace of a call; "" = it has none (any more). */
  ofCall(call: string): string;
  /** Of the agent's last event; "" = there was none. */
  ofAgent(agent: string): string;
  /** Those that the process before has had. */
  adopt(known: KnownTraces): void;
  /** Of an event for this agent. `call` "" = none is known. */
  of(agent: string, call: string): string;
};

export function openTraces(): Traces {
  const calls = new Map<string, string>();
  const agents = new Map<string, string>();
  let now = "";

  const keep = (table: Map<string, string>, key: string, trace: string): string => {
    table.set(key, trace);
    const oldest = table.size > MOST ? table.keys().next().value : undefined;
    if (oldest !== undefined) table.delete(oldest);
    return trace;
  };

  const find = (agent: string, call: string): string => {
    if (call === "") return agents.get(agent) ?? mintTrace();
    return calls.get(call) ?? mintTrace();
  };

  return {
    during(trace, act) {
      const before = now;
      now = trace;
      try {
        return act();
      } finally {
        now = before;
      }
    },
    current: () => now,
    bind(call) {
      if (now !== "" && !calls.has(call)) keep(calls, call, now);
    },
    ofCall: (call) => calls.get(call) ?? "",
    ofAgent: (agent) => agents.get(agent) ?? "",
    adopt(known) {
      for (const [call, trace] of known.calls) keep(calls, call, trace);
      for (const [agent, trace] of known.agents) keep(agents, agent, trace);
    },
    of(agent, call) {
      const trace = now || find(agent, call);
      if (call !== "" && !calls.has(call)) keep(calls, call, trace);
      return agents.get(agent) === trace ? trace : keep(agents, agent, trace);
    },
  };
}
