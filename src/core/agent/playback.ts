// A recording that the agent hears on his phone: the phone is rung for it, and while it is off-hook the file is played. As with an
// inspection, what he is in then is no call: hold, mute and transfer find none.
//
//   setting-up --off-hook--> playing: opened (Play) --can be heard--> began (Play_Succ) <--pause, resume--> paused
//        '--- Play_Fail ---'----- Play_Fail ----'            '-- its end, stop, release, the handset --> StopPlayDone

import type { CallId } from "../../base/ids.ts";
import { refuse } from "../../base/step.ts";
import { release } from "./calls.ts";
import { hangUpPhone } from "./handset.ts";
import { change } from "./leaving.ts";
import { raisePhone } from "./phone.ts";
import { settle } from "./presence.ts";
import {
  type AgentCall,
  type AgentEffect,
  notify,
  type Outcome,
  type Playback,
  type PlayReport,
  type PlayRequest,
  type Refused,
  type SignedIn,
} from "./state.ts";

type Request<Type extends PlayRequest["type"]> = Extract<PlayRequest, { type: Type }>;
/** What is played, once it can be heard. */
type Played = AgentCall & { readonly playback: Playback };

export function reducePlayRequest(agent: SignedIn, request: PlayRequest): Outcome | Refused {
  if (request.type === "begin-play") return begin(agent, request);
  const call = agent.calls.find((one): one is Played => one.playback?.began === true);
  switch (request.type) {
    case "pause-play":
      if (!call || call.playback.paused) return refuse("500-003", "nothing is played that could pause");
      return setPaused(agent, call, true);
    case "resume-play":
      if (!call?.playback.paused) return refuse("500-005", "nothing is paused");
      return setPaused(agent, call, false);
    case "jump-play":
      return jump(agent, call, request);
    case "stop-play":
      return call ? release(agent, call) : refuse("500-009", "nothing is played");
  }
}

function jump(agent: SignedIn, call: Played | undefined, { ms, back }: Request<"jump-play">): Outcome | Refused {
  if (!call) return refuse(back ? "500-001" : "500-002", "nothing is played");
  return [agent, [steer(call.id, { jumpMs: back ? -ms : ms }), notify("AgentMediaEvent_JumpPlayDone", null)]];
}

function begin(agent: SignedIn, { id, file, fromMs, times, ringMs }: Request<"begin-play">): Outcome | Refused {
  const why = hindrance(agent);
  if (why) return refuse("500-007", why);
  const playback: Playback = { file, fromMs, times, began: false, paused: false };
  const occupation: AgentCall = {
    ...{ id, kind: "playback", stage: "setting-up", feature: 0, role: "main", bringing: null, offer: null },
    ...{ muted: false, mediaAbility: 0, recording: null, playback },
  };
  const order = { call: id, shown: agent.id, mediaAbility: 0, videoDirection: null } as const;
  return raisePhone({ ...agent, calls: [occupation] }, order, ringMs);
}

function hindrance({ calls, presence, phone, profile }: SignedIn): string | null {
  if (calls.some(({ kind }) => kind === "playback")) return "something is played already";
  if (calls.length > 0) return "not during a call";
  if (profile.phoneNumber === "") return "the agent signed in without a phone";
  if (presence.name === "rest") return "the agent rests";
  return phone.name === "lost" ? "the connection to the agent's phone is lost" : null;
}

const steer = (call: CallId, act: Extract<AgentEffect, { type: "steer-file" }>["act"]): AgentEffect => ({
  type: "steer-file",
  call,
  act,
});

const setPaused = (agent: SignedIn, { id, playback }: Played, paused: boolean): Outcome => [
  change(agent, id, { playback: { ...playback, paused } }),
  [steer(id, { paused }), notify(paused ? "AgentMediaEvent_PausePlayDone" : "AgentMediaEvent_ResumePlayDone", null)],
];

/** One that is over for the agent already says nothing new. */
export function reducePlayReport(agent: SignedIn, report: PlayReport): Outcome {
  const call = agent.calls.find(({ id }) => id === report.call);
  if (!call?.playback || call.stage !== "playing") return [agent, []];
  if (report.type === "play-began") {
    const began = { ...call.playback, began: true };
    return [change(agent, call.id, { playback: began }), [notify("AgentMediaEvent_Play_Succ", null)]];
  }
  const done = notify("AgentMediaEvent_StopPlayDone", { cause: report.failed ? 2 : 0 });
  const [onHook, hungUp] = hangUpPhone({ ...agent, calls: [] }, 3);
  const [settled, state] = settle(onHook);
  return [settled, [call.playback.began ? done : notify("AgentMediaEvent_Play_Fail", null), ...hungUp, ...state]];
}
