// Who hears whom where people talk together: the one rule of calls and conferences. Everybody inside hears all others who speak,
// himself never; an inspector hears all of them and is heard as his mode has it. What has changed between two looks goes out.

import type { AgentId, LegId } from "../base/ids.ts";
import type { Heard, Inspector } from "./call/state.ts";

export type Hearing = ReadonlyMap<LegId, Heard>;

/** Somebody who is inside. `agent` null: somebody from outside. `seen`: his video, where he has some. */
export type Place = {
  readonly leg: LegId;
  readonly agent: AgentId | null;
  readonly speaks: boolean;
  readonly seen: boolean;
};

const silence: Heard = { sound: "silence" };

/** A mix is audio alone: so is one of a single voice. */
function together(speakers: readonly LegId[], seen = true): Heard {
  const [first, ...more] = speakers;
  if (first === undefined) return null;
  return more.length === 0 && seen ? { leg: first } : { mix: speakers };
}

/** His place is beside the agent whom he inspects: while that one is not in, he hears and says nothing. */
const isBeside = ({ of }: Inspector, inside: readonly Place[]): boolean => inside.some(({ agent }) => agent === of);

/** Does the one in this place hear him? */
const speaksTo = ({ mode, of }: Inspector, listener: Place): boolean =>
  mode === "insert" || (mode === "whisper" && listener.agent === of);

const voices = (places: readonly Place[]): readonly LegId[] =>
  places.flatMap(({ leg, speaks }) => (speaks ? [leg] : []));

/** What the one in this place hears of the others, who are some. */
export function heardAmong(inside: readonly Place[], listener: Place, inspectors: readonly Inspector[]): Heard {
  const others = inside.filter((other) => other !== listener);
  const beside = inspectors.filter((one) => isBeside(one, inside) && speaksTo(one, listener));
  const seen = others.every((other) => other.seen);
  return together([...voices(others), ...beside.map(({ leg }) => leg)], seen) ?? silence;
}

export function heardByInspector(
  inside: readonly Place[],
  inspector: Inspector,
  inspectors: readonly Inspector[],
): Heard {
  if (!isBeside(inspector, inside)) return silence;
  const inserted = inspectors.filter((other) => other !== inspector && other.mode === "insert");
  return together([...voices(inside), ...inserted.map(({ leg }) => leg)]) ?? silence;
}

function same(one: Heard | undefined, other: Heard | undefined): boolean {
  if (!one || !other) return one === other;
  if ("sound" in one) return "sound" in other && one.sound === other.sound;
  if ("leg" in one) return "leg" in other && one.leg === other.leg;
  return "mix" in other && one.mix.length === other.mix.length && one.mix.every((leg, at) => leg === other.mix[at]);
}

type Hear = { readonly type: "hear"; readonly listener: LegId; readonly source: Heard };

/**
 * What has to change in the media. Of `phones`, those that are spoken to no more hear silence; another leg that is gone has been
 * hung up or speaks elsewhere.
 */
export function changesOf(before: Hearing, after: Hearing, phones: readonly LegId[]): readonly Hear[] {
  const changes: Hear[] = [];
  for (const [listener, source] of after) {
    if (!same(before.get(listener), source)) changes.push({ type: "hear", listener, source });
  }
  for (const listener of phones) {
    if (before.has(listener) && !after.has(listener)) changes.push({ type: "hear", listener, source: silence });
  }
  return changes;
}
