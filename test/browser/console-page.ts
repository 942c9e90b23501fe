// The operator's console in Debian's Chromium: one browser, one gateway and one page for all tests of a file.

import type { Page } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { buildPages, faultsOf } from "./pages.ts";

export type ConsolePage = {
  readonly gateway: StartedGateway;
  readonly page: Page;
  /** What went wrong in the page; it grows. */
  readonly faults: readonly string[];
  close(): Promise<void>;
};

/** `site`: text of a site file in place of the demo site. The pages are built first when they are old, as `npm start` does. */
export async function openConsole(site?: string): Promise<ConsolePage> {
  await buildPages();
  const browser = await openBrowser();
  // A browser that nobody closes would keep the test from its end.
  const gateway = await startGateway(site === undefined ? {} : { site }).catch(async (fault: unknown) => {
    await browser.close();
    throw fault;
  });
  // Without motion: axe would read a dialog that is half there.
  const page = await browser.newPage({
    locale: "en-GB",
    reducedMotion: "reduce",
    viewport: { width: 1280, height: 900 },
  });
  return {
    gateway,
    page,
    faults: faultsOf(page),
    async close() {
      await browser.close();
      await gateway.stop();
    },
  };
}
