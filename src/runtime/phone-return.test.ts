// A browser's phone in mid-call: lost, back as the same page or as another one, or not at all. Twins of SIP and media.

import assert from "node:assert/strict";
import { test } from "node:test";
import { order, party, partyInvite, phone, report, settled, world } from "../../test/support/leg-twins.ts";
import type { Peer } from "../sip/face.ts";

const peer = (port: number): Peer => ({ transport: "wss", address: "10.0.0.9", port });
const page = (uri: string, port: number) => ({ uri, peer: peer(port), profile: "UDP/TLS/RTP/SAVPF" }) as const;
const first = page("sip:first@x.invalid", 1);
const samePage = page(first.uri, 2);
const newPage = page("sip:second@x.invalid", 2);
const music = { sound: "music" } as const;

/** The phone and the party talk; what was said so far is forgotten. */
async function talking(autoAnswer = true) {
  const it = world(first);
  it.legs.invitePhone({ leg: phone, number: "40001", order: { ...order, mediaAbility: 2 }, autoAnswer }, report(it));
  it.legs.inviteParty(partyInvite, report(it));
  await settled();
  const [dialog, customer] = it.dialogs;
  const [voice, other] = it.media;
  assert.ok(dialog && customer && voice && other);
  dialog.emit({ type: "answered", sdp: "audio video" });
  customer.emit({ type: "answered", sdp: "audio video" });
  it.legs.hear(party, { leg: phone });
  it.legs.hear(phone, { leg: party });
  it.reports.length = 0;
  other.heard.length = 0;
  const lose = (): void => {
    it.legs.flowClosed(peer(1));
    voice.falls({ type: "silent", ms: 250 });
  };
  return { it, dialog, voice, other, lose };
}

const lost = { type: "leg-lost", leg: phone, graceMs: 30_000 };
const returned = { type: "leg-returned", leg: phone, video: true };

test("the connection alone is gone: its voice is listened for, and nothing is told", async () => {
  const { it, dialog, voice, other } = await talking();
  it.legs.flowClosed(peer(7));
  assert.equal(voice.limitMs, undefined);
  it.legs.flowClosed(peer(1));
  assert.equal(voice.limitMs, 250);
  it.legs.bound("40001", samePage);
  it.clock.advance(60_000);
  assert.deepEqual([it.reports, other.heard, dialog.followed, dialog.reoffers], [[], [], [2], []]);
  assert.equal(voice.limitMs, undefined);
});

test("its voice is out, too: lost; the same page is back: ICE starts anew in the same dialog", async () => {
  const { it, dialog, other, lose } = await talking();
  lose();
  assert.deepEqual([it.reports, other.heard], [[lost], [music]]);
  it.legs.bound("40001", samePage);
  assert.deepEqual([dialog.followed, dialog.reoffers], [[2], ["audio video restart"]]);
  dialog.reoffered({ sdp: "audio video" });
  await settled();
  assert.deepEqual([it.reports.at(-1), other.heard.at(-1)], [returned, { leg: it.media[0] }]);
  assert.deepEqual([it.dialogs.length, dialog.hungUp], [2, 0]);
});

test("another page is back: invited anew without the old dialog, in the party's codec, and may answer at once", async () => {
  const { it, dialog, voice, other, lose } = await talking();
  lose();
  it.legs.bound("40001", newPage);
  const [, , anew] = it.dialogs;
  assert.ok(anew);
  assert.deepEqual(
    [voice.renewed, dialog.hungUp, anew.invite.uri, anew.invite.sdp],
    [1, 1, newPage.uri, "audio video"],
  );
  assert.deepEqual(anew.invite.headers, [
    ["Answer-Mode", "Auto"],
    ["Call-Info", "<sip:127.0.0.1>;answer-after=0"],
  ]);
  anew.emit({ type: "provisional", status: 180, reason: "Ringing" });
  dialog.emit({ type: "ended", by: "error" });
  assert.deepEqual(it.reports, [lost]);
  anew.emit({ type: "answered", sdp: "audio" });
  assert.deepEqual(it.reports, [lost, { ...returned, video: false }]);
  assert.deepEqual(other.heard, [music, { leg: voice }]);
  anew.emit({ type: "ended", by: "remote" });
  assert.deepEqual(it.reports.at(-1), { type: "leg-ended", leg: phone, remote: true });
});

test("without autoanswer the new page just rings", async () => {
  const { it, lose } = await talking(false);
  lose();
  it.legs.bound("40001", newPage);
  assert.deepEqual(it.dialogs[2]?.invite.headers, []);
});

test("the same contact, but the dialog is gone: invited anew", async () => {
  const { it, dialog, lose } = await talking();
  lose();
  it.legs.bound("40001", samePage);
  dialog.reoffered({ status: 481 });
  dialog.emit({ type: "ended", by: "error", status: 481 });
  await settled();
  assert.equal(it.dialogs[2]?.invite.uri, samePage.uri);
  it.dialogs[2]?.emit({ type: "answered", sdp: "audio video" });
  assert.deepEqual(it.reports, [lost, returned]);
});

const failures = [
  ["reloaded again while it rings", { status: 503, reason: "Service Unavailable", local: "transport" }],
  ["not ready yet", { status: 480, reason: "Temporarily Unavailable" }],
] as const;
for (const [what, evidence] of failures) {
  test(`a page that is ${what} is waited for again`, async () => {
    const { it, lose } = await talking();
    lose();
    it.legs.bound("40001", newPage);
    it.dialogs[2]?.emit({ type: "failed", ...evidence });
    it.legs.bound("40001", page("sip:third@x.invalid", 3));
    assert.equal(it.dialogs[3]?.invite.uri, "sip:third@x.invalid");
    it.dialogs[3]?.emit({ type: "answered", sdp: "audio video" });
    assert.deepEqual(it.reports, [lost, returned]);
  });
}

test("the next page registers before the end of the one that rings is known", async () => {
  const { it, lose } = await talking();
  lose();
  it.legs.bound("40001", newPage);
  it.legs.bound("40001", page("sip:third@x.invalid", 3));
  assert.equal(it.dialogs.length, 3);
  it.dialogs[2]?.emit({ type: "failed", status: 503, reason: "Service Unavailable", local: "transport" });
  assert.equal(it.dialogs[3]?.invite.uri, "sip:third@x.invalid");
});

test("declined by hand, the handset is down; an answer that cannot be used is waited for again", async () => {
  const { it, lose } = await talking();
  lose();
  it.legs.bound("40001", newPage);
  it.dialogs[2]?.emit({ type: "answered", sdp: "refused" });
  assert.deepEqual([it.reports, it.dialogs[2]?.hungUp], [[lost], 1]);
  it.legs.bound("40001", page("sip:third@x.invalid", 3));
  it.dialogs[3]?.emit({ type: "failed", status: 603, reason: "Decline" });
  assert.deepEqual(it.reports, [lost, { type: "leg-ended", leg: phone, remote: true }]);
  assert.equal(it.legs.census(), 1);
});

test("a second window of the same number takes nothing from a page that speaks", async () => {
  const { it, voice } = await talking();
  it.legs.bound("40001", newPage);
  assert.equal(voice.limitMs, 1000);
  it.clock.advance(2500);
  assert.equal(voice.limitMs, undefined);
  voice.falls({ type: "silent", ms: 15_000 });
  assert.deepEqual([it.dialogs.length, it.reports], [2, [{ type: "leg-silent", leg: phone, ms: 15_000 }]]);
});

test("a page that is gone without a word: the one that registers takes its place once its voice is out", async () => {
  const { it, voice } = await talking();
  it.legs.bound("40001", newPage);
  voice.falls({ type: "silent", ms: 1000 });
  assert.equal(it.dialogs[2]?.invite.uri, newPage.uri);
  it.dialogs[2]?.emit({ type: "answered", sdp: "audio video" });
  it.legs.flowClosed(peer(1));
  assert.deepEqual([it.reports, voice.limitMs], [[lost, returned], undefined]);
});

test("a page on hold sends nothing: lost with its connection; its own offer brings it back", async () => {
  const { it, dialog, voice } = await talking();
  voice.agreed = { audio: { codec: "PCMU", direction: "sendonly", telephoneEvent: true }, video: null };
  it.legs.flowClosed(peer(1));
  assert.deepEqual(it.reports, [lost]);
  dialog.emit({ type: "offer", sdp: "audio video", reply: () => {} });
  assert.deepEqual(it.reports, [lost, returned]);
});

test("released while it is away: its page is told when it is back, or after the grace time", async () => {
  const { it, dialog, lose } = await talking();
  lose();
  it.legs.hangUp(phone);
  assert.equal(dialog.hungUp, 0);
  it.legs.bound("40001", samePage);
  assert.deepEqual([dialog.followed, dialog.hungUp, it.clock.pending()], [[2], 1, 0]);
  const late = await talking();
  late.lose();
  late.it.legs.hangUp(phone);
  late.it.clock.advance(30_000);
  assert.equal(late.dialog.hungUp, 1);
});

test("no timer and no leg stays, whatever it was doing", async () => {
  const { it } = await talking();
  it.legs.bound("40001", newPage);
  it.legs.hangUp(phone);
  it.legs.hangUp(party);
  assert.deepEqual([it.legs.census(), it.clock.pending()], [0, 0]);
});
