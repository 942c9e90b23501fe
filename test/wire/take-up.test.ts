// A dialog outlives its endpoint: A dies as a process does, without a word; another one at the same port takes the dialog up from
// its image, and B, who has kept it, notices nothing but a pause.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openEndpointOver } from "../../src/sip/endpoint.ts";
import type { Dialog, DialogEvent, DialogImage, IncomingInvite, SipEndpoint } from "../../src/sip/face.ts";
import { openNetwork } from "../../src/sip/transport/sockets.ts";
import { mortal } from "../support/mortal.ts";
import { bareSocket, options, Seen, started } from "../support/sip-endpoints.ts";
import { until } from "../support/until.ts";

/** As the disk gives it back. */
function imageOf(dialog: Dialog): DialogImage {
  const image = dialog.image?.();
  assert.ok(image);
  return JSON.parse(JSON.stringify(image));
}

/** Every offer is answered with this. */
const answering = (events: Seen<DialogEvent>, sdp: string) => (event: DialogEvent) => {
  if (event.type === "offer") event.reply({ sdp });
  events.push(event);
};

/** A has called B, or B has called A; then A dies. */
async function talk(direction: "A calls" | "B calls") {
  const a = await mortal();
  const theirs = new Seen<DialogEvent>();
  const seen = { calls: new Seen<IncomingInvite>(), wire: new Seen<string>() };
  const b = await started(
    openEndpointOver(
      openNetwork,
      options({ invite: seen.calls.push }, { transports: ["udp"], trace: ({ text }) => seen.wire.push(text) }),
    ),
  );
  const order = (to: SipEndpoint) => ({
    uri: `sip:8@127.0.0.1:${to.port}`,
    from: { uri: "sip:7@127.0.0.1" },
    sdp: "v=0 first",
  });
  const ours = new Seen<DialogEvent>();
  let [mine, its]: Dialog[] = [];
  if (direction === "A calls") {
    mine = a.endpoint.invite(order(b), ours.push);
    const call = await seen.calls.until(() => true);
    call.observe(answering(theirs, "v=0 second of B"));
    call.answer("v=0 B");
    its = call;
    await ours.type("answered");
  } else {
    its = b.invite(order(a.endpoint), answering(theirs, "v=0 second of B"));
    const call = await a.calls.until(() => true);
    call.observe(ours.push);
    call.answer("v=0 A");
    mine = call;
    await ours.type("confirmed");
  }
  assert.ok(mine && its);
  return { a, b, mine, its, ours, theirs, wire: seen.wire };
}

const heardBy = (events: Seen<DialogEvent>): string[] => events.items.map(({ type }) => type);
const cseqOf = (text: string): number => Number(/^CSeq: (\d+)/m.exec(text)?.[1]);

describe("a dialog outlives its endpoint", () => {
  for (const direction of ["A calls", "B calls"] as const) {
    test(`${direction}: the next endpoint offers anew with a higher CSeq, answers B, and hangs up`, async () => {
      const { a, b, mine, its, theirs, wire } = await talk(direction);
      const image = imageOf(mine);
      await a.die();
      const next = await mortal({ port: a.endpoint.port, dialogs: [image] });
      const events = new Seen<DialogEvent>();
      const dialog = next.endpoint.takeUp(image.localTag, { observer: answering(events, "v=0 third of A") });
      assert.ok(dialog);
      assert.equal(dialog.sipCallId, mine.sipCallId);
      assert.deepEqual(await dialog.reoffer("v=0 second of A"), { sdp: "v=0 second of B" });
      const reinvite = wire.items.find((text) => text.includes("v=0 second of A")) ?? "";
      assert.ok(cseqOf(reinvite) > image.localSeq, `CSeq ${cseqOf(reinvite)} after ${image.localSeq}`);
      assert.equal(await its.info?.("application/dtmf-relay", "Signal=1"), 200);
      assert.deepEqual(await its.reoffer("v=0 third of B"), { sdp: "v=0 third of A" });
      assert.ok(["info", "offer"].every((type) => heardBy(events).includes(type)));
      const parted = new Promise<void>((resolve) => dialog.hangUp(undefined, resolve));
      assert.deepEqual(await theirs.type("ended"), { type: "ended", by: "remote" });
      await parted;
      assert.equal(dialog.image?.(), undefined);
      const left = (): number => next.endpoint.census().dialogs + b.census().dialogs;
      await until("no dialog left", () => left() === 0 || null);
    });
  }

  test("a BYE of B in the gap: B gets its 200, and who takes the dialog up later hears of it", async () => {
    const { a, b, mine, its } = await talk("A calls");
    const image = imageOf(mine);
    await a.die();
    const parted = new Promise<void>((resolve) => its.hangUp({ q850: 16, text: "" }, resolve));
    const next = await mortal({ port: a.endpoint.port, dialogs: [image] });
    await parted;
    assert.deepEqual(next.endpoint.census().dialogs, 0);
    const events = new Seen<DialogEvent>();
    const dialog = next.endpoint.takeUp(image.localTag, { observer: events.push });
    assert.deepEqual(await events.type("ended"), { type: "ended", by: "remote", q850: 16 });
    assert.deepEqual(await dialog?.reoffer("v=0"), { status: 481 });
    await until("no transaction left", () => b.census().transactions === 0 || null);
  });

  test("an offer of B in the gap waits for whoever takes the dialog up", async () => {
    const { a, mine, its } = await talk("B calls");
    const image = imageOf(mine);
    await a.die();
    const next = await mortal({ port: a.endpoint.port, dialogs: [image] });
    const reply = its.reoffer("v=0 third of B");
    assert.equal(await its.info?.("text/plain", "between"), 200);
    const events = new Seen<DialogEvent>();
    next.endpoint.takeUp(image.localTag, { observer: answering(events, "v=0 late answer") });
    assert.deepEqual(await reply, { sdp: "v=0 late answer" });
    its.hangUp();
    await events.type("ended");
    assert.deepEqual(heardBy(events), ["info", "offer", "confirmed", "ended"]);
  });

  test("CSeq numbers are reserved before they are used, and the reserve is told", async () => {
    const { mine, ours, its, theirs } = await talk("A calls");
    const first = imageOf(mine).localSeq;
    for (let round = 0; round < 60; round++) assert.equal(await mine.info?.("text/plain", "x"), 200);
    assert.ok(heardBy(ours).includes("changed"));
    const second = imageOf(mine).localSeq;
    assert.ok(second > first && second - 61 >= 50, `${first} ${second}`);
    its.hangUp();
    await theirs.type("ended");
  });

  test("nobody takes up what is not there; a stranger's tag is 481 as ever; a second try finds nothing", async () => {
    const { a, mine, its, theirs } = await talk("A calls");
    const image = imageOf(mine);
    await a.die();
    const next = await mortal({ port: a.endpoint.port, dialogs: [image] });
    assert.equal(next.endpoint.takeUp("unknown", { observer: () => {} }), undefined);
    const { socket, port, got } = await bareSocket();
    const bye = (to: string): string =>
      [
        `BYE sip:7@127.0.0.1:${a.endpoint.port} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK${to}`,
        "Max-Forwards: 70",
        "From: <sip:8@127.0.0.1>;tag=stranger",
        `To: <sip:7@127.0.0.1>;tag=${to}`,
        `Call-ID: ${image.sipCallId}`,
        "CSeq: 9 BYE",
        "Content-Length: 0",
      ].join("\r\n");
    for (const tag of ["unknown", image.localTag]) {
      socket.send(`${bye(tag)}\r\n\r\n`, a.endpoint.port, "127.0.0.1");
      assert.match(await got.until((text) => text.includes(`z9hG4bK${tag}`)), /^SIP\/2.0 481 /);
    }
    const dialog = next.endpoint.takeUp(image.localTag, { observer: () => {} });
    assert.equal(next.endpoint.takeUp(image.localTag, { observer: () => {} }), undefined);
    dialog?.hangUp();
    await theirs.type("ended");
    its.hangUp();
  });
});
