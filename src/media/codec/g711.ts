// G.711 (ITU-T): µ-law and A-law to 16-bit linear and back, and straight from one law to the other, all by table.

export type Law = "PCMU" | "PCMA";

/** Digital silence of each law: one packet of it keeps a phone from timing out. */
export const silenceOctet: Readonly<Record<Law, number>> = { PCMU: 0xff, PCMA: 0xd5 };

/** 14 bits of magnitude, written in the 16-bit range: bias 33 there is 0x84 here. All bits are inverted on the wire. */
function muLawToLinear(octet: number): number {
  const value = ~octet & 0xff;
  const magnitude = (((value & 0x0f) << 3) + 0x84) << ((value & 0x70) >> 4);
  return (value & 0x80) !== 0 ? 0x84 - magnitude : magnitude - 0x84;
}

/** 13 bits of magnitude, written in the 16-bit range. Every second bit is inverted on the wire. */
function aLawToLinear(octet: number): number {
  const value = octet ^ 0x55;
  const segment = (value & 0x70) >> 4;
  const step = (value & 0x0f) << 4;
  const magnitude = segment === 0 ? step + 8 : (step + 0x108) << (segment - 1);
  return (value & 0x80) !== 0 ? magnitude : -magnitude;
}

const toLinear: Readonly<Record<Law, Int16Array>> = {
  PCMU: Int16Array.from({ length: 256 }, (_, octet) => muLawToLinear(octet)),
  PCMA: Int16Array.from({ length: 256 }, (_, octet) => aLawToLinear(octet)),
};

/** The segment is the position of the highest bit above the first seven. */
function linearToMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), 32_635) + 0x84;
  const segment = Math.max(0, 24 - Math.clz32(magnitude));
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff;
}

function linearToALaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  const magnitude = Math.min(sample >= 0 ? sample : -sample - 1, 32_767);
  const segment = Math.max(0, 24 - Math.clz32(magnitude));
  const step = segment === 0 ? magnitude >> 4 : magnitude >> (segment + 3);
  return (sign | (segment << 4) | (step & 0x0f)) ^ 0x55;
}

const muToA = Uint8Array.from({ length: 256 }, (_, octet) => linearToALaw(toLinear.PCMU[octet] ?? 0));
const aToMu = Uint8Array.from({ length: 256 }, (_, octet) => linearToMuLaw(toLinear.PCMA[octet] ?? 0));

/** 16-bit linear value of one octet. */
export const decode = (law: Law, octet: number): number => toLinear[law][octet] ?? 0;

/** Octets to 16-bit linear. */
export function decodeFrame(law: Law, octets: Uint8Array): Int16Array {
  const samples = new Int16Array(octets.length);
  decodeInto(samples, law, octets, 0);
  return samples;
}

/** As many octets as there is room for samples, from `start` on. */
export function decodeInto(samples: Int16Array, law: Law, octets: Uint8Array, start: number): void {
  const table = toLinear[law];
  for (let index = 0; index < samples.length; index += 1) samples[index] = table[octets[start + index] ?? 0] ?? 0;
}

/** Samples (16-bit range, values beyond are limited) to octets. */
export function encode(law: Law, samples: ArrayLike<number>): Uint8Array {
  const octets = new Uint8Array(samples.length);
  encodeInto(octets, 0, law, samples);
  return octets;
}

/** As `encode`, into octets from `start` on. */
export function encodeInto(octets: Uint8Array, start: number, law: Law, samples: ArrayLike<number>): void {
  const one = law === "PCMU" ? linearToMuLaw : linearToALaw;
  for (let index = 0; index < samples.length; index += 1) {
    octets[start + index] = one(Math.max(-32_768, Math.min(32_767, Math.round(samples[index] ?? 0))));
  }
}

/** Rewrites octets [start, end) into the other law, in place. */
export function transcode(octets: Uint8Array, range: { start: number; end: number }, to: Law): void {
  const table = to === "PCMA" ? muToA : aToMu;
  for (let index = range.start; index < range.end; index += 1) {
    octets[index] = table[octets[index] ?? 0] ?? 0;
  }
}
