// Requests in the messages that a program says it received, each counted once however often it came.

/**
 * INVITEs that open a call (their To has no tag), one for each branch: a retransmission is the same INVITE
 * (RFC 3261 §17.2.3).
 */
export function countInvites(messages: readonly string[]): number {
  const opening = messages.filter((text) => text.startsWith("INVITE ") && !/^To:.*;tag=/im.test(text));
  return new Set(opening.map(branchOf)).size;
}

/** Methods of the requests in order, without retransmissions: those come whenever a machine is busy for half a second (timer A). */
export function methodsOf(messages: readonly string[]): readonly string[] {
  const requests = messages.filter((text) => /^[A-Z]+ /.test(text));
  const once = new Map(requests.map((text) => [`${methodOf(text)} ${branchOf(text)}`, methodOf(text)]));
  return [...once.values()];
}

const methodOf = (text: string): string => text.slice(0, text.indexOf(" "));

const branchOf = (text: string): string | undefined => /^Via:.*branch=([^;\s]+)/im.exec(text)?.[1];
