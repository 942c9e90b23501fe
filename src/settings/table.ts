// Every setting of the gateway, ONE table: name, default, what is allowed, meaning. Read once (../settings.ts).
// The environment ranks over the `settings:` section of the site file, and that over the default. Names that the
// agent API documents are bare (`AUTHMODE`), ours begin with `SEATWAY_`. docs/settings.md is printed from this table;
// its Chinese for the console stands in web/console/words/zh-settings.ts.

import {
  address,
  addressList,
  choice,
  databaseUrl,
  flag,
  hostNames,
  oneOf,
  optionalAddress,
  optionalKey,
  optionalPath,
  optionalText,
  optionalUrl,
  origins,
  port,
  quoted,
  range,
  rate,
  type Setting,
  secureUrl,
  subnetList,
  targets,
  text,
  type ValueOf,
  whole,
  words,
} from "../setting.ts";

/** The table. A key is the field of `Settings`. */
export const settingsTable = {
  authMode: oneOf(
    "AUTHMODE",
    [2, 1],
    "1: one Guid for the whole session. 2: the Guid is renewed while the agent polls",
  ),
  guidIntervalMs: whole(
    "GUIDINTERVAL",
    "60000",
    [500, 86_400_000],
    "AUTHMODE 2: age in ms after which a Guid is renewed",
  ),
  guidTimeoutMs: whole(
    "GUIDTIMEOUT",
    "120000",
    [1000, 86_400_000],
    "AUTHMODE 2: ms that a Guid is valid after its issue or last poll; greater than GUIDINTERVAL and the hold of a poll",
  ),
  pollWait: flag("AGENT_POLL_WAIT_FLAG", "ON", "ON: a poll with nothing to tell is held"),
  pollWaitTimes: whole("AGENT_POLL_WAIT_TIMES", "100", [1, 15_000], "Number of intervals that a poll is held"),
  pollWaitIntervalMs: whole(
    "AGENT_POLL_WAIT_INTERVAL",
    "100",
    [1, 15_000],
    "Length of one interval in ms; times × interval is the hold, 15000 at most",
  ),
  eventMethod: choice("EVENT_METHOD", ["AGENT_POLL"], "How agents fetch events: AGENT_POLL, they ask for them"),
  getEventMode: oneOf(
    "GET_EVENT_MODE",
    [1, 2],
    "1: each agent polls for himself. 2: a trusted host polls for all its agents; an agent's own poll is 000-001 then",
  ),
  eventGenTime: flag("SEATWAY_EVENT_GEN_TIME", "OFF", "ON: each event carries `eventGenTime`, the ms when it arose"),
  eventsKept: whole(
    "SEATWAY_EVENTS_KEPT",
    "1000",
    [10, 100_000],
    "Events of one agent that are kept; the oldest make room",
  ),
  eventUnreadMs: whole(
    "SEATWAY_EVENT_UNREAD_MS",
    "86400000",
    [1000, 2_000_000_000],
    "An event that nobody has read is kept for so many ms",
  ),
  eventReadMs: whole(
    "SEATWAY_EVENT_READ_MS",
    "120000",
    [0, 86_400_000],
    "An event that was read is kept for so many ms more, for readers of streams that come back after a lost connection",
  ),
  forceLogin: flag(
    "SEATWAY_FORCE_LOGIN",
    "ON",
    "OFF: a signed-in agent cannot be forced out by a second sign-in (100-015)",
  ),
  config: text(
    "SEATWAY_CONFIG",
    "seatway.yaml",
    "The site file; only read from the environment. Without a file: the demo site",
  ),
  data: text("SEATWAY_DATA", "./data", "Folder of the database `seatway.db` and of `recordings`; created when missing"),
  databaseUrl: databaseUrl(
    "SEATWAY_DATABASE_URL",
    "A PostgreSQL database, which then holds what `seatway.db` holds otherwise ([store.md](store.md)); keep it out of the site file, as it holds a password",
  ),
  recordingDays: whole(
    "SEATWAY_RECORDING_DAYS",
    "90",
    [0, 36_500],
    "Recordings older than this many days are removed; 0: never",
  ),
  recordingGib: whole(
    "SEATWAY_RECORDING_GIB",
    "20",
    [0, 1_000_000],
    "GiB that all recordings may take; the oldest are removed. 0: any amount",
  ),
  callRecordDays: whole(
    "SEATWAY_CALL_RECORD_DAYS",
    "365",
    [0, 36_500],
    "Call records of calls that began more than this many days ago are removed; 0: never",
  ),
  host: address(
    "SEATWAY_HOST",
    "127.0.0.1",
    "Address that HTTPS, SIP and RTP listen on; beyond loopback no password may be empty",
  ),
  advertise: optionalAddress(
    "SEATWAY_ADVERTISE",
    "Address written in Contact and SDP. Empty: SEATWAY_HOST. Required when that is 0.0.0.0 or ::",
  ),
  httpsPort: port("SEATWAY_HTTPS_PORT", "8043", "REST over HTTPS"),
  httpPort: port("SEATWAY_HTTP_PORT", "8000", "The same REST over plain HTTP, on loopback only"),
  sipPort: port("SEATWAY_SIP_PORT", "5060", "SIP over UDP and TCP; 0 turns SIP off altogether"),
  sipsPort: port("SEATWAY_SIPS_PORT", "5061", "SIP over TLS"),
  acmeDomains: hostNames(
    "SEATWAY_ACME_DOMAINS",
    "Names that a certificate is ordered for by ACME and kept up to date; empty: none is ([deploy.md](deploy.md#a-certificate-by-acme))",
  ),
  acmeTerms: flag(
    "SEATWAY_ACME_TERMS",
    "OFF",
    "ON: you agree to the terms of the authority; required with SEATWAY_ACME_DOMAINS",
  ),
  acmeEmail: optionalText(
    "SEATWAY_ACME_EMAIL",
    "a mail address",
    /^[^\s@,:;<>"\p{Cc}]+@[^\s@,:;<>"\p{Cc}]+$/u,
    "Where the authority may write to",
  ),
  acmeDirectory: secureUrl(
    "SEATWAY_ACME_DIRECTORY",
    "https://acme-v02.api.letsencrypt.org/directory",
    "The authority's ACME directory",
  ),
  acmeEabKeyId: optionalText(
    "SEATWAY_ACME_EAB_KEY_ID",
    "visible characters",
    /^[\x21-\x7e]+$/,
    "Id of the key that the authority has given you to bind the ACME account to yours (external account binding); needs one of the two below",
  ),
  acmeEabKey: optionalKey(
    "SEATWAY_ACME_EAB_KEY",
    "That key itself (HMAC); keep it out of the site file, as it is a secret",
  ),
  acmeEabKeyFile: optionalPath("SEATWAY_ACME_EAB_KEY_FILE", "A file with that key, in place of SEATWAY_ACME_EAB_KEY"),
  acmePort: whole(
    "SEATWAY_ACME_PORT",
    "80",
    [1, 65_535],
    "Port of SEATWAY_HOST where the authority looks whether a name is ours (HTTP-01): port 80 of every name has to lead there. Open with SEATWAY_ACME_DOMAINS alone",
  ),
  sipDigest: words(
    "SEATWAY_SIP_DIGEST",
    "MD5",
    ["SHA-512-256", "SHA-256", "MD5", "SHA-512-256-sess", "SHA-256-sess", "MD5-sess"],
    "Algorithms that phones are challenged with, strongest first; some phones give up when one of them is unknown to them",
  ),
  sipQop: words(
    "SEATWAY_SIP_QOP",
    "auth",
    ["auth", "auth-int"],
    "What the digest of a phone may cover (RFC 7616): `auth-int` the body of its request too",
  ),
  sipNonceKey: optionalPath(
    "SEATWAY_SIP_NONCE_KEY",
    "A file with a secret of 16 bytes or more. Nodes with the same one take each other's digest nonces, so that a phone registers with all",
  ),
  sipSessionExpires: whole(
    "SEATWAY_SIP_SESSION_EXPIRES",
    "1800",
    [90, 86_400],
    "Seconds after which a call that nobody refreshes is over (RFC 4028), when the other side knows session timers",
  ),
  sipAllow: subnetList(
    "SEATWAY_SIP_ALLOW",
    "127.0.0.0/8,::1",
    "Who may send SIP without limit and is never banned; trunks always may",
  ),
  sipProxies: subnetList(
    "SEATWAY_SIP_PROXIES",
    "none",
    "Edge proxies in front of the gateway: free themselves; who comes through one is limited and banned by the address in his Via",
  ),
  overloadMs: whole(
    "SEATWAY_OVERLOAD_MS",
    "500",
    [100, 60_000],
    "Lateness of the event loop in a row, in ms, from which new calls and registrations are refused",
  ),
  rtpPorts: range("SEATWAY_RTP_PORTS", "10000-11999", [1024, 65_535], "Ports of the media; the first one even"),
  mmlPort: port("SEATWAY_MML_PORT", "6000", "MML console, on loopback only"),
  pollTimeoutMs: whole(
    "SEATWAY_POLL_TIMEOUT_MS",
    "120000",
    [1000, 86_400_000],
    "An agent without poll or handshake for so many ms is signed out; greater than the hold of a poll",
  ),
  takeUpMs: whole(
    "SEATWAY_TAKE_UP_MS",
    "8000",
    [500, 60_000],
    "After a restart, whoever is in a call may take so many ms to answer our re-INVITE before his part of it ends",
  ),
  phoneGraceMs: whole(
    "SEATWAY_PHONE_GRACE_MS",
    "30000",
    [0, 600_000],
    "A phone in a browser whose connection is lost in mid-call may stay away for so many ms before the call ends; 0: it ends at once",
  ),
  nodeName: text(
    "SEATWAY_NODE_NAME",
    "AgentGateway1",
    "Name of this node, the end of each Guid",
    /^[A-Za-z][A-Za-z0-9_-]{0,31}$/,
  ),
  agentIdRange: range("SEATWAY_AGENT_ID_RANGE", "101-59999", [1, 999_999], "Work numbers that the gateway serves"),
  corsOrigins: origins("SEATWAY_CORS_ORIGINS", "Web origins that a browser may call from"),
  frameOrigins: origins(
    "SEATWAY_FRAME_ORIGINS",
    'Web origins whose pages may show the desk in a frame; the frame needs `allow="microphone; camera"`',
  ),
  trustedHosts: addressList(
    "SEATWAY_TRUSTED_HOSTS",
    "Hosts that may call without a Guid and poll for all their agents",
  ),
  trustedCa: optionalPath(
    "SEATWAY_TRUSTED_CA",
    "PEM file of a CA whose client certificates make a host trusted like one of SEATWAY_TRUSTED_HOSTS; empty: none",
  ),
  pushTargets: targets(
    "SEATWAY_PUSH_TARGETS",
    "Where a sign-in may have events pushed to (`callBackUri`, `pushUrl`): scheme, host and port have to be one of these",
  ),
  pushCa: optionalPath(
    "SEATWAY_PUSH_CA",
    "PEM file of a CA that is trusted beside the usual ones when events are pushed over https; empty: none",
  ),
  rateAgent: rate("SEATWAY_RATE_AGENT", "2000/10", "Requests of one agent, `requests/seconds`"),
  rateOperation: rate("SEATWAY_RATE_OPERATION", "1000/10", "Requests of one agent for one operation"),
  rateAddress: rate(
    "SEATWAY_RATE_ADDRESS",
    "50000/10",
    "Requests from one address, whoever's; hosts that are trusted are not counted",
  ),
  journalWaitMs: whole(
    "SEATWAY_JOURNAL_WAIT_MS",
    "1000",
    [0, 60_000],
    "What is to be on disk before it goes out waits so many ms at most for a store that does not answer; until it is back, new callouts are refused",
  ),
  drainMs: whole(
    "SEATWAY_DRAIN_MS",
    "20000",
    [0, 3_600_000],
    "When the gateway is stopped (SIGTERM, SIGINT), calls may go on for so many ms before they are released; new ones are refused meanwhile. A second signal releases them at once",
  ),
  mostCalls: whole(
    "SEATWAY_MOST_CALLS",
    "0",
    [0, 100_000],
    "Calls that may stand at a time: above, a callout is refused (100-007) and told when to come again. 0: any number",
  ),
  evidenceMib: whole(
    "SEATWAY_EVIDENCE_MIB",
    "64",
    [0, 4096],
    "Memory for the SIP messages and notes of calls, MiB, for `npx seatway trace` and timelines; the oldest make room; 0: none are kept",
  ),
  metricsAllow: subnetList(
    "SEATWAY_METRICS_ALLOW",
    "none",
    "Who may read /metrics over HTTPS; this machine always may",
  ),
  otlpUrl: optionalUrl(
    "SEATWAY_OTLP_URL",
    "Collector of OpenTelemetry traces (OTLP over HTTP), `/v1/traces` is added; empty: none are made ([metrics.md](metrics.md))",
  ),
  tracePercent: whole(
    "SEATWAY_TRACE_PERCENT",
    "100",
    [0, 100],
    "Traces of 100 that go there; who sends `traceparent` decides for himself",
  ),
  logLevel: choice(
    "SEATWAY_LOG_LEVEL",
    ["info", "debug", "warn", "error"],
    "Least level that is logged; full phone numbers at debug only",
  ),
} as const satisfies Record<string, Setting<unknown>>;

/** All settings, read and checked; `advertise` is never empty. */
export type Settings = { readonly [Key in keyof typeof settingsTable]: ValueOf<(typeof settingsTable)[Key]> };

/** Why the gateway does not start: one line with name, value and what is allowed. */
export type Problem = { readonly problem: string };

/** In the order of the table. */
export const settingRows: readonly Setting<unknown>[] = Object.values(settingsTable);

/** One line for a value that cannot be used. Values are cut and escaped: a setting may hold anything. */
export const wrong = (name: string, value: string, allowed: string): Problem => {
  const shown = /^[\x21-\x7e]{0,80}$/.test(value) ? value : quoted(value, 80);
  return { problem: `${name}=${isSecret(name) ? "(not shown)" : shown}: allowed is ${allowed}` };
};

/** Neither errors nor logs show the value of this setting. */
export const isSecret = (name: string): boolean => settingRows.some((row) => row.name === name && row.secret);
