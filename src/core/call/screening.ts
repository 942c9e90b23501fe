// What the audio of a party says about it, where the plan asks for it: network tones before the answer (a busy tone is a refusal that
// nobody has signalled), and whether a machine has answered.

import type { Cause, Sign } from "../detect/cause.ts";
import type { CallEffect, Live, PartyMember } from "./state.ts";

type Watch = "progress" | "answer" | null;

const detect = ({ leg }: PartyMember, watch: Watch): CallEffect => ({ type: "detect", leg, watch });

/** Its first media before the answer. */
export const listenEarly = ({ plan }: Live, seat: PartyMember, early: boolean): readonly CallEffect[] =>
  early && !seat.early && plan.detect.includes("progress") ? [detect(seat, "progress")] : [];

/** From tones to who has answered, or to nothing. */
export function listenOn({ plan }: Live, seat: PartyMember): readonly CallEffect[] {
  if (plan.detect.includes("answer")) return [detect(seat, "answer")];
  return seat.early && plan.detect.includes("progress") ? [detect(seat, null)] : [];
}

/** The status that would have said the same; who has answered is no refusal. */
const statuses: Readonly<Partial<Record<Sign, number>>> = { busy: 486, congestion: 503, information: 404 };

/** Why a party that is being called will not come; null: that is not what the sign says. */
export function refusalIn(sign: Sign, { rung }: PartyMember): Cause | null {
  const status = statuses[sign];
  return status === undefined ? null : { status, rung, heard: sign };
}
