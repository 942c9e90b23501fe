// Runs of the desk's first page in Chromium over a gateway of its own.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { buildPages } from "../../test/browser/pages.ts";
import { openBrowser } from "../../test/support/browser.ts";
import { freePort } from "../../test/support/started-gateway.ts";
import { type Spread, spread } from "./figures.ts";
import { launchGateway } from "./launch.ts";
import { siteText } from "./site.ts";

/** All in ms since the navigation began; `longestTaskMs` 0: none above 50 ms. */
export type DeskFigures = {
  readonly interactiveMs: Spread;
  readonly paintedMs: Spread;
  readonly longestTaskMs: Spread;
};

type Seen = { readonly interactive: number; readonly painted: number; readonly longest: number };

/** In the page before anything else. The form is there with its listeners at once: it is drawn here, not on the server. */
const observe = `
  globalThis.longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
  }).observe({ type: "longtask", buffered: true });
  globalThis.usable = new Promise((resolve) => {
    const look = () => {
      const field = document.querySelector('input[name="agent"]');
      if (field) requestAnimationFrame(() => resolve(performance.now()));
      else requestAnimationFrame(look);
    };
    look();
  });
`;

async function load(page: Page, url: string): Promise<Seen> {
  await page.goto(url);
  const interactive = await page.evaluate<number>("usable");
  const painted = await page.evaluate<number>(
    "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN",
  );
  await page.locator('input[name="agent"]').pressSequentially("1");
  if ((await page.locator('input[name="agent"]').inputValue()) !== "1") throw new Error("the form takes nothing");
  return { interactive, painted, longest: await page.evaluate<number>("longest") };
}

const figuresOf = (seen: readonly Seen[]): DeskFigures => ({
  interactiveMs: spread(seen.map(({ interactive }) => interactive)),
  paintedMs: spread(seen.map(({ painted }) => painted)),
  longestTaskMs: spread(seen.map(({ longest }) => longest)),
});

/** `empty`: nothing of the desk is in the browser's cache; `full`: all of it. */
export async function runDesk(runs: number): Promise<Readonly<Record<"empty" | "full", DeskFigures>>> {
  await buildPages();
  const folder = await mkdtemp(join(tmpdir(), "seatway-bench-"));
  const gateway = await launchGateway({ folder, site: siteText({ agents: 1, trunkPort: await freePort() }) });
  const browser = await openBrowser();
  const [empty, full]: [Seen[], Seen[]] = [[], []];
  try {
    for (let run = 0; run < runs; run++) {
      const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1440, height: 900 } });
      await context.addInitScript(observe);
      const page = await context.newPage();
      empty.push(await load(page, gateway.url));
      full.push(await load(page, gateway.url));
      await context.close();
    }
  } finally {
    await browser.close();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return { empty: figuresOf(empty), full: figuresOf(full) };
}
