// A re-INVITE (RFC 3261 §14.1) or UPDATE (RFC 3311 §5.1) of ours: waits for its turn, comes again after glare, and ends the
// dialog when the peer says that there is none.

import type { OfferReply } from "../face.ts";
import { hasOption } from "../message/option-tags.ts";
import type { SipResponse } from "../message/parse.ts";
import { AuthenticatedRequest } from "../user-agent/authenticated-request.ts";
import { ALLOW, SDP_TYPE, SUPPORTED, sdpOf } from "../user-agent/user-agent.ts";
import { draftInDialog, nextHop } from "./dialog.ts";
import { glareBackOffMs } from "./negotiation.ts";
import type { OpenDialog } from "./open-dialog.ts";
import { ReliableResponses } from "./reliable-responses.ts";

const MAX_ATTEMPTS = 5;

/** `sdp` absent: an UPDATE without an offer, which only refreshes. */
export type Modification = { readonly method: "INVITE" | "UPDATE"; readonly sdp?: string };

/** The final status, and the session description that came with it. */
export type Modified = { readonly status: number; readonly sdp?: string | undefined };

/** Resolves with the peer's answer, or with the status that refused it; never rejects. */
export async function reoffer(open: OpenDialog, sdp: string, method: Modification["method"]): Promise<OfferReply> {
  const { status, sdp: answer } = await modify(open, { method, sdp });
  if (status >= 300) return { status };
  if (answer === undefined) return { status: 488 };
  open.agreedOn(sdp, answer);
  return { sdp: answer };
}

/** 491 and 422 are tried again inside; 481 when the dialog is over. */
export async function modify(open: OpenDialog, modification: Modification): Promise<Modified> {
  let last: Modified = { status: 491 };
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (modification.sdp !== undefined) await open.settled();
    if (open.over) return { status: 481 };
    last = await exchange(open, modification);
    if (last.status === 491) await backOff(open);
    else if (last.status !== 422) return last;
  }
  return open.over ? { status: 481 } : last;
}

/** Ends early when the dialog ends. */
function backOff(open: OpenDialog): Promise<void> {
  return new Promise((resolve) => {
    const timer = open.agent.clock.after(glareBackOffMs(open.caller), resolve);
    open.interrupt = () => {
      timer.cancel();
      resolve();
    };
  });
}

function exchange(open: OpenDialog, modification: Modification): Promise<Modified> {
  return new Promise((resolve) => {
    const peer = nextHop(open.agent, open.dialog);
    if (!peer) {
      resolve({ status: 503 });
      return;
    }
    const offers = modification.sdp !== undefined;
    if (offers) open.enter("offer-sent");
    if (offers) open.interrupt = () => resolve({ status: 487 });
    open.nextCSeq();
    const { keys, nextCSeq } = open;
    let ack: Buffer | undefined;
    const progress = new Progress(open);
    const settle = (modified: Modified): void => {
      if (offers) open.enter("stable");
      if (offers) open.interrupt = undefined;
      resolve(modified);
      // 481 and 408 end the dialog (RFC 3261 §12.2.1.2); every other refusal leaves it as it was (§14.1).
      if (modified.status === 481 || modified.status === 408) open.fail(modified.status);
    };
    const request = new AuthenticatedRequest(
      open.agent.layer,
      { draft: draft(open, modification), peer, keys, nextCSeq },
      {
        response(response) {
          if (response.status < 200) progress.take(response);
          else if (response.status >= 300) settle(refused(open, response));
          else {
            if (modification.method === "INVITE") ack = acknowledge(open, request, ack);
            settle(accepted(open, response, progress.answer));
          }
        },
        failed(why) {
          settle({ status: why === "timeout" ? 408 : 503 });
        },
      },
    ).start();
  });
}

function draft(open: OpenDialog, { method, sdp }: Modification) {
  const type = sdp === undefined ? "" : SDP_TYPE;
  const extra = open.contactLine() + ALLOW + SUPPORTED + open.timerLines() + open.agent.agentLine + type;
  return draftInDialog(open.agent, open.dialog, method, { extra, body: sdp ?? "" });
}

/** Also for a 2xx that comes again, and for one that comes after our BYE. */
function acknowledge(open: OpenDialog, request: AuthenticatedRequest, sent: Buffer | undefined): Buffer {
  const text = { extra: request.credentialLines, body: "" };
  const ack = { ...draftInDialog(open.agent, open.dialog, "ACK", text), cseq: request.draft.cseq };
  const peer = nextHop(open.agent, open.dialog) ?? request.peer;
  const bytes = sent ?? open.agent.layer.ackBytes(ack, peer);
  open.agent.layer.network.send(peer, bytes);
  return bytes;
}

/** `early`: the answer that came before it. */
function accepted(open: OpenDialog, response: SipResponse, early: string | undefined): Modified {
  open.retarget(response.headers);
  open.refreshedBy(response.headers);
  return { status: response.status, sdp: early ?? sdpOf(response) };
}

/** A peer that asks its user first may say so reliably, and does not go on without a PRACK (RFC 3262 §3). */
class Progress {
  /** In a reliable response: what the 2xx describes is not looked at then (RFC 3261 §13.2.1). */
  answer: string | undefined = undefined;
  private readonly open: OpenDialog;
  private reliable: ReliableResponses | undefined = undefined;

  constructor(open: OpenDialog) {
    this.open = open;
  }

  take(response: SipResponse): void {
    if (!hasOption(response.headers, "require", "100rel") || this.open.over) return;
    this.reliable ??= new ReliableResponses();
    if (this.reliable.acknowledge(this.open, response)) this.answer ??= sdpOf(response);
  }
}

/** A 422 that leaves nothing to raise is a refusal like any other. */
const refused = (open: OpenDialog, { status, headers }: SipResponse): Modified =>
  status === 422 && !open.raiseTimer(headers) ? { status: 488 } : { status };
