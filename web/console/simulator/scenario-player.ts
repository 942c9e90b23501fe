// Plays a saved scenario again on the demo site: agents ask by REST, simulated phones and parties do what they did, over real SIP. The
// times between steps are divided by the speed, the order is the file's: a step waits until the one before it has been seen in the
// call's timeline. The gateway's own clock runs as it does: how long it rings, lets wrap up and lets wait is not divided.

import { legNames, scenarioOf } from "../../../src/client/scenario.ts";
import type { Scenario, ScenarioStep } from "../../../src/contract/scenario.ts";
import type { Timeline } from "../../../src/contract/timeline.ts";
import { type Cast, type Part, type Place, sped } from "./cast.ts";

export type Asked = { readonly retcode: string; readonly result: unknown };

/** The demo site, as the player needs it; each rejects with what stands in its way. */
export type Stage = {
  request(agent: string, method: string, path: string, body: unknown): Promise<Asked>;
  /** Calls from a party; the id of the call that came of it. */
  callIn(party: string, to: string): Promise<string>;
  behave(place: Place, part: Part): Promise<void>;
  hangUp(place: Place): Promise<void>;
  timeline(callId: string): Promise<Timeline>;
  now(): number;
  /** Rejects when the play is called off. */
  pause(ms: number): Promise<void>;
};

export type Difference =
  | { readonly type: "retcode"; readonly step: number; readonly was: string; readonly is: string }
  | { readonly type: "not-seen"; readonly step: number }
  | { readonly type: "told"; readonly agent: string; readonly was: string; readonly is: string }
  | { readonly type: "not-over" };

export type Played = { readonly callId: string; readonly differences: readonly Difference[] };

export type PlayOptions = {
  readonly scenario: Scenario;
  readonly cast: Cast;
  readonly speed: number;
  readonly stage: Stage;
  /** Before each step. */
  readonly tell: (step: number) => void;
};

const LOOK_MS = 100;
/** Longer than the gateway rings by itself. */
const PATIENCE_MS = 90_000;
const OVER_MS = 15_000;
const LATE_MS = 1_000;

type Seen = Pick<Extract<ScenarioStep, { readonly leg: string }>, "leg" | "does">;

export async function playScenario(options: PlayOptions): Promise<Played> {
  const { scenario, cast, speed, stage, tell } = options;
  const differences: Difference[] = [];
  const players = playersOf(options);
  for (const leg of cast.parts.keys()) await players.next(leg);
  let callId = "";

  // false: what comes after it would be about something else.
  const request = async (act: Extract<ScenarioStep, { readonly asks: string }>, step: number): Promise<boolean> => {
    const { retcode, result } = await asked(stage, act, callId);
    if (retcode !== act.retcode) differences.push({ type: "retcode", step, was: act.retcode, is: retcode });
    if (callId === "" && retcode === "0" && typeof result === "string") callId = result;
    return callId !== "";
  };
  const deed = async (act: Seen, step: number): Promise<boolean> => {
    if (await players.does(callId, act)) return true;
    differences.push({ type: "not-seen", step });
    return false;
  };
  const carryOut = async (act: ScenarioStep, step: number): Promise<boolean> => {
    if ("asks" in act) return request(act, step);
    if ("leg" in act) return deed(act, step);
    callId = await stage.callIn(placeOf(cast, "party 1").number, act.calls);
    return true;
  };

  let before = 0;
  for (const [step, act] of scenario.steps.entries()) {
    tell(step);
    // What a leg does of itself, it does in its own time.
    if (!("leg" in act) || act.does === "hang-up") await stage.pause(Math.max(0, act.at - before) / speed);
    before = act.at;
    if (!(await carryOut(act, step))) break;
  }
  if (callId === "") return { callId, differences };
  return { callId, differences: [...differences, ...(await compared(stage, scenario, callId))] };
}

/** The legs: what each will do next, and whether it has done it. A leg does the same more than once: each time is looked for behind the last. */
function playersOf({ cast, speed, stage }: PlayOptions) {
  const begun = new Map<string, number>();
  const counts = new Map<string, number>();
  const next = async (leg: string): Promise<void> => {
    const place = begun.get(leg) ?? 0;
    begun.set(leg, place + 1);
    const part = cast.parts.get(leg)?.[place];
    if (part) await stage.behave(placeOf(cast, leg), sped(part, speed));
  };
  const seen = async (callId: string, deed: string): Promise<boolean> => {
    const wanted = (counts.get(deed) ?? 0) + 1;
    counts.set(deed, wanted);
    for (const end = stage.now() + PATIENCE_MS; stage.now() < end; await stage.pause(LOOK_MS)) {
      const { entries } = await stage.timeline(callId);
      if (deedsIn(entries).filter((done) => done === deed).length >= wanted) return true;
    }
    return false;
  };
  return {
    next,
    async does(callId: string, { leg, does }: Seen): Promise<boolean> {
      if (does === "hang-up") await stage.hangUp(placeOf(cast, leg));
      const done = await seen(callId, `${leg} ${does}`);
      if (done && (does === "answer" || does === "fail")) await next(leg);
      return done;
    },
  };
}

function placeOf({ places }: Cast, leg: string): Place {
  const place = places.get(leg);
  if (!place) throw new Error(`nobody plays ${leg}`);
  return place;
}

function asked(stage: Stage, act: Extract<ScenarioStep, { readonly asks: string }>, callId: string): Promise<Asked> {
  const filled = (text: string): string => text.replaceAll("{call}", callId);
  const [method = "", path = ""] = filled(act.asks).split(" ");
  const body = act.body === undefined ? undefined : (JSON.parse(filled(JSON.stringify(act.body))) as unknown);
  return stage.request(act.agent, method, path, body);
}

const titles = { ringing: "ring", answered: "answer", failed: "fail", ended: "hang-up" } as const;

function deedsIn(entries: Timeline["entries"]): readonly string[] {
  const nameOf = legNames();
  return entries.flatMap((entry) => {
    if (entry.layer !== "media" || entry.leg === "") return [];
    const name = nameOf(entry.leg);
    return Object.hasOwn(titles, entry.title) ? [`${name} ${titles[entry.title as keyof typeof titles]}`] : [];
  });
}

/** What each was told, by the same rule by which the file was made. */
async function compared(stage: Stage, scenario: Scenario, callId: string): Promise<readonly Difference[]> {
  let found: readonly Difference[] = [{ type: "not-over" }];
  let end = stage.now() + OVER_MS;
  for (; stage.now() < end && found.length > 0; await stage.pause(LOOK_MS)) {
    const again = scenarioOf(await stage.timeline(callId));
    if ("why" in again) continue;
    // The last that an agent is told may come behind the end.
    if (found.some(({ type }) => type === "not-over")) end = stage.now() + LATE_MS;
    found = differencesIn(scenario.told, again.told);
  }
  return found;
}

function differencesIn(was: Scenario["told"], is: Scenario["told"]): readonly Difference[] {
  return Object.entries(was).flatMap(([agent, events]) => {
    const again = is[agent] ?? [];
    const at = [...events, ""].findIndex((event, place) => event !== (again[place] ?? ""));
    return at < 0 ? [] : [{ type: "told", agent, was: events[at] ?? "", is: again[at] ?? "" } as const];
  });
}
