// Recordings through real sockets: simulated phones speak tones, and the files are measured.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { systemClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import { levelAt, levelOf } from "../codec/tone.ts";
import type { MediaLeg, MediaPlane, PhoneLeg, PhonePlane, Recording } from "../face.ts";
import { openPhonePlane, openPlane } from "../plane.ts";

const settings = { clock: systemClock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 } as const;
const folder = mkdtempSync(join(tmpdir(), "seatway-recording-"));
const agentTone = 700;
const partyTone = 1_100;

const passed = (ms: number): Promise<void> => new Promise((resolve) => systemClock.after(ms, resolve));

async function poll(fits: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fits())) await passed(20);
}

/** Both channels of a file, by its own header. */
function heardIn(file: string, fromMs = 0, toMs = Number.POSITIVE_INFINITY): { left: Int16Array; right: Int16Array } {
  const octets = readFileSync(file);
  assert.equal(octets.toString("latin1", 0, 4), "RIFF");
  const end = Math.min(octets.readUInt32LE(40), toMs * 32);
  const frames = Array.from({ length: (end - fromMs * 32) / 4 }, (_, index) => 44 + fromMs * 32 + index * 4);
  const channel = (offset: number): Int16Array => Int16Array.from(frames, (at) => octets.readInt16LE(at + offset));
  return { left: channel(0), right: channel(2) };
}

const hasOnly = (samples: Int16Array, tone: number, other: number): boolean =>
  levelAt(samples, tone) > -20 && levelAt(samples, other) < -50;

describe("recording", { timeout: 30_000, concurrency: true }, () => {
  let gateway: MediaPlane;
  let phones: PhonePlane;
  before(async () => {
    gateway = await openPlane({ ...settings, ports: [24_000, 24_099] });
    phones = await openPhonePlane({ ...settings, ports: [24_100, 24_199] });
  });
  after(async () => {
    await gateway.close();
    await phones.close();
    rmSync(folder, { recursive: true });
  });

  async function leg(id: string, tone: number, at = phones): Promise<{ leg: MediaLeg; phone: PhoneLeg }> {
    const [own, phone] = [await gateway.open(id), await at.open(id)];
    const answer = phone.answer(own.offer({ video: false }));
    assert.ok(!("refused" in answer));
    own.acceptAnswer(answer.sdp);
    phone.hear({ tone });
    return { leg: own, phone };
  }

  async function talking() {
    const [agent, party] = [await leg("agent", agentTone), await leg("party", partyTone)];
    agent.leg.hear({ leg: party.leg });
    party.leg.hear({ leg: agent.leg });
    await poll(async () => ((await party.phone.listen([agentTone])).levels[0] as number) > -13);
    return {
      agent: agent.leg,
      party: party.leg,
      partyPhone: party.phone,
      end() {
        for (const each of [agent, party]) {
          each.leg.close();
          each.phone.close();
        }
      },
    };
  }

  async function saved(recording: Recording) {
    const end = await recording.ended;
    if ("failed" in end) assert.fail(end.failed);
    return end.saved;
  }

  test("the agent is left, the party right; what is told about the file is so", async () => {
    const call = await talking();
    const file = join(folder, "2026-01-01", "both.wav");
    const recording = await gateway.record(call.agent, call.party, file);
    await passed(1_200);
    recording.stop();
    recording.stop();
    const told = await saved(recording);
    const octets = readFileSync(file);
    assert.equal(told.sha256, createHash("sha256").update(octets).digest("hex"));
    assert.deepEqual([told.file, told.bytes, told.lostMs], [file, octets.length, 0]);
    assert.ok(told.ms >= 1_150 && told.ms < 2_000, `${told.ms} ms`);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, "2026-01-01")).mode & 0o777, 0o700);
    const { left, right } = heardIn(file, 200, 1_000);
    assert.ok(hasOnly(left, agentTone, partyTone));
    assert.ok(hasOnly(right, partyTone, agentTone));
    assert.equal(await gateway.mend(file), "sound");
    call.end();
  });

  test("on hold nobody speaks to anybody: silence; a pause is silence with two marks", async () => {
    const call = await talking();
    const file = join(folder, "held.wav");
    const recording = await gateway.record(call.agent, call.party, file);
    call.party.hear({ sound: "music" });
    call.agent.hear({ sound: "silence" });
    await passed(1_000);
    call.agent.hear({ leg: call.party });
    call.party.hear({ leg: call.agent });
    recording.pause();
    await passed(400);
    recording.resume();
    await passed(400);
    recording.stop();
    await saved(recording);
    const held = heardIn(file, 200, 800);
    assert.deepEqual([levelOf(held.left), levelOf(held.right)], [-120, -120]);
    const paused = heardIn(file, 1_100, 1_300);
    assert.deepEqual([levelOf(paused.left), levelOf(paused.right)], [-120, -120]);
    const again = heardIn(file, 1_500, 1_700);
    assert.ok(hasOnly(again.left, agentTone, partyTone) && hasOnly(again.right, partyTone, agentTone));
    const octets = readFileSync(file);
    const marks = octets.toString("latin1", 44 + octets.readUInt32LE(40));
    assert.match(marks, /^cue .*adtl.*pause.*resume/s);
    call.end();
  });

  test("three in a mix, in G.722, Opus and G.711: what was heard, each on his side", async (t) => {
    const planes = await Promise.all([
      openPhonePlane({ ...settings, ports: [24_220, 24_239], codecs: ["G722"] }),
      openPhonePlane({ ...settings, ports: [24_240, 24_259], codecs: ["opus"] }),
    ]);
    t.after(() => Promise.all(planes.map((plane) => plane.close())));
    const thirdTone = 1_700;
    const agent = await leg("agent", agentTone, planes[0]);
    const party = await leg("party", partyTone, planes[1]);
    const third = await leg("third", thirdTone);
    const all = [agent.leg, party.leg, third.leg];
    assert.deepEqual(
      all.map(({ agreed }) => agreed?.audio?.codec),
      ["G722", "opus", "PCMU"],
    );
    for (const each of all)
      each.hear({ mix: all.filter((other) => other !== each).map((other) => ({ leg: other, gain: 1 })) });
    await poll(async () => {
      const { levels } = await third.phone.listen([agentTone, partyTone]);
      return levels.every((level) => level > -20);
    });
    const recording = await gateway.record(agent.leg, party.leg, join(folder, "mix.wav"));
    recording.voices([agent.leg], [party.leg, third.leg]);
    await passed(900);
    recording.stop();
    const { file } = await saved(recording);
    const { left, right } = heardIn(file, 300, 800);
    assert.ok(hasOnly(left, agentTone, partyTone) && levelAt(left, thirdTone) < -45);
    assert.ok(levelAt(right, partyTone) > -20 && levelAt(right, thirdTone) > -20 && levelAt(right, agentTone) < -45);
    for (const each of [agent, party, third]) {
      each.leg.close();
      each.phone.close();
    }
  });

  test("a recording ends with the last of its legs, and the plane's end waits for it", async () => {
    const call = await talking();
    const recording = await gateway.record(call.agent, call.party, join(folder, "left.wav"));
    call.end();
    assert.ok((await saved(recording)).ms < 1_000);
    const own = await openPlane({ ...settings, ports: [24_200, 24_219] });
    const [a, b] = [await own.open("a"), await own.open("b")];
    const last = await own.record(a, b, join(folder, "last.wav"));
    await own.close();
    assert.ok("saved" in (await last.ended));
  });

  test("a file that cannot be made is an error with its reason; a party may be in two recordings", async () => {
    const call = await talking();
    const blocked = join(folder, "blocked");
    writeFileSync(blocked, "");
    await assert.rejects(gateway.record(call.agent, call.party, join(blocked, "a.wav")), /ENOTDIR|EEXIST/);
    await assert.rejects(gateway.record(call.agent, call.party, blocked), /EEXIST/);
    const first = await gateway.record(call.agent, call.party, join(folder, "first.wav"));
    const second = await gateway.record(call.agent, call.party, join(folder, "second.wav"));
    await passed(400);
    for (const each of [first, second]) each.stop();
    for (const each of [await saved(first), await saved(second)])
      assert.ok(hasOnly(heardIn(each.file, 100, each.ms).right, partyTone, agentTone));
    assert.equal(await gateway.mend(join(folder, "none.wav")), "failed");
    assert.equal(await gateway.mend(blocked), "foreign");
    call.end();
  });
});

/** A process of its own that records one call for ever, to be killed or to run into a limit. */
const forEver = (file: string): string => `
  import { systemClock as clock } from ${JSON.stringify(import.meta.resolve("../../base/clock.ts"))};
  import { silentLog as log } from ${JSON.stringify(import.meta.resolve("../../base/log.ts"))};
  import { openPhonePlane, openPlane } from ${JSON.stringify(import.meta.resolve("../plane.ts"))};
  const own = { clock, log, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 };
  const gateway = await openPlane({ ...own, ports: [24_300, 24_319] });
  const phones = await openPhonePlane({ ...own, ports: [24_320, 24_339] });
  const pair = async (tone) => {
    const [leg, phone] = [await gateway.open("leg"), await phones.open("phone")];
    leg.acceptAnswer(phone.answer(leg.offer({ video: false })).sdp);
    phone.hear({ tone });
    return leg;
  };
  const [agent, party] = [await pair(${agentTone}), await pair(${partyTone})];
  agent.hear({ leg: party });
  party.hear({ leg: agent });
  const recording = await gateway.record(agent, party, ${JSON.stringify(file)});
  recording.ended.then((end) => console.log(JSON.stringify(end)));
`;

describe("faults", { timeout: 30_000 }, () => {
  const own = mkdtempSync(join(tmpdir(), "seatway-faults-"));
  after(() => rmSync(own, { recursive: true }));

  /** `kilobytes`: no file may grow beyond that, as on a disk that is full. */
  function started(file: string, kilobytes?: number): ChildProcess {
    writeFileSync(`${file}.mjs`, forEver(file));
    const limit = kilobytes === undefined ? "" : `trap "" XFSZ; ulimit -f ${kilobytes * 2}; `;
    const command = `${limit}exec "$0" "$1"`;
    return spawn("sh", ["-c", command, process.execPath, `${file}.mjs`], { stdio: ["ignore", "pipe", "inherit"] });
  }

  test("a gateway killed in mid-call leaves a file that plays, and that is mended", async (t) => {
    const file = join(own, "killed.wav");
    const child = started(file);
    t.after(() => child.kill("SIGKILL"));
    const size = (): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    await poll(() => size() > 2 * 32_000);
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    const { left, right } = heardIn(file, 500, 1_500);
    assert.ok(hasOnly(left, agentTone, partyTone));
    assert.ok(hasOnly(right, partyTone, agentTone));
    // A page that was written without its header.
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(32_001)]));
    const plane = await openPlane({ ...settings, ports: [24_340, 24_349] });
    t.after(() => plane.close());
    assert.equal(await plane.mend(file), "mended");
    assert.equal(readFileSync(file).readUInt32LE(40) + 44, size());
  });

  test("a disk that is full in mid-call ends the recording with its reason, and what was written plays", async (t) => {
    const file = join(own, "full.wav");
    const child = started(file, 48);
    t.after(() => child.kill("SIGKILL"));
    assert.ok(child.stdout);
    const [told] = await once(child.stdout, "data");
    assert.deepEqual(JSON.parse(String(told)), { failed: "EFBIG" });
    assert.ok(hasOnly(heardIn(file, 500, 1_000).left, agentTone, partyTone));
  });
});
