// One object, whose parts are those of the newest site.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { demoPhones, demoSite } from "./demo-site.ts";
import { livingSite, siteParts } from "./living-site.ts";
import { callRules } from "./runtime/call-rules.ts";

const first = demoSite(
  demoPhones(() => Buffer.alloc(16)),
  { host: "127.0.0.1", port: 9, transport: "udp" },
);

test("it is the first site, whole", () => {
  const { site } = livingSite(first);
  for (const [part, value] of Object.entries(first)) assert.equal(site[part as keyof typeof site], value, part);
});

test("what has changed is told by its name and put in its place; what is the same stays the same object", () => {
  const living = livingSite(first);
  const agents = living.site.agents.slice(1);
  const next = { ...structuredClone(first), agents, wrapUpMs: 4321 };
  const changed = living.changed(next);
  assert.deepEqual(changed, ["agents", "wrapUpMs"]);
  const { skills } = living.site;
  living.replace(next, changed);
  assert.equal(living.site.agents, agents);
  assert.equal(living.site.wrapUpMs, 4321);
  assert.equal(living.site.skills, skills);
  assert.deepEqual(living.changed(next), []);
});

test("a part that is gone is gone", () => {
  const living = livingSite({ ...first, groups: [{ id: 1, name: "one", members: [] }] });
  const { groups: _, ...next } = first;
  living.replace(next, living.changed(next));
  assert.equal(living.site.groups, undefined);
});

test("calls that begin have the rules of the newest queues; those of a site that stays are made once", () => {
  const living = livingSite(first);
  const before = callRules(living.site);
  assert.equal(callRules(living.site), before);
  const skills = first.skills.map((skill) => ({ ...skill, queue: { maxWaiting: 7 } }));
  living.replace({ ...first, skills }, ["skills"]);
  assert.notEqual(callRules(living.site), before);
  assert.equal(callRules(living.site).skills.get(first.defaultSkill)?.maxWaiting, 7);
});

test("docs/deploy.md says of each part when it is in force", async () => {
  const page = await readFile(new URL("../docs/deploy.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| (`[^|]*) \| ([^|]*) \|$/gm)];
  const named = (cell: 1 | 2): Set<string> =>
    new Set(rows.flatMap((row) => [...(row[cell] ?? "").matchAll(/`(\w+)`/g)].map(([, name = ""]) => name)));
  const columns = { now: named(1), start: named(2) };
  for (const [part, when] of Object.entries(siteParts)) {
    assert.ok(columns[when].has(part), `${part}: ${when}`);
    assert.ok(!columns[when === "now" ? "start" : "now"].has(part), part);
  }
});
