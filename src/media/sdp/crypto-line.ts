// Keys in SDP (RFC 4568): the a=crypto lines of SRTP with the two suites that every phone has. The text of a key is a secret:
// it stands in descriptions and in the orders to the worker, nowhere else.

/** RFC 4568 §6.2. */
export type Suite = "AES_CM_128_HMAC_SHA1_80" | "AES_CM_128_HMAC_SHA1_32";
export const suites: readonly Suite[] = ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"];

export type CryptoLine = {
  readonly tag: number;
  readonly suite: Suite;
  /** 16 octets of master key and 14 of salt, base64 (RFC 4568 §6.1). */
  readonly key: string;
};

/**
 * The value of a=crypto (RFC 4568 §9.2). undefined: not to be used, because it is malformed, of another suite, has more keys
 * than one, an MKI or session parameters. A lifetime is let pass: a call ends long before 2^31 packets.
 */
export function readCrypto(value: string): CryptoLine | undefined {
  const parts = /^(\d{1,9}) +([\w-]{1,64}) +inline:([A-Za-z0-9+/]{40})(?:\|(?:2\^)?\d{1,10})? *$/.exec(value);
  if (!parts) return undefined;
  const [, tag = "", name, key = ""] = parts;
  const suite = suites.find((one) => one === name);
  return suite && { tag: Number(tag), suite, key };
}

export const writeCrypto = ({ tag, suite, key }: CryptoLine): string => `a=crypto:${tag} ${suite} inline:${key}`;
