// SUBSCRIBE outside a dialog (RFC 6665 §4.2.1): which package, who asks, about whom; then a subscription of its own.

import { type DialogState, dialogAsServer } from "../dialog/dialog.ts";
import type { Handlers } from "../face.ts";
import type { SipRequest } from "../message/parse.ts";
import { randomToken } from "../message/random.ts";
import { isMalformed } from "../message/syntax.ts";
import { parseUri } from "../message/uri.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import type { Authenticator } from "./authenticator.ts";
import { ALLOW_EVENTS, packageOf } from "./event-packages.ts";
import { Subscription } from "./subscription.ts";
import { expiresOf } from "./subscription-expiry.ts";
import type { UserAgent } from "./user-agent.ts";

export type Notifier = {
  /** Undefined: a subscription has been made, and has answered. */
  subscribe(agent: UserAgent, transaction: ServerTransaction, request: SipRequest): Refusal | undefined;
};

type Refusal = { readonly status: number; readonly extra?: string };

/** Dialogs of all kinds at a time; beyond it nobody may watch. */
const MAX_DIALOGS = 20_000;

/** 489 for other packages, 401 without valid credentials, 404 for nobody of ours, 403 for somebody else's messages. */
export function notifier(handlers: Pick<Handlers, "password">, authenticator: Authenticator): Notifier {
  return {
    subscribe(agent, transaction, request) {
      const event = request.headers.get("event") ?? "";
      const found = packageOf(event);
      if (!found) return { status: 489, extra: ALLOW_EVENTS };
      const checked = authenticator.check(request, transaction.source);
      if ("challenge" in checked) return { status: 401, extra: checked.challenge };
      const user = watchedUser(handlers, request);
      if (user === undefined) return { status: 404 };
      if (found.ownOnly && user !== checked.username) return { status: 403 };
      const opened = opening(agent, transaction, request);
      if ("status" in opened) return opened;
      const start = { dialog: opened.dialog, package: found, event, user, uri: request.uri };
      new Subscription(agent, start).accept(transaction, opened.seconds);
      return undefined;
    },
  };
}

type Opened = { readonly dialog: DialogState; readonly seconds: number };

function opening(agent: UserAgent, { source }: ServerTransaction, request: SipRequest): Opened | Refusal {
  const expires = expiresOf(request);
  if (expires.status === 423) return expires;
  if (agent.dialogs.size >= MAX_DIALOGS) return { status: 503, extra: "Retry-After: 60\r\n" };
  const dialog = dialogAsServer(request, randomToken(), source);
  return dialog ? { dialog, seconds: expires.seconds } : { status: 400 };
}

/** The account in the Request-URI; undefined when there is none of that name. */
function watchedUser(handlers: Pick<Handlers, "password">, request: SipRequest): string | undefined {
  const uri = parseUri(request.uri);
  return isMalformed(uri) || handlers.password(uri.user) === undefined ? undefined : uri.user;
}
