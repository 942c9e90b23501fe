// Messages that a program says it received or sent, each counted once however often it came: retransmissions come whenever a machine
// is busy for half a second (RFC 3261 §17).

/**
 * INVITEs that open a call (their To has no tag), one for each branch: a retransmission is the same INVITE
 * (RFC 3261 §17.2.3).
 */
export function countInvites(messages: readonly string[]): number {
  const opening = messages.filter((text) => text.startsWith("INVITE ") && !/^To:.*;tag=/im.test(text));
  return new Set(opening.map(branchOf)).size;
}

/** In order. The same again has the same branch and the same CSeq: a challenged request is another one, and so is each response to it. */
export function withoutRepeats(messages: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return messages.filter((text) => {
    const [kind] = /^(?:SIP\/2\.0 \d+|[A-Z]+)/.exec(text) ?? [];
    const key = `${kind} ${branchOf(text)} ${/^CSeq: *(.*?)\r?$/im.exec(text)?.[1]}`;
    if (kind === undefined || !seen.has(key)) {
      seen.add(key);
      return true;
    }
    return false;
  });
}

/** Methods of the requests in order, without retransmissions. */
export const methodsOf = (messages: readonly string[]): readonly string[] =>
  withoutRepeats(messages)
    .filter((text) => /^[A-Z]+ /.test(text))
    .map((text) => text.slice(0, text.indexOf(" ")));

const branchOf = (text: string): string | undefined => /^Via:.*branch=([^;\s]+)/im.exec(text)?.[1];
