// What SIPp plays beside plain answers and refusals: answers that cross a CANCEL, lost ACKs, re-INVITEs without an offer,
// a trunk over TCP, a trunk that is down.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { freeSipPort } from "../support/sip-port.ts";
import type { SippOptions } from "../support/sipp.ts";
import { type Cast, castOf } from "./cast.ts";
import { accepted, type Desk } from "./desk.ts";
import { without } from "./missing.ts";
import { siteFile, type TestTrunk } from "./site.ts";

const skip = without("sipp");
const customer = "40041";
const ringing = ["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting"];
const released = ["Call_Release", "PhoneRelease 3", "Ready"];
const failed = (detect: number) => ["PhoneRelease 3", `detect ${detect}`, "Call_Out_Fail", "Connect_Fail", "Ready"];

type Play = {
  /** Default: it rings, answers and is hung up. */
  readonly phone?: SippOptions["scenario"];
  readonly trunk?: Partial<TestTrunk>;
};

/** The agent signed in with a SIPp phone, which waits for its call, and the port where the customer is expected. */
async function open(cast: Cast, { phone = "answers", trunk = {} }: Play = {}) {
  const [port, phonePort] = [await freeSipPort(), await freeSipPort()];
  const trunks = [{ pattern: customer, port, ...trunk }];
  const gateway = await cast.gateway({ site: siteFile({ phones: ["40001"], trunks }) });
  // The binding outlives the socket that made it.
  const binding = await cast.barePhone({ number: "40001", registrar: gateway.ports.sip, port: phonePort });
  await binding.stop();
  const agentPhone = await cast.sipp({ scenario: phone, port: phonePort });
  return { port, agentPhone, desk: await cast.desk(gateway, "40001") };
}

async function release(desk: Desk): Promise<void> {
  accepted(await desk.session.release());
  await desk.told(released);
  assert.equal(await desk.state(), 4);
  await desk.nothingMore();
}

test("a 200 that crosses our CANCEL gets its ACK and then a BYE; the agent gave up all the same", {
  skip,
}, async (t) => {
  const cast = castOf(t);
  const { port, agentPhone, desk } = await open(cast);
  const late = await cast.sipp({ scenario: "late-answer", port });
  await desk.callOut({ called: customer });
  await desk.told(ringing);
  accepted(await desk.session.release());
  await desk.told(failed(531));
  const { methods } = await late.finished();
  assert.deepEqual(methods, ["INVITE", "CANCEL", "ACK", "BYE"]);
  await agentPhone.finished();
  await desk.nothingMore();
});

test("a 200 that comes again gets its ACK again, and the call goes on", { skip }, async (t) => {
  const cast = castOf(t);
  const { port, agentPhone, desk } = await open(cast);
  const party = await cast.sipp({ scenario: "ack-lost", port, more: ["-nr"] });
  await desk.callOut({ called: customer });
  await desk.told([...ringing, "Talking"]);
  await party.received("ACK", 2);
  await release(desk);
  await Promise.all([party.finished(), agentPhone.finished()]);
});

test("a phone that sends a re-INVITE without an offer gets ours, and the agent hears nothing of it", {
  skip,
}, async (t) => {
  const cast = castOf(t);
  const { port, agentPhone, desk } = await open(cast, { phone: "reinvites" });
  const party = await cast.sipp({ scenario: "answers", port });
  await desk.callOut({ called: customer });
  await desk.told([...ringing, "Talking"]);
  await agentPhone.received("SIP/2.0 200");
  await release(desk);
  await Promise.all([party.finished(), agentPhone.finished()]);
});

test("a phone that transfers the customer to a number without a route is told 404, and its call goes on", {
  skip,
}, async (t) => {
  const cast = castOf(t);
  const { port, agentPhone, desk } = await open(cast, { phone: "refers" });
  const party = await cast.sipp({ scenario: "answers", port });
  await desk.callOut({ called: customer });
  await desk.told([...ringing, "Talking"]);
  await agentPhone.received("SIP/2.0 404");
  await release(desk);
  await Promise.all([party.finished(), agentPhone.finished()]);
});

test("a trunk over TCP", { skip }, async (t) => {
  const cast = castOf(t);
  const { port, agentPhone, desk } = await open(cast, { trunk: { transport: "tcp" } });
  const party = await cast.sipp({ scenario: "answers", port, transport: "tcp" });
  await desk.callOut({ called: customer });
  await desk.told([...ringing, "Talking"]);
  await release(desk);
  assert.equal((await party.finished()).invites + (await agentPhone.finished()).invites, 2);
});

const unreachable = async (t: TestContext, trunk: Partial<TestTrunk>): Promise<void> => {
  const { agentPhone, desk } = await open(castOf(t), { trunk });
  await desk.callOut({ called: customer });
  await desk.told(["PhoneAlerting", "PhoneOffhook", "Busy", ...failed(605)]);
  await agentPhone.finished();
  assert.equal(await desk.state(), 4);
};

test("a trunk that answers no OPTIONS is down: the callout is accepted and fails with 605", { skip }, (t) =>
  unreachable(t, { probeMs: 1000 }),
);

test("a TCP trunk that nobody listens at: 605 at once", { skip }, (t) => unreachable(t, { transport: "tcp" }));
