// Digest authentication (RFC 3261 §22.4, RFC 7616, RFC 8760): the arithmetic and the header text, for both sides.

import { createHash } from "node:crypto";
import { COMMA, endOfPart, quote, toWire, unquote } from "./syntax.ts";

type Hash = "SHA-512-256" | "SHA-256" | "MD5";

/** Names as they stand in `algorithm`; with `-sess` the first use of a nonce makes the key of all later ones (RFC 7616 §3.4.2). */
export type DigestAlgorithm = Hash | `${Hash}-sess`;

/** RFC 7616 §3.3: `auth-int` covers the body too. */
export type Qop = "auth" | "auth-int";

/** Strongest first (RFC 8760 §2.3). The two of the SHA-2 family are equally strong. */
const HASHES: readonly Hash[] = ["SHA-512-256", "SHA-256", "MD5"];
const ALGORITHMS: readonly DigestAlgorithm[] = HASHES.flatMap((hash) => [hash, `${hash}-sess` as const]);

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
  return ALGORITHMS.find((algorithm) => algorithm.toUpperCase() === name);
}

const isSession = (algorithm: DigestAlgorithm): boolean => algorithm.endsWith("-sess");

const OPENSSL_NAMES: Readonly<Record<Hash, string>> = { "SHA-512-256": "sha512-256", "SHA-256": "sha256", MD5: "md5" };

/** Hexadecimal, of wire text: one character a byte. */
export function digestHash(algorithm: DigestAlgorithm, text: string): string {
  const name = OPENSSL_NAMES[algorithm.replace("-sess", "") as Hash];
  return createHash(name).update(text, "latin1").digest("hex");
}

/** Texts unquoted; `realm`, `uri` and `nonce` in wire text. */
export type DigestInput = {
  readonly algorithm: DigestAlgorithm;
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** With a qop; absent for the form of RFC 2069. */
  readonly counted?: { readonly nc: string; readonly cnonce: string; readonly qop: Qop };
  /** The message's, for `auth-int`. */
  readonly body?: string;
  /** For `-sess`: the cnonce of the nonce's first use. */
  readonly firstCnonce?: string;
};

/** request-digest (RFC 7616 §3.4.1), hexadecimal. */
export function digestResponse(input: DigestInput): string {
  const { algorithm, nonce, counted, firstCnonce = counted?.cnonce ?? "" } = input;
  const secret = digestHash(algorithm, `${toWire(input.username)}:${input.realm}:${toWire(input.password)}`);
  const a1 = isSession(algorithm) ? digestHash(algorithm, `${secret}:${nonce}:${firstCnonce}`) : secret;
  const integrity = counted?.qop === "auth-int" ? `:${digestHash(algorithm, toWire(input.body ?? ""))}` : "";
  const a2 = digestHash(algorithm, `${input.method}:${input.uri}${integrity}`);
  const middle = counted ? `${nonce}:${counted.nc}:${counted.cnonce}:${counted.qop}` : nonce;
  return digestHash(algorithm, `${a1}:${middle}:${a2}`);
}

/** RFC 7616 §3.4.4: the name that hides the name. */
export const hashedUsername = (algorithm: DigestAlgorithm, username: string, realm: string): string =>
  digestHash(algorithm, `${toWire(username)}:${realm}`);

/** What a server asks for; unquoted. */
export type Challenge = {
  readonly algorithm: DigestAlgorithm;
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** What we shall use; absent when the server offers none (RFC 2069). */
  readonly qop: Qop | undefined;
  readonly stale: boolean;
  /** The server wants the user name hashed. */
  readonly userhash: boolean;
};

/**
 * For each realm the strongest challenge that we can answer, from all WWW-Authenticate or Proxy-Authenticate lines of one
 * response; of equally strong ones the first, which the server prefers (RFC 8760 §2.4). A forking proxy puts those of several
 * realms into one response (RFC 3261 §22.3).
 */
export function strongestChallenges(lines: readonly string[]): Challenge[] {
  const byRealm = new Map<string, Challenge>();
  for (const line of lines) {
    const challenge = readChallenge(line);
    const known = challenge && byRealm.get(challenge.realm);
    if (challenge && (!known || strength(challenge) > strength(known))) byRealm.set(challenge.realm, challenge);
  }
  return [...byRealm.values()];
}

const strength = ({ algorithm }: Challenge): number => (algorithm.startsWith("MD5") ? 0 : 1);

function readChallenge(line: string): Challenge | undefined {
  const parameters = parseDigest(line);
  const algorithm = parameters && algorithmOf(parameters);
  const realm = parameters?.get("realm");
  const nonce = parameters?.get("nonce");
  if (!parameters || !algorithm || realm === undefined || nonce === undefined) return undefined;
  const offered = parameters.get("qop")?.toLowerCase().split(",");
  const qop = offered && chooseQop(offered.map((word) => word.trim()));
  if (offered && !qop) return undefined;
  const is = (name: string): boolean => parameters.get(name)?.toLowerCase() === "true";
  return {
    algorithm,
    realm,
    nonce,
    opaque: parameters.get("opaque"),
    qop,
    stale: is("stale"),
    userhash: is("userhash"),
  };
}

/** `auth` where it is enough: what stands on the way may rewrite a session description (RFC 3261 §22.4 leaves the choice). */
const chooseQop = (offered: readonly string[]): Qop | undefined =>
  (["auth", "auth-int"] as const).find((qop) => offered.includes(qop));

/** `uri` is the Request-URI; `count` says how many requests have used the nonce, this one included. */
export type CredentialsInput = {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly body: string;
  /** The same for all uses of one nonce. */
  readonly cnonce: string;
  readonly count: number;
};

/** The value of Authorization or Proxy-Authorization. */
export function credentialsValue(challenge: Challenge, input: CredentialsInput): string {
  const { algorithm, realm, nonce, opaque, qop, userhash } = challenge;
  const { username, password, method, uri, body, cnonce } = input;
  const nc = input.count.toString(16).padStart(8, "0");
  const counted = qop ? { counted: { nc, cnonce, qop } } : {};
  const text = { algorithm, username, realm, password, method, uri, nonce, body, firstCnonce: cnonce };
  const response = digestResponse({ ...text, ...counted });
  const name = userhash ? hashedUsername(algorithm, username, realm) : toWire(username);
  let value = `Digest username=${quote(name)}, realm=${quote(realm)}, nonce=${quote(nonce)}, uri=${quote(uri)}`;
  value += `, response="${response}", algorithm=${algorithm}`;
  if (qop) value += `, cnonce="${cnonce}", qop=${qop}, nc=${nc}`;
  else if (isSession(algorithm)) value += `, cnonce="${cnonce}"`;
  if (userhash) value += ", userhash=true";
  return opaque === undefined ? value : `${value}, opaque=${quote(opaque)}`;
}
