// The operator's console in Debian's Chromium over a started gateway: signing in, every page read by axe, forms with bad input,
// parameters by form and by MML agreeing, the board during a call, from its record to its timeline, a recording's player, hostile
// texts, both languages, keyboard, a gateway that is away. One browser and one gateway for all.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { connect } from "../../src/client/connect.ts";
import type { Scenario } from "../../src/contract/scenario.ts";
import { replay } from "../scenario/replay.ts";
import type { StartedGateway } from "../support/started-gateway.ts";
import { until } from "../support/until.ts";
import { type ConsolePage, openConsole } from "./console-page.ts";
import { seriousOf } from "./pages.ts";

/** What a caller, or an integrator, may have written. */
const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

let stage: ConsolePage;
let gateway: StartedGateway;
let page: Page;

before(async () => {
  stage = await openConsole();
  ({ gateway, page } = stage);
});
after(() => stage?.close());

const heading = (text: string | RegExp) => page.getByRole("heading", { level: 1, name: text });

/** To this page by the menu; its heading is there. */
async function open(name: string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
  await heading(name).waitFor();
}

/** The gateway says no to this once, as it would when somebody else was quicker. */
const refused = (page: Page, path: string, retcode: string): Promise<unknown> =>
  page.route(
    `**/seatway/v1/operator/**/${path}`,
    (route) => route.fulfill({ status: 409, json: { message: "somebody was quicker", retcode } }),
    { times: 1 },
  );

const menu = [
  ...["Live board", "Call records", "Recordings", "Agents", "Skills", "Phones", "Numbers", "Trunks"],
  ...["Soft parameters", "Audit log", "Settings", "Users and rights", "Simulator"],
];

describe("the operator's console", () => {
  test("sign-in: by keyboard; a wrong number and a wrong password are said", async () => {
    await page.goto(`${gateway.url}/console`);
    await heading("Operator console").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    const user = page.getByLabel("Work number");
    await user.fill("abc");
    await user.press("Enter");
    await page.getByText("A work number: digits, not beginning with 0").waitFor();
    await user.fill("120");
    await page.getByLabel("Password", { exact: true }).fill("x");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("Work number or password is wrong. (100-004)").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await page.getByLabel("Password", { exact: true }).fill("");
    await page.keyboard.press("Enter");
    await heading("Live board").waitFor();
    const readable = await page.evaluate<string>(
      "document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })",
    );
    assert.doesNotMatch(readable, /operator/, "no script reads the session");
  });

  let callId = "";

  test("the board shows a call as it happens, and what failed", async () => {
    const tile = page.locator('[data-agent="101"]');
    await tile.getByText("Signed out").waitFor();
    const agent = connect({ url: gateway.url, agent: "101" });
    assert.ok((await agent.signIn({ phonenum: "40001" })).ok);
    await tile.getByText("Idle").waitFor();
    assert.ok((await agent.sayBusy(201)).ok);
    await tile.getByText("Busy · training").waitFor();
    assert.ok((await agent.sayFree()).ok);
    assert.ok((await agent.callOut({ called: "40041" })).ok);
    await page.getByText("called party: busy (SIP 486)").waitFor();
    await agent.sayFree();
    await tile.getByText("Idle").waitFor();
    const called = await agent.callOut({ called: "40040", callappdata: hostile });
    assert.ok(called.ok);
    callId = called.result;
    await tile.getByText("40040 · talking").waitFor();
    await page.locator('[data-figure="calls"]').getByText("1", { exact: true }).waitFor();
    const path = `${gateway.url}/agentgateway/resource/recordplay/101/recordwithoutfilename`;
    await fetch(path, { method: "PUT", headers: { Guid: agent.guid() } });
    await tile.getByText("0:01").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    assert.ok((await agent.release()).ok);
    await tile.getByRole("button", { name: "101 Agent 101" }).click();
    await page.getByRole("button", { name: "Sign out this agent" }).click();
    await page.getByText("Sign out agent 101?").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await page.getByRole("button", { name: "Sign out now" }).click();
    await page.getByRole("dialog").getByText("Signed out").waitFor();
    await page.keyboard.press("Escape");
    await tile.getByText("Signed out").waitFor();
  });

  test("the board of a phone: only tiles in sight are in the page, by keyboard each of them is reached", async () => {
    const tiles = page.locator("[data-agent]");
    await page.setViewportSize({ width: 390, height: 500 });
    await until("most tiles to leave the page", async () => ((await tiles.count()) < 15 ? true : null));
    assert.equal(await tiles.first().getAttribute("aria-setsize"), "20");
    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    await page.locator('[data-agent="120"][aria-posinset="20"]').waitFor();
    await page.evaluate("scrollTo(0, 0)");
    // The first that there is may still be one of the end.
    await page.locator('[data-agent="101"]').getByRole("button").focus();
    for (let agent = 102; agent <= 120; agent += 1) {
      await page.keyboard.press("Tab");
      const focused = () =>
        page.evaluate<string>("document.activeElement.closest('[data-agent]')?.dataset.agent ?? ''");
      await until(`the focus to be at ${agent}`, async () => ((await focused()) === `${agent}` ? true : null));
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test("from the record to the timeline: verdict, ladder, every layer, hostile data as text", async () => {
    await open("Call records");
    await page.getByLabel("Agent", { exact: true }).fill("x");
    await page.getByText("A work number", { exact: true }).waitFor();
    await page.getByLabel("Number", { exact: true }).fill("!");
    await page.getByText("At most 24 of 0-9, *, # and +").waitFor();
    await page.getByLabel("Skill", { exact: true }).fill("x");
    await page.getByText("The skill's number").waitFor();
    // Typed, as the page's language is not the browser's; the calendar puts it in the same form.
    await page.getByLabel("From", { exact: true }).fill("01/31/2026");
    await page.getByText("A time such as 2026-01-31 08:15, or a day").waitFor();
    await page.locator(".console-calendar").first().fill("2026-01-31T08:15");
    await page.getByText("A time such as 2026-01-31 08:15, or a day").waitFor({ state: "detached" });
    assert.equal(await page.getByLabel("From", { exact: true }).inputValue(), "2026-01-31 08:15");
    assert.deepEqual(await seriousOf(page), []);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByLabel("Outcome").selectOption("answered");
    await page.getByRole("button", { name: "Search" }).click();
    const rows = page.locator("tbody tr");
    await rows.filter({ hasText: "Failed" }).waitFor({ state: "detached" });
    await rows.first().getByRole("link").click();
    await heading(`Call ${callId}`).waitFor();
    await page.locator('[data-verdict="went-well"]').waitFor();
    await page.getByText(hostile).first().waitFor();
    for (const layer of ["request", "event", "sip", "media"])
      await page.locator(`[data-layer="${layer}"]`).first().waitFor();
    await page.getByRole("img", { name: /^\d+ SIP messages between the gateway and 2 peers/ }).waitFor();
    await page.getByRole("button", { name: "Show INVITE" }).first().click();
    await page.getByText("Via: SIP/2.0/UDP").first().waitFor();
    await page.getByText("SIP 1", { exact: false }).first().waitFor();
    await page.locator("label", { hasText: /^SIP \d+$/ }).click();
    assert.equal(await page.locator('[data-layer="sip"]').count(), 0);
    assert.deepEqual(await seriousOf(page), []);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download as pcap" }).click(),
    ]);
    assert.equal(file.suggestedFilename(), `${callId}.pcap`);
    assert.notEqual(await page.title(), "owned");
  });

  test("a recording: its waveform, and a player that has the whole length", async () => {
    await open("Recordings");
    await page
      .getByRole("button", { name: /^Hear recording \d+$/ })
      .first()
      .click();
    await page.getByRole("img", { name: /^Waveform of / }).waitFor();
    const length = () => page.evaluate<number | undefined>("document.querySelector('audio')?.duration");
    await until("the player to know the length", async () => (((await length()) ?? 0) > 0 ? true : null));
    assert.deepEqual(await seriousOf(page), []);
    await page.getByLabel("Skill", { exact: true }).fill("x");
    await page.getByText("The skill's number").waitFor();
  });

  test("soft parameters: by form and by MML they agree; each field says its rule; one log", async () => {
    await open("Soft parameters");
    const value = page.getByLabel("Value of P978");
    const line = page.getByLabel("Command");
    const form = page.getByRole("form", { name: "P978" });
    await value.fill("4294967296");
    await form.getByText("A whole number, 0 to 4294967295").waitFor();
    assert.equal(await form.getByRole("button", { name: "Save" }).isDisabled(), true);
    await value.fill("5");
    assert.equal(await line.inputValue(), "MOD SFP: ID=P978, MODTYPE=P0, VALUE=5;");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Changed from 0 to 5.").waitFor();
    assert.equal(await form.getByLabel("Bit 2", { exact: true }).isChecked(), true);
    await line.fill("LST SFP: ID=P978;");
    await page.getByRole("button", { name: "Run" }).click();
    await page
      .locator('[data-retcode="0"]')
      .getByText(/Value {2}= {2}5/)
      .waitFor();
    await line.fill("MOD SFP: ID=P978, MODTYPE=P1, BIT=0, BITVAL=0;");
    await page.getByRole("button", { name: "Run" }).click();
    await until("the form to show what MML wrote", async () => ((await value.inputValue()) === "4" ? true : null));
    await line.fill(hostile);
    await page.getByRole("button", { name: "Run" }).click();
    await page.locator('[data-retcode="1"]').waitFor();
    await line.fill(" ");
    await page.getByText("A command, such as LST SFP:;").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await value.fill("0");
    await form.getByRole("button", { name: "Save" }).click();
    const log = page.getByRole("region", { name: "Audit log" }).locator("tbody tr");
    await log.filter({ hasText: "parameter P978" }).nth(2).waitFor();
    assert.match((await log.first().textContent()) ?? "", /120 127\.0\.0\.1 \(console\)parameter P97840$/);
  });

  test("trunks: a probe, a test call, a number that is none", async () => {
    await open("Trunks");
    const number = page.getByLabel("Number for a test call");
    await number.fill("abc");
    await page.getByText("At most 24 of 0-9, * and #").waitFor();
    await number.fill("999");
    await page.getByRole("button", { name: "Probe and call" }).click();
    await page.getByText("number: not one of this trunk's patterns (200-001)").waitFor();
    await number.fill("40040");
    await page.getByRole("button", { name: "Probe and call" }).click();
    await page.getByText("it rang, and was cancelled", { exact: false }).waitFor();
    assert.deepEqual(await seriousOf(page), []);
  });

  test("the simulator: each field says its rule; a party calls in, and waits on the board", async () => {
    await open("Simulator");
    for (const [label, text, rule] of [
      ["Answers after, ms", "x", "0 to 3600000"],
      ["Refuses with", "200", "300 to 699"],
      ["Q.850 cause", "0", "1 to 127"],
      ["Its tone, Hz", "", "100 to 3400"],
      ["Share of packets lost", "2", "0 to 1"],
      ["Number at the gateway", "x", "1 to 24 of 0-9, *, # and +"],
      ["Digits", "x", "1 to 32 of 0-9, *, # and A-D"],
      ["Percent that fail", "101", "0 to 100"],
      ["Called number", "x", "1 to 24 of 0-9, * and #"],
      ["How many calls", "0", "1 to 1000"],
      ["One every, s", "", "1 to 3600"],
      ["Agent hangs up after, s", "x", "0 to 3600, or empty"],
      ["Wraps up for, s", "3601", "0 to 3600"],
    ] as const) {
      const field = page.getByLabel(label, { exact: true });
      const fine = await field.inputValue();
      await field.fill(text);
      await page.getByText(rule, { exact: true }).waitFor();
      await field.fill(fine);
    }
    assert.deepEqual(await seriousOf(page), []);
    await page.getByRole("button", { name: "Call it" }).click();
    await page.getByText("1 call", { exact: true }).waitFor();
    await open("Live board");
    await page.locator(".board-queue", { hasText: "voice" }).getByText("1 call waits").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await open("Simulator");
    await page.getByRole("button", { name: "Hang up" }).click();
    await page.getByText("0 calls", { exact: true }).waitFor();
  });

  test("the simulator: a call that has happened is a file, and played again it is the same", async () => {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: `Save call ${callId} as a scenario` }).click(),
    ]);
    assert.equal(file.suggestedFilename(), `scenario-${callId}.json`);
    await page.getByText("Saved as a file.").waitFor();
    const scenario = JSON.parse(await readFile(await file.path(), "utf8")) as Scenario;
    const { told } = await replay(scenario);
    const events = scenario.told["101"] ?? [];
    assert.ok(events.includes("AgentEvent_Talking"));
    assert.deepEqual(told["101"]?.slice(0, events.length), events);
    assert.deepEqual(await seriousOf(page), []);
    const player = page.getByRole("region", { name: "Play a scenario again" });
    const files = player.locator("input[type=file]");
    await files.setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from("{}") });
    await player.getByText("This is no scenario that was saved here.").waitFor();
    await files.setInputFiles(await file.path());
    await player.getByText(scenario.name).waitFor();
    await player.getByLabel("Speed").selectOption("10");
    await player.getByRole("button", { name: "Play", exact: true }).click();
    await player.getByText("Played: each was told the same, in the same order.").waitFor();
    assert.deepEqual(await seriousOf(page), []);
  });

  test("the simulator: an agent calls by a script; who is signed in elsewhere is said", async () => {
    const scripts = page.getByRole("region", { name: "Calls by agents" });
    const row = scripts.locator("tbody tr");
    await scripts.getByText("At phone 40002").waitFor();
    await scripts.getByLabel("How many calls").fill("2");
    await scripts.getByLabel("One every, s").fill("1");
    await scripts.getByLabel("Agent hangs up after, s").fill("0");
    await scripts.getByRole("button", { name: "Start" }).click();
    await row.getByText("2 of 2, 2 answered").waitFor();
    await row.getByText("is through").waitFor();
    await scripts.getByLabel("Called number").fill("999");
    // So many that it is not through before it is stopped.
    await scripts.getByLabel("How many calls").fill("100");
    await scripts.getByRole("button", { name: "Start" }).click();
    await row.getByText(/\d+× refused\. No trunk leads to this number\./).waitFor();
    await scripts.getByRole("button", { name: "Stop the script of agent 102" }).click();
    await row.getByText("was stopped").waitFor();
    const elsewhere = connect({ url: gateway.url, agent: "103" });
    assert.ok((await elsewhere.signIn({ phonenum: "40003" })).ok);
    await scripts.getByLabel("Agent", { exact: true }).selectOption("103");
    await scripts.getByRole("button", { name: "Start" }).click();
    await scripts.getByRole("alert").getByText("He is signed in elsewhere", { exact: false }).waitFor();
    assert.deepEqual(await seriousOf(page), []);
    assert.ok((await elsewhere.forceSignOut()).ok);
  });

  test("the demo site's entries are changed by forms, too; what is the simulation's says so at its field", async () => {
    const dialog = page.getByRole("dialog");
    const save = () => dialog.getByRole("button", { name: "Save" }).click();
    await open("Phones");
    await page.getByRole("button", { name: "Change 40005" }).first().click();
    await dialog.getByLabel("Password", { exact: true }).fill("mine");
    await save();
    await dialog.getByText("of 40005 it is the simulation's, and new at each start", { exact: false }).waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await page.keyboard.press("Escape");
    await open("Agents");
    await page.getByRole("button", { name: "Change 105" }).first().click();
    await dialog.getByLabel("Name", { exact: true }).fill("Agent 105 north");
    await save();
    await page.locator("tbody tr", { hasText: "Agent 105 north" }).waitFor();
    const changes = page.getByRole("region", { name: "Changed here" }).first();
    await changes.getByText("changed here", { exact: true }).waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await changes.getByRole("button", { name: "As it was" }).click();
    await changes.waitFor({ state: "detached" });
  });

  test("supervision: what stands in the way in words, listening, whispering, taking over, forcing; each asked once", async () => {
    await open("Live board");
    const agent = connect({ url: gateway.url, agent: "101" });
    assert.ok((await agent.signIn({ phonenum: "40001" })).ok);
    assert.ok((await agent.callOut({ called: "40040" })).ok);
    const tile = page.locator('[data-agent="101"]');
    await tile.getByText("40040 · talking").waitFor();
    await tile.getByRole("button").click();
    const dialog = page.getByRole("dialog");
    const press = (name: string) => dialog.getByRole("button", { name, exact: true }).click();
    await dialog.getByText("sign in at the desk as 120", { exact: false }).waitFor();
    assert.equal(await dialog.getByRole("button", { name: "Listen", exact: true }).count(), 0);
    assert.deepEqual(await seriousOf(page), []);
    const me = connect({ url: gateway.url, agent: "120" });
    assert.ok((await me.signIn({ phonenum: "40020" })).ok);
    await press("Listen");
    await dialog.getByText("You hear both. Nobody hears you.").waitFor();
    await press("Whisper");
    await dialog.getByText("You hear both. The agent alone hears you.").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await press("Take the call over");
    await dialog.getByText("Take over the call of agent 101?").waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await press("Take over now");
    await dialog.getByText("You are now: In a call.", { exact: false }).waitFor();
    await page.locator('[data-agent="120"]').getByText("40040 · talking").waitFor();
    assert.ok((await me.release()).ok);
    await press("Make busy");
    await dialog.getByText("Make agent 101 busy?").waitFor();
    await press("Do it");
    await tile.getByText("Busy · by a supervisor").waitFor();
    await dialog.getByLabel("Rest, minutes").fill("0");
    await dialog.getByText("A whole number, 1 to 1439").waitFor();
    await dialog.getByLabel("Rest, minutes").fill("15");
    await press("Send to rest");
    await dialog.getByText("Send agent 101 to rest for 15 minutes?").waitFor();
    await press("Do it");
    await tile.getByText("Rest · rest").waitFor();
    await refused(page, "force", "900-005");
    await press("Make idle");
    await press("Do it");
    await dialog.getByText("It does not fit what you or the agent do now.", { exact: false }).waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await page.keyboard.press("Escape");
    for (const one of [agent, me]) assert.ok((await one.forceSignOut()).ok);
    await open("Audit log");
    await page.getByText("agent 101 supervised").first().waitFor();
  });

  test("every page by its heading, in Chinese, dark and narrow: axe finds nothing, nothing is cut", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByRole("button", { name: "Language, " }).click();
    await page.getByRole("menuitem", { name: "中文" }).click();
    await page.setViewportSize({ width: 360, height: 740 });
    const links = page.getByRole("navigation").getByRole("link");
    for (let place = 0; place < menu.length; place += 1) {
      await links.nth(place).click();
      await page.getByRole("heading", { level: 1, name: (await links.nth(place).textContent()) ?? "" }).waitFor();
      const loaders = page.locator(".mantine-Loader-root");
      await until("the page to be loaded", async () => ((await loaders.count()) === 0 ? true : null));
      assert.deepEqual(await seriousOf(page), [], await page.title());
      const text = (await page.locator("#root").textContent()) ?? "";
      if (menu[place] === "Settings") assert.match(text, /SEATWAY_SIP_PORTUDP 和 TCP 上的 SIP/);
    }
  });

  test("offline: said, what stood stays; the session over: the sign-in comes", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.evaluate("localStorage.setItem('seatway.language', 'en')");
    await page.goto(`${gateway.url}/console/phones`);
    await heading("Phones").waitFor();
    await page.getByText("40020", { exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByText("The gateway does not answer").waitFor();
    await page.getByText("40020", { exact: true }).waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await page.context().setOffline(false);
    // By itself: this page asks every five seconds.
    await page.getByText("The gateway does not answer").waitFor({ state: "detached" });
    await page.context().clearCookies();
    await page.getByRole("navigation").getByRole("link", { name: "Agents", exact: true }).click();
    await heading("Operator console").waitFor();
  });

  test("the gateway is gone: the board says so in a banner, and keeps what it showed", async () => {
    await page.getByLabel("Work number").fill("120");
    await page.keyboard.press("Enter");
    // The page that was asked for when the session ended, or the board.
    await page.getByRole("navigation").getByRole("link", { name: "Live board" }).click();
    await page.locator('[data-agent="101"]').waitFor();
    await gateway.stop();
    await page.getByRole("status").getByText("The connection to the gateway is lost").waitFor();
    await page.getByText("Not live", { exact: true }).waitFor();
    await page.locator('[data-agent="101"]').waitFor();
    assert.deepEqual(await seriousOf(page), []);
    await page.locator('[data-agent="101"]').getByRole("button").press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).press("Escape");
    await page.getByRole("navigation").getByRole("link", { name: "Audit log" }).press("Enter");
    await page.getByRole("alert").getByText("The gateway does not answer").waitFor();
    assert.deepEqual(await seriousOf(page), []);
  });

  test("nothing went wrong in the page meanwhile", () => {
    assert.deepEqual(
      stage.faults.filter((fault) => !/net::ERR_|status of 4\d\d/.test(fault)),
      [],
    );
  });
});
