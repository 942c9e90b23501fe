// Operations of the group `agentconf` (operations.json): conferences of agents, with members inside and outside. Where the documents
// show no result, it is the reserved object, as in the samples of their siblings.

import {
  choice,
  type Fields,
  flag,
  optionalInteger,
  optionalText,
  recordItem,
  requiredInteger,
  requiredList,
  requiredText,
} from "./field.ts";
import { operation } from "./operation.ts";

type Described<Body extends Fields> = {
  readonly id: string;
  readonly summary: string;
  readonly body?: Body;
  /** The form of its result is not documented. */
  readonly silent?: true;
};

type None = Readonly<Record<never, never>>;

/** One of the group: POST, its path the name in small letters. */
const conference = <Body extends Fields = None>({ id, summary, body, silent }: Described<Body>) =>
  operation<None, None, Body>({
    id: `agentconf.${id}`,
    method: "POST",
    path: `/agentconf/{agentid}/${id.toLowerCase()}`,
    logName: id,
    summary,
    body: body ?? ({} as Body),
    ...(silent && { shape: "sibling" }),
  });

const addressFields = {
  addressType: requiredText("6: a telephone number; 9: a work number.", "6 or 9", {
    min: 1,
    max: 1,
    pattern: /^[69]$/,
  }),
  address: requiredText("The number.", "1-24 characters of 0-9, * and #", { min: 1, max: 24, pattern: /^[0-9*#]+$/ }),
};
const address = recordItem(
  "an object with addressType (6 or 9) and address (1-24 characters of 0-9, * and #)",
  addressFields,
);

/** As a member is named in requests and in the result of a removal. */
export type AddressMessage = { readonly addressType: string; readonly address: string };

const pathLimits = { max: 127, pattern: /^[^\p{Cc}]*$/u };
const pathRule = "disk:/conf/VDN/file, 127 characters at most";
const playMode = choice("2: the given file.", [2], 2);
const voicePath = requiredText("The announcement: disk:/conf/VDN/file, or its name in the site file.", pathRule, {
  min: 1,
  ...pathLimits,
});
const welcome = {
  beepTone: flag("Whoever joins hears an announcement first.", false),
  playMode,
  voicePath: optionalText("That announcement; needed with beepTone, else ignored.", pathRule, pathLimits),
};
const caller = (description: string) => optionalText(description, "0-24 digits", { max: 24, pattern: /^[0-9]+$/ });

export const requestAgentConf = conference({
  id: "requestAgentConf",
  summary: "Asks for a conference: the agent is in its chair. A call that he talks in becomes the conference.",
  body: {
    memberNum: requiredInteger("Members beside the chair, at most.", { min: 1, max: 120 }),
    confCallerNo: caller("Number shown to members outside; empty: the platform's default."),
    time: optionalInteger("Minutes until it ends.", { min: 4, max: 1440, fallback: 60 }),
    promptTime: optionalInteger("Minutes before its end at which AgentConf_Timeout says so; 0: it does not.", {
      min: 1,
      max: 1439,
      fallback: 0,
    }),
    ...welcome,
  },
});

export const answerAgentConf = conference({
  id: "answerAgentConf",
  summary: "Joins the conference that rings.",
  silent: true,
});

export const rejectAgentConf = conference({
  id: "rejectAgentConf",
  summary: "Does not join the conference that rings.",
});

export const requestLeaveAgentConf = conference({
  id: "requestLeaveAgentConf",
  summary: "Leaves the conference, which goes on; not for the chair.",
});

export const releaseAgentConf = conference({
  id: "releaseAgentConf",
  summary: "Ends the conference for all; the chair alone.",
});

export const applyToShiftPresident = conference({
  id: "applyToShiftPresident",
  summary: "Passes the chair on to another agent of the conference.",
  body: { destAgentNo: requiredInteger("Who shall have it.", { min: 1, max: 999_999 }) },
});

export const batchAddParticipant = conference({
  id: "batchAddParticipant",
  summary: "Invites members: each is rung for himself, and joins when he answers.",
  body: {
    addresses: requiredList("Whom.", address, { min: 1, max: 120 }),
    ...welcome,
    caller: caller("Number shown to members outside; empty: that of the conference."),
  },
  silent: true,
});

export const batchRemoveParticipant = operation({
  id: "agentconf.batchRemoveParticipant",
  method: "POST",
  path: "/agentconf/{agentid}/batchremoveparticipant",
  logName: "batchRemoveParticipant",
  summary: "Sends members away; the result names those who were not in the conference.",
  body: { addresses: requiredList("Whom.", address, { min: 1, max: 30 }) },
  result: "value",
});

export const changeParticipantMode = conference({
  id: "changeParticipantMode",
  summary: "What a member may do: hear, speak, both or neither.",
  body: {
    attribute: requiredInteger("1: only hear; 2: only speak; 3: both; 4: neither.", { min: 1, max: 4 }),
    ...addressFields,
  },
});

export const holdParticipant = conference({
  id: "holdParticipant",
  summary: "Holds a member: he hears an announcement and music, and nobody hears him.",
  body: {
    ...addressFields,
    playMode,
    voicePath: optionalText("An announcement before the music; empty: none.", pathRule, pathLimits),
  },
});

export const unholdParticipant = conference({
  id: "unholdParticipant",
  summary: "Brings a held member back.",
  body: addressFields,
});

export const modifyConfResource = conference({
  id: "modifyConfResource",
  summary: "More room for members, or less.",
  body: {
    modifyType: requiredInteger("0: more; 1: fewer.", { min: 0, max: 1 }),
    modifyNum: requiredInteger("By how many.", { min: 2, max: 118 }),
  },
  silent: true,
});

export const playVoiceToConf = conference({
  id: "playVoiceToConf",
  summary: "Plays an announcement to all who are in; AgentConf_StopVoice tells its end.",
  body: { playMode, voicePath },
  silent: true,
});

export const stopVoiceToConf = conference({
  id: "stopVoiceToConf",
  summary: "Ends the announcement to all.",
  silent: true,
});

export const playVoiceToParticipant = conference({
  id: "playVoiceToParticipant",
  summary: "Plays an announcement to one member; AgentConf_StopParticipantVoice tells its end.",
  body: { ...addressFields, playMode, voicePath },
});

export const stopVoiceToParticipant = conference({
  id: "stopVoiceToParticipant",
  summary: "Ends the announcement to one member.",
  body: addressFields,
  silent: true,
});
