// REFER of an agent's phone in mid-call (RFC 3515, RFC 5589): a release transfer by the rules of the interface, or two calls joined; what the
// phone is told of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { legId } from "../../src/base/ids.ts";
import type { Site } from "../../src/core/site.ts";
import type { Referral } from "../../src/sip/face.ts";
import { callsIn, signedIn, type TestGateway, talking, testGateway } from "./test-gateway.ts";

const site: Partial<Site> = {
  numbers: [
    { pattern: "8000", to: { skill: 25 } },
    { pattern: "8102", to: { agent: "102" } },
  ],
  toll: { barred: ["40666"], agentDailyCalls: 2000, skillDailyCalls: 2000 },
};

/** A REFER to this URI; `said`: its status, then what NOTIFY tells. */
function refer(target: string, sipCallId?: string) {
  const said: number[] = [];
  const replaces =
    sipCallId === undefined ? {} : { replaces: { sipCallId, toTag: "a", fromTag: "b", earlyOnly: false } };
  const referral: Referral = {
    ...{ type: "refer", target, ...replaces },
    accept() {
      said.push(202);
      return { progress: (status) => void said.push(status) };
    },
    reject: (status) => void said.push(status),
  };
  return { said, referral };
}

/** 101 talks: with a customer who has called, or whom he has called. */
async function world(incoming = true): Promise<TestGateway> {
  const gateway = testGateway({ site });
  await signedIn(gateway);
  gateway.command("101", { type: "reset-skills", skillIds: null });
  if (incoming) {
    callsIn(gateway);
    gateway.answer(gateway.phone());
  } else await talking(gateway);
  await gateway.told();
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  return gateway;
}

const phone101 = legId("101.phone.1");

test("to another agent's phone: 202 before the leg ends, 180 while it rings, 200 when he is there", async () => {
  const gateway = await world();
  const { said, referral } = refer("sip:40002@gw.example");
  const { accept } = referral;
  const order: string[] = [];
  const watched: Referral = {
    ...referral,
    accept: () => {
      order.push(`202 with ${gateway.legs.alive.has(phone101) ? "the leg" : "no leg"}`);
      return accept();
    },
  };
  gateway.referred(phone101, watched);
  assert.deepEqual(order, ["202 with the leg"]);
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
  assert.deepEqual(said, [202]);
  gateway.ring(gateway.phone());
  gateway.ring(gateway.phone());
  gateway.answer(gateway.phone());
  assert.deepEqual(said, [202, 180, 200]);
  assert.equal((await gateway.told("102")).at(-1), "Talking");
});

for (const [target, device] of [
  ["sip:102@gw", "his work number"],
  ["sip:8102@gw", "an access code"],
  ["sip:+40041@gw;user=phone", "an external number"],
  ["sips:40041@gw", "an external number"],
] as const)
  test(`to ${device}, ${target}: accepted, and told when it fails`, async () => {
    const gateway = await world();
    const { said, referral } = refer(target);
    gateway.referred(phone101, referral);
    const [leg] = [...gateway.legs.alive.keys()].slice(-1);
    assert.ok(leg);
    gateway.fail(leg, { status: 486 });
    assert.deepEqual(said.slice(0, 2), [202, target.includes("40041") ? 486 : 603]);
  });

test("the caller does not wait for whom he is passed on to: 487", async () => {
  const gateway = await world();
  const { said, referral } = refer("sip:40041@gw");
  gateway.referred(phone101, referral);
  gateway.end(legId([...gateway.legs.alive.keys()].find((leg) => leg.endsWith(".party")) ?? ""));
  assert.deepEqual(said, [202, 487]);
  assert.equal(gateway.legs.census(), 0);
});

for (const [target, status, why] of [
  ["sip:nobody@gw", 404, "no number"],
  ["sip:gw", 404, "no user"],
  ["sip:99999@gw", 404, "no route"],
  ["sip:40666@gw", 403, "the walls against toll fraud"],
  ["sip:103@gw", 480, "an agent who is not signed in"],
  ["sip:40001@gw", 404, "himself"],
] as const)
  test(`refused with ${status}: ${why}; nothing changes`, async () => {
    const gateway = await world();
    const { said, referral } = refer(target);
    gateway.referred(phone101, referral);
    assert.deepEqual([said, await gateway.told()], [[status], []]);
  });

test("refused: an outgoing call to a number, a held call, a call in which somebody is being brought in; a party's REFER is nobody's", async () => {
  const outgoing = await world(false);
  const first = refer("sip:40041@gw");
  outgoing.referred(phone101, first.referral);
  assert.deepEqual(first.said, [403], "as the interface refuses it");
  outgoing.innerHelp("101", { to: { agent: "102" }, parties: 3, hold: false, appData: "" });
  const second = refer("sip:8102@gw");
  outgoing.referred(phone101, second.referral);
  assert.deepEqual(second.said, [403]);
  const held = await world();
  held.command("101", { type: "hold" });
  const third = refer("sip:40002@gw");
  held.referred(phone101, third.referral);
  assert.deepEqual(third.said, [481]);
  const party = refer("sip:40002@gw");
  held.referred(held.party(), party.referral);
  assert.deepEqual(party.said, [], "left to the SIP layer: 603");
});

test("attended, into the call that it comes from, which his own phone has placed to him: there is no other, 481", async () => {
  const gateway = testGateway({ site });
  await signedIn(gateway, { phoneNumber: "40002" }, "102");
  gateway.receive({ ...gateway.incoming("8102"), from: { user: "40002", host: "gw", displayName: "" } });
  gateway.answer(gateway.phone());
  const { said, referral } = refer("sip:8102@gw", gateway.legs.sipCallId(gateway.party()));
  gateway.referred(gateway.phone(), referral);
  assert.deepEqual(said, [481]);
});

test("attended: the phone has called a colleague itself, and joins the two; it is out of both", async () => {
  const gateway = await world();
  await gateway.told("102");
  gateway.receive({ ...gateway.incoming("8102"), from: { user: "40001", host: "gw", displayName: "" } });
  const consult = gateway.party();
  gateway.answer(gateway.phone());
  await gateway.told("102");
  const customer = [...gateway.legs.alive.keys()].find((leg) => leg.endsWith(".party") && leg !== consult);
  assert.ok(customer);
  const unknown = refer("sip:8102@gw", "nobody@gw");
  gateway.referred(phone101, unknown.referral);
  assert.deepEqual(unknown.said, [481]);
  const foreign = refer("sip:8102@gw", gateway.legs.sipCallId(customer));
  gateway.referred(phone101, foreign.referral);
  assert.deepEqual(foreign.said, [481], "the customer's dialog is not his");
  const { said, referral } = refer("sip:8102@gw", gateway.legs.sipCallId(consult));
  gateway.referred(phone101, referral);
  assert.deepEqual(said, [202, 200]);
  assert.deepEqual(await gateway.told(), ["Call_Release", "PhoneRelease 3", "Ready"]);
  const phone102 = gateway.phone();
  assert.deepEqual([...gateway.legs.alive.keys()].sort(), [customer, phone102].sort());
  assert.deepEqual(
    [gateway.legs.heard.get(customer), gateway.legs.heard.get(phone102)],
    [{ leg: phone102 }, { leg: customer }],
  );
  gateway.end(customer);
  assert.deepEqual((await gateway.told("102")).slice(-4), [
    "Customer_Release",
    "Call_Release",
    "PhoneRelease 3",
    "Ready",
  ]);
  assert.deepEqual([gateway.legs.census(), gateway.census().calls], [0, 0]);
});
