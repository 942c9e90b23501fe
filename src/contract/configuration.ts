// Operations of the group `config` (operations.json): the site as it is configured. Administrators read it here; it is changed in the
// site file, so that what the file says holds: what would change it says so.

import { optionalInteger, optionalText, requiredInteger, requiredText } from "./field.ts";
import { operation } from "./operation.ts";

const inFile = "not in this product: the site file says it; change it there and start the gateway again";
const noNotices = "not in this product: states of agents are polled for, and not sent to other servers";

/** An agent as the site file has him. Passwords are never shown. */
export type ConfiguredAgent = {
  readonly agentId: number;
  readonly name: string;
  readonly agentPwd: "";
  readonly fullName: string;
  /** 0: there are no chats. */
  readonly socialChatNum: 0;
  /** Passwords do not expire. */
  readonly timeRemaining: "";
  readonly validTime: 0;
  readonly asrInd: 0;
  /** 1: recordings have the agent left and the party right. */
  readonly enableDualChannelRec: 1;
  readonly h5VideoNum: 0;
  /** `agentPower`: how well he serves the skill. */
  readonly skills: readonly { readonly skillId: number; readonly agentPower: number }[];
};

export type ConfiguredRestCause = { readonly causeId: number; readonly causeNo: number; readonly causeDesc: string };

export const queryAgent = operation({
  id: "config.queryAgent",
  method: "GET",
  path: "/config/vdn/agents",
  logName: "queryAgent",
  summary: "Agents as they are configured; those who are not of this VDN are left out.",
  access: "configuration",
  query: {
    agentIdSet: optionalText("Work numbers joined by commas; empty: all.", "at most 100 work numbers joined by ,", {
      max: 1_000,
      pattern: /^\d{1,6}(?:,\d{1,6}){0,99}$/,
    }),
  },
  result: "value",
});

export const queryRestCause = operation({
  id: "config.queryRestCause",
  method: "GET",
  path: "/config/vdn/restcause",
  logName: "queryRestCause",
  summary: "The causes of rest that the site has names for, as a list of {causeId, causeNo, causeDesc}.",
  access: "configuration",
  query: {
    causeId: optionalText("Ids joined by commas; empty: all.", "ids joined by , up to 500 characters", {
      max: 500,
      pattern: /^\d{1,3}(?:,\d{1,3})*$/,
    }),
  },
  result: "value",
});

const skillGroupId = { min: 1, max: 2000 };
const skillGroupName = "Name of the group.";

export const addSkillGroup = operation({
  id: "config.addSkillGroup",
  method: "POST",
  path: "/config/vdn/skillGroup",
  logName: "addSkillGroup",
  summary: "Adds a skill group: not in this product.",
  access: "configuration",
  query: { skillGroupId: optionalInteger("Its id; 0: assigned.", { ...skillGroupId, fallback: 0 }) },
  body: { skillGroupName: requiredText(skillGroupName, "1-64 bytes of UTF-8", { min: 1, max: 64, unit: "bytes" }) },
  refused: { code: "107-004", why: inFile },
});

export const modifySkillGroup = operation({
  id: "config.modifySkillGroup",
  method: "PUT",
  path: "/config/vdn/skillGroup",
  logName: "modifySkillGroup",
  summary: "Changes a skill group: not in this product.",
  access: "configuration",
  query: { skillGroupId: requiredInteger("Its id.", skillGroupId) },
  body: { skillGroupName: optionalText(skillGroupName, "0-64 bytes of UTF-8", { max: 64, unit: "bytes" }) },
  refused: { code: "107-004", why: inFile },
});

export const modifyVdnInfo = operation({
  id: "config.modifyVdnInfo",
  method: "PUT",
  path: "/config/vdn/vdn",
  logName: "modifyVdnInfo",
  summary: "Changes the VDN: not in this product.",
  access: "configuration",
  refused: { code: "107-022", why: inFile },
});

export const addVdn = operation({
  id: "config.addVdn",
  method: "POST",
  path: "/config/sys/vdn",
  logName: "addVdn",
  summary: "Adds a VDN: not in this product, a gateway serves one.",
  access: "configuration",
  query: {
    vdnId: optionalInteger("Its id; 0: assigned.", { min: 1, max: 5000, fallback: 0 }),
    vdnGroupId: optionalInteger("The VDN above it; 0: none.", { min: 1, max: 5000, fallback: 0 }),
  },
  refused: { code: "107-041", why: "not in this product: a gateway serves one VDN, that of its site file" },
});

const subscription = { serviceid: requiredText("The subscription.", "1-64 characters", { min: 1, max: 64 }) };
const noSubscription = { code: "107-004", why: `${noNotices}: there are no subscriptions to keep alive` } as const;

export const subscribeHandshake = operation({
  id: "config.subscribeHandshake",
  method: "GET",
  path: "/config/subscribe/handshake/{serviceid}",
  logName: "handshake",
  summary: "Keeps a subscription alive: not in this product.",
  access: "configuration",
  pathFields: subscription,
  refused: noSubscription,
});

export const subscribeHandshakeEx = operation({
  id: "config.subscribeHandshakeEx",
  method: "POST",
  path: "/config/subscribe/handshake/{serviceid}",
  logName: "handshakeEx",
  summary: "Keeps a subscription alive: not in this product.",
  access: "configuration",
  pathFields: subscription,
  refused: noSubscription,
});

export const agentStatusRegister = operation({
  id: "config.agentStatusRegister",
  method: "POST",
  path: "/config/sys/agentstatus/register",
  logName: "agentStatusRegister",
  summary: "Asks for notices of the states of agents: not in this product. Inspectors monitor them.",
  access: "configuration",
  shape: "sibling",
  refused: { code: "107-004", why: noNotices },
});

export const agentStatusModify = operation({
  id: "config.agentStatusModify",
  method: "POST",
  path: "/config/sys/agentstatus/modify",
  logName: "agentStatusModify",
  summary: "Changes what notices of states are asked for: not in this product.",
  access: "configuration",
  shape: "sibling",
  refused: { code: "107-004", why: noNotices },
});
