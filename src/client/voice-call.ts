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

/** Where a call is passed to. `device`: 1 a skill, 2 an agent, 5 an external number; `mode`: contract/voice-call.ts, transfer. */
export type TransferRequest = {
  readonly device: 1 | 2 | 5;
  readonly address: string;
  readonly mode: 0 | 1 | 2 | 3 | 4;
};

/** `device`: 1 a skill, 2 an agent; `mode`: 1 the customer is held, 2 all three talk. */
export type HelpRequest = { readonly address: string; readonly device: 1 | 2; readonly mode: 1 | 2 };

export function voiceCall(exchange: Exchange, agent: string) {
  const path = (...rest: readonly string[]) => ["voicecall", agent, ...rest];
  const post = (rest: readonly string[], query: Readonly<Record<string, string>> = {}) =>
    exchange.ask({ method: "POST", path: path(...rest), query }, nothing);
  return {
    /** Resolves with the call id as soon as the gateway took the order; what becomes of it arrives as events. */
    callOut: (request: CallOutRequest) => exchange.ask({ method: "PUT", path: path("callout"), body: request }, text),
    /** Ends the current call; 200-017 when there is none. */
    release: () => exchange.ask({ method: "DELETE", path: path("release") }, nothing),
    /** The agent's linked phone, which rings, is asked to answer. */
    phonePickup: () => post(["phonepickup"]),
    /** Its ringing is given up: an offered call is rejected. */
    phoneHangUp: () => post(["phonehangup"]),
    dropCall: (callId: string) => post(["dropcall", callId]),
    hold: () => post(["hold"]),
    /** Without a call id the only (or last) held one. */
    getHold: (callId?: string) => post(["gethold"], callId === undefined ? {} : { callid: callId }),
    /** The other side goes on hearing him, and does not see him. */
    beginMuteVideo: () => post(["beginmutevideo"]),
    endMuteVideo: () => post(["endmutevideo"]),
    /** Video comes into the current call, or leaves it; AgentEvent_MediaSwith says what has become of it. */
    mediaSwitch: (video: boolean) => post(["mediaswitch"], { mediaType: video ? "3" : "1" }),
    beginMute: () => post(["beginmute"]),
    endMute: () => post(["endmute"]),
    /** Takes the call that AgentEvent_Ringing has told of. */
    answer: (callId: string) =>
      exchange.ask({ method: "PUT", path: path("answer"), query: { callid: callId } }, nothing),
    /** 1: back to its queue, the agent is busy; 2: the call ends, the agent is idle. */
    reject: (callId: string, mode: 1 | 2) =>
      exchange.ask({ method: "POST", path: path("reject"), body: { callid: callId, mode } }, nothing),
    /** Another agent. Resolves with the call id. */
    callInner: (called: string) => exchange.ask({ method: "PUT", path: path("callinner"), body: { called } }, text),
    transfer: ({ device, address, mode }: TransferRequest) =>
      exchange.ask({ method: "POST", path: path("transfer"), body: { devicetype: device, address, mode } }, nothing),
    cancelTransfer: () => post(["canceltransfer"]),
    /** Asks somebody about the current call. Resolves with the id of the call with him. */
    innerHelp: ({ address, device, mode }: HelpRequest) =>
      exchange.ask(
        { method: "POST", path: path("innerhelp"), body: { dstaddress: address, devicetype: device, mode } },
        text,
      ),
    /** The current call and a held one become a call of three; the agent stays. */
    confJoin: (heldCallId: string) =>
      exchange.ask({ method: "POST", path: path("confjoin"), body: { callid: heldCallId } }, nothing),
    /** The same without the agent. */
    connectHold: (heldCallId: string) => post(["connecthold", heldCallId]),
    /** 1-24 of digits, `*`, `#`, to the other party as telephone-events. */
    secondDial: (digits: string) => post(["seconddialex"], { number: digits }),
  };
}
