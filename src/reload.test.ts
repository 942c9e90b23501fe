// A reload is whole or it is none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "./base/log.ts";
import type { Site } from "./core/site.ts";
import { demoPhones, demoSite } from "./demo-site.ts";
import { livingSite } from "./living-site.ts";
import { StartProblem } from "./problem.ts";
import { openReloader, type ReloadOptions } from "./reload.ts";
import { readSettings, type Settings } from "./settings.ts";

const first = demoSite(
  demoPhones(() => Buffer.alloc(16)),
  { host: "127.0.0.1", port: 9, transport: "udp" },
);
const by = { face: "signal", peer: "SIGHUP" };
const settings = (more: Record<string, string> = {}) => readSettings(more) as Settings;
const pem = (fingerprint: string) => ({ key: "", cert: "", fingerprint });

type Next = { site?: Partial<Site>; settings?: Record<string, string> };

function opened(next: Next, more: Partial<ReloadOptions> = {}) {
  const living = livingSite(first);
  const seen: string[] = [];
  const own = { ...structuredClone(first), ...next.site };
  const reloader = openReloader({
    ...{ log: silentLog, settings: settings(), inForce: [], living, demo: null },
    audit: ({ what, after }) => void seen.push(`audit ${what}: ${after}`),
    read: async () => ({ own, settings: settings(next.settings), inForce: [], path: "site.yaml" }),
    certificate: { current: () => pem("AA"), read: async () => pem("AA") },
    missed: () => [],
    apply: (_, changed) => void seen.push(`apply ${changed.join()}`),
    show: ({ fingerprint }) => void seen.push(`show ${fingerprint}`),
    setLogLevel: (level) => void seen.push(`level ${level}`),
    ...more,
  });
  return { living, reloader, seen };
}

const renamed = first.agents.map((agent) => ({ ...agent, name: "Somebody" }));

test("what has changed is in force, told and audited", async () => {
  const { living, reloader, seen } = opened(
    { site: { agents: renamed }, settings: { SEATWAY_LOG_LEVEL: "debug" } },
    { certificate: { current: () => pem("AA"), read: async () => pem("BB") } },
  );
  assert.deepEqual(await reloader.reload(by), { changed: ["agents", "SEATWAY_LOG_LEVEL"], certificate: "BB" });
  assert.equal(living.site.agents[0]?.name, "Somebody");
  assert.deepEqual(seen, [
    "show BB",
    "apply agents",
    "level debug",
    "audit reload: agents, SEATWAY_LOG_LEVEL; certificate BB",
  ]);
  assert.deepEqual((await reloader.reload(by)) as object, { changed: [], certificate: "BB" });
});

const failing: readonly [name: string, next: Next, more: Partial<ReloadOptions>, refused: readonly string[]][] = [
  [
    "a trunk and a setting wait for a restart, and the agents with them",
    { site: { agents: renamed, trunks: [] }, settings: { SEATWAY_SIP_PORT: "5070" } },
    {},
    ["trunks: needs a restart", "SEATWAY_SIP_PORT: needs a restart"],
  ],
  [
    "what is in use stays",
    { site: { agents: renamed } },
    { missed: () => ["agents: 101 is signed in"] },
    ["agents: 101 is signed in"],
  ],
  [
    "a file with a slip",
    {},
    { read: () => Promise.reject(new StartProblem("site.yaml:3: agents: no list")) },
    ["site.yaml:3: agents: no list"],
  ],
  [
    "a site that does not fit the settings",
    { site: { agents: renamed.map((agent) => ({ ...agent, id: "99" })) } },
    {},
    ["SEATWAY_AGENT_ID_RANGE=101-59999: allowed is a range that holds agent 99 of the site"],
  ],
  [
    "a certificate that is none",
    { site: { agents: renamed } },
    { certificate: { current: () => pem("AA"), read: async () => ({ problem: "key.pem is missing" }) } },
    ["key.pem is missing"],
  ],
  [
    "a certificate that the faces do not take",
    { site: { agents: renamed } },
    {
      certificate: { current: () => pem("AA"), read: async () => pem("BB") },
      show() {
        throw new Error("key values mismatch");
      },
    },
    ["key values mismatch"],
  ],
  [
    "a site file beside the demo site",
    {},
    { demo: () => first },
    ["site.yaml: the demo site is served; a site file needs a restart"],
  ],
  [
    "a site file that is gone",
    {},
    { read: async () => ({ own: null, settings: settings(), inForce: [], path: "site.yaml" }) },
    ["site.yaml: there is no such file any more"],
  ],
];

for (const [name, next, more, refused] of failing)
  test(`${name}: it is said, and nothing has changed`, async () => {
    const { living, reloader, seen } = opened(next, more);
    assert.deepEqual(await reloader.reload(by), { refused });
    assert.deepEqual(living.changed(first), []);
    assert.deepEqual(seen, []);
  });

test("two at once are one after the other, and a failed one does not stand in the way", async () => {
  let reads = 0;
  const order: string[] = [];
  const { reloader } = opened(
    {},
    {
      read: async () => {
        order.push(`begun ${++reads}`);
        await Promise.resolve();
        order.push(`read ${reads}`);
        throw new StartProblem("no");
      },
    },
  );
  await Promise.all([reloader.reload(by), reloader.reload(by)]);
  assert.deepEqual(order, ["begun 1", "read 1", "begun 2", "read 2"]);
});

test("a certificate alone is shown though the site file cannot be read", async () => {
  const read = async () => {
    throw new StartProblem("site.yaml:3: no");
  };
  const { reloader, seen } = opened(
    {},
    { read, certificate: { current: () => pem("AA"), read: async () => pem("BB") } },
  );
  assert.deepEqual(await reloader.renew(), { changed: [], certificate: "BB" });
  assert.deepEqual(seen, ["show BB"]);
  const wrong = opened(
    {},
    { read, certificate: { current: () => pem("AA"), read: async () => ({ problem: "none" }) } },
  );
  assert.deepEqual(await wrong.reloader.renew(), { refused: ["none"] });
});
