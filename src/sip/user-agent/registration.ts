// We as a registering client (RFC 3261 §10.2): registers, refreshes before the binding runs out, tries again after a failure,
// and takes the binding away at the end.

import type { Timer } from "../../base/clock.ts";
import type { Account, AccountState, Peer } from "../face.ts";
import { parseNameAddress } from "../message/address.ts";
import { hasOption } from "../message/option-tags.ts";
import type { SipResponse } from "../message/parse.ts";
import { randomToken } from "../message/random.ts";
import { oneLine, type RequestDraft } from "../message/serialise.ts";
import { digits, isMalformed, parameter } from "../message/syntax.ts";
import { escapeUser, parseUri } from "../message/uri.ts";
import { stackOf } from "../stack.ts";
import type { ClientUser } from "../transaction/client.ts";
import { AuthenticatedRequest } from "./authenticated-request.ts";
import { KeptFlow } from "./kept-flow.ts";
import { Keyring } from "./keyring.ts";
import { evidenceOf, localEvidence, sparePeers, type UserAgent } from "./user-agent.ts";

/** After a refusal or silence, ms: doubled each time up to the second one. */
const RETRY_MS = 2_000;
const MAX_RETRY_MS = 60_000;
const MAX_EXPIRES_S = 2 ** 31 - 1;

/** The observer hears each success and each failure; registering goes on after both until `stop` or `halt`. */
export function startRegistration(
  agent: UserAgent,
  account: Account,
  observer: (state: AccountState) => void,
): { stop(): Promise<void>; halt(): void; connectionClosed(peer: Peer): void } {
  const registration = new Registration(agent, account, observer);
  registration.refresh();
  return {
    stop: () => registration.stop(),
    halt: () => registration.halt(),
    connectionClosed: (peer) => registration.connectionClosed(peer),
  };
}

class Registration {
  private readonly agent: UserAgent;
  private readonly account: Account;
  private readonly observer: (state: AccountState) => void;
  private readonly callId = randomToken();
  private readonly tag = randomToken();
  /** Of the last attempt, without its CRLF. */
  private contact = "";
  private peer: Peer | undefined = undefined;
  private readonly keys: Keyring;
  private cseq = 0;
  private expiresS: number;
  private retryMs = RETRY_MS;
  private timer: Timer | undefined = undefined;
  /** The last one that has gone out. */
  private request: AuthenticatedRequest | undefined = undefined;
  private stopped = false;
  /** Until the first hop says that it keeps no flows (439). */
  private outbound: boolean;
  private readonly flow: KeptFlow;

  constructor(agent: UserAgent, account: Account, observer: (state: AccountState) => void) {
    this.agent = agent;
    this.account = account;
    this.keys = new Keyring(account.credentials);
    this.observer = observer;
    this.expiresS = account.expiresS;
    this.outbound = account.outbound ?? false;
    this.flow = new KeptFlow(agent);
  }

  refresh(): void {
    this.send(this.expiresS, {
      response: (response) => this.answered(response),
      failed: (why) => this.refused(localEvidence(why)),
    });
  }

  /** Resolves when the registrar has answered, or when it clearly does not. */
  stop(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    this.halt();
    return new Promise((resolve) => {
      this.send(0, { response: ({ status }) => status >= 200 && resolve(), failed: () => resolve() });
    });
  }

  /**
   * Sends nothing more, and leaves the binding to run out. A refresh that is under way is not sent again either: to a registrar that has
   * taken the binding away it would be a new one (RFC 3261 §10.3, step 7).
   */
  halt(): void {
    this.stopped = true;
    this.timer?.cancel();
    this.request?.transaction?.abandon();
    this.flow.leave();
  }

  /** RFC 5626 §4.5: without the flow nobody reaches us. */
  connectionClosed(peer: Peer): void {
    if (this.stopped || !this.flow.isOver(peer)) return;
    this.flow.leave();
    this.plan(this.retryMs);
  }

  private send(expiresS: number, user: ClientUser): void {
    const { agent, account } = this;
    const { registrar } = account;
    const peers = typeof registrar === "string" ? agent.resolver.known(registrar) : [registrar];
    if (peers) this.sendTo(peers, expiresS, user);
    else
      void agent.resolver.find(String(registrar)).then((found) => {
        // A refresh that has waited for DNS meanwhile would bind again what `stop` has unbound.
        if (!this.stopped || expiresS === 0) this.sendTo(found, expiresS, user);
      });
  }

  private sendTo([peer, ...others]: readonly Peer[], expiresS: number, user: ClientUser): void {
    const { agent, account } = this;
    if (!peer) {
      user.failed("transport");
      return;
    }
    this.contact = agent.contactLine(account.user, peer.transport, "sip:").trimEnd();
    if (this.outbound) this.contact += `;+sip.instance="${agent.instance}";reg-id=1`;
    this.peer = peer;
    const nextCSeq = () => ++this.cseq;
    const request = {
      draft: this.draft(expiresS, nextCSeq()),
      peer,
      spare: sparePeers(agent, others),
      keys: this.keys,
      nextCSeq,
    };
    this.request = new AuthenticatedRequest(agent.layer, request, user).start();
  }

  private draft(expiresS: number, cseq: number): RequestDraft {
    const domain = oneLine(this.account.domain);
    const address = `<sip:${escapeUser(this.account.user)}@${domain}>`;
    return {
      method: "REGISTER",
      uri: `sip:${domain}`,
      from: `${address};tag=${this.tag}`,
      to: address,
      callId: this.callId,
      cseq,
      route: [],
      extra: `${this.contact};expires=${expiresS}\r\nExpires: ${expiresS}\r\n${this.supported()}${this.agent.agentLine}`,
      body: "",
    };
  }

  private supported(): string {
    return this.outbound ? "Supported: path, outbound, gruu\r\n" : "";
  }

  private answered(response: SipResponse): void {
    if (response.status < 200 || this.stopped) return;
    if (response.status === 439 && this.outbound) {
      this.outbound = false;
      this.refresh();
      return;
    }
    const least = digits(response.headers.get("min-expires") ?? "", MAX_EXPIRES_S);
    if (response.status === 423 && least !== undefined && least > this.expiresS) {
      // §10.2.8: at once again, for as long as the registrar wants.
      this.expiresS = least;
      this.refresh();
    } else if (response.status < 300) this.registered(response);
    else this.refused(evidenceOf(response));
  }

  private registered(response: SipResponse): void {
    const own = this.own(response);
    const expiresS = own.expiresS ?? digits(response.headers.get("expires") ?? "", MAX_EXPIRES_S) ?? this.expiresS;
    this.retryMs = RETRY_MS;
    // Early enough for a lost datagram and its retransmissions, yet never in a tight loop.
    const refreshMs = Math.max(1_000, expiresS > 120 ? (expiresS - 32) * 1_000 : expiresS * 500);
    this.plan(refreshMs);
    if (this.peer && hasOption(response.headers, "require", "outbound")) this.flow.keep(this.peer, response.headers);
    this.tell({ name: "registered", expiresS, ...(own.gruu === undefined ? {} : { gruu: own.gruu }) });
  }

  /** What the registrar says of our own contact among all that it lists (§10.2.4, RFC 5627 §4.1). */
  private own(response: SipResponse): { readonly expiresS?: number | undefined; readonly gruu?: string | undefined } {
    const ours = parseNameAddress(this.contact.slice(this.contact.indexOf(":") + 1));
    for (const value of response.headers.list("contact")) {
      const address = parseNameAddress(value);
      if (isMalformed(address) || isMalformed(ours) || !sameContact(address.uri, ours.uri)) continue;
      const told = this.outbound ? parameter(address.params, "pub-gruu") : undefined;
      const gruu = told === undefined || isMalformed(parseUri(told)) ? undefined : told;
      return { expiresS: digits(parameter(address.params, "expires") ?? "", MAX_EXPIRES_S), gruu };
    }
    return {};
  }

  private refused(evidence: { readonly status: number; readonly reason: string; readonly retryAfterS?: number }): void {
    if (this.stopped) return;
    const { status, reason, retryAfterS } = evidence;
    this.plan(retryAfterS === undefined ? this.retryMs : Math.max(1, retryAfterS) * 1_000);
    this.retryMs = Math.min(2 * this.retryMs, MAX_RETRY_MS);
    this.tell({ name: "refused", status, reason });
  }

  private tell(state: AccountState): void {
    try {
      this.observer(state);
    } catch (error) {
      this.agent.log.error({ state: state.name, error: stackOf(error) }, "a registration observer threw");
    }
  }

  private plan(ms: number): void {
    this.timer?.cancel();
    // Longer than a timer of the platform can be is simply tomorrow.
    this.timer = this.agent.clock.after(Math.min(ms, 86_400_000), () => this.refresh());
  }
}

/** User, host and port decide; parameters may have been changed on the way. */
function sameContact(left: string, right: string): boolean {
  const a = parseUri(left);
  const b = parseUri(right);
  if (isMalformed(a) || isMalformed(b)) return false;
  return a.user === b.user && a.host.toLowerCase() === b.host.toLowerCase() && (a.port ?? 5060) === (b.port ?? 5060);
}
