// Requests of ours inside a dialog that change nothing about it: INFO (RFC 6086, legacy usage §2) with digits for a peer that
// takes them in no other way; NOTIFY for an event package that the peer's Allow-Events has named, so that the call itself is
// the subscription (BroadWorks SIP access side extensions, package `talk`).

import { AuthenticatedRequest } from "../user-agent/authenticated-request.ts";
import { draftInDialog, nextHop } from "./dialog.ts";
import type { OpenDialog } from "./open-dialog.ts";

export type Information = { readonly contentType: string; readonly body: string };

export const inform = (open: OpenDialog, { contentType, body }: Information): Promise<number> =>
  ask(open, { method: "INFO", head: `Content-Type: ${contentType}\r\n`, body });

/** Without a body: the event says everything. */
export const notify = (open: OpenDialog, event: string): Promise<number> =>
  ask(open, {
    method: "NOTIFY",
    head: `${open.contactLine()}Event: ${event}\r\nSubscription-State: active\r\n`,
    body: "",
  });

type Question = { readonly method: "INFO" | "NOTIFY"; readonly head: string; readonly body: string };

/** Resolves with the final status; never rejects. */
function ask(open: OpenDialog, { method, head, body }: Question): Promise<number> {
  return new Promise((resolve) => {
    const { agent, keys, nextCSeq } = open;
    const peer = nextHop(agent, open.dialog);
    if (open.over || !peer) {
      resolve(open.over ? 481 : 503);
      return;
    }
    open.nextCSeq();
    const draft = draftInDialog(agent, open.dialog, method, { extra: agent.agentLine + head, body });
    const settle = (status: number): void => {
      resolve(status);
      // RFC 3261 §12.2.1.2: these say that there is no dialog any more.
      if (status === 481 || status === 408) open.fail(status);
    };
    const request = new AuthenticatedRequest(
      agent.layer,
      { draft, peer, keys, nextCSeq },
      {
        response: ({ status }) => {
          if (status >= 200) settle(status);
        },
        failed: (why) => settle(why === "timeout" ? 408 : 503),
      },
    );
    request.start();
  });
}
