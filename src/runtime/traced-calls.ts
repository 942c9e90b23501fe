// Calls that a request begins carry its trace to their end.

import type { openCallDesk } from "./call-desk.ts";
import type { Traces } from "./traces.ts";

type CallDesk = ReturnType<typeof openCallDesk>;

export function tracedCalls(calls: CallDesk, traces: Pick<Traces, "bind">): CallDesk {
  const bound = <Placed extends object>(placed: Placed): Placed => {
    if ("callId" in placed) traces.bind(String(placed.callId));
    return placed;
  };
  return {
    ...calls,
    callOut: (agent, request) => bound(calls.callOut(agent, request)),
    callInner: (agent, request) => bound(calls.callInner(agent, request)),
    innerHelp: (agent, request) => bound(calls.innerHelp(agent, request)),
  };
}
