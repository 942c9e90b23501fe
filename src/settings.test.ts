import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import fc from "fast-check";
import { demoPhones, demoSite } from "./demo-site.ts";
import {
  checkAgainstSite,
  checkExposure,
  isLoopback,
  isWildcard,
  pollHoldMs,
  readSettings,
  type Settings,
  settingsInForce,
  settingsMarkdown,
  settingsTable,
  siteFilePath,
  unknownSettings,
} from "./settings.ts";

function read(environment: Record<string, string>, file: Record<string, string> = {}): Settings {
  const settings = readSettings(environment, file);
  assert.ok(!("problem" in settings), "problem" in settings ? settings.problem : "");
  return settings;
}

function problemOf(environment: Record<string, string>, file: Record<string, string> = {}): string {
  const settings = readSettings(environment, file);
  assert.ok("problem" in settings, JSON.stringify(settings));
  assert.doesNotMatch(settings.problem, /\p{Cc}/u);
  return settings.problem;
}

test("the address of a database is checked and never shown", () => {
  const url = "postgres://seatway:s3cret@db.example.com/seatway";
  assert.equal(read({ SEATWAY_DATABASE_URL: url }).databaseUrl, url);
  for (const wrong of [
    "mysql://seatway:s3cret@db.example.com/seatway",
    "postgres://seatway:s3cret@db.example.com:99999/x",
  ]) {
    const problem = problemOf({ SEATWAY_DATABASE_URL: wrong });
    assert.match(problem, /^SEATWAY_DATABASE_URL=\(not shown\): allowed is an address like/);
    assert.match(problemOf({}, { SEATWAY_DATABASE_URL: wrong }), /^SEATWAY_DATABASE_URL=\(not shown\)/);
  }
});

test("defaults", () => {
  const settings = read({});
  assert.ok(Object.isFrozen(settings));
  assert.deepEqual(
    { ...settings },
    {
      authMode: 2,
      guidIntervalMs: 60_000,
      guidTimeoutMs: 120_000,
      pollWait: true,
      pollWaitTimes: 100,
      pollWaitIntervalMs: 100,
      eventMethod: "AGENT_POLL",
      eventsKept: 1000,
      eventUnreadMs: 86_400_000,
      eventReadMs: 120_000,
      pushTargets: [],
      pushCa: "",
      rateAgent: { requests: 2000, seconds: 10 },
      rateOperation: { requests: 1000, seconds: 10 },
      rateAddress: { requests: 50_000, seconds: 10 },
      journalWaitMs: 1000,
      drainMs: 20_000,
      mostCalls: 0,
      evidenceMib: 64,
      metricsAllow: [],
      getEventMode: 1,
      eventGenTime: false,
      forceLogin: true,
      config: "seatway.yaml",
      data: "./data",
      databaseUrl: "",
      callRecordDays: 365,
      recordingDays: 90,
      recordingGib: 20,
      host: "127.0.0.1",
      advertise: "127.0.0.1",
      httpsPort: 8043,
      httpPort: 8000,
      sipPort: 5060,
      sipsPort: 5061,
      acmeDomains: [],
      acmeTerms: false,
      acmeEmail: "",
      acmeDirectory: "https://acme-v02.api.letsencrypt.org/directory",
      acmeEabKeyId: "",
      acmeEabKey: "",
      acmeEabKeyFile: "",
      acmePort: 80,
      sipDigest: ["MD5"],
      sipQop: ["auth"],
      sipSessionExpires: 1_800,
      sipAllow: ["127.0.0.0/8", "::1"],
      sipProxies: [],
      overloadMs: 500,
      sipNonceKey: "",
      rtpPorts: [10_000, 11_999],
      mmlPort: 6000,
      pollTimeoutMs: 120_000,
      takeUpMs: 8_000,
      phoneGraceMs: 30_000,
      nodeName: "AgentGateway1",
      agentIdRange: [101, 59_999],
      corsOrigins: [],
      frameOrigins: [],
      trustedHosts: [],
      trustedCa: "",
      otlpUrl: "",
      tracePercent: 100,
      logLevel: "info",
    },
  );
  assert.equal(pollHoldMs(settings), 10_000);
  assert.equal(pollHoldMs(read({ AGENT_POLL_WAIT_FLAG: "off" })), 0);
});

test("the environment ranks over the site file, that over the default", () => {
  const file = { SEATWAY_SIP_PORT: "5070", AUTHMODE: "1" };
  const settings = read({ SEATWAY_SIP_PORT: "5080", SEATWAY_HTTP_PORT: "" }, file);
  assert.deepEqual([settings.sipPort, settings.authMode, settings.httpPort], [5080, 1, 8000]);
});

test("a wrong value is one line: name, value, what is allowed", () => {
  const wrong: readonly [name: string, value: string, line: RegExp][] = [
    ["AUTHMODE", "3", /^AUTHMODE=3: allowed is 2 or 1$/],
    ["GUIDINTERVAL", "1e5", /^GUIDINTERVAL=1e5: allowed is a whole number, 500 to 86400000$/],
    ["SEATWAY_SIP_PORT", "65536", /^SEATWAY_SIP_PORT=65536: allowed is a port, 1 to 65535, or 0 = off$/],
    ["SEATWAY_SIP_PORT", "0x10", /SIP_PORT/],
    ["SEATWAY_SIP_PORT", " 5060", /^SEATWAY_SIP_PORT=" 5060": /],
    ["SEATWAY_RTP_PORTS", "10001-10100", /even first port/],
    ["SEATWAY_RTP_PORTS", "10000", /first-last/],
    ["SEATWAY_RTP_PORTS", "11000-10000", /first-last/],
    ["SEATWAY_HOST", "localhost", /an IP address/],
    ["SEATWAY_HOST", "127.0.0.1\nX", /^SEATWAY_HOST="127\.0\.0\.1\\nX": allowed/],
    ["AUTHMODE", "\x7f\x9b", /^AUTHMODE="\\u007f\\u009b": allowed/],
    ["SEATWAY_ADVERTISE", "0.0.0.0", /others can reach/],
    ["SEATWAY_NODE_NAME", "a b", /SEATWAY_NODE_NAME/],
    ["SEATWAY_NODE_NAME", "a:b", /SEATWAY_NODE_NAME/],
    ["SEATWAY_AGENT_ID_RANGE", "0-5", /AGENT_ID_RANGE/],
    ["SEATWAY_CORS_ORIGINS", "https://a.example/", /origins/],
    ["SEATWAY_CORS_ORIGINS", "https://a.example,*", /origins/],
    ["SEATWAY_TRUSTED_HOSTS", "10.0.0.1,x", /TRUSTED_HOSTS/],
    ["SEATWAY_LOG_LEVEL", "INFO", /info or debug or warn or error/],
    ["AGENT_POLL_WAIT_FLAG", "yes", /ON or OFF/],
    ["EVENT_METHOD", "PUSH", /AGENT_POLL/],
    ["SEATWAY_POLL_TIMEOUT_MS", "10000", /more than the hold of a poll, 10000 ms/],
    ["AGENT_POLL_WAIT_TIMES", "200", /15000 ms at most/],
    ["GUIDTIMEOUT", "60000", /more than GUIDINTERVAL/],
    ["SEATWAY_HTTP_PORT", "8043", /SEATWAY_HTTPS_PORT has this one/],
    ["SEATWAY_SIP_PORT", "10050", /outside SEATWAY_RTP_PORTS/],
  ];
  for (const [name, value, line] of wrong) assert.match(problemOf({ [name]: value }), line);
});

test("a Guid outlives the hold of the poll that carries it; AUTHMODE=1 has none that dies", () => {
  const short = { GUIDINTERVAL: "1000", GUIDTIMEOUT: "10000" };
  assert.match(problemOf(short), /^GUIDTIMEOUT=10000: allowed is more than the hold of a poll, 10000 ms$/);
  assert.equal(read({ ...short, AUTHMODE: "1" }).guidTimeoutMs, 10_000);
});

test("ports may all be off, and lists are split", () => {
  const off = { SEATWAY_HTTPS_PORT: "0", SEATWAY_HTTP_PORT: "0", SEATWAY_SIP_PORT: "0", SEATWAY_MML_PORT: "0" };
  const lists = {
    SEATWAY_TRUSTED_HOSTS: "10.0.0.1, ::1",
    SEATWAY_CORS_ORIGINS: "https://a.example,http://b.example:81",
  };
  const settings = read({ ...off, ...lists });
  assert.deepEqual([settings.httpsPort, settings.httpPort, settings.sipPort, settings.mmlPort], [0, 0, 0, 0]);
  assert.deepEqual(settings.trustedHosts, ["10.0.0.1", "::1"]);
  assert.deepEqual(settings.corsOrigins, ["https://a.example", "http://b.example:81"]);
});

test("a certificate by ACME needs consent, a face that shows it, a port of its own and names without wildcards", () => {
  const acme = { SEATWAY_ACME_DOMAINS: "gateway.example.com,desk.example.com", SEATWAY_ACME_TERMS: "ON" };
  assert.deepEqual(read(acme).acmeDomains, ["gateway.example.com", "desk.example.com"]);
  assert.match(problemOf({ ...acme, SEATWAY_ACME_TERMS: "OFF" }), /^SEATWAY_ACME_TERMS=OFF: allowed is ON/);
  assert.match(problemOf({ ...acme, SEATWAY_HTTPS_PORT: "0", SEATWAY_SIPS_PORT: "0" }), /^SEATWAY_ACME_DOMAINS=/);
  assert.match(problemOf({ ...acme, SEATWAY_ACME_PORT: "8000" }), /SEATWAY_HTTP_PORT has this one/);
  assert.equal(read({ SEATWAY_ACME_PORT: "8000" }).acmePort, 8000);
  for (const name of ["*.example.com", "192.0.2.1", "a..b", "-a.example", "Gateway.example.com"])
    assert.match(problemOf({ ...acme, SEATWAY_ACME_DOMAINS: name }), /^SEATWAY_ACME_DOMAINS=/, name);
  assert.match(problemOf({ SEATWAY_ACME_DIRECTORY: "http://ca.example/" }), /an https address$/);
  assert.match(problemOf({ SEATWAY_ACME_EMAIL: "nobody" }), /a mail address, or empty$/);
});

test("a bound ACME account needs a key's id and one key in base64url, which is never shown", () => {
  const [id, key] = [{ SEATWAY_ACME_EAB_KEY_ID: "kid-1" }, { SEATWAY_ACME_EAB_KEY: "c2VjcmV0LXNlY3JldA" }];
  const file = { SEATWAY_ACME_EAB_KEY_FILE: "/etc/seatway/eab" };
  assert.deepEqual(
    [read({ ...id, ...key }).acmeEabKey, read({ ...id, ...file }).acmeEabKey],
    ["c2VjcmV0LXNlY3JldA", ""],
  );
  assert.match(problemOf(id), /^SEATWAY_ACME_EAB_KEY_ID=kid-1: allowed is an id with SEATWAY_ACME_EAB_KEY or /);
  for (const alone of [key, file]) assert.match(problemOf(alone), /^SEATWAY_ACME_EAB_KEY_ID=: allowed is the key's id/);
  assert.match(problemOf({ ...id, ...key, ...file }), /^SEATWAY_ACME_EAB_KEY_FILE=.*: one of the two$/);
  for (const bad of ["c2Vj cmV0", "c2Vj+mV0/w==", "c2Vjc"]) {
    const problem = problemOf({ ...id, SEATWAY_ACME_EAB_KEY: bad });
    assert.match(problem, /^SEATWAY_ACME_EAB_KEY=\(not shown\): allowed is base64url/, bad);
    assert.ok(!problem.includes(bad), problem);
  }
  const shown = settingsInForce({ ...id, ...key }).find(({ name }) => name === "SEATWAY_ACME_EAB_KEY");
  assert.deepEqual([shown?.value, shown?.secret], ["", true]);
});

test("a wildcard host requires an address to advertise", () => {
  for (const host of ["0.0.0.0", "::", "0:0:0:0:0:0:0:0"]) {
    assert.ok(isWildcard(host));
    assert.match(problemOf({ SEATWAY_HOST: host }), /^SEATWAY_ADVERTISE=: allowed is an IP address, required because/);
    assert.equal(read({ SEATWAY_HOST: host, SEATWAY_ADVERTISE: "192.0.2.7" }).advertise, "192.0.2.7");
  }
  assert.ok(!isWildcard("10.0.0.0") && !isWildcard("::1"));
});

test("the settings section knows its names", () => {
  assert.match(problemOf({}, { SEATWAY_SIPPORT: "1" }), /^SEATWAY_SIPPORT=1: allowed is a name of/);
  assert.match(problemOf({}, { SEATWAY_CONFIG: "x" }), /environment only/);
  assert.match(problemOf({}, { constructor: "x" }), /^constructor=x/);
  assert.match(problemOf({}, { AUTHMODE: "9" }), /^AUTHMODE=9/);
  assert.deepEqual(unknownSettings({ SEATWAY_SIPPORT: "1", SEATWAY_HOST: "x", PATH: "" }), ["SEATWAY_SIPPORT"]);
  assert.deepEqual(siteFilePath({}), { path: "seatway.yaml", asked: false });
  assert.deepEqual(siteFilePath({ SEATWAY_CONFIG: "a.yaml" }), { path: "a.yaml", asked: true });
});

const phones = demoPhones((bytes) => new Uint8Array(bytes).fill(1));
const site = demoSite(phones, { host: "127.0.0.1", port: 5070, transport: "udp" });

test("beyond loopback an empty password stops the start", () => {
  const open = read({ SEATWAY_HOST: "192.0.2.1" });
  assert.deepEqual(checkExposure(open, site), {
    problem:
      "SEATWAY_HOST=192.0.2.1: allowed is a loopback address while agent 101 has an empty password: the site file gives it one (docs/site.md)",
  });
  const agents = site.agents.map((agent) => ({ ...agent, password: "scrypt$…" }));
  assert.equal(checkExposure(open, { ...site, agents }), undefined);
  const empty = [{ number: "40001", password: "" }];
  assert.match(
    checkExposure(open, { ...site, agents, phones: empty })?.problem ?? "",
    /phone 40001 has an empty password/,
  );
  for (const host of ["127.0.0.1", "127.9.9.9", "::1"])
    assert.equal(checkExposure(read({ SEATWAY_HOST: host }), site), undefined);
  assert.ok(!isLoopback("127.0.0.1.example") && !isLoopback("::"));
});

test("every agent of the site is in the range of work numbers", () => {
  assert.equal(checkAgainstSite(read({}), site), undefined);
  assert.match(checkAgainstSite(read({ SEATWAY_AGENT_ID_RANGE: "101-119" }), site)?.problem ?? "", /holds agent 120/);
});

test("any text for any setting gives settings or one line", () => {
  const name = fc.constantFrom(...Object.values(settingsTable).map((row) => row.name));
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.integer().map(String),
    fc.constantFrom("ON", "::", "1-2", "*"),
  );
  fc.assert(
    fc.property(fc.dictionary(name, value), fc.dictionary(name, value), (environment, file) => {
      const settings = readSettings(environment, file);
      if ("problem" in settings) assert.match(settings.problem, /^[A-Z_]+=[^\p{Cc}]*: allowed is [^\p{Cc}]+$/u);
      else assert.notEqual(settings.advertise, "");
    }),
  );
});

test("docs/settings.md holds the table (UPDATE_DOCS=1 writes it)", async () => {
  const page = new URL("../docs/settings.md", import.meta.url);
  const old = await readFile(page, "utf8");
  const fresh = old.replace(/^\| Name \|.*(?:\n\|.*)*/m, () => settingsMarkdown());
  if (process.env["UPDATE_DOCS"] === "1") await writeFile(page, fresh);
  else assert.ok(old === fresh, "the table in the page is older than the code");
});
