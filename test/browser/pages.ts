// The pages of web/ in a test: built when they are old, what went wrong in them, and what axe finds.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { faultsInSight } from "./looks.ts";

type Web = { readonly ensureWeb: (node: string) => void };

/** As `npm start` does it. */
export async function buildPages(): Promise<void> {
  const { ensureWeb } = (await import(new URL("../../bin/web.mjs", import.meta.url).href)) as Web;
  ensureWeb(process.execPath);
}

/** Errors and warnings of the page so far, and what it has thrown; it grows. */
export function faultsOf(page: Page): readonly string[] {
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(message.text());
  });
  return faults;
}

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

type Violation = {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
};

/** Only what is wrong is told by its elements, and style sheets, which no rule of these reads, are not fetched anew: half of the time. */
const options = { runOnly: rules, resultTypes: ["violations"], preload: { assets: ["media"] } };

/** What breaks WCAG 2.2 A and AA on the page as it is now, and what is wrong with its look (looks.ts), a line each. */
export async function seriousOf(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe);
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  const broken = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
  return [...broken, ...(await faultsInSight(page))];
}
