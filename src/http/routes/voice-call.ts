// Calling out, ending, holding, muting, dialling on: contract/voice-call.ts carried out.

import { isRefusal } from "../../base/step.ts";
import * as contract from "../../contract/voice-call.ts";
import type { AgentCommand, Gateway } from "../../runtime/face.ts";
import type { Outcome } from "../reply.ts";
import { type Ask, type Route, route } from "../route.ts";

function callOut(gateway: Gateway, { agent, fields }: Ask<typeof contract.callout>): Outcome {
  const placed = gateway.callOut(agent, {
    caller: fields.caller,
    called: fields.called,
    skillId: fields.skillid,
    appData: fields.callappdata,
    mediaAbility: fields.mediaability,
    userVideoDirection: fields.userVideoDirection,
  });
  if (isRefusal(placed)) return placed;
  return { result: placed.callId, message: placed.note, callId: placed.callId, called: fields.called };
}

/** A command that names its call: the log line names it too. */
function onCall(gateway: Gateway, agent: string, command: Extract<AgentCommand, { callId: string }>): Outcome {
  const done = gateway.command(agent, command);
  return isRefusal(done) ? done : { callId: command.callId || currentId(gateway, agent) };
}

const currentId = (gateway: Gateway, agent: string): string => {
  const call = gateway.currentCall(agent, false);
  return isRefusal(call) ? "" : call.callid;
};

export function voiceCallRoutes(gateway: Gateway): readonly Route[] {
  /** On the current call, looked up before the command ends it. */
  const onCurrent = (agent: string, command: AgentCommand): Outcome => {
    const callId = currentId(gateway, agent);
    const done = gateway.command(agent, command);
    return isRefusal(done) ? done : { callId };
  };
  const simple =
    (command: AgentCommand) =>
    ({ agent }: { readonly agent: string }) =>
      onCurrent(agent, command);
  const dial = ({ agent, fields }: { readonly agent: string; readonly fields: { readonly number: string } }) =>
    onCurrent(agent, { type: "dial-digits", digits: fields.number });
  return [
    route(contract.callout, (ask) => callOut(gateway, ask)),
    route(contract.answer, ({ agent, fields }) => onCall(gateway, agent, { type: "answer", callId: fields.callid })),
    route(contract.reject, ({ agent, fields }) =>
      onCall(gateway, agent, { type: "reject", callId: fields.callid, mode: fields.mode === 1 ? 1 : 2 }),
    ),
    route(contract.release, simple({ type: "release" })),
    route(contract.releaseEx, simple({ type: "release" })),
    route(contract.releasePhone, ({ agent }) => gateway.command(agent, { type: "release-phone" })),
    route(contract.dropCall, ({ agent, fields }) =>
      onCall(gateway, agent, { type: "drop-call", callId: fields.callid }),
    ),
    route(contract.hold, simple({ type: "hold" })),
    route(contract.getHold, ({ agent, fields }) => onCall(gateway, agent, { type: "get-hold", callId: fields.callid })),
    route(contract.beginMute, simple({ type: "begin-mute" })),
    route(contract.endMute, simple({ type: "end-mute" })),
    route(contract.secondDial, dial),
    route(contract.secondDialEx, dial),
  ];
}
