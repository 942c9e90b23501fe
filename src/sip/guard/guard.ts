// The guard at the sockets: who is not heard. Strangers have a rate limit each; who scans or tries passwords is banned for a
// while, which means silence: an answer would tell him that he is at the right door. What is malformed never bans anybody.

import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { subscriberPrefix } from "../../base/subscriber.ts";
import type { Ban, GuardOptions, SipDrop } from "../face.ts";
import { parse, type SipRequest } from "../message/parse.ts";
import { isMalformed } from "../message/syntax.ts";
import { originOf } from "./origin.ts";

/** A stranger may send so many messages at once, and so many a second after that: hundreds of phones behind one NAT do. */
const BURST = 1_000;
const PER_SECOND = 200;
/** Connections of one address at a time, idle ones too: hundreds of phones behind one NAT have one each. */
const MAX_CONNECTIONS = 1_000;
/** Wrong passwords and refused calls from one address; a phone with a mistyped one tries once a minute. */
const MAX_FAILURES = 20;
const FAILURE_WINDOW_MS = 600_000;
const BAN_MS = 900_000;
/** Addresses remembered at a time: who invents addresses does not fill the memory. */
const MAX_ADDRESSES = 50_000;

/**
 * Tools that look for open SIP servers and weak passwords, by how they name themselves. No phone has such a name. It is looked for
 * at the beginning only, since every stranger's bytes come here: without bounds, a line of blanks would be gone through again from each of them.
 */
const SCANNER =
  /^user-agent[ \t]{0,8}:([^\r\n]{0,128}?(?:friendly-scanner|friendly-request|sipvicious|sundayddr|sip-?scan|smap\/|sipcli|iwar|vaxsipuseragent|pplsip|eyebeam\/9\.9|nm@p)[^\r\n]{0,64})/im;

type Refused = Extract<Ban["reason"], "dictionary" | "stranger">;

type Stranger = {
  tokens: number;
  at: number;
  /** Refused so far in this window, by what. */
  failures: Record<Refused, number>;
  failingSince: number;
  bannedUntil: number;
  muted: boolean;
  connections: number;
};

const noFailures = (): Stranger["failures"] => ({ dictionary: 0, stranger: 0 });

type Around = { readonly clock: Clock; readonly log: Log; readonly dropped?: ((reason: SipDrop) => void) | undefined };

/** One per endpoint; `admits` sees every message before anything else does. */
export class Guard {
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly options: GuardOptions;
  private readonly dropped: (reason: SipDrop) => void;
  private readonly strangers = new Map<string, Stranger>();

  constructor(options: GuardOptions, { clock, log, dropped = () => {} }: Around) {
    this.options = options;
    this.clock = clock;
    this.log = log;
    this.dropped = dropped;
  }

  /** False: the message is dropped without a word. `source`: where it came from, perhaps a proxy of ours. */
  admits(source: string, bytes: Buffer): boolean {
    const address = this.isProxy(source) ? this.behind(source, bytes) : source;
    if (this.isFree(address)) return true;
    const now = this.clock.monotonic();
    const stranger = this.stranger(address, now);
    if (stranger.bannedUntil > now) return this.drop("banned");
    if (!this.spend(stranger, address, now)) return this.drop("rate");
    const scanner = SCANNER.exec(bytes.toString("latin1"))?.[1];
    if (scanner === undefined || isMalformed(parse(bytes))) return true;
    this.ban(stranger, address, {
      reason: "scanner",
      detail: scanner
        .trim()
        .replace(/[^\x20-\x7e]/g, "?")
        .slice(0, 64),
    });
    return this.drop("banned");
  }

  /** Whether a connection of this address is taken; then `left` comes at its end. */
  enters(address: string): boolean {
    if (this.isFree(address)) return true;
    const now = this.clock.monotonic();
    const stranger = this.stranger(address, now);
    if (stranger.bannedUntil > now) return this.drop("banned");
    if (stranger.connections >= MAX_CONNECTIONS) return this.drop("connections");
    stranger.connections += 1;
    return true;
  }

  left(address: string): void {
    const stranger = this.strangers.get(subscriberPrefix(address));
    if (stranger) stranger.connections = Math.max(0, stranger.connections - 1);
  }

  /** Whether its keep-alives are answered: to whoever is banned we are not there. */
  isBanned(address: string): boolean {
    const stranger = this.strangers.get(subscriberPrefix(address));
    if (!stranger || stranger.bannedUntil <= this.clock.monotonic()) return false;
    return !this.isFree(address);
  }

  private drop(reason: SipDrop): false {
    this.dropped(reason);
    return false;
  }

  /** Credentials in this request were wrong, or its sender may not call. */
  refused(source: string, request: SipRequest, reason: Refused): void {
    const address = originOf(request.headers, source, this.isProxy);
    if (this.isFree(address)) return;
    const now = this.clock.monotonic();
    const stranger = this.stranger(address, now);
    if (now - stranger.failingSince > FAILURE_WINDOW_MS) {
      stranger.failingSince = now;
      stranger.failures = noFailures();
    }
    stranger.failures[reason] += 1;
    if (stranger.failures[reason] < MAX_FAILURES) return;
    const what = reason === "dictionary" ? "wrong passwords" : "calls by nobody whom we know";
    this.ban(stranger, address, { reason, detail: `${MAX_FAILURES} ${what}` });
  }

  private readonly isProxy = (address: string): boolean => this.options.proxies?.(address) === true;

  private isFree(address: string): boolean {
    return this.isProxy(address) || this.options.trusts(address);
  }

  /** Responses are the proxy's own word, and so is what is no message. */
  private behind(proxy: string, bytes: Buffer): string {
    const message = parse(bytes);
    return isMalformed(message) || message.kind === "response" ? proxy : originOf(message.headers, proxy, this.isProxy);
  }

  private stranger(address: string, now: number): Stranger {
    const key = subscriberPrefix(address);
    const known = this.strangers.get(key);
    if (known) return known;
    if (this.strangers.size >= MAX_ADDRESSES) this.forgetOldest(now);
    const stranger = {
      tokens: BURST,
      at: now,
      failures: noFailures(),
      failingSince: now,
      bannedUntil: 0,
      muted: false,
      connections: 0,
    };
    this.strangers.set(key, stranger);
    return stranger;
  }

  /** The oldest that is not banned; with bans alone, the oldest ban. */
  private forgetOldest(now: number): void {
    let tried = 0;
    for (const [key, { bannedUntil }] of this.strangers) {
      tried += 1;
      if (bannedUntil > now && tried < 100) continue;
      this.strangers.delete(key);
      return;
    }
  }

  private spend(stranger: Stranger, address: string, now: number): boolean {
    stranger.tokens = Math.min(BURST, stranger.tokens + ((now - stranger.at) * PER_SECOND) / 1_000);
    stranger.at = now;
    if (stranger.tokens >= 1) {
      stranger.tokens -= 1;
      if (stranger.tokens > BURST / 2) stranger.muted = false;
      return true;
    }
    if (!stranger.muted)
      this.log.warn({ peer: address, perSecond: PER_SECOND }, "too many SIP messages: some are dropped");
    stranger.muted = true;
    return false;
  }

  private ban(stranger: Stranger, address: string, why: Pick<Ban, "reason" | "detail">): void {
    stranger.bannedUntil = this.clock.monotonic() + BAN_MS;
    stranger.failures = noFailures();
    this.options.banned({ address, ...why, until: this.clock.now() + BAN_MS });
  }
}
