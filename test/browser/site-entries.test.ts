// The site's entries in the console, in Debian's Chromium: created, changed, deleted, brought back; each field says its rule, what the
// gateway refuses stands at its field; by keyboard; axe finds nothing; a supervisor has no such buttons.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { StartedGateway } from "../support/started-gateway.ts";
import { type ConsolePage, openConsole } from "./console-page.ts";
import { seriousOf } from "./pages.ts";

const site = `agents:
  - { id: 101, name: Agent 101, password: "", skills: [25] }
  - { id: 119, name: Lead, password: "", rights: [supervisor] }
  - { id: 120, name: Root, password: "", rights: [agent, administrator] }
skills: [{ id: 25, name: voice }]
phones: [{ number: "40001", password: hush }]
callers: ["40038"]
defaultCaller: "40038"
defaultSkill: 25
`;

let stage: ConsolePage;
let gateway: StartedGateway;
let page: Page;

before(async () => {
  stage = await openConsole(site);
  ({ gateway, page } = stage);
});
after(() => stage?.close());

const dialog = () => page.getByRole("dialog");
const press = (name: string) => dialog().getByRole("button", { name, exact: true }).click();
const row = (key: string) => page.locator("tbody tr").filter({ hasText: key }).first();

async function open(name: string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

async function signIn(user: string): Promise<void> {
  await page.goto(`${gateway.url}/console`);
  await page.getByLabel("Work number").fill(user);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Live board" }).waitFor();
}

/** By its button, with every field that is wrong blamed once somebody has tried. */
async function newEntry(
  kind: string,
  fields: Readonly<Record<string, string>>,
  rules: readonly string[],
): Promise<void> {
  await page.getByRole("button", { name: kind }).click();
  await press("Save");
  for (const rule of rules) await dialog().getByText(rule, { exact: true }).first().waitFor();
  assert.deepEqual(await seriousOf(page), [], kind);
  for (const [label, value] of Object.entries(fields)) await dialog().getByLabel(label, { exact: true }).fill(value);
  await dialog()
    .getByLabel(Object.keys(fields)[0] ?? "", { exact: true })
    .press("Enter");
  await dialog().waitFor({ state: "detached" });
}

describe("the site's entries in the console", () => {
  test("a skill, an agent, a phone, a number: created, and in force at once", async () => {
    await signIn("120");
    await open("Skills");
    await newEntry("New skill", { Number: "26", Name: "service" }, ["A whole number from 1 on", "1 to 64 characters"]);
    await row("service").waitFor();
    await open("Agents");
    await newEntry("New agent", { "Work number": "102", Name: "Agent 102", Skills: "25, 26:5", Password: "secret-1" }, [
      "1 to 6 digits, not beginning with 0",
      "1 to 64 characters",
    ]);
    await row("102").getByText("voice, service (5)").waitFor();
    await page.getByRole("region", { name: "Changed here" }).getByText("created here").first().waitFor();
    await open("Phones");
    await newEntry("New phone", { Number: "40002", Password: "hush-2" }, ["1 to 24 of 0-9, * and #"]);
    await row("40002").waitFor();
    await open("Numbers");
    await newEntry("New number", { "Number or pattern": "8000", "Which one": "26" }, [
      "Digits, x for any digit, . at the end",
    ]);
    await row("8000").getByText("skill 26").waitFor();
    assert.deepEqual(await seriousOf(page), []);
  });

  test("what the gateway refuses stands at the field that it names; an entry is changed, deleted when it is asked twice, brought back", async () => {
    await open("Agents");
    await page.getByRole("button", { name: "Change 101" }).first().click();
    assert.ok(await dialog().getByLabel("Work number", { exact: true }).isDisabled(), "what it is told by stays");
    await dialog().getByLabel("Caller number").fill("999");
    await press("Save");
    await dialog().getByText("caller: 999 is not one of the site's callers").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await dialog().getByLabel("Caller number").fill("40038");
    await dialog().getByLabel("Name", { exact: true }).fill("Agent 101 north");
    await dialog().getByLabel("Supervisor").check();
    await press("Save");
    await row("Agent 101 north").getByText("Agent, Supervisor").waitFor();
    await open("Skills");
    await page.getByRole("button", { name: "Change 26" }).first().click();
    await press("Delete");
    await dialog().getByText("Delete 26?").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await press("Delete now");
    await dialog().getByText("26 is not a skill of this site", { exact: false }).waitFor();
    await page.keyboard.press("Escape");
    await open("Agents");
    await page.getByRole("button", { name: "Change 101" }).first().click();
    await press("Delete");
    await press("Delete now");
    await dialog().waitFor({ state: "detached" });
    const changes = page.getByRole("region", { name: "Changed here" }).locator("tbody tr");
    await changes.filter({ hasText: "101" }).getByText("deleted here").waitFor();
    await changes.filter({ hasText: "101" }).getByRole("button", { name: "As it was" }).click();
    await changes.filter({ hasText: "101" }).waitFor({ state: "detached" });
    await row("Agent 101").waitFor();
  });

  test("a trunk waits for the next start, and says so; each change is in the audit log", async () => {
    await open("Trunks");
    await newEntry("New trunk", { Name: "carrier", Host: "sip.example", "Number patterns": "4xxxx, 00." }, [
      "An address or a host name",
      "Patterns with commas between: 4xxxx, 00.",
    ]);
    await page.getByRole("region", { name: "Changed here" }).getByText("at the next start").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await open("Audit log");
    for (const what of ["trunks carrier", "agents 101", "skills 26", "phones 40002", "numbers 8000"])
      await page.getByText(what, { exact: true }).first().waitFor();
    assert.doesNotMatch((await page.locator("#root").textContent()) ?? "", /hush-2|secret-1|scrypt/);
  });

  test("in Chinese, dark and narrow: the form has its words and fits", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.evaluate("localStorage.setItem('seatway.language', 'zh')");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${gateway.url}/console/agents`);
    await page.getByRole("button", { name: "新建座席" }).click();
    await dialog().getByRole("button", { name: "保存" }).click();
    await dialog().getByText("1 至 64 个字符").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    assert.ok((await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")) <= 0);
    await page.keyboard.press("Escape");
    await page.evaluate("localStorage.setItem('seatway.language', 'en')");
  });

  test("a supervisor sees the same pages without a way to change them", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.context().clearCookies();
    await signIn("119");
    await open("Agents");
    await row("Agent 101").waitFor();
    assert.equal(await page.getByRole("button", { name: /^(New|Change)/ }).count(), 0);
  });

  test("nothing went wrong in the page meanwhile", () => {
    assert.deepEqual(
      stage.faults.filter((fault) => !/status of 4\d\d/.test(fault)),
      [],
    );
  });
});
