// A dialog before the 2xx (RFC 3261 §12.1), one for each branch of a fork. As caller it acknowledges reliable provisional
// responses (RFC 3262 §4); incoming-call.ts and outgoing-call.ts own it until the session takes over.

import type { OfferReply } from "../face.ts";
import { allowedEvents, hasOption } from "../message/option-tags.ts";
import type { SipRequest, SipResponse } from "../message/parse.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { SDP_TYPE, sdpOf } from "../user-agent/user-agent.ts";
import { reoffer } from "./modify.ts";
import { OpenDialog } from "./open-dialog.ts";
import { ReliableResponses } from "./reliable-responses.ts";

export class EarlyDialog extends OpenDialog {
  /** The peer's session description, the latest; a preview of the answer until `agreed`. */
  remoteSdp: string | undefined = undefined;
  /** The first exchange is complete: what the 2xx describes is not looked at (RFC 3261 §13.2.1). */
  agreed = false;
  /** Of which the peer has said that it may be notified here. */
  events: readonly string[] = [];
  private readonly reliable = new ReliableResponses();

  override agreedOn(local: string, remote: string | undefined): void {
    super.agreedOn(local, remote);
    this.agreed = true;
    this.remoteSdp = remote ?? this.remoteSdp;
  }

  /** A provisional response. False for a reliable one that came again or too early: it is not looked at (RFC 3262 §4). */
  takes(response: SipResponse): boolean {
    const reliable = hasOption(response.headers, "require", "100rel");
    if (reliable && !this.reliable.acknowledge(this, response)) return false;
    this.events = allowedEvents(response.headers) ?? this.events;
    const sdp = sdpOf(response);
    if (sdp === undefined || this.agreed) return true;
    this.remoteSdp = sdp;
    if (reliable) {
      this.agreed = true;
      this.enter("stable");
    }
    return true;
  }

  /** An offer before the 2xx goes by UPDATE, once the first exchange is complete (RFC 3311 §5.1). */
  reoffer(sdp: string): Promise<OfferReply> {
    return this.agreed && this.peerUpdates ? reoffer(this, sdp, "UPDATE") : Promise.resolve({ status: 491 });
  }

  /** False: the request is of a kind that has no place here. */
  serve(transaction: ServerTransaction, request: SipRequest): boolean {
    return this.inOrder(transaction, request) === undefined || this.serveAnywhere(transaction, request);
  }

  /** A PRACK may carry an offer; its 2xx carries the answer (RFC 3262 §5). */
  offerInPrack(transaction: ServerTransaction, request: SipRequest): void {
    this.offered({ transaction, request }, (sdp) => {
      this.enter("stable");
      this.agreedOn(sdp, sdpOf(request));
      transaction.respond({ status: 200, extra: this.agent.serverLine + SDP_TYPE, body: sdp });
    });
  }

  /** The session takes over, or the call has failed. */
  leave(): void {
    this.close();
  }
}
