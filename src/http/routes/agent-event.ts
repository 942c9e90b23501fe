// The two polls: contract/agent-event.ts carried out. Which of them is served is a setting, the other answers 000-001.

import { isRefusal, refuse } from "../../base/step.ts";
import * as contract from "../../contract/agent-event.ts";
import { results } from "../../contract/result.ts";
import type { Gateway, Polled, Refused } from "../../runtime/face.ts";
import type { HttpSettings } from "../options.ts";
import type { Outcome } from "../reply.ts";
import { type Route, route } from "../route.ts";

const allAgentsMode = 2;

/** Not an async function: thousands of polls wait here, and each would keep its frame. */
function told(poll: Polled | Refused): Outcome {
  if (isRefusal(poll)) return poll as Refused;
  const answer = poll as Polled;
  const { event, id: eventId, trace, message = "" } = answer;
  return { event, eventId, trace, message, delivery: answer };
}

export function agentEventRoutes(gateway: Gateway, settings: HttpSettings): readonly Route[] {
  const polled = settings.eventMethod === "AGENT_POLL";
  const forAll = settings.getEventMode === allAgentsMode;
  const otherMode = refuse("000-001", results["000-001"]);
  return [
    route(contract.getAgentEvent, ({ agent, onGone }) =>
      !polled || forAll ? otherMode : gateway.poll(agent, settings.pollHoldMs, onGone).then(told),
    ),
    route(contract.getAllAgentEvent, async ({ asker, onGone }) => {
      if (!polled || !forAll) return otherMode;
      const poll = await gateway.pollAll(asker, settings.pollHoldMs, onGone);
      return isRefusal(poll)
        ? poll
        : {
            event: poll.events,
            trace: poll.traces.join() || undefined,
            eventId: poll.ids.join() || undefined,
            delivery: poll,
          };
    }),
  ];
}
