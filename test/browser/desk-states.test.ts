// The desk when something is missing, failing or hostile: devices, a microphone that may not be used, a gateway that is gone, lists that
// cannot be read, names and SIP headers that try to become markup. axe on each, the page's heading first.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { connect } from "../../src/client/connect.ts";
import { accepted } from "../peer/desk.ts";
import { without } from "../peer/missing.ts";
import { startGateway } from "../support/started-gateway.ts";
import { until } from "../support/until.ts";
import { isAccessible, openDesk, openStage, type Stage, stageOf } from "./desk-page.ts";
import { openStranger } from "./stranger.ts";

const password = "correct-horse";

/** 64 characters at most, as a name in a site file. */
const hostile = `<img src=x onerror="document.title='taken'">{{name}}$t(title)`;

const site = JSON.stringify({
  // The stranger's call is for 101 alone.
  agents: ["101", "102", "103", "104", "105"].map((id) => ({
    ...{ id, name: `${hostile}${id}`, password: "", skills: id === "101" ? [26] : [25] },
  })),
  skills: [
    { id: 25, name: "voice" },
    { id: 26, name: hostile },
  ],
  phones: ["40001", "40002", "40003", "40004", "40005"].map((number) => ({ number, password })),
  callers: ["40038", "40039"],
  defaultCaller: "40038",
  defaultSkill: 25,
  trunks: [{ name: "stranger", host: "127.0.0.1", port: 9, transport: "udp", patterns: ["4xxxx"], probeMs: 0 }],
  numbers: [{ pattern: "8101", to: { skill: 26 } }],
  restCauses: [{ id: 5, name: hostile }],
  busyReasons: [{ id: 201, name: hostile }],
  wrapUpCodes: [{ id: 1, name: hostile }],
});

/** No text has become an element, or run. */
async function isText(page: Page): Promise<void> {
  assert.equal(await page.locator("main img, main script, [role=menu] img, [role=dialog] img").count(), 0);
  assert.match(await page.title(), /^Seatway/);
}

describe("the desk when things go wrong", { skip: without("chromium"), concurrency: 2 }, () => {
  let stage: Stage;

  before(async () => {
    stage = await openStage({}, { site, password });
  });
  after(async () => {
    await stage?.close();
    assert.deepEqual(stage?.complaints, [], "no page broke its policy or failed");
  });

  it("names of the site, a caller's headers and what travels with a call are texts", async () => {
    const page = await openDesk(stage, await stage.window(), "101", "40001");
    await page.getByText(`${hostile}101`).waitFor();
    await page.locator(".desk-state").click();
    await page.getByRole("menuitem", { name: `Busy: ${hostile}` }).waitFor();
    await page.getByRole("menuitem", { name: `${hostile}, 15 min` }).waitFor();
    await isText(page);
    await page.keyboard.press("Escape");

    const stranger = await openStranger(stage.gateway.ports.sip);
    await stranger.call("8101", `${hostile}<script>document.title='taken'</script>`);
    await stageOf(page, "ringing").waitFor();
    // What cannot be a number is none.
    await page.getByRole("heading", { level: 2, name: "Unknown number" }).waitFor();
    await page.getByText(`Queue ${hostile}`).waitFor();
    await isAccessible(page, "Agent desk", "a stranger rings");
    await page.getByRole("button", { name: "Answer" }).click();
    await stranger.answered();
    await stageOf(page, "talking").waitFor();
    await page.getByText("Nothing came with this call.").waitFor();

    await page.route(/agentgroup\/101\/queryagentstatus/, (route) => route.abort());
    await page.getByRole("button", { name: "Transfer", exact: true }).click();
    await page.getByText("The agents cannot be listed now.").waitFor();
    await isAccessible(page, "Agent desk", "agents that cannot be listed");
    await page.unroute(/agentgroup\/101\/queryagentstatus/);
    await page.getByRole("button", { name: hostile, exact: true }).waitFor();
    const colleague = connect({ url: stage.gateway.url, agent: "105" });
    accepted(await colleague.signIn({ phonenum: "40005", status: 3 }));
    await page.getByRole("button", { name: `${hostile}105 (105)` }).waitFor();
    await page.getByLabel("Agent, queue or number").fill("nobody of this name");
    await page.getByText("Nothing fits.").waitFor();
    await isText(page);
    await isAccessible(page, "Agent desk", "nobody fits");
    await colleague.forceSignOut();
    colleague.stop();
    await page.getByRole("button", { name: "Hang up" }).click();
    await page.getByRole("radio", { name: hostile }).check();
    await page.locator('[data-kept="true"]').waitFor();
    await isText(page);
    await stranger.close();
    await page.context().close();
  });

  it("the first screen, 1280 x 800, has the button of the sign-in in sight, in both languages", async () => {
    for (const locale of ["en-GB", "zh-CN"] as const) {
      const context = await stage.window({ locale });
      const page = await context.newPage();
      await page.goto(stage.gateway.url);
      const button = await page.locator('button[type="submit"]').boundingBox();
      assert.ok(button && button.y + button.height <= 800, `${locale}: ${JSON.stringify(button)}`);
      await context.close();
    }
  });

  it("devices: by the keyboard; the level moves, the bell has a speaker of its own, the choice lasts", async () => {
    const context = await stage.window();
    // Where the bell rings is known to its AudioContext alone.
    await context.addInitScript(`{
      const { setSinkId } = AudioContext.prototype;
      globalThis.bells = [];
      AudioContext.prototype.setSinkId = function (id) {
        globalThis.bells.push(id);
        return setSinkId.call(this, id);
      };
    }`);
    const page = await openDesk(stage, context, "102", "40002");
    await page.locator(".desk-id").focus();
    await page.getByRole("button", { name: /102$/ }).press("Enter");
    await page.getByRole("menuitem", { name: "Microphone and speakers" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Microphone and speakers" });
    await dialog.waitFor();
    await dialog.getByRole("meter", { name: "Level of the microphone" }).waitFor();
    const level = async (): Promise<number> => Number(await page.evaluate("document.querySelector('meter').value"));
    await until(
      "the level to move",
      async () => Number(await page.evaluate("document.querySelector('meter').value")) > 0.2 || null,
    );
    await isAccessible(page, "Agent desk", "devices");
    const microphones = dialog.getByLabel("Microphone", { exact: true });
    await until("names of the devices", async () => /Fake/.test((await microphones.textContent()) ?? "") || null);
    await microphones.selectOption({ label: "Fake Audio Input 2" });
    await until("the level of the other one", async () => (await level()) > 0.2 || null);
    await dialog.getByLabel("Speaker").selectOption({ label: "Fake Audio Output 1" });
    await dialog.getByLabel("Ringer").selectOption({ label: "Fake Audio Output 2" });
    const ringer = await dialog.getByLabel("Ringer").inputValue();
    const speaker = await dialog.getByLabel("Speaker").inputValue();
    assert.notEqual(ringer, speaker);
    await dialog.getByRole("button", { name: "Let it ring" }).press("Enter");
    await until("the bell at its speaker", async () => (await page.evaluate("bells.at(-1)")) === ringer || null);
    const heardAt = () => page.evaluate("document.querySelector('audio[data-phone]').sinkId");
    await until("the call's speaker", async () => (await heardAt()) === speaker || null);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.reload();
    await page.locator('[data-phone-state="registered"]').waitFor();
    assert.equal(await heardAt(), speaker);
    await context.close();
  });

  it("a microphone that may not be used is said before the call and in it, with what to do", async () => {
    const context = await stage.window();
    await context.addInitScript(`if (navigator.mediaDevices)
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("denied", "NotAllowedError"));`);
    const page = await context.newPage();
    await page.goto(stage.gateway.httpsUrl);
    await page.getByRole("button", { name: "Try the microphone" }).click();
    await page.getByRole("alert").getByText("does not let this page use the microphone").waitFor();
    await isAccessible(page, "Sign in", "no microphone");
    await page.close();
    const desk = await openDesk(stage, context, "103", "40003");
    await desk.getByLabel("Number or work number").fill("40040");
    await desk.getByRole("button", { name: "Call", exact: true }).click();
    await desk.locator('[data-phone-state="no-microphone"]').waitFor();
    await desk.getByRole("alert").getByText("Plug one in, allow it beside the address").waitFor();
    await desk.getByText("The call to 40040 did not come about").waitFor();
    await isAccessible(desk, "Agent desk", "no microphone in a call");
    await context.close();
  });

  it("without a gateway the desk says so and takes nothing back; with one it is as it was", async () => {
    // One of its own, that can be killed and comes again.
    const data = await mkdtemp(join(tmpdir(), "seatway-desk-"));
    const options = { site, data };
    const first = await startGateway(options);
    const context = await stage.window({ colorScheme: "dark" });
    const page = await openDesk({ ...stage, gateway: first }, context, "104", "40004");
    await first.stop("SIGKILL");
    await page.getByRole("alert").getByText("No connection to the gateway. Trying again").waitFor();
    await page.locator('[data-phone-state="lost"]').waitFor({ timeout: 30_000 });
    await isAccessible(page, "Agent desk", "no gateway, dark");
    await page.locator(".desk-state").click();
    await page.getByRole("menuitem", { name: "Busy", exact: true }).click();
    await page.getByRole("alert").getByText("The gateway cannot be reached.").waitFor();
    await page.getByRole("button", { name: /Your state: Ready/ }).waitFor();
    const second = await startGateway({ ...options, ports: first.ports });
    const gone = { state: "detached", timeout: 30_000 } as const;
    await page.getByText("No connection to the gateway").waitFor(gone);
    await page.locator('[data-phone-state="registered"]').waitFor({ timeout: 30_000 });
    await page.locator(".desk-state").click();
    await page.getByRole("menuitem", { name: "Busy", exact: true }).click();
    await page.getByRole("button", { name: /Your state: Busy/ }).waitFor();
    await context.close();
    await second.stop();
    await rm(data, { recursive: true, force: true });
  });
});
