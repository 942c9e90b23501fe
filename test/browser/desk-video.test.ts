// Calls with pictures between two desks at two gateways, each the other's trunk: a callout here is a call from outside there. Chromium's fake
// camera shows a moving picture; what is counted are frames that were decoded and shown.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { without } from "../peer/missing.ts";
import { freePort, startGateway } from "../support/started-gateway.ts";
import { isAccessible, openDesk, openStage, type Stage, sees, seesNothingOf, stageOf } from "./desk-page.ts";

const password = "correct-horse";
const video = true;
/** So many pictures a second that a machine that is busy with other tests keeps up. */
const flags = ["--use-fake-device-for-media-stream=fps=8"];

/** One of the two gateways. `trunk`: SIP port of the other one. */
const site = (agents: readonly string[], trunk: number): string =>
  JSON.stringify({
    agents: agents.map((id) => ({ id, name: `Agent ${id}`, password: "", skills: [25] })),
    skills: [{ id: 25, name: "video" }],
    phones: agents.map((id) => ({ number: `400${id.slice(-2)}`, password })),
    callers: ["40038"],
    defaultCaller: "40038",
    defaultSkill: 25,
    trunks: [{ name: "other", host: "127.0.0.1", port: trunk, transport: "udp", patterns: ["8xxx"], probeMs: 0 }],
    numbers: agents.map((agent) => ({ pattern: `8${agent}`, to: { agent } })),
    wrapUpMs: 60_000,
  });

describe("pictures at the desk", { skip: without("chromium"), concurrency: 2 }, () => {
  let stage: Stage;
  /** The other gateway, seen by the same browser. */
  let away: Stage;

  before(async () => {
    const [near, far] = await Promise.all([freePort(), freePort()]);
    stage = await openStage({ SEATWAY_SIP_PORT: `${near}` }, { site: site(["101", "103"], far), password, flags });
    const settings = { SEATWAY_SIP_PORT: `${far}` };
    away = {
      ...stage,
      gateway: await startGateway({ settings, site: site(["102", "104"], near), mediaHundreds: 2 }),
    };
  });
  after(async () => {
    await away?.gateway.stop();
    await stage?.close();
    assert.deepEqual(stage?.complaints, [], "no page broke its policy or failed");
  });

  const answered = async (page: Page, other: Page, number: string, pictures: boolean): Promise<void> => {
    await page.getByLabel("Number or work number").fill(number);
    if (pictures) await page.getByLabel("With pictures, if the other side has them").check();
    await page.getByRole("button", { name: "Call", exact: true }).click();
    await stageOf(other, "ringing").waitFor();
    await other.getByRole("button", { name: "Answer" }).click();
    await stageOf(other, "talking").waitFor();
    await stageOf(page, "talking").waitFor();
  };

  it("both see each other; hidden and shown again; on hold; reloaded; after the call no picture stays", async () => {
    const page = await openDesk(stage, await stage.window(), "101", "40001", video);
    const other = await openDesk(away, await stage.window(), "102", "40002", video);
    await answered(page, other, "8102", true);
    for (const [desk, theirs] of [
      [page, "Picture of 8102"],
      [other, "Picture of 40038"],
    ] as const) {
      await sees(desk, "Your picture");
      await sees(desk, theirs);
    }
    await isAccessible(page, "Agent desk", "a call with pictures");

    await page.keyboard.press("Alt+v");
    await page.getByText("You are not seen").waitFor();
    await seesNothingOf(other, "Picture of 40038");
    await isAccessible(page, "Agent desk", "hidden");
    await page.reload();
    await page.locator('[data-phone-state="registered"]').waitFor();
    await sees(page, "Picture of 8102");
    await page.getByText("You are not seen").waitFor();
    await seesNothingOf(other, "Picture of 40038");
    await page.getByRole("button", { name: "Show my picture" }).click();
    await sees(other, "Picture of 40038");

    await page.getByRole("button", { name: "Hold", exact: true }).click();
    await stageOf(page, "held").waitFor();
    assert.equal(await page.locator(".desk-pictures").count(), 0);
    await page.getByRole("button", { name: "Take back" }).click();
    await sees(page, "Picture of 8102");
    await sees(other, "Picture of 40038");
    await other.getByRole("button", { name: "Hang up" }).click();
    for (const desk of [page, other]) {
      await desk.getByRole("heading", { level: 2, name: "Wrap-up" }).waitFor();
      assert.equal(await desk.locator("video").count(), 0);
      await desk.context().close();
    }
  });

  it("pictures come into a call by voice, and leave it", async () => {
    const page = await openDesk(stage, await stage.window(), "103", "40003", video);
    const other = await openDesk(away, await stage.window(), "104", "40004", video);
    await answered(page, other, "8104", false);
    assert.equal(await page.locator("video").count(), 0);
    await page.getByRole("button", { name: "Add pictures" }).click();
    await page.getByRole("button", { name: "Voice alone" }).waitFor();
    await sees(page, "Your picture");
    await page.getByRole("button", { name: "Voice alone" }).click();
    await page.getByRole("button", { name: "Add pictures" }).waitFor();
    assert.equal(await page.locator("video").count(), 0);
    for (const desk of [page, other]) await desk.context().close();
  });
});
