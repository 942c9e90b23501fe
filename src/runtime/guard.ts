// The SIP guard's allow-list, and where its bans are written down: log and audit table. Trunks that are named by a host name
// are on the list with the addresses that DNS has for them, looked up again and again.

import { BlockList, isIP } from "node:net";
import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { SiteTrunk } from "../core/site.ts";
import type { Ban, GuardOptions, SipEndpoint } from "../sip/face.ts";
import type { Audit } from "./audit.ts";
import { trunkUri } from "./trunk-uri.ts";

export type GuardDeskOptions = {
  /** Addresses and subnets, checked by the settings. */
  readonly allow: readonly string[];
  /** Edge proxies in front; the same form. */
  readonly proxies: readonly string[];
  readonly trunks: readonly Pick<SiteTrunk, "name" | "host" | "port" | "transport" | "from">[];
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each ban. */
  readonly banned?: (ban: Ban) => void;
};

export type GuardDesk = {
  readonly guard: GuardOptions;
  /** Whether it is an address of a trunk. */
  isTrunk(address: string): boolean;
  /** Looks up the trunks that have a name, now and from then on. */
  follow(sip: Pick<SipEndpoint, "addresses">): void;
  close(): void;
};

/** Costs a look into the resolver's memory, which asks DNS again when what it knows has run out (30 s at the least). */
const LOOK_MS = 30_000;

export function openGuardDesk({ allow, proxies, trunks, audit, clock, log, banned }: GuardDeskOptions): GuardDesk {
  const hosts = trunks.flatMap(({ host, from = [] }) => (isIP(host) === 0 ? from : [host, ...from]));
  const fixed = [...allow, ...hosts];
  const edge = addressList(proxies);
  const named = trunks.filter(({ host }) => isIP(host) === 0);
  const found = new Map<string, readonly string[]>();
  let trunkAddresses = addressList(hosts);
  let trusted = addressList(fixed);
  let timer: Timer | undefined;
  let closed = false;

  /** A name that DNS has lost keeps its last addresses: the carrier behind them is still the carrier. */
  const look = async ({ name, host, port, transport }: GuardDeskOptions["trunks"][number], sip: LooksUp) => {
    const uri = trunkUri({ host, ...(port && { port }), ...(transport && { transport }) });
    const addresses = (await sip.addresses(uri)).toSorted();
    if (addresses.length === 0 || addresses.join() === found.get(name)?.join()) return;
    found.set(name, addresses);
    const looked = [...found.values()].flat();
    trunkAddresses = addressList([...hosts, ...looked]);
    trusted = addressList([...fixed, ...looked]);
    log.info({ trunk: name, addresses: addresses.join(" ") }, "trunk addresses");
  };

  const lookAll = async (sip: LooksUp): Promise<void> => {
    await Promise.all(named.map((trunk) => look(trunk, sip)));
    if (!closed) timer = clock.after(LOOK_MS, () => void lookAll(sip));
  };

  return {
    guard: {
      trusts: (address) => trusted(address),
      ...(proxies.length > 0 && { proxies: edge }),
      banned(ban) {
        const { address, reason, detail, until } = ban;
        log.warn({ peer: address, reason, detail, seconds: Math.round((until - clock.now()) / 1000) }, "banned");
        audit({ face: "sip", peer: address, what: "ban", before: "", after: `${reason}: ${detail}` });
        banned?.(ban);
      },
    },
    isTrunk: (address) => trunkAddresses(address),
    follow(sip) {
      if (named.length > 0) void lookAll(sip);
    },
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}

type LooksUp = Pick<SipEndpoint, "addresses">;

const familyOf = (address: string): "ipv4" | "ipv6" => (address.includes(":") ? "ipv6" : "ipv4");

/** Whether an address is one of these, or in one of these subnets (`192.0.2.0/24`). */
export function addressList(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", bits] = entry.split("/");
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => list.check(address, familyOf(address));
}
