// Calls by how they ended, callouts that a wall against toll fraud has stopped, and how many there are now.

import type { Ended } from "../../core/call/state.ts";
import type { Cause, Phase } from "../../core/detect/cause.ts";
import type { TollBar, TollRule } from "../../core/toll/toll.ts";
import type { CallRow } from "../../store/ports.ts";
import type { RunningGateway } from "../gateway.ts";
import { CONTRADICTIONS, type Contradiction } from "../reconciler.ts";
import type { MetricsRegistry } from "./registry.ts";

export type CallMetrics = {
  readonly ended: (call: Pick<Ended, "answeredAt" | "failure" | "abandoned">) => void;
  readonly barred: (bar: Pick<TollBar, "rule">) => void;
  readonly mended: (what: Contradiction["what"]) => void;
  /** The queues have looked for an agent or for a call, which took so long. */
  readonly chose: (ms: number) => void;
  /** A call has ended: how long it took, from its beginning, until each side rang and answered. */
  readonly setUp: (call: SetUp) => void;
  watch(gateway: Pick<RunningGateway, "census" | "waiting" | "agentStates">): void;
};

/** ms since the epoch; null: it never came to that. */
export type SetUp = Pick<
  CallRow,
  "startedAt" | "agentAlertingAt" | "agentAnsweredAt" | "partyAlertingAt" | "partyAnsweredAt"
>;

const RULES: readonly TollRule[] = ["barred-prefix", "skill-prefix", "agent-day", "skill-day"];

const PHASES: readonly Phase[] = ["agent", "party"];
const OURS: readonly NonNullable<Cause["ours"]>[] = [
  ...(["ring-timeout", "gave-up", "media", "no-answer", "unreachable", "restart"] as const),
];
/** What phones and carriers usually refuse with; another status is a series from its first time on. */
const REFUSALS = [403, 404, 408, 410, 480, 484, 486, 487, 488, 500, 503, 600, 603, 604];
const FAILURES = PHASES.flatMap((phase) => [...OURS, ...REFUSALS].map((cause) => ["failed", phase, `${cause}`]));

/** Seconds: a choice is to take a millisecond at most, and nearly all take less than a tenth of it. */
const CHOICE_BOUNDS = [0.000_02, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05];

/** Seconds: from a phone that answers by itself to the longest that anybody lets it ring. */
const SET_UP_BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120];

const STAGES = [
  ["agentAlertingAt", "agent", "alerting"],
  ["agentAnsweredAt", "agent", "answered"],
  ["partyAlertingAt", "party", "alerting"],
  ["partyAnsweredAt", "party", "answered"],
] as const;

/** By number (codes.json agent_states), as docs/agent.md names them. */
const AGENT_STATES: ReadonlyMap<number, string> = new Map([
  [3, "busy"],
  [4, "idle"],
  [5, "wrap-up"],
  [7, "talking"],
  [8, "rest"],
]);

export function callMetrics({ counter, gauge, histogram }: MetricsRegistry): CallMetrics {
  const calls = counter(
    {
      name: "seatway_calls_total",
      help:
        "Calls that have ended. outcome: answered, failed, released, abandoned (by its caller); of a failed one the phase (agent: his phone, party: " +
        "the customer) and the cause: what happened to us, or the SIP status that came",
      labels: ["outcome", "phase", "cause"],
    },
    [["answered", "", ""], ["released", "", ""], ["abandoned", "", ""], ...FAILURES],
  );
  const barred = counter(
    {
      name: "seatway_callouts_barred_total",
      help: "Callouts stopped by a wall against toll fraud, by its rule",
      labels: ["rule"],
    },
    RULES.map((rule) => [rule]),
  );
  const mended = counter(
    {
      name: "seatway_contradictions_total",
      help: "States of agents, calls and queues that their legs contradicted and that were mended: bugs of the gateway",
      labels: ["what"],
    },
    CONTRADICTIONS.map((what) => [what]),
  );
  const chose = histogram(
    {
      name: "seatway_choice_seconds",
      help: "How long the queues take to choose the agent for a call, or the call for an agent who is free",
    },
    CHOICE_BOUNDS,
  );
  const setUp = histogram(
    {
      name: "seatway_setup_seconds",
      help: "From the beginning of a call until a side (agent, party) rang and answered (stage: alerting, answered); counted when the call has ended",
      labels: ["side", "stage"],
    },
    SET_UP_BOUNDS,
    STAGES.map(([, side, stage]) => [side, stage]),
  );
  return {
    setUp(call) {
      for (const [at, side, stage] of STAGES) {
        const when = call[at];
        // The clock may have been set back meanwhile.
        if (when !== null) setUp(Math.max(0, when - call.startedAt) / 1000, side, stage);
      }
    },
    mended: (what) => mended(what),
    chose: (ms) => chose(ms / 1000),
    ended({ answeredAt, failure, abandoned }) {
      if (failure) calls("failed", failure.phase, failure.cause.ours ?? `${failure.cause.status}`);
      else if (abandoned) calls("abandoned", "", "");
      else calls(answeredAt === null ? "released" : "answered", "", "");
    },
    barred: ({ rule }) => barred(rule),
    watch(gateway) {
      gauge({ name: "seatway_calls", help: "Calls that have not ended" }, () => [[gateway.census().calls]]);
      gauge({ name: "seatway_calls_waiting", help: "Calls in the queue of a skill", labels: ["skill"] }, () =>
        [...gateway.waiting()].map(([skill, count]) => [count, `${skill}`] as const),
      );
      gauge({ name: "seatway_agents", help: "Agents signed in" }, () => [[gateway.census().agents]]);
      gauge({ name: "seatway_agent_states", help: "Agents signed in, by state", labels: ["state"] }, () => {
        const counts = gateway.agentStates();
        return [...AGENT_STATES].map(([number, name]) => [counts.get(number) ?? 0, name] as const);
      });
    },
  };
}
