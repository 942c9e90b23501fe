// The desk's machine against the order of events that docs/call.md promises.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { callControls, mayDial, stateChoices } from "./controls.ts";
import { deskMachine } from "./desk-machine.ts";
import { AGENT, currentCall, type DeskInput, type DeskState, emptyDesk, isUnkept, saidOf } from "./desk-state.ts";

type Event = readonly [type: string, content?: unknown];

function play(start: DeskState, events: readonly Event[]): DeskState {
  return events.reduce(
    (state, [eventType, content = null], index) =>
      deskMachine(state, { type: "told", at: 1000 * (index + 1), event: { eventType, content } }),
    start,
  );
}

const placed = (): DeskState =>
  deskMachine(emptyDesk(0), { type: "placed", at: 0, id: "1-1", number: "40040", inside: false });
const talkingEvent: Event = [
  "AgentEvent_Talking",
  { caller: "40038", callid: "1-1", called: "40040", feature: "7", type: "main", mediaAbility: "1" },
];
const setUp: readonly Event[] = [
  ["AgentOther_PhoneAlerting"],
  ["AgentOther_PhoneOffhook", { type: "main" }],
  ["AgentState_Busy"],
  ["AgentEvent_Customer_Alerting", { callid: "1-1", otherPhone: "40040", otherPhoneWorkno: "", type: "main" }],
];

describe("a callout", () => {
  it("rings, talks, holds, is retrieved and ends; the clocks begin where they should", () => {
    const ringing = play(placed(), setUp);
    assert.deepEqual([ringing.agent, currentCall(ringing)?.stage], [AGENT.talking, "alerting"]);
    const talking = play(ringing, [talkingEvent]);
    assert.deepEqual([currentCall(talking)?.stage, currentCall(talking)?.talkingAt], ["talking", 1000]);
    const held = play(talking, [["AgentEvent_Hold", "1-1"]]);
    assert.deepEqual([held.calls[0]?.stage, held.calls[0]?.heldAt, currentCall(held)], ["held", 1000, undefined]);
    const back = play(held, [["x"], ["x"], talkingEvent]);
    assert.deepEqual([back.calls[0]?.stage, back.calls[0]?.talkingAt, back.calls[0]?.heldAt], ["talking", 1000, null]);
    const over = play(back, [["AgentEvent_Call_Release", "1-1"], ["AgentState_Work"]]);
    assert.deepEqual([over.agent, over.calls[0]?.stage, over.calls[0]?.endedBy], [AGENT.wrapUp, "ended", "us"]);
  });

  it("that fails keeps the number of its failure", () => {
    const failed = play(placed(), [
      ...setUp,
      ["AgentOther_PhoneRelease", { phoneState: 3 }],
      ["OUTBOUND_DETECT_EVENT", { callId: "1-1", detect: 537, desc: "called party: busy (SIP 486)" }],
      ["AgentEvent_Call_Out_Fail", "1-1"],
      ["AgentEvent_Connect_Fail", "1-1"],
      ["AgentState_Ready"],
    ]);
    assert.deepEqual(failed.calls[0]?.failure, { detect: 537, text: "called party: busy (SIP 486)" });
    assert.deepEqual([failed.calls[0]?.stage, failed.agent], ["ended", AGENT.idle]);
  });

  it("the customer hangs up", () => {
    const over = play(placed(), [
      ...setUp,
      talkingEvent,
      ["AgentEvent_Customer_Release", { callid: "1-1", number: "40040" }],
      ["AgentEvent_Call_Release", "1-1"],
      ["AgentState_Ready"],
    ]);
    assert.equal(over.calls[0]?.endedBy, "other");
  });
});

it("a call that the agent rejects was rejected, not hung up; one that he lets ring was ended by the other side", () => {
  const offered: readonly Event[] = [
    ["AgentState_Busy"],
    ["AgentOther_PhoneAlerting", { callid: "1-1", caller: "40040" }],
    ["AgentEvent_Ringing", { callid: "1-1", caller: "40040", called: "8000", feature: "0" }],
    ["AgentOther_PhoneRelease", { phoneState: 2 }],
  ];
  const endedBy = (reason: string) =>
    play(emptyDesk(0), [...offered, ["AgentState_SetNotReady_Success", { reason }]]).calls[0]?.endedBy;
  assert.deepEqual([endedBy("7"), endedBy("5")], ["rejected", "other"]);
});

it("a call that is passed on to us says who has, and waits for the answer", () => {
  const ringing = play(emptyDesk(0), [
    ["AgentState_Busy"],
    ["AgentOther_PhoneAlerting", { callid: "1-1", caller: "40040" }],
    ["AgentEvent_Ringing", { callid: "1-1", caller: "40040", called: "102", transfrom: "101", feature: "0" }],
  ]);
  const call = currentCall(ringing);
  assert.deepEqual([call?.stage, call?.number, call?.from, call?.direction], ["ringing", "40040", "101", "in"]);
  assert.ok(call && callControls(ringing, call).has("answer"));
});

it("a failed transfer of a call that goes on is a notice, not an end", () => {
  const on = play(placed(), [...setUp, talkingEvent, ["AgentEvent_Connect_Fail", "1-1"]]);
  assert.deepEqual([on.calls[0]?.stage, on.notices.map(({ kind }) => kind)], ["talking", ["transfer"]]);
});

it("a call on hold that is joined goes on in the call of three, with its number, data and notes", () => {
  const held = play(placed(), [...setUp, talkingEvent, ["AgentEvent_Hold", "1-1"]]);
  const noted = deskMachine(held, { type: "noted", id: "1-1", notes: "urgent" });
  const helped = deskMachine(noted, { type: "placed", at: 9000, id: "1-2", number: "102", inside: true });
  const three = play(helped, [["AgentEvent_Conference", { callid: "1-2", partner: "102,40040" }]]);
  assert.deepEqual(
    three.calls.map(({ id, stage, number, notes, partners }) => [id, stage, number, notes, partners]),
    [["1-2", "conference", "40040", "urgent", ["102", "40040"]]],
  );
  const two = play(three, [["AgentEvent_Customer_Release", { callid: "1-2", number: "102" }]]);
  assert.deepEqual([two.calls[0]?.stage, two.calls[0]?.partners], ["talking", ["40040"]]);
});

describe("a snapshot", () => {
  const info = {
    ...{ callid: "1-1", caller: "40038", called: "40040", calldata: "", orgicallednum: "", callfeature: 7 },
    ...{ callskill: "voice", begintime: 5, endtime: null, callskillid: 25, mediaType: 5 },
  };
  const snapshot = (stage: string) => ({ agentState: 7, isWorking: true, phone: "40001", calls: [{ ...info, stage }] });

  it("brings calls that were never heard of, ends those that are no more, keeps notes", () => {
    const noted = deskMachine(placed(), { type: "noted", id: "1-1", notes: "call back" });
    const other = deskMachine(noted, { type: "placed", at: 0, id: "1-2", number: "40041", inside: false });
    const known = deskMachine(other, { type: "snapshot", at: 9, snapshot: snapshot("held"), missed: true });
    assert.deepEqual(
      known.calls.map(({ id, stage, notes }) => [id, stage, notes]),
      [
        ["1-1", "held", "call back"],
        ["1-2", "ended", ""],
      ],
    );
    assert.deepEqual(
      known.notices.map(({ kind }) => kind),
      ["gap"],
    );
  });
});

describe("pictures", () => {
  const withPictures: Event = ["AgentEvent_Talking", { ...(talkingEvent[1] as object), mediaAbility: "3" }];
  const show = (state: DeskState, shown: boolean) => deskMachine(state, { type: "shown", at: 7, shown });

  it("are hidden and shown; a hold ends that, and a call without pictures has nobody who is not seen", () => {
    const talking = play(placed(), [...setUp, withPictures]);
    const hidden = show(talking, false);
    assert.deepEqual([hidden.calls[0]?.video, hidden.calls[0]?.unseenAt], [true, 7]);
    assert.equal(show(hidden, true).calls[0]?.unseenAt, null);
    assert.equal(play(hidden, [["AgentEvent_Hold", "1-1"]]).calls[0]?.unseenAt, null);
    const voice = play(hidden, [["AgentEvent_MediaSwith", { callid: "1-1", reason: 0, mediaType: 1 }]]);
    assert.deepEqual([voice.calls[0]?.video, voice.calls[0]?.unseenAt], [false, null]);
  });

  it("that do not come about are told of, and the call stays as it is", () => {
    const talking = play(placed(), [...setUp, talkingEvent]);
    const refused = play(talking, [["AgentEvent_MediaSwith", { callid: "1-1", reason: 1, mediaType: 3 }]]);
    assert.deepEqual([refused.calls[0]?.video, refused.notices.map(({ kind }) => kind)], [false, ["no-video"]]);
    const come = play(talking, [["AgentEvent_MediaSwith", { callid: "1-1", reason: 0, mediaType: 3 }]]);
    assert.deepEqual([come.calls[0]?.video, come.notices], [true, []]);
  });

  it("are offered to who signed in for them, and not between colleagues", () => {
    const talking = play(placed(), [...setUp, withPictures]);
    const [call] = talking.calls;
    assert.ok(call);
    const has = (change: object, videoAgent: boolean) =>
      [...callControls(talking, { ...call, ...change }, videoAgent)].filter((control) =>
        ["hide", "show", "video", "voice"].includes(control),
      );
    assert.deepEqual(has({}, true), ["hide", "voice"]);
    assert.deepEqual(has({ unseenAt: 1 }, false), ["show"]);
    assert.deepEqual(has({ video: false }, true), ["video"]);
    assert.deepEqual(has({ video: false }, false), []);
    assert.deepEqual(has({ video: false, direction: "inside" }, true), []);
    assert.deepEqual(has({ stage: "conference" }, true), ["hide"]);
  });
});

describe("what is said about a call", () => {
  it("is not kept until the gateway has just that", () => {
    const noted = deskMachine(placed(), { type: "noted", id: "1-1", notes: "a" });
    const coded = deskMachine(noted, { type: "coded", id: "1-1", code: 3 });
    const [call] = coded.calls;
    assert.ok(call && isUnkept(call));
    const kept = deskMachine(coded, { type: "kept", id: "1-1", said: saidOf(call) });
    assert.ok(kept.calls[0] && !isUnkept(kept.calls[0]));
    const more = deskMachine(kept, { type: "noted", id: "1-1", notes: "ab" });
    assert.ok(more.calls[0] && isUnkept(more.calls[0]));
  });
});

describe("what may be done", () => {
  const talking = play(placed(), [...setUp, talkingEvent]);
  for (const [stage, controls] of [
    ["dialling", ["release"]],
    ["ringing", ["answer", "reject"]],
    ["talking", ["digits", "hold", "mute", "release", "transfer"]],
    ["held", ["release", "retrieve"]],
    ["conference", ["digits", "mute", "release"]],
    ["ended", []],
  ] as const) {
    it(stage, () => {
      const state = { ...talking, calls: talking.calls.map((call) => ({ ...call, stage })) };
      const [call] = state.calls;
      assert.ok(call);
      assert.deepEqual([...callControls(state, call)].sort(), controls);
    });
  }

  it("nobody dials in a call or at rest", () => {
    assert.deepEqual([mayDial(emptyDesk(0)), mayDial(talking)], [true, false]);
    assert.equal(mayDial({ ...emptyDesk(0), agent: AGENT.rest }), false);
    assert.deepEqual(stateChoices({ ...emptyDesk(0), agent: AGENT.rest }), ["ready"]);
  });
});

it("any events in any order leave a desk that can be shown and kept", () => {
  const types = [
    ...["AgentState_Busy", "AgentState_Ready", "AgentState_Work", "AgentEvent_Talking", "AgentEvent_Hold"],
    ...["AgentEvent_Ringing", "AgentEvent_Conference", "AgentEvent_Call_Release", "AgentEvent_Customer_Release"],
    ...[
      "AgentEvent_MediaSwith",
      "OUTBOUND_DETECT_EVENT",
      "AgentEvent_Connect_Fail",
      "AgentOther_Note",
      "toString",
      "__proto__",
    ],
  ];
  const content = fc.oneof(
    fc.constantFrom(null, "1-1", "1-2", ""),
    fc.record({
      callid: fc.constantFrom("1-1", "1-2"),
      caller: fc.string(),
      partner: fc.string(),
      number: fc.string(),
    }),
    fc.anything(),
  );
  const inputs = fc.array(
    fc
      .record({ eventType: fc.constantFrom(...types), content })
      .map((event, at = 1): DeskInput => ({ type: "told", at, event })),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(inputs, (list) => {
      const after = list.reduce(deskMachine, emptyDesk(0));
      assert.deepEqual(JSON.parse(JSON.stringify(after)), after);
      for (const call of after.calls) assert.equal(call.stage === "ended", call.endedAt !== null);
    }),
  );
});
