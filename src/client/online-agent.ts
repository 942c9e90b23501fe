// The agent's own operations, /onlineagent/{agentid}/… (operations.json, group onlineagent), except sign-in and
// sign-out, which belong to the session.

import type { Exchange } from "./exchange.ts";
import { list, nothing, record } from "./shape.ts";

/** State numbers: behaviour.md §5 (3 busy, 4 idle, 5 wrap-up, 7 talking, 8 rest). */
export type AgentStatus = { readonly agentState: number; readonly isWorking: boolean };
export type AgentSkill = { readonly name: string; readonly id: number; readonly mediatype: number };

const status = record<AgentStatus>({ agentState: "number", isWorking: "boolean" });
const skills = list(record<AgentSkill>({ name: "string", id: "number", mediatype: "number" }));

export function onlineAgent(exchange: Exchange, agent: string) {
  const path = (...rest: readonly string[]) => ["onlineagent", agent, ...rest];
  const post = (rest: readonly string[], query: Readonly<Record<string, string>> = {}) =>
    exchange.ask({ method: "POST", path: path(...rest), query }, nothing);
  return {
    /** `reason` 200-250; `prolong` changes the reason while already busy. */
    sayBusy: (reason?: number, prolong = false) =>
      post(["saybusy"], {
        ...(reason === undefined ? {} : { reason: String(reason) }),
        ...(prolong ? { prolong: "true" } : {}),
      }),
    cancelBusy: () => post(["cancelbusy"]),
    sayFree: () => post(["sayfree"]),
    work: () => post(["work"]),
    cancelWork: () => post(["cancelwork"]),
    /** `seconds` 1-86399, `cause` 0-255. Only the event AgentState_SetRest_Success means that the rest was granted. */
    rest: (seconds: number, cause = 0, prolong = false) =>
      post(["rest", String(seconds), String(cause)], prolong ? { prolong: "true" } : {}),
    cancelRest: () => post(["cancelrest"]),
    /** Whether the agent is idle (true) or in wrap-up (false) after a call. */
    setAutoEnterIdle: (enabled: boolean) => post(["autoenteridle", String(enabled)]),
    setAutoAnswer: (enabled: boolean) => post(["autoanswer", String(enabled)]),
    /** Signs in to these skills; without a list to all that the site gives the agent. */
    resetSkill: (skillIds?: readonly number[]) =>
      post(
        ["resetskill", String(skillIds === undefined)],
        skillIds === undefined ? {} : { skillid: skillIds.join(";") },
      ),
    agentSkills: () => exchange.ask({ method: "GET", path: path("agentskills") }, skills),
    agentStatus: () => exchange.ask({ method: "GET", path: path("agentstatus") }, status),
    handshake: () => post(["handshake"]),
  };
}
