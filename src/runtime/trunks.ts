// Trunks: probed with OPTIONS (RFC 3261 §11), chosen by the called number.

import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { SiteTrunk } from "../core/site.ts";
import { probed, route, type TrunkHealth, unprobed } from "../core/trunk/trunk.ts";
import type { SipEndpoint } from "../sip/face.ts";
import { type Target, userPart } from "./legs.ts";

export type Trunks = {
  /** Any trunk matches this number, up or down. */
  hasRoute(number: string): boolean;
  /** The best one that is up. */
  target(number: string): Target | undefined;
  /** Names of those that are down. */
  down(): readonly string[];
  close(): void;
};

/** A trunk that is down is probed this often, or as often as it asks for when that is less. */
const RETRY_MS = 2000;

export function openTrunks(options: {
  trunks: readonly SiteTrunk[];
  sip: Pick<SipEndpoint, "options">;
  clock: Clock;
  log: Log;
}): Trunks {
  const { trunks, sip, clock, log } = options;
  const health = new Map<string, TrunkHealth>();
  const timers = new Map<string, Timer>();
  let closed = false;

  const address = ({ host, port, transport }: SiteTrunk) => ({
    host: `${host.includes(":") ? `[${host}]` : host}:${port}${transport === "udp" ? "" : `;transport=${transport}`}`,
    peer: { transport, address: host, port },
  });

  const isUp = (trunk: SiteTrunk): boolean => trunk.probeMs === 0 || Boolean(health.get(trunk.name)?.up);

  const probe = async (trunk: SiteTrunk): Promise<void> => {
    const { host, peer } = address(trunk);
    const { status } = await sip.options({ uri: `sip:${host}`, peer });
    if (closed) return;
    const before = health.get(trunk.name) ?? unprobed;
    const after = probed(before, status);
    health.set(trunk.name, after);
    if (before.up !== after.up) log.info({ trunk: trunk.name, up: after.up, status }, "trunk");
    const ms = after.up ? trunk.probeMs : Math.min(RETRY_MS, trunk.probeMs);
    timers.set(
      trunk.name,
      clock.after(ms, () => start(trunk)),
    );
  };

  const start = (trunk: SiteTrunk): void => {
    probe(trunk).catch((fault: unknown) => {
      log.error({ trunk: trunk.name, error: String(fault) }, "a probe failed");
      if (!closed)
        timers.set(
          trunk.name,
          clock.after(RETRY_MS, () => start(trunk)),
        );
    });
  };

  for (const trunk of trunks) if (trunk.probeMs > 0) start(trunk);
  return {
    hasRoute: (number) => route(trunks, number).length > 0,
    target(number) {
      const trunk = route(trunks, number).find(isUp);
      if (!trunk) return undefined;
      const { host, peer } = address(trunk);
      const credentials = trunk.credentials ? { credentials: trunk.credentials } : {};
      return { uri: `sip:${userPart(number)}@${host}`, peer, ...credentials };
    },
    down: () => trunks.filter((trunk) => !isUp(trunk)).map(({ name }) => name),
    close() {
      closed = true;
      for (const timer of timers.values()) timer.cancel();
    },
  };
}
