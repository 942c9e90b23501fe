// The trunk doctor over twins of SIP and media: what a test sends, how it ends, and that nothing is left open.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nextTurn, virtualClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { MediaLeg } from "../media/face.ts";
import type { DialogEvent, DialogObserver, OutgoingInvite, ProbeEvidence } from "../sip/face.ts";
import { type Barred, openTollDesk } from "./toll.ts";
import { openTrunkDoctor } from "./trunk-doctor.ts";
import { openTrunks } from "./trunks.ts";

type Attempt = { readonly invite: OutgoingInvite; readonly emit: DialogObserver; hungUp: number };

function world({ mediaFree = true, channels = 2 } = {}) {
  const clock = virtualClock();
  const attempts: Attempt[] = [];
  const open = { legs: 0 };
  const sip = {
    invite(invite: OutgoingInvite, emit: DialogObserver) {
      const attempt: Attempt = { invite, emit, hungUp: 0 };
      attempts.push(attempt);
      return {
        sipCallId: "",
        hangUp: () => void attempt.hungUp++,
        reoffer: () => Promise.resolve({ status: 491 }),
      };
    },
    options: (): Promise<ProbeEvidence> => Promise.resolve({ status: 200, reason: "OK" }),
    register: () => ({ stop: async () => {} }),
    takeUp: () => undefined,
  };
  const media = {
    async open(): Promise<MediaLeg> {
      if (!mediaFree) throw new Error("no media port is free");
      open.legs++;
      return { offer: () => "offer", close: () => void open.legs-- } as unknown as MediaLeg;
    },
  };
  const trunk = { name: "carrier", host: "192.0.2.1", patterns: ["4xxxx", "00."], priority: 1, probeMs: 0, channels };
  const site = { defaultCaller: "40038", defaultSkill: 25, skills: [{ id: 25, name: "voice", mediaType: 5 }] };
  const trunks = openTrunks({ trunks: [trunk], sip, clock, log: silentLog, domain: "127.0.0.1", random: () => 0 });
  const counted: (string | number)[] = [];
  const barred: Barred[] = [];
  const walls = openTollDesk({
    ...{ clock: virtualClock(), log: silentLog, site: {}, begun: new Map() },
    store: { keepDailyCalls: async () => {} },
    barred: (it) => barred.push(it),
  });
  const toll: typeof walls = { ...walls, count: (...it) => void counted.push(...it) };
  const desk = openTrunkDoctor({ trunks, media, clock, log: silentLog, site, toll });
  return { clock, attempts, open, desk, counted, barred };
}

test("OPTIONS alone: answered, remembered in the report", async () => {
  const { desk, attempts } = world();
  const outcome = await desk.test("carrier");
  assert.ok("probe" in outcome);
  assert.deepEqual([outcome.probe.status, outcome.call, attempts.length], [200, null, 0]);
  assert.equal(desk.report("carrier")?.probes.length, 1);
});

const endings: readonly (readonly [name: string, event: DialogEvent, outcome: string, hungUp: number])[] = [
  ["it rings", { type: "provisional", status: 180, reason: "Ringing" }, "rang", 1],
  ["early media", { type: "provisional", status: 183, reason: "Session Progress", sdp: "x" }, "rang", 1],
  ["it is answered", { type: "answered", sdp: "answer" }, "answered", 1],
  ["it is refused", { type: "failed", status: 486, reason: "Busy Here" }, "failed", 0],
];
for (const [name, event, outcome, hungUp] of endings)
  test(`a test call: ${name}`, async () => {
    const { desk, attempts, open, counted } = world();
    const asked = desk.test("carrier", "40040");
    await nextTurn();
    const [attempt] = attempts;
    assert.ok(attempt);
    assert.equal(attempt.invite.uri, "sip:40040@192.0.2.1");
    assert.equal(attempt.invite.from.uri, "sip:40038@127.0.0.1");
    attempt.emit({ type: "provisional", status: 100, reason: "Trying" });
    attempt.emit(event);
    const told = await asked;
    assert.ok("call" in told);
    assert.deepEqual([told.call?.outcome, attempt.hungUp], [outcome, hungUp]);
    assert.deepEqual(counted, ["", 25]);
    if (outcome !== "failed") attempt.emit({ type: "failed", status: 487, reason: "Request Terminated" });
    assert.equal(open.legs, 0);
    assert.equal(desk.report("carrier")?.channels.inUse, 0);
  });

test("a carrier that says nothing: hung up after 20 s, the channel is free when that is through", async () => {
  const { desk, attempts, clock, open } = world();
  const asked = desk.test("carrier", "40040");
  await nextTurn();
  clock.advance(20_000);
  const told = await asked;
  assert.ok("call" in told);
  assert.deepEqual([told.call?.outcome, told.call?.status, attempts[0]?.hungUp], ["failed", 408, 1]);
  attempts[0]?.emit({ type: "failed", status: 408, reason: "Request Timeout", local: "timeout" });
  assert.deepEqual([open.legs, clock.pending()], [0, 0]);
});

test("refused: an unknown trunk, a number of another one, a barred one, a second test, no free channel", async () => {
  const { desk, barred, counted } = world({ channels: 0 });
  const codes = async (name: string, number?: string) => {
    const told = await desk.test(name, number);
    return "refused" in told ? told.refused : undefined;
  };
  assert.equal(await codes("other"), "000-002");
  assert.equal(await codes("carrier", "999"), "200-001");
  assert.equal(await codes("carrier", "0088216"), "200-001");
  assert.equal(await codes("carrier", "40040"), "100-007");
  assert.deepEqual(barred, [{ rule: "barred-prefix", why: "prefix 00 is barred", agent: "", called: "···8216" }]);
  assert.deepEqual(counted, []);
  const running = desk.test("carrier");
  assert.equal(await codes("carrier"), "100-007");
  await running;
  assert.equal(await codes("carrier"), undefined);
});

test("no media: the call fails before anything is sent", async () => {
  const { desk, attempts } = world({ mediaFree: false });
  const told = await desk.test("carrier", "40040");
  assert.ok("call" in told);
  assert.deepEqual([told.call?.outcome, attempts.length], ["failed", 0]);
});
