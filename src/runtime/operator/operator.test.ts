// The operator's side in its parts: figures of calls, verdicts, sessions, what a board tells.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../base/clock.ts";
import { silentLog } from "../../base/log.ts";
import type { Ended } from "../../core/call/state.ts";
import type { Right } from "../../core/site.ts";
import type { CallRow, LegRow } from "../../store/ports.ts";
import { wayText } from "./directory.ts";
import { openTally } from "./figures.ts";
import { openOperatorSignIns } from "./sign-ins.ts";
import { verdictOf } from "./verdict.ts";

const ended = (more: Partial<Ended>): Ended =>
  ({ name: "ended", failure: null, abandoned: false, answeredAt: null, ...more }) as Ended;
const busy = ended({ failure: { phase: "party", cause: { status: 486, rung: true } } });

test("calls are counted by second for a minute, and by how they ended for an hour", () => {
  const clock = virtualClock();
  const tally = openTally(clock, { detect: [] });
  tally.begun();
  tally.begun();
  clock.advance(1000);
  tally.begun();
  assert.deepEqual(tally.figures().begun.slice(-3), [0, 2, 1]);
  tally.ended(busy);
  tally.ended(busy);
  tally.ended(ended({ abandoned: true }));
  tally.ended(ended({ answeredAt: 1 }));
  clock.advance(120_000);
  tally.ended(busy);
  const { begun, ended: outcomes, failures } = tally.figures();
  assert.equal(
    begun.reduce((sum, calls) => sum + calls, 0),
    0,
  );
  assert.deepEqual(outcomes, { answered: 1, abandoned: 1, released: 0, failed: 3 });
  assert.deepEqual(failures, [
    { phase: "party", cause: "486", detect: 537, text: "called party: busy (SIP 486)", count: 3 },
  ]);
  clock.advance(3_600_000);
  assert.deepEqual(tally.figures().failures, []);
});

const call = (more: Partial<CallRow>) => ({
  call: {
    ...{ caller: "40038", called: "40041", agents: "101", outcome: "failed", phase: "party", status: 486, q850: null },
    ...{ ours: "", heard: "", detect: 537, detectText: "busy", skillName: "voice", ...more },
  } as CallRow,
  legs: [] as LegRow[],
  recordings: [],
  wrapUps: [],
});
const leg = (more: Partial<LegRow>) =>
  ({
    side: "party",
    number: "40040",
    agent: "",
    packetsIn: 9,
    packetsOut: 9,
    mos: 4.3,
    mosAtPeer: null,
    ...more,
  }) as LegRow;

const verdicts: readonly (readonly [string, ReturnType<typeof call> | undefined, string, string])[] = [
  ["busy", call({}), "busy", "try-later"],
  ["the agent's phone is busy", call({ phase: "agent" }), "phone-busy", "look-at-phone"],
  [
    "his ring time ran out",
    call({ phase: "agent", ours: "ring-timeout", detect: 1040 }),
    "agent-did-not-answer",
    "look-at-agent",
  ],
  ["no trunk is up", call({ ours: "unreachable", status: 503, detect: 605 }), "no-trunk-up", "run-trunk-doctor"],
  ["the site's own number", call({ detect: 145 }), "failed", "read-the-messages"],
  ["it went well", call({ outcome: "answered", phase: "", detect: null }), "went-well", "nothing-to-do"],
  [
    "nothing came from the peer",
    { ...call({ outcome: "answered", phase: "", detect: null }), legs: [leg({ packetsIn: 0 })] },
    ...(["one-way", "look-at-network"] as const),
  ],
  [
    "it sounded badly",
    { ...call({ outcome: "answered", phase: "", detect: null }), legs: [leg({ mosAtPeer: 2.1 })] },
    ...(["poor-quality", "look-at-network"] as const),
  ],
  ["nobody knows it", undefined, "no-record", "wait"],
];

for (const [what, record, happened, advice] of verdicts) {
  test(`verdict: ${what}`, () => {
    const verdict = verdictOf(record);
    assert.deepEqual([verdict.what, verdict.advice], [happened, advice]);
  });
}

test("a session is its own token's, for inspectors alone, for half an hour without a request and twelve hours at most", async () => {
  const clock = virtualClock();
  const agent = (id: string, ...rights: Right[]) => ({ id, name: id, password: "", skills: [], rights });
  const site = { agents: [agent("101", "agent"), agent("119", "supervisor"), agent("120", "agent", "administrator")] };
  const checkPassword = async (_: string, password: string) =>
    password === "" ? ({ done: true } as const) : ({ refused: "100-004", message: "wrong" } as const);
  const signIns = openOperatorSignIns({ clock, log: silentLog, site, checkPassword });
  const asker = { address: "127.0.0.1", trusted: false };
  const tokenOf = async (user: string) => {
    const done = await signIns.signIn(user, "", asker);
    assert.ok("token" in done);
    return done.token;
  };
  assert.deepEqual(await signIns.signIn("119", "x", asker), { refused: "100-004", message: "wrong" });
  assert.ok("refused" in (await signIns.signIn("101", "", asker)));
  const token = await tokenOf("120");
  assert.equal(signIns.holder(token)?.rights, "administrator");
  assert.equal(signIns.holder(`${token}x`), undefined);
  for (let minutes = 0; minutes < 12 * 60; minutes += 20) {
    assert.equal(signIns.holder(token)?.user, "120");
    clock.advance(1_200_000);
  }
  assert.ok(signIns.holder(token));
  clock.advance(1);
  assert.equal(signIns.holder(token), undefined, "its day is over");
  const other = await tokenOf("119");
  clock.advance(1_800_001);
  assert.equal(signIns.holder(other), undefined, "nobody has asked");
  const last = await tokenOf("119");
  signIns.signOut(last);
  assert.equal(signIns.holder(last), undefined);
});

test("where a number leads is said in words", () => {
  assert.equal(wayText({ skill: 25 }), "skill 25");
  assert.equal(wayText({ release: 486 }), "release 486");
  assert.equal(wayText("repeat"), "repeat");
});
