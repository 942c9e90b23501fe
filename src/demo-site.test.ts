import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { stringify } from "yaml";
import { demoPhones, demoSite } from "./demo-site.ts";
import { parseSite } from "./site-file.ts";

const phones = demoPhones(randomBytes);
const site = demoSite(phones, { host: "127.0.0.1", port: 5070, transport: "udp" });

test("the demo site as the README tells it", () => {
  assert.deepEqual([site.agents.length, site.agents[0]?.id, site.agents.at(-1)?.id], [20, "101", "120"]);
  assert.ok(site.agents.every(({ password, skills }) => password === "" && skills.join() === "25,26"));
  assert.deepEqual([site.callers, site.defaultCaller, site.defaultSkill], [["40038", "40039"], "40038", 25]);
  assert.deepEqual(
    [phones.length, phones[0]?.number, phones[19]?.number, phones[20]?.number],
    [21, "40001", "40020", "40038"],
  );
  assert.deepEqual(site.trunks[0]?.patterns, ["4xxxx", "1xxxxxxxxxx"]);
  assert.equal(site.trunks[0]?.port, 5070);
});

test("every phone has a password of its own, new at each start", () => {
  assert.equal(new Set([...phones, ...demoPhones(randomBytes)].map(({ password }) => password)).size, 42);
  assert.ok(phones.every(({ password }) => /^[A-Za-z0-9_-]{16}$/.test(password)));
});

test("the demo site keeps the rules of a site file", () => {
  assert.deepEqual(parseSite("demo", stringify(site)), { site, settings: {} });
});
