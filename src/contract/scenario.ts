// A call as a file that can be played again on a virtual clock: what came from outside, and what its agents were told of it
// (docs/sim.md, "Scenarios"). Times in ms from the first step on.

export type ScenarioStep =
  /** An agent's request, its path and query below /agentgateway/resource; `{call}` stands for the call's id. */
  | {
      readonly at: number;
      readonly agent: string;
      readonly asks: string;
      readonly body?: unknown;
      readonly retcode: string;
    }
  /** Somebody outside calls this number of the site. */
  | { readonly at: number; readonly calls: string }
  /** `phone 101`, or `party 1` in the order in which parties came. */
  | {
      readonly at: number;
      readonly leg: string;
      readonly does: "ring" | "answer" | "fail" | "hang-up";
      /** Of a failure: SIP status and Q.850 cause. */
      readonly status?: number;
      readonly q850?: number;
      /** Ringing with early media, an answer with video. */
      readonly media?: true;
    };

export type Scenario = {
  readonly scenario: 1;
  readonly name: string;
  /** Signed in and idle before the first step, or busy. */
  readonly agents: readonly { readonly id: string; readonly phone: string; readonly busy?: true }[];
  readonly steps: readonly ScenarioStep[];
  /** What each was told of the call, by event type, in its order. */
  readonly told: Readonly<Record<string, readonly string[]>>;
};
