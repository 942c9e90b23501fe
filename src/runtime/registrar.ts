// The registrar (RFC 3261 §10): phone numbers -> bindings. SIP has checked the digest; the core's table decides.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { maskNumber } from "../base/log.ts";
import { alive, type Binding, ofInstance, register, SHORTEST_S, ways } from "../core/registration/registration.ts";
import type { SitePhone } from "../core/site.ts";
import type { DevicePlace, Handlers, Peer, RegisterAnswer, RegisterRequest } from "../sip/face.ts";
import type { Journal } from "./journal/journal.ts";
import type { Target } from "./phone-call.ts";
import { TemporaryGruus } from "./temporary-gruus.ts";

type Gruu = Parameters<NonNullable<Handlers["device"]>>[0];

export type Registrar = {
  /** `username`: the account whose digest was right. It may register its own number only. */
  register(request: RegisterRequest): RegisterAnswer;
  /** A connection that phones may have registered over is gone. */
  flowClosed(peer: Peer): void;
  password(username: string): string | undefined;
  /** Where to ring this number now. */
  target(number: string): Target | undefined;
  /** Where one device is (RFC 5627 §5.4): null when nowhere, undefined for a GRUU that is not ours. */
  device(gruu: Gruu): DevicePlace | null | undefined;
  knows(number: string): boolean;
  /** Whether a phone is registered over this flow, straight; `address`: from this address, whatever its port. */
  isPhone(flow: Peer, by: "flow" | "address"): boolean;
  /** Where this number is registered now, in the order in which it is rung; `expiresAt` by the wall clock. */
  bindings(number: string): readonly Binding[];
  /** Numbers that have no binding now. */
  unregistered(): readonly string[];
  /** These are the phones from now on. Who is gone or has another password is registered nowhere. */
  serve(phones: readonly SitePhone[]): void;
  /** From now on this one is told of phones that come and go with their connections. */
  watch(watcher: PhoneWatcher): void;
};

export type PhoneWatcher = {
  /** A number has registered over a connection that it was not known at; told once the phone knows it, too. */
  bound(number: string, target: Target): void;
  flowClosed(peer: Peer): void;
};

const refusals = { "too-brief": 423, "out-of-order": 500, "too-many": 403 } as const;

export type RegistrarOptions = {
  readonly phones: readonly SitePhone[];
  readonly clock: Clock;
  readonly log: Log;
  /** Where bindings are kept: those of before are good until they expire, but for those that ended with their connection. */
  readonly journal: Pick<Journal, "keep" | "note" | "found">;
  /** Where the demo's simulated phones register from; a phone from elsewhere takes its number over. */
  readonly simulated?: { readonly address: string; readonly port: number };
};

const flowKey = ({ transport, address, port }: Binding["flow"]): string => `${transport} ${address} ${port}`;

/** A browser knows nothing else than its own. Keys in the SDP are offered unasked where TLS hides them (RFC 4568 §8.3). */
function profileFor(flow: Peer, srtp = flow.transport === "tls"): Pick<Target, "profile"> {
  if (isWebSocket(flow)) return { profile: "UDP/TLS/RTP/SAVPF" };
  return srtp ? { profile: "RTP/SAVP" } : {};
}

/**
 * A browser has no address to be called back at (RFC 7118 §5), and a flow of RFC 5626 is nothing without its connection: these
 * bindings end with it, where it is ours and not a proxy's.
 */
const isTied = ({ flow, outbound, path }: Binding): boolean =>
  isWebSocket(flow) || (outbound !== undefined && flow.accepted === true && path.length === 0);

const isWebSocket = ({ transport }: Peer): boolean => transport === "ws" || transport === "wss";

const samePlaces = (before: readonly Binding[], after: readonly Binding[]): boolean =>
  before.length === after.length &&
  after.every(({ uri, flow }) => before.some((known) => known.uri === uri && flowKey(known.flow) === flowKey(flow)));

/** Where phones are registered from without a proxy between: flows and addresses, with how many bindings each has. */
class PhonePlaces {
  private readonly counts = new Map<string, number>();

  count({ flow, path }: Binding, by: 1 | -1): void {
    if (path.length > 0) return;
    for (const key of [flowKey(flow), flow.address]) {
      const sum = (this.counts.get(key) ?? 0) + by;
      if (sum > 0) this.counts.set(key, sum);
      else this.counts.delete(key);
    }
  }

  has(key: string): boolean {
    return this.counts.has(key);
  }
}

export function openRegistrar(options: RegistrarOptions): Registrar {
  const { clock, log, journal } = options;
  const wishes = new Map<string, boolean | undefined>();
  const passwords = new Map<string, string>();
  const admit = (phones: readonly SitePhone[]): void => {
    wishes.clear();
    passwords.clear();
    for (const { number, password, srtp } of phones) {
      wishes.set(number, srtp);
      passwords.set(number, password);
    }
  };
  admit(options.phones);
  const bindings = new Map<string, readonly Binding[]>();
  const temporary = new TemporaryGruus();
  /** Numbers with bindings that end with their connection, by its flow. */
  const tied = new Map<string, Set<string>>();
  const places = new PhonePlaces();
  const put = (user: string, after: readonly Binding[]): void => {
    for (const { instance } of bindings.get(user) ?? []) {
      if (instance !== undefined && !after.some((left) => left.instance === instance))
        temporary.forget({ user, instance });
    }
    for (const binding of bindings.get(user) ?? []) places.count(binding, -1);
    for (const binding of after) places.count(binding, 1);
    bindings.set(user, after);
  };
  const keep = (user: string, before: readonly Binding[], after: readonly Binding[]): void => {
    // A binding that is refreshed may be a moment old in the journal: it only ends a moment sooner.
    if (after.length > 0 && samePlaces(before, after)) journal.note("binding", user, after);
    else journal.keep("binding", user, after.length === 0 ? null : after);
  };
  for (const [user, found] of journal.found<readonly Binding[]>("binding")) {
    const left = alive(found, clock.steady()).filter((binding) => !isTied(binding) && !binding.simulated);
    if (passwords.has(user) && left.length > 0) put(user, left);
    else journal.keep("binding", user, null);
  }
  const drop = (user: string, gone: (binding: Binding) => boolean): number => {
    const before = bindings.get(user) ?? [];
    const left = before.filter((binding) => !gone(binding));
    put(user, left);
    keep(user, before, left);
    return left.length;
  };
  const targetAt = (number: string, [binding, ...others]: readonly Binding[]): Target | undefined => {
    if (!binding) return undefined;
    const { uri, flow, path } = binding;
    const next = (): Target | undefined => {
      drop(number, (each) => each === binding);
      return targetAt(number, others);
    };
    return {
      uri,
      peer: flow,
      ...(path.length > 0 && { route: path }),
      ...profileFor(flow, wishes.get(number)),
      ...(binding.outbound && { next }),
    };
  };
  let watcher: PhoneWatcher | undefined;

  /** After the reply, so that a phone is not called before it knows that it is registered. */
  const tellBound = (number: string, before: readonly Binding[], after: readonly Binding[]): void => {
    for (const binding of after) {
      const { uri, flow } = binding;
      if (flow.transport === "udp") continue;
      if (before.some((known) => known.uri === uri && flowKey(known.flow) === flowKey(flow))) continue;
      const target = targetAt(number, [binding]);
      if (target) clock.after(0, () => watcher?.bound(number, target));
    }
  };

  return {
    serve(phones) {
      const before = new Map(passwords);
      admit(phones);
      for (const [number, password] of before)
        if (passwords.get(number) !== password && (bindings.get(number) ?? []).length > 0) drop(number, () => true);
    },
    watch(observer) {
      watcher = observer;
    },
    password: (username) => passwords.get(username),
    knows: (number) => passwords.has(number),
    isPhone: (flow, by) => places.has(by === "flow" ? flowKey(flow) : flow.address),
    register(request) {
      const { user, contacts, sipCallId, cseq, source, path } = request;
      if (!passwords.has(user)) return { status: 404 };
      const now = clock.steady();
      const before = alive(bindings.get(user) ?? [], now);
      // What has run out has no temporary names any more (RFC 5627 §5.2).
      put(user, before);
      const simulated = source.port === options.simulated?.port && source.address === options.simulated.address;
      const after = register(before, { now, flow: source, path, sipCallId, cseq, simulated, contacts });
      if (typeof after === "string") return { status: refusals[after], minExpiresS: SHORTEST_S };
      put(user, after);
      keep(user, before, after);
      tellBound(user, before, after);
      if (after.some((binding) => isTied(binding) && flowKey(binding.flow) === flowKey(source)))
        tied.set(flowKey(source), (tied.get(flowKey(source)) ?? new Set()).add(user));
      if (before.length !== after.length) {
        log.info({ phone: maskNumber(user), bindings: after.length, from: source.address }, "registration");
      }
      return {
        status: 200,
        bindings: after.map(({ uri, expiresAt, instance, outbound, sipCallId: id }) => ({
          uri,
          expiresS: Math.round((expiresAt - now) / 1000),
          ...(instance !== undefined && { instance }),
          ...(outbound && { outbound }),
          ...(request.gruu && instance !== undefined && { temporary: temporary.mint({ user, instance }, id) }),
        })),
      };
    },
    flowClosed(peer) {
      for (const user of tied.get(flowKey(peer)) ?? []) {
        const left = drop(user, (binding) => isTied(binding) && flowKey(binding.flow) === flowKey(peer));
        log.info({ phone: maskNumber(user), bindings: left, from: peer.address }, "connection closed");
      }
      tied.delete(flowKey(peer));
      watcher?.flowClosed(peer);
    },
    device({ user, instance }) {
      const device = instance === undefined ? temporary.find(user) : { user, instance: `<${instance}>` };
      if (!device || !passwords.has(device.user)) return undefined;
      const binding = ofInstance(bindings.get(device.user) ?? [], clock.steady(), device.instance);
      return binding ? { uri: binding.uri, peer: binding.flow, route: binding.path } : null;
    },
    target: (number) => targetAt(number, ways(bindings.get(number) ?? [], clock.steady())),
    bindings(number) {
      const ahead = clock.now() - clock.steady();
      return ways(bindings.get(number) ?? [], clock.steady()).map((binding) => ({
        ...binding,
        expiresAt: binding.expiresAt + ahead,
      }));
    },
    unregistered: () =>
      [...passwords.keys()].filter((number) => alive(bindings.get(number) ?? [], clock.steady()).length === 0),
  };
}
