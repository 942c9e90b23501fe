// How every request to us is received (RFC 3261 §8.2): the dialog that it belongs to, else its method, its extensions, its
// content, in this order; then the role that serves it. Max-Forwards is not looked at: every request ends here (RFC 4475 §3.3.11).

import { dialogAsServer, tagOf } from "../dialog/dialog.ts";
import { IncomingCall } from "../dialog/incoming-call.ts";
import { replacementBy } from "../dialog/replacement.ts";
import { answerTimer } from "../dialog/session-timer.ts";
import type { Handlers, Peer } from "../face.ts";
import type { SipRequest } from "../message/parse.ts";
import { randomToken } from "../message/random.ts";
import { causesOf } from "../message/reason.ts";
import { stackOf } from "../stack.ts";
import type { TransactionUser } from "../transaction/layer.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import type { Authenticator } from "./authenticator.ts";
import type { Notifier } from "./notifier.ts";
import type { Registrar } from "./registrar.ts";
import { ACCEPT, ALLOW, EXTENSIONS, SUPPORTED, type UserAgent } from "./user-agent.ts";

type Roles = {
  readonly handlers: Handlers;
  readonly authenticator: Authenticator;
  readonly registrar: Registrar;
  readonly notifier: Notifier;
  /** The address behind our own proxies. */
  readonly addressOf: (source: Peer, request: SipRequest) => string;
  /** A call by somebody who may not call. */
  readonly stranger: (source: Peer, request: SipRequest) => void;
};

/** `agent` is asked for late, because the agent needs the layer and the layer needs its user. */
export function reception(agent: () => UserAgent, roles: Roles): TransactionUser {
  return {
    request(transaction) {
      const { request } = transaction;
      if (request) receiveSafely(agent(), roles, { transaction, request });
    },
    ack(request) {
      const usage = agent().dialogs.get(tagOf(request.headers, "to"));
      if (usage?.sipCallId === request.headers.callId()) usage.ack(request);
    },
  };
}

type Arrived = { readonly transaction: ServerTransaction; readonly request: SipRequest };

/** A bug above us still gives the peer an answer. */
function receiveSafely(agent: UserAgent, roles: Roles, arrived: Arrived): void {
  try {
    receive(agent, roles, arrived);
  } catch (error) {
    agent.log.error({ method: arrived.request.method, error: stackOf(error) }, "a SIP request met a bug");
    reply(agent, arrived.transaction, { status: 500 });
  }
}

function receive(agent: UserAgent, roles: Roles, arrived: Arrived): void {
  const { transaction, request } = arrived;
  if (request.method === "CANCEL") {
    cancel(agent, arrived);
    return;
  }
  const objection = objectToExtensions(request);
  if (objection) {
    reply(agent, transaction, objection);
    return;
  }
  const tag = tagOf(request.headers, "to");
  if (tag === "") serve(agent, roles, arrived);
  else inDialog(agent, arrived, tag);
}

/** §9.2: 200 whenever the INVITE is known, whatever becomes of it. */
function cancel(agent: UserAgent, { transaction, request }: Arrived): void {
  const invite = agent.layer.inviteOf(request);
  const extra = agent.serverLine;
  transaction.respond({ status: invite ? 200 : 481, toTag: invite?.toTag ?? randomToken(), extra });
  invite?.inviteUser?.cancelled(causesOf(request.headers));
}

function inDialog(agent: UserAgent, { transaction, request }: Arrived, tag: string): void {
  const usage = agent.dialogs.get(tag);
  if (usage?.sipCallId === request.headers.callId()) usage.request(transaction, request);
  else reply(agent, transaction, { status: 481 });
}

type Answer = { readonly status: number; readonly extra?: string };

function reply(agent: UserAgent, transaction: ServerTransaction, { status, extra = "" }: Answer): void {
  transaction.respond({ status, toTag: randomToken(), extra: extra + agent.serverLine });
}

function serve(agent: UserAgent, roles: Roles, arrived: Arrived): void {
  const { transaction, request } = arrived;
  switch (request.method) {
    case "INVITE":
      invite(agent, roles, arrived);
      break;
    case "REGISTER": {
      const answer = roles.registrar.register(request, transaction.source);
      reply(agent, transaction, answer);
      if (answer.keepAliveMs) agent.layer.network.expectKeepAlive?.(transaction.source, answer.keepAliveMs);
      break;
    }
    case "SUBSCRIBE": {
      const refusal = roles.notifier.subscribe(agent, transaction, request);
      if (refusal) reply(agent, transaction, refusal);
      break;
    }
    case "OPTIONS":
      reply(agent, transaction, { status: 200, extra: ALLOW + ACCEPT + SUPPORTED });
      break;
    case "BYE":
    case "INFO":
    case "PRACK":
    case "UPDATE":
    case "REFER":
      reply(agent, transaction, { status: 481 });
      break;
    default:
      reply(agent, transaction, { status: 405, extra: ALLOW });
  }
}

/** §8.2.2.3. A BYE is let through: it only ends things. */
function objectToExtensions(request: SipRequest): Answer | undefined {
  const required = request.headers
    .list("require")
    .filter((tag) => tag !== "" && !EXTENSIONS.includes(tag.toLowerCase()));
  if (required.length === 0 || request.method === "BYE") return undefined;
  return { status: 420, extra: `Unsupported: ${required.join(", ")}\r\n` };
}

/** §8.2.3, and what we would answer with must be welcome (§20.1). */
function objectToContent(request: SipRequest): Answer | undefined {
  const { headers } = request;
  const encoding = (headers.get("content-encoding") ?? "identity").toLowerCase();
  if (encoding !== "identity") return { status: 415, extra: "Accept-Encoding: identity\r\n" };
  const type = headers.get("content-type") ?? "";
  if (request.body !== "" && !/^application\/sdp\s*(;|$)/i.test(type)) return { status: 415, extra: ACCEPT };
  const accepted = headers.list("accept");
  const welcome =
    accepted.length === 0 || accepted.some((range) => /^(application\/(sdp|\*)|\*\/\*)\s*(;|$)/i.test(range));
  return welcome ? undefined : { status: 406, extra: ACCEPT };
}

/** RFC 4028 §9: an interval below our minimum. */
function objectToTimer(agent: UserAgent, { headers }: SipRequest): Answer | undefined {
  const answer = answerTimer(headers, agent.sessionTimer);
  return answer.status === 422 ? answer : undefined;
}

/** Who has proved himself; a refusal where that is asked for and is not so (§22.2), and for whom nobody knows. */
function callerOf(roles: Roles, { transaction, request }: Arrived): { account?: string } | Answer {
  const { handlers, authenticator } = roles;
  if (!handlers.invite || !handlers.admission) return {};
  const { source } = transaction;
  const admission = handlers.admission({ source, address: roles.addressOf(source, request) });
  if (admission === "open") return {};
  if (admission === "shut") {
    roles.stranger(source, request);
    return { status: 403 };
  }
  const checked = authenticator.check(request, source);
  return "challenge" in checked ? { status: 401, extra: checked.challenge } : { account: checked.username };
}

function invite(agent: UserAgent, roles: Roles, { transaction, request }: Arrived): void {
  const { handlers } = roles;
  const caller = callerOf(roles, { transaction, request });
  if ("status" in caller) {
    reply(agent, transaction, caller);
    return;
  }
  const objection = objectToContent(request) ?? objectToTimer(agent, request);
  if (objection) {
    reply(agent, transaction, objection);
    return;
  }
  const { replaced, status } = replacementBy(agent, request);
  if (status !== undefined) {
    reply(agent, transaction, { status });
    return;
  }
  const dialog = dialogAsServer(request, randomToken(), transaction.source);
  if (!dialog) {
    transaction.respond({ status: 400, reason: "Bad Request: no usable Contact", toTag: randomToken() });
    return;
  }
  if (!handlers.invite) {
    reply(agent, transaction, { status: 480 });
    return;
  }
  const call = new IncomingCall(agent, dialog, { transaction, request, replaced, account: caller.account });
  try {
    handlers.invite(call);
    transaction.trying();
  } catch (error) {
    agent.log.error({ error: stackOf(error) }, "the handler of an INVITE threw");
    call.reject(500);
  }
}
