// What is left of an INVITE of ours once a 2xx is here: the ACK to every 2xx that comes again, and ACK and BYE to those of
// other branches of a fork (RFC 3261 §13.2.2.4). Lives 64*T1 behind each call, so it keeps little.

import type { Credentials, Peer } from "../face.ts";
import type { SipResponse } from "../message/parse.ts";
import type { ClientUser } from "../transaction/client.ts";
import type { UserAgent } from "../user-agent/user-agent.ts";
import { type DialogState, dialogAsClient, draftInDialog, nextHop } from "./dialog.ts";
import { type Cause, sendBye } from "./session.ts";

/** The few fields of an INVITE that its ACKs need. */
export type AnsweredInvite = {
  readonly uri: string;
  readonly from: string;
  readonly callId: string;
  readonly cseq: number;
  readonly peer: Peer;
  readonly credentials: Credentials | undefined;
  /** The ACK repeats the credentials of its INVITE (§22.1). */
  readonly credentialLines: string;
};

/** Non-selected user clearing (Q.850 §2.2.7). */
const NOT_SELECTED: Cause = { q850: 26, text: "Somebody else has answered" };

type Receipt = { readonly peer: Peer; readonly ack: string };

/** The user of an INVITE client transaction in its Accepted state (RFC 6026). */
export class Receipts implements ClientUser {
  private readonly agent: UserAgent;
  private readonly invite: AnsweredInvite;
  /** ACKs as text of their own: a slice would keep a whole datagram, a Buffer its pool. */
  private readonly receipts: Receipt[] = [];

  constructor(agent: UserAgent, invite: AnsweredInvite) {
    this.agent = agent;
    this.invite = invite;
  }

  /** ACKs a 2xx of a new dialog. */
  acknowledge(response: SipResponse): DialogState {
    const dialog = dialogAsClient(this.invite, response, this.invite.peer);
    const draft = draftInDialog(dialog, "ACK", { extra: this.invite.credentialLines, body: "" });
    const peer = nextHop(dialog) ?? this.invite.peer;
    const bytes = this.agent.layer.ackBytes(draft, peer);
    this.agent.layer.network.send(peer, bytes);
    this.receipts.push({ peer, ack: bytes.toString("latin1") });
    return dialog;
  }

  /** A further 2xx. */
  response(response: SipResponse): void {
    const to = `\r\nTo: ${response.headers.get("to") ?? ""}\r\n`;
    const known = this.receipts.find(({ ack }) => ack.includes(to));
    if (known) this.agent.layer.network.send(known.peer, Buffer.from(known.ack, "latin1"));
    // The call already has its party, or wants none.
    else this.dismiss(this.acknowledge(response), NOT_SELECTED);
  }

  /** BYE for a dialog that nobody wants. */
  dismiss(dialog: DialogState, cause: Cause | undefined): void {
    const { agent } = this;
    const unwanted = {
      agent,
      dialog,
      credentials: this.invite.credentials,
      nextCSeq: () => {
        unwanted.dialog = { ...unwanted.dialog, localSeq: unwanted.dialog.localSeq + 1 };
        return unwanted.dialog.localSeq;
      },
    };
    sendBye(unwanted, cause);
  }

  failed(): void {}
}
