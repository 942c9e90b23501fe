// FACE of sip/: one SIP endpoint on one port, user agent and registrar, never a proxy. Puts sockets, transaction layer and
// the roles of the user agent together.

import { type Ending, endLeftBehind } from "./dialog/left-behind.ts";
import { DEFAULT_POLICY } from "./dialog/session-timer.ts";
import { takeUps } from "./dialog/take-ups.ts";
import { placeCall } from "./dialog/waiting-call.ts";
import type { DevicePlace, EndpointOptions, Peer, SipEndpoint } from "./face.ts";
import { Guard } from "./guard/guard.ts";
import { originOf } from "./guard/origin.ts";
import { gruuOf } from "./message/gruu.ts";
import { type Meter, meter } from "./meter.ts";
import { systemNames } from "./resolve/name-server.ts";
import { openResolver } from "./resolve/resolver.ts";
import { stackOf } from "./stack.ts";
import { type Tracer, tracer } from "./trace.ts";
import { TransactionLayer } from "./transaction/layer.ts";
import { type Network, type NetworkEvents, type NetworkOptions, portOf } from "./transport/network.ts";
import { openNetwork } from "./transport/sockets.ts";
import { authenticator } from "./user-agent/authenticator.ts";
import { notifier } from "./user-agent/notifier.ts";
import { probe } from "./user-agent/probe.ts";
import { reception } from "./user-agent/reception.ts";
import { registrar } from "./user-agent/registrar.ts";
import { startRegistration } from "./user-agent/registration.ts";
import { peerOf, type UserAgent, userAgent } from "./user-agent/user-agent.ts";

type OpenNetwork = (options: NetworkOptions, events: NetworkEvents) => Promise<Network>;

/** Rejects with the socket's error when the port cannot be bound. */
export const openEndpoint = (options: EndpointOptions): Promise<SipEndpoint> => openEndpointOver(openNetwork, options);

/** The same over another network: tests put a lossy one in. */
export async function openEndpointOver(open: OpenNetwork, options: EndpointOptions): Promise<SipEndpoint> {
  const { clock, log, handlers, realm, advertise } = options;
  const trace = tracer(options);
  const registrations: Registrations = new Set();
  const counted = meter(options);
  const guard = options.guard && new Guard(options.guard, { clock, log, dropped: counted?.dropped });
  // Messages that arrive while the sockets are being opened find no layer yet; their senders will send again.
  let layer: TransactionLayer | undefined;
  const sockets = await open(options, {
    message(bytes, source) {
      if (guard?.admits(source.address, bytes) === false) return;
      trace?.("in", source, bytes);
      receive(layer, options, { bytes, source });
    },
    closed(peer) {
      layer?.connectionClosed(peer);
      for (const registration of registrations) registration.connectionClosed(peer);
      handlers.flowClosed?.(peer);
    },
    ...(guard ? doorOf(guard) : {}),
  });
  const network = watched(sockets, { trace, counted });
  const authentication = authenticator({
    clock,
    realm,
    algorithms: options.digest ?? ["MD5"],
    qop: options.qop ?? ["auth"],
    ...(options.nonceKey && { nonceKey: options.nonceKey }),
    failed: ({ address }, request) => guard?.refused(address, request, "dictionary"),
    password: (username) => handlers.password(username),
  });
  let agent: UserAgent | undefined;
  let ending: Ending | undefined;
  const register: typeof handlers.register = (request) => {
    const answer = handlers.register(request);
    // After the 200.
    if (ending && answer.status === 200) queueMicrotask(() => ending?.registered(request));
    return answer;
  };
  const user = reception(() => agent ?? never(), {
    handlers,
    authenticator: authentication,
    registrar: registrar({ ...handlers, register }, authentication),
    notifier: notifier(handlers, authentication),
    addressOf: ({ address }, { headers }) =>
      originOf(headers, address, (each) => options.guard?.proxies?.(each) === true),
    stranger: ({ address }, request) => guard?.refused(address, request, "stranger"),
  });
  layer = new TransactionLayer({
    clock,
    log,
    network,
    advertise,
    placeOf: peerOf,
    tcp: options.transports.includes("tcp"),
    user,
    meter: counted,
    overloadMs: options.overloadMs,
    crowdedMs: options.datagrams?.crowdedMs,
    invites: options.invites,
  });
  agent = userAgent(
    {
      advertise,
      portOf: (transport) => portOf(network, transport),
      userAgent: options.userAgent,
      sessionTimer: options.sessionTimer ?? DEFAULT_POLICY,
      events: options.allowEvents,
    },
    { clock, log, layer, resolver: resolverFor(options), deviceAt: (uri) => deviceAt(handlers, uri) },
  );
  if (options.leftBehind) ending = endLeftBehind(agent, options.leftBehind);
  return { ...face(agent, network, registrations), takeUp: takeUps(agent, options.dialogs ?? []) };
}

/** Only UDP, TCP and TLS lead to somebody who has not called us first. */
const resolverFor = ({ clock, log, names = systemNames(), transports }: EndpointOptions) =>
  openResolver({
    clock,
    log,
    names,
    transports: (["udp", "tcp", "tls"] as const).filter((it) => transports.includes(it)),
    random: Math.random,
  });

function deviceAt({ device }: EndpointOptions["handlers"], uri: string): DevicePlace | null | undefined {
  const gruu = device && gruuOf(uri);
  return gruu && device(gruu);
}

function never(): never {
  throw new Error("a request before the user agent stands");
}

type Received = { readonly bytes: Buffer; readonly source: Peer };

/** The one try/catch around everything that a message can set off. */
function receive(layer: TransactionLayer | undefined, { log }: EndpointOptions, { bytes, source }: Received): void {
  try {
    layer?.receive(bytes, source);
  } catch (error) {
    log.error({ peer: source.address, error: stackOf(error) }, "a SIP message met a bug");
  }
}

const doorOf = (guard: Guard): Pick<NetworkEvents, "enters" | "left" | "isBanned"> => ({
  enters: (address) => guard.enters(address),
  left: (address) => guard.left(address),
  isBanned: (address) => guard.isBanned(address),
});

type Watchers = { readonly trace: Tracer | undefined; readonly counted: Meter | undefined };

const watched = (network: Network, { trace, counted }: Watchers): Network =>
  trace || counted
    ? {
        ...network,
        send(peer, bytes, failed) {
          trace?.("out", peer, bytes);
          counted?.sent(bytes);
          network.send(peer, bytes, failed);
        },
      }
    : network;

/** What close waits for in between. */
const CLOSE_STEP_MS = 20;
const DEFAULT_GRACE_MS = 2_000;

type Registrations = Set<{ halt(): void; connectionClosed(peer: Peer): void }>;

function face(agent: UserAgent, network: Network, registrations: Registrations): Omit<SipEndpoint, "takeUp"> {
  const { clock, layer, dialogs } = agent;
  const census = () => ({ transactions: layer.active(), dialogs: dialogs.size });
  let closing: Promise<void> | undefined;
  const close = async (graceMs: number): Promise<void> => {
    for (const registration of registrations) registration.halt();
    for (const usage of [...dialogs.values()]) usage.hangUp();
    const end = clock.monotonic() + graceMs;
    while (clock.monotonic() < end && (layer.active() > 0 || dialogs.size > 0)) {
      await new Promise<void>((resolve) => clock.after(CLOSE_STEP_MS, resolve));
    }
    layer.stop();
    dialogs.clear();
    await network.close();
  };
  return {
    port: network.port,
    ...(network.ports?.tls === undefined ? {} : { tlsPort: network.ports.tls }),
    invite: (request, observer) => placeCall(agent, request, observer),
    options: (request) => probe(agent, request),
    async addresses(uri) {
      return [...new Set((await agent.resolver.all(uri)).map(({ address }) => address))];
    },
    register(account, observer) {
      const registration = startRegistration(agent, account, observer);
      registrations.add(registration);
      return {
        stop() {
          registrations.delete(registration);
          return registration.stop();
        },
      };
    },
    acceptWebSocket(request, socket, head) {
      if (network.acceptWebSocket) network.acceptWebSocket(request, socket, head);
      else socket.destroy();
    },
    renew: (own) => network.renew?.(own),
    census,
    close(graceMs = DEFAULT_GRACE_MS) {
      closing ??= close(graceMs);
      return closing;
    },
  };
}
