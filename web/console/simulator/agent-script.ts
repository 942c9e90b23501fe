// Calls that an agent of the demo site places by a script: he calls, talks for so long, hangs up, wraps up, and calls again. One script for
// an agent; what it does it does by the agent's own requests and events.

import type { AgentSession, ReceivedEvent } from "../../../src/client/connect.ts";

export type Script = {
  readonly agent: string;
  readonly called: string;
  /** How many calls. */
  readonly times: number;
  /** From the beginning of one call to that of the next; a call that takes longer is waited for. */
  readonly everyMs: number;
  /** From the answer; null: the other side ends it. */
  readonly hangUpAfterMs: number | null;
  readonly wrapUpMs: number;
};

export type Doing = "calling" | "talking" | "wrapping-up" | "waiting" | "over" | "stopped" | "signed-out";

export type Progress = {
  readonly placed: number;
  readonly answered: number;
  readonly refused: number;
  readonly doing: Doing;
  /** The last refusal, as the gateway said it. */
  readonly refusal: { readonly retcode: string; readonly message: string } | null;
};

export const begun: Progress = { placed: 0, answered: 0, refused: 0, doing: "calling", refusal: null };

export type ScriptGround = {
  readonly session: Pick<AgentSession, "callOut" | "release" | "work" | "onEvent">;
  readonly becomeIdle: () => Promise<void>;
  readonly now: () => number;
  /** Resolves early when the script is stopped. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly tell: (progress: Progress) => void;
};

/** The session is none any more: nothing that comes after it could be done. */
const isOver = (retcode: string): boolean => retcode === "100-006" || retcode === "000-003";

/** Resolves when it is through, or stopped. Rejects when the gateway does not answer. */
export async function runScript(script: Script, ground: ScriptGround): Promise<Progress> {
  let progress = begun;
  const tell = (more: Partial<Progress>): void => {
    progress = { ...progress, ...more };
    ground.tell(progress);
  };
  const turn = async (): Promise<boolean> => {
    tell({ doing: "calling" });
    const talk = followedCall(ground);
    const reply = await ground.session.callOut({ called: script.called });
    if (!reply.ok) {
      talk.leave();
      tell({ refused: progress.refused + 1, refusal: reply });
      return !isOver(reply.retcode);
    }
    tell({ placed: progress.placed + 1 });
    if (await talk.answered(reply.result)) {
      tell({ answered: progress.answered + 1, doing: "talking" });
      if (script.hangUpAfterMs !== null) {
        await Promise.race([ground.pause(script.hangUpAfterMs), talk.over]);
        await ground.session.release();
      }
      await talk.over;
    }
    talk.leave();
    return true;
  };
  for (let call = 1; call <= script.times && !ground.signal.aborted; call += 1) {
    const next = ground.now() + script.everyMs;
    if (!(await turn())) {
      tell({ doing: "signed-out" });
      return progress;
    }
    if (script.wrapUpMs > 0 && !ground.signal.aborted) {
      tell({ doing: "wrapping-up" });
      await ground.session.work();
      await ground.pause(script.wrapUpMs);
    }
    await ground.becomeIdle();
    if (call === script.times) break;
    tell({ doing: "waiting" });
    await ground.pause(Math.max(0, next - ground.now()));
  }
  tell({ doing: ground.signal.aborted ? "stopped" : "over" });
  return progress;
}

const ends: ReadonlySet<string> = new Set(["AgentEvent_Call_Release", "AgentEvent_Call_Out_Fail"]);

/** What becomes of a call. Its events may come before the reply that says which call it is. */
function followedCall({ session, signal }: Pick<ScriptGround, "session" | "signal">) {
  const seen: ReceivedEvent[] = [];
  const over = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<boolean>();
  let id = "";
  const isOurs = ({ content }: ReceivedEvent): boolean =>
    content === id || (typeof content === "object" && content !== null && "callid" in content && content.callid === id);
  const take = (event: ReceivedEvent): void => {
    if (!isOurs(event)) return;
    if (event.eventType === "AgentEvent_Talking") answer.resolve(true);
    if (!ends.has(event.eventType)) return;
    answer.resolve(false);
    over.resolve();
  };
  const leave = session.onEvent((event) => {
    if (id === "") seen.push(event);
    else take(event);
  });
  const stop = () => {
    void session.release().catch(() => {});
    answer.resolve(false);
    over.resolve();
  };
  signal.addEventListener("abort", stop, { once: true });
  return {
    over: over.promise,
    /** false: it was over before. */
    answered(callId: string): Promise<boolean> {
      id = callId;
      for (const event of seen) take(event);
      return answer.promise;
    },
    leave() {
      leave();
      signal.removeEventListener("abort", stop);
    },
  };
}
