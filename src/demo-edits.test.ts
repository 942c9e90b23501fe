// The demo site changed by operators: kept apart from what belongs to a site file, in force by the same rules, and written as a file.

import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "./base/clock.ts";
import { silentLog } from "./base/log.ts";
import { isRefusal } from "./base/step.ts";
import type { Site } from "./core/site.ts";
import { demoFile, demoText, editedDemo, editsOf, storedEdit } from "./demo-edits.ts";
import { demoPhones, demoSite } from "./demo-site.ts";
import { exportSite } from "./site-export.ts";
import { parseSite } from "./site-file.ts";
import { openSiteDesk } from "./start-site.ts";
import type { SiteEditRow, StoredSiteEdit } from "./store/ports.ts";

const demo = demoSite(
  demoPhones(() => Buffer.alloc(12)),
  { host: "127.0.0.1", port: 5070, transport: "udp" },
);
const by = { operator: "120", peer: "127.0.0.1", face: "console" } as const;

function openDesk(atStart: readonly SiteEditRow[] = []) {
  const kept: StoredSiteEdit[] = [];
  let inForce: Site = editedDemo(demo, atStart).site;
  const { text, admitted } = demoText(demo);
  const desk = openSiteDesk({
    ...{ clock: systemClock, log: silentLog, atStart, source: { text: async () => text, admitted } },
    keep: async (row) => void kept.push(storedEdit("demo", row)),
    reloader: {
      async bring() {
        inForce = editedDemo(demo, desk.inForce()).site;
        return { changed: [], certificate: null };
      },
    },
  });
  return { desk, kept, site: () => inForce };
}

const refusalOf = (outcome: object): string => {
  assert.ok("refused" in outcome && "message" in outcome, JSON.stringify(outcome));
  return String(outcome.message);
};

test("an agent is renamed and a phone made: in force, and again after a start", async () => {
  const { desk, kept, site } = openDesk();
  assert.deepEqual(await desk.change("agents", "105", { name: "Agent 105 north" }, by), { done: true });
  assert.deepEqual(await desk.create("phones", "40061", { password: "hush" }, by), { done: true });
  assert.equal(site().agents.find(({ id }) => id === "105")?.name, "Agent 105 north");
  assert.ok(site().phones.some(({ number }) => number === "40061"));
  const again = openDesk(editsOf("demo", kept));
  assert.deepEqual(again.site(), site());
  assert.deepEqual(await again.desk.takeBack("agents", "105", by), { done: true });
  assert.equal(again.site().agents.find(({ id }) => id === "105")?.name, "Agent 105");
});

test("nothing of it comes into a site file, and nothing of a site file into it", async () => {
  const { desk, kept } = openDesk();
  await desk.change("agents", "105", { name: "x" }, by);
  const all: readonly StoredSiteEdit[] = [...kept, { kind: "agents", key: "101", edit: '{"gone":true}' }];
  assert.deepEqual(
    editsOf("file", all).map(({ kind, key }) => `${kind} ${key}`),
    ["agents 101"],
  );
  assert.deepEqual(
    editsOf("demo", all).map(({ kind, key }) => `${kind} ${key}`),
    ["agents 105"],
  );
});

test("where the simulation listens and its phones' passwords stay; the form may send them as they are", async () => {
  const { desk, kept } = openDesk();
  const [phone] = demo.phones;
  assert.match(
    refusalOf(await desk.change("phones", "40001", { password: "mine" }, by)),
    /^password: of 40001 it is the simulation's/,
  );
  assert.match(refusalOf(await desk.change("trunks", "demo", { port: 5062 }, by)), /^port: of demo/);
  assert.deepEqual(kept, []);
  const trunk = { name: "demo", host: "127.0.0.1", port: "5070", transport: "udp", channels: 5 };
  assert.ok(!isRefusal(await desk.change("trunks", "demo", trunk, by)));
  assert.ok(!isRefusal(await desk.change("phones", "40001", { password: phone?.password ?? "", srtp: true }, by)));
  const edits = editsOf("demo", kept);
  const other = demoSite(
    demoPhones(() => Buffer.alloc(12, 7)),
    { host: "127.0.0.1", port: 6070, transport: "udp" },
  );
  const { site, left } = editedDemo(other, edits);
  assert.deepEqual([site.trunks[0]?.port, site.trunks[0]?.channels], [6070, 5], "the next start has its own port");
  assert.equal(site.phones[0]?.password, other.phones[0]?.password);
  assert.deepEqual(left, []);
});

test("a change that breaks a rule of the site is refused as in a site file", async () => {
  const { desk } = openDesk();
  assert.match(refusalOf(await desk.change("agents", "105", { skills: [99] }, by)), /99 is not a skill/);
  assert.match(refusalOf(await desk.create("agents", "105", { name: "x", password: "" }, by)), /is there already/);
});

test("exported it is a site file: what was changed, and what has to be done before it serves anybody", () => {
  const edits = [{ kind: "agents", key: "105", edit: '{"whole":false,"fields":{"name":"Agent 105 north"}}' }] as const;
  const text = exportSite({ path: "demo site", text: demoFile() }, { parameters: {}, passwords: [], edits });
  assert.match(text, /^# The demo site/);
  const read = parseSite("x", text);
  assert.ok("site" in read);
  assert.equal(read.site.agents.find(({ id }) => id === "105")?.name, "Agent 105 north");
});
