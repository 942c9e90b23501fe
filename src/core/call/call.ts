// The call: the party's leg, and who hears whom (RFC 3725 in spirit; each leg is anchored at the media plane).
//
//   awaiting-phone --phone answers--> calling-party --party answers--> talking <--hold/retrieve--> held
//         |                                |                              |                          |
//         '------- released ---------------+-- failed, timed out ---------+-- released, party left --+--> ended

import { legId } from "../../base/ids.ts";
import { type Step, stay, unreachable } from "../../base/step.ts";
import type { Cause } from "../detect/cause.ts";
import type {
  Call,
  CallEffect,
  CallEvent,
  CallFact,
  CallingParty,
  CallPlan,
  Ended,
  Held,
  RecordingEvent,
  Talking,
} from "./state.ts";

type Next = Step<Call, CallEffect>;

export const newCall = (plan: CallPlan): Call => ({ name: "awaiting-phone", plan });

/** The ring timer of the party belongs to `calling-party` alone: every way out stops it. */
const stopRinging: CallEffect = { type: "stop-timer", name: "ring-party" };
const silence = { sound: "silence" } as const;

export function reduceCall(call: Call, event: CallEvent): Next {
  switch (call.name) {
    case "awaiting-phone":
      return awaitingPhone(call, event);
    case "calling-party":
      return callingParty(call, event);
    case "talking":
      return talking(call, event);
    case "held":
      return held(call, event);
    case "ended":
      return stay(call);
    default:
      return unreachable(call);
  }
}

function awaitingPhone(call: Call & { name: "awaiting-phone" }, event: CallEvent): Next {
  const { plan } = call;
  if (event.type === "release") return [ended(plan, event.at, null, event.failure), []];
  if (event.type !== "phone-answered") return stay(call);
  const party = legId(`${plan.id}.party`);
  return [
    { name: "calling-party", plan, phone: event.phone, party, rung: false },
    [
      {
        type: "invite-party",
        leg: party,
        call: plan.id,
        caller: plan.caller,
        called: plan.called,
        video: plan.mediaAbility !== 0 && event.video,
        needsVideo: plan.mediaAbility === 1,
        videoDirection: plan.videoDirection,
        like: event.phone,
      },
      { type: "start-timer", name: "ring-party", ms: plan.ringMs },
    ],
  ];
}

function callingParty(call: CallingParty, event: CallEvent): Next {
  switch (event.type) {
    case "leg-ringing":
      return [
        { ...call, rung: true },
        [
          ...(call.rung ? [] : [alerting(call)]),
          { type: "hear", listener: call.phone, source: event.early ? { leg: call.party } : { sound: "ringback" } },
        ],
      ];
    case "leg-answered":
      return answered(call, event);
    case "leg-failed":
      return failed(call, event.at, event.cause, false);
    case "leg-ended":
      return failed(call, event.at, { status: 487, rung: call.rung, ours: "no-answer" }, false);
    case "timer":
      return failed(call, event.at, { status: 487, rung: call.rung, ours: "ring-timeout" }, true);
    case "release":
      return [ended(call.plan, event.at, null, event.failure), [hangUp(call), stopRinging]];
    default:
      return stay(call);
  }
}

/** decisions.md 15, 17: an answer without any 18x alerts first; video that was asked for and is missing ends the call. */
function answered(call: CallingParty, event: CallEvent & { type: "leg-answered" }): Next {
  const { plan, phone, party } = call;
  if (plan.mediaAbility === 1 && !event.video) {
    return failed(call, event.at, { status: 488, rung: call.rung, ours: "media" }, true);
  }
  const { video } = event;
  const next: Talking = { name: "talking", plan, phone, party, answeredAt: event.at, video, muted: false };
  return [
    next,
    [
      stopRinging,
      ...(call.rung ? [] : [alerting(call)]),
      ...connect(next),
      tell(plan, talkingFact(next)),
      ...(plan.record ? [{ type: "record", call: plan.id, phone, party } as const] : []),
    ],
  ];
}

function failed(call: CallingParty, at: number, cause: Cause, ours: boolean): Next {
  return [
    ended(call.plan, at, null, { phase: "party", cause }),
    [
      stopRinging,
      ...(ours ? [hangUp(call)] : []),
      { type: "hear", listener: call.phone, source: silence },
      tell(call.plan, { type: "call-failed", call: call.plan.id, cause }),
    ],
  ];
}

function talking(call: Talking, event: CallEvent): Next {
  switch (event.type) {
    case "hold": {
      const { plan, phone, party, answeredAt, video } = call;
      return [
        { name: "held", plan, phone, party, answeredAt, video },
        [
          { type: "hear", listener: party, source: { sound: "music" } },
          { type: "hear", listener: phone, source: silence },
        ],
      ];
    }
    case "mute": {
      const source = event.muted ? silence : { leg: call.phone };
      return [{ ...call, muted: event.muted }, [{ type: "hear", listener: call.party, source }]];
    }
    case "dial":
      return [call, [{ type: "dial", leg: call.party, digits: event.digits }]];
    default:
      return answeredCall(call, event);
  }
}

function held(call: Held, event: CallEvent): Next {
  if (event.type !== "retrieve") return answeredCall(call, event);
  const next: Talking = { ...call, name: "talking", muted: false };
  return [next, [...connect(next), tell(call.plan, talkingFact(next))]];
}

/** What talking and held share: news of the recording, and the two ends. */
function answeredCall(call: Talking | Held, event: CallEvent): Next {
  if (event.type === "recording-began" || event.type === "recording-failed") {
    return [call, [tell(call.plan, recordingFact(call.plan, event))]];
  }
  const over = ended(call.plan, event.at, call.answeredAt, null);
  const quiet: CallEffect[] = call.name === "talking" ? [{ type: "hear", listener: call.phone, source: silence }] : [];
  if (event.type === "release") return [over, [hangUp(call), ...quiet]];
  if (event.type !== "leg-ended" && event.type !== "leg-failed") return stay(call);
  return [over, [...quiet, tell(call.plan, { type: "call-left", call: call.plan.id, called: call.plan.called })]];
}

const connect = (call: Talking): CallEffect[] => [
  { type: "hear", listener: call.phone, source: { leg: call.party } },
  { type: "hear", listener: call.party, source: { leg: call.phone } },
];

const hangUp = (call: CallingParty | Talking | Held): CallEffect => ({ type: "hang-up", leg: call.party });

const tell = (plan: CallPlan, fact: CallFact): CallEffect => ({ type: "tell-agent", agent: plan.agent, fact });

const alerting = ({ plan }: CallingParty): CallEffect =>
  tell(plan, { type: "call-alerting", call: plan.id, called: plan.called });

const talkingFact = ({ plan, video }: Talking): CallFact => ({
  type: "call-talking",
  call: plan.id,
  caller: plan.caller,
  called: plan.called,
  video,
});

const recordingFact = ({ id, caller, called }: CallPlan, { type, recording }: RecordingEvent): CallFact => ({
  type: type === "recording-began" ? "call-recorded" : "call-not-recorded",
  call: id,
  caller,
  called,
  recording,
});

const ended = (plan: CallPlan, endedAt: number, answeredAt: number | null, failure: Ended["failure"]): Ended => ({
  name: "ended",
  plan,
  answeredAt,
  endedAt,
  failure,
});
