// Rules that no setting can keep by itself: between two of them, and between them and the site.

import type { Site } from "../core/site.ts";
import { type Problem, type Settings, settingsTable, wrong } from "./table.ts";

/** Rules between settings. */
export function together(settings: Settings): Problem | undefined {
  const hold = pollHoldMs(settings);
  if (settings.guidTimeoutMs <= settings.guidIntervalMs)
    return wrong(
      "GUIDTIMEOUT",
      `${settings.guidTimeoutMs}`,
      `more than GUIDINTERVAL, which is ${settings.guidIntervalMs}`,
    );
  // The Guid of a poll that comes back empty would be dead already.
  if (settings.authMode === 2 && settings.guidTimeoutMs <= hold)
    return wrong("GUIDTIMEOUT", `${settings.guidTimeoutMs}`, `more than the hold of a poll, ${hold} ms`);
  // Programs in the field give a poll up after 20 s.
  if (hold > 15_000)
    return wrong(
      "AGENT_POLL_WAIT_TIMES",
      `${settings.pollWaitTimes}`,
      "15000 ms at most after × AGENT_POLL_WAIT_INTERVAL",
    );
  if (settings.pollTimeoutMs <= hold)
    return wrong("SEATWAY_POLL_TIMEOUT_MS", `${settings.pollTimeoutMs}`, `more than the hold of a poll, ${hold} ms`);
  if (isWildcard(settings.advertise))
    return wrong("SEATWAY_ADVERTISE", settings.advertise, "an address that others can reach");
  if (settings.advertise === "" && isWildcard(settings.host))
    return wrong("SEATWAY_ADVERTISE", "", `an IP address, required because SEATWAY_HOST is ${settings.host}`);
  return bindingClash(settings) ?? acmeClash(settings) ?? portsApart(settings);
}

/** External account binding: a key id and one key, or nothing of it. */
function bindingClash({ acmeEabKeyId: id, acmeEabKey: key, acmeEabKeyFile: file }: Settings): Problem | undefined {
  if (key !== "" && file !== "")
    return wrong("SEATWAY_ACME_EAB_KEY_FILE", file, "empty with SEATWAY_ACME_EAB_KEY: one of the two");
  if (id === "" && (key !== "" || file !== ""))
    return wrong("SEATWAY_ACME_EAB_KEY_ID", "", "the key's id, which the authority gave you with the key");
  if (id !== "" && key === "" && file === "")
    return wrong("SEATWAY_ACME_EAB_KEY_ID", id, "an id with SEATWAY_ACME_EAB_KEY or SEATWAY_ACME_EAB_KEY_FILE alone");
  return undefined;
}

function acmeClash({ acmeDomains, acmeTerms, httpsPort, sipPort, sipsPort }: Settings): Problem | undefined {
  if (acmeDomains.length === 0) return undefined;
  if (!acmeTerms) return wrong("SEATWAY_ACME_TERMS", "OFF", "ON with SEATWAY_ACME_DOMAINS: the terms of its authority");
  if (httpsPort === 0 && (sipPort === 0 || sipsPort === 0))
    return wrong(
      "SEATWAY_ACME_DOMAINS",
      acmeDomains.join(","),
      "a name with SEATWAY_HTTPS_PORT or SEATWAY_SIPS_PORT alone",
    );
  return undefined;
}

/** Two faces cannot listen on one port, and SIP over UDP cannot stand in the media's range. */
function portsApart(settings: Settings): Problem | undefined {
  const taken = new Map<number, string>();
  const keys = ["httpsPort", "httpPort", "sipPort", "sipsPort", "mmlPort"] as const;
  for (const key of settings.acmeDomains.length > 0 ? ([...keys, "acmePort"] as const) : keys) {
    const value = settings[key];
    const other = taken.get(value);
    if (value !== 0 && other)
      return wrong(settingsTable[key].name, `${value}`, `a port of its own, ${other} has this one`);
    taken.set(value, settingsTable[key].name);
  }
  const [first, last] = settings.rtpPorts;
  if (first % 2 !== 0 || last === first)
    return wrong(
      "SEATWAY_RTP_PORTS",
      `${first}-${last}`,
      "an even first port and at least one more (RTP even, RTCP odd)",
    );
  if (settings.sipPort >= first && settings.sipPort <= last)
    return wrong("SEATWAY_SIP_PORT", `${settings.sipPort}`, `a port outside SEATWAY_RTP_PORTS, ${first}-${last}`);
  return undefined;
}

/** How long an empty poll is held, in ms; 0 = answered at once. */
export const pollHoldMs = (settings: Settings): number =>
  settings.pollWait ? settings.pollWaitTimes * settings.pollWaitIntervalMs : 0;

/** 0.0.0.0 and every spelling of `::`. */
export const isWildcard = (host: string): boolean => /^(0\.0\.0\.0|[0:]+)$/.test(host);

/** 127.0.0.0/8 and ::1. */
export const isLoopback = (host: string): boolean => /^127\.\d+\.\d+\.\d+$/.test(host) || host === "::1";

/**
 * Settings against the site. Beyond loopback an empty password would let anybody in; a work number outside the range
 * could never sign in, so it is a mistake in one of the two.
 */
export function checkAgainstSite(settings: Settings, site: Site): Problem | undefined {
  const [first, last] = settings.agentIdRange;
  const outside = site.agents.find(({ id }) => Number(id) < first || Number(id) > last);
  if (outside)
    return wrong("SEATWAY_AGENT_ID_RANGE", `${first}-${last}`, `a range that holds agent ${outside.id} of the site`);
  return checkExposure(settings, site);
}

/** With SEATWAY_HOST beyond loopback, an agent or phone with an empty password stops the start. */
export function checkExposure(settings: Settings, site: Site): Problem | undefined {
  if (isLoopback(settings.host)) return undefined;
  const agent = site.agents.find(({ password }) => password === "");
  const phone = site.phones.find(({ password }) => password === "");
  const open = agent ? `agent ${agent.id}` : phone && `phone ${phone.number}`;
  if (!open) return undefined;
  return wrong(
    "SEATWAY_HOST",
    settings.host,
    `a loopback address while ${open} has an empty password: the site file gives it one (docs/site.md)`,
  );
}
