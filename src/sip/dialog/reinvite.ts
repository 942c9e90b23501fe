// A re-INVITE of ours (RFC 3261 §14.1): waits for its turn, comes again after glare, and ends the dialog when the peer says
// that there is none.

import type { OfferReply } from "../face.ts";
import type { SipResponse } from "../message/parse.ts";
import { AuthenticatedRequest } from "../user-agent/authenticated-request.ts";
import { ALLOW, SDP_TYPE, SUPPORTED, sdpOf } from "../user-agent/user-agent.ts";
import { draftInDialog, nextHop, refreshed } from "./dialog.ts";
import { glareBackOffMs } from "./negotiation.ts";
import type { Session } from "./session.ts";

const MAX_ATTEMPTS = 5;
const DIALOG_OVER: OfferReply = { status: 481 };

/** Resolves with the peer's answer, or with the status that refused it; never rejects. */
export async function reinvite(session: Session, sdp: string): Promise<OfferReply> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    await session.settled();
    if (session.over) return DIALOG_OVER;
    const reply = await exchange(session, sdp);
    if ("sdp" in reply || reply.status !== 491) return reply;
    await backOff(session);
  }
  return session.over ? DIALOG_OVER : { status: 491 };
}

/** Ends early when the session ends. */
function backOff(session: Session): Promise<void> {
  return new Promise((resolve) => {
    const timer = session.agent.clock.after(glareBackOffMs(session.caller), resolve);
    session.interrupt = () => {
      timer.cancel();
      resolve();
    };
  });
}

function exchange(session: Session, sdp: string): Promise<OfferReply> {
  return new Promise((resolve) => {
    const peer = nextHop(session.dialog);
    if (!peer) {
      resolve({ status: 503 });
      return;
    }
    session.enter("offer-sent");
    session.interrupt = () => resolve({ status: 487 });
    session.nextCSeq();
    const extra = session.contactLine() + ALLOW + SUPPORTED + session.agent.agentLine + SDP_TYPE;
    const draft = draftInDialog(session.dialog, "INVITE", { extra, body: sdp });
    const { credentials, nextCSeq } = session;
    let ack: Buffer | undefined;
    const settle = (reply: OfferReply): void => {
      session.enter("stable");
      session.interrupt = undefined;
      resolve(reply);
    };
    const request = new AuthenticatedRequest(
      session.agent.layer,
      { draft, peer, credentials, nextCSeq },
      {
        response(response) {
          if (response.status < 200) return;
          if (response.status >= 300) refused(session, response.status, settle);
          else {
            ack = acknowledge(session, request, ack);
            accepted(session, response, settle);
          }
        },
        failed(why) {
          refused(session, why === "timeout" ? 408 : 503, settle);
        },
      },
    ).start();
  });
}

/** Also for a 2xx that comes again, and for one that comes after our BYE. */
function acknowledge(session: Session, request: AuthenticatedRequest, sent: Buffer | undefined): Buffer {
  const text = { extra: request.credentialLines, body: "" };
  const draft = { ...draftInDialog(session.dialog, "ACK", text), cseq: request.draft.cseq };
  const peer = nextHop(session.dialog) ?? request.peer;
  const bytes = sent ?? session.agent.layer.ackBytes(draft, peer);
  session.agent.layer.network.send(peer, bytes);
  return bytes;
}

function accepted(session: Session, response: SipResponse, settle: (reply: OfferReply) => void): void {
  session.dialog = refreshed(session.dialog, response.headers);
  const sdp = sdpOf(response);
  settle(sdp === undefined ? { status: 488 } : { sdp });
}

/** 481 and 408 end the dialog (RFC 3261 §12.2.1.2); every other refusal leaves it as it was (§14.1). */
function refused(session: Session, status: number, settle: (reply: OfferReply) => void): void {
  settle({ status });
  if (status === 481 || status === 408) session.fail(status);
}
