// Announcements in a conference, to all or to one member: who hears one hears nobody else until it is over. As with who hears whom, what
// has changed between two states is what the media and the chair are told.

import { refuse } from "../../base/step.ts";
import { change, isIn, tell } from "./seats.ts";
import type { Conference, ConferenceEffect, Live, Next, Refused, Seat } from "./state.ts";

const play = ({ plan }: Live, { leg }: Seat, announcement: string): readonly ConferenceEffect[] =>
  leg === null ? [] : [{ type: "play", leg, call: plan.id, names: [announcement] }];

/** Not to who is held. */
export function playToAll(conference: Live, announcement: string): Next | Refused {
  const listeners = conference.seats.filter((seat) => isIn(seat) && !seat.held);
  if (listeners.length === 0) return refuse("100-007", "everybody is held");
  let next = conference;
  for (const seat of listeners) next = change(next, seat, { playing: "all" });
  return [next, listeners.flatMap((seat) => play(conference, seat, announcement))];
}

export function stopToAll(conference: Live): Next | Refused {
  const listeners = conference.seats.filter(({ playing }) => playing === "all");
  if (listeners.length === 0) return refuse("100-007", "nothing is played to the conference");
  let next = conference;
  for (const seat of listeners) next = change(next, seat, { playing: null });
  return [next, []];
}

export const playToMember = (conference: Live, seat: Seat, announcement: string): Next => [
  change(conference, seat, { playing: "member" }),
  play(conference, seat, announcement),
];

export function stopToMember(conference: Live, seat: Seat): Next | Refused {
  if (seat.playing !== "member") return refuse("100-007", "address: nothing is played to this member alone");
  return [change(conference, seat, { playing: null }), []];
}

export function voiceChanges(before: Live, after: Conference): readonly ConferenceEffect[] {
  const now = (seat: Seat): Seat | undefined =>
    after.name === "live" ? after.seats.find(({ leg }) => leg === seat.leg) : undefined;
  const over = before.seats.filter((seat) => seat.playing !== null && (now(seat)?.playing ?? null) === null);
  const stopped = over.flatMap(({ leg }): readonly ConferenceEffect[] => (leg ? [{ type: "stop-playing", leg }] : []));
  if (after.name === "ended") return stopped;
  const toAll = ({ playing }: Seat): boolean => playing === "all";
  const allOver = before.seats.some(toAll) && !after.seats.some(toAll);
  const told = (to: "all" | "member", failed: boolean): ConferenceEffect =>
    tell(after, after.chair, { type: "conference-voice-over", to, failed });
  const membersOver = before.seats.filter((seat) => seat.playing === "member" && now(seat)?.playing !== "member");
  return [
    ...stopped,
    ...membersOver.map((seat) => told("member", now(seat) === undefined)),
    ...(allOver ? [told("all", false)] : []),
  ];
}
