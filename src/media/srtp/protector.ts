// What one SRTP transform does with a packet (RFC 3711 §4, RFC 7714): the context counts, this encrypts and authenticates.

/** Octets [start, end) of a packet. */
export type Span = readonly [start: number, end: number];

export type PacketId = { readonly ssrc: number; readonly index: number };

/** The keys of one direction. */
export type Protector = {
  /** Octets behind a protected RTP packet. */
  readonly rtpTag: number;
  /** Octets behind a protected RTCP packet: the tag, and the word with the index. */
  readonly rtcpTrailer: number;
  /** Encrypts the payload in place and writes the tag behind it. */
  sealRtp(packet: Buffer, payload: Span, id: PacketId): void;
  /** Decrypts in place. `false`: not authentic, and nothing has changed that matters. */
  openRtp(packet: Buffer, payload: Span, id: PacketId): boolean;
  /** Where the word with the index stands, behind this many octets of RTCP. */
  wordAt(length: number): number;
  /** The word is written already. */
  sealRtcp(packet: Buffer, length: number, id: PacketId): void;
  openRtcp(packet: Buffer, length: number, id: PacketId & { readonly encrypted: boolean }): boolean;
};
