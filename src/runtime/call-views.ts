// Calls as the calldata operations show them (wire.md 27).

import { refuse } from "../base/step.ts";
import { type Agent, currentCall } from "../core/agent/state.ts";
import type { Call } from "../core/call/state.ts";
import { featureOf } from "../core/feature.ts";
import type { CallRow } from "../store/ports.ts";
import type { CallInfo, Refused } from "./face.ts";

/** codes.json media_types: audio or video call. */
const ORDINARY_CALL = 5;

export const callInfo = (call: Call): CallInfo => ({
  called: call.plan.called,
  caller: call.plan.caller,
  callid: call.plan.id,
  calldata: call.appData,
  orgicallednum: "",
  callfeature: featureOf(call.plan),
  callskill: call.plan.skill.name,
  callskillid: call.plan.skill.id,
  begintime: call.answeredAt,
  endtime: call.name === "ended" ? call.endedAt : null,
  mediaType: ORDINARY_CALL,
});

/** The same of a call that the store has; without its data. */
export const callInfoOf = (row: CallRow): CallInfo => ({
  ...{ called: row.called, caller: row.caller, callid: row.callId, calldata: "", orgicallednum: "" },
  ...{ callfeature: row.feature, callskill: row.skillName, callskillid: row.skill },
  ...{ begintime: row.talkingAt, endtime: row.endedAt, mediaType: ORDINARY_CALL },
});

export type CallBook = {
  current(agent: Agent, orLast: boolean): Call | Refused;
  byId(agent: Agent, id: string): Call | Refused;
  held(agent: Agent): readonly Call[] | Refused;
};

/** Looks up an agent's own calls only: nobody reads another one's. */
export function openCallBook(
  lookUp: (id: string) => Call | undefined,
  last: (agent: string) => Call | undefined,
): CallBook {
  const none = (): Refused => refuse("100-007", "the agent has no call");
  return {
    current(agent, orLast) {
      if (agent.name === "signed-out") return none();
      // Beside held calls only, the newest of them is what the agent has.
      const id = (currentCall(agent) ?? agent.calls.at(-1))?.id;
      const call = id === undefined ? undefined : lookUp(id);
      return call ?? (orLast ? last(agent.id) : undefined) ?? none();
    },
    byId(agent, id) {
      const own = agent.name === "signed-in" && agent.calls.some((call) => call.id === id);
      const call = own ? lookUp(id) : last(agent.id);
      return call?.plan.id === id ? call : refuse("100-007", "callid: not a call of this agent");
    },
    held(agent) {
      const calls = agent.name === "signed-in" ? agent.calls.filter(({ stage }) => stage === "held") : [];
      const found = calls.flatMap(({ id }) => lookUp(id) ?? []);
      return found.length > 0 ? found : refuse("400-003", "there is no held call");
    },
  };
}
