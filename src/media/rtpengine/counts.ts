// What rtpengine has counted of one peer's RTP, from its answer to `query`.

import type { Bencoded, Dictionary } from "./bencode.ts";

export type Count = { readonly packets: number; readonly octets: number };
export type Counts = { readonly audio: Count; readonly video: Count };

const headerLength = 12;
export const none: Counts = { audio: { packets: 0, octets: 0 }, video: { packets: 0, octets: 0 } };

/** Received from the peer with this tag; undefined: rtpengine does not know it. */
export function countsOf(answer: Dictionary, tag: string): Counts | undefined {
  const end = field(field(answer, "tags"), tag);
  if (end === undefined) return undefined;
  return { audio: countOf(end, "audio"), video: countOf(end, "video") };
}

function countOf(end: Bencoded, kind: string): Count {
  const media = list(field(end, "medias")).find((one) => field(one, "type") === kind);
  // The first stream is RTP, the second RTCP.
  const stats = field(list(field(media, "streams"))[0], "stats");
  const packets = number(field(stats, "packets"));
  return { packets, octets: Math.max(0, number(field(stats, "bytes")) - packets * headerLength) };
}

export const plus = (a: Counts, b: Counts, sign: 1 | -1 = 1): Counts => ({
  audio: add(a.audio, b.audio, sign),
  video: add(a.video, b.video, sign),
});

const add = (a: Count, b: Count, sign: 1 | -1): Count => ({
  packets: Math.max(0, a.packets + sign * b.packets),
  octets: Math.max(0, a.octets + sign * b.octets),
});

const field = (value: Bencoded | undefined, name: string): Bencoded | undefined =>
  typeof value === "object" && !Array.isArray(value) ? (value as Dictionary)[name] : undefined;
const list = (value: Bencoded | undefined): readonly Bencoded[] =>
  Array.isArray(value) ? (value as readonly Bencoded[]) : [];
const number = (value: Bencoded | undefined): number => (typeof value === "number" ? value : 0);
