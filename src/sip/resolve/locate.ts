// Locating SIP servers (RFC 3263 §4): which transport (§4.1), which address and port (§4.2). What is found is kept by rank
// and weight, because each request draws its own order from it (RFC 2782).

import { isIP } from "node:net";
import type { Peer, Transport } from "../face.ts";
import { bareHost, type SipUri, uriParameter } from "../message/uri.ts";
import { DEFAULT_PORT } from "../transport/kinds.ts";
import type { NameServer, Naptr, Srv } from "./name-server.ts";

/** Peers of one server name. A lower rank goes first; among equals the weight decides. */
export type Place = { readonly rank: number; readonly weight: number; readonly peers: readonly Peer[] };

/** `ttlS` undefined: no record said how long it holds. */
export type Located = { readonly places: readonly Place[]; readonly ttlS: number | undefined };

export type Ways = {
  readonly names: NameServer;
  /** What we can send over, best first. */
  readonly transports: readonly Transport[];
};

/** What a URI asks for, before anything is looked up. `port` and `transport` only when it says so. */
export type Goal = {
  readonly host: string;
  readonly port: number | undefined;
  readonly transport: Transport | undefined;
  readonly secure: boolean;
};

type Service = { readonly naptr: string; readonly srv: string; readonly secure: boolean };
type Offered = Service & { readonly transport: Transport };

/** RFC 3263 §4.1; `_sips._tcp` is TLS over TCP. */
const SERVICES: readonly (Service & { readonly transport: string })[] = [
  { naptr: "SIPS+D2T", srv: "_sips._tcp", transport: "tls", secure: true },
  { naptr: "SIP+D2T", srv: "_sip._tcp", transport: "tcp", secure: false },
  { naptr: "SIP+D2U", srv: "_sip._udp", transport: "udp", secure: false },
];

const RANKS_OF_SRV = 65_536;
/** Of each kind of record; a zone with more is a mistake or an attack. */
const MAX_RECORDS = 16;

/** Undefined when the URI wants a transport that we do not have. */
export function goalOf(uri: SipUri, transports: readonly Transport[]): Goal | undefined {
  const secure = uri.scheme === "sips";
  const asked = uriParameter(uri, "transport")?.toLowerCase();
  // §4.1: sips is TLS, over TCP.
  const wanted: string | undefined = secure && (asked === undefined || asked === "tcp") ? "tls" : asked;
  const transport = transports.find((it) => it === wanted);
  if (wanted !== undefined && transport === undefined) return undefined;
  if (secure && transport === "udp") return undefined;
  return { host: bareHost(uri.host), port: uri.port, transport, secure };
}

/** Without DNS: an address says all there is to know (§4.1, §4.2); undefined for a name. */
export function literalPeer({ host, port, transport = "udp" }: Goal): Peer | undefined {
  return isIP(host) ? { transport, address: host, port: port ?? DEFAULT_PORT[transport] } : undefined;
}

/** Where a name leads. Rejects when no name server could be asked. */
export async function locate(goal: Goal, ways: Ways): Promise<Located> {
  const { places, ttlS } = await servers(goal, ways);
  // RFC 5922 §4: the certificate is for the domain of the URI, whatever host DNS led to.
  const named = (peer: Peer): Peer => ({ ...peer, serverName: goal.host });
  return { places: places.map((place) => ({ ...place, peers: place.peers.map(named) })), ttlS };
}

async function servers(goal: Goal, ways: Ways): Promise<Located> {
  // §4.1: with a port and no transport it is UDP; the name is then a host (§4.2).
  if (goal.port !== undefined) return hostAt(goal.host, goal.port, goal.transport ?? "udp", ways);
  const services = servicesFor(goal, ways);
  const chosen = goal.transport === undefined ? await byNaptr(goal.host, services, ways) : [];
  const asked = chosen.length > 0 ? chosen : services.map((it) => ({ ...it, domain: `${it.srv}.${goal.host}` }));
  const found = await bySrv(asked, ways);
  if (found) return found;
  const transport = goal.transport ?? "udp";
  return hostAt(goal.host, DEFAULT_PORT[transport], transport, ways);
}

/** The services of a goal, best transport first. A sip URI that names no transport is not raised to TLS by us. */
function servicesFor({ transport, secure }: Goal, { transports }: Ways): readonly Offered[] {
  const usable = transports.filter((it) => transport === undefined || it === transport);
  return usable.flatMap((it) => {
    const service = SERVICES.find((known) => known.transport === it);
    const fits = service && (secure ? service.secure : transport !== undefined || !service.secure);
    return fits ? [{ ...service, transport: it }] : [];
  });
}

type Asked = Offered & { readonly domain: string };

/** §4.1: the services that we have, by order, then preference. */
async function byNaptr(host: string, services: readonly Offered[], { names }: Ways): Promise<readonly Asked[]> {
  const records = (await names.naptr(host)).slice(0, MAX_RECORDS).toSorted(byPreference);
  return records.flatMap(({ flags, service, replacement }) => {
    const known = services.find((it) => it.naptr === service.toUpperCase());
    return known && flags.toLowerCase() === "s" && replacement ? [{ ...known, domain: replacement }] : [];
  });
}

const byPreference = (a: Naptr, b: Naptr): number => a.order - b.order || a.preference - b.preference;

/** Undefined when there is no SRV record at all: then the name itself is the host (§4.2). */
async function bySrv(asked: readonly Asked[], ways: Ways): Promise<Located | undefined> {
  const answers = await Promise.all(asked.map(({ domain }) => ways.names.srv(domain)));
  if (answers.every((records) => records.length === 0)) return undefined;
  const found = answers.flatMap((records, index) => {
    const transport = asked[index]?.transport ?? "udp";
    const offered = records.filter(({ name }) => name !== "" && name !== ".").slice(0, MAX_RECORDS);
    return offered.map((record) => server(record, { transport, first: index * RANKS_OF_SRV, ways }));
  });
  return together(await Promise.all(found));
}

type ServerAt = { readonly transport: Transport; readonly first: number; readonly ways: Ways };

async function server({ name, port, priority, weight }: Srv, { transport, first, ways }: ServerAt): Promise<Located> {
  const { places, ttlS } = await hostAt(name, port, transport, ways).catch(() => NOWHERE);
  return { places: places.map(({ peers }) => ({ rank: first + priority, weight, peers })), ttlS };
}

const NOWHERE: Located = { places: [], ttlS: undefined };

async function hostAt(host: string, port: number, transport: Transport, { names }: Ways): Promise<Located> {
  const addresses = (await names.addresses(host)).slice(0, MAX_RECORDS);
  if (addresses.length === 0) return NOWHERE;
  const ttls = addresses.flatMap(({ ttlS }) => (ttlS === undefined ? [] : [ttlS]));
  return {
    places: [{ rank: 0, weight: 0, peers: addresses.map(({ address }) => ({ transport, address, port })) }],
    ttlS: ttls.length > 0 ? Math.min(...ttls) : undefined,
  };
}

function together(found: readonly Located[]): Located {
  const ttls = found.flatMap(({ ttlS }) => (ttlS === undefined ? [] : [ttlS]));
  return {
    places: found.flatMap(({ places }) => places),
    ttlS: ttls.length > 0 ? Math.min(...ttls) : undefined,
  };
}
