// Recordings as a pure function of who talks: one for each agent who is recorded. The one rule of calls and conferences: what has
// changed between two looks is what goes out.

import type { AgentId, CallId, LegId } from "../base/ids.ts";
import type { Inspector, MemberEvent, RecordEffect, Voices } from "./call/state.ts";

export type Take = {
  readonly agent: AgentId;
  /** What he calls the file, "" = no name of his own. */
  readonly name: string;
  readonly paused: boolean;
  readonly voices: Voices;
};

/** What every recording of a call is known by. */
export type TakesOf = {
  readonly call: CallId;
  readonly caller: string;
  readonly called: string;
  readonly skill: number;
};

export function takeChanges(
  of: TakesOf,
  { before, after }: { readonly before: readonly Take[]; readonly after: readonly Take[] },
): readonly RecordEffect[] {
  if (before.length === 0 && after.length === 0) return [];
  const gone = before.filter(({ agent }) => !after.some((take) => take.agent === agent));
  return [
    ...gone.map(({ agent }): RecordEffect => ({ type: "record-stop", call: of.call, agent })),
    ...after.flatMap((take) =>
      changed(
        of,
        take,
        before.find(({ agent }) => agent === take.agent),
      ),
    ),
  ];
}

const same = (one: Voices, other: Voices): boolean => JSON.stringify(one) === JSON.stringify(other);

function changed(
  of: TakesOf,
  { agent, name, paused, voices }: Take,
  before: Take | undefined,
): readonly RecordEffect[] {
  if (!before) return [{ type: "record", ...of, agent, name, voices }];
  const { call } = of;
  return [
    ...(same(before.voices, voices) ? [] : [{ type: "record-voices", call, agent, voices } as const]),
    ...(before.paused === paused ? [] : [{ type: "record-pause", call, agent, paused } as const]),
  ];
}

/** Somebody who talks. `agent` null: somebody from outside; `leg` null: he has none yet. */
export type Voice = { readonly leg: LegId | null; readonly agent: AgentId | null };

/** Our agents on the left, the others on the right; without anybody from outside it is his own voice against the others'. */
export function voicesFor(own: AgentId, present: readonly Voice[], inspectors: readonly Inspector[]): Voices {
  const outside = present.some(({ agent }) => agent === null);
  const isLeft = ({ agent }: Voice): boolean => (outside ? agent !== null : agent === own);
  const legs = (left: boolean) =>
    present.flatMap((voice) => (voice.leg !== null && isLeft(voice) === left ? [voice.leg] : []));
  // An inspector who has barged in talks with all; one who whispers is nobody's business but the agent's.
  const inserted = inspectors.flatMap(({ leg, mode }) => (mode === "insert" ? [leg] : []));
  return { left: [...legs(true), ...inserted], right: legs(false) };
}

/** What a member wants recorded; null: nothing. */
type Recorded = Pick<Take, "name" | "paused"> | null;

export type RecordOrder = Extract<MemberEvent, { type: "record" | "record-pause" | "record-stop" }>;

/** What he asks of the recording of his own; one that runs keeps its name. */
export function recordedAfter(recorded: Recorded, order: RecordOrder): Recorded {
  if (order.type === "record-stop") return null;
  if (order.type === "record") return recorded ?? { name: order.name, paused: false };
  return recorded && { ...recorded, paused: order.paused };
}
