// Conferences of agents, /agentconf/{agentid}/… (operations.json, group agentconf).

import * as contract from "../contract/agent-conference.ts";
import type { FieldsFor, operationCalls } from "./operation.ts";
import { list, nothing, record } from "./shape.ts";

/** A member: 6 by a telephone number, 9 by a work number. */
export type Address = contract.AddressMessage;

const address = record<Address>({ addressType: "string", address: "string" });
const absent = (value: unknown): { readonly noExistParticipants: readonly Address[] } | undefined => {
  const found = record<{ readonly noExistParticipants?: unknown }>({})(value);
  const noExistParticipants = found && list(address)(found.noExistParticipants ?? null);
  return noExistParticipants && { noExistParticipants };
};

type Request<Name extends keyof typeof contract> = FieldsFor<(typeof contract)[Name]>;

/** What became of an order arrives as events; the chair alone may give most of them (docs/conference.md). */
export function agentConference({ call }: Pick<ReturnType<typeof operationCalls>, "call">) {
  return {
    /** A call that the agent talks in becomes the conference. */
    requestConference: (request: Request<"requestAgentConf">) => call(contract.requestAgentConf, request, nothing),
    answerConference: () => call(contract.answerAgentConf, {}, nothing),
    rejectConference: () => call(contract.rejectAgentConf, {}, nothing),
    leaveConference: () => call(contract.requestLeaveAgentConf, {}, nothing),
    releaseConference: () => call(contract.releaseAgentConf, {}, nothing),
    passChair: (request: Request<"applyToShiftPresident">) => call(contract.applyToShiftPresident, request, nothing),
    addParticipants: (request: Request<"batchAddParticipant">) => call(contract.batchAddParticipant, request, nothing),
    /** Names those who were not in it. */
    removeParticipants: (request: Request<"batchRemoveParticipant">) =>
      call(contract.batchRemoveParticipant, request, absent),
    changeParticipantMode: (request: Request<"changeParticipantMode">) =>
      call(contract.changeParticipantMode, request, nothing),
    holdParticipant: (request: Request<"holdParticipant">) => call(contract.holdParticipant, request, nothing),
    unholdParticipant: (request: Request<"unholdParticipant">) => call(contract.unholdParticipant, request, nothing),
    modifyConferenceSize: (request: Request<"modifyConfResource">) =>
      call(contract.modifyConfResource, request, nothing),
    playToConference: (request: Request<"playVoiceToConf">) => call(contract.playVoiceToConf, request, nothing),
    stopPlayingToConference: () => call(contract.stopVoiceToConf, {}, nothing),
    playToParticipant: (request: Request<"playVoiceToParticipant">) =>
      call(contract.playVoiceToParticipant, request, nothing),
    stopPlayingToParticipant: (request: Request<"stopVoiceToParticipant">) =>
      call(contract.stopVoiceToParticipant, request, nothing),
  };
}
