// An INFO of ours inside a dialog (RFC 6086, legacy usage §2): digits for a peer that takes them in no other way.

import { AuthenticatedRequest } from "../user-agent/authenticated-request.ts";
import { draftInDialog, nextHop } from "./dialog.ts";
import type { OpenDialog } from "./open-dialog.ts";

export type Information = { readonly contentType: string; readonly body: string };

/** Resolves with the final status; never rejects. */
export function inform(open: OpenDialog, { contentType, body }: Information): Promise<number> {
  return new Promise((resolve) => {
    const { agent, keys, nextCSeq } = open;
    const peer = nextHop(agent, open.dialog);
    if (open.over || !peer) {
      resolve(open.over ? 481 : 503);
      return;
    }
    open.nextCSeq();
    const extra = `${agent.agentLine}Content-Type: ${contentType}\r\n`;
    const draft = draftInDialog(agent, open.dialog, "INFO", { extra, body });
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
