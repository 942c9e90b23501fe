import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dialog, DialogEvent, DialogObserver } from "../sip/face.ts";
import { PhoneCall, type Target } from "./phone-call.ts";

/** A device of so many flows, and what was done to each call over them. */
function phone(flows: number) {
  const told: DialogEvent[] = [];
  const rung: { uri: string; observer: DialogObserver; hungUp: boolean }[] = [];
  const targetAt = (number: number): Target | undefined =>
    number > flows ? undefined : { uri: `sip:flow${number}`, next: () => targetAt(number + 1) };
  const ring = ({ uri }: Target, observer: DialogObserver): Dialog => {
    const call = { uri, observer, hungUp: false };
    rung.push(call);
    return {
      sipCallId: uri,
      hangUp: () => {
        call.hungUp = true;
      },
      reoffer: async () => ({ sdp: uri }),
    };
  };
  const first = targetAt(1);
  assert.ok(first);
  const call = new PhoneCall(first, ring, (event) => told.push(event));
  const say = (event: DialogEvent): void => rung.at(-1)?.observer(event);
  return { call, told, say, rung, uris: () => rung.map(({ uri }) => uri) };
}

const flowFailed: DialogEvent = { type: "failed", status: 430, reason: "Flow Failed" };
const unreachable: DialogEvent = { type: "failed", status: 503, reason: "Service Unavailable", local: "transport" };
const busy: DialogEvent = { type: "failed", status: 486, reason: "Busy Here" };
const rings: DialogEvent = { type: "provisional", status: 180, reason: "Ringing" };

test("430 of an edge proxy, and a connection that is gone, lead to the next flow (RFC 5626 §7, §11.5)", async () => {
  const { call, told, say, uris, rung } = phone(3);
  say(flowFailed);
  say(unreachable);
  assert.deepEqual([uris(), told], [["sip:flow1", "sip:flow2", "sip:flow3"], []]);
  say(rings);
  say({ type: "answered", sdp: "v=0" });
  assert.deepEqual(
    told.map(({ type }) => type),
    ["provisional", "answered"],
  );
  assert.equal(call.sipCallId, "sip:flow3");
  assert.deepEqual(await call.reoffer("v=0"), { sdp: "sip:flow3" });
  call.hangUp();
  assert.deepEqual(
    rung.map(({ hungUp }) => hungUp),
    [false, false, true],
  );
});

test("what the phone itself says is final, and so is the last flow", () => {
  const declined = phone(2);
  declined.say(busy);
  assert.deepEqual([declined.uris(), declined.told], [["sip:flow1"], [busy]]);
  const last = phone(1);
  last.say(flowFailed);
  assert.deepEqual(last.told, [flowFailed]);
});

test("a phone that has rung, or a caller who has hung up, is not looked for again", () => {
  const rung = phone(2);
  rung.say(rings);
  rung.say(unreachable);
  assert.deepEqual([rung.uris(), rung.told], [["sip:flow1"], [rings, unreachable]]);
  const left = phone(2);
  left.call.hangUp();
  left.say(flowFailed);
  assert.deepEqual([left.uris(), left.told], [["sip:flow1"], [flowFailed]]);
});
