// Agents' passwords as scrypt hashes (RFC 7914): `scrypt$N$r$p$salt$hash`, salt and hash in base64. Phones are another
// matter: SIP digest needs their plain password.

import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

type Hash = { readonly N: number; readonly r: number; readonly p: number; readonly salt: Buffer; readonly key: Buffer };

/** 16 MiB and some 50 ms for each guess. */
const cost = { N: 16_384, r: 8, p: 1 } as const;
/** A hash of the site file may ask for 64 MiB and the time of four of ours, so that a sign-in cannot stop the machine. */
const most = { memory: 64 * 1024 * 1024, p: 4 } as const;

const derive = (password: string, { N, r, p, salt }: Hash, length: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N, r, p, maxmem: 2 * most.memory };
    scrypt(password.normalize("NFC"), salt, length, options, (fault, key) => (fault ? reject(fault) : resolve(key)));
  });

/** A hash in the form of the site file. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, { ...cost, salt, key: Buffer.alloc(0) }, 32);
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64"), key.toString("base64")].join("$");
}

/** undefined: not a hash of this form, or one that costs more than the gateway may spend. */
function parseHash(text: string): Hash | undefined {
  const match =
    /^scrypt\$(\d{4,7})\$(\d{1,2})\$(\d)\$([A-Za-z0-9+/]{16,128}={0,2})\$([A-Za-z0-9+/]{22,128}={0,2})$/.exec(text);
  if (!match) return undefined;
  const [, N = "", r = "", p = "", salt = "", key = ""] = match;
  const hash = { N: +N, r: +r, p: +p, salt: Buffer.from(salt, "base64"), key: Buffer.from(key, "base64") };
  const isPower = 2 ** Math.log2(hash.N) === hash.N && Number.isInteger(Math.log2(hash.N));
  const affordable = 128 * hash.N * hash.r <= most.memory && hash.r > 0 && hash.p > 0 && hash.p <= most.p;
  return isPower && affordable ? hash : undefined;
}

/** What the site file may hold as an agent's password: a hash that can be checked, or "". */
export const isStoredPassword = (text: string): boolean => text === "" || parseHash(text) !== undefined;

/** Compared against when there is nothing to compare with: the same work. */
const nobody: Hash = { ...cost, salt: Buffer.alloc(16), key: Buffer.alloc(32) };

/**
 * Does the password fit what is stored? `stored` undefined = unknown agent: costs the same scrypt as a wrong password
 * and is never true. `stored` "" = an empty password, which trying it would tell as well, so that time may tell it.
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  if (stored === "") return password === "";
  const hash = stored === undefined ? undefined : parseHash(stored);
  const against = hash ?? nobody;
  const key = await derive(password, against, against.key.length);
  return timingSafeEqual(key, against.key) && hash !== undefined;
}
