// Digest as a server (RFC 3261 §22, RFC 7616, RFC 8760): challenges in the order of the offered algorithms, and the check of
// what comes back. An unknown account costs the same work and gets the same answer as a wrong password.

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import {
  algorithmOf,
  type DigestAlgorithm,
  type DigestParameters,
  digestResponse,
  parseDigest,
} from "../message/digest.ts";
import type { SipRequest } from "../message/parse.ts";
import { fromWire, quote, toWire } from "../message/syntax.ts";

/** A challenge as header lines, or the account that has proved itself. */
export type Checked =
  /** `wrong`: there were credentials for our realm, and they prove nothing. */
  { readonly challenge: string; readonly wrong: boolean } | { readonly username: string };

export type Authenticator = { check(request: SipRequest): Checked };

export type AuthenticatorOptions = {
  readonly clock: Clock;
  readonly realm: string;
  /** Offered, and accepted; strongest first. */
  readonly algorithms: readonly DigestAlgorithm[];
  password(username: string): string | undefined;
};

/** How long a nonce may be used. */
const NONCE_LIFE_MS = 300_000;
/** Nonces in use; beyond it the oldest are forgotten, and their next use is then refused as stale. */
const MAX_NONCES = 100_000;

/** `check` never throws and never says which part was wrong. */
export function authenticator(options: AuthenticatorOptions): Authenticator {
  const nonces = new Nonces(options.clock);
  const nobody = randomBytes(16).toString("hex");
  return {
    check(request) {
      const given = credentialsFor(request, options.realm);
      const verdict = given ? verify(request, given, { options, nonces, nobody }) : "wrong";
      return typeof verdict === "string"
        ? {
            challenge: challenge(options, nonces.issue(), verdict === "stale"),
            wrong: given !== undefined && verdict === "wrong",
          }
        : verdict;
    },
  };
}

type Verdict = "wrong" | "stale" | { readonly username: string };
type Means = { readonly options: AuthenticatorOptions; readonly nonces: Nonces; readonly nobody: string };

/** A request may carry credentials for several realms. */
function credentialsFor(request: SipRequest, realm: string): DigestParameters | undefined {
  for (const line of request.headers.lines("authorization")) {
    const given = parseDigest(line);
    if (given && given.get("realm") === toWire(realm)) return given;
  }
  return undefined;
}

function verify(request: SipRequest, given: DigestParameters, means: Means): Verdict {
  const algorithm = algorithmOf(given);
  const username = fromWire(given.get("username") ?? "");
  const nonce = given.get("nonce") ?? "";
  const counted = countOf(given);
  if (!algorithm || !means.options.algorithms.includes(algorithm) || counted === "malformed") return "wrong";
  const password = means.options.password(username);
  const expected = digestResponse({
    algorithm,
    username,
    realm: toWire(means.options.realm),
    password: password ?? means.nobody,
    method: request.method,
    // The digest's own URI: a proxy on the way may have rewritten the Request-URI (RFC 3261 §22.4).
    uri: given.get("uri") ?? "",
    nonce,
    ...(counted ? { counted } : {}),
  });
  if (!sameText(expected, (given.get("response") ?? "").toLowerCase()) || password === undefined) return "wrong";
  // Only who knows the password learns that his nonce is too old (RFC 7616 §3.3).
  const count = counted ? Number.parseInt(counted.nc, 16) : undefined;
  return means.nonces.use(nonce, count) ? { username } : "stale";
}

/** Without qop the digest has the form of RFC 2069; we offer auth only. */
function countOf(given: DigestParameters): { readonly nc: string; readonly cnonce: string } | undefined | "malformed" {
  const qop = given.get("qop")?.toLowerCase();
  if (qop === undefined) return undefined;
  const nc = given.get("nc") ?? "";
  const cnonce = given.get("cnonce") ?? "";
  return qop === "auth" && /^[0-9a-f]{8}$/i.test(nc) && cnonce !== "" ? { nc, cnonce } : "malformed";
}

function sameText(expected: string, given: string): boolean {
  const left = Buffer.from(expected, "latin1");
  const right = Buffer.from(given, "latin1");
  return left.length === right.length && timingSafeEqual(left, right);
}

function challenge({ realm, algorithms }: AuthenticatorOptions, nonce: string, stale: boolean): string {
  const common = `realm=${quote(toWire(realm))}, nonce="${nonce}", qop="auth"${stale ? ", stale=true" : ""}`;
  return algorithms.map((algorithm) => `WWW-Authenticate: Digest ${common}, algorithm=${algorithm}\r\n`).join("");
}

/**
 * Nonces are signed times: none is stored until it has been used, so that challenges cost no memory. A used one is
 * remembered with its highest count, so that no request can be replayed (RFC 7616 §3.4.5).
 */
class Nonces {
  private readonly clock: Clock;
  private readonly key = randomBytes(32);
  /** In order of first use. */
  private readonly counts = new Map<string, number>();
  /** Nonces issued up to here are too old, whatever their age: one of them has been forgotten. */
  private floor = -1;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  issue(): string {
    const text = `${Math.floor(this.clock.monotonic()).toString(36)}.${randomBytes(9).toString("base64url")}`;
    return `${text}.${this.sign(text)}`;
  }

  /** False for a nonce that is not ours, too old, or already used with this count. `undefined`: it may be used just once. */
  use(nonce: string, count: number | undefined): boolean {
    if (!this.isFresh(nonce)) return false;
    const last = this.counts.get(nonce);
    if (last !== undefined && (count === undefined || count <= last)) return false;
    this.counts.set(nonce, count ?? Number.MAX_SAFE_INTEGER);
    if (last === undefined) this.forgetOld();
    return true;
  }

  private isFresh(nonce: string): boolean {
    const dot = nonce.lastIndexOf(".");
    const text = nonce.slice(0, Math.max(0, dot));
    if (!sameText(this.sign(text), nonce.slice(dot + 1))) return false;
    const issuedAt = Number.parseInt(text, 36);
    return issuedAt > this.floor && this.clock.monotonic() - issuedAt < NONCE_LIFE_MS;
  }

  private sign(text: string): string {
    return createHmac("sha256", this.key).update(text, "latin1").digest("base64url").slice(0, 27);
  }

  private forgetOld(): void {
    for (const nonce of this.counts.keys()) {
      const fresh = this.isFresh(nonce);
      if (fresh && this.counts.size <= MAX_NONCES) return;
      this.counts.delete(nonce);
      if (fresh) this.floor = Math.max(this.floor, Number.parseInt(nonce, 36));
    }
  }
}
