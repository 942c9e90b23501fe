// The desk in Debian's Chromium as an agent uses it: by what is written on it. One browser and one gateway for all tests.

import assert from "node:assert/strict";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { until } from "../support/until.ts";
import { buildPages, seriousOf } from "./pages.ts";

export type Look = {
  readonly locale?: "en-GB" | "zh-CN";
  readonly colorScheme?: "light" | "dark";
  readonly viewport?: { readonly width: number; readonly height: number };
};

export type Stage = {
  readonly gateway: StartedGateway;
  readonly browser: Browser;
  /** A browser window of its own, as on another computer. */
  window(look?: Look): Promise<BrowserContext>;
  /** SIP password of a phone of the demo site. */
  phonePassword(number: string): string;
  /** What the pages have complained about: the policy, faults. */
  readonly complaints: string[];
  close(): Promise<void>;
};

/** Text of a site file in place of the demo site, and the password of all its phones; flags of the browser. */
export type OwnSite = { readonly site: string; readonly password: string; readonly flags?: readonly string[] };

/** The pages are built first when they are old, as `npm start` does. */
export async function openStage(settings: Readonly<Record<string, string>> = {}, own?: OwnSite): Promise<Stage> {
  await buildPages();
  const browser = await openBrowser(own?.flags);
  const options = { settings, mediaHundreds: 2, ...(own && { site: own.site }) };
  // A browser that nobody closes would keep the test from its end.
  const gateway = await startGateway(options).catch(async (fault: unknown) => {
    await browser.close();
    throw fault;
  });
  const complaints: string[] = [];
  const watch = (page: Page): void => {
    page.on("pageerror", (fault) => complaints.push(String(fault)));
    page.on("console", (message) => {
      if (message.type() === "error" && !/Failed to load resource|WebSocket|net::ERR/.test(message.text()))
        complaints.push(message.text());
    });
  };
  return {
    gateway,
    browser,
    complaints,
    async window(look = {}) {
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        permissions: ["microphone", "camera"],
        locale: look.locale ?? "en-GB",
        colorScheme: look.colorScheme ?? "light",
        viewport: look.viewport ?? { width: 1280, height: 800 },
        reducedMotion: "reduce",
      });
      context.on("page", watch);
      context.setDefaultTimeout(12_000);
      return context;
    },
    phonePassword(number) {
      if (own) return own.password;
      const found = new RegExp(`^\\s+${number} {2}(\\S+)`, "m").exec(gateway.output())?.[1];
      assert.ok(found, `no phone ${number} in the banner`);
      return found;
    },
    async close() {
      await browser.close();
      await gateway.stop();
    },
  };
}

/** `password`: of the phone in the browser; absent: a desk phone. `video`: with pictures too. */
export type SignInForm = {
  readonly agent: string;
  readonly phone: string;
  readonly password?: string;
  readonly video?: boolean;
};

/** As the form has it, in English. */
export async function signIn(page: Page | Frame, { agent, phone, password, video }: SignInForm): Promise<void> {
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await page.getByLabel("Work number").fill(agent);
  if (password === undefined) await page.getByText("A desk phone", { exact: true }).click();
  await page.getByLabel("Phone number").fill(phone);
  if (password !== undefined) await page.getByLabel("Phone password").fill(password);
  if (video) await page.getByLabel("Calls with pictures too").check();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Agent desk" }).waitFor({ state: "attached" });
  if (password !== undefined) await page.locator('[data-phone-state="registered"]').waitFor();
}

/** Opens the desk in this window and signs in with the phone in the browser. */
export async function openDesk(
  stage: Stage,
  context: BrowserContext,
  ...[agent, phone, video = false]: readonly [agent: string, phone: string, video?: boolean]
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(stage.gateway.httpsUrl);
  await signIn(page, { agent, phone, password: stage.phonePassword(phone), video });
  return page;
}

export const stageOf = (page: Page | Frame, stage: string) => page.locator(`[data-stage="${stage}"]`).first();

/** A call to this number, until it stands. */
export async function callTo(page: Page, number: string, stage = "talking"): Promise<void> {
  await page.getByLabel("Number or work number").fill(number);
  await page.getByRole("button", { name: "Call", exact: true }).click();
  await stageOf(page, stage).waitFor({ timeout: 15_000 });
}

/** Runs in the page: the level of a frequency in what the phone plays, dB below full scale. */
const measure = `(frequency) => {
  const stream = document.querySelector("audio[data-phone]")?.srcObject;
  if (!stream) return -Infinity;
  if (globalThis.ear?.stream !== stream) {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    context.createMediaStreamSource(stream).connect(analyser);
    globalThis.ear = { stream, analyser, rate: context.sampleRate };
  }
  const { analyser, rate } = globalThis.ear;
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  return levels[Math.round((frequency * analyser.fftSize) / rate)];
}`;

const level = (page: Page, frequency: number): Promise<number> =>
  page.evaluate(`(${measure})(${frequency})`) as Promise<number>;

export const hears = (page: Page, frequency: number): Promise<true> =>
  until(`${frequency} Hz in the page`, async () => (await level(page, frequency)) > -50 || null);

export const hearsNothingOf = (page: Page, frequency: number): Promise<true> =>
  until(`no ${frequency} Hz in the page`, async () => (await level(page, frequency)) < -65 || null);

/** axe finds nothing on the page, whose heading is looked for first: an empty page has no faults either. */
export async function isAccessible(page: Page, heading: string, where: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name: heading }).waitFor({ state: "attached" });
  assert.deepEqual(await seriousOf(page), [], where);
}

/** Runs in the page: frames that this picture has shown, and whether the last one is all of one colour (a camera that is off). */
const seen = `(label) => {
  const video = document.querySelector('video[aria-label="' + label + '"]');
  if (!video?.videoWidth) return { frames: 0, plain: true };
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [32, 18];
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0, 32, 18);
  const { data } = context.getImageData(0, 0, 32, 18);
  const levels = data.filter((_, index) => index % 4 !== 3);
  return { frames: video.getVideoPlaybackQuality().totalVideoFrames, plain: Math.max(...levels) - Math.min(...levels) < 24 };
}`;

type Seen = { readonly frames: number; readonly plain: boolean };
const look = (page: Page, label: string): Promise<Seen> => page.evaluate(`(${seen})(${JSON.stringify(label)})`);

/** Frames with something on them come. */
export async function sees(page: Page, label: string): Promise<void> {
  const before = (await look(page, label)).frames;
  await until(`a moving picture: ${label}`, async () => {
    const now = await look(page, label);
    return (now.frames > before + 5 && !now.plain) || null;
  });
}

/** Black comes, or nothing any more. */
export const seesNothingOf = (page: Page, label: string): Promise<true> =>
  until(`no picture: ${label}`, async () => (await look(page, label)).plain || null);
