// The SIP guard's allow-list, and where its bans are written down: log and audit table.

import { BlockList, isIP } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { SiteTrunk } from "../core/site.ts";
import type { GuardOptions } from "../sip/face.ts";
import type { AuditRow, Store } from "../store/ports.ts";

export type GuardDeskOptions = {
  /** Addresses and subnets, checked by the settings. */
  readonly allow: readonly string[];
  readonly trunks: readonly Pick<SiteTrunk, "host">[];
  readonly store: Pick<Store, "writeAudit">;
  readonly clock: Clock;
  readonly log: Log;
};

/** A table of bans that fills the disk would be the attacker's last success: more than this in an hour are logged only. */
const MAX_ROWS_AN_HOUR = 1_000;
const HOUR_MS = 3_600_000;

export function openGuardDesk({ allow, trunks, store, clock, log }: GuardDeskOptions): GuardOptions {
  const trusted = allowList([...allow, ...trunks.map(({ host }) => host)]);
  const write = auditor({ store, clock, log });
  return {
    trusts: (address) => trusted.check(address, address.includes(":") ? "ipv6" : "ipv4"),
    banned({ address, reason, detail, until }) {
      log.warn({ peer: address, reason, detail, seconds: Math.round((until - clock.now()) / 1000) }, "banned");
      write({ face: "sip", peer: address, what: "ban", before: "", after: `${reason}: ${detail}` });
    },
  };
}

/** Names among the hosts are left out: only an address can be compared with where a message came from. */
function allowList(entries: readonly string[]): BlockList {
  const found = new BlockList();
  for (const entry of entries) {
    const [address = "", bits] = entry.split("/");
    if (isIP(address) === 0) continue;
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) found.addAddress(address, family);
    else found.addSubnet(address, Number(bits), family);
  }
  return found;
}

/** Writes rows without anybody waiting; a store that fails costs the row, which the log still has. */
export function auditor({ store, clock, log }: Pick<GuardDeskOptions, "store" | "clock" | "log">) {
  let hour = 0;
  let rows = 0;
  return (row: Omit<AuditRow, "at">): void => {
    const now = clock.now();
    if (now - hour > HOUR_MS) {
      hour = now;
      rows = 0;
    }
    rows += 1;
    if (rows > MAX_ROWS_AN_HOUR) return;
    store.writeAudit({ at: now, ...row }).catch((fault: unknown) => {
      log.error({ what: row.what, fault: String(fault) }, "an audit row was not written");
    });
  };
}
