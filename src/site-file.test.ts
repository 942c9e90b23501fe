import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { parseSite, readSiteFile, type SiteFile } from "./site-file.ts";

const minimal = `agents:
  - { id: 101, name: Agent 101, password: "" }
skills:
  - { id: 25, name: voice }
phones:
  - { number: 40001, password: hush }
callers: [40038]
defaultCaller: 40038
defaultSkill: 25
`;

function parsed(source: string): SiteFile {
  const read = parseSite("seatway.yaml", source);
  assert.ok(!("problems" in read), JSON.stringify(read));
  return read;
}

function problemsOf(source: string): readonly string[] {
  const read = parseSite("seatway.yaml", source);
  assert.ok("problems" in read);
  assert.ok(read.problems.length > 0);
  for (const problem of read.problems) assert.match(problem, /^seatway\.yaml:\d+: [^\p{Cc}]+$/u);
  return read.problems;
}

/** The minimal file with one text replaced; line numbers stay. */
const having = (from: string, to: string): string => {
  assert.ok(minimal.includes(from), from);
  return minimal.replace(from, to);
};

test("a small file: what is left out has its default", () => {
  assert.deepEqual(parsed(minimal), {
    settings: {},
    site: {
      vdn: { id: 1, name: "Seatway" },
      agents: [{ id: "101", name: "Agent 101", password: "", skills: [], rights: ["agent"] }],
      skills: [{ id: 25, name: "voice", mediaType: 5 }],
      phones: [{ number: "40001", password: "hush" }],
      callers: ["40038"],
      defaultCaller: "40038",
      defaultSkill: 25,
      trunks: [],
      ring: { agentMs: 30_000, customerMs: 60_000 },
      parameters: {},
      detect: [],
    },
  });
});

test("a problem does not show the address of a database", () => {
  const [problem = ""] = problemsOf(`settings: { SEATWAY_DATABASE_URL: "mysql://seatway:s3cret@db/x" }\n${minimal}`);
  assert.match(problem, /settings\.SEATWAY_DATABASE_URL: the value is not allowed, an address like/);
});

test("the example of docs/site.md is a whole and valid file", async () => {
  const page = await readFile(new URL("../docs/site.md", import.meta.url), "utf8");
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const { site, settings } = parsed(example);
  assert.deepEqual(settings, { SEATWAY_SIP_PORT: "5070" });
  assert.deepEqual(site.trunks, [
    {
      name: "carrier",
      host: "sip.carrier.example",
      port: 5060,
      transport: "udp",
      patterns: ["4xxxx", "00."],
      priority: 1,
      weight: 3,
      channels: 30,
      numbers: "sip",
      called: { strip: 2, prefix: "+" },
      caller: { strip: 0, prefix: "+49" },
      domain: "carrier.example",
      identity: "asserted",
      redirects: 3,
      credentials: { username: "seatway", password: "secret" },
      from: ["192.0.2.0/24"],
      inbound: { username: "carrier", password: "secret" },
      register: { user: "seatway", expiresS: 600 },
      responseMs: 5_000,
      probeMs: 30_000,
      health: { upAfter: 1, downAfter: 2 },
    },
  ]);
  assert.deepEqual(site.detect, [
    { phase: "party", status: 486, q850: 17, detect: 537, desc: "busy" },
    { heard: "machine", detect: 162, desc: "automatic device" },
  ]);
  assert.deepEqual(site.parameters, { P18: 0, P978: 0 });
  assert.deepEqual([site.agents[0]?.skills, site.agents[0]?.levels], [[25, 27], { 27: 5 }]);
  assert.deepEqual(site.numbers, [
    { pattern: "8000", to: { skill: 25 }, priority: 5 },
    { pattern: "8101", to: { agent: "101" } },
    { pattern: "8002", to: { announcement: "closed" } },
    { pattern: "8003", to: { menu: "main" } },
  ]);
  assert.deepEqual(site.skills[0]?.queue, {
    maxWaiting: 50,
    maxWaitMs: 300_000,
    overflow: { announcement: "closed" },
    ringMs: 20_000,
    announce: { everyMs: 30_000, announcement: "wait", places: ["first", "second"] },
  });
  assert.deepEqual(site.menus, [
    {
      name: "main",
      announcement: "welcome",
      waitMs: 5_000,
      rounds: 3,
      keys: { "1": { skill: 25 }, "2": { number: "8101" }, "9": "repeat", "0": "hang-up" },
      otherwise: { skill: 26 },
    },
  ]);
  assert.deepEqual(site.groups, [{ id: 1, name: "sales", members: ["101"] }]);
});

test("numbers keep the digits of the file, quoted or not", () => {
  const { site } = parsed(having("callers: [40038]", 'callers: [40038, "0049", 0040, 0x10]').replace(", 0x10", ""));
  assert.deepEqual(site.callers, ["40038", "0049", "0040"]);
  assert.match(
    problemsOf(having("callers: [40038]", "callers: [40038, 0x10]"))[0] ?? "",
    /:7: callers\[1\]: 0x10 is not/,
  );
});

test("each mistake is told with line, field and rule", () => {
  const mistakes: readonly [source: string, problem: RegExp][] = [
    [
      `${minimal}numbers: [{ pattern: 8000, to: { skill: 9 } }]\n`,
      /:10: numbers\[0\]\.to: 9 is not a skill of this site$/,
    ],
    [
      `${minimal}numbers: [{ pattern: 8000, to: { agent: 9 } }]\n`,
      /:10: numbers\[0\]\.to: 9 is not an agent of this site$/,
    ],
    [
      `${minimal}numbers: [{ pattern: 8000, to: {} }]\n`,
      /:10: numbers\[0\]\.to: one of skill, agent, announcement, menu expected$/,
    ],
    [
      `${minimal}numbers: [{ pattern: 8000, to: { agent: 101, skill: 25 } }]\n`,
      /:10: numbers\[0\]\.to: one of skill, agent, announcement, menu expected$/,
    ],
    [
      `${minimal}numbers: [{ pattern: 80a, to: { skill: 25 } }]\n`,
      /:10: numbers\[0\]\.pattern: 80a is not allowed, a pattern/,
    ],
    [
      `${minimal}groups: [{ id: 1, name: a, members: [101, 102] }]\n`,
      /:10: groups\[0\]\.members\[1\]: 102 is not an agent of this site$/,
    ],
    [
      `${minimal}groups: [{ id: 1, name: a, members: [101, 101] }]\n`,
      /:10: groups\[0\]\.members\[1\]: 101 is in a group already$/,
    ],
    [`${minimal}groups: [{ id: 1, name: a }, { id: 1, name: b }]\n`, /:10: groups\[1\]\.id: 1 stands here twice$/],
    [
      `${minimal}trunks: [{ name: a, host: a.example, patterns: [1], inbound: { username: 40001, password: x } }]\n`,
      /:10: trunks\[0\]\.inbound\.username: 40001 stands here twice$/,
    ],
    [
      `${minimal}trunks: [{ name: a, host: a.example, patterns: [1], inbound: { username: b, password: "" } }]\n`,
      /:10: trunks\[0\]\.inbound\.password: must not be empty$/,
    ],
    [
      `${minimal}trunks: [{ name: a, host: a.example, patterns: [1], from: [192.0.2.0/33] }]\n`,
      /:10: trunks\[0\]\.from\[0\]: "192\.0\.2\.0\/33" is not allowed, an IP address or a subnet/,
    ],
    [
      `${minimal}numbers: [{ pattern: 8000, to: { announcement: closed } }]\n`,
      /:10: numbers\[0\]\.to: closed is not an announcement of this site$/,
    ],
    [
      `${minimal}numbers: [{ pattern: 8000, to: { menu: main } }]\n`,
      /:10: numbers\[0\]\.to: main is not a menu of this site$/,
    ],
    [
      having("name: voice", "name: voice, queue: { overflow: { number: 8000 } }"),
      /:4: skills\[0\]\.queue\.overflow: 8000 is not a number of this site$/,
    ],
    [
      having("name: voice", "name: voice, queue: { overflow: { release: 200 } }"),
      /:4: skills\[0\]\.queue\.overflow\.release: 200 is not allowed, a whole number from 400 to 699 expected$/,
    ],
    [
      having("name: voice", "name: voice, queue: { announce: { places: [one] } }"),
      /:4: skills\[0\]\.queue\.announce\.places\[0\]: one is not an announcement of this site$/,
    ],
    [
      `${minimal}announcements: { hi: hi.wav }\nworkNumberVoice: { digits: [hi] }\n`,
      /:11: workNumberVoice\.digits: ten announcements expected, those of 0 to 9$/m,
    ],
    [
      `${minimal}announcements: { hi: hi.wav }\nworkNumberVoice: { digits: [hi, hi, hi, hi, hi, hi, hi, hi, hi, ho] }\n`,
      /:11: workNumberVoice\.digits\[9\]: ho is not an announcement of this site$/,
    ],
    [
      `${minimal}announcements: { hi: hi.wav }\nmenus: [{ name: a, announcement: hi, keys: { "12": repeat } }]\n`,
      /:11: menus\[0\]\.keys: "12" is not a key, one of 0-9, \* and # expected$/,
    ],
    [
      `${minimal}announcements: { hi: hi.wav }\nmenus: [{ name: a, announcement: hi, keys: { "1": sing } }]\n`,
      /:11: menus\[0\]\.keys\.1: sing is not allowed, repeat or hang-up expected$/,
    ],
    [
      `${minimal}announcements: { hi: hi.wav }\nmenus: [{ name: a, announcement: hi, keys: { "1": { agent: 9 } } }]\n`,
      /:11: menus\[0\]\.keys\.1: 9 is not an agent of this site$/,
    ],
    [
      having('password: ""', 'password: "", skills: [{ id: 25, level: 0 }]'),
      /:2: agents\[0\]\.skills\[0\]\.level: 0 is not allowed, a whole number from 1 to 100 expected$/,
    ],
    [
      having('password: ""', 'password: "", skills: [25, 99]'),
      /:2: agents\[0\]\.skills: 99 is not a skill of this site$/,
    ],
    [having('password: ""', "password: hunter2"), /:2: agents\[0\]\.password: a hash like .* expected$/],
    [having("hush", "hüsh"), /:6: phones\[0\]\.password: 0 to 128 printable ASCII characters expected$/],
    [having('password: ""', 'password: "", colour: red'), /:2: agents\[0\]\.colour: no such key, one of id, name/],
    [having('password: ""', "password:"), /:2: agents\[0\]\.password: a value expected$/],
    [having("id: 101", "id: 0101"), /:2: agents\[0\]\.id: 0101 is not allowed, a work number/],
    [having("defaultSkill: 25", "defaultSkill: 26"), /:9: defaultSkill: 26 is not a skill of this site/],
    [
      having("defaultCaller: 40038", "defaultCaller: 40039"),
      /:8: defaultCaller: 40039 is not one of the site's callers/,
    ],
    [having("name: voice", "name: voice, caller: 1"), /:4: skills\[0\]\.caller: 1 is not one of the site's callers/],
    [having("callers: [40038]", "callers: [40038, 40038]"), /:7: callers\[1\]: 40038 stands here twice/],
    [having("callers: [40038]", "callers: 40038"), /:7: callers: a list expected/],
    [
      having("name: voice }", "name: voice }\n  - { id: 25, name: again }"),
      /:5: skills\[1\]\.id: 25 stands here twice/,
    ],
    [`${minimal}callers: []\n`, /:10: callers: stands here twice/],
    [having("defaultSkill: 25\n", ""), /:1: defaultSkill is missing/],
    [`${minimal}parameters: { P19: 1 }\n`, /:10: parameters\.P19: no such parameter, one of P18, P978 expected/],
    [`${minimal}parameters: { p18: 1 }\n`, /:10: parameters\.p18: no such parameter/],
    [`${minimal}parameters: { P18: 2 }\n`, /:10: parameters\.P18: 2 is not allowed, 0 to 1 expected/],
    [`${minimal}parameters: { P978: 4294967296 }\n`, /:10: parameters\.P978: 4294967296 is not allowed/],
    [`${minimal}ring: { agentMs: 5 }\n`, /:10: ring\.agentMs: 5 is not allowed, a whole number from 1000/],
    [`${minimal}settings:\n  SEATWAY_SIPPORT: 1\n`, /:11: settings\.SEATWAY_SIPPORT: "1" is not allowed, a name of/],
    [`${minimal}settings:\n  AUTHMODE: 3\n`, /:11: settings\.AUTHMODE: "3" is not allowed, 2 or 1 expected/],
    [
      `${minimal}trunks: [{ name: a, host: x, patterns: [1], tls: { ca: f } }]\n`,
      /trunks\[0\]\.tls: only with transport: tls/,
    ],
    [
      `${minimal}trunks: [{ name: a, host: x, patterns: [1], transport: tls, tls: { cert: f } }]\n`,
      /trunks\[0\]\.tls: cert and key belong together/,
    ],
    [
      `${minimal}trunks: [{ name: a, host: x, patterns: [1], transport: tls }, { name: b, host: x, patterns: [1], transport: tls, tls: { ca: f } }]\n`,
      /trunks\[1\]\.tls: another trunk meets x with other files/,
    ],
    [`${minimal}trunks: [{ name: a, host: "-x", patterns: [1] }]\n`, /:10: trunks\[0\]\.host: -x is not allowed/],
    [
      `${minimal}trunks: [{ name: a, host: h, patterns: [1x.2] }]\n`,
      /:10: trunks\[0\]\.patterns\[0\]: 1x\.2 is not allowed/,
    ],
    [
      `${minimal}trunks: [{ name: a, host: h, patterns: [1], register: {} }]\n`,
      /:10: trunks\[0\]\.register: needs credentials/,
    ],
    [
      `${minimal}trunks: [{ name: a, host: h, patterns: [1], caller: { always: 1, strip: 1 } }]\n`,
      /:10: trunks\[0\]\.caller: always stands alone/,
    ],
    [
      `${minimal}trunks: [{ name: a, host: h, patterns: [1], responseMs: 100 }]\n`,
      /:10: trunks\[0\]\.responseMs: 100 is not allowed, 0 or a whole number from 500 to 32000/,
    ],
    [`${minimal}detect: [{ status: 200, detect: 1, desc: x }]\n`, /:10: detect\[0\]\.status: 200 is not allowed/],
    ["", /:1: a mapping expected/],
    ["[]", /:1: a mapping expected/],
    ["a: [", /:1: /],
    ["a: 1\n---\nb: 2\n", /:\d: Source contains multiple documents/],
  ];
  for (const [source, problem] of mistakes) assert.match(problemsOf(source)[0] ?? "", problem);
});

test("all mistakes of a file come at once, twenty at most", () => {
  assert.equal(problemsOf(having("name: Agent 101", 'name: ""').replace("name: voice", "name: [x]")).length, 2);
  const many = Array.from({ length: 50 }, (_, index) => `k${index}: 1`).join("\n");
  assert.equal(problemsOf(`${minimal}${many}\n`).length, 20);
});

test("no secret stands in a problem", () => {
  for (const secret of ["scrypt$16384$8$1$c2FsdHNhbHQ$aGFzaA", "hunter2-hunter2"])
    assert.ok(
      !problemsOf(having('password: ""', `password: "${secret}"`))
        .join()
        .includes(secret),
    );
  const long = "s3cret".repeat(40);
  assert.ok(!problemsOf(having("hush", long)).join().includes("s3cret"));
});

test("files made to grow are refused quickly", () => {
  const laughs = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 30; level++) {
    const [name, last] = [`l${level}`, level === 1 ? "a" : `l${level - 1}`];
    laughs.push(`${name}: &${name} [*${last}, *${last}, *${last}, *${last}, *${last}, *${last}, *${last}]`);
  }
  problemsOf(laughs.join("\n"));
  assert.match(
    problemsOf(
      having("callers: [40038]", "callers: &c [40038]").replace("defaultCaller: 40038", "defaultCaller: *c"),
    )[0] ?? "",
    /defaultCaller: a single value expected/,
  );
  assert.match(problemsOf(having("name: Agent 101", "name: !!binary QWdlbnQgMTAx"))[0] ?? "", /:2: Unresolved tag/);
  assert.match(problemsOf(`a: ${"[".repeat(100_000)}`)[0] ?? "", /nested too deep|^seatway\.yaml:1: /);
  assert.match(problemsOf(`# ${"x".repeat(4 * 1024 * 1024)}`)[0] ?? "", /:1: 4194304 bytes at most/);
  assert.match(problemsOf("<<: { a: 1 }")[0] ?? "", /<<: no such key/);
});

test("names of the language's own objects are only unknown keys", () => {
  for (const name of ["__proto__", "constructor", "toString"]) {
    assert.match(problemsOf(`${minimal}${name}: 1\n`)[0] ?? "", new RegExp(`:10: ${name}: no such key`));
    assert.match(problemsOf(`${minimal}parameters: { ${name}: 1 }\n`)[0] ?? "", /no such parameter/);
  }
});

test("any text gives a site or problems of one line each, and never a throw", () => {
  const piece = fc.constantFrom(
    ...minimal.split(/(?=[\n:{},[\]" ])/),
    "&a ",
    "*a",
    "!!x ",
    "- ",
    "? ",
    "%YAML 1.1\n",
    "\t",
    "|\n",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join("")),
      ),
      (source) => {
        const read = parseSite("f", source);
        if ("problems" in read) for (const problem of read.problems) assert.match(problem, /^f:\d+: [^\p{Cc}]+$/u);
      },
    ),
  );
});

const folder = await mkdtemp(join(tmpdir(), "seatway-site-"));
after(() => rm(folder, { recursive: true, force: true }));

test("a file is read, none is null, one that cannot be read is a problem", async () => {
  const path = join(folder, "site.yaml");
  assert.equal(await readSiteFile(path), null);
  await writeFile(path, minimal);
  assert.deepEqual(await readSiteFile(path), parsed(minimal));
  assert.deepEqual(await readSiteFile(folder), { unreadable: "cannot be read (EISDIR)" });
});

test("toll rules: what is left out has its default, a prefix that is none is told", () => {
  const { site } = parsed(
    `${having("name: voice }", "name: voice, prefixes: [0049] }")}toll: { agentDailyCalls: 5 }\n`,
  );
  assert.deepEqual(site.skills[0]?.prefixes, ["0049"]);
  assert.deepEqual(site.toll, {
    barred: ["00", "011", "0900", "0190", "1900"],
    agentDailyCalls: 5,
    skillDailyCalls: 100_000,
  });
  assert.match(problemsOf(`${minimal}toll: { barred: ["+49"] }\n`).join(), /toll.*1 to 24 of digits/);
});
