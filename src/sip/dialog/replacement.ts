// An INVITE with Replaces (RFC 3891 §3): which dialog of ours it is to take the place of, or why not.

import type { SipRequest } from "../message/parse.ts";
import { parseReplaces } from "../message/replaces.ts";
import type { DialogUsage, UserAgent } from "../user-agent/user-agent.ts";

/** `status`: the refusal. Neither field: the INVITE has no Replaces. */
export type Replacement = { readonly replaced?: DialogUsage; readonly status?: number };

export function replacementBy(agent: UserAgent, request: SipRequest): Replacement {
  const [value, ...more] = request.headers.lines("replaces");
  if (value === undefined) return {};
  const replaces = more.length > 0 ? undefined : parseReplaces(value);
  if (!replaces) return { status: 400 };
  const usage = agent.dialogs.get(replaces.toTag);
  if (usage?.sipCallId !== replaces.sipCallId) return { status: 481 };
  const status = usage.replaceable?.(replaces.fromTag) ?? 481;
  if (status !== "early" && status !== "confirmed") return { status };
  return status === "confirmed" && replaces.earlyOnly ? { status: 486 } : { replaced: usage };
}
