// The detector on clips that say what they are: clean ones for its rules, and a set of spoilt ones (bench/detect/clips.ts) from
// seeds that it was not tuned on.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hush, joined, type Label, speech, tone } from "../../../bench/detect/clips.ts";
import { type Count, countClips } from "../../../bench/detect/count.ts";
import { Detector } from "./detector.ts";
import type { Finding, Watch } from "./finding.ts";

type Heard = { readonly watch: Watch; readonly country?: string };

function found({ watch, country = "DE" }: Heard, ...parts: readonly Float64Array[]): Finding[] {
  const detector = new Detector({ watch, country });
  const samples = joined(parts);
  const findings: Finding[] = [];
  for (let at = 0; at + 160 <= samples.length; at += 160)
    findings.push(...detector.hear(samples.subarray(at, at + 160)));
  return findings;
}

const told = (findings: readonly Finding[]): string =>
  findings.map(({ kind, detail }) => `${kind} ${detail}`.trim()).join(", ");
/** On and off in turn. */
const rhythm = (hertz: readonly number[], ...ms: readonly number[]): Float64Array =>
  joined(ms.map((length, index) => (index % 2 === 0 ? tone(hertz, length, -15) : hush(length))));
const progress = { watch: "progress" } as const;
const answer = { watch: "answer" } as const;

const rows: readonly (readonly [what: string, expected: string, findings: () => Finding[]])[] = [
  ["busy after two turns", "busy DE", () => found(progress, rhythm([425], 480, 480, 480, 480, 480))],
  ["half of it is not enough", "", () => found(progress, rhythm([425], 480, 480, 480))],
  ["congestion", "congestion DE", () => found(progress, rhythm([425], 240, 240, 240, 240, 240))],
  ["ringback by its pause", "ringback DE", () => found(progress, hush(200), rhythm([425], 1_000, 4_000))],
  [
    "ringback, then busy",
    "ringback DE, busy DE",
    () => found(progress, hush(200), rhythm([425], 1_000, 4_000, 480, 480, 480, 480, 480, 480, 480, 480)),
  ],
  [
    "a tone of other countries has to show more; the first of them is named",
    "busy HK",
    () => found(progress, rhythm([480, 620], 500, 500, 500, 500, 500, 500, 500)),
  ],
  [
    "two tones at home",
    "busy US",
    () => found({ watch: "progress", country: "US" }, rhythm([480, 620], 500, 500, 500, 500, 500)),
  ],
  [
    "a rhythm of no country",
    "",
    () => found(progress, rhythm([425], 130, 130, 130, 130, 130, 130, 130, 130, 130, 130, 130, 130)),
  ],
  ["a rhythm at no network's frequency", "", () => found(progress, rhythm([900], 480, 480, 480, 480, 480, 480, 480))],
  [
    "information tones",
    "information SIT",
    () =>
      found(progress, hush(300), tone([950], 330, -15), tone([1_400], 330, -15), tone([1_800], 330, -15), hush(500)),
  ],
  [
    "the North American vacant code",
    "information SIT vacant code",
    () => found(progress, tone([985.2], 380, -15), tone([1_370.6], 274, -15), tone([1_776.7], 380, -15)),
  ],
  [
    "no circuit is congestion",
    "congestion SIT no circuit",
    () => found(progress, tone([985.2], 380, -15), tone([1_428.5], 380, -15), tone([1_776.7], 380, -15)),
  ],
  ["nothing for five seconds", "silence", () => found(progress, hush(6_000))],
  ["an announcement is none of these", "", () => found(progress, hush(500), speech(4, 8_000))],
  ["answer tone", "fax CED", () => found(answer, hush(1_800), tone([2_100], 2_600, -15))],
  ["calling tone", "fax CNG", () => found(answer, hush(500), tone([1_100], 500, -15), hush(500))],
  ["a word, then waiting", "human", () => found(answer, hush(400), speech(1, 700), hush(2_000))],
  ["who goes on is a machine", "machine greeting", () => found(answer, hush(400), speech(1, 7_000))],
  [
    "a greeting and its beep",
    "machine greeting, beep 1000 Hz",
    () => found(answer, hush(400), speech(1, 7_000), hush(500), tone([1_000], 400, -15), hush(1_000)),
  ],
  [
    "a short greeting is a human until the beep",
    "human, machine beep, beep 1400 Hz",
    () => found(answer, hush(400), speech(1, 1_500), hush(1_400), tone([1_400], 300, -15), hush(1_000)),
  ],
  [
    "a melody has no beep in it",
    "",
    () => found(answer, ...[600, 700, 800, 900, 800, 700].map((hertz) => tone([hertz], 200, -15)), hush(700)),
  ],
];

for (const [what, expected, findings] of rows) test(what, () => assert.equal(told(findings()), expected));

test("times are those at which it was certain, confidence is a share", () => {
  const [busy] = found(progress, hush(1_000), rhythm([425], 480, 480, 480, 480, 480));
  assert.ok(busy && busy.atMs >= 2_900 && busy.atMs <= 3_040, `${busy?.atMs} ms`);
  assert.ok(busy.confidence > 0.8 && busy.confidence <= 1);
});

test("whatever comes, each kind is told once, in order of time, and levels beyond all bounds do no harm", () => {
  const sample = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 160, maxLength: 1_600 });
  fc.assert(
    fc.property(sample, fc.constantFrom<Watch>("progress", "answer"), (samples, watch) => {
      const repeated = Float64Array.from({ length: 64_000 }, (_, index) => samples[index % samples.length] ?? 0);
      const findings = found({ watch }, repeated);
      assert.equal(new Set(findings.map(({ kind }) => kind)).size, findings.length);
      assert.ok(findings.every(({ confidence }) => confidence >= 0 && confidence <= 1));
    }),
    { numRuns: 30 },
  );
});

/** Neither tuned on (1 to 5) nor reported in docs/benchmarks.md (6). */
const testSet = 7;
const share = ({ verdicts }: Count, verdict: string, of: number): number => (verdicts.get(verdict) ?? 0) / of;

const floors: readonly (readonly [Label, clips: number, least: number])[] = [
  ["ringback", 36, 0.95],
  ["busy", 36, 0.95],
  ["congestion", 30, 0.9],
  ["information", 12, 0.9],
  ["fax", 40, 0.95],
  ["silence", 10, 0.9],
];
for (const [label, clips, least] of floors) {
  test(`spoilt by the line, ${label} is found in ${100 * least} % of the clips`, () => {
    const counted = countClips(label, testSet, clips);
    const part = share(counted, label, clips);
    assert.ok(part >= least, `${part}: ${JSON.stringify(counted.wrong)}`);
  });
}

test("of machines 85 % are found and 95 % of their beeps; of humans 3 % at the most are called machines", () => {
  const machines = countClips("machine", testSet, 50);
  assert.ok(share(machines, "machine", 50) >= 0.85, JSON.stringify(machines.wrong));
  assert.ok(machines.beepsFound >= 0.95 * machines.beeps, `${machines.beepsFound} of ${machines.beeps} beeps`);
  const humans = countClips("human", testSet, 100);
  assert.ok(humans.everMachine <= 3, JSON.stringify(humans.wrong));
  assert.equal(humans.falseBeeps, 0);
});

test("music and announcements before the answer are nothing", () => {
  for (const label of ["music", "announcement"] as const) {
    assert.equal(share(countClips(label, testSet, 12), "nothing", 12), 1);
  }
});
