// The registrar (RFC 3261 §10): phone numbers -> bindings. SIP has checked the digest; the core's table decides.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { maskNumber } from "../base/log.ts";
import { alive, type Binding, best, register, SHORTEST_S } from "../core/registration/registration.ts";
import type { SitePhone } from "../core/site.ts";
import type { Peer, RegisterAnswer, RegisterRequest } from "../sip/face.ts";
import type { Target } from "./legs.ts";

export type Registrar = {
  /** `username`: the account whose digest was right. It may register its own number only. */
  register(request: RegisterRequest): RegisterAnswer;
  /** A connection that phones may have registered over is gone. */
  flowClosed(peer: Peer): void;
  password(username: string): string | undefined;
  /** Where to ring this number now. */
  target(number: string): Target | undefined;
  knows(number: string): boolean;
  /** Numbers that have no binding now. */
  unregistered(): readonly string[];
};

const refusals = { "too-brief": 423, "out-of-order": 500, "too-many": 403 } as const;

export type RegistrarOptions = {
  readonly phones: readonly SitePhone[];
  readonly clock: Clock;
  readonly log: Log;
  /** Where the demo's simulated phones register from; a phone from elsewhere takes its number over. */
  readonly simulated?: { readonly address: string; readonly port: number };
};

const flowKey = ({ transport, address, port }: Binding["flow"]): string => `${transport} ${address} ${port}`;

/** A browser knows nothing else than its own. Keys in the SDP are offered unasked where TLS hides them (RFC 4568 §8.3). */
function profileFor(flow: Peer, srtp = flow.transport === "tls"): Pick<Target, "profile"> {
  if (isWebSocket(flow)) return { profile: "UDP/TLS/RTP/SAVPF" };
  return srtp ? { profile: "RTP/SAVP" } : {};
}

const isWebSocket = ({ transport }: Peer): boolean => transport === "ws" || transport === "wss";

export function openRegistrar(options: RegistrarOptions): Registrar {
  const { clock, log } = options;
  const wishes = new Map(options.phones.map(({ number, srtp }) => [number, srtp]));
  const passwords = new Map(options.phones.map(({ number, password }) => [number, password]));
  const bindings = new Map<string, readonly Binding[]>();
  /** Numbers that were registered over a WebSocket, by its flow. */
  const browsers = new Map<string, Set<string>>();
  return {
    password: (username) => passwords.get(username),
    knows: (number) => passwords.has(number),
    register(request) {
      const { user, contacts, sipCallId, cseq, source, path } = request;
      if (!passwords.has(user)) return { status: 404 };
      const now = clock.now();
      const before = bindings.get(user) ?? [];
      const simulated = source.port === options.simulated?.port && source.address === options.simulated.address;
      const after = register(before, { now, flow: source, path, sipCallId, cseq, simulated, contacts });
      if (typeof after === "string") return { status: refusals[after], minExpiresS: SHORTEST_S };
      bindings.set(user, after);
      if (isWebSocket(source)) browsers.set(flowKey(source), (browsers.get(flowKey(source)) ?? new Set()).add(user));
      if (alive(before, now).length !== after.length) {
        log.info({ phone: maskNumber(user), bindings: after.length, from: source.address }, "registration");
      }
      return {
        status: 200,
        bindings: after.map(({ uri, expiresAt, outbound }) => ({
          uri,
          expiresS: Math.round((expiresAt - now) / 1000),
          ...(outbound && { outbound }),
        })),
      };
    },
    flowClosed(peer) {
      // A browser has no address to be called back at (RFC 7118 §5): its bindings are gone with the connection.
      for (const user of browsers.get(flowKey(peer)) ?? []) {
        const left = (bindings.get(user) ?? []).filter(({ flow }) => flowKey(flow) !== flowKey(peer));
        bindings.set(user, left);
        log.info({ phone: maskNumber(user), bindings: left.length, from: peer.address }, "connection closed");
      }
      browsers.delete(flowKey(peer));
    },
    target(number) {
      const binding = best(bindings.get(number) ?? [], clock.now());
      if (!binding) return undefined;
      const { uri, flow, path } = binding;
      return {
        uri,
        peer: flow,
        ...(path.length > 0 && { route: path }),
        ...profileFor(flow, wishes.get(number)),
      };
    },
    unregistered: () =>
      [...passwords.keys()].filter((number) => alive(bindings.get(number) ?? [], clock.now()).length === 0),
  };
}
