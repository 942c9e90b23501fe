// What an agent does beside talking: results and notes that go to the call's record by themselves, reasons, calls from before. Real
// gateway, desk phones: nothing has to be heard.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { connect } from "../../src/client/connect.ts";
import { accepted } from "../peer/desk.ts";
import { without } from "../peer/missing.ts";
import { callTo, isAccessible, openStage, type Stage, signIn } from "./desk-page.ts";

const hostile = `<img src=x onerror="document.title='taken'">{{name}} $t(title)`;

describe("the desk beside the calls", { skip: without("chromium"), concurrency: 2 }, () => {
  let stage: Stage;

  before(async () => {
    stage = await openStage();
  });
  after(async () => {
    await stage?.close();
    assert.deepEqual(stage?.complaints, [], "no page broke its policy or failed");
  });

  const deskOf = async (agent: string): Promise<Page> => {
    const page = await (await stage.window()).newPage();
    await page.goto(stage.gateway.httpsUrl);
    await signIn(page, { agent, phone: `400${agent.slice(-2)}` });
    return page;
  };

  const signOut = async (page: Page, agent: string): Promise<void> => {
    await page.getByRole("button", { name: new RegExp(`Agent ${agent}`) }).click();
    await page.getByRole("menuitem", { name: /Sign out|sign out/ }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  };

  const ready = async (page: Page): Promise<void> => {
    await page.getByRole("button", { name: "Ready for calls" }).click();
    await page.getByRole("button", { name: /Your state: Ready/ }).waitFor();
  };

  /** As another program of the agent reads them. */
  const ownCalls = async (agent: string) => {
    const session = connect({ url: stage.gateway.url, agent });
    accepted(await session.forceSignIn({ phonenum: `400${agent.slice(-2)}` }));
    const { calls } = accepted(await session.ownCalls());
    accepted(await session.signOut());
    session.stop();
    return calls;
  };

  it("result and notes are kept with the call, and are there in the next session", async () => {
    const page = await deskOf("101");
    await page.getByText("There are no earlier calls of yours.").waitFor();
    await callTo(page, "40040");
    await page.getByRole("tab", { name: "Notes" }).click();
    await page.getByRole("textbox", { name: "Notes" }).fill(`during: ${hostile}`);
    await page.locator('[data-kept="true"]').waitFor();
    await isAccessible(page, "Agent desk", "notes in a call");
    await page.keyboard.press("Alt+e");
    await page.getByRole("heading", { level: 2, name: "Wrap-up" }).waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Notes" }).inputValue(), `during: ${hostile}`);
    // By the keyboard alone: the radios are one stop, the arrows choose.
    await page.getByRole("radio", { name: "None" }).focus();
    await page.keyboard.press("ArrowLeft");
    assert.ok(await page.getByRole("radio", { name: "complaint" }).isChecked());
    await page.getByText("Kept with the call's record").waitFor();
    await isAccessible(page, "Agent desk", "wrap-up with a result");
    await ready(page);
    await page.getByText("Result: complaint").waitFor();

    await callTo(page, "40041", "ended");
    await page.getByRole("heading", { level: 2, name: "Wrap-up" }).waitFor();
    // Signed out before the desk has sent it by itself.
    await page.getByRole("textbox", { name: "Notes" }).fill("busy twice");
    await signOut(page, "101");
    const [busy, talk] = await ownCalls("101");
    assert.deepEqual([busy?.number, busy?.detect, busy?.wrapUp?.notes], ["40041", 537, "busy twice"]);
    assert.deepEqual(
      [talk?.number, talk?.outcome, talk?.wrapUp?.name, talk?.wrapUp?.notes],
      ["40040", "answered", "complaint", `during: ${hostile}`],
    );

    await signIn(page, { agent: "101", phone: "40001" });
    const earlier = page.getByRole("region", { name: "Earlier calls" });
    await earlier.getByText("Result: complaint").waitFor();
    await earlier.getByText(`Notes: during: ${hostile}`).waitFor();
    await earlier.getByText("Failed: The number is busy.").waitFor();
    assert.doesNotMatch((await earlier.textContent()) ?? "", /\b[AP]M\b/, "times as in the reader's own English");
    await page.getByRole("button", { name: "Call 40041 again" }).waitFor();
    assert.equal(await page.locator("main img, main script").count(), 0);
    await isAccessible(page, "Agent desk", "earlier calls");

    const console = await page.context().newPage();
    await console.goto(`${stage.gateway.httpsUrl}/console/calls/${talk?.callId}`);
    await console.getByLabel("Work number").fill("120");
    await console.keyboard.press("Enter");
    await console.getByText(`complaint · during: ${hostile}`).waitFor();
    await console.getByText("Result, 101").waitFor();
    await page.context().close();
  });

  it("records that cannot be read or written for a while are said, and what was written is sent later", async () => {
    const page = await deskOf("102");
    await callTo(page, "40041", "ended");
    await page.getByRole("heading", { level: 2, name: "Wrap-up" }).waitFor();
    const away = JSON.stringify({ message: "away", retcode: "100-007" });
    const body = { status: 503, contentType: "application/json", body: away };
    await page.context().route(/\/seatway\/v1\/agents\/102\/calls/, (route) => route.fulfill(body));
    await page.getByRole("radio", { name: "call back" }).check();
    await page.getByRole("alert").getByText("Code 100-007").waitFor();
    assert.equal(await page.locator("[data-kept]").getAttribute("data-kept"), "false");
    await page.reload();
    await page.getByText("Earlier calls cannot be read now.").waitFor();
    await isAccessible(page, "Agent desk", "records away");
    assert.ok(await page.getByRole("radio", { name: "call back" }).isChecked(), "a reload has lost nothing");
    await page.context().unroute(/\/seatway\/v1\/agents\/102\/calls/);
    await page.locator('[data-kept="true"]').waitFor({ timeout: 20_000 });
    await page.getByRole("region", { name: "Earlier calls" }).getByRole("button", { name: "Try again" }).click();
    await page.getByText("There are no earlier calls of yours.").waitFor();
    await signOut(page, "102");
    assert.equal((await ownCalls("102"))[0]?.wrapUp?.name, "call back");
    await page.context().close();
  });

  it("busy and break have the site's reasons, by the keyboard too, in both languages", async () => {
    const page = await deskOf("103");
    const state = page.locator(".desk-state");
    const choose = async (name: string) => {
      await state.click();
      await page.getByRole("menuitem", { name, exact: true }).press("Enter");
    };
    await choose("Busy: training");
    await page.getByRole("button", { name: /Your state: Busy ?training/ }).waitFor();
    await page.getByText("Calls do not come: training").waitFor();
    await state.click();
    await page.getByRole("menuitem", { name: "Busy: meeting" }).waitFor();
    assert.equal(await page.getByRole("menuitem", { name: "Busy: training" }).count(), 0, "he is that already");
    await isAccessible(page, "Agent desk", "reasons of busy");
    await page.getByRole("menuitem", { name: "Busy: meeting" }).press("Enter");
    await page.getByRole("button", { name: /Your state: Busy ?meeting/ }).waitFor();
    await choose("eat, 15 min");
    await page.getByRole("button", { name: /Your state: Break ?eat/ }).waitFor();
    await choose("Ready");
    await page.getByRole("button", { name: /Your state: Ready/ }).waitFor();
    await page.getByRole("button", { name: "Language, Colours" }).click();
    await page.getByRole("menuitem", { name: "中文" }).click();
    await state.click();
    await page.getByRole("menuitem", { name: "示忙：meeting" }).press("Enter");
    await page.getByText("没有来电的原因：meeting").waitFor();
    await isAccessible(page, "座席工作台", "busy, Chinese");
    await page.context().close();
  });
});
