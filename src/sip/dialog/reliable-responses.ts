// The reliable provisional responses that one INVITE of ours gets in a dialog: each in its order is answered by a PRACK (RFC 3262 §4).

import type { SipResponse } from "../message/parse.ts";
import { rseqOf } from "../message/rack.ts";
import { isMalformed } from "../message/syntax.ts";
import { AuthenticatedRequest } from "../user-agent/authenticated-request.ts";
import { draftInDialog, nextHop } from "./dialog.ts";
import type { OpenDialog } from "./open-dialog.ts";

const UNHEARD = { response: () => {}, failed: () => {} };

export class ReliableResponses {
  private rseq: number | undefined = undefined;

  /** False for one that came again or too early: it is not looked at, and gets no PRACK. */
  acknowledge(open: OpenDialog, { headers }: SipResponse): boolean {
    const [rseq, cseq, peer] = [rseqOf(headers), headers.cseq(), nextHop(open.agent, open.dialog)];
    if (rseq === undefined || isMalformed(cseq) || !peer) return false;
    if (this.rseq !== undefined && rseq !== this.rseq + 1) return false;
    this.rseq = rseq;
    open.nextCSeq();
    const { agent, keys, nextCSeq } = open;
    const extra = `RAck: ${rseq} ${cseq.number} INVITE\r\n${agent.agentLine}`;
    const draft = draftInDialog(agent, open.dialog, "PRACK", { extra, body: "" });
    new AuthenticatedRequest(agent.layer, { draft, peer, keys, nextCSeq }, UNHEARD).start();
    return true;
  }
}
