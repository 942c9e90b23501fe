// Digest as a server (RFC 3261 §22, RFC 7616, RFC 8760): challenges in the order of the offered algorithms, and the check of
// what comes back. An unknown account costs the same work and gets the same answer as a wrong password: there is one way through
// `verify` for both, and it hashes as many times and as many bytes.

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Peer } from "../face.ts";
import {
  algorithmOf,
  type DigestAlgorithm,
  type DigestParameters,
  digestHash,
  digestResponse,
  parseDigest,
  type Qop,
} from "../message/digest.ts";
import type { SipRequest } from "../message/parse.ts";
import { detached, fromWire, quote, toWire } from "../message/syntax.ts";

/** A challenge as header lines, or the account that has proved itself. */
export type Checked = { readonly challenge: string } | { readonly username: string };

/** The one door to the accounts, whatever the method: wrong credentials count against `source` here. */
export type Authenticator = { check(request: SipRequest, source: Peer): Checked };

export type AuthenticatorOptions = {
  readonly clock: Clock;
  readonly realm: string;
  /** Offered, and accepted; strongest first. */
  readonly algorithms: readonly DigestAlgorithm[];
  readonly qop: readonly Qop[];
  /** Somebody had credentials for our realm that prove nothing. */
  readonly failed: (source: Peer, request: SipRequest) => void;
  password(username: string): string | undefined;
  /** Nodes with the same key take each other's nonces; their clocks must agree. Absent: a key of our own. */
  readonly nonceKey?: Buffer;
};

/** How long a nonce may be used. */
const NONCE_LIFE_MS = 300_000;
/** How far the clock of another node may be ahead of ours. */
const MAX_AHEAD_MS = 60_000;
/** Nonces in use; beyond it the oldest are forgotten, and their next use is then refused as stale. */
const MAX_NONCES = 100_000;

/** `check` never throws and never says which part was wrong. */
export function authenticator(options: AuthenticatorOptions): Authenticator {
  const nonces = new Nonces(options);
  const nobody = randomBytes(16).toString("hex");
  return {
    check(request, source) {
      const given = credentialsFor(request, options.realm);
      const verdict = given ? verify(request, given, { options, nonces, nobody }) : "none";
      if (typeof verdict !== "string") return verdict;
      if (verdict === "wrong") options.failed(source, request);
      return { challenge: challenge(options, nonces.issue(), verdict === "stale") };
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
  const counted = countOf(given, means.options.qop);
  if (!algorithm || !means.options.algorithms.includes(algorithm) || counted === "malformed") return "wrong";
  const known = means.options.password(username);
  const password = known ?? means.nobody;
  const cnonce = counted?.cnonce ?? given.get("cnonce") ?? "";
  const expected = digestResponse({
    algorithm,
    username,
    realm: toWire(means.options.realm),
    password,
    method: request.method,
    // The digest's own URI: a proxy on the way may have rewritten the Request-URI (RFC 3261 §22.4).
    uri: given.get("uri") ?? "",
    nonce,
    body: request.body,
    firstCnonce: means.nonces.firstCnonce(nonce) ?? cnonce,
    ...(counted ? { counted } : {}),
  });
  evenOut(algorithm, password);
  const right = sameText(expected, (given.get("response") ?? "").toLowerCase());
  if (!right || known === undefined) return "wrong";
  // Only who knows the password learns that his nonce is too old (RFC 7616 §3.3).
  const count = counted ? Number.parseInt(counted.nc, 16) : undefined;
  return means.nonces.use(nonce, { count, cnonce }) ? { username } : "stale";
}

/** A password as long as this or longer is told from a shorter one by the time that it takes, but only by that. */
const LONGEST = 128;

/** Hashes what the password lacks in length, so that nobody can tell how long it is, nor that there is none. */
function evenOut(algorithm: DigestAlgorithm, password: string): void {
  digestHash(algorithm, "x".repeat(Math.max(0, LONGEST - Buffer.byteLength(password))));
}

type Counted = { readonly nc: string; readonly cnonce: string; readonly qop: Qop };

/** Without qop the digest has the form of RFC 2069. */
function countOf(given: DigestParameters, offered: readonly Qop[]): Counted | undefined | "malformed" {
  const asked = given.get("qop")?.toLowerCase();
  if (asked === undefined) return undefined;
  const qop = offered.find((each) => each === asked);
  const nc = given.get("nc") ?? "";
  const cnonce = given.get("cnonce") ?? "";
  return qop && /^[0-9a-f]{8}$/i.test(nc) && cnonce !== "" ? { nc, cnonce, qop } : "malformed";
}

function sameText(expected: string, given: string): boolean {
  const left = Buffer.from(expected, "latin1");
  const right = Buffer.from(given, "latin1");
  return left.length === right.length && timingSafeEqual(left, right);
}

function challenge({ realm, algorithms, qop }: AuthenticatorOptions, nonce: string, stale: boolean): string {
  const common = `realm=${quote(toWire(realm))}, nonce="${nonce}", qop="${qop.join(",")}"${stale ? ", stale=true" : ""}`;
  return algorithms.map((algorithm) => `WWW-Authenticate: Digest ${common}, algorithm=${algorithm}\r\n`).join("");
}

/** `count` undefined: without qop a nonce may be used just once. */
type Use = { readonly count: number | undefined; readonly cnonce: string };

/**
 * Nonces are signed times: none is stored until it has been used, so that challenges cost no memory. A used one is
 * remembered with its highest count, so that no request can be replayed (RFC 7616 §3.4.5).
 */
class Nonces {
  private readonly key: Buffer;
  private readonly time: () => number;
  /** In order of first use: the highest count, and the cnonce that came first (for `-sess`, RFC 7616 §3.4.2). */
  private readonly used = new Map<string, { count: number; readonly cnonce: string }>();
  /** Nonces issued up to here are too old, whatever their age: one of them has been forgotten. */
  private floor = -1;

  constructor({ clock, nonceKey }: Pick<AuthenticatorOptions, "clock" | "nonceKey">) {
    this.key = nonceKey ?? randomBytes(32);
    // Nodes have nothing but the wall clock in common.
    this.time = nonceKey ? () => clock.now() : () => clock.monotonic();
  }

  issue(): string {
    const text = `${Math.floor(this.time()).toString(36)}.${randomBytes(9).toString("base64url")}`;
    return `${text}.${this.sign(text)}`;
  }

  /** False for a nonce that is not ours, too old, or already used with this count. */
  use(nonce: string, { count = Number.MAX_SAFE_INTEGER, cnonce }: Use): boolean {
    if (!this.isFresh(nonce)) return false;
    const last = this.used.get(nonce);
    if (last) {
      if (count <= last.count) return false;
      last.count = count;
      return true;
    }
    // Texts of their own: slices would keep the message alive.
    this.used.set(detached(nonce), { count, cnonce: detached(cnonce) });
    this.forgetOld();
    return true;
  }

  firstCnonce(nonce: string): string | undefined {
    return this.used.get(nonce)?.cnonce;
  }

  private isFresh(nonce: string): boolean {
    const dot = nonce.lastIndexOf(".");
    const text = nonce.slice(0, Math.max(0, dot));
    if (!sameText(this.sign(text), nonce.slice(dot + 1))) return false;
    const issuedAt = Number.parseInt(text, 36);
    const age = this.time() - issuedAt;
    return issuedAt > this.floor && age < NONCE_LIFE_MS && age > -MAX_AHEAD_MS;
  }

  private sign(text: string): string {
    return createHmac("sha256", this.key).update(text, "latin1").digest("base64url").slice(0, 27);
  }

  private forgetOld(): void {
    for (const nonce of this.used.keys()) {
      const fresh = this.isFresh(nonce);
      if (fresh && this.used.size <= MAX_NONCES) return;
      this.used.delete(nonce);
      if (fresh) this.floor = Math.max(this.floor, Number.parseInt(nonce, 36));
    }
  }
}
