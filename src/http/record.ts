// What is kept of a request: one line of the log and one of the live page. Neither holds a password, a Guid, dialled
// digits or query values; numbers in full only at level debug.

import { maskNumber } from "../base/log.ts";
import { isRefusal } from "../base/step.ts";
import type { AgentEventMessage } from "../contract/agent-event.ts";
import { type Operation, resourceRoot } from "../contract/operation.ts";
import type { Refused } from "../runtime/face.ts";
import type { HttpOptions } from "./options.ts";
import type { Answer, Outcome } from "./reply.ts";

export type Served = { readonly agent: string; readonly trace: string; readonly outcome: Outcome; readonly ms: number };

/** Events spell it callid or callId, or are the bare id (wire.md 26). */
function callIdOf(answer: Answer): string {
  if (answer.callId !== undefined) return answer.callId;
  if (!answer.event || !("content" in answer.event)) return "";
  const { eventType, content } = answer.event as AgentEventMessage;
  if (typeof content === "string") return eventType.startsWith("AgentEvent_") ? content : "";
  if (content && "callid" in content) return content.callid;
  return content && "callId" in content ? content.callId : "";
}

/** Empty polls come by the thousand and would drown the live page; the log counts them like any other. */
const isEmptyPoll = ({ event }: Answer): boolean => event === null || (Array.isArray(event) && event.length === 0);

/** Of a reply that is sent once more: as it stands in it. */
const keptCode = ({ kept }: Answer): string => (kept ? (/"retcode":"([^"]*)"/.exec(kept.body)?.[1] ?? "0") : "0");

/** Of a reply, "0" when the request was carried out. */
export const retcodeOf = (outcome: Outcome): string =>
  isRefusal(outcome) ? (outcome as Refused).refused : keptCode(outcome as Answer);

export function record(to: HttpOptions, operation: Operation, { agent, trace, outcome, ms }: Served): void {
  const refusal = isRefusal(outcome) ? (outcome as Refused) : undefined;
  const answer: Answer = refusal ? {} : (outcome as Answer);
  const callId = callIdOf(answer);
  const retcode = retcodeOf(outcome);
  const known = /^\d{1,9}$/.test(agent) ? agent : "";
  const line = { method: operation.logName, agent: known, callId, retcode, ms: Math.round(ms * 100) / 100, trace };
  if (answer.called === undefined) {
    to.log.info(line, "request");
  } else {
    to.log.info({ ...line, called: maskNumber(answer.called) }, "request");
    to.log.debug({ callId, called: answer.called }, "called number");
  }
  if (isEmptyPoll(answer)) return;
  to.gateway.note(() => {
    const message = refusal?.message ?? answer.message ?? operation.success;
    return {
      at: to.clock.now(),
      kind: "request",
      agent: known,
      callId,
      title: `${operation.method} ${resourceRoot}${operation.path.replace("{agentid}", known)}`,
      text: message === "" ? retcode : `${retcode} ${message}`,
    };
  });
}
