// Phone linkage: the agent picks his ringing phone up and hangs it up from the desktop (operations.json, phonepickup and
// phonehangup). Linkage belongs to his sign-in.

import { refuse } from "../../base/step.ts";
import type { Cause } from "../detect/cause.ts";
import { change } from "./leaving.ts";
import { offeredCall, offerFailed } from "./offer-outcome.ts";
import { type AgentCall, notify, type Outcome, type Phone, type Refused, type SignedIn } from "./state.ts";

const NO_LINKAGE = "phone linkage is not enabled: sign in with phonelinkage, or reset the skills with it";

/** What rings, as the agent has been told by AgentOther_PhoneAlerting. */
function ringing({ profile, phone }: SignedIn): (Phone & { name: "ringing" }) | Refused {
  if (!profile.phoneLinkage) return refuse("100-007", NO_LINKAGE);
  return phone.name === "ringing" && phone.alerted ? phone : refuse("100-007", "the agent's phone does not ring");
}

/** Whoever performs this asks the phone; that it answers comes as from any phone. A call that is offered to him is answered by it. */
export function pickUpPhone(agent: SignedIn): Outcome | Refused {
  const phone = ringing(agent);
  if ("refused" in phone) return phone;
  if (!phone.talks)
    return refuse("100-007", "the agent's phone cannot be asked to answer: it does not allow the event talk");
  return [offeredCall(agent, phone.call) ? change(agent, phone.call, { pickedUp: true }) : agent, []];
}

const rejected: Cause = { status: 603, rung: true, ours: "gave-up" };

/** An offered call is rejected, one of his own given up; `release` is how. */
export function hangUpRinging(
  agent: SignedIn,
  release: (agent: SignedIn, call: AgentCall) => Outcome | Refused,
): Outcome | Refused {
  const phone = ringing(agent);
  if ("refused" in phone) return phone;
  const offered = offeredCall(agent, phone.call);
  if (offered) {
    const [next, effects] = offerFailed(agent, offered, "rejected", rejected);
    const told = offered.kind === "conference" ? [] : [notify("AgentEvent_No_Answer", offered.id)];
    return [next, [...told, ...effects]];
  }
  const own = agent.calls.find(({ id }) => id === phone.call);
  return own ? release(agent, own) : refuse("100-007", "the agent's phone does not ring");
}
