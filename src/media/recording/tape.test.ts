import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { left, newTrack, type Page, right, Tape, type Track } from "./tape.ts";

const second = 8_000;
/** 20 ms that hold this value throughout. */
const packet = (value: number): Int16Array => new Int16Array(160).fill(value);
const loud = 988;

/** Samples of one side by their place. */
function sideOf(pages: readonly Page[], side: number): (at: number) => number {
  return (at) => {
    const page = pages.find((each) => at >= each.at && at < each.at + second);
    return page?.samples[(at - page.at) * 2 + side] ?? 0;
  };
}

const tracks = new WeakMap<Tape, readonly [Track, Track]>();

/** One speaker a side. */
function write(
  tape: Tape,
  side: typeof left | typeof right,
  order: { timestamp: number; now: number; value?: number },
) {
  const { timestamp, now, value = loud } = order;
  const both = tracks.get(tape) ?? ([newTrack(left), newTrack(right)] as const);
  tracks.set(tape, both);
  tape.write(both[side], packet(value), timestamp, now);
}

describe("tape", () => {
  test("each side keeps its channel; a lost packet is silence of its length", () => {
    const tape = new Tape(1_000);
    write(tape, left, { timestamp: 500, now: 1_020 });
    write(tape, right, { timestamp: 9_000, now: 1_020, value: -loud });
    write(tape, left, { timestamp: 500 + 320, now: 1_060 });
    const pages = tape.rest();
    const [heard, said] = [sideOf(pages, left), sideOf(pages, right)];
    assert.deepEqual([heard(0), heard(159), heard(160), heard(319), heard(320)], [loud, loud, 0, 0, loud]);
    assert.deepEqual([said(0), said(159), said(160)], [-loud, -loud, 0]);
  });

  test("two speakers of one side are added, 16 bits at most; a doubled packet counts once", () => {
    const tape = new Tape(0);
    const [one, other] = [newTrack(left), newTrack(left)];
    tape.write(one, packet(20_000), 0, 20);
    tape.write(one, packet(20_000), 0, 21);
    tape.write(other, packet(-5_000), 700, 20);
    tape.write(one, packet(20_000), 160, 40);
    tape.write(other, packet(20_000), 860, 40);
    const heard = sideOf(tape.rest(), left);
    assert.deepEqual([heard(0), heard(159), heard(160)], [15_000, 15_000, 32_767]);
  });

  test("packets that come in a burst stand where their timestamps say", () => {
    const tape = new Tape(0);
    write(tape, left, { timestamp: 0, now: 20 });
    for (const [step, value] of [988, 1_052, 1_116].entries())
      write(tape, left, { timestamp: 160 * (step + 1), now: 100, value });
    const heard = sideOf(tape.rest(), left);
    assert.deepEqual([160, 320, 480].map(heard), [988, 1_052, 1_116]);
  });

  test("a stream that begins anew stands where it arrived", () => {
    const tape = new Tape(0);
    write(tape, left, { timestamp: 0xffff_ff00, now: 20 });
    write(tape, left, { timestamp: 77, now: 3_020 });
    const heard = sideOf(tape.rest(), left);
    assert.deepEqual([heard(0), heard(24_000), heard(23_999)], [loud, loud, 0]);
  });

  test("a pause is silence between two marks", () => {
    const tape = new Tape(0);
    tape.pause(true, 100);
    tape.pause(true, 110);
    write(tape, left, { timestamp: 0, now: 120 });
    tape.pause(false, 200);
    write(tape, left, { timestamp: 800, now: 220 });
    const heard = sideOf(tape.rest(), left);
    assert.deepEqual([heard(800), heard(1_600)], [0, loud]);
    assert.deepEqual(tape.marks, [
      { at: 800, label: "pause" },
      { at: 1_600, label: "resume" },
    ]);
  });

  test("a page leaves once, when nothing can be added; later packets for it are dropped", () => {
    const tape = new Tape(0);
    write(tape, left, { timestamp: 0, now: 20 });
    assert.deepEqual(tape.complete(1_300), []);
    assert.deepEqual(
      tape.complete(1_400).map(({ at }) => at),
      [0],
    );
    write(tape, right, { timestamp: 0, now: 1_000 });
    assert.deepEqual(tape.rest(), []);
  });

  test("whatever timestamps a peer makes up, pages stay few and inside the time that passed", () => {
    const packets = fc.array(fc.record({ timestamp: fc.nat(0xffff_ffff), wait: fc.nat(400) }), { maxLength: 60 });
    fc.assert(
      fc.property(packets, (list) => {
        const tape = new Tape(0);
        let now = 0;
        for (const { timestamp, wait } of list) {
          now += wait;
          write(tape, left, { timestamp, now });
          tape.complete(now);
        }
        const rest = tape.rest();
        assert.ok(rest.length <= 4);
        for (const { at } of rest) assert.ok(at <= tape.length(now) + 1_760);
      }),
    );
  });
});
