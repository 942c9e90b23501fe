// The recording of his own that an agent asks for: what the state of his call allows (codes.json 500-004, 006, 008).
//
//   null --begin--> file not there yet --call-recorded--> running <--pause, resume--> paused
//     '<------------------------ stop, call-not-recorded, the end of his call ------'

import { refuse } from "../../base/step.ts";
import type { MemberEvent } from "../call/state.ts";
import { change } from "./leaving.ts";
import {
  type AgentCall,
  type AgentCallRequest,
  type AgentEffect,
  isConnected,
  type Outcome,
  type Refused,
  recordDone,
  type SignedIn,
} from "./state.ts";

type RecordRequest = Extract<
  AgentCallRequest,
  { type: "begin-record" | "pause-record" | "resume-record" | "stop-record" }
>;

/** The recording that runs is that of the current call, on hold or not: a held one keeps its own. */
export function reduceRecording(
  agent: SignedIn,
  current: AgentCall | undefined,
  request: RecordRequest,
): Outcome | Refused {
  if (request.type === "begin-record") return begin(agent, current, request.name);
  const { type } = request;
  if (!current?.recording) return none[type];
  const { paused } = current.recording;
  switch (type) {
    case "pause-record":
      return paused ? refuse("500-004", "the recording is paused already") : setPaused(agent, current, true);
    case "resume-record":
      return paused ? setPaused(agent, current, false) : none[type];
    case "stop-record":
      return stop(agent, current);
  }
}

/** Refusals while there is nothing to do it to. */
const none = {
  "pause-record": refuse("500-004", "nothing is recorded"),
  "resume-record": refuse("500-006", "no recording is paused"),
  "stop-record": refuse("100-009", "nothing is recorded"),
} as const;

function begin(agent: SignedIn, current: AgentCall | undefined, name: string): Outcome | Refused {
  if (!current || !isConnected(current)) return refuse("500-008", "there is no connected call to record");
  if (current.recording) return refuse("500-008", "the call is recorded already");
  return set(agent, current, { file: null, paused: false }, { type: "record", name });
}

const setPaused = (agent: SignedIn, call: AgentCall, paused: boolean): Outcome =>
  set(agent, call, { file: call.recording?.file ?? null, paused }, { type: "record-pause", paused });

function set(agent: SignedIn, call: AgentCall, recording: AgentCall["recording"], event: MemberEvent): Outcome {
  return [change(agent, call.id, { recording }), [{ type: "tell-call", call: call.id, event }]];
}

function stop(agent: SignedIn, call: AgentCall): Outcome {
  const told: AgentEffect = { type: "tell-call", call: call.id, event: { type: "record-stop" } };
  return [change(agent, call.id, { recording: null }), [told, ...recordDone(call.recording)]];
}
