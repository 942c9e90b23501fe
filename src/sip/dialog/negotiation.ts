// Offer/answer bookkeeping of one dialog (RFC 3264 §4, RFC 3261 §14): one exchange at a time, in one direction.
//
//   stable --we re-INVITE--> offer-sent --final response--> stable
//   stable --peer re-INVITEs--> offer-received --we answer 200--> ack-awaited --ACK--> stable
//                                      '-- we refuse --> stable

/** Seen from us. */
export type Negotiation = "stable" | "offer-sent" | "offer-received" | "ack-awaited";

/** What a re-INVITE of the peer gets when its time is wrong; undefined when it is welcome. */
export function objectToOffer(
  now: Negotiation,
): { readonly status: 491 | 500; readonly retryAfterS?: number } | undefined {
  if (now === "stable") return undefined;
  // §14.2: a second one before we answered the first asks for a random patience of up to 10 s.
  if (now === "offer-received") return { status: 500, retryAfterS: Math.floor(Math.random() * 11) };
  // Glare, or our 200 still misses its ACK (RFC 5407 §3.1.4): the peer shall come again.
  return { status: 491 };
}

/** The wait before a re-INVITE that met a 491 goes out again (§14.1), ms, in steps of 10. */
export function glareBackOffMs(weOwnTheCallId: boolean): number {
  const [least, most] = weOwnTheCallId ? [2_100, 4_000] : [0, 2_000];
  return least + 10 * Math.floor((Math.random() * (most - least)) / 10);
}
