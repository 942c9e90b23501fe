// What a supervisor does to another agent from the console: he hears, whispers, talks with all, takes a call over; he forces a state; he
// ends a call. The inspector is the operator himself, who for the first four is signed in as an agent: it is his phone that rings.

import { isRefusal } from "../../base/step.ts";
import type { ForceRequest } from "../../core/agent/state.ts";
import type { InspectionMode } from "../../core/call/state.ts";
import type { Gateway, Refused } from "../face.ts";

type Done = { done: true };

export type SupervisionAct = InspectionMode | "take-over" | "end";

export type Supervision = {
  /** A mode begins the inspection, or changes it when it goes on. */
  supervise(by: string, of: string, act: SupervisionAct): Refused | Done;
  force(by: string, of: string, request: ForceRequest): Refused | Done;
  drop(by: string, callId: string): Refused | Done;
};

export function openSupervision({ inspection }: Pick<Gateway, "inspection">): Supervision {
  const goesOn = (by: string, of: string): boolean => {
    const tasks = inspection.tasks(by);
    return (
      !isRefusal(tasks) &&
      (tasks as readonly { agentid: string; workno: string }[]).some(
        ({ agentid, workno }) => agentid === by && workno === of,
      )
    );
  };
  return {
    supervise(by, of, act) {
      if (act === "take-over") return inspection.intercept(by, of, "");
      if (act === "end") return inspection.endInspection(by, of);
      return goesOn(by, of) ? inspection.switchInspection(by, of, act) : inspection.inspect(by, of, act);
    },
    force: inspection.force,
    drop: inspection.forceDrop,
  };
}
