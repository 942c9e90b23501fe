// OPTIONS as a sign of life of a peer (RFC 3261 §11).

import type { Evidence, Peer } from "../face.ts";
import { randomToken } from "../message/random.ts";
import { isMalformed } from "../message/syntax.ts";
import { parseUri } from "../message/uri.ts";
import { ACCEPT, evidenceOf, localEvidence, peerOf, type UserAgent } from "./user-agent.ts";

/** Any final status means that somebody is there; 408 and 503 with `local` that nobody is. */
export function probe(agent: UserAgent, request: { readonly uri: string; readonly peer?: Peer }): Promise<Evidence> {
  const { uri } = request;
  const peer = request.peer ?? peerOf(uri);
  if (!peer || isMalformed(parseUri(uri))) return Promise.resolve(localEvidence("transport"));
  const contact = agent.contactLine("", peer.transport, uri);
  const own = contact.slice(contact.indexOf("<"), contact.indexOf(">") + 1);
  return new Promise((resolve) => {
    agent.layer.send(
      {
        method: "OPTIONS",
        uri,
        from: `${own};tag=${randomToken()}`,
        to: `<${uri}>`,
        callId: randomToken(),
        cseq: 1,
        route: [],
        extra: contact + ACCEPT + agent.agentLine,
        body: "",
      },
      peer,
      {
        response: (response) => response.status >= 200 && resolve(evidenceOf(response)),
        failed: (why) => resolve(localEvidence(why)),
      },
    );
  });
}
