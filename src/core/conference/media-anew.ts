// What the media of a conference are to do, as its state has it: said again to media that know nothing of it, after a restart.

import { hearing } from "./hearing.ts";
import { recordingChanges } from "./recording.ts";
import type { ConferenceEffect, Live } from "./state.ts";

/** Who hears whom, and what is recorded (a new part begins). An announcement that was being played is over. */
export function mediaAnew(conference: Live): readonly ConferenceEffect[] {
  const heard = [...hearing(conference)].map(
    ([listener, source]): ConferenceEffect => ({
      type: "hear",
      listener,
      source,
    }),
  );
  const running = withoutPauses(conference);
  return [
    ...heard,
    ...recordingChanges({ ...conference, seats: [] }, running),
    ...recordingChanges(running, conference),
  ];
}

const withoutPauses = (conference: Live): Live => ({
  ...conference,
  seats: conference.seats.map((seat) =>
    seat.recorded ? { ...seat, recorded: { ...seat.recorded, paused: false } } : seat,
  ),
});
