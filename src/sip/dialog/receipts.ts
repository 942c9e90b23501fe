// What is left of an INVITE of ours once a 2xx is here: the ACK to every 2xx that comes again, and ACK and BYE to those of
// other branches of a fork (RFC 3261 §13.2.2.4). Lives 64*T1 behind each call, so it keeps little.

import type { Credentials, Peer } from "../face.ts";
import type { SipResponse } from "../message/parse.ts";
import type { ClientUser } from "../transaction/client.ts";
import { keyringFor } from "../user-agent/keyring.ts";
import type { UserAgent } from "../user-agent/user-agent.ts";
import { type DialogState, dialogAsClient, draftInDialog, nextHop } from "./dialog.ts";
import { SEQ_STEP } from "./open-dialog.ts";
import { type Cause, sendBye } from "./session.ts";

/** The few fields of an INVITE that its ACKs need. */
export type AnsweredInvite = {
  readonly uri: string;
  readonly from: string;
  readonly callId: string;
  readonly cseq: number;
  readonly routed: boolean;
  readonly peer: Peer;
  readonly credentials: Credentials | undefined;
  /** The ACK repeats the credentials of its INVITE (§22.1). */
  readonly credentialLines: string;
};

/** Non-selected user clearing (Q.850 §2.2.7). */
const NOT_SELECTED: Cause = { q850: 26, text: "Somebody else has answered" };

/** No number of ours that went before is as high: a PRACK or an UPDATE in the early dialog may have taken some. */
export const above = (dialog: DialogState): DialogState => ({ ...dialog, localSeq: dialog.localSeq + SEQ_STEP });

type Receipt = { readonly peer: Peer; readonly ack: string };

const isSamePlace = (one: Peer, other: Peer): boolean =>
  one.port === other.port &&
  one.address === other.address &&
  one.transport === other.transport &&
  one.serverName === other.serverName &&
  one.accepted === other.accepted;

/** The user of an INVITE client transaction in its Accepted state (RFC 6026). */
export class Receipts implements ClientUser {
  private readonly agent: UserAgent;
  private readonly uri: string;
  private readonly routed: boolean;
  private readonly peer: Peer;
  private readonly credentials: Credentials | undefined;
  /** Until the first ACK, which says the same. */
  private invite: AnsweredInvite | undefined;
  /** ACKs as text of their own: a slice would keep a whole datagram, a Buffer its pool. */
  private first: Receipt | undefined = undefined;
  /** Those of further branches; most calls have none, and an empty array is not free. */
  private others: Receipt[] | undefined = undefined;

  constructor(agent: UserAgent, invite: AnsweredInvite) {
    this.agent = agent;
    this.uri = invite.uri;
    this.routed = invite.routed;
    this.peer = invite.peer;
    this.credentials = invite.credentials;
    this.invite = invite;
  }

  /** ACKs a 2xx of a new dialog. */
  acknowledge(response: SipResponse): DialogState {
    const dialog = dialogAsClient(this.sent(), response, this.peer);
    const draft = draftInDialog(this.agent, dialog, "ACK", { extra: this.credentialLines(), body: "" });
    const hop = nextHop(this.agent, dialog);
    // Mostly the same place: then one object serves both.
    const peer = hop && !isSamePlace(hop, this.peer) ? hop : this.peer;
    const bytes = this.agent.layer.ackBytes(draft, peer);
    this.agent.layer.network.send(peer, bytes);
    const receipt = { peer, ack: bytes.toString("latin1") };
    if (this.first) this.others = [...(this.others ?? []), receipt];
    this.first ??= receipt;
    this.invite = undefined;
    return dialog;
  }

  /** The INVITE's own From, Call-ID and CSeq number stand in every ACK to it (§17.1.1.3), where they are read when a fork answers. */
  private sent(): Pick<AnsweredInvite, "uri" | "from" | "callId" | "cseq" | "routed"> {
    if (this.invite) return this.invite;
    const line = (name: string): string =>
      new RegExp(`\\r\\n${name}: ([^\\r]*)`).exec(this.first?.ack ?? "")?.[1] ?? "";
    const { uri, routed } = this;
    return { uri, routed, from: line("From"), callId: line("Call-ID"), cseq: Number.parseInt(line("CSeq"), 10) };
  }

  private credentialLines(): string {
    if (this.invite) return this.invite.credentialLines;
    return (this.first?.ack.match(/^(?:Proxy-)?Authorization: .*\r\n/gm) ?? []).join("");
  }

  private known(to: string): Receipt | undefined {
    return [this.first, ...(this.others ?? [])].find((receipt) => receipt?.ack.includes(to));
  }

  /** A further 2xx. */
  response(response: SipResponse): void {
    const to = `\r\nTo: ${response.headers.get("to") ?? ""}\r\n`;
    const known = this.known(to);
    if (known) this.agent.layer.network.send(known.peer, Buffer.from(known.ack, "latin1"));
    // The call already has its party, or wants none.
    else this.dismiss(above(this.acknowledge(response)), NOT_SELECTED);
  }

  /** BYE for a dialog that nobody wants. */
  dismiss(dialog: DialogState, cause: Cause | undefined): void {
    sayBye(this.agent, dialog, { cause, credentials: this.credentials });
  }

  failed(): void {}
}

type Parting = { readonly cause: Cause | undefined; readonly credentials?: Credentials | undefined };

/** BYE in a dialog that has no session. */
export function sayBye(agent: UserAgent, dialog: DialogState, { cause, credentials }: Parting): void {
  const unwanted = {
    agent,
    dialog,
    keys: keyringFor(credentials),
    nextCSeq: () => {
      unwanted.dialog = { ...unwanted.dialog, localSeq: unwanted.dialog.localSeq + 1 };
      return unwanted.dialog.localSeq;
    },
  };
  sendBye(unwanted, cause);
}
