// The console's pages and states for `npm run screenshots`, one after the other: by addresses, classes and data, so that the language makes
// no difference.

import type { BrowserContext, Page } from "playwright-core";
import { connect } from "../../src/client/connect.ts";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { until } from "../support/until.ts";

export type ConsoleTour = {
  /** Of the demo site. */
  readonly gateway: StartedGateway;
  readonly context: BrowserContext;
  /** The tour's own agent and phone, which nobody else uses. */
  readonly agent: { readonly id: string; readonly phone: string };
  readonly picture: (page: Page, name: string) => Promise<void>;
};

const pages = [
  ...["records", "recordings", "agents", "skills", "phones", "numbers", "trunks"],
  ...["parameters", "audit", "settings", "users", "simulation"],
] as const;

/** There is something to be edited. */
const site = `agents:
  - { id: 101, name: Agent 101, password: "", skills: [25] }
  - { id: 120, name: Agent 120, password: "", rights: [agent, administrator] }
skills: [{ id: 25, name: voice, queue: { maxWaiting: 5, maxWaitMs: 60000 } }]
phones: [{ number: "40001", password: hush }]
callers: ["40038"]
defaultCaller: "40038"
defaultSkill: 25
`;

async function signIn(page: Page, url: string, user: string): Promise<void> {
  await page.goto(`${url}/console`);
  await page.locator('input[name="user"]').fill(user);
  await page.keyboard.press("Enter");
  await page.locator("[data-agent]").first().waitFor();
}

/** With nothing of it on its way any more. */
async function open(page: Page, url: string, path: string): Promise<void> {
  await page.goto(`${url}/console/${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const loaders = page.locator(".mantine-Loader-root");
  await until("the page to be loaded", async () => ((await loaders.count()) === 0 ? true : null));
}

export async function consoleScreens(tour: ConsoleTour): Promise<void> {
  const page = await tour.context.newPage();
  await signInScreens(tour, page);
  await boardScreens(tour, page);
  for (const [place, path] of pages.entries()) {
    await open(page, tour.gateway.url, path);
    await tour.picture(page, `${50 + place}-console-${path}`);
    await further[path]?.(tour, page);
  }
  await open(page, tour.gateway.url, "nowhere");
  await tour.picture(page, "70-console-not-found");
  await awayScreens(tour, page);
  await editingScreens(tour, page);
  await page.close();
}

async function signInScreens({ gateway, picture }: ConsoleTour, page: Page): Promise<void> {
  await page.goto(`${gateway.url}/console`);
  await page.locator('input[name="user"]').fill("120");
  await picture(page, "30-console-sign-in");
  await page.locator('input[name="user"]').fill("x");
  await page.keyboard.press("Enter");
  await page.locator("[data-error]").first().waitFor();
  await picture(page, "30-console-sign-in-error");
  await page.locator('input[name="user"]').fill("120");
  await page.locator('input[name="password"]').fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  await picture(page, "31-console-refused");
}

/** A call, one that failed, one that waits; then its agent, with what a supervisor may do. */
async function boardScreens({ gateway, agent: { id, phone }, picture }: ConsoleTour, page: Page): Promise<void> {
  await signIn(page, gateway.url, "120");
  const tile = page.locator(`[data-agent="${id}"]`);
  const agent = connect({ url: gateway.url, agent: id });
  await agent.signIn({ phonenum: phone });
  await agent.callOut({ called: "40041" });
  await page.locator(".board-failures li").first().waitFor();
  await agent.sayFree();
  await page.locator(`[data-agent="${id}"].board-idle`).waitFor();
  const called = await agent.callOut({ called: "40040", callappdata: "order 4711" });
  await tile.locator(".board-agent-call").waitFor();
  const record = `${gateway.url}/agentgateway/resource/recordplay/${id}/recordwithoutfilename`;
  await until("the recording to begin", async () => {
    const reply = await fetch(record, { method: "PUT", headers: { Guid: agent.guid() } });
    const { retcode } = (await reply.json()) as { readonly retcode: string };
    return retcode === "0" || null;
  });
  const calls = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"to":"8000"}' };
  await fetch(`${gateway.control}/parties/40045/call`, calls);
  await page.locator('.board-queue:not([data-waiting="0"])').first().waitFor();
  await picture(page, "40-console-board");
  // Whoever signs in idle would be offered it.
  await fetch(`${gateway.control}/parties/40045/hangup`, { method: "POST" });
  await page.locator('.board-queue:not([data-waiting="0"])').first().waitFor({ state: "detached" });
  await tile.getByRole("button").click();
  await page.getByRole("dialog").waitFor();
  await picture(page, "41-console-agent");
  const listener = connect({ url: gateway.url, agent: "120" });
  await listener.signIn({ phonenum: "40020" });
  const acts = page.getByRole("dialog").locator("section").first().getByRole("button");
  await acts.first().click();
  await page.locator('[data-agent="120"] .board-agent-call').waitFor();
  await picture(page, "42-console-listening");
  await page.getByRole("dialog").locator("section").last().getByRole("button").first().click();
  await page.getByRole("dialog").getByRole("alert").waitFor();
  await picture(page, "43-console-sure");
  await page.keyboard.press("Escape");
  for (const one of [listener, agent]) await one.forceSignOut();
  if (!called.ok) throw new Error("no call for the timeline");
  await page.locator(`[data-agent="${id}"].board-out`).waitFor();
  await open(page, gateway.url, `calls/${called.result}`);
  await picture(page, "44-console-timeline");
  await page.locator('[data-layer="sip"] .timeline-more button').first().click();
  await page.locator('[data-layer="request"] .timeline-more button').last().click();
  await page.locator(".timeline-detail").first().scrollIntoViewIfNeeded();
  await picture(page, "44-console-timeline-open");
  await open(page, gateway.url, "calls/1-1");
  await picture(page, "45-console-unknown-call");
}

const button = (page: Page, place: number) => page.locator(".console-page button[type=submit]").nth(place);

/** What a page is when somebody has done something on it. */
const further: Readonly<Record<string, (tour: ConsoleTour, page: Page) => Promise<void>>> = {
  async records({ gateway, picture }, page) {
    const field = (place: number) => page.locator(".console-filter input").nth(place);
    for (const place of [2, 3, 4]) await field(place).fill("!");
    await picture(page, "50-console-records-errors");
    for (const place of [2, 3]) await field(place).fill("");
    await field(4).fill("999");
    await button(page, 0).click();
    await page.locator(".console-empty").waitFor();
    await picture(page, "50-console-records-none");
    await open(page, gateway.url, "records");
    await page.locator("tr", { hasText: "40041" }).first().getByRole("link").click();
    await page.locator(".ladder").waitFor();
    await picture(page, "46-console-timeline-failed");
  },
  async recordings({ picture }, page) {
    await page.locator("tbody button").first().click();
    await page.locator(".console-wave").waitFor();
    await picture(page, "51-console-recordings-player");
  },
  async trunks({ picture }, page) {
    await page.locator(".console-page form input").first().fill("40040");
    await button(page, 0).click();
    await page.locator(".console-result .mantine-Alert-root").waitFor();
    await picture(page, "56-console-trunks-tested");
  },
  async parameters({ picture }, page) {
    await page.locator(".console-bits input").last().check();
    await button(page, 1).click();
    await page.locator(".console-result:not(:empty)").waitFor();
    await page.locator("form input").first().fill("7");
    await page.locator("textarea").first().fill("LST SFP:;");
    await button(page, 2).click();
    await page.locator("[data-retcode]").waitFor();
    await picture(page, "57-console-parameters-changed");
    await page.locator(".console-bits input").last().uncheck();
    await button(page, 1).click();
    await page.locator('form[aria-label="P978"] button:disabled').waitFor();
  },
  async settings({ picture }, page) {
    await page.locator(".console-page input").first().fill("nowhere to be found");
    await page.locator(".console-empty").waitFor();
    await picture(page, "59-console-settings-none");
  },
};

/** A page without the gateway. */
async function awayScreens({ gateway, context, picture }: ConsoleTour, page: Page): Promise<void> {
  await open(page, gateway.url, "phones");
  await context.setOffline(true);
  await page.locator(".mantine-Alert-root").first().waitFor();
  await picture(page, "71-console-offline");
  await context.setOffline(false);
  const release: (() => void)[] = [];
  await page.route("**/operator/directory", (route) => {
    release.push(() => void route.continue());
  });
  await page.goto(`${gateway.url}/console/agents`);
  await page.locator(".mantine-Loader-root").waitFor();
  await picture(page, "72-console-loading");
  for (const go of release) go();
  await page.unroute("**/operator/directory");
  await page.route("**/operator/directory", (route) => route.fulfill({ json: {} }));
  await page.goto(`${gateway.url}/console/agents`);
  await page.getByRole("alert").waitFor();
  await picture(page, "73-console-broken");
  await page.unroute("**/operator/directory");
  await context.clearCookies();
  await signIn(page, gateway.url, "119");
  await open(page, gateway.url, "parameters");
  await picture(page, "74-console-supervisor");
  await context.clearCookies();
}

/** Forms of a site that has a file: empty, wrong, and what has been changed. */
async function editingScreens({ context, picture }: ConsoleTour, page: Page): Promise<void> {
  const gateway = await startGateway({ site, patienceMs: 120_000 });
  try {
    await signIn(page, gateway.url, "120");
    for (const path of ["records", "recordings", "phones"]) {
      await open(page, gateway.url, path);
      await picture(page, `79-console-empty-${path}`);
    }
    for (const [place, path] of (["agents", "skills", "phones", "numbers", "trunks"] as const).entries()) {
      await open(page, gateway.url, path);
      await page.locator(".console-page button.mantine-Button-root").first().click();
      await page.getByRole("dialog").locator('button[type="submit"]').click();
      await page.getByRole("dialog").locator("[data-error]").first().waitFor();
      await picture(page, `8${place}-console-new-${path}`);
      await page.keyboard.press("Escape");
    }
    await open(page, gateway.url, "skills");
    await page.locator("tbody button").first().click();
    await page.getByRole("dialog").locator("input").nth(1).fill("first line");
    await page.getByRole("dialog").locator(".mantine-Button-root").last().click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    await picture(page, "85-console-delete");
    await page.getByRole("dialog").getByRole("alert").getByRole("button").last().click();
    await page.getByRole("dialog").locator('button[type="submit"]').click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.locator("section.console-part").waitFor();
    await picture(page, "85-console-changed");
    await open(page, gateway.url, "board");
    await gateway.stop();
    await page.locator(".mantine-Alert-root").first().waitFor();
    await picture(page, "86-console-board-away");
  } finally {
    await gateway.stop();
    await context.clearCookies();
  }
}
