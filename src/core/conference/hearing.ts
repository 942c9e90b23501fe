// Who hears whom in a conference, as a pure function of its seats: the rule of core/hearing.ts, with what the chair allows each member.

import type { LegId } from "../../base/ids.ts";
import type { Heard } from "../call/state.ts";
import { changesOf, type Hearing, heardAmong, heardByInspector, type Place } from "../hearing.ts";
import { agentOf, isIn } from "./seats.ts";
import type { Conference, ConferenceEffect, Seat } from "./state.ts";

const nobody: Hearing = new Map();
const silence: Heard = { sound: "silence" };

/** Who is held is in no place: he hears nobody and nobody hears him. */
const placeOf = (seat: Seat): readonly Place[] =>
  isIn(seat) && !seat.held && seat.leg !== null
    ? [{ leg: seat.leg, agent: agentOf(seat), speaks: seat.speaks && !seat.muted, seen: !seat.videoMuted }]
    : [];

export function hearing(conference: Conference): Hearing {
  if (conference.name === "ended") return nobody;
  const { seats, inspectors } = conference;
  const rows = new Map<LegId, Heard>();
  const inside = seats.flatMap(placeOf);
  for (const { leg, held, hears, stage } of seats) {
    if (leg === null || stage !== "in") continue;
    const place = inside.find((one) => one.leg === leg);
    if (held || !place) rows.set(leg, { sound: "music" });
    else rows.set(leg, hears ? heardAmong(inside, place, inspectors) : silence);
  }
  for (const inspector of inspectors) rows.set(inspector.leg, heardByInspector(inside, inspector, inspectors));
  return rows;
}

export const hearingChanges = (before: Conference, after: Conference): readonly ConferenceEffect[] =>
  changesOf(hearing(before), hearing(after), phonesOf(before));

function phonesOf(conference: Conference): readonly LegId[] {
  if (conference.name === "ended") return [];
  const phones = conference.seats.flatMap(({ type, leg }) => (type === "agent" && leg !== null ? [leg] : []));
  return [...phones, ...conference.inspectors.map(({ leg }) => leg)];
}
