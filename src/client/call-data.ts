// What is known about calls, /calldata/{agentid}/… (operations.json, group calldata; wire.md 27).

import type { Exchange } from "./exchange.ts";
import { list, record, text } from "./shape.ts";

/** Times in ms since the epoch; null before the answer and before the end. */
export type CallInfo = {
  readonly callid: string;
  readonly caller: string;
  readonly called: string;
  readonly calldata: string;
  readonly orgicallednum: string;
  readonly callfeature: number;
  readonly callskill: string;
  readonly callskillid: number;
  readonly begintime: number | null;
  readonly endtime: number | null;
};

const callInfo = record<CallInfo>({ callid: "string", caller: "string", called: "string", callfeature: "number" });

export function callData(exchange: Exchange, agent: string) {
  const get = (...rest: readonly string[]) => ({ method: "GET", path: ["calldata", agent, ...rest] }) as const;
  return {
    /** The current call, else (unless `currentOnly`) the previous one. */
    callInfo: (currentOnly = false) =>
      exchange.ask({ ...get("callinfo"), query: { isNoContainLastCall: String(currentOnly) } }, callInfo),
    callInfoByCallId: (callId: string) => exchange.ask(get("callinfobycallid", callId), callInfo),
    holdList: () => exchange.ask(get("holdlist"), list(callInfo)),
    /** The `callappdata` of a call; without a call id of the current one. */
    appData: (callId?: string) =>
      exchange.ask({ ...get("appdata"), query: callId === undefined ? {} : { callId } }, text),
  };
}
