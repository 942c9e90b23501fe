// The way down in good order: nothing new begins, what has begun may go on for a while, then it is released with the documented events,
// and whoever polls gets the time to fetch them before his session ends.
//
//   open --begin--> draining --nothing stands, the limit, hurry--> released --events fetched, LAST_EVENTS_MS--> the sessions end

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import type { Call } from "../core/call/state.ts";
import type { Refused } from "./face.ts";
import type { Loop } from "./loop.ts";

export type DrainOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly loop: Pick<Loop, "calls" | "conferences" | "post" | "standing">;
  /** Runs `then` when all that has happened so far is kept. */
  readonly kept: (then: () => void) => void;
  /** Whoever asks for his events has them, and asks for more. */
  readonly told: () => boolean;
};

export type Drain = {
  /** Seconds until a new call is worth a try, at the latest; null: it is now. */
  retryAfterS(): number | null;
  /** Why nothing new may begin: a call (100-007), a sign-in (100-003); null: it may. */
  refusesCall(): Refused | null;
  refusesSignIn(): Refused | null;
  /** Resolves when all calls are over and told, `limitMs` and a moment after it is called at the latest. */
  begin(limitMs: number): Promise<void>;
  /** What still goes on is released now; false: nothing is being waited for. */
  hurry(): boolean;
};

const LOOK_MS = 50;
/** So long whoever polls may take for the last events of his calls. */
const LAST_EVENTS_MS = 1000;
/** A process that ends is there again after so long. */
const START_S = 5;

export function openDrain(options: DrainOptions): Drain {
  const { clock, log, loop } = options;
  /** Monotonic ms. */
  let endsAt: number | null = null;
  let hurried: (() => void) | null = null;

  const retryAfterS = (): number | null =>
    endsAt === null ? null : START_S + Math.ceil(Math.max(0, endsAt - clock.monotonic()) / 1000);

  const refusal = (code: "100-003" | "100-007"): Refused | null => {
    const seconds = retryAfterS();
    if (seconds === null) return null;
    return { ...refuse(code, `the gateway is being stopped: again in ${seconds} s`), retryAfterS: seconds };
  };

  /** Until `fits`, `ms` at most; or until `hurry`. */
  const until = (fits: () => boolean, ms: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = clock.monotonic() + ms;
    const look = (): void => {
      const left = end - clock.monotonic();
      if (fits() || left <= 0) resolve();
      else clock.after(Math.min(LOOK_MS, left), look);
    };
    hurried = resolve;
    look();
    return promise.finally(() => {
      hurried = null;
    });
  };

  /** Who has placed a call that nobody has answered gives it up, his phone with it; the others are told of the end. */
  const release = ({ name, plan, ...call }: Call): void => {
    if (name === "ended") return;
    const { id, agent } = plan;
    const unanswered = "answeredAt" in call && call.answeredAt === null;
    const givenUp =
      unanswered && agent !== null && !loop.post({ to: "agent", id: agent, input: { type: "drop-call", callId: id } });
    if (!givenUp) loop.post({ to: "call", id, event: { type: "force-drop" } });
  };

  /** Those that wait in a queue first: nobody who gets free on the way is to be rung for one of them. */
  const releaseAll = (): void => {
    const calls = [...loop.calls()];
    for (const call of calls.filter(isQueued)) release(call);
    for (const call of calls.filter((each) => !isQueued(each))) release(call);
    for (const { plan } of [...loop.conferences()])
      loop.post({ to: "conference", id: plan.id, event: { type: "timer", name: "time-over" } });
  };

  return {
    retryAfterS,
    refusesCall: () => refusal("100-007"),
    refusesSignIn: () => refusal("100-003"),
    async begin(limitMs) {
      endsAt ??= clock.monotonic() + limitMs;
      const standing = loop.standing();
      if (standing === 0) return;
      log.info({ calls: standing, limitMs }, "stopping: no new calls, those that stand may go on");
      await until(() => loop.standing() === 0, limitMs);
      log.info({ calls: loop.standing() }, "stopping: what still stands is released");
      releaseAll();
      await new Promise<void>((resolve) => options.kept(resolve));
      await until(options.told, LAST_EVENTS_MS);
    },
    hurry() {
      if (hurried === null) return false;
      hurried();
      return true;
    },
  };
}

const isQueued = (call: Call): boolean => call.name === "live" && call.invitation?.queued === true;
