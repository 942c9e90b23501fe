// Who has answered, told by speech that is not of our making: espeak-ng speaks, baresip sends it (its G.711, its RTP), the gateway
// listens.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { castOf } from "./cast.ts";
import { accepted } from "./desk.ts";
import { without } from "./missing.ts";
import { password, siteFile } from "./site.ts";

const skip = without("baresip", "espeak-ng", "sox");

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  assert.equal(status, 0, `${program}: ${stderr}`);
}

/** A WAV file: half a second of quiet, the text, with a beep for a machine, and a long quiet. */
function spoken(context: TestContext, text: string, beep: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), "seatway-speech-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const [said, voice, tone, whole] = ["said", "voice", "tone", "whole"].map((name) => join(folder, `${name}.wav`));
  assert.ok(said && voice && tone && whole);
  const format = ["-r", "8000", "-c", "1", "-b", "16"];
  run("espeak-ng", "-v", "en-gb", "-s", "150", "-w", said, text);
  run("sox", said, ...format, voice, "gain", "-n", "-6", "pad", "0.5", "0.6");
  run(
    "sox",
    "-n",
    ...format,
    tone,
    "synth",
    beep ? "0.4" : "0.02",
    "sine",
    "1400",
    "gain",
    beep ? "-9" : "-90",
    "pad",
    "0",
    "20",
  );
  run("sox", voice, tone, whole);
  return whole;
}

async function calling(context: TestContext, says: string) {
  const cast = castOf(context);
  const customer = await cast.baresip({ user: "40040", tone: 2_900, says });
  const trunks = [{ pattern: "40040", port: customer.port }];
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001"], trunks, detect: ["answer"] }) });
  await cast.baresip({ user: "40001", tone: 2_300, registrar: { port: gateway.ports.sip, password } });
  const desk = await cast.desk(gateway, "40001");
  await desk.callOut({ called: "40040" });
  await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting", "Talking"]);
  const heard = (kind: string) => gateway.logged((line) => line["msg"] === "heard on a leg" && line["kind"] === kind);
  return { desk, heard };
}

const hangsUp = ["Call_Release", "PhoneRelease 3", "Ready"];

describe("who answers", { skip, concurrency: true }, () => {
  test("a voice mail box: the agent is told that no human has answered, and its beep is heard", async (t) => {
    const greeting = "You have reached the mail box of the harbour office. Please leave your message after the tone.";
    const { desk, heard } = await calling(t, spoken(t, greeting, true));
    const [told] = await desk.told(["detect 263"]);
    assert.match(JSON.stringify(told?.content), /answering machine \(heard\)/);
    const beep = await heard("beep");
    assert.match(String(beep["detail"]), /^1(39\d|40\d) Hz$/);
    accepted(await desk.session.release());
    await desk.told(hangsUp);
  });

  test("somebody who says hello and waits is a human: the agent is told nothing", async (t) => {
    const { desk, heard } = await calling(t, spoken(t, "Hello?", false));
    await heard("human");
    accepted(await desk.session.release());
    await desk.told(hangsUp);
  });
});
