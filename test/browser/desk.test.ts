// The agent's desk over a real gateway and its simulated town: calls that are heard, what fails, reload and take-over, the keyboard
// alone, strangers' texts, both languages; axe on every screen. Each test has agents and phones of its own.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { connect } from "../../src/client/connect.ts";
import { accepted } from "../peer/desk.ts";
import { without } from "../peer/missing.ts";
import { until } from "../support/until.ts";
import {
  callTo,
  hears,
  hearsNothingOf,
  isAccessible,
  openDesk,
  openStage,
  type Stage,
  signIn,
  stageOf,
} from "./desk-page.ts";

const partysTone = 1500;

/** A page of another origin that shows the desk in a frame. */
const embedder = createServer((_request, response) => {
  response.setHeader("Content-Type", "text/html");
  response.end(
    `<!doctype html><title>CRM</title><iframe allow="microphone; camera" width="1000" height="700" src="${framed}"></iframe>`,
  );
});
let framed = "";

describe("the desk in a browser", { skip: without("chromium"), concurrency: 2 }, () => {
  let stage: Stage;

  before(async () => {
    await new Promise<void>((resolve) => embedder.listen(0, "127.0.0.1", resolve));
    const { port } = embedder.address() as AddressInfo;
    stage = await openStage({ SEATWAY_FRAME_ORIGINS: `http://127.0.0.1:${port}` });
    framed = stage.gateway.httpsUrl;
  });
  after(async () => {
    embedder.close();
    await stage?.close();
    assert.deepEqual(stage?.complaints, [], "no page broke its policy or failed");
  });

  it("a call: heard, held, taken back, muted, noted, reloaded, taken over by a tab, passed on, wrapped up", async () => {
    const context = await stage.window();
    const page = await openDesk(stage, context, "101", "40001");
    const stored = (area: string) => page.evaluate<string>(`JSON.stringify({ ...${area} })`);
    const secret = stage.phonePassword("40001");
    assert.ok((await stored("sessionStorage")).includes(secret), "a reload needs it");
    assert.doesNotMatch(
      await stored("localStorage"),
      new RegExp(`${secret}|guid`, "i"),
      "nothing secret outlives the tab",
    );
    const ready = page.getByRole("button", { name: /Your state: Ready/ });
    await ready.waitFor();
    await isAccessible(page, "Agent desk", "ready");
    await callTo(page, "40040");
    await hears(page, partysTone);
    await isAccessible(page, "Agent desk", "in a call");

    await page.getByRole("button", { name: "Hold", exact: true }).click();
    await stageOf(page, "held").waitFor();
    await hearsNothingOf(page, partysTone);
    await isAccessible(page, "Agent desk", "on hold");
    await page.getByRole("button", { name: "Take back" }).click();
    await hears(page, partysTone);
    await page.getByRole("button", { name: "Mute", exact: true }).click();
    await page.getByText(/Muted/).waitFor();
    await page.getByRole("button", { name: "Unmute" }).click();
    await page.getByRole("button", { name: "Digits" }).click();
    await page.locator(".desk-keypad").getByRole("button", { name: "Digit 5" }).click();
    await page.getByText("Sent: 5").waitFor();
    await page.getByRole("tab", { name: "Notes" }).click();
    await page.getByRole("textbox", { name: "Notes" }).fill("wants to move");

    await page.reload();
    await stageOf(page, "talking").waitFor();
    await page.locator('[data-phone-state="registered"]').waitFor();
    await hears(page, partysTone);
    await page.getByRole("tab", { name: "Notes" }).click();
    assert.equal(await page.getByRole("textbox", { name: "Notes" }).inputValue(), "wants to move");

    const second = await context.newPage();
    await second.goto(stage.gateway.httpsUrl);
    await second.getByText("Agent 101 has microphone and calls there.").waitFor();
    await isAccessible(second, "The desk is open in another tab", "elsewhere");
    await second.getByRole("button", { name: "Take over here" }).click();
    await stageOf(second, "talking").waitFor();
    await page.getByRole("heading", { name: "The desk is open in another tab" }).waitFor();
    await hears(second, partysTone);

    const other = await openDesk(stage, await stage.window(), "102", "40002");
    await second.getByRole("button", { name: "Transfer", exact: true }).click();
    await second.getByRole("button", { name: /Agent 102 \(102\)/ }).click();
    await isAccessible(second, "Agent desk", "transferring");
    await second.getByRole("button", { name: /Transfer to Agent 102/ }).click();
    await stageOf(other, "ringing").waitFor();
    await isAccessible(other, "Agent desk", "ringing");
    await other.getByText(/Passed on by 101/).waitFor();
    await other.getByRole("button", { name: "Answer" }).click();
    await hears(other, partysTone);

    await second.getByRole("heading", { level: 2, name: "Wrap-up" }).waitFor();
    assert.match((await second.locator("[data-wrap-up-left]").textContent()) ?? "", /^1:\d\d left$/);
    await isAccessible(second, "Agent desk", "wrap-up");
    await second.getByRole("button", { name: "Ready for calls" }).click();
    await second.getByRole("button", { name: /Your state: Ready/ }).waitFor();
    await other.getByRole("button", { name: "Hang up" }).click();
    await other.getByRole("heading", { level: 2, name: "Wrap-up" }).waitFor();
    await context.close();
    await other.context().close();
  });

  it("a colleague is asked first, then all three talk, then two of them; and once more, connected", async () => {
    const partysOther = 1550;
    /** What the simulated phone of the colleague says. */
    const colleaguesTone = 900;
    const context = await stage.window();
    const page = await openDesk(stage, context, "110", "40010");
    const window = await stage.window();
    const colleague = await window.newPage();
    await colleague.goto(stage.gateway.httpsUrl);
    await signIn(colleague, { agent: "111", phone: "40011" });
    /** As it is, and on a telephone in the dark. */
    const looked = async (desk: Page, where: string) => {
      await isAccessible(desk, "Agent desk", where);
      const size = desk.viewportSize();
      await desk.emulateMedia({ colorScheme: "dark" });
      await desk.setViewportSize({ width: 390, height: 844 });
      await isAccessible(desk, "Agent desk", `${where}, narrow and dark`);
      const beyond = await desk.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      assert.ok(beyond <= 0, `${where}: ${beyond} px wider than the window`);
      await desk.emulateMedia({ colorScheme: "light" });
      if (size) await desk.setViewportSize(size);
    };
    const ask = async (asked: () => Promise<void> = async () => {}) => {
      await page.getByRole("button", { name: "Transfer", exact: true }).click();
      await page.getByRole("button", { name: /Agent 111 \(111\)/ }).click();
      await page.getByRole("radio", { name: "Ask first" }).check();
      await page.getByRole("button", { name: /Ask Agent 111/ }).click();
      await stageOf(colleague, "ringing").waitFor();
      await asked();
      await colleague.getByRole("button", { name: "Answer" }).click();
      await hears(page, colleaguesTone);
      await hearsNothingOf(page, partysOther);
      await stageOf(page, "held").waitFor();
    };

    await callTo(page, "40045");
    await hears(page, partysOther);
    await ask(() => looked(colleague, "asked, it rings"));
    await looked(page, "asking");
    await looked(colleague, "asked");
    await page.getByRole("button", { name: "Join all three" }).click();
    await stageOf(page, "conference").waitFor();
    await hears(page, colleaguesTone);
    await hears(page, partysOther);
    await page.getByRole("region", { name: "In the call" }).getByText("Agent 111 (111)").waitFor();
    assert.equal(await page.locator(".desk-call").count(), 1, "the call on hold is part of the conference");
    await looked(page, "conference");
    await colleague.getByRole("region", { name: "In the call" }).getByText("40045").waitFor();
    await looked(colleague, "conference, of who was asked");
    await page.getByRole("button", { name: "Language, Colours" }).click();
    await page.getByRole("menuitem", { name: "中文" }).click();
    await page.getByRole("region", { name: "通话中的人" }).getByText("Agent 111 (111)").waitFor();
    await isAccessible(page, "座席工作台", "conference, Chinese");
    await page.getByRole("button", { name: /^语言, / }).click();
    await page.getByRole("menuitem", { name: "English" }).click();
    await page.getByRole("button", { name: "Leave" }).click();
    await page.getByRole("heading", { level: 2, name: "Wrap-up" }).waitFor();
    await stageOf(colleague, "talking").waitFor();
    await looked(colleague, "the one who stays in the call");
    await colleague.getByRole("button", { name: "Hang up" }).click();
    for (const desk of [page, colleague]) {
      await desk.getByRole("button", { name: "Ready for calls" }).click();
      await desk.getByRole("button", { name: /Your state: Ready/ }).waitFor();
    }

    await callTo(page, "40045");
    await ask();
    await page.getByRole("button", { name: "Connect and leave" }).click();
    await page.getByRole("heading", { level: 2, name: "Wrap-up" }).waitFor();
    await stageOf(colleague, "talking").waitFor();
    await colleague.getByRole("region", { name: "In the call" }).getByText("40045").waitFor();
    await colleague.getByRole("button", { name: "Hang up" }).click();
    await colleague.getByRole("heading", { level: 2, name: "Wrap-up" }).waitFor();
    await context.close();
    await window.close();
  });

  it("what fails is said in words, with its code and what now, in both languages", async () => {
    const context = await stage.window();
    const page = await openDesk(stage, context, "103", "40003");
    for (const [number, words, code] of [
      ["40041", "The number is busy.", "537"],
      ["40044", "There is no such number.", "538"],
      ["40043", "The call was declined.", "604"],
    ] as const) {
      await callTo(page, number, "ended");
      const alert = page.getByRole("alert").filter({ hasText: words });
      await alert.waitFor();
      assert.match((await alert.textContent()) ?? "", new RegExp(`Code ${code}`));
      await page
        .getByRole("button", { name: /Ready for calls|Your state: Ready/ })
        .first()
        .waitFor();
      const wrapUp = page.getByRole("button", { name: "Ready for calls" });
      if (await wrapUp.isVisible()) await wrapUp.click();
      await page.getByRole("button", { name: /Your state: Ready/ }).waitFor();
    }
    await isAccessible(page, "Agent desk", "failed");
    await page.getByRole("button", { name: "Language, Colours" }).click();
    await page.getByRole("menuitem", { name: "中文" }).click();
    await page.getByText("对方拒接。", { exact: true }).waitFor();
    await isAccessible(page, "座席工作台", "failed, Chinese");
    await page.getByLabel("号码或工号").fill("999");
    await page.getByRole("button", { name: "呼叫", exact: true }).click();
    await page.getByText("没有通往此号码的路由，或不允许呼叫。").waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    await context.close();
  });

  it("the keyboard alone: sign-in, call, hold, hang up, another state, sign-out", async () => {
    const context = await stage.window({ colorScheme: "dark" });
    const page = await context.newPage();
    await page.goto(stage.gateway.httpsUrl);
    await isAccessible(page, "Sign in", "sign-in, dark");
    const focusOn = async (name: string) => {
      for (let presses = 0; presses < 40; presses++) {
        const found = await page.evaluate(
          "((e) => (e.labels?.[0]?.textContent ?? '') + '|' + (e.ariaLabel ?? '') + '|' + (e.matches('button, a') ? e.textContent : ''))(document.activeElement)",
        );
        if (String(found).includes(name)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`no way to ${name} by Tab`);
    };
    await focusOn("Work number");
    await page.keyboard.type("104");
    await focusOn("This browser");
    await page.keyboard.press("ArrowRight");
    await focusOn("Phone number");
    await page.keyboard.type("40004");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Agent desk" }).waitFor({ state: "attached" });
    await page.keyboard.press("Alt+n");
    await page.keyboard.type("40040");
    await page.keyboard.press("Enter");
    await stageOf(page, "talking").waitFor();
    await isAccessible(page, "Agent desk", "in a call, dark");
    await page.keyboard.press("Alt+h");
    await stageOf(page, "held").waitFor();
    await page.keyboard.press("Alt+h");
    await stageOf(page, "talking").waitFor();
    const focused = (name: string) =>
      until(`the focus at ${name}`, async () => {
        const text = await page.evaluate<string>(
          "document.activeElement.ariaLabel ?? document.activeElement.textContent",
        );
        return text.includes(name) || null;
      });
    // A button that becomes another one keeps the focus; a panel and a dialog give it back.
    await focusOn("Mute");
    await page.keyboard.press("Enter");
    await focused("Unmute");
    await page.keyboard.press("Enter");
    await focused("Mute");
    await page.keyboard.press("Alt+t");
    await page.getByLabel("Agent, queue or number").waitFor();
    await page.keyboard.press("Escape");
    await page.getByLabel("Agent, queue or number").waitFor({ state: "detached" });
    await focused("Transfer");
    await page.keyboard.press("Alt+e");
    await page.getByRole("heading", { level: 2, name: "Wrap-up" }).waitFor();
    await until("the focus at the wrap-up", async () => {
      const wrapUp = "document.activeElement.matches('.desk-middle, .desk-middle *')";
      return (await page.evaluate<boolean>(wrapUp)) || null;
    });
    await page.keyboard.press("Alt+r");
    await page.getByRole("button", { name: /Your state: Ready/ }).waitFor();
    await page.getByRole("button", { name: /Your state: Ready/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Busy", exact: true }).waitFor();
    await isAccessible(page, "Agent desk", "menu of states, dark");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /Your state: (Busy|Wrap-up)/ }).waitFor();
    await page.getByRole("button", { name: /Agent 104/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Keys" }).press("Enter");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "detached" });
    await focused("Agent 104");
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
    await page.getByRole("menuitem", { name: "Sign out" }).press("Enter");
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    assert.equal(await page.evaluate("JSON.stringify({ ...sessionStorage })"), "{}", "nothing outlives the session");
    await context.close();
  });

  it("strangers' texts are texts", async () => {
    const context = await stage.window();
    const page = await context.newPage();
    await page.goto(stage.gateway.httpsUrl);
    await signIn(page, { agent: "105", phone: "40005" });
    const hostile = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>\u202e{{number}} $t(title)`;
    const caller = connect({ url: stage.gateway.url, agent: "106" });
    accepted(await caller.signIn({ phonenum: "40006" }));
    const call = (data: string) =>
      fetch(`${stage.gateway.url}/agentgateway/resource/voicecall/106/callinner`, {
        method: "PUT",
        headers: { Guid: caller.guid() },
        body: JSON.stringify({ called: "105", callappdata: data }),
      });
    for (const data of [hostile, JSON.stringify({ [hostile]: hostile })]) {
      await until("the caller to be idle", async () => accepted(await caller.agentStatus()).agentState === 4 || null);
      assert.match(await (await call(data)).text(), /"retcode":"0"/);
      await stageOf(page, "ringing").waitFor();
      await page.getByRole("button", { name: "Answer" }).click();
      await stageOf(page, "talking").waitFor();
      const shown = page.locator(".desk-data, .desk-data-list");
      await shown.waitFor();
      assert.ok((await shown.textContent())?.includes(hostile));
      assert.equal(await page.locator("main img, main script").count(), 0);
      assert.match(await page.title(), /^Seatway/);
      accepted(await caller.release());
      await page.getByRole("button", { name: "Ready for calls" }).click();
      await page.getByRole("button", { name: /Your state: Ready/ }).waitFor();
    }
    await caller.forceSignOut();
    caller.stop();
    await context.close();
  });

  it("who is signed in elsewhere is told where, may take it by force, and is told when it is taken from him", async () => {
    const elsewhere = connect({ url: stage.gateway.url, agent: "107" });
    accepted(await elsewhere.signIn({ phonenum: "40007" }));
    const context = await stage.window({ viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    await page.goto(stage.gateway.httpsUrl);
    await page.getByLabel("Work number").fill("107");
    await page.getByText("A desk phone", { exact: true }).click();
    await page.getByLabel("Phone number").fill("40007");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText(/From 127\.0\.0\.1 since .*ends that session and its calls/).waitFor();
    await isAccessible(page, "Sign in", "taken, narrow");
    await page.getByRole("button", { name: "Sign out there and sign in here" }).click();
    await page.getByRole("button", { name: /Your state: Ready/ }).waitFor();
    assert.equal((await elsewhere.ended).name, "displaced");
    const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    assert.equal(wide, 0, "no page is wider than the phone");
    const again = connect({ url: stage.gateway.url, agent: "107" });
    accepted(await again.forceSignIn({ phonenum: "40007" }));
    await page.getByText("You were signed in at another place").waitFor();
    await isAccessible(page, "Sign in", "displaced");
    await again.forceSignOut();
    again.stop();
    await context.close();
  });

  it("in a frame of another site, and without a connection for a while", async () => {
    const context = await stage.window();
    // As a browser that lets no frame of another site keep anything: touching the storage throws.
    await context.addInitScript(`if (top !== self)
      for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, { get: () => { throw new DOMException("denied", "SecurityError"); } });`);
    const outer = await context.newPage();
    await outer.goto(`http://127.0.0.1:${(embedder.address() as AddressInfo).port}/`);
    const frame = outer.frames().find((one) => one !== outer.mainFrame());
    assert.ok(frame);
    await signIn(frame, { agent: "108", phone: "40008" });
    await frame.getByLabel("Number or work number").fill("40041");
    await frame.getByRole("button", { name: "Call", exact: true }).click();
    await stageOf(frame, "ended").waitFor();
    assert.deepEqual(await context.cookies(), []);
    await context.close();

    const window = await stage.window();
    const page = await window.newPage();
    await page.goto(stage.gateway.httpsUrl);
    await signIn(page, { agent: "109", phone: "40009" });
    await window.route(/\/(events|agentgateway|seatway)/, (route) => route.abort());
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "The gateway does not answer" }).waitFor();
    await isAccessible(page, "The gateway does not answer", "offline");
    await window.unroute(/\/(events|agentgateway|seatway)/);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("button", { name: /Your state: Ready/ }).waitFor();
    await window.close();
  });
});
