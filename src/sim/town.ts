// All numbers of the simulation over two SIP endpoints: the phones, which register, and the parties behind the trunk.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { PhonePlane } from "../media/face.ts";
import { openEndpoint } from "../sip/endpoint.ts";
import type { AccountState, IncomingInvite, Peer, SipEndpoint } from "../sip/face.ts";
import { type Behaviour, partyDefaults, partyNumbers, phoneDefaults } from "./behaviour.ts";
import type { Kind, Town } from "./control.ts";
import { type ReceivedInvites, receivedInvites } from "./received-invites.ts";
import { openStation, type Station } from "./station.ts";
import type { SimPhone, SimSetup } from "./wiring.ts";

export type TownGround = {
  readonly clock: Clock;
  readonly log: Log;
  readonly plane: PhonePlane;
  readonly setup: SimSetup;
};

export type RunningTown = Town & {
  readonly phonePort: number;
  readonly trunkPort: number;
  register(registrar: Peer): void;
  /** Hangs up, unregisters, frees the ports. */
  close(): Promise<void>;
};

const expiresS = 60;
/** The wait before a phone that was refused, or found nobody, tries again. */
const retryMs = 500;
const closeGraceMs = 500;
/** Parties beside the demo site's that the control interface may make; a number is a few hundred bytes. */
const extraParties = 1_000;

/**
 * Opens both endpoints on free ports. Two, because the demo's trunk pattern covers the phones' numbers too: who is meant
 * by 40001 depends on where the call comes in.
 */
export async function openTown(ground: TownGround): Promise<RunningTown> {
  const received = receivedInvites();
  const phones = phoneStations(ground, received);
  const parties = partyStations(ground, received);
  const phoneSip = await openSip(ground, received, (incoming) => phones.stations.get(incoming.user));
  const trunkSip = await openSip(ground, received, (incoming) => parties.find(incoming.user));
  return {
    phonePort: phoneSip.port,
    trunkPort: trunkSip.port,
    station: (kind, number) => (kind === "phones" ? phones.stations.get(number) : parties.find(number)),
    stations: (kind: Kind) => [...(kind === "phones" ? phones.stations : parties.stations).values()],
    register: (registrar) => phones.register(phoneSip, registrar),
    async close() {
      await phones.unregister();
      await Promise.all([phoneSip.close(closeGraceMs), trunkSip.close(closeGraceMs)]);
    },
  };
}

function openSip(
  { clock, log, setup }: TownGround,
  received: ReceivedInvites,
  find: (incoming: IncomingInvite) => Station | undefined,
): Promise<SipEndpoint> {
  return openEndpoint({
    ...{ clock, log, host: setup.host, advertise: setup.host, port: 0, realm: setup.domain },
    transports: ["udp", "tcp"],
    userAgent: "Seatway-sim",
    trace: received.note,
    handlers: {
      password: () => undefined,
      // Nobody registers here: these are user agents, not a registrar.
      register: () => ({ status: 403 }),
      invite(incoming) {
        const station = find(incoming);
        if (station) station.take(incoming);
        else incoming.reject(404);
      },
    },
  });
}

/** Each phone is a station and a line: the station takes calls even while the line is not registered. */
function phoneStations(ground: TownGround, received: ReceivedInvites) {
  const { setup } = ground;
  const stations = new Map<string, Station>();
  const lines = new Map<string, Line>();
  setup.phones.forEach((phone, index) => {
    const line = openLine(ground, phone);
    const station = openStation(
      {
        number: phone.number,
        kind: "phones",
        defaults: phoneDefaults(index),
        changed: (behaviour: Behaviour) => line.want(behaviour.registered),
      },
      { ...ground, received },
    );
    line.observe(station.setRegistered);
    stations.set(phone.number, station);
    lines.set(phone.number, line);
  });
  return {
    stations,
    register(endpoint: SipEndpoint, registrar: Peer) {
      for (const line of lines.values()) line.connect(endpoint, registrar);
    },
    async unregister() {
      await Promise.all([...lines.values()].map((line) => line.close()));
    },
  };
}

/** The demo site's parties from the start, every other number when it is first called or told what to do. */
function partyStations(ground: TownGround, received: ReceivedInvites) {
  const stations = new Map<string, Station>();
  const find = (number: string): Station | undefined => {
    const known = stations.get(number);
    if (known || !/^[0-9*#+]{1,24}$/.test(number) || stations.size >= extraParties) return known;
    const made = openStation(
      { number, kind: "parties", defaults: partyDefaults(number), changed: () => {} },
      { ...ground, received },
    );
    stations.set(number, made);
    return made;
  };
  for (const number of partyNumbers) find(number);
  return { stations, find };
}

type Line = ReturnType<typeof openLine>;

/** The registration of one phone: kept while it is wanted, tried again when it fails. */
function openLine({ clock, setup }: TownGround, { number, password }: SimPhone) {
  let wanted = true;
  let target: { readonly endpoint: SipEndpoint; readonly registrar: Peer } | null = null;
  let account: ReturnType<SipEndpoint["register"]> | null = null;
  let tell: (registered: boolean) => void = () => {};

  const start = () => {
    if (!wanted || !target || account) return;
    const credentials = { username: number, password };
    const { endpoint, registrar } = target;
    account = endpoint.register({ user: number, registrar, domain: setup.domain, credentials, expiresS }, observe);
  };
  const observe = (state: AccountState) => {
    tell(state.name === "registered");
    // A gateway that is still starting refuses or does not answer; it soon will.
    if (state.name === "registered") return;
    clock.after(retryMs, () => void stop().then(start));
  };
  const stop = async () => {
    const stopping = account;
    account = null;
    tell(false);
    await stopping?.stop();
  };
  return {
    observe(told: (registered: boolean) => void) {
      tell = told;
    },
    connect(endpoint: SipEndpoint, registrar: Peer) {
      target = { endpoint, registrar };
      start();
    },
    want(registered: boolean) {
      wanted = registered;
      if (registered) start();
      else void stop();
    },
    async close() {
      wanted = false;
      await stop();
    },
  };
}
