// Calls of the agent, /voicecall/{agentid}/… (operations.json, group voicecall; the callout is the seed page's).

import type { Exchange } from "./exchange.ts";
import { nothing, text } from "./shape.ts";

/** Absent fields take the gateway's default. */
export type CallOutRequest = {
  /** 1-24 of digits, `*`, `#`. */
  readonly called: string;
  /** 0-24 digits; empty = the agent's, the skill's, then the platform's default. */
  readonly caller?: string;
  /** 0 = the default outbound skill. */
  readonly skillid?: number;
  /** At most 16,384 bytes, kept with the call. */
  readonly callappdata?: string;
  /** 0 audio, 1 video (dropped when the answer has none), 2 video when the other side can. */
  readonly mediaability?: 0 | 1 | 2;
  /** With mediaability 1: 1 the customer only receives, 2 only sends, 3 both, 4 not set. */
  readonly userVideoDirection?: 1 | 2 | 3 | 4;
};

export function voiceCall(exchange: Exchange, agent: string) {
  const path = (...rest: readonly string[]) => ["voicecall", agent, ...rest];
  const post = (rest: readonly string[], query: Readonly<Record<string, string>> = {}) =>
    exchange.ask({ method: "POST", path: path(...rest), query }, nothing);
  return {
    /** Resolves with the call id as soon as the gateway took the order; what becomes of it arrives as events. */
    callOut: (request: CallOutRequest) => exchange.ask({ method: "PUT", path: path("callout"), body: request }, text),
    /** Ends the current call; 200-017 when there is none. */
    release: () => exchange.ask({ method: "DELETE", path: path("release") }, nothing),
    dropCall: (callId: string) => post(["dropcall", callId]),
    hold: () => post(["hold"]),
    /** Without a call id the only (or last) held one. */
    getHold: (callId?: string) => post(["gethold"], callId === undefined ? {} : { callid: callId }),
    beginMute: () => post(["beginmute"]),
    endMute: () => post(["endmute"]),
    /** 1-24 of digits, `*`, `#`, to the other party as telephone-events. */
    secondDial: (digits: string) => post(["seconddialex"], { number: digits }),
  };
}
