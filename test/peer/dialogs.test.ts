// SIPp as the other side of one endpoint: what a dialog can do beside ringing, answering and ending. SIPp judges each message.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openEndpoint } from "../../src/sip/endpoint.ts";
import type { Dialog, DialogEvent, IncomingInvite, OutgoingInvite, SipEndpoint } from "../../src/sip/face.ts";
import { options, Seen } from "../support/sip-endpoints.ts";
import { freeSipPort } from "../support/sip-port.ts";
import { castOf } from "./cast.ts";
import { without } from "./missing.ts";

const skip = without("sipp");
const SDP = [
  ...["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"],
  ...["m=audio 40000 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", ""],
].join("\r\n");
/** Seconds instead of minutes. */
const sessionTimer = { expiresS: 3, minS: 2 };

async function endpointFor(t: TestContext, invite?: (call: IncomingInvite) => void): Promise<SipEndpoint> {
  const endpoint = await openEndpoint(options(invite ? { invite } : {}, { sessionTimer }));
  t.after(() => endpoint.close(0));
  return endpoint;
}

/** A call of ours to SIPp; an offer of its own gets our SDP. */
async function calling(t: TestContext, scenario: string, more: Partial<OutgoingInvite> = {}) {
  const port = await freeSipPort();
  const sipp = await castOf(t).sipp({ scenario, port });
  const endpoint = await endpointFor(t);
  const events = new Seen<DialogEvent>();
  const dialog: Dialog = endpoint.invite(
    { uri: `sip:40040@127.0.0.1:${port}`, from: { uri: "sip:40038@127.0.0.1" }, sdp: SDP, ...more },
    (event) => {
      if (event.type === "offer") event.reply({ sdp: SDP });
      events.push(event);
    },
  );
  return { sipp, endpoint, events, dialog };
}

/** Hangs up, and SIPp must be content. */
async function ended({ sipp, endpoint, dialog }: Awaited<ReturnType<typeof calling>>): Promise<void> {
  dialog.hangUp();
  await sipp.finished();
  assert.equal(endpoint.census().dialogs, 0);
}

for (const [scenario, what] of [
  ["prack", "a reliable 183 gets its PRACK, and the 200 needs no SDP"],
  ["challenges", "a 407 is answered with the trunk's credentials"],
  ["challenges-twice", "a 401 and a 407, of two realms: both are answered, and the BYE of the call at once"],
  ["moved", "a 302 with two targets is followed by q"],
] as const) {
  test(what, { skip }, async (t) => {
    const credentials = { username: "trunk", password: "secret" };
    const call = await calling(t, scenario, { credentials, redirects: 3 });
    const answered = await call.events.type("answered");
    assert.match((answered as { sdp: string }).sdp, /m=audio/);
    await ended(call);
  });
}

test("a caller that requires 100rel gets a reliable 183 and its 200 after the PRACK", { skip }, async (t) => {
  const calls = new Seen<IncomingInvite>();
  const events = new Seen<DialogEvent>();
  const endpoint = await endpointFor(t, (call) => {
    call.observe(events.push);
    call.ring(183, SDP);
    call.answer(SDP);
    calls.push(call);
  });
  const target = [`127.0.0.1:${endpoint.port}`];
  const sipp = await castOf(t).sipp({ scenario: "prack-wanted", port: await freeSipPort(), more: target });
  await events.type("confirmed");
  assert.deepEqual(
    events.items.map(({ type }) => type),
    ["acknowledged", "confirmed"],
  );
  (await calls.until(() => true)).hangUp();
  await sipp.finished();
});

test("UPDATE with an offer and without", { skip }, async (t) => {
  const call = await calling(t, "updates");
  await call.events.type("offer");
  await call.sipp.received("SIP/2.0 200", 2);
  await ended(call);
});

test("re-INVITE glare: 491 both ways, then ours comes again", { skip }, async (t) => {
  const call = await calling(t, "glare");
  await call.events.type("answered");
  assert.match(JSON.stringify(await call.dialog.reoffer(SDP)), /m=audio/);
  assert.ok(call.events.items.every(({ type }) => type !== "offer"));
  await ended(call);
});

test("a fork: early media of both branches, one call, BYE to the loser", { skip }, async (t) => {
  const call = await calling(t, "forks");
  await call.events.type("answered");
  const early = call.events.items.filter(({ type }) => type === "provisional");
  assert.deepEqual(
    early.map((event) => event.type === "provisional" && event.branch),
    [undefined, 1],
  );
  await call.sipp.received("BYE");
  await ended(call);
});

test("a session that the peer does not refresh ends with BYE and its reason", { skip }, async (t) => {
  const { sipp, events } = await calling(t, "expires");
  assert.deepEqual(await events.type("ended"), { type: "ended", by: "error", status: 408, q850: 102 });
  await sipp.finished();
});

test("a session that we shall refresh is, by UPDATE", { skip }, async (t) => {
  const call = await calling(t, "refreshed");
  await call.sipp.received("UPDATE");
  await ended(call);
});
