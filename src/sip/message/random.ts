// Random words for tags, branches and Call-IDs (RFC 3261 §19.3: at least 32 bits that nobody can guess).

import { randomBytes } from "node:crypto";

const BYTES = 12;
const POOL = BYTES * 256;

let pool = Buffer.alloc(0);
let used = 0;

/** 96 random bits as 24 hexadecimal digits. */
export function randomToken(): string {
  // One call into the generator serves 256 words: it costs a microsecond each time.
  if (used >= pool.length) {
    pool = randomBytes(POOL);
    used = 0;
  }
  used += BYTES;
  return pool.toString("hex", used - BYTES, used);
}
