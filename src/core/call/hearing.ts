// Who hears whom in a call, as a pure function of who is in it. A reducer never orders media by hand: what has changed between
// two states is what goes out. Relay, mute, hold, conference, waiting, listening, whispering and barging in
// are all rows of this.

import type { LegId } from "../../base/ids.ts";
import type { Call, CallEffect, Heard, Inspector, Live, Member } from "./state.ts";

type Hearing = ReadonlyMap<LegId, Heard>;

const nobody: Hearing = new Map();
const isIn = (member: Member): boolean => member.stage === "in";
const isMuted = (member: Member): boolean => member.side === "agent" && member.muted;

export function hearing(call: Call): Hearing {
  if (call.name === "ended") return nobody;
  const rows = new Map<LegId, Heard>();
  const inside = call.members.filter(isIn);
  for (const member of call.members) {
    if (member.leg === null) continue;
    if (member.stage === "parked") rows.set(member.leg, { sound: "music" });
    if (!isIn(member)) continue;
    const heard = heardBy(call, member, inside);
    if (heard) rows.set(member.leg, heard);
  }
  for (const inspector of call.inspectors) rows.set(inspector.leg, heardByInspector(call, inspector, inside));
  return rows;
}

/** His place is beside the agent whom he inspects: while that one is not in, he hears and says nothing. */
const isBeside = ({ of }: Inspector, inside: readonly Member[]): boolean =>
  inside.some((member) => member.side === "agent" && member.agent === of);

/** Does this member hear him? */
const speaksTo = ({ mode, of }: Inspector, listener: Member): boolean =>
  mode === "insert" || (mode === "whisper" && listener.side === "agent" && listener.agent === of);

const voices = (members: readonly Member[]): readonly LegId[] =>
  members.flatMap((member) => (member.leg !== null && !isMuted(member) ? [member.leg] : []));

function heardByInspector(call: Live, inspector: Inspector, inside: readonly Member[]): Heard {
  if (!isBeside(inspector, inside)) return { sound: "silence" };
  const inserted = call.inspectors.filter((other) => other !== inspector && other.mode === "insert");
  return together([...voices(inside), ...inserted.map(({ leg }) => leg)]) ?? { sound: "silence" };
}

function together(speakers: readonly LegId[]): Heard {
  const [first, ...more] = speakers;
  if (first === undefined) return null;
  return more.length === 0 ? { leg: first } : { mix: speakers };
}

function heardBy(call: Live, listener: Member, inside: readonly Member[]): Heard {
  const others = inside.filter((other) => other !== listener);
  // Alone he waits for somebody, and hears that he does.
  if (others.length === 0) return heardAlone(call, listener);
  const inspectors = call.inspectors.filter((one) => isBeside(one, inside) && speaksTo(one, listener));
  return together([...voices(others), ...inspectors.map(({ leg }) => leg)]) ?? { sound: "silence" };
}

/** Alone with somebody on the way: his early media or ringback; alone in a queue or on hold: music. */
function heardAlone(call: Live, listener: Member): Heard {
  const { target } = call.invitation ?? {};
  if (target?.type === "menu" || target?.type === "announcement") return { sound: "silence" };
  const coming = call.members.find(({ stage }) => stage === "calling" || stage === "expected");
  if (coming?.side === "party" && coming.early) return { leg: coming.leg };
  if (coming?.rung) return { sound: "ringback" };
  if (call.invitation?.queued || call.members.some(({ stage }) => stage === "away")) return { sound: "music" };
  // A party that waits for somebody who is not rung yet must not think that the line is dead.
  return listener.side === "party" && call.invitation ? { sound: "ringback" } : null;
}

const same = (one: Heard | undefined, other: Heard | undefined): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);

/**
 * What has to change in the media between two states. An agent's phone that this call speaks to no more hears silence; a
 * party's leg that is gone has been hung up or speaks in another call.
 */
export function hearingChanges(before: Call, after: Call): readonly CallEffect[] {
  const old = hearing(before);
  const now = hearing(after);
  const changes: CallEffect[] = [];
  for (const [listener, source] of now) {
    if (!same(old.get(listener), source)) changes.push({ type: "hear", listener, source });
  }
  for (const listener of phonesOf(before)) {
    if (old.has(listener) && !now.has(listener)) changes.push({ type: "hear", listener, source: { sound: "silence" } });
  }
  return changes;
}

function phonesOf(call: Call): readonly LegId[] {
  if (call.name === "ended") return [];
  const phones = call.members.flatMap(({ side, leg }) => (side === "agent" && leg !== null ? [leg] : []));
  return [...phones, ...call.inspectors.map(({ leg }) => leg)];
}
