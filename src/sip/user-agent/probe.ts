// OPTIONS as a sign of life of a peer (RFC 3261 §11).

import type { Evidence, Peer, ProbeEvidence } from "../face.ts";
import type { SipResponse } from "../message/parse.ts";
import { randomToken } from "../message/random.ts";
import type { RequestDraft } from "../message/serialise.ts";
import { digits, isMalformed, parameter } from "../message/syntax.ts";
import { parseUri } from "../message/uri.ts";
import { AuthenticatedRequest } from "./authenticated-request.ts";
import { ACCEPT, evidenceOf, localEvidence, sparePeers, type UserAgent } from "./user-agent.ts";

/** `patienceMs`: how long each server has for its answer; absent: 64*T1 (Timer F). */
export type Probe = { readonly uri: string; readonly peer?: Peer; readonly patienceMs?: number };

/** A late answer is a stray then. */
const leave = ({ transaction }: AuthenticatedRequest): void => transaction?.abandon();

/** Any final status means that somebody is there; 408 and 503 with `local` that nobody is, at none of the servers. */
export async function probe(agent: UserAgent, { uri, peer: given, patienceMs: ms }: Probe): Promise<ProbeEvidence> {
  if (isMalformed(parseUri(uri))) return localEvidence("transport");
  const [peer, ...others] = given ? [given] : await agent.resolver.find(uri);
  if (!peer) return localEvidence("transport");
  return new Promise((resolve) => {
    const patience = ms === undefined ? undefined : { ms, leave };
    const spare = sparePeers(agent, others);
    const request = { draft: draftTo(agent, uri, peer), peer, spare, patience, nextCSeq: () => 1 };
    new AuthenticatedRequest(agent.layer, request, {
      response: (response) => response.status >= 200 && resolve(seen(response, evidenceOf(response))),
      failed: (why) => resolve(localEvidence(why)),
    }).start();
  });
}

function draftTo(agent: UserAgent, uri: string, peer: Peer): RequestDraft {
  const contact = agent.contactLine("", peer.transport, uri);
  const own = contact.slice(contact.indexOf("<"), contact.indexOf(">") + 1);
  return {
    method: "OPTIONS",
    uri,
    from: `${own};tag=${randomToken()}`,
    to: `<${uri}>`,
    callId: randomToken(),
    cseq: 1,
    route: [],
    extra: contact + ACCEPT + agent.agentLine,
    body: "",
  };
}

/**
 * Our own Via comes back with what the peer saw of us (RFC 3261 §18.2.1, RFC 3581 §4). Over a connection `rport` is the port of the
 * connection, which nobody advertises.
 */
function seen(response: SipResponse, evidence: Evidence): ProbeEvidence {
  const via = response.headers.topVia();
  if (isMalformed(via)) return evidence;
  const address = parameter(via.params, "received");
  const port = via.transport === "UDP" ? digits(parameter(via.params, "rport") ?? "", 65_535) : undefined;
  return {
    ...evidence,
    advertised: { address: via.host, ...(via.port === undefined ? {} : { port: via.port }) },
    ...(address === undefined && port === undefined
      ? {}
      : { seenAs: { ...(address ? { address } : {}), ...(port === undefined ? {} : { port }) } }),
  };
}
