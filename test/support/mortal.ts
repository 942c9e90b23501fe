// An endpoint that can be killed as a process is: from then on it neither hears nor says anything, and its ports are free.

import { after } from "node:test";
import { openEndpointOver } from "../../src/sip/endpoint.ts";
import type { EndpointOptions, Handlers, IncomingInvite, SipEndpoint } from "../../src/sip/face.ts";
import type { Network } from "../../src/sip/transport/network.ts";
import { openNetwork } from "../../src/sip/transport/sockets.ts";
import { options, Seen } from "./sip-endpoints.ts";

export type Mortal = { readonly endpoint: SipEndpoint; readonly calls: Seen<IncomingInvite>; die(): Promise<void> };

const mortals: Mortal[] = [];
after(() => Promise.all(mortals.map((mortal) => mortal.die())));

export async function mortal(given: Partial<EndpointOptions> = {}, handlers: Partial<Handlers> = {}): Promise<Mortal> {
  let network: Network | undefined;
  let dead = false;
  const calls = new Seen<IncomingInvite>();
  const endpoint = await openEndpointOver(
    async (asked, events) => {
      const opened = await openNetwork(asked, events);
      network = opened;
      return { ...opened, send: (...message) => void (dead || opened.send(...message)), close: async () => {} };
    },
    options({ invite: calls.push, ...handlers }, { transports: ["udp"], ...given }),
  );
  const die = async (): Promise<void> => {
    if (dead) return;
    dead = true;
    await network?.close();
    await endpoint.close(0);
  };
  const born = { endpoint, calls, die };
  mortals.push(born);
  return born;
}
