// The certificate of our DTLS (RFC 8842): signed by itself, because the peer believes its fingerprint in the SDP and nothing else.
// X.509 (RFC 5280) in DER by hand: three names, a key and a signature.

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

export type Identity = {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the certificate: AA:BB:… */
  readonly fingerprint: string;
};

let known: Identity | undefined;

/** Made at the first call that needs it, then the same for the life of the process. PEM. */
export function ourIdentity(): Identity {
  known ??= makeIdentity();
  return known;
}

export const fingerprintOf = (der: Uint8Array): string =>
  createHash("sha256")
    .update(der)
    .digest("hex")
    .toUpperCase()
    .replace(/(..)(?=.)/g, "$1:");

const tags = {
  integer: 0x02,
  bits: 0x03,
  oid: 0x06,
  text: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
};

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

/** ITU-T X.690 §10.1: the shortest form, and nothing here is longer than 64 kB. */
function lengthOf(octets: number): readonly number[] {
  if (octets < 0x80) return [octets];
  return octets < 0x100 ? [0x81, octets] : [0x82, octets >> 8, octets & 0xff];
}

/** ecdsa-with-SHA256 (RFC 5758 §3.2) and commonName (RFC 5280, appendix A). */
const algorithm = der(tags.sequence, der(tags.oid, Buffer.from("2a8648ce3d040302", "hex")));
const commonName = der(tags.oid, Buffer.from("550403", "hex"));

/** Nobody looks at its dates (RFC 8827 §6.5), so they are wide, and no clock is asked. Two forms, by RFC 5280 §4.1.2.5. */
const validity = der(
  tags.sequence,
  der(tags.utcTime, Buffer.from("000101000000Z")),
  der(tags.generalizedTime, Buffer.from("99991231235959Z")),
);

function makeIdentity(): Identity {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const cert = certify(publicKey, privateKey);
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${cert.toString("base64").replace(/(.{64})(?=.)/g, "$1\n")}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    fingerprint: fingerprintOf(cert),
  };
}

function certify(publicKey: KeyObject, privateKey: KeyObject): Buffer {
  const name = der(
    tags.sequence,
    der(tags.set, der(tags.sequence, commonName, der(tags.text, Buffer.from("seatway")))),
  );
  const serial = randomBytes(8);
  // A serial number is positive and without leading zeros (RFC 5280 §4.1.2.2).
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const told = der(
    tags.sequence,
    der(tags.version, der(tags.integer, Buffer.from([2]))),
    der(tags.integer, serial),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  return der(tags.sequence, told, algorithm, der(tags.bits, Buffer.from([0]), sign("sha256", told, privateKey)));
}
