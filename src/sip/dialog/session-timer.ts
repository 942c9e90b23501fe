// Session timers (RFC 4028), pure: what both sides agree on, and the machine that refreshes the session or ends it.
// Run by session-clock.ts.
//
//   off --agreed--> running --half of it, when we refresh--> running (refresh)
//                      |-- the refresh was refused, an eighth of it later --> running (refresh)
//                      '-- shortly before its end, not refreshed --> expired

import { type Step, stay } from "../../base/step.ts";
import type { SessionTimerPolicy } from "../face.ts";
import type { HeaderFields } from "../message/header-fields.ts";
import { hasOption } from "../message/option-tags.ts";
import { minimumSe, sessionExpires } from "../message/session-expires.ts";

/** What is agreed on until the next refresh. */
export type SessionTimer = { readonly intervalS: number; readonly weRefresh: boolean };

/** §4 recommends 30 minutes; less than 90 s is forbidden. */
export const DEFAULT_POLICY: SessionTimerPolicy = { expiresS: 1_800, minS: 90 };

/** The lines of an INVITE, re-INVITE or UPDATE of ours (§7.1, §7.4). `now`: what is agreed already; the refresher stays. */
export function askTimer(policy: SessionTimerPolicy, now?: SessionTimer): string {
  const seconds = Math.max(now?.intervalS ?? policy.expiresS, policy.minS);
  const refresher = now ? `;refresher=${now.weRefresh ? "uac" : "uas"}` : "";
  return `Session-Expires: ${seconds}${refresher}\r\nMin-SE: ${policy.minS}\r\n`;
}

/** What a 2xx to it says (§7.2). Without Session-Expires there is no timer. Below our minimum no peer may go. */
export function agreedTimer(headers: HeaderFields, policy: SessionTimerPolicy): SessionTimer | undefined {
  const found = sessionExpires(headers);
  return found && { intervalS: Math.max(found.seconds, policy.minS), weRefresh: found.refresher !== "uas" };
}

/** What the peer's 422 asks for (§7.3); undefined when that is not more than what we have asked for. */
export function raisedPolicy(headers: HeaderFields, policy: SessionTimerPolicy): SessionTimerPolicy | undefined {
  const minS = minimumSe(headers);
  if (minS === undefined || minS <= policy.minS) return undefined;
  return { minS, expiresS: Math.max(minS, policy.expiresS) };
}

export type TimerAnswer =
  | { readonly status: 422; readonly extra: string }
  | { readonly status: 200; readonly extra: string; readonly agreed: SessionTimer | undefined };

/** Our answer to a request of the peer that begins or refreshes a session (§9, table 2). */
export function answerTimer(headers: HeaderFields, policy: SessionTimerPolicy, now?: SessionTimer): TimerAnswer {
  const asked = sessionExpires(headers);
  const supported = hasOption(headers, "supported", "timer") || hasOption(headers, "require", "timer");
  // Who knows no timer cannot understand a 422 either.
  if (asked && supported && asked.seconds < policy.minS) {
    return { status: 422, extra: `Min-SE: ${policy.minS}\r\n` };
  }
  if (!asked && !supported) return { status: 200, extra: "", agreed: undefined };
  const weRefresh = supported ? (asked?.refresher ?? (now?.weRefresh === false ? "uac" : "uas")) === "uas" : true;
  const least = Math.max(minimumSe(headers) ?? 0, policy.minS);
  const intervalS = Math.max(Math.min(asked?.seconds ?? policy.expiresS, policy.expiresS), least);
  const require = supported && !weRefresh ? "Require: timer\r\n" : "";
  const extra = `${require}Session-Expires: ${intervalS};refresher=${weRefresh ? "uas" : "uac"}\r\n`;
  return { status: 200, extra, agreed: { intervalS, weRefresh } };
}

export type SessionTimerState =
  | { readonly name: "off" }
  | { readonly name: "running"; readonly timer: SessionTimer }
  | { readonly name: "expired" };

export type SessionTimerInput =
  /** By a first answer or a refresh, of either side. Undefined: no timer from here on. */
  | { readonly type: "agreed"; readonly timer: SessionTimer | undefined }
  | { readonly type: "refresh-due" | "expiry-due" }
  /** The peer has not taken a refresh of ours. */
  | { readonly type: "refresh-refused" };

export type SessionTimerEffect =
  | { readonly type: "start"; readonly input: "refresh-due" | "expiry-due"; readonly ms: number }
  | { readonly type: "stop" | "refresh" | "expire" };

export function sessionTimer(
  state: SessionTimerState,
  input: SessionTimerInput,
): Step<SessionTimerState, SessionTimerEffect> {
  if (state.name === "expired") return stay(state);
  if (input.type === "agreed") return agreed(input.timer);
  if (state.name === "off") return stay(state);
  if (input.type === "refresh-due") return [state, [{ type: "refresh" }]];
  if (input.type === "refresh-refused") return [state, [again(state.timer)]];
  return [{ name: "expired" }, [{ type: "stop" }, { type: "expire" }]];
}

/** A peer that is only busy takes the next one: there is time for two or three before the end. */
const again = ({ intervalS }: SessionTimer): SessionTimerEffect => ({
  type: "start",
  input: "refresh-due",
  ms: (intervalS * 1_000) / 8,
});

/** §10: the refresh after half of the interval, the BYE the smaller of 32 s and a third of the interval before its end. */
function agreed(timer: SessionTimer | undefined): Step<SessionTimerState, SessionTimerEffect> {
  if (!timer) return [{ name: "off" }, [{ type: "stop" }]];
  const whole = timer.intervalS * 1_000;
  const effects: SessionTimerEffect[] = [{ type: "stop" }];
  if (timer.weRefresh) effects.push({ type: "start", input: "refresh-due", ms: whole / 2 });
  effects.push({ type: "start", input: "expiry-due", ms: whole - Math.min(32_000, whole / 3) });
  return [{ name: "running", timer }, effects];
}
