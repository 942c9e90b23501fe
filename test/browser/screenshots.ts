// `npm run screenshots`: pictures of every screen of the desk and the console, in both languages, light and dark,
// narrow and wide, into .seatway-screens/. For people to look at; nothing is compared, but what a program can see to be wrong with a
// picture is said, and is a failure.

import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { connect } from "../../src/client/connect.ts";
import { desk as english } from "../../web/i18n/en/desk.ts";
import type { Words } from "../../web/i18n/words.ts";
import { desk as chinese } from "../../web/i18n/zh/desk.ts";
import { until } from "../support/until.ts";
import { consoleScreens } from "./console-tour.ts";
import { openStage, type Stage } from "./desk-page.ts";
import { faultsInSight } from "./looks.ts";

const folder = process.argv[2] ?? ".seatway-screens";
/** `desk` or `console`: pictures of that alone. */
const only = process.argv[3];
/** `en` or `zh`: in that alone. */
const language = process.argv[4];
const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 780 } } as const;
const wrong = new Set<string>();

type Tour = {
  readonly stage: Stage;
  readonly words: Words<"desk">;
  readonly language: "en" | "zh";
  /** The tour's own agents and phones, so that two can run at once. */
  readonly first: number;
};

/** The screen as it is, in each size and each colour. */
async function picture({ language }: Tour, page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    // What lies over the page is as large as the window.
    const fullPage = (await page.locator('[role="dialog"], [role="menu"]').count()) === 0;
    if (fullPage) await page.evaluate("scrollTo(0, 0)");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Colours change in a moment, not at once.
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(folder, `${name}-${language}-${size}-${colorScheme}.png`), fullPage });
    }
    for (const fault of await faultsInSight(page)) wrong.add(`${name}-${language}-${size}: ${fault}`);
  }
  await page.setViewportSize(sizes.wide);
}

async function signIn(tour: Tour, page: Page, place: number): Promise<void> {
  const { words, stage, first } = tour;
  const phone = `${40_000 + first + place}`;
  await page.getByLabel(words.signIn.agent).fill(`${100 + first + place}`);
  await page.getByText(words.signIn.browser, { exact: true }).click();
  await page.getByLabel(words.signIn.phoneNumber).fill(phone);
  await page.getByLabel(words.signIn.phonePassword).fill(stage.phonePassword(phone));
  await page.getByLabel(words.signIn.video).check();
  await page.locator('button[type="submit"]').click();
  await page.locator('[data-phone-state="registered"]').waitFor();
}

const at = (page: Page, stage: string) => page.locator(`[data-stage="${stage}"]`).first().waitFor();
const press = (page: Page, act: string) => page.locator(`[data-act="${act}"]`).first().click();

async function dial(page: Page, number: string, stage: string): Promise<void> {
  await page.locator('input[name="number"]').fill(number);
  await page.locator('.desk-dialler button[type="submit"]').click();
  await at(page, stage);
}

async function signInScreens(tour: Tour, context: BrowserContext): Promise<void> {
  const { words, stage, first } = tour;
  const page = await context.newPage();
  await page.goto(stage.gateway.httpsUrl);
  await page.locator('button[type="submit"]').waitFor();
  await picture(tour, page, "01-sign-in");
  await page.locator('button[type="submit"]').click();
  await picture(tour, page, "02-sign-in-errors");
  const other = connect({ url: stage.gateway.url, agent: `${100 + first}` });
  await other.signIn({ phonenum: `${40_000 + first}` });
  await page.getByLabel(words.signIn.agent).fill(`${100 + first}`);
  await page.getByText(words.signIn.deskPhone, { exact: true }).click();
  await page.getByLabel(words.signIn.phoneNumber).fill(`${40_000 + first}`);
  await page.locator('button[type="submit"]').click();
  await page.getByText(words.signIn.taken).waitFor();
  await picture(tour, page, "03-taken");
  await page.locator('button[type="submit"]').click();
  await page.locator(".desk-state").waitFor();
  await other.forceSignIn({ phonenum: `${40_000 + first}` });
  await page.locator('button[type="submit"]').waitFor();
  await picture(tour, page, "04-displaced");
  await other.forceSignOut();
  other.stop();
  await page.close();
}

/** The browser has no microphone to give, before a call and in it. */
async function silentScreens(tour: Tour): Promise<void> {
  const context = await tour.stage.window({ locale: tour.language === "zh" ? "zh-CN" : "en-GB" });
  await context.addInitScript(`if (navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("denied", "NotAllowedError"));`);
  const page = await context.newPage();
  await page.goto(tour.stage.gateway.httpsUrl);
  await page.getByRole("button", { name: tour.words.devices.attempt }).click();
  await page.getByRole("alert").waitFor();
  await picture(tour, page, "05-no-microphone");
  await signIn(tour, page, 1);
  await page.locator('input[name="number"]').fill("40040");
  await page.locator('.desk-dialler button[type="submit"]').click();
  await page.locator('[data-phone-state="no-microphone"]').waitFor();
  await at(page, "ended");
  await picture(tour, page, "06-no-microphone-in-a-call");
  await signOut(tour, page);
  await context.close();
}

async function signOut(tour: Tour, page: Page): Promise<void> {
  await page.locator(".desk-id").click();
  await page.getByRole("menuitem", { name: tour.words.head.signOut, exact: true }).click();
  await page.locator('input[name="agent"]').waitFor();
}

/** What opens from the head. */
async function menuScreens(tour: Tour, page: Page): Promise<void> {
  const { words } = tour;
  await page.locator(".desk-state").click();
  await page.getByRole("menuitem", { name: words.state.toWrapUp, exact: true }).waitFor();
  await picture(tour, page, "11-states");
  await page.keyboard.press("Escape");
  await page.locator(".desk-id").click();
  await page.getByRole("menuitem", { name: words.head.devices }).waitFor();
  await picture(tour, page, "11-agent");
  await page.getByRole("menuitem", { name: words.head.shortcuts }).click();
  await page.getByRole("dialog").waitFor();
  await picture(tour, page, "11-keys");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator(".frame-head > :last-child").click();
  await page.getByRole("menuitem", { name: "中文" }).waitFor();
  await picture(tour, page, "11-language");
  await page.keyboard.press("Escape");
}

/** A colleague passes a call on with what came with it; then a break, and a network that is away. */
async function passedScreens(tour: Tour, page: Page): Promise<void> {
  const { words, stage, first } = tour;
  await page.locator(".desk-state").click();
  await page.getByRole("menuitem", { name: words.state.toReady, exact: true }).click();
  await page.locator('.desk-state[data-tone="ready"]').waitFor();
  const other = connect({ url: stage.gateway.url, agent: `${103 + first}` });
  await other.signIn({ phonenum: `${40_003 + first}` });
  const data = { customer: "4711", order: "2026-11-2", language: tour.language };
  await other.callOut({ called: "40040", callappdata: JSON.stringify(data) });
  await until(
    "the call to stand",
    async () => (await other.transfer({ device: 2, address: `${101 + first}`, mode: 0 })).ok || null,
  );
  await at(page, "ringing");
  await page.locator(".desk-data-list").waitFor();
  await picture(tour, page, "24-passed-on");
  await press(page, "answer");
  await at(page, "talking");
  await press(page, "release");
  await page.locator('[data-stage="wrap-up"]').waitFor();
  await page.locator(".desk-state").click();
  await page.getByRole("menuitem", { name: /15/ }).first().waitFor();
  await picture(tour, page, "25-states-in-wrap-up");
  await page.getByRole("menuitem", { name: /15/ }).first().click();
  await page.locator("[data-wrap-up-next]").waitFor();
  await picture(tour, page, "25-break-after-wrap-up");
  const now = words.wrapUp.now.replace("{{state}}", words.state.toRest);
  await page.getByRole("button", { name: now, exact: true }).click();
  await page.locator('.desk-empty[data-kind="rest"]').waitFor();
  await picture(tour, page, "26-break");
  await other.forceSignOut();
  other.stop();
  // The stream that stands ends with the reload; the next one finds nobody.
  const { origin } = new URL(page.url());
  await page.route(`${origin}/**/events*`, (route) => route.abort());
  await page.reload();
  await page.getByText(words.head.linkLost).waitFor({ timeout: 60_000 });
  await picture(tour, page, "27-offline");
  await page.route(/\/(events|agentgateway|seatway)/, (route) => route.abort());
  await page.reload();
  await page.getByText(words.signIn.offline).waitFor();
  await picture(tour, page, "28-no-gateway");
}

async function callScreens(tour: Tour, context: BrowserContext): Promise<void> {
  const { words, stage } = tour;
  const page = await context.newPage();
  await page.goto(stage.gateway.httpsUrl);
  await signIn(tour, page, 1);
  await picture(tour, page, "10-ready");
  await menuScreens(tour, page);
  await dial(page, "40042", "alerting");
  await picture(tour, page, "12-alerting");
  await press(page, "release");
  await page.getByRole("button", { name: words.call.close }).or(page.getByText(words.wrapUp.ready)).first().waitFor();
  await picture(tour, page, "13-given-up");
  await page.keyboard.press("Alt+r");
  await dial(page, "40041", "ended");
  await picture(tour, page, "14-busy-number");
  await page.keyboard.press("Alt+r");
  await dial(page, "40040", "talking");
  await press(page, "mute");
  await press(page, "digits");
  await picture(tour, page, "15-talking");
  await press(page, "video");
  await page.locator(".desk-own video").waitFor();
  await picture(tour, page, "15-video");
  await press(page, "hide");
  await page.getByText(words.call.hidden).waitFor();
  await picture(tour, page, "15-video-hidden");
  await press(page, "voice");
  await page.locator('[data-act="video"]').waitFor();
  await press(page, "digits");
  const window = await stage.window({ locale: tour.language === "zh" ? "zh-CN" : "en-GB" });
  const colleague = await window.newPage();
  await colleague.goto(stage.gateway.httpsUrl);
  await signIn(tour, colleague, 2);
  await press(page, "transfer");
  await page.locator(".desk-target-state").first().waitFor();
  await picture(tour, page, "16-transfer");
  await page.getByRole("button", { name: new RegExp(`\\(${102 + tour.first}\\)`) }).click();
  await page.getByText(words.transfer.consult, { exact: true }).click();
  await page
    .locator(".desk-transfer button")
    .filter({ hasText: /102|104|106|\d{3}/ })
    .last()
    .click();
  await at(colleague, "ringing");
  await picture(tour, colleague, "17-ringing");
  await press(colleague, "answer");
  await at(page, "talking");
  await picture(tour, page, "18-consulting");
  await press(page, "merge");
  await at(page, "conference");
  await picture(tour, page, "19-conference");
  const second = await context.newPage();
  await second.goto(stage.gateway.httpsUrl);
  await second.getByRole("button", { name: words.elsewhere.take }).waitFor();
  await picture(tour, second, "20-elsewhere");
  await second.close();
  await press(page, "release");
  await page.locator('[data-stage="wrap-up"]').waitFor();
  await page.getByRole("radio").first().check();
  await page.getByRole("textbox", { name: words.call.notes }).fill("40040: 2 × 12, 8:30");
  await page.locator('[data-kept="true"]').waitFor();
  await picture(tour, page, "21-wrap-up");
  await page.keyboard.press("Alt+r");
  await page.locator(".desk-id").click();
  await page.getByRole("menuitem", { name: words.head.devices }).click();
  await page.locator("meter").waitFor();
  await picture(tour, page, "22-devices");
  await page.keyboard.press("Escape");
  await page.locator(".desk-state").click();
  await page.getByRole("menuitem", { name: words.state.toBusy, exact: true }).click();
  await page.locator('.desk-state[data-tone="away"]').waitFor();
  await picture(tour, page, "23-busy");
  await press(colleague, "release");
  await colleague.locator('[data-stage="wrap-up"]').waitFor();
  await signOut(tour, colleague);
  await window.close();
  await passedScreens(tour, page);
}

async function tour(stage: Stage, language: "en" | "zh", first: number): Promise<void> {
  const words = language === "zh" ? chinese : english;
  const context = await stage.window({ locale: language === "zh" ? "zh-CN" : "en-GB" });
  const whole: Tour = { stage, words, language, first };
  if (only !== "console") {
    await signInScreens(whole, context);
    await silentScreens(whole);
  }
  if (only !== "desk")
    await consoleScreens({
      ...{ gateway: stage.gateway, context, agent: { id: `${104 + first}`, phone: `${40_004 + first}` } },
      picture: (page, name) => picture(whole, page, name),
    });
  if (only !== "console") await callScreens(whole, context);
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const stage = await openStage();
try {
  if (language !== "zh") await tour(stage, "en", 10);
  if (language !== "en") await tour(stage, "zh", 14);
  process.stdout.write(`pictures are in ${folder}\n`);
  for (const complaint of stage.complaints) process.stdout.write(`a page complained: ${complaint}\n`);
  for (const fault of wrong) process.stdout.write(`to be mended: ${fault}\n`);
  if (wrong.size > 0) process.exitCode = 1;
} finally {
  await stage.close();
}
