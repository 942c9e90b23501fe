// Where 3xx responses send an INVITE of ours (RFC 3261 §8.1.3.4): one target after the other, highest q first, none twice.

import type { OutgoingInvite } from "../face.ts";
import { parseNameAddress } from "../message/address.ts";
import type { HeaderFields } from "../message/header-fields.ts";
import { isMalformed, parameter } from "../message/syntax.ts";
import { parseUri } from "../message/uri.ts";
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

/** Credentials and the caller's identity are for whom they were given: at another host nobody gets them (RFC 3325 §5). */
export function towards(invite: OutgoingInvite, uri: string): OutgoingInvite {
  if (hostOf(uri) === hostOf(invite.uri)) return invite;
  const { credentials: _, identity, ...rest } = invite;
  return identity?.hidden ? { ...rest, identity: { hidden: true } } : rest;
}

function hostOf(text: string): string {
  const uri = parseUri(text);
  return isMalformed(uri) ? "" : uri.host.toLowerCase();
}

/** §20.10: 0 to 1 with up to three digits; 1 when absent. */
function qOf(params: string): number {
  const text = parameter(params, "q");
  return text !== undefined && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 1;
}
