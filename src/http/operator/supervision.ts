// Supervision from the console: contract/operator.ts carried out. Each act that was done leaves a line in the audit log.

import { isRefusal } from "../../base/step.ts";
import type { Refused } from "../../runtime/face.ts";
import type { OperatorDesk } from "../../runtime/operator/face.ts";
import type { SupervisionAct } from "../../runtime/operator/supervision.ts";
import type { Acts, Given } from "./acts.ts";
import { byOf } from "./audit-line.ts";
import { refusedBy } from "./reply.ts";

type Ids = "signOutAgent" | "supervise" | "force" | "dropCall";
type Line = { readonly what: string; readonly after?: string };

export function supervisionActs(desk: OperatorDesk): Pick<Acts, Ids> {
  const { supervision } = desk;
  const noted = (who: Pick<Given<Ids>, "operator" | "asker">, { what, after = "" }: Line, done: Refused | object) => {
    if (isRefusal(done)) return refusedBy(done as Refused, done.refused === "900-002" ? 403 : 409);
    desk.audit({ ...byOf(who), what, before: "", after });
    return {};
  };
  return {
    signOutAgent({ fields: { id }, ...who }) {
      const by = `by operator ${who.operator.user} from ${who.asker.address}`;
      return noted(who, { what: `agent ${id} signed out` }, desk.signOutAgent(id, by));
    },
    supervise({ fields: { id, act }, ...who }) {
      const done = supervision.supervise(who.operator.user, id, act as SupervisionAct);
      return noted(who, { what: `agent ${id} supervised`, after: act }, done);
    },
    force({ fields: { id, state, seconds, cause }, ...who }) {
      const { user } = who.operator;
      if (state === "rest") {
        const done = supervision.force(user, id, { type: "force-rest", seconds, cause });
        return noted(who, { what: `agent ${id} forced`, after: `rest ${cause} for ${seconds} s` }, done);
      }
      const done = supervision.force(user, id, { type: state === "idle" ? "force-idle" : "force-busy" });
      return noted(who, { what: `agent ${id} forced`, after: state }, done);
    },
    dropCall({ fields: { callid }, ...who }) {
      return noted(who, { what: `call ${callid} ended` }, supervision.drop(who.operator.user, callid));
    },
  };
}
