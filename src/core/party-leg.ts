// Names of the legs of parties: the call or the conference that made it, and a number of its own.

import { type CallId, type LegId, legId } from "../base/ids.ts";

/** The first one, and those that come later. */
export const partyLegId = (call: CallId, count: number): LegId =>
  legId(count === 1 ? `${call}.party` : `${call}.party.${count}`);
