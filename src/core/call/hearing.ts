// Who hears whom in a call, as a pure function of who is in it. A reducer never orders media by hand: what has changed between
// two states is what goes out. Relay, mute, hold, conference, waiting, listening, whispering and barging in
// are all rows of this.

import type { LegId } from "../../base/ids.ts";
import { changesOf, type Hearing, heardAmong, heardByInspector, type Place } from "../hearing.ts";
import type { Call, CallEffect, Heard, Live, Member } from "./state.ts";

const nobody: Hearing = new Map();

/** Whose phone or leg is in; the place of somebody who has none would be nowhere. */
function placeOf(member: Member): readonly Place[] {
  if (member.stage !== "in" || member.leg === null) return [];
  const { leg } = member;
  return member.side === "agent"
    ? [{ leg, agent: member.agent, speaks: !member.muted, seen: !member.videoMuted }]
    : [{ leg, agent: null, speaks: true, seen: true }];
}

export function hearing(call: Call): Hearing {
  if (call.name === "ended") return nobody;
  const rows = new Map<LegId, Heard>();
  const inside = call.members.flatMap(placeOf);
  for (const member of call.members) {
    if (member.leg === null) continue;
    if (member.stage === "parked") rows.set(member.leg, { sound: "music" });
    const place = inside.find(({ leg }) => leg === member.leg);
    if (!place) continue;
    // Alone he waits for somebody, and hears that he does.
    const heard = inside.length > 1 ? heardAmong(inside, place, call.inspectors) : heardAlone(call, member);
    if (heard) rows.set(member.leg, heard);
  }
  for (const inspector of call.inspectors)
    rows.set(inspector.leg, heardByInspector(inside, inspector, call.inspectors));
  return rows;
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

/** What has to change in the media between two states: nothing where those parts are the same that decide it. */
export const hearingChanges = (before: Call, after: Call): readonly CallEffect[] =>
  isHeardAlike(before, after) ? [] : changesOf(hearing(before), hearing(after), phonesOf(before));

const isHeardAlike = (before: Call, after: Call): boolean =>
  before === after ||
  (before.name === "live" &&
    after.name === "live" &&
    before.members === after.members &&
    before.inspectors === after.inspectors &&
    before.invitation === after.invitation);

function phonesOf(call: Call): readonly LegId[] {
  if (call.name === "ended") return [];
  const phones = call.members.flatMap(({ side, leg }) => (side === "agent" && leg !== null ? [leg] : []));
  return [...phones, ...call.inspectors.map(({ leg }) => leg)];
}
