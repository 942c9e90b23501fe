// An endpoint that is killed at any moment of an INVITE, over a network that loses and reorders, with a disk that takes its time: the
// next one leaves nobody ringing, nobody in a call that nobody has, and nobody without an answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type VirtualClock, virtualClock } from "../../src/base/clock.ts";
import { openEndpointOver } from "../../src/sip/endpoint.ts";
import type { DialogEvent, EndpointOptions, IncomingInvite, InviteImage, InviteKeeper } from "../../src/sip/face.ts";
import { random } from "../fuzz/random.ts";
import { Ether } from "../support/ether.ts";
import { options } from "../support/sip-endpoints.ts";

/** Ours dies and comes back; theirs is whom it calls, or who calls it. */
const [OURS, THEIRS] = [5060, 5070];

/** Times in ms; null: never. */
type Life = {
  readonly calls: "ours" | "theirs";
  readonly rings: number | null;
  readonly answers: number | null;
  /** By itself, or so long after the answer: what is on the wire then is what is hard. */
  readonly dies: number;
  readonly afterAnswer: boolean;
  /** No process is back before its last datagram has arrived. */
  readonly away: number;
  /** Until an image is on the disk. */
  readonly disk: number;
  readonly seed: number;
};

const life: fc.Arbitrary<Life> = fc.record({
  calls: fc.constantFrom("ours" as const, "theirs" as const),
  rings: fc.option(fc.nat(300)),
  answers: fc.option(fc.nat(1_500)),
  dies: fc.nat(2_000),
  afterAnswer: fc.boolean(),
  away: fc.integer({ min: 100, max: 8_000 }),
  disk: fc.integer({ min: 1, max: 60 }),
  seed: fc.nat(),
});

/** A disk that writes while its process lives. */
function slowDisk(clock: VirtualClock, ms: number) {
  const kept = new Map<string, InviteImage>();
  const seen = new Set<string>();
  let alive = true;
  const later = (task: () => void): void => void clock.after(ms, () => void (alive && task()));
  const keeper: InviteKeeper = {
    keep: (image, then) =>
      later(() => {
        kept.set(image.id, image);
        seen.add(image.id);
        then?.();
      }),
    drop: (id) => later(() => kept.delete(id)),
  };
  const die = (): void => {
    alive = false;
  };
  return { keeper, kept, seen, die };
}

async function lived({ calls, rings, answers, dies, afterAnswer, away, disk: diskMs, seed }: Life) {
  const clock = virtualClock();
  const ether = new Ether({ clock, dice: random(seed), loss: 0.05, maxDelayMs: 40 });
  const faults: string[] = [];
  const open = (port: number, more: Partial<EndpointOptions>) => {
    const given = options({}, { clock, port, transports: ["udp"], ...more });
    const log = { ...given.log, error: (_: unknown, text: string) => void faults.push(text) };
    return openEndpointOver((_, events) => Promise.resolve(ether.open(port, events)), { ...given, log });
  };
  const events: DialogEvent[] = [];
  /** Whoever is called does as the times say. */
  const called = (watch: boolean) => (call: IncomingInvite) => {
    if (watch) call.observe((event) => void events.push(event));
    if (rings !== null) clock.after(rings, () => call.ring(180));
    if (answers !== null) clock.after(answers, () => call.answer("v=0 answer"));
  };
  const handlers = (watch: boolean) => ({ handlers: { ...options({}).handlers, invite: called(watch) } });
  const disk = slowDisk(clock, diskMs);
  const ours = await open(OURS, { ...handlers(false), invites: disk.keeper });
  const theirs = await open(THEIRS, handlers(true));
  const from = { uri: "sip:1@127.0.0.1" };
  if (calls === "ours") ours.invite({ uri: `sip:2@127.0.0.1:${THEIRS}`, from, sdp: "v=0 offer" }, () => {});
  else theirs.invite({ uri: `sip:2@127.0.0.1:${OURS}`, from, sdp: "v=0 offer" }, (event) => void events.push(event));
  clock.advance(afterAnswer && answers !== null ? answers + (dies % 150) : dies);
  disk.die();
  ether.cut(OURS);
  const images: InviteImage[] = JSON.parse(JSON.stringify([...disk.kept.values()]));
  clock.advance(away);
  const next = await open(OURS, { leftBehind: { images } });
  return { clock, theirs, next, events, faults, images, wasKept: disk.seen.size > 0 };
}

const isOver = (events: readonly DialogEvent[]): boolean =>
  events.some(({ type }) => type === "failed" || type === "ended");

test("killed at any moment: who was under way is ended", async () => {
  const seen = { ended: 0, untouched: 0 };
  await fc.assert(
    fc.asyncProperty(life, async (given) => {
      const { clock, theirs, next, events, faults, images, wasKept } = await lived(given);
      assert.deepEqual(faults, []);
      // It had its final response on the disk, as a leg; or it came too shortly before the end to be known.
      if (images.length === 0 && (wasKept || given.calls === "theirs")) {
        seen.untouched += 1;
        return;
      }
      clock.advance(60_000);
      assert.ok(events.length === 0 || isOver(events), JSON.stringify(events));
      assert.equal(theirs.census().dialogs, 0);
      clock.advance(60_000);
      assert.deepEqual(next.census(), { transactions: 0, dialogs: 0 });
      seen.ended += 1;
    }),
    { numRuns: 200, seed: 7, interruptAfterTimeLimit: 8_000 },
  );
  assert.ok(seen.ended > 20, JSON.stringify(seen));
});
