// One run of the board with many agents: a gateway of its own, agents who change their states (idle-agents.ts), and the console in
// Chromium. Counted is what keeps the page from answering: tasks above 50 ms, as the browser tells of them (Long Tasks API).

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { buildPages } from "../../test/browser/pages.ts";
import { openBrowser } from "../../test/support/browser.ts";
import { freePort, type StartedGateway } from "../../test/support/started-gateway.ts";
import { rounded } from "./figures.ts";
import { type IdleClient, startIdleAgents } from "./idle-client.ts";
import { launchGateway } from "./launch.ts";
import { siteText } from "./site.ts";

export type BoardOptions = {
  readonly agents: number;
  readonly seconds: number;
  /** Changes of an agent's state, by all of them together. */
  readonly changesPerSecond: number;
};

export type LongTasks = {
  readonly tasks: number;
  readonly longestMs: number;
  /** Every one of them. */
  readonly ms: readonly number[];
};

/** By what goes on meanwhile; `used`: it is scrolled, filtered and searched while agents change. */
export type BoardFigures = Readonly<Record<"opening" | "watched" | "used", LongTasks>> & {
  /** In the page at the end, of all agents. */
  readonly tiles: number;
};

const supervisor = "999";
const SETTLED_MS = 2_000;

/** In the page before anything else: the browser tells of every task above 50 ms. */
const observe = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.longTasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
`;

export async function runBoard({ agents, seconds, changesPerSecond }: BoardOptions): Promise<BoardFigures> {
  await buildPages();
  const folder = await mkdtemp(join(tmpdir(), "seatway-bench-"));
  const site = siteText({ agents, trunkPort: await freePort(), supervisor });
  const gateway = await launchGateway({ folder, site });
  const browser = await openBrowser();
  try {
    const client = await startIdleAgents({ gate: { url: gateway.url }, agents, pollMs: 0 });
    try {
      const page = await browser.newPage({ locale: "en-GB", viewport: { width: 1440, height: 900 } });
      return await look(page, { gateway, client, seconds, changesPerSecond });
    } finally {
      client.end();
    }
  } finally {
    await browser.close();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Seen = Pick<BoardOptions, "seconds" | "changesPerSecond"> & {
  readonly gateway: StartedGateway;
  readonly client: IdleClient;
};

async function look(page: Page, { gateway, client, seconds, changesPerSecond }: Seen): Promise<BoardFigures> {
  await page.addInitScript(observe);
  await signIn(page, gateway);
  const tiles = page.locator("[data-agent]");
  await page.goto(`${gateway.url}/console/board`);
  await tiles.first().waitFor();
  // What the browser puts off until it has nothing else to do is part of the opening.
  await page.waitForTimeout(SETTLED_MS);
  const opening = await taken(page);
  await client.measure({ seconds, eventsPerSecond: changesPerSecond });
  const watched = await taken(page);
  await Promise.all([client.measure({ seconds, eventsPerSecond: changesPerSecond }), use(page, seconds)]);
  return { tiles: await tiles.count(), opening, watched, used: await taken(page) };
}

async function signIn(page: Page, gateway: StartedGateway): Promise<void> {
  await page.goto(`${gateway.url}/console`);
  await page.locator('input[name="user"]').fill(supervisor);
  await page.keyboard.press("Enter");
  await page.locator("[data-agent]").first().waitFor();
}

/** As somebody who looks for something: down and up, by state, by text. */
async function use(page: Page, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  const search = page.getByLabel("Number or name");
  while (performance.now() < end) {
    for (const pixels of [900, 900, 900, -2700]) {
      await page.mouse.wheel(0, pixels);
      await page.waitForTimeout(100);
    }
    for (const state of ["Idle", "Busy", "All"]) {
      await page.locator(".board-state", { hasText: new RegExp(`^${state} `) }).click();
      await page.waitForTimeout(200);
    }
    await search.pressSequentially("120", { delay: 100 });
    await search.fill("");
    await page.waitForTimeout(200);
  }
}

/** Since the last look. */
async function taken(page: Page): Promise<LongTasks> {
  const ms = await page.evaluate<readonly number[]>("globalThis.longTasks.splice(0)");
  return { tasks: ms.length, longestMs: rounded(Math.max(0, ...ms)), ms: ms.map(rounded) };
}
