// What `seatway doctor` looks at, one function for each thing: ports, addresses, certificate, clock, disk, trunks. Nothing is changed,
// and nothing stays open.

import { X509Certificate } from "node:crypto";
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { constants } from "node:fs";
import { access, readFile, statfs } from "node:fs/promises";
import { createServer, isIPv4, Server } from "node:net";
import { networkInterfaces } from "node:os";
import { dirname, join, resolve } from "node:path";
import { systemClock } from "./base/clock.ts";
import { GatewayFault } from "./client/exchange.ts";
import { trunkClient } from "./client/trunk.ts";
import type { Site } from "./core/site.ts";
import { isLoopback, isWildcard, type Settings } from "./settings.ts";

/** `bad`: calls will fail, or do; `look`: may be meant so. */
export type Finding = {
  readonly what: string;
  readonly state: "ok" | "look" | "bad";
  readonly said: string;
  /** What to do. */
  readonly advice?: string;
};

export type Patient = {
  readonly settings: Settings;
  /** null: the demo site. */
  readonly site: Site | null;
  /** A gateway with these settings runs now. */
  readonly running: boolean;
};

const codeOf = (fault: unknown): string =>
  fault instanceof Error && "code" in fault && typeof fault.code === "string" ? fault.code : String(fault);

/** null: free; else why it cannot be opened. */
async function bindFault(kind: "tcp" | "udp", host: string, port: number): Promise<string | null> {
  const opened = kind === "tcp" ? createServer() : createSocket(isIPv4(host) ? "udp4" : "udp6");
  try {
    const listening = once(opened, "listening");
    if (opened instanceof Server) opened.listen(port, host);
    else opened.bind(port, host);
    await listening;
  } catch (fault) {
    return codeOf(fault);
  }
  const closed = once(opened, "close");
  opened.close();
  await closed;
  return null;
}

const bindAdvice: Readonly<Record<string, (port: number) => string>> = {
  EADDRINUSE: (port) => `another program has it: ss -lntup 'sport = :${port}' names it; end it, or give another port`,
  EACCES: () => "ports below 1024 are not for everybody: AmbientCapabilities=CAP_NET_BIND_SERVICE, or a higher port",
  EADDRNOTAVAIL: () => "SEATWAY_HOST is no address of this machine: ip addr lists those that are",
};

export async function lookAtPorts({ settings, running }: Patient): Promise<readonly Finding[]> {
  const { host } = settings;
  const faces = [
    ["SEATWAY_HTTPS_PORT", settings.httpsPort, ["tcp"], host],
    ["SEATWAY_HTTP_PORT", settings.httpPort, ["tcp"], "127.0.0.1"],
    ["SEATWAY_SIP_PORT", settings.sipPort, ["udp", "tcp"], host],
    ["SEATWAY_SIPS_PORT", settings.sipPort === 0 ? 0 : settings.sipsPort, ["tcp"], host],
    ["SEATWAY_MML_PORT", settings.mmlPort, ["tcp"], "127.0.0.1"],
    ["SEATWAY_ACME_PORT", settings.acmeDomains.length === 0 ? 0 : settings.acmePort, ["tcp"], host],
    ["SEATWAY_RTP_PORTS", settings.rtpPorts[0], ["udp"], host],
    ["SEATWAY_RTP_PORTS", settings.rtpPorts[1], ["udp"], host],
  ] as const;
  const doors = faces.flatMap(([name, port, kinds, at]) =>
    port === 0 ? [] : kinds.map((kind) => ({ name, port, kind, at })),
  );
  const found: Finding[] = [];
  for (const { name, port, kind, at } of doors) {
    const fault = await bindFault(kind, at, port);
    if (fault === null || (running && fault === "EADDRINUSE")) continue;
    const advice = bindAdvice[fault]?.(port);
    const said = `${name}: ${kind} ${at}:${port} ${fault}`;
    found.push({ what: "ports", state: "bad", said, ...(advice ? { advice } : {}) });
  }
  if (found.length > 0) return found;
  return [{ what: "ports", state: "ok", said: running ? "all are the running gateway's, or free" : "all are free" }];
}

const isPrivate = (address: string): boolean =>
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe80:)/i.test(
    address,
  );

const own = (): ReadonlySet<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address)));

/** The addresses that a trunk's host stands for; none when its name leads nowhere. */
export const addressesOf = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true }).catch(() => [])).map(({ address }) => address);

export async function lookAtAddresses({ settings, site }: Patient): Promise<readonly Finding[]> {
  const { advertise, host, sipPort, rtpPorts } = settings;
  const what = "addresses";
  const far = (await Promise.all((site?.trunks ?? []).map(({ host }) => addressesOf(host)))).flat();
  const outside = far.some((address) => !isLoopback(address) && !isPrivate(address));
  const beyond = far.some((address) => !isLoopback(address));
  if (isLoopback(advertise) && beyond) {
    return [
      {
        ...{ what, state: "bad", said: `phones and trunks are told to send to ${advertise}, which is themselves` },
        advice: "SEATWAY_HOST: an address of this machine; SEATWAY_ADVERTISE: the one at which others reach it",
      },
    ];
  }
  if (isPrivate(advertise) && outside) {
    return [
      {
        ...{ what, state: "bad", said: `a trunk is on the internet, and is told to send to ${advertise}` },
        advice: `SEATWAY_ADVERTISE: the public address; forward UDP ${rtpPorts[0]}-${rtpPorts[1]} and ${sipPort} to this machine, and switch SIP ALG off`,
      },
    ];
  }
  if (!own().has(advertise) && !isLoopback(advertise)) {
    return [
      {
        ...{ what, state: "look", said: `${advertise} is no address of this machine: it stands behind NAT` },
        advice: `forward UDP ${rtpPorts[0]}-${rtpPorts[1]} and ${sipPort} to ${isWildcard(host) ? "this machine" : host}, and switch SIP ALG off`,
      },
    ];
  }
  const reached = isLoopback(advertise)
    ? `this machine alone reaches it, at ${advertise}`
    : `others reach it at ${advertise}`;
  return [{ what, state: "ok", said: reached }];
}

const DAY_MS = 24 * 60 * 60 * 1000;

export async function lookAtCertificate({ settings }: Patient): Promise<readonly Finding[]> {
  const what = "certificate";
  const path = join(settings.data, "tls", "cert.pem");
  const pem = await readFile(path).catch(codeOf);
  if (pem === "ENOENT") return [{ what, state: "ok", said: "none yet: one is made at the first start" }];
  if (typeof pem === "string")
    return [{ what, state: "bad", said: `${path}: ${pem}`, advice: "let the gateway's user read it" }];
  try {
    return [judgeCertificate(path, new X509Certificate(pem), settings)];
  } catch {
    return [
      {
        what,
        state: "bad",
        said: `${path} holds no certificate`,
        advice: "put a PEM file there, or remove it and key.pem",
      },
    ];
  }
}

function judgeCertificate(path: string, certificate: X509Certificate, { advertise, acmeDomains }: Settings): Finding {
  const what = "certificate";
  const now = systemClock.now();
  const [from, to] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  const renew =
    acmeDomains.length > 0
      ? "the gateway orders one by ACME: see below how that goes"
      : "put a new pair there, or remove cert.pem and key.pem to have them made at the next start";
  if (from > now)
    return { what, state: "bad", said: `${path} is valid only from ${certificate.validFrom}`, advice: "set the clock" };
  if (to <= now) return { what, state: "bad", said: `${path} has expired on ${certificate.validTo}`, advice: renew };
  const days = Math.floor((to - now) / DAY_MS);
  if (days < 30) return { what, state: "look", said: `${path} expires in ${days} days`, advice: renew };
  const names = acmeDomains.length > 0 ? acmeDomains : [advertise];
  const without = names.find((name) => !(certificate.checkIP(name) ?? certificate.checkHost(name)));
  if (without) return { what, state: "look", said: `${path} does not stand for ${without}`, advice: renew };
  return { what, state: "ok", said: `valid for ${days} days` };
}

/** Files that the usual services leave when the clock is set by others'. */
const signsOfTime = [
  "/run/systemd/timesync/synchronized",
  "/run/chrony/chronyd.pid",
  "/run/ntpd.pid",
  "/run/openntpd.pid",
];

export async function lookAtClock(): Promise<readonly Finding[]> {
  const what = "clock";
  for (const path of signsOfTime) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return [{ what, state: "ok", said: `kept right (${path})` }];
  }
  return [
    {
      ...{ what, state: "look", said: "nothing shows that it is kept right" },
      advice:
        "certificates, call records and digests need the right time: apt-get install chrony; in a container the host keeps it",
    },
  ];
}

const MIB = 1024 ** 2;
/** Two channels of 16 bits at 8 kHz. */
const RECORDING_BYTES_PER_HOUR = 2 * 2 * 8000 * 3600;

/** The folder itself, or the nearest above it that is there. */
async function standing(folder: string): Promise<string> {
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  return there || dirname(folder) === folder ? folder : standing(dirname(folder));
}

export async function lookAtDisk({ settings }: Patient): Promise<readonly Finding[]> {
  const what = "disk";
  const folder = await standing(resolve(settings.data));
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch {
    return [
      { what, state: "bad", said: `${folder} cannot be written`, advice: "give it to the user that runs the gateway" },
    ];
  }
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const said = `${Math.floor(free / MIB)} MiB free for SEATWAY_DATA=${settings.data}, ${Math.floor(free / RECORDING_BYTES_PER_HOUR)} h of recordings`;
  if (free >= 1024 * MIB) return [{ what, state: "ok", said }];
  const advice = "make room, or move SEATWAY_DATA: without it recordings end, and records wait";
  return [{ what, state: free < 100 * MIB ? "bad" : "look", said, advice }];
}

export async function lookAtTrunks({ settings, site, running }: Patient): Promise<readonly Finding[]> {
  const what = "trunks";
  if (running && settings.httpPort !== 0) return askTrunks(`http://127.0.0.1:${settings.httpPort}`);
  if (site === null) return [{ what, state: "ok", said: "the demo site has its own" }];
  const found: Finding[] = [];
  for (const { name, host } of site.trunks) {
    if ((await addressesOf(host)).length > 0) continue;
    found.push({
      what,
      state: "bad",
      said: `${name}: ${host} leads to no address`,
      advice: "correct the host, or the name server",
    });
  }
  if (found.length > 0) return found;
  return [
    {
      what,
      state: "ok",
      said: `${site.trunks.length} with addresses; whether they answer is seen while the gateway runs`,
    },
  ];
}

async function askTrunks(url: string): Promise<readonly Finding[]> {
  const what = "trunks";
  try {
    const trunks = await trunkClient({ url }).list();
    if ("refused" in trunks) return [{ what, state: "look", said: trunks.message }];
    const down = trunks.filter(({ state }) => state !== "up" && state !== "full");
    const found: Finding[] = down.map(({ name, state, uri }) => ({
      ...{ what, state: "bad", said: `${name} (${uri}): ${state}` },
      advice: `npx seatway trunk doctor ${name} shows what it answers`,
    }));
    // What a peer sees of our address (RFC 3581) is better than any guess.
    for (const { name, nat } of trunks)
      if (nat?.hint) found.push({ what: "addresses", state: "look", said: `${name}: ${nat.hint}` });
    return found.length > 0 ? found : [{ what, state: "ok", said: `${trunks.length} serve` }];
  } catch (fault) {
    if (!(fault instanceof GatewayFault)) throw fault;
    return [{ what, state: "look", said: fault.message }];
  }
}

/** Sockets, files and connections are all descriptors. */
export async function lookAtLimits({ settings }: Patient): Promise<readonly Finding[]> {
  const what = "limits";
  const limits = await readFile("/proc/self/limits", "utf8").catch(() => "");
  const most = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.NaN);
  const [first, last] = settings.rtpPorts;
  const needed = last - first + 1 + 2048;
  if (Number.isNaN(most) || most >= needed) return [{ what, state: "ok", said: "enough open files" }];
  return [
    {
      ...{ what, state: "look", said: `${most} open files, ${needed} when all media ports are in use` },
      advice: "LimitNOFILE in the unit, ulimit -n in a shell, or fewer SEATWAY_RTP_PORTS",
    },
  ];
}
