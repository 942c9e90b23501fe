// The scripts that run on this page, one for an agent. They go on while the reader looks at other pages of the console.

import { useSyncExternalStore } from "react";
import { GatewayFault } from "../../../src/client/exchange.ts";
import { after, now } from "../../clock.ts";
import { begun, type Progress, runScript, type Script } from "./agent-script.ts";
import { AgentRefusal, becomeIdle, signedIn } from "./crew.ts";

export type Running = {
  readonly script: Script;
  readonly phone: string;
  readonly progress: Progress;
  readonly stop: () => void;
};

let all: ReadonlyMap<string, Running> = new Map();
const observers = new Set<() => void>();

function put(agent: string, running: Running): void {
  all = new Map([...all, [agent, running]]);
  for (const observer of observers) observer();
}

export const isThrough = ({ progress: { doing } }: Running): boolean =>
  doing === "over" || doing === "stopped" || doing === "signed-out";

/** A script of this agent is not through. */
export const isRunning = (agent: string): boolean => {
  const running = all.get(agent);
  return running !== undefined && !isThrough(running);
};

/** Resolves early when `signal` aborts. */
export const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = after(ms, end);
    signal.addEventListener("abort", end, { once: true });
  });

/** Signs the agent in, and lets the script run. Rejects when he cannot be signed in. */
export async function start(script: Script, phone: string): Promise<void> {
  const member = await signedIn(script.agent, phone);
  const stopper = new AbortController();
  const { signal } = stopper;
  let lost = false;
  void member.session.ended.then(({ name }) => {
    lost = name !== "stopped";
    stopper.abort();
  });
  const tell = (progress: Progress) => put(script.agent, { script, phone, progress, stop: () => stopper.abort() });
  tell(begun);
  const pause = (ms: number) => pauseFor(ms, signal);
  // A look at the agent's state is worth its time when the script is stopped, too.
  const idle = () => becomeIdle(member, (ms) => pauseFor(ms, new AbortController().signal));
  void runScript(script, { session: member.session, becomeIdle: idle, now, pause, signal, tell })
    .then((progress) => lost && tell({ ...progress, doing: "signed-out" }))
    .catch((fault: unknown) => {
      if (!(fault instanceof AgentRefusal) && !(fault instanceof GatewayFault)) throw fault;
      const refusal = fault instanceof AgentRefusal ? fault : { retcode: "", message: fault.message };
      tell({ ...(all.get(script.agent)?.progress ?? begun), refusal, doing: "signed-out" });
    });
}

export const useScripts = (): readonly Running[] => {
  const seen = useSyncExternalStore(
    (observer) => {
      observers.add(observer);
      return () => void observers.delete(observer);
    },
    () => all,
  );
  return [...seen.values()];
};
