// Digest authentication (RFC 3261 §22.4, RFC 7616, RFC 8760): the arithmetic and the header text, for both sides.

import { createHash } from "node:crypto";
import { COMMA, endOfPart, quote, toWire, unquote } from "./syntax.ts";

/** Names as they stand in `algorithm`. */
export type DigestAlgorithm = "SHA-256" | "MD5";

/** Strongest first (RFC 8760 §2.3). */
export const ALGORITHMS: readonly DigestAlgorithm[] = ["SHA-256", "MD5"];

/** The parameters of a challenge or of credentials, names in lower case, values unquoted. */
export type DigestParameters = ReadonlyMap<string, string>;

/** Undefined for every scheme but Digest. */
export function parseDigest(value: string): DigestParameters | undefined {
  const text = value.trim();
  if (!/^digest\s/i.test(text)) return undefined;
  const found = new Map<string, string>();
  for (let at = 7; at < text.length; ) {
    const end = endOfPart(text, at, COMMA);
    const part = text.slice(at, end);
    const equals = part.indexOf("=");
    if (equals > 0) found.set(part.slice(0, equals).trim().toLowerCase(), unquote(part.slice(equals + 1).trim()));
    at = end + 1;
  }
  return found;
}

/** Absent means MD5 (RFC 7616 §3.3); undefined for one that we do not know. */
export function algorithmOf(parameters: DigestParameters): DigestAlgorithm | undefined {
  const name = (parameters.get("algorithm") ?? "MD5").toUpperCase();
  return ALGORITHMS.find((algorithm) => algorithm === name);
}

const hash = (algorithm: DigestAlgorithm, text: string): string =>
  createHash(algorithm === "MD5" ? "md5" : "sha256")
    .update(text, "latin1")
    .digest("hex");

/** Texts unquoted; `realm`, `uri` and `nonce` in wire text. */
export type DigestInput = {
  readonly algorithm: DigestAlgorithm;
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** With qop=auth; absent for the form of RFC 2069. */
  readonly counted?: { readonly nc: string; readonly cnonce: string };
};

/** request-digest (RFC 7616 §3.4.1), hexadecimal. */
export function digestResponse(input: DigestInput): string {
  const { algorithm, nonce, counted } = input;
  const a1 = hash(algorithm, `${toWire(input.username)}:${input.realm}:${toWire(input.password)}`);
  const a2 = hash(algorithm, `${input.method}:${input.uri}`);
  const middle = counted ? `${nonce}:${counted.nc}:${counted.cnonce}:auth` : nonce;
  return hash(algorithm, `${a1}:${middle}:${a2}`);
}

/** What a server asks for; unquoted. */
export type Challenge = {
  readonly algorithm: DigestAlgorithm;
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** The server offers qop=auth. */
  readonly qop: boolean;
  readonly stale: boolean;
};

/** The strongest challenge that we can answer, from all WWW-Authenticate or Proxy-Authenticate lines of one response. */
export function strongestChallenge(lines: readonly string[]): Challenge | undefined {
  const usable = lines.map(readChallenge).filter((challenge) => challenge !== undefined);
  return usable.sort((a, b) => ALGORITHMS.indexOf(a.algorithm) - ALGORITHMS.indexOf(b.algorithm))[0];
}

function readChallenge(line: string): Challenge | undefined {
  const parameters = parseDigest(line);
  const algorithm = parameters && algorithmOf(parameters);
  const realm = parameters?.get("realm");
  const nonce = parameters?.get("nonce");
  if (!parameters || !algorithm || realm === undefined || nonce === undefined) return undefined;
  const qops = parameters
    .get("qop")
    ?.split(",")
    .map((word) => word.trim().toLowerCase());
  // A server that only offers auth-int gets nothing from us.
  if (qops && !qops.includes("auth")) return undefined;
  const stale = parameters.get("stale")?.toLowerCase() === "true";
  return { algorithm, realm, nonce, opaque: parameters.get("opaque"), qop: qops !== undefined, stale };
}

/** `uri` is the Request-URI; `cnonce` fresh for each use. */
export type CredentialsInput = {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly cnonce: string;
};

/** The value of Authorization or Proxy-Authorization for a first use of the challenge's nonce. */
export function credentialsValue(challenge: Challenge, input: CredentialsInput): string {
  const { algorithm, realm, nonce, opaque, qop } = challenge;
  const { username, password, method, uri, cnonce } = input;
  const nc = "00000001";
  const counted = qop ? { counted: { nc, cnonce } } : {};
  const response = digestResponse({ algorithm, username, realm, password, method, uri, nonce, ...counted });
  let value = `Digest username=${quote(toWire(username))}, realm=${quote(realm)}, nonce=${quote(nonce)}, uri=${quote(uri)}`;
  value += `, response="${response}", algorithm=${algorithm}`;
  if (qop) value += `, cnonce="${cnonce}", qop=auth, nc=${nc}`;
  return opaque === undefined ? value : `${value}, opaque=${quote(opaque)}`;
}
