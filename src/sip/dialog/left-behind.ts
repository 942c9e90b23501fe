// INVITEs that an endpoint before this one has left without a final response (transaction/invite-image.ts): their callers get 503,
// and who was called gets CANCEL, with ACK and BYE for a 200 that comes after all.
//
// CANCEL goes out without a provisional response of our own (RFC 3261 §9.1 wants one, so that no CANCEL overtakes its INVITE): the
// endpoint before may have had it, and an INVITE that is older than a process is not overtaken. Who knows of none says 481.
//
// A phone that is reached by the connection that it opens gets its CANCEL over the next one, when it has registered again.
//
// A final response may have crossed the end of that process: then the peer is in a dialog that nobody has. Its CANCEL or 503 is left
// without the answer that belongs to it, and the dialogs that the INVITE can have made get BYE (§15): those that are known, or the
// one whose tag the 200 to the CANCEL has (§9.2: it SHOULD be that of the response to the INVITE).

import type { Credentials, LeftBehind, Peer, ReceivedInvite, RegisterRequest, SentInvite } from "../face.ts";
import type { SipResponse } from "../message/parse.ts";
import { reasonLine } from "../message/reason.ts";
import type { ClientTransaction, ClientUser } from "../transaction/client.ts";
import { draftOf, requestOf } from "../transaction/invite-image.ts";
import { T1 } from "../transaction/timer-values.ts";
import { isWebSocket } from "../transport/kinds.ts";
import type { UserAgent } from "../user-agent/user-agent.ts";
import { dialogAsServer, dialogWith } from "./dialog.ts";
import { above, Receipts, sayBye } from "./receipts.ts";
import type { Cause } from "./session.ts";

/** So long the answer that belongs to a CANCEL or a refusal may take. */
const DOUBT_MS = 4 * T1;

/** Q.850 §2.2.7. */
const CUT_OFF: Cause = { q850: 41, text: "Temporary failure" };

export type Ending = {
  /** These contacts have a connection to us now. */
  registered(request: Pick<RegisterRequest, "contacts" | "source">): void;
};

/** Ends all of them; each is dropped from its keeper when that is done. */
export function endLeftBehind(agent: UserAgent, { images, credentials }: LeftBehind): Ending {
  if (images.length > 0) agent.log.info({ invites: images.length }, "INVITEs of the process before are ended");
  const sent: LeftInvite[] = [];
  for (const image of images) {
    if (image.type === "received") refuse(agent, image);
    else sent.push(new LeftInvite(agent, image, credentials?.(image)));
  }
  for (const invite of sent) invite.cancel();
  const byContact = Map.groupBy(sent, ({ image }) => image.uri);
  return {
    registered({ contacts, source }) {
      if (contacts === "*") return;
      for (const { uri } of contacts) for (const invite of byContact.get(uri) ?? []) invite.reachedOver(source);
    },
  };
}

function refuse(agent: UserAgent, image: ReceivedInvite): void {
  const transaction = agent.layer.resumeReceived(image);
  transaction?.respond({ status: 503, toTag: image.id, extra: reasonLine(CUT_OFF) + agent.serverLine });
  agent.clock.after(DOUBT_MS, () => {
    agent.layer.invites.drop(image.id);
    const request = transaction?.acknowledged ? undefined : requestOf(image);
    const dialog = request && dialogAsServer(request, image.id, image.source);
    if (dialog) sayBye(agent, above(dialog), { cause: CUT_OFF });
  });
}

/** The user of a client transaction that goes on here. */
class LeftInvite implements ClientUser {
  readonly image: SentInvite;
  private readonly agent: UserAgent;
  private readonly credentials: Credentials | undefined;
  private transaction: ClientTransaction | undefined = undefined;
  private over = false;
  /** The CANCEL, until it is answered. */
  private asked: ClientTransaction | undefined = undefined;

  constructor(agent: UserAgent, image: SentInvite, credentials: Credentials | undefined) {
    this.agent = agent;
    this.image = image;
    this.credentials = credentials;
  }

  cancel(to = this.image.peer): void {
    const { agent, image } = this;
    const transaction = agent.layer.resumeSent(image, this, to);
    this.transaction = transaction;
    const cancel = { ...draftOf(image), method: "CANCEL", extra: reasonLine(CUT_OFF) + agent.agentLine };
    const said = ({ status, headers }: SipResponse): void => {
      if (status < 200) return;
      this.asked = undefined;
      if (status === 481) return this.part();
      const remote = headers.toTag() === undefined ? undefined : headers.get("to");
      agent.clock.after(DOUBT_MS, () => this.part(remote));
    };
    const user = { response: said, failed: () => this.unreached() };
    this.asked = agent.layer.send(cancel, transaction.peer, user, image.id);
    transaction.cancelled();
  }

  /** Where it is reached now. */
  private get peer(): Peer {
    return this.transaction?.peer ?? this.image.peer;
  }

  /** By the connection that it opens alone: then Timer B of the INVITE ends the wait for the next one. */
  private get isAwaited(): boolean {
    const { peer } = this.image;
    return peer.accepted === true || isWebSocket(peer);
  }

  private unreached(): void {
    if (!this.isAwaited) this.part();
  }

  reachedOver(connection: Peer): void {
    if (!this.asked || this.over || !this.isAwaited) return;
    for (const transaction of [this.asked, this.transaction]) transaction?.abandon();
    this.cancel(connection);
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
    const { agent, image, credentials, peer } = this;
    const { uri, from, sipCallId: callId, cseq, route } = image;
    const routed = route.length > 0;
    const receipts = new Receipts(agent, { uri, from, callId, cseq, routed, peer, credentials, credentialLines: "" });
    this.transaction?.handTo(receipts);
    receipts.dismiss(above(receipts.acknowledge(response)), CUT_OFF);
  }

  /** There will be no final response: what is known of it gets BYE. `remote`: a To value with the tag that it may have. */
  private part(remote?: string): void {
    if (this.over) return;
    this.over = true;
    const { agent, image, credentials, peer } = this;
    agent.layer.invites.drop(image.id);
    const { route, uri } = image;
    const guessed = remote === undefined ? [] : [{ remote, target: uri, routes: route }];
    const early = image.early.length > 0 ? image.early : guessed;
    const invite = { ...draftOf(image), routed: route.length > 0 };
    for (const far of early) sayBye(agent, above(dialogWith(invite, far, peer)), { cause: CUT_OFF, credentials });
  }
}
