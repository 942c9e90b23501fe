// Calls over a network that loses one datagram in ten each way, delays the others by up to 300 ms and so reorders them. Both
// ends on one virtual clock; each call has its own seed, so that one that fails can be repeated.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type VirtualClock, virtualClock } from "../../src/base/clock.ts";
import { openEndpointOver } from "../../src/sip/endpoint.ts";
import type { Dialog, DialogEvent, IncomingInvite, SipEndpoint } from "../../src/sip/face.ts";
import { type Random, random } from "../fuzz/random.ts";
import { Ether } from "../support/ether.ts";
import { options } from "../support/sip-endpoints.ts";

const CALLS = 200;
const LOSS = 0.1;
const MAX_DELAY_MS = 300;

type World = {
  readonly clock: VirtualClock;
  readonly caller: SipEndpoint;
  readonly callee: SipEndpoint;
  readonly calls: IncomingInvite[];
  readonly calleeEvents: DialogEvent[];
  readonly faults: string[];
};

async function world(dice: Random, answer: (call: IncomingInvite, clock: VirtualClock) => void): Promise<World> {
  const clock = virtualClock();
  const ether = new Ether({ clock, dice, loss: LOSS, maxDelayMs: MAX_DELAY_MS });
  const calls: IncomingInvite[] = [];
  const calleeEvents: DialogEvent[] = [];
  const faults: string[] = [];
  const open = (port: number, invite: (call: IncomingInvite) => void) => {
    const given = options({ invite }, { clock, port, transports: ["udp"] });
    const log = { ...given.log, error: (_: unknown, text: string) => void faults.push(text) };
    return openEndpointOver((_, events) => Promise.resolve(ether.open(port, events)), { ...given, log });
  };
  const callee = await open(5070, (call) => {
    calls.push(call);
    call.observe((event) => {
      calleeEvents.push(event);
      if (event.type === "offer") event.reply({ sdp: "v=0 answer" });
    });
    answer(call, clock);
  });
  return { clock, caller: await open(5080, () => {}), callee, calls, calleeEvents, faults };
}

/** What each side may have heard: one end, and nothing after it. */
function legal(events: readonly DialogEvent[], who: string): void {
  const text = `${who}: ${JSON.stringify(events)}`;
  const ends = events.filter(({ type }) => type === "failed" || type === "ended");
  assert.equal(ends.length, 1, text);
  assert.equal(events.at(-1), ends[0], text);
  assert.ok(events.filter(({ type }) => type === "answered").length <= 1, text);
}

/** The promises of a re-INVITE go on between the steps of the clock. */
async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += 50) {
    clock.advance(50);
    await Promise.resolve();
  }
}

type Ending = "caller hangs up" | "callee hangs up" | "both hang up" | "caller gives up" | "callee is busy";
const ENDINGS: readonly Ending[] = [
  "caller hangs up",
  "callee hangs up",
  "both hang up",
  "caller gives up",
  "callee is busy",
];

function answering(ending: Ending, dice: Random) {
  return (call: IncomingInvite, clock: VirtualClock): void => {
    call.ring(180);
    const ms = dice.below(4_000);
    clock.after(ms, () => {
      if (ending === "callee is busy") call.reject(486);
      else call.answer("v=0 answer");
    });
  };
}

async function converse(ending: Ending, dialog: Dialog, { clock, calls }: World, dice: Random): Promise<void> {
  await pass(clock, dice.below(8_000));
  if (dice.chance(0.3)) void dialog.reoffer("v=0 again");
  if (dice.chance(0.3)) void calls[0]?.reoffer("v=0 from the callee");
  if (ending !== "caller gives up") await pass(clock, dice.below(8_000));
  if (ending !== "callee hangs up") dialog.hangUp();
  if (ending === "callee hangs up" || ending === "both hang up") for (const call of calls) call.hangUp();
  // A callee that hangs up a call which never stood for the caller: his own patience ends it.
  await pass(clock, 40_000);
  dialog.hangUp();
  for (const call of calls) call.hangUp();
  await pass(clock, 120_000);
}

describe(`${CALLS} calls with ${100 * LOSS} % loss each way and reordering`, () => {
  for (const ending of ENDINGS) {
    test(`${ending}: both sides end legally, with no leg, timer or dialog left`, async () => {
      for (let seed = 0; seed < CALLS / ENDINGS.length; seed++) {
        const dice = random(seed * ENDINGS.length + ENDINGS.indexOf(ending));
        const made = await world(dice, answering(ending, dice));
        const { clock, caller, callee, calls, calleeEvents, faults } = made;
        const events: DialogEvent[] = [];
        const target = { uri: "sip:1@127.0.0.1:5070", from: { uri: "sip:2@127.0.0.1" }, sdp: "v=0 offer" };
        const dialog = caller.invite(target, (event) => {
          events.push(event);
          if (event.type === "offer") event.reply({ sdp: "v=0 answer" });
        });
        await converse(ending, dialog, made, dice);
        legal(events, `seed ${seed}, caller`);
        assert.ok(calls.length <= 1, `seed ${seed}: ${calls.length} calls of one INVITE`);
        if (calls.length === 1) legal(calleeEvents, `seed ${seed}, callee`);
        assert.deepEqual(caller.census(), { transactions: 0, dialogs: 0 }, `seed ${seed}, caller`);
        assert.deepEqual(callee.census(), { transactions: 0, dialogs: 0 }, `seed ${seed}, callee`);
        assert.deepEqual(faults, []);
        assert.equal(clock.pending(), 0, `seed ${seed}: timers`);
      }
    });
  }
});
