// Datagrams between the ports of one imagined machine, on a virtual clock: some are lost, the others come late and so in another order.

import type { VirtualClock } from "../../src/base/clock.ts";
import type { Network, NetworkEvents } from "../../src/sip/transport/network.ts";
import type { Random } from "../fuzz/random.ts";

export type EtherOptions = {
  readonly clock: VirtualClock;
  readonly dice: Random;
  /** 0 to 1. */
  readonly loss: number;
  readonly maxDelayMs: number;
};

export class Ether {
  private readonly ends = new Map<number, NetworkEvents>();
  private readonly options: EtherOptions;

  constructor(options: EtherOptions) {
    this.options = options;
  }

  /** Who had the port before is cut off. */
  open(port: number, events: NetworkEvents): Network {
    const { clock, dice, loss, maxDelayMs } = this.options;
    this.ends.set(port, events);
    return {
      port,
      send: (peer, bytes) => {
        if (this.ends.get(port) !== events || dice.chance(loss)) return;
        const source = { transport: "udp", address: "127.0.0.1", port } as const;
        clock.after(dice.below(maxDelayMs), () => this.ends.get(peer.port)?.message(bytes, source));
      },
      reaches: () => true,
      close: () => Promise.resolve(),
    };
  }

  /** Nobody is at the port any more. */
  cut(port: number): void {
    this.ends.delete(port);
  }
}
