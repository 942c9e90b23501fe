// An INVITE of ours that nobody waits for any more: the CANCEL (RFC 3261 §9.1), and what becomes of an INVITE that was given up
// before anything had come back. A CANCEL may go out only after a provisional response, so the late one is waited for; a late
// 2xx gets ACK and BYE.

import type { SipResponse } from "../message/parse.ts";
import { reasonLine } from "../message/reason.ts";
import type { RequestDraft } from "../message/serialise.ts";
import type { ClientTransaction, ClientUser } from "../transaction/client.ts";
import type { UserAgent } from "../user-agent/user-agent.ts";
import type { Receipts } from "./receipts.ts";
import type { Cause } from "./session.ts";

type SentInvite = { readonly transaction: ClientTransaction; readonly draft: RequestDraft };

/** CANCEL: the INVITE's own URI, branch, To and CSeq number, hop by hop. Not before a provisional response. */
export function cancelInvite(agent: UserAgent, { transaction, draft }: SentInvite, cause: Cause | undefined): void {
  const cancel: RequestDraft = { ...draft, method: "CANCEL", extra: reasonLine(cause) + agent.agentLine, body: "" };
  // The answer to the CANCEL says nothing; the INVITE's own final response does.
  agent.layer.send(cancel, transaction.peer, { response: () => {}, failed: () => {} }, transaction.branch);
  transaction.cancelled();
}

/** The user of the transaction until it ends by itself, at the latest with Timer B. */
export class GivenUp implements ClientUser {
  private readonly agent: UserAgent;
  private readonly receipts: Receipts;
  private invite: SentInvite | undefined;

  constructor(agent: UserAgent, { receipts, ...invite }: SentInvite & { readonly receipts: Receipts }) {
    this.agent = agent;
    this.receipts = receipts;
    this.invite = invite;
  }

  response(response: SipResponse): void {
    const { invite } = this;
    this.invite = undefined;
    if (response.status >= 200 && response.status < 300) this.receipts.response(response);
    else if (invite && response.status < 200) cancelInvite(this.agent, invite, undefined);
  }

  failed(): void {}
}
