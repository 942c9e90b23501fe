// Legs between twins of SIP and media: what goes out, what is reported, and that nothing is left open, also when things
// cross. The twins do what the test says; legs.ts is the product's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { order, party, partyInvite, phone, report, ringing, settled, world } from "../../test/support/leg-twins.ts";
import { callId, legId } from "../base/ids.ts";
import type { DialogObserver, OfferReply } from "../sip/face.ts";

test("a leg that answers: INVITE with our offer, one report, media closed with the leg", async () => {
  const { it, dialog } = await ringing();
  assert.deepEqual([dialog.invite.uri, dialog.invite.sdp], ["sip:40001@127.0.0.1:5062", "audio"]);
  dialog.emit({ type: "answered", sdp: "audio" });
  assert.deepEqual(it.reports, [{ type: "leg-answered", leg: phone, video: false, telephoneEvent: true }]);
  it.legs.hangUp(phone);
  assert.deepEqual([dialog.hungUp, it.media[0]?.closed, it.legs.census()], [1, true, 0]);
  assert.equal(dialog.cause?.q850, 16);
});

test("a leg hung up while its media open: no INVITE, nothing reported, nothing left", async () => {
  const it = world();
  const { promise, resolve } = Promise.withResolvers<void>();
  it.opening = promise;
  it.legs.invitePhone({ leg: phone, number: "40001", order, autoAnswer: true }, report(it));
  it.legs.hangUp(phone);
  resolve();
  await settled();
  assert.deepEqual([it.dialogs.length, it.media[0]?.closed, it.reports, it.legs.census()], [0, true, [], 0]);
});

test("no media for a leg: it fails as unreachable, and only once", async () => {
  const it = world();
  it.opening = Promise.reject(new Error("the pool is empty"));
  it.legs.inviteParty(partyInvite, report(it));
  await settled();
  it.clock.advance(0);
  const cause = { status: 503, rung: false, ours: "unreachable" };
  assert.deepEqual([it.reports, it.legs.census()], [[{ type: "leg-failed", leg: party, cause }], 0]);
});

test("nowhere to send it: reported after the request is answered, not at all when hung up before", async () => {
  const it = world();
  it.legs.invitePhone({ leg: phone, number: "40099", order, autoAnswer: true }, report(it));
  it.legs.inviteParty({ ...partyInvite, called: "999" }, report(it));
  assert.deepEqual(it.reports, []);
  it.legs.hangUp(phone);
  it.clock.advance(0);
  const cause = { status: 503, rung: false, ours: "unreachable" };
  assert.deepEqual([it.reports, it.legs.census()], [[{ type: "leg-failed", leg: party, cause }], 0]);
});

test("what comes after the end of a leg says nothing, and a late offer is answered 481", async () => {
  const { it, dialog } = await ringing();
  it.legs.hangUp(phone);
  dialog.emit({ type: "answered", sdp: "audio" });
  dialog.emit({ type: "failed", status: 487, reason: "Request Terminated" });
  dialog.emit({ type: "ended", by: "remote" });
  const replies: OfferReply[] = [];
  dialog.emit({ type: "offer", sdp: "audio", reply: (answer) => void replies.push(answer) });
  assert.deepEqual([it.reports, replies], [[], [{ status: 481 }]]);
});

test("early media last: a 180 without SDP after a 183 with SDP does not bring our ringback (RFC 3960 §3.2)", async () => {
  const { it, dialog } = await ringing();
  dialog.emit({ type: "provisional", status: 183, reason: "Session Progress", sdp: "audio" });
  dialog.emit({ type: "provisional", status: 180, reason: "Ringing" });
  dialog.emit({ type: "provisional", status: 182, reason: "Queued" });
  assert.deepEqual(it.reports, [
    { type: "leg-ringing", leg: phone, early: true },
    { type: "leg-ringing", leg: phone, early: true },
  ]);
});

test("a caller without an offer whose ACK has no answer to ours: BYE, and the leg has failed for its media", async () => {
  const it = world();
  const observers: DialogObserver[] = [];
  const hungUp: string[] = [];
  const incoming = {
    ...{ sipCallId: "c", uri: "sip:1@x", user: "1", from: { user: "9", host: "x", displayName: "" }, diversions: [] },
    source: { transport: "udp", address: "192.0.2.1", port: 5060 } as const,
    header: () => undefined,
    observe: (observer: DialogObserver) => void observers.push(observer),
    ...{ ring: () => {}, reject: () => {}, answer: () => {} },
    hangUp: () => void hungUp.push("BYE"),
    reoffer: () => Promise.resolve({ status: 481 }),
  };
  it.legs.take(party, callId("c1"), incoming, report(it));
  it.legs.answerParty({ leg: party, like: null, video: false });
  await settled();
  observers[0]?.({ type: "confirmed" });
  const cause = { status: 488, rung: false, ours: "media" };
  assert.deepEqual([it.reports, hungUp, it.legs.census()], [[{ type: "leg-failed", leg: party, cause }], ["BYE"], 0]);
});

for (const [what, sdp] of [
  ["that cannot be used", "refused"],
  ["without audio", "video"],
] as const) {
  test(`an answer ${what}: BYE, and the leg has failed for its media`, async () => {
    const { it, dialog } = await ringing();
    dialog.emit({ type: "answered", sdp });
    const cause = { status: 488, rung: false, ours: "media" };
    assert.deepEqual(it.reports, [{ type: "leg-failed", leg: phone, cause }]);
    assert.deepEqual([dialog.hungUp, it.media[0]?.closed, it.legs.census()], [1, true, 0]);
  });
}

test("a phone's re-INVITE is answered, one that cannot be used is 488, one without offer gets ours", async () => {
  const { dialog } = await ringing();
  dialog.emit({ type: "answered", sdp: "audio" });
  const replies: OfferReply[] = [];
  const reply = (answer: OfferReply): void => void replies.push(answer);
  dialog.emit({ type: "offer", sdp: "audio held", reply });
  dialog.emit({ type: "offer", sdp: "refused", reply });
  dialog.emit({ type: "offer", reply });
  assert.deepEqual(replies, [{ sdp: "re: audio held" }, { status: 488 }, { sdp: "audio" }]);
});

const reoffers: readonly [what: string, reply: OfferReply, video: boolean][] = [
  ["agreed", { sdp: "audio video" }, true],
  ["left out", { sdp: "audio" }, false],
  ["agreed as inactive, which shows nothing", { sdp: "audio inactive" }, false],
  ["refused", { status: 488 }, false],
];
for (const [what, reply, seen] of reoffers) {
  test(`video asked for by a re-INVITE: ${what}`, async () => {
    const { it, dialog } = await ringing();
    dialog.emit({ type: "answered", sdp: "audio" });
    it.legs.reofferPhone(phone, { ...order, mediaAbility: 2 });
    dialog.reoffered(reply);
    await settled();
    assert.deepEqual(it.reports.at(-1), { type: "leg-reoffered", leg: phone, video: seen });
    assert.equal(dialog.hungUp, 0);
  });
}

test("no port for the phone's video: the phone stays, without video", async () => {
  const { it, dialog } = await ringing();
  dialog.emit({ type: "answered", sdp: "audio" });
  it.videoPorts = 0;
  it.legs.reofferPhone(phone, { ...order, mediaAbility: 1 });
  await settled();
  assert.deepEqual(it.reports.at(-1), { type: "leg-reoffered", leg: phone, video: false });
  assert.deepEqual([dialog.hungUp, it.legs.census()], [0, 1]);
});

test("a phone that hangs up while video is asked for: its end is the last word", async () => {
  const { it, dialog } = await ringing();
  dialog.emit({ type: "answered", sdp: "audio" });
  it.legs.reofferPhone(phone, { ...order, mediaAbility: 2 });
  dialog.emit({ type: "ended", by: "remote" });
  dialog.reoffered({ status: 481 });
  await settled();
  assert.deepEqual(it.reports.at(-1), { type: "leg-ended", leg: phone, remote: true });
  assert.equal(it.legs.census(), 0);
});

test("the party's media live beside those of the phone", async () => {
  const { it } = await ringing();
  it.legs.inviteParty(partyInvite, report(it));
  await settled();
  assert.deepEqual(it.besides, [undefined, phone]);
});

test("who hears whom: said before the media are there, it holds once they are", async () => {
  const { it } = await ringing();
  it.legs.inviteParty(partyInvite, report(it));
  it.legs.hear(party, { leg: phone });
  await settled();
  assert.deepEqual(it.media[1]?.heard, [{ leg: it.media[0] }]);
  it.legs.hear(phone, { leg: legId("gone") });
  assert.deepEqual(it.media[0]?.heard, [{ sound: "silence" }]);
});

test("no port for video at the INVITE: audio alone when the call can do without, else the leg fails before it rings", async () => {
  for (const [mediaAbility, sent] of [
    [2, "audio"],
    [1, undefined],
  ] as const) {
    const it = world();
    it.videoPorts = 0;
    it.legs.invitePhone(
      { leg: phone, number: "40001", order: { ...order, mediaAbility }, autoAnswer: true },
      report(it),
    );
    await settled();
    assert.equal(it.dialogs[0]?.invite.sdp, sent);
    assert.deepEqual(
      it.reports.map(({ type }) => type),
      sent ? [] : ["leg-failed"],
    );
  }
});

test("a leg whose media worker dies is hung up and has failed, once", async () => {
  const { it, dialog } = await ringing();
  dialog.emit({ type: "answered", sdp: "audio" });
  it.media[0]?.workerDies();
  dialog.emit({ type: "ended", by: "local" });
  assert.equal(it.reports.at(-1)?.type, "leg-failed");
  assert.deepEqual([dialog.hungUp, it.legs.census()], [1, 0]);
});

test("a leg whose ports have moved is offered anew; a peer that does not follow is hung up", async () => {
  for (const [reply, type, hungUp] of [
    [{ sdp: "audio" }, "leg-answered", 0],
    [{ status: 488 }, "leg-failed", 1],
    [{ sdp: "refused" }, "leg-failed", 1],
  ] as const) {
    const { it, dialog } = await ringing();
    dialog.emit({ type: "answered", sdp: "audio" });
    it.media[0]?.moves();
    await settled();
    dialog.reoffered(reply);
    await settled();
    assert.deepEqual([it.reports.at(-1)?.type, dialog.hungUp], [type, hungUp]);
  }
});

test("digits of the phone are reported, by whatever way they came; those of an INFO go on to who hears it", async () => {
  const { it, dialog } = await ringing();
  it.legs.inviteParty(partyInvite, report(it));
  it.legs.hear(party, { leg: phone });
  await settled();
  dialog.emit({ type: "answered", sdp: "audio" });
  it.reports.length = 0;
  it.media[0]?.presses({ digit: "5", ms: 100, by: "event" });
  it.media[0]?.presses({ digit: "6", ms: 100, by: "tone" });
  dialog.emit({ type: "info", contentType: "application/dtmf-relay", body: "Signal=#\r\nDuration=160\r\n" });
  dialog.emit({ type: "info", contentType: "text/plain", body: "#" });
  assert.deepEqual(it.reports, [
    { type: "leg-digit", leg: phone, digit: "5", by: "event" },
    { type: "leg-digit", leg: phone, digit: "6", by: "tone" },
    { type: "leg-digit", leg: phone, digit: "#", by: "info" },
  ]);
  assert.deepEqual([it.media[0]?.dialled, it.media[1]?.dialled], [[], ["#"]]);
});

test("a peer whose RTP stays out is reported, and that it is back", async () => {
  const { it } = await ringing();
  it.media[0]?.falls({ type: "silent", ms: 15_000 });
  it.media[0]?.falls({ type: "back" });
  assert.deepEqual(it.reports, [
    { type: "leg-silent", leg: phone, ms: 15_000 },
    { type: "leg-heard", leg: phone },
  ]);
});
