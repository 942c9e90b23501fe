// What is known about calls, /calldata/{agentid}/… (operations.json, group calldata; wire.md 27).

import type { CallInfoMessage } from "../contract/call-data.ts";
import type { Exchange, Read } from "./exchange.ts";
import { list, record, text } from "./shape.ts";

const callInfo = record<CallInfoMessage>({
  callid: "string",
  caller: "string",
  called: "string",
  callfeature: "number",
});

/** The one call that was asked for stands in a list of one. */
const onlyCallInfo: Read<CallInfoMessage> = (value) => list(callInfo)(value)?.[0];

export function callData(exchange: Exchange, agent: string) {
  const get = (...rest: readonly string[]) => ({ method: "GET", path: ["calldata", agent, ...rest] }) as const;
  return {
    /** The current call; without one, and with `orLast`, the previous one. */
    callInfo: (orLast = false) =>
      exchange.ask({ ...get("callinfo"), query: { isNoContainLastCall: String(orLast) } }, callInfo),
    callInfoByCallId: (callId: string) => exchange.ask(get("callinfobycallid", callId), onlyCallInfo),
    holdList: () => exchange.ask(get("holdlist"), list(callInfo)),
    /** Numbers and work numbers of the others in the current call. */
    remoteNumbers: () => exchange.ask(get("remotenumbers"), list(text)),
    /** The `callappdata` of a call; without a call id of the current one. */
    appData: (callId?: string) =>
      exchange.ask({ ...get("appdata"), query: callId === undefined ? {} : { callId } }, text),
  };
}
