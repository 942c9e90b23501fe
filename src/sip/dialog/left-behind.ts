// INVITEs that an endpoint before this one has left without a final response (transaction/invite-image.ts): their callers get 503,
// and who was called gets CANCEL, with ACK and BYE for a 200 that comes after all.
//
// CANCEL goes out without a provisional response of our own (RFC 3261 §9.1 wants one, so that no CANCEL overtakes its INVITE): the
// endpoint before may have had it, and an INVITE that is older than a process is not overtaken. Who knows of none says 481.
//
// A final response may have crossed the end of that process: then the peer is in a dialog that nobody has. Its CANCEL or 503 is left
// without the answer that belongs to it, and the dialogs that the INVITE can have made get BYE (§15).

import type { Credentials, LeftBehind, ReceivedInvite, SentInvite } from "../face.ts";
import type { SipResponse } from "../message/parse.ts";
import { reasonLine } from "../message/reason.ts";
import type { ClientTransaction, ClientUser } from "../transaction/client.ts";
import { draftOf, requestOf } from "../transaction/invite-image.ts";
import { T2 } from "../transaction/timer-values.ts";
import type { UserAgent } from "../user-agent/user-agent.ts";
import { type DialogState, dialogAsServer, dialogWith } from "./dialog.ts";
import { SEQ_STEP } from "./open-dialog.ts";
import { Receipts, sayBye } from "./receipts.ts";
import type { Cause } from "./session.ts";

/** Q.850 §2.2.7. */
const CUT_OFF: Cause = { q850: 41, text: "Temporary failure" };

/** Ends all of them; each is dropped from its keeper when that is done. */
export function endLeftBehind(agent: UserAgent, { images, credentials }: LeftBehind): void {
  for (const image of images) {
    if (image.type === "received") refuse(agent, image);
    else new LeftInvite(agent, image, credentials?.(image)).cancel();
  }
}

/** No number of ours that went before is as high: a PRACK or an UPDATE may have taken some. */
const above = (dialog: DialogState): DialogState => ({ ...dialog, localSeq: dialog.localSeq + SEQ_STEP });

function refuse(agent: UserAgent, image: ReceivedInvite): void {
  const transaction = agent.layer.resumeReceived(image);
  transaction?.respond({ status: 503, toTag: image.id, extra: reasonLine(CUT_OFF) + agent.serverLine });
  agent.clock.after(T2, () => {
    agent.layer.invites.drop(image.id);
    const request = transaction?.acknowledged ? undefined : requestOf(image);
    const dialog = request && dialogAsServer(request, image.id, image.source);
    if (dialog) sayBye(agent, above(dialog), { cause: CUT_OFF });
  });
}

/** The user of a client transaction that goes on here. */
class LeftInvite implements ClientUser {
  private readonly agent: UserAgent;
  private readonly image: SentInvite;
  private readonly credentials: Credentials | undefined;
  private transaction: ClientTransaction | undefined = undefined;
  private over = false;

  constructor(agent: UserAgent, image: SentInvite, credentials: Credentials | undefined) {
    this.agent = agent;
    this.image = image;
    this.credentials = credentials;
  }

  cancel(): void {
    const { agent, image } = this;
    const transaction = agent.layer.resumeSent(image, this);
    this.transaction = transaction;
    const cancel = { ...draftOf(image), method: "CANCEL", extra: reasonLine(CUT_OFF) + agent.agentLine };
    const said = (status: number): void => {
      if (status === 481) this.part();
      else if (status >= 200) agent.clock.after(T2, () => this.part());
    };
    agent.layer.send(
      cancel,
      image.peer,
      { response: ({ status }) => said(status), failed: () => this.part() },
      image.id,
    );
    transaction.cancelled();
  }

  response(response: SipResponse): void {
    const { status } = response;
    if (status < 200) return;
    this.over = true;
    if (status < 300) this.answered(response);
  }

  failed(): void {
    this.part();
  }

  /** From here on the receipts answer whatever comes back. */
  private answered(response: SipResponse): void {
    const { agent, image, credentials } = this;
    const { uri, from, sipCallId: callId, cseq, peer, route } = image;
    const routed = route.length > 0;
    const receipts = new Receipts(agent, { uri, from, callId, cseq, routed, peer, credentials, credentialLines: "" });
    this.transaction?.handTo(receipts);
    receipts.dismiss(above(receipts.acknowledge(response)), CUT_OFF);
  }

  /** There will be no final response: what is known of it gets BYE. */
  private part(): void {
    if (this.over) return;
    this.over = true;
    const { agent, image, credentials } = this;
    agent.layer.invites.drop(image.id);
    const { early, peer, route } = image;
    const invite = { ...draftOf(image), routed: route.length > 0 };
    for (const far of early) sayBye(agent, above(dialogWith(invite, far, peer)), { cause: CUT_OFF, credentials });
  }
}
