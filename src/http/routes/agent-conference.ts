// Conferences of agents: contract/agent-conference.ts carried out.

import { isRefusal, refuse } from "../../base/step.ts";
import * as contract from "../../contract/agent-conference.ts";
import type { Address } from "../../runtime/conference-face.ts";
import type { Gateway } from "../../runtime/face.ts";
import type { Outcome } from "../reply.ts";
import { type Route, route } from "../route.ts";

const addressOf = ({ addressType, address }: contract.AddressMessage): Address => ({
  type: addressType === "9" ? "agent" : "party",
  number: address,
});

const shown = ({ type, number }: Address): contract.AddressMessage => ({
  addressType: type === "agent" ? "9" : "6",
  address: number,
});

type Welcome = { readonly beepTone: boolean; readonly voicePath: string };

/** The path is needed with beepTone, and ignored without. */
const welcomeOf = ({ beepTone, voicePath }: Welcome): string => (beepTone ? voicePath : "");
const lacksPath = ({ beepTone, voicePath }: Welcome): boolean => beepTone && voicePath === "";
const pathNeeded = refuse("000-002", "voicePath: needed with beepTone");

type Asking = { readonly agent: string };

function memberRoutes({ conferences }: Gateway): readonly Route[] {
  return [
    route(contract.requestAgentConf, ({ agent, fields }): Outcome => {
      if (lacksPath(fields)) return pathNeeded;
      if (fields.promptTime >= fields.time) return refuse("000-002", "promptTime: less than time");
      return conferences.request(agent, {
        members: fields.memberNum,
        caller: fields.confCallerNo,
        minutes: fields.time,
        promptMinutes: fields.promptTime,
        voicePath: welcomeOf(fields),
      });
    }),
    route(contract.answerAgentConf, ({ agent }: Asking) => conferences.answer(agent)),
    route(contract.rejectAgentConf, ({ agent }: Asking) => conferences.reject(agent)),
    route(contract.requestLeaveAgentConf, ({ agent }: Asking) => conferences.leave(agent)),
    route(contract.releaseAgentConf, ({ agent }: Asking) => conferences.end(agent)),
    route(contract.applyToShiftPresident, ({ agent, fields }) =>
      conferences.passChair(agent, String(fields.destAgentNo)),
    ),
    route(contract.batchAddParticipant, ({ agent, fields }): Outcome => {
      if (lacksPath(fields)) return pathNeeded;
      const { caller } = fields;
      const addresses = fields.addresses.map(addressOf);
      return conferences.invite(agent, { addresses, caller, voicePath: welcomeOf(fields) });
    }),
    route(contract.batchRemoveParticipant, ({ agent, fields }): Outcome => {
      const absent = conferences.remove(agent, fields.addresses.map(addressOf));
      return "refused" in absent ? absent : { result: { noExistParticipants: absent.map(shown) } };
    }),
    route(contract.modifyConfResource, ({ agent, fields: { modifyType, modifyNum } }) =>
      conferences.resize(agent, modifyType === 0 ? modifyNum : -modifyNum),
    ),
  ];
}

/** codes of `attribute`. */
const modes = [
  { hears: true, speaks: false },
  { hears: false, speaks: true },
  { hears: true, speaks: true },
  { hears: false, speaks: false },
] as const;

function channelRoutes({ conferences }: Gateway): readonly Route[] {
  return [
    route(contract.changeParticipantMode, ({ agent, fields }) =>
      conferences.setMode(agent, addressOf(fields), modes[fields.attribute - 1] ?? modes[2]),
    ),
    route(contract.holdParticipant, ({ agent, fields }) =>
      conferences.hold(agent, addressOf(fields), fields.voicePath),
    ),
    route(contract.unholdParticipant, ({ agent, fields }) => conferences.unhold(agent, addressOf(fields))),
  ];
}

/** When it fails the result is a code of the switch; there is none here, so there is no code of it. */
const played = (outcome: Outcome): Outcome =>
  isRefusal(outcome) ? { ...outcome, result: { errorReason: 0 } } : outcome;

function voiceRoutes({ conferences }: Gateway): readonly Route[] {
  return [
    route(contract.playVoiceToConf, ({ agent, fields }) => played(conferences.play(agent, null, fields.voicePath))),
    route(contract.stopVoiceToConf, ({ agent }: Asking) => played(conferences.stopPlaying(agent, null))),
    route(contract.playVoiceToParticipant, ({ agent, fields }) =>
      played(conferences.play(agent, addressOf(fields), fields.voicePath)),
    ),
    route(contract.stopVoiceToParticipant, ({ agent, fields }) =>
      played(conferences.stopPlaying(agent, addressOf(fields))),
    ),
  ];
}

export const agentConferenceRoutes = (gateway: Gateway): readonly Route[] => [
  ...memberRoutes(gateway),
  ...channelRoutes(gateway),
  ...voiceRoutes(gateway),
];
