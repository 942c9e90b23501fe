// Calls that a request begins carry its trace to their end; while there is no room for them, they do not begin.

import type { openCallDesk } from "./call-desk.ts";
import type { Pressure } from "./pressure.ts";
import type { Traces } from "./traces.ts";

type CallDesk = ReturnType<typeof openCallDesk>;
type Around = { readonly traces: Pick<Traces, "bind">; readonly pressure: Pressure };

export function tracedCalls(calls: CallDesk, { traces, pressure }: Around): CallDesk {
  const bound = <Placed extends object>(placed: Placed): Placed => {
    if ("callId" in placed) traces.bind(String(placed.callId));
    return placed;
  };
  return {
    ...calls,
    callOut: (agent, request) => pressure() ?? bound(calls.callOut(agent, request)),
    callInner: (agent, request) => pressure() ?? bound(calls.callInner(agent, request)),
    innerHelp: (agent, request) => bound(calls.innerHelp(agent, request)),
  };
}
