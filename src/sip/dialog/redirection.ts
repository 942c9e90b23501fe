// Where 3xx responses send an INVITE of ours (RFC 3261 §8.1.3.4): one target after the other, highest q first, none twice.

import { parseNameAddress } from "../message/address.ts";
import type { HeaderFields } from "../message/header-fields.ts";
import { isMalformed, parameter } from "../message/syntax.ts";
import { peerOf } from "../user-agent/user-agent.ts";

export type Redirection = {
  /** In the order in which they are to be tried. */
  readonly waiting: readonly string[];
  readonly tried: readonly string[];
  /** Targets that may still be tried. */
  readonly left: number;
};

export const startRedirection = (uri: string, left: number): Redirection => ({ waiting: [], tried: [uri], left });

type Target = { readonly uri: string; readonly q: number };

/** The targets of a 3xx come before those of an earlier one. What we cannot send to is left out. */
export function redirected(state: Redirection, headers: HeaderFields): Redirection {
  const found: Target[] = [];
  for (const value of headers.list("contact")) {
    const address = parseNameAddress(value);
    if (isMalformed(address) || address.uri.includes("?") || !peerOf(address.uri)) continue;
    const known = state.tried.includes(address.uri) || state.waiting.includes(address.uri);
    if (!known && !found.some(({ uri }) => uri === address.uri))
      found.push({ uri: address.uri, q: qOf(address.params) });
  }
  found.sort((one, other) => other.q - one.q);
  return { ...state, waiting: [...found.map(({ uri }) => uri), ...state.waiting] };
}

/** Undefined when nothing is left to try. */
export function nextTarget(state: Redirection): readonly [uri: string, state: Redirection] | undefined {
  const [uri, ...waiting] = state.waiting;
  if (uri === undefined || state.left <= 0) return undefined;
  return [uri, { waiting, tried: [...state.tried, uri], left: state.left - 1 }];
}

/** §20.10: 0 to 1 with up to three digits; 1 when absent. */
function qOf(params: string): number {
  const text = parameter(params, "q");
  return text !== undefined && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 1;
}
