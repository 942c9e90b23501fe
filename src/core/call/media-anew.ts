// What the media of a call are to do, as its state has it: said again to media that know nothing of it, after a restart.

import { tellGuided } from "./announcing.ts";
import { hearing } from "./hearing.ts";
import { recordingChanges } from "./recording.ts";
import type { CallEffect, Live } from "./state.ts";

/** Who hears whom, what is recorded (a new part begins), and the announcement or menu from its beginning. */
export function mediaAnew(call: Live): readonly CallEffect[] {
  const heard = [...hearing(call)].map(([listener, source]): CallEffect => ({ type: "hear", listener, source }));
  const running = withoutPauses(call);
  return [
    ...heard,
    ...recordingChanges({ ...call, answeredAt: null }, running),
    ...recordingChanges(running, call),
    ...tellGuided(call),
  ];
}

/** So that what is paused begins, and is paused. */
const withoutPauses = (call: Live): Live => ({
  ...call,
  members: call.members.map((member) =>
    member.side === "agent" && member.recorded
      ? { ...member, recorded: { ...member.recorded, paused: false } }
      : member,
  ),
});
