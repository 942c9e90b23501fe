// The registrar's side of REGISTER (RFC 3261 §10.3): is the request valid, whose is it, then the owner of the bindings decides.

import type { ContactBinding, Handlers, Peer, RegisterAnswer, RegisterRequest, Transport } from "../face.ts";
import { parseNameAddress, parseVia } from "../message/address.ts";
import { publicGruu, temporaryGruu } from "../message/gruu.ts";
import { hasOption } from "../message/option-tags.ts";
import type { SipRequest } from "../message/parse.ts";
import { oneLine } from "../message/serialise.ts";
import { digits, isMalformed, parameter, unquote } from "../message/syntax.ts";
import { parseUri, type SipUri, uriParameter } from "../message/uri.ts";
import type { Authenticator } from "./authenticator.ts";

/** `extra`: header lines, each with its CRLF. */
export type Answer = {
  readonly status: number;
  readonly extra?: string;
  /** The phone's connection shall not be silent for longer. */
  readonly keepAliveMs?: number;
};

export type Registrar = { register(request: SipRequest, source: Peer): Answer };

/** Seconds, when neither the contact nor the message says, or what they say is no number (§10.3, §20.10). */
const DEFAULT_EXPIRES_S = 3600;
const MAX_EXPIRES_S = 2 ** 32 - 1;
const MAX_CONTACTS = 32;
const MAX_HOPS = 8;
/** A keep-alive may be late on its way. */
const GRACE_S = 30;
const MAX_REG_ID = 2 ** 31 - 1;
/** RFC 5626 §5.4: how often we want to hear something, in seconds; NATs forget UDP sooner. A WebSocket is pinged by us. */
const FLOW_TIMER_S: Readonly<Record<Transport, number>> = { udp: 30, tcp: 120, tls: 120, ws: 0, wss: 0 };
const INSTANCE = /^<urn:[A-Za-z0-9._:-]{1,120}>$/;

/** 400 for bad contacts or a To that is no SIP address, 401 without valid credentials, 403 for somebody else's number. */
export function registrar(handlers: Pick<Handlers, "register">, authenticator: Authenticator): Registrar {
  return {
    register(request, source) {
      // What is no valid request needs no password (RFC 4475 §3.3.4, §3.1.2.13).
      const to = request.headers.to();
      const uri = isMalformed(to) ? to : parseUri(to.uri);
      const contacts = readContacts(request);
      const cseq = request.headers.cseq();
      const path = readPath(request);
      if (isMalformed(uri) || !contacts || isMalformed(cseq) || !path) return { status: 400 };
      const keeps = firstHopKeepsFlows(request, path);
      const checked = authenticator.check(request, source);
      if ("challenge" in checked) return { status: 401, extra: checked.challenge };
      // An account may only bind its own address of record (§10.3 step 4).
      if (uri.user !== checked.username) return { status: 403 };
      // RFC 5626 §11.6; whoever does not ask for it does without.
      if (!keeps && asksForFlow(contacts)) return { status: 439 };
      const sipCallId = request.headers.callId();
      const gruu = hasOption(request.headers, "supported", "gruu") ? ({ gruu: true } as const) : {};
      const asked = { user: uri.user, contacts, sipCallId, cseq: cseq.number, source, path, ...gruu };
      return answer(handlers, asked, uri);
    },
  };
}

function answer(handlers: Pick<Handlers, "register">, request: RegisterRequest, aor: SipUri): Answer {
  const decided = handlers.register(request);
  if (decided.status !== 200) {
    const extra = decided.minExpiresS === undefined ? "" : `Min-Expires: ${decided.minExpiresS}\r\n`;
    return { status: decided.status, extra };
  }
  let keepAlive: Pick<Answer, "keepAliveMs"> = {};
  let extra = decided.bindings.map((binding) => contactLine(binding, request.gruu ? aor : undefined)).join("");
  // RFC 5626 §6: said when a binding of this request is kept by device and flow.
  if (asksForFlow(request.contacts)) {
    extra += "Require: outbound\r\n";
    const timerS = FLOW_TIMER_S[request.source.transport];
    // Behind a proxy it is the proxy who keeps the flow (§5.4).
    if (timerS > 0 && request.path.length === 0) {
      extra += `Flow-Timer: ${timerS}\r\n`;
      keepAlive = { keepAliveMs: (timerS + GRACE_S) * 1_000 };
    }
  }
  // RFC 3327 §5.3: what the registrar has stored goes back with the 200.
  for (const hop of request.path) extra += `Path: ${oneLine(hop)}\r\n`;
  return { status: 200, extra, ...keepAlive };
}

const asksForFlow = (contacts: RegisterRequest["contacts"]): boolean =>
  contacts !== "*" && contacts.some(({ outbound }) => outbound);

type Bound = Extract<RegisterAnswer, { status: 200 }>["bindings"][number];

/** `aor`: the phone wants to know the GRUUs of each device (RFC 5627 §5.2). */
function contactLine({ uri, expiresS, instance, outbound, temporary }: Bound, aor: SipUri | undefined): string {
  let params = instance === undefined ? "" : `;+sip.instance="${oneLine(instance)}"`;
  if (outbound) params += `;reg-id=${outbound.regId}`;
  if (aor && instance !== undefined) params += `;pub-gruu="${publicGruu(aor, instance)}"`;
  if (aor && temporary !== undefined) params += `;temp-gruu="${temporaryGruu(aor, temporary)}"`;
  return `Contact: <${oneLine(uri)}>${params};expires=${expiresS}\r\n`;
}

/**
 * RFC 5626 §6: the first hop has to keep the flow. That is us without a proxy in between; a proxy says so by `ob` in its Path,
 * which is the last value.
 */
function firstHopKeepsFlows({ headers }: SipRequest, path: readonly string[]): boolean {
  if (headers.list("via").length === 1) return true;
  const first = parseNameAddress(path.at(-1) ?? "");
  const uri = isMalformed(first) ? first : parseUri(first.uri);
  return !isMalformed(uri) && uriParameter(uri, "ob") !== undefined;
}

/** Whether the phone came to its first proxy over a WebSocket: which has no other way back than that, `ob` or not (RFC 7118 §5). */
function isBrowserBehindProxy({ headers }: SipRequest): boolean {
  const vias = headers.list("via");
  const last = parseVia(vias.at(-1) ?? "");
  return vias.length > 1 && !isMalformed(last) && last.transport.startsWith("WS");
}

/** Undefined when a Path is none: each is a loose router in angle brackets (RFC 3327 §4). */
function readPath(request: SipRequest): readonly string[] | undefined {
  const path = request.headers.list("path");
  return path.length <= MAX_HOPS && path.every(isLooseRouter) ? path : undefined;
}

function isLooseRouter(hop: string): boolean {
  const address = parseNameAddress(hop);
  const uri = isMalformed(address) || !hop.includes("<") ? undefined : parseUri(address.uri);
  return uri !== undefined && !isMalformed(uri) && uriParameter(uri, "lr") !== undefined;
}

/** Undefined when the contacts break a rule: `*` not alone or without `Expires: 0` (§10.2.2), or a contact that is no SIP URI. */
function readContacts(request: SipRequest): RegisterRequest["contacts"] | undefined {
  const values = request.headers.list("contact");
  const expires = request.headers.get("expires");
  if (values.includes("*")) return values.length === 1 && digits(expires ?? "", 0) === 0 ? "*" : undefined;
  if (values.length > MAX_CONTACTS) return undefined;
  const wanted =
    hasOption(request.headers, "supported", "outbound") || hasOption(request.headers, "require", "outbound");
  const flows = wanted && !isBrowserBehindProxy(request);
  const contacts: ContactBinding[] = [];
  for (const value of values) {
    const contact = readContact(value, expires, flows);
    if (!contact) return undefined;
    contacts.push(contact);
  }
  return contacts;
}

function readContact(value: string, expires: string | undefined, flows: boolean): ContactBinding | undefined {
  const address = parseNameAddress(value);
  if (isMalformed(address) || isMalformed(parseUri(address.uri))) return undefined;
  const asked = parameter(address.params, "expires") ?? expires;
  const expiresS = asked === undefined ? DEFAULT_EXPIRES_S : (digits(asked, MAX_EXPIRES_S) ?? DEFAULT_EXPIRES_S);
  const instance = instanceOf(address.params);
  const regId = digits(parameter(address.params, "reg-id") ?? "", MAX_REG_ID);
  return {
    uri: address.uri,
    expiresS,
    q: quality(parameter(address.params, "q")),
    ...(instance !== undefined && { instance }),
    ...(flows && instance !== undefined && regId && { outbound: { instance, regId } }),
  };
}

/** RFC 5626 §4.1, §4.2: the instance is a URN in quotes and angle brackets, the reg-id a number from 1 on. */
function instanceOf(params: string): string | undefined {
  const instance = unquote(parameter(params, "+sip.instance") ?? "");
  return INSTANCE.test(instance) ? instance : undefined;
}

/** qvalue (§25.1): 0 to 1 with at most three decimals; 1 when absent or bad. */
function quality(text: string | undefined): number {
  return text !== undefined && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 1;
}
