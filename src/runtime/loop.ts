// The one loop: event in -> reducer -> state -> effects out. A FIFO mailbox, no locks: `tell`s go to its end, other effects
// are collected and performed in order once it is empty. A reducer that throws is a bug: logged, its call ended.

import type { Clock } from "../base/clock.ts";
import type { AgentId, CallId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import { isRefusal, refuse } from "../base/step.ts";
import { newAgent, reduceAgent } from "../core/agent/agent.ts";
import type { Agent, AgentEffect, AgentInput, Refused } from "../core/agent/state.ts";
import { newCall, reduceCall } from "../core/call/call.ts";
import type { Call, CallEffect, CallEvent, Ended } from "../core/call/state.ts";

type Untimed<Event> = Event extends unknown ? Omit<Event, "at"> : never;

export type Envelope =
  | { readonly to: "agent"; readonly id: AgentId; readonly input: AgentInput }
  | { readonly to: "call"; readonly id: CallId; readonly event: Untimed<CallEvent> };

/** Effects for the outside, with the machine that asked: its answers go back to it. */
export type Outward =
  | {
      readonly by: "agent";
      readonly id: AgentId;
      readonly effect: Exclude<AgentEffect, { type: "tell-call" | "start-call" }>;
    }
  | { readonly by: "call"; readonly id: CallId; readonly effect: Exclude<CallEffect, { type: "tell-agent" }> };

export type LoopOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly perform: (outward: Outward) => void;
  /** A call has ended; it is forgotten after this. */
  readonly ended: (call: Ended) => void;
};

export type Loop = {
  /** The refusal of this event, or null: it was taken. */
  post(envelope: Envelope): Refused | null;
  agent(id: AgentId): Agent;
  call(id: CallId): Call | undefined;
  /** Calls that have not ended. */
  calls(): Iterable<Call>;
};

export function openLoop({ clock, log, perform, ended }: LoopOptions): Loop {
  const agents = new Map<AgentId, Agent>();
  const calls = new Map<CallId, Call>();
  const mailbox: Envelope[] = [];
  const outbox: Outward[] = [];
  let running = false;

  const agentOf = (id: AgentId): Agent => agents.get(id) ?? newAgent(id);

  const agentStep = (id: AgentId, input: AgentInput): Refused | null => {
    const outcome = reduceAgent(agentOf(id), input);
    if (isRefusal(outcome)) return outcome;
    agents.set(id, outcome[0]);
    for (const effect of outcome[1]) {
      if (effect.type === "start-call") calls.set(effect.plan.id, newCall(effect.plan));
      else if (effect.type === "tell-call") mailbox.push({ to: "call", id: effect.call, event: effect.event });
      else outbox.push({ by: "agent", id, effect });
    }
    return null;
  };

  const callStep = (id: CallId, event: Untimed<CallEvent>): void => {
    const call = calls.get(id);
    if (!call) return;
    const [next, effects] = reduceCall(call, { ...event, at: clock.now() } as CallEvent);
    for (const effect of effects) {
      if (effect.type === "tell-agent") mailbox.push({ to: "agent", id: effect.agent, input: effect.fact });
      else outbox.push({ by: "call", id, effect });
    }
    if (next.name !== "ended") {
      calls.set(id, next);
      return;
    }
    calls.delete(id);
    ended(next);
  };

  const step = (envelope: Envelope): Refused | null => {
    try {
      if (envelope.to === "agent") return agentStep(envelope.id, envelope.input);
      callStep(envelope.id, envelope.event);
    } catch (fault) {
      bug(envelope, fault);
      return refuse("100-007", "internal error");
    }
    return null;
  };

  const bug = (envelope: Envelope, fault: unknown): void => {
    const state = envelope.to === "agent" ? agentOf(envelope.id).name : calls.get(envelope.id)?.name;
    const event = envelope.to === "agent" ? envelope.input.type : envelope.event.type;
    log.error({ machine: envelope.to, id: envelope.id, state, event, error: String(fault) }, "a reducer threw");
    const call = envelope.to === "call" ? calls.get(envelope.id) : undefined;
    if (!call) return;
    calls.delete(call.plan.id);
    if ("party" in call) outbox.push({ by: "call", id: call.plan.id, effect: { type: "hang-up", leg: call.party } });
    const cause = { status: 500, rung: false };
    const fact = { type: "call-failed", call: call.plan.id, cause } as const;
    mailbox.push({ to: "agent", id: call.plan.agent, input: fact });
  };

  const performAll = (): void => {
    for (let next = outbox.shift(); next; next = outbox.shift()) {
      try {
        perform(next);
      } catch (fault) {
        log.error({ machine: next.by, id: next.id, effect: next.effect.type, error: String(fault) }, "an effect threw");
      }
    }
  };

  return {
    post(envelope) {
      mailbox.push(envelope);
      if (running) return null;
      running = true;
      let first: Refused | null | undefined;
      try {
        while (mailbox.length > 0) {
          for (let next = mailbox.shift(); next; next = mailbox.shift()) {
            const refused = step(next);
            if (first === undefined) first = refused;
          }
          performAll();
        }
      } finally {
        running = false;
      }
      return first ?? null;
    },
    agent: agentOf,
    call: (id) => calls.get(id),
    calls: () => calls.values(),
  };
}
