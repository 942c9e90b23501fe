// Whether the gateway holds what an agent's program has been acknowledged: his state, and the data of his call.

import { setTimeout as sleep } from "node:timers/promises";
import type { CallNote } from "./call-note.ts";
import type { Door } from "./door.ts";
import type { FindingKind } from "./finding.ts";
import { unknown } from "./session.ts";

export type State = "out" | "free" | "calling" | "talking" | "paused";
/** As `agentstatus` numbers them (codes.json agent_states). */
export const IDLE = 4;
const TALKING = 7;

/** An event is on its way for so long, ms, when nothing holds it up. */
const TOLD_MS = 1_500;

/** `asked` and `wrong`: how many. */
export type Audit = { readonly asked: number; readonly wrong: number };

/** What the program takes to be so, just now. */
export type Belief = {
  readonly state: State;
  readonly call: CallNote | null;
  /** The number of the state outside calls. */
  readonly shows: number;
  /** Told so: a call is on its way to him. */
  readonly busy: boolean;
  /** Commands under way. */
  readonly commands: number;
};

export type Audited = {
  readonly door: Door;
  readonly belief: () => Belief;
  /** The last events, oldest first. */
  readonly heard: () => readonly string[];
  readonly lost: (how: string) => void;
  readonly found: (kind: FindingKind, what: string) => void;
};

/** What the gateway has told meanwhile may still be on its way. */
export async function audit(of: Audited): Promise<Audit> {
  const first = await wrongState(of);
  if (first === null) return { asked: 0, wrong: 0 };
  if (first === "") return { asked: 1, wrong: 0 };
  await sleep(TOLD_MS);
  const wrong = await wrongState(of);
  if (wrong === null || wrong === "") return { asked: 1, wrong: 0 };
  of.found("state", `${wrong}; told ${of.heard().join(", ")}`);
  return { asked: 1, wrong: 1 };
}

/** "": it is as acknowledged. null: something is going on just now, and nothing can be said. */
async function wrongState(of: Audited): Promise<string | null> {
  const before = of.belief();
  const { state, call, shows, busy } = before;
  const expected = state === "talking" && call?.manner === "stays" ? TALKING : shows;
  if (before.commands > 0 || (expected !== TALKING && state !== "free" && state !== "paused")) return null;
  if (expected === IDLE && busy) return null;
  const path = `/onlineagent/${of.door.agent}/agentstatus`;
  const { retcode, result, message } = await of.door.ask({ method: "GET", path });
  if (!isQuiet(before, of.belief())) return null;
  if (unknown.has(retcode)) {
    of.lost(`${retcode} ${message}`);
    return null;
  }
  const { agentState } = result as { readonly agentState: number };
  if (agentState !== expected) return `acknowledged ${expected}, and the gateway says ${agentState}`;
  if (expected === TALKING && call) await auditData(of, call);
  return "";
}

const isQuiet = (before: Belief, now: Belief): boolean =>
  now.commands === 0 && now.state === before.state && now.call === before.call && now.shows === before.shows;

async function auditData({ door, belief, found }: Audited, call: CallNote): Promise<void> {
  const path = `/calldata/${door.agent}/appdata`;
  const { retcode, result } = await door.ask({ method: "GET", path });
  if (belief().call !== call || call.endedAt !== undefined) return;
  if (retcode !== "0" || !call.data.includes(String(result)))
    found("data", `the data of ${call.callIds[0]}: ${retcode} ${String(result)}, not ${call.data.join(" or ")}`);
}
