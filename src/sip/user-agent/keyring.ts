// What a client has been challenged for, by realm (RFC 3261 §22.2, §22.3): a request that passes several proxies carries an
// answer for each. Kept for a registration or a call, so that later requests answer before they are asked, with the next nonce
// count (RFC 7616 §3.4).

import type { Credentials } from "../face.ts";
import { type Challenge, credentialsValue, parseDigest, strongestChallenges } from "../message/digest.ts";
import type { SipResponse } from "../message/parse.ts";
import { randomToken } from "../message/random.ts";
import type { RequestDraft } from "../message/serialise.ts";
import { detached, toWire } from "../message/syntax.ts";

const HEADERS = {
  401: { challenge: "www-authenticate", answer: "Authorization" },
  407: { challenge: "proxy-authenticate", answer: "Proxy-Authorization" },
} as const;
const INFO = { Authorization: "authentication-info", "Proxy-Authorization": "proxy-authentication-info" } as const;

/** A first answer to a realm, and one more for a stale nonce. */
const MAX_ANSWERS = 2;
const MAX_REALMS = 8;

/** Of one request: realm -> how many of its challenges have been answered. */
export type Answered = Map<string, number>;

type Answer = {
  readonly header: keyof typeof INFO;
  readonly challenge: Challenge;
  readonly cnonce: string;
  count: number;
};

export class Keyring {
  private readonly credentials: Credentials;
  private readonly answers = new Map<string, Answer>();

  constructor(credentials: Credentials) {
    this.credentials = credentials;
  }

  /** Header lines for this request; each call counts as a use of the nonces in it. */
  lines({ method, uri, body }: Pick<RequestDraft, "method" | "uri" | "body">): string {
    let lines = "";
    for (const answer of this.answers.values()) {
      const { header, challenge, cnonce } = answer;
      answer.count += 1;
      const { username, password } = this.accountFor(challenge.realm);
      const input = { username, password, method, uri, body, cnonce, count: answer.count };
      lines += `${header}: ${credentialsValue(challenge, input)}\r\n`;
    }
    return lines;
  }

  /** Takes the challenges of a 401 or 407. False when there is nothing (more) to say to one of them: it is then forgotten. */
  learn(response: SipResponse, status: 401 | 407, answered: Answered): boolean {
    const { challenge: name, answer: header } = HEADERS[status];
    const challenges = strongestChallenges(response.headers.lines(name));
    if (challenges.length === 0) return false;
    return challenges.map((challenge) => this.take(header, challenge, answered)).every((taken) => taken);
  }

  /** RFC 7616 §3.5: the nonce to use from now on. */
  heed(response: SipResponse): void {
    for (const [key, answer] of this.answers) {
      const line = response.headers.get(INFO[answer.header]);
      const nonce = line === undefined ? undefined : parseDigest(`Digest ${line}`)?.get("nextnonce");
      if (nonce === undefined || nonce === answer.challenge.nonce || this.has(answer)) continue;
      this.answers.set(key, { ...answer, challenge: { ...answer.challenge, nonce: detached(nonce) }, count: 0 });
    }
  }

  /** What was learned at one server is of no use at another. */
  clear(): void {
    this.answers.clear();
  }

  /** The header says nothing of the realm: with two of them nobody knows which one it means. */
  private has(answer: Answer): boolean {
    return [...this.answers.values()].some((other) => other !== answer && other.header === answer.header);
  }

  private take(header: Answer["header"], challenge: Challenge, answered: Answered): boolean {
    const key = detached(`${header} ${challenge.realm}`);
    const before = answered.get(key) ?? 0;
    const again = before > 0 && (before >= MAX_ANSWERS || !challenge.stale);
    const tooMany = !this.answers.has(key) && this.answers.size >= MAX_REALMS;
    if (again || tooMany) {
      this.answers.delete(key);
      return false;
    }
    answered.set(key, before + 1);
    const kept = { ...challenge, realm: detached(challenge.realm), nonce: detached(challenge.nonce) };
    const opaque = challenge.opaque === undefined ? undefined : detached(challenge.opaque);
    this.answers.set(key, { header, challenge: { ...kept, opaque }, cnonce: randomToken(), count: 0 });
    return true;
  }

  private accountFor(realm: string): { readonly username: string; readonly password: string } {
    return this.credentials.realms?.find((other) => toWire(other.realm) === realm) ?? this.credentials;
  }
}

export const keyringFor = (credentials: Credentials | undefined): Keyring | undefined =>
  credentials && new Keyring(credentials);
