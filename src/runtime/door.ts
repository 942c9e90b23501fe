// Who may call in: trunks, known by their addresses or by an account of their own, and registered phones with theirs. What they
// reach are the site's `numbers`, never a trunk, so nobody gets past the walls against toll fraud. Strangers are told 403, whatever
// they dial, and the guard counts them.

import type { Site } from "../core/site.ts";
import type { Handlers, IncomingInvite, Origin, Peer } from "../sip/face.ts";

export type Door = {
  readonly admission: NonNullable<Handlers["admission"]>;
  /** Of a trunk that calls in with an account. */
  password(username: string): string | undefined;
};

export type DoorOptions = {
  readonly site: Pick<Site, "trunks">;
  /** Whether a trunk's calls come from there. */
  readonly isTrunk: (address: string) => boolean;
  readonly isProxy: (address: string) => boolean;
  readonly isPhone: (source: Peer, by: "flow" | "address") => boolean;
};

export function openDoor({ site, isTrunk, isProxy, isPhone }: DoorOptions): Door {
  const accounts = new Map(
    site.trunks.flatMap(({ inbound }) => (inbound ? [[inbound.username, inbound.password]] : [])),
  );
  return {
    password: (username) => accounts.get(username),
    admission({ source, address }: Origin) {
      // A phone may share its address with a trunk; and one over TCP may open another connection for its call.
      if (isPhone(source, "flow")) return "digest";
      if (isTrunk(address)) return "open";
      if (isPhone(source, "address")) return "digest";
      // Phones behind an edge proxy of ours come from anywhere, and so does a trunk that proves itself.
      return isProxy(source.address) || accounts.size > 0 ? "digest" : "shut";
    },
  };
}

/** Who calls, as the agent sees it. A phone is what it has proved to be; what a trunk says is believed, unless it shall be hidden. */
export function callerOf(
  incoming: Pick<IncomingInvite, "account" | "asserted" | "from" | "header">,
  isPhone: (account: string) => boolean,
): string {
  const { account, asserted, from } = incoming;
  if (account !== undefined && isPhone(account)) return account;
  // RFC 3325 §7: with this the number behind the call is nobody's business.
  const hidden = /(^|;)\s*id\s*(;|$)/i.test(incoming.header("privacy") ?? "");
  const user = hidden || !asserted ? from.user : asserted.user;
  return /^[\w.+*#-]{1,64}$/.test(user) ? user : "";
}
