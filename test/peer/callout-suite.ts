// The callout suite: each way that a callout can go -> the agent's events in order (decisions.md 13-18), his state after
// it, and the INVITEs at the sockets. Written once, run over every world.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { AgentEventMessage } from "../../src/client/connect.ts";
import { accepted, callIds, type Desk, sitDown } from "./desk.ts";
import type { PartyManner, PhoneManner, Stage, World } from "./world.ts";

type Act = "release" | "phone hangs up" | "customer hangs up";

type Outcome = {
  readonly what: string;
  readonly phone?: PhoneManner;
  readonly party?: PartyManner;
  readonly mediaability?: 0 | 1 | 2;
  /** What is done once this event has come. */
  readonly act?: readonly [after: string, act: Act];
  readonly events: readonly string[];
  readonly invites: number;
  /** Waits for a ring time to run out. */
  readonly ringTime?: true;
};

const offHook = ["PhoneAlerting", "PhoneOffhook", "Busy"];
const ringing = [...offHook, "Customer_Alerting"];
const talking = [...ringing, "Talking"];
const released = ["Call_Release", "PhoneRelease 3", "Ready"];
const customerFailed = (detect: number) => [
  "PhoneRelease 3",
  `detect ${detect}`,
  "Call_Out_Fail",
  "Connect_Fail",
  "Ready",
];
const phoneFailed = (detect: number, phoneState = 3) => [
  `detect ${detect}`,
  "Call_Out_Fail",
  "Connect_Fail",
  `PhoneRelease ${phoneState}`,
];

const answered: readonly Outcome[] = [
  { what: "answered and released", act: ["Talking", "release"], events: [...talking, ...released], invites: 2 },
  {
    what: "answered without any 18x",
    party: "answers-at-once",
    act: ["Talking", "release"],
    events: [...talking, ...released],
    invites: 2,
  },
  {
    what: "the customer hangs up",
    act: ["Talking", "customer hangs up"],
    events: [...talking, "Customer_Release", ...released],
    invites: 2,
  },
  {
    what: "the customer hangs up as soon as he has answered",
    party: "hangs-up",
    events: [...talking, "Customer_Release", ...released],
    invites: 2,
  },
  {
    what: "the agent hangs up his phone",
    act: ["Talking", "phone hangs up"],
    events: [...talking, "Call_Release", "PhoneRelease 2", "Ready"],
    invites: 2,
  },
];

const customerFails: readonly Outcome[] = [
  { what: "the customer is busy", party: "busy", events: [...ringing, ...customerFailed(537)], invites: 2 },
  {
    what: "the customer does not answer",
    party: "no-answer",
    events: [...ringing, ...customerFailed(603)],
    invites: 2,
  },
  { what: "the customer declines", party: "declines", events: [...ringing, ...customerFailed(604)], invites: 2 },
  { what: "the number is vacant", party: "vacant", events: [...ringing, ...customerFailed(538)], invites: 2 },
  { what: "the customer is not there", party: "unavailable", events: [...offHook, ...customerFailed(549)], invites: 2 },
  { what: "the carrier fails", party: "carrier-failure", events: [...offHook, ...customerFailed(605)], invites: 2 },
  { what: "the media are refused", party: "media-refused", events: [...offHook, ...customerFailed(155)], invites: 2 },
  {
    what: "the agent gives up while the customer rings",
    party: "rings",
    act: ["Customer_Alerting", "release"],
    events: [...ringing, ...customerFailed(531)],
    invites: 2,
  },
  {
    what: "the customer's ring time is over",
    party: "rings",
    events: [...ringing, ...customerFailed(1040)],
    invites: 2,
    ringTime: true,
  },
];

const phoneFails: readonly Outcome[] = [
  { what: "the agent's phone is busy", phone: "busy", events: ["PhoneBusy", ...phoneFailed(537)], invites: 1 },
  { what: "the agent declines", phone: "declines", events: ["PhoneAlerting", ...phoneFailed(604, 2)], invites: 1 },
  { what: "the agent's phone is not registered", phone: "not-registered", events: phoneFailed(549), invites: 0 },
  {
    what: "the agent gives up while his phone rings",
    phone: "rings",
    act: ["PhoneAlerting", "release"],
    events: ["PhoneAlerting", ...phoneFailed(531)],
    invites: 1,
  },
  {
    what: "the ring time of the agent's phone is over",
    phone: "rings",
    events: ["PhoneAlerting", ...phoneFailed(1040)],
    invites: 1,
    ringTime: true,
  },
];

const video: readonly Outcome[] = [
  {
    what: "mediaability 1 with video on both sides",
    mediaability: 1,
    act: ["Talking video", "release"],
    events: [...ringing, "Talking video", ...released],
    invites: 2,
  },
  {
    what: "mediaability 1, the customer answers without video",
    mediaability: 1,
    party: "answers-without-video",
    events: [...ringing, ...customerFailed(155)],
    invites: 2,
  },
  {
    what: "mediaability 1, the agent's phone answers without video",
    mediaability: 1,
    phone: "answers-without-video",
    events: ["PhoneAlerting", ...phoneFailed(155)],
    invites: 1,
  },
  {
    what: "mediaability 2, the customer answers without video",
    mediaability: 2,
    party: "answers-without-video",
    act: ["Talking", "release"],
    events: [...talking, ...released],
    invites: 2,
  },
];

const outcomes: readonly Outcome[] = [...answered, ...customerFails, ...phoneFails, ...video];

export type SuiteOptions = {
  readonly name: string;
  readonly open: () => Promise<World>;
  /** Why it cannot run here. */
  readonly skip?: string | false;
  /** The world's site has ring times that a test can wait for; without them the rows that need them are not run. */
  readonly ringTimes: boolean;
};

export function calloutSuite({ name, open, skip, ringTimes }: SuiteOptions): void {
  describe(`a callout over ${name}`, { skip: skip ?? false }, () => {
    let world: World;
    before(async () => {
      world = await open();
    });
    after(async () => {
      await world?.close();
    });
    for (const outcome of outcomes.filter(({ ringTime }) => ringTimes || !ringTime)) {
      test(`${outcome.what}: ${outcome.events.join(", ")}`, () => play(world, outcome));
    }
  });
}

async function play(world: World, outcome: Outcome): Promise<void> {
  const stage = await world.stage(outcome.phone ?? "answers", outcome.party ?? "answers");
  const desk = await sitDown(world.url, "101", { phonenum: stage.phone });
  try {
    const id = await desk.callOut({ called: stage.called, mediaability: outcome.mediaability ?? 0 });
    if (outcome.act) {
      await desk.saw(outcome.act[0]);
      await carryOut(outcome.act[1], { desk, stage });
    }
    const events = await desk.told(outcome.events);
    assert.ok(
      ofCall(events).every((named) => named === id),
      `one call id in all: ${ofCall(events)} are not ${id}`,
    );
    assert.equal(await desk.state(), 4);
    await desk.nothingMore();
    assert.equal(await stage.invites(), outcome.invites, "INVITEs at the sockets");
  } finally {
    await desk.leave();
    await stage.close();
  }
}

const ofCall = (events: readonly AgentEventMessage[]): readonly string[] => events.flatMap(callIds);

async function carryOut(act: Act, { desk, stage }: { desk: Desk; stage: Stage }): Promise<void> {
  if (act === "release") accepted(await desk.session.release());
  else if (act === "phone hangs up") await stage.hangUpPhone();
  else await stage.hangUpParty();
}
