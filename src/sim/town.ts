// All numbers of the simulation over two SIP endpoints: the phones, which register, and the parties behind the trunk.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { PhonePlane } from "../media/face.ts";
import { openEndpoint } from "../sip/endpoint.ts";
import type { IncomingInvite, Peer, SipEndpoint } from "../sip/face.ts";
import { type Behaviour, partyDefaults, partyNumbers, phoneDefaults } from "./behaviour.ts";
import type { Kind, Town } from "./control.ts";
import { type ReceivedInvites, receivedInvites } from "./received-invites.ts";
import { openStation, type Station, type StationGround } from "./station.ts";
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
  /** Hangs up and frees the ports. The registrations are left alone: their registrar is closing too. */
  close(): Promise<void>;
};

/** Long, so that a phone from outside that registers for the same number is not overtaken by a refresh of ours. */
const expiresS = 3_600;
const closeGraceMs = 500;
/** Parties beside the demo site's that the control interface may make; a number is a few hundred bytes. */
const extraParties = 1_000;

/**
 * Opens both endpoints on free ports. Two, because the demo's trunk pattern covers the phones' numbers too: who is meant
 * by 40001 depends on where the call comes in.
 */
export async function openTown(ground: TownGround): Promise<RunningTown> {
  const received = receivedInvites();
  let gateway: Peer | null = null;
  const ways = { phones: null, parties: null } as Record<Kind, SipEndpoint | null>;
  const passwords = new Map(ground.setup.phones.map(({ number, password }) => [number, password]));
  const wayOf =
    (kind: Kind): Around["way"] =>
    (from, to) => {
      const sip = ways[kind];
      if (!sip || !gateway) return null;
      const { host, domain } = ground.setup;
      const place = kind === "phones" ? domain : host;
      const [caller, called] = [from, to].map((number) => `sip:${number.replaceAll("#", "%23")}@${place}`);
      const password = kind === "phones" ? passwords.get(from) : undefined;
      const credentials = password === undefined ? {} : { credentials: { username: from, password } };
      return { sip, invite: { uri: called ?? "", peer: gateway, from: { uri: caller ?? "" }, ...credentials } };
    };
  const phones = phoneStations(ground, { received, way: wayOf("phones") });
  const parties = partyStations(ground, { received, way: wayOf("parties") });
  const phoneSip = await openSip(ground, received, (incoming) => phones.stations.get(incoming.user));
  const trunkSip = await openSip(ground, received, (incoming) => parties.find(incoming.user));
  ways.phones = phoneSip;
  ways.parties = trunkSip;
  return {
    phonePort: phoneSip.port,
    trunkPort: trunkSip.port,
    station: (kind, number) => (kind === "phones" ? phones.stations.get(number) : parties.find(number)),
    stations: (kind: Kind) => [...(kind === "phones" ? phones.stations : parties.stations).values()],
    register(registrar) {
      gateway = registrar;
      phones.register(phoneSip, registrar);
    },
    async close() {
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
    allowEvents: ["talk"],
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

type Around = Pick<StationGround, "received" | "way">;

/** Each phone is a station and a line: the station takes calls even while the line is not registered. */
function phoneStations(ground: TownGround, around: Around) {
  const { setup } = ground;
  const stations = new Map<string, Station>();
  const lines: ReturnType<typeof openLine>[] = [];
  setup.phones.forEach((phone, index) => {
    const line = openLine(ground, phone);
    const station = openStation(
      {
        number: phone.number,
        kind: "phones",
        defaults: phoneDefaults(index),
        changed: (behaviour: Behaviour) => line.want(behaviour.registered),
      },
      { ...ground, ...around },
    );
    line.observe(station.setRegistered);
    stations.set(phone.number, station);
    lines.push(line);
  });
  return {
    stations,
    register(endpoint: SipEndpoint, registrar: Peer) {
      for (const line of lines) line.connect(endpoint, registrar);
    },
  };
}

/** The demo site's parties from the start, every other number when it is first called or told what to do. */
function partyStations(ground: TownGround, around: Around) {
  const stations = new Map<string, Station>();
  const find = (number: string): Station | undefined => {
    const known = stations.get(number);
    if (known || !/^[0-9*#+]{1,24}$/.test(number) || stations.size >= extraParties) return known;
    const made = openStation(
      { number, kind: "parties", defaults: partyDefaults(number), changed: () => {} },
      { ...ground, ...around },
    );
    stations.set(number, made);
    return made;
  };
  for (const number of partyNumbers) find(number);
  return { stations, find };
}

/** The registration of one phone, kept while it is wanted; the endpoint refreshes it and tries again after a failure. */
function openLine({ setup }: TownGround, { number, password }: SimPhone) {
  let wanted = true;
  let turns = 0;
  let target: { readonly endpoint: SipEndpoint; readonly registrar: Peer } | null = null;
  let account: ReturnType<SipEndpoint["register"]> | null = null;
  let tell: (registered: boolean) => void = () => {};

  const start = () => {
    if (!wanted || !target || account) return;
    const credentials = { username: number, password };
    const { endpoint, registrar } = target;
    const turn = ++turns;
    account = endpoint.register(
      { user: number, registrar, domain: setup.domain, credentials, expiresS },
      // A late answer to an account that was stopped meanwhile says nothing about the next one.
      (state) => turn === turns && tell(state.name === "registered"),
    );
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
      if (registered) return start();
      turns++;
      const stopping = account;
      account = null;
      tell(false);
      void stopping?.stop();
    },
  };
}
