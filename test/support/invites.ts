// Counting INVITEs in the messages that a program says it received.

/**
 * INVITEs that open a call (their To has no tag), one for each branch: a retransmission is the same INVITE
 * (RFC 3261 §17.2.3).
 */
export function countInvites(messages: readonly string[]): number {
  const opening = messages.filter((text) => text.startsWith("INVITE ") && !/^To:.*;tag=/im.test(text));
  return new Set(opening.map((text) => /^Via:.*branch=([^;\s]+)/im.exec(text)?.[1])).size;
}
