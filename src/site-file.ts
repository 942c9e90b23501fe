// The site file: YAML -> Site, checked strictly. The form of every key is here; rules between keys are in `check`.
// docs/site.md shows a whole one. Read once at start, by start.ts.

import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { isStoredPassword } from "./base/password.ts";
import { signs } from "./core/detect/cause.ts";
import { boundsOf, fits, parameterName, parameterNames } from "./core/parameter/table.ts";
import type { Site, SiteAgent, SiteTrunk } from "./core/site.ts";
import { DEFAULT_TOLL_RULES } from "./core/toll/toll.ts";
import { quoted } from "./setting.ts";
import { fileSettingAllows, isSecret } from "./settings.ts";
import { agentSkills, checkInbound, groups, menus, numbers, queue, workNumberVoice } from "./site-inbound.ts";
import { checkMedia, mediaForm } from "./site-media.ts";
import { identity, label, pattern, subnet, workNumber, yesOrNo } from "./site-terms.ts";
import {
  defaulted,
  type Find,
  listOf,
  mapOf,
  mapping,
  oneOf,
  optional,
  type Problems,
  type Read,
  readYaml,
  required,
  text,
  whole,
} from "./site-yaml.ts";

/** What a site file says: the site, and settings by their names (checked by readSettings). */
export type SiteFile = { readonly site: Site; readonly settings: Readonly<Record<string, string>> };

/** What a callout may show (0 to 24 digits there; an entry needs at least one). */
const callerNumber = text(/^\d{1,24}$/, "1 to 24 digits");
const account = text(/^[0-9*#]{1,24}$/, "1 to 24 of digits, * and #");
/** What called numbers begin with. */
const prefix = text(/^[0-9*#]{1,24}$/, "1 to 24 of digits, * and #");
const dailyCalls = whole(0, 10_000_000);
const milliseconds = whole(1000, 600_000);
/** Digest hashes the octets of a password (RFC 8760 §2.3); ASCII leaves no question which octets those are. */
const secretLine = text(/^[\x20-\x7e]{0,128}$/, "0 to 128 printable ASCII characters", "secret");

const agentPassword = text(isStoredPassword, 'a hash like scrypt$16384$8$1$salt$hash, or ""', "secret");
/** RFC 1123 §2.1: labels of letters, digits and inner hyphens; the last one is no number, that would be an address. */
const hostName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const host = text((value) => isIP(value) !== 0 || hostName.test(value), "an IP address or a host name");
const agentForm = mapping({
  id: required(workNumber),
  name: required(label),
  password: required(agentPassword),
  skills: defaulted({ skills: [] }, agentSkills),
  rights: defaulted<Site["agents"][number]["rights"]>(["agent"], listOf(oneOf("agent", "supervisor", "administrator"))),
  caller: optional(callerNumber),
});

const agent: Read<SiteAgent> = (field, complain) => {
  const read = agentForm(field, complain);
  return read && { ...read, ...read.skills };
};

const skill = mapping({
  id: required(identity),
  name: required(label),
  mediaType: defaulted(5, whole(0, 99)),
  caller: optional(callerNumber),
  prefixes: optional(listOf(prefix)),
  record: optional(yesOrNo),
  detect: optional(listOf(oneOf("progress", "answer"))),
  queue: optional(queue),
});

/** The user part of a registered address. */
const accountName = text(/^[\w.+*#-]{1,64}$/, "1 to 64 of letters, digits and . _ - + * #");
const pemFile = text(/^[^\p{Cc}]{1,1024}$/u, "the path of a PEM file");

/** What stands in front of a number: a carrier may want a + there (ITU-T E.164). */
const numberPrefix = text(/^[0-9*#+]{0,24}$/, "up to 24 of digits, *, # and +");
const callerNumberAsWritten = text(/^\+?\d{1,24}$/, "1 to 24 digits, with or without a +");
const rewriting = mapping({ strip: defaulted(0, whole(0, 24)), prefix: defaulted("", numberPrefix) });

const callerForm = mapping({
  always: optional(callerNumberAsWritten),
  strip: optional(whole(0, 24)),
  prefix: optional(numberPrefix),
});

/** Either `strip` and `prefix`, or one number that is always shown. */
const callerRewriting: Read<NonNullable<SiteTrunk["caller"]>> = (field, complain) => {
  const read = callerForm(field, complain);
  if (!read) return undefined;
  const { always, strip = 0, prefix = "" } = read;
  if (always === undefined) return { strip, prefix };
  if (read.strip === undefined && read.prefix === undefined) return { always };
  return complain(field, "always stands alone");
};

/** 0 turns it off. */
const zeroOr =
  (least: number, most: number): Read<number> =>
  (field, complain) => {
    const read = whole(0, most)(field, complain);
    if (read === undefined || read === 0 || read >= least) return read;
    return complain(field, `${read} is not allowed, 0 or a whole number from ${least} to ${most} expected`);
  };

const trunk = mapping({
  name: required(label),
  host: required(host),
  port: optional(whole(1, 65_535)),
  transport: optional(oneOf("udp", "tcp", "tls")),
  tls: optional(mapping({ ca: optional(pemFile), cert: optional(pemFile), key: optional(pemFile) })),
  srtp: optional(yesOrNo),
  patterns: required(listOf(pattern)),
  priority: defaulted(1, whole(0, 1000)),
  weight: optional(whole(0, 1000)),
  channels: optional(whole(0, 100_000)),
  numbers: optional(oneOf("sip", "phone", "tel")),
  called: optional(rewriting),
  caller: optional(callerRewriting),
  domain: optional(host),
  identity: optional(oneOf("asserted", "hidden")),
  redirects: optional(whole(0, 10)),
  credentials: optional(
    mapping({
      username: required(label),
      password: required(secretLine),
      realms: optional(
        listOf(mapping({ realm: required(label), username: required(label), password: required(secretLine) })),
      ),
    }),
  ),
  from: optional(listOf(subnet)),
  inbound: optional(mapping({ username: required(accountName), password: required(secretLine) })),
  register: optional(
    mapping({
      user: optional(accountName),
      expiresS: defaulted(600, whole(60, 86_400)),
      outbound: optional(yesOrNo),
    }),
  ),
  probeMs: defaulted(30_000, whole(0, 3_600_000)),
  // Below half a second one lost datagram would be silence; above 32 s Timer B has ended the INVITE.
  responseMs: optional(zeroOr(500, 32_000)),
  health: optional(mapping({ upAfter: defaulted(1, whole(1, 100)), downAfter: defaulted(2, whole(1, 100)) })),
});

/** status: a final response other than 2xx (RFC 3261 §21). q850: a cause of ITU-T Q.850, 1 to 127. */
const detectRow = mapping({
  phase: optional(oneOf("agent", "party")),
  status: optional(whole(300, 699)),
  q850: optional(whole(1, 127)),
  heard: optional(oneOf(...signs)),
  detect: required(whole(0, 99_999)),
  desc: required(label),
});

const soundFile = text(/^[^\p{Cc}]{1,1024}$/u, "the path of a WAV or MP3 file");

const form = mapping({
  settings: defaulted<Readonly<Record<string, string>>>({}, mapOf(text(/^[^\p{Cc}]{0,1024}$/u, "one line of text"))),
  vdn: defaulted({ id: 1, name: "Seatway" }, mapping({ id: required(identity), name: required(label) })),
  country: optional(text(/^[A-Z]{2}$/, "a country of two capital letters")),
  music: optional(soundFile),
  announcements: optional(mapOf(soundFile)),
  workNumberVoice: optional(workNumberVoice),
  codecs: optional(listOf(oneOf("PCMU", "PCMA", "G722", "opus"))),
  media: optional(mediaForm),
  agents: required(listOf(agent)),
  skills: required(listOf(skill)),
  phones: required(
    listOf(mapping({ number: required(account), password: required(secretLine), srtp: optional(yesOrNo) })),
  ),
  callers: required(listOf(callerNumber)),
  defaultCaller: required(callerNumber),
  defaultSkill: required(identity),
  trunks: defaulted<Site["trunks"]>([], listOf(trunk)),
  numbers: optional(numbers),
  menus: optional(menus),
  groups: optional(groups),
  restCauses: optional(listOf(mapping({ id: required(whole(0, 255)), name: required(label) }))),
  busyReasons: optional(listOf(mapping({ id: required(whole(200, 250)), name: required(label) }))),
  wrapUpCodes: optional(listOf(mapping({ id: required(identity), name: required(label) }))),
  ring: defaulted(
    { agentMs: 30_000, customerMs: 60_000 },
    mapping({ agentMs: defaulted(30_000, milliseconds), customerMs: defaulted(60_000, milliseconds) }),
  ),
  wrapUpMs: optional(milliseconds),
  parameters: defaulted<Readonly<Record<string, number>>>({}, mapOf(whole(0, 0xffff_ffff))),
  detect: defaulted<Site["detect"]>([], listOf(detectRow)),
  toll: optional(
    mapping({
      barred: defaulted<readonly string[]>(DEFAULT_TOLL_RULES.barred, listOf(prefix)),
      agentDailyCalls: defaulted(DEFAULT_TOLL_RULES.agentDailyCalls, dailyCalls),
      skillDailyCalls: defaulted(DEFAULT_TOLL_RULES.skillDailyCalls, dailyCalls),
    }),
  ),
}) satisfies Read<Site>;

type Filled = Site & { readonly settings: SiteFile["settings"] };

/** Rules between keys: names that have to exist, and names that may stand once. */
function check(filled: Filled, find: Find): void {
  once(filled, find);
  for (const [name, value] of Object.entries(filled.settings)) {
    const allowed = fileSettingAllows(name, value);
    const shown = isSecret(name) ? "the value" : quoted(value, 40);
    if (allowed) find(["settings", name], `${shown} is not allowed, ${allowed} expected`);
  }
  const skills = new Set(filled.skills.map(({ id }) => id));
  const callers = new Set(filled.callers);
  const shows = (caller: string | undefined, ...path: (string | number)[]): void => {
    if (caller !== undefined && !callers.has(caller)) find(path, `${caller} is not one of the site's callers`);
  };
  for (const [index, { skills: own, caller }] of filled.agents.entries()) {
    for (const id of own) if (!skills.has(id)) find(["agents", index, "skills"], `${id} is not a skill of this site`);
    shows(caller, "agents", index, "caller");
  }
  for (const [index, { caller }] of filled.skills.entries()) shows(caller, "skills", index, "caller");
  shows(filled.defaultCaller, "defaultCaller");
  if (!skills.has(filled.defaultSkill)) find(["defaultSkill"], `${filled.defaultSkill} is not a skill of this site`);
  checkTrunks(filled.trunks, find);
  checkInboundAccounts(filled, find);
  checkInbound(filled, find);
  if (filled.media) checkMedia(filled.media, find);
  for (const [name, value] of Object.entries(filled.parameters)) checkParameter(name, value, find);
}

function checkTrunks(trunks: readonly SiteTrunk[], find: Find): void {
  for (const [index, { register, credentials }] of trunks.entries())
    if (register && !credentials) find(["trunks", index, "register"], "needs credentials");
  checkTrunkFiles(trunks, find);
}

/** An account is either a phone's or one trunk's: who calls has to be sure. An empty password proves nothing. */
function checkInboundAccounts({ trunks, phones }: Filled, find: Find): void {
  const known = new Set(phones.map(({ number }) => number));
  for (const [index, { inbound }] of trunks.entries()) {
    if (!inbound) continue;
    if (known.has(inbound.username))
      find(["trunks", index, "inbound", "username"], `${inbound.username} stands here twice`);
    if (inbound.password === "") find(["trunks", index, "inbound", "password"], "must not be empty");
    known.add(inbound.username);
  }
}

/** A certificate is of no use without its key; and one host is met with one set of files. */
function checkTrunkFiles(trunks: readonly SiteTrunk[], find: Find): void {
  const hosts = new Map<string, SiteTrunk["tls"]>();
  for (const [index, { transport, host, tls }] of trunks.entries()) {
    if (tls && transport !== "tls") find(["trunks", index, "tls"], "only with transport: tls");
    if ((tls?.cert === undefined) !== (tls?.key === undefined))
      find(["trunks", index, "tls"], "cert and key belong together");
    if (transport !== "tls") continue;
    const other = hosts.get(host);
    if (hosts.has(host) && (other?.ca !== tls?.ca || other?.cert !== tls?.cert || other?.key !== tls?.key))
      find(["trunks", index, "tls"], `another trunk meets ${host} with other files`);
    hosts.set(host, tls);
  }
}

function checkParameter(text: string, value: number, find: Find): void {
  const name = parameterName(text);
  // One spelling, or P18 and p18 could both stand here.
  if (name !== text) find(["parameters", text], `no such parameter, one of ${parameterNames.join(", ")} expected`);
  else if (!fits(name, value)) find(["parameters", text], `${value} is not allowed, ${boundsOf(name)} expected`);
}

/** What identifies a thing may stand once. */
function once(
  { agents, skills, phones, callers, trunks, groups = [], numbers = [], menus = [], ...named }: Filled,
  find: Find,
): void {
  const { restCauses = [], busyReasons = [], wrapUpCodes = [] } = named;
  const lists: readonly (readonly [name: string, key: string, values: readonly (string | number)[]])[] = [
    ["agents", "id", agents.map(({ id }) => id)],
    ["skills", "id", skills.map(({ id }) => id)],
    ["phones", "number", phones.map(({ number }) => number)],
    ["trunks", "name", trunks.map(({ name }) => name)],
    ["groups", "id", groups.map(({ id }) => id)],
    ["restCauses", "id", restCauses.map(({ id }) => id)],
    ["busyReasons", "id", busyReasons.map(({ id }) => id)],
    ["wrapUpCodes", "id", wrapUpCodes.map(({ id }) => id)],
    ["menus", "name", menus.map(({ name }) => name)],
    ["numbers", "pattern", numbers.map(({ pattern }) => pattern)],
    ["callers", "", callers],
  ];
  for (const [name, key, values] of lists) {
    const seen = new Set<string | number>();
    for (const [index, value] of values.entries()) {
      if (seen.has(value)) find(key ? [name, index, key] : [name, index], `${value} stands here twice`);
      seen.add(value);
    }
  }
}

/**
 * The text of a site file. `file`: its name, for the problems, which come all at once, one line each. Settings are
 * checked alone here; readSettings checks them together with the environment.
 */
export function parseSite(file: string, source: string): SiteFile | Problems {
  const read = readYaml({ file, text: source }, form, check);
  if ("problems" in read) return read;
  const { settings, ...site } = read.value;
  return { site, settings };
}

/**
 * Reads a site file; `null` when there is none, `unreadable` with the reason when it cannot be read. `change`: what is read instead of
 * its text.
 */
export async function readSiteFile(
  path: string,
  change: (text: string) => string = (text) => text,
): Promise<SiteFile | Problems | { readonly unreadable: string } | null> {
  try {
    return parseSite(path, change(await readFile(path, "utf8")));
  } catch (fault) {
    if (!(fault instanceof Error && "code" in fault)) throw fault;
    if (fault.code === "ENOENT") return null;
    return { unreadable: `cannot be read (${fault.code})` };
  }
}
