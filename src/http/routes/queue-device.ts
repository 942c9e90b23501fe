// Skill queues, access codes, who waits: contract/queue-device.ts carried out.

import { refuse } from "../../base/step.ts";
import * as contract from "../../contract/queue-device.ts";
import type { Gateway } from "../../runtime/face.ts";
import type { AgentView, QueueView, Reads } from "../../runtime/reads-face.ts";
import type { Outcome } from "../reply.ts";
import { type Route, route } from "../route.ts";
import { seconds } from "./seconds.ts";

const shown = ({ id, name, mediaType }: AgentView["serves"][number]): contract.SkillQueue => ({
  name,
  id,
  mediatype: mediaType,
  serviceType: 0,
  realFlag: 1,
});

/** codes.json transfer_device_types: 1 a skill, 2 an agent, 3 what answers by itself: an announcement or a menu. */
function accessCode({ pattern: accesscode, to }: ReturnType<Reads["numbers"]>[number]): contract.AccessCode {
  if ("skill" in to) return { accesscode, devicetype: 1, deviceno: String(to.skill) };
  if ("agent" in to) return { accesscode, devicetype: 2, deviceno: to.agent };
  return { accesscode, devicetype: 3, deviceno: "menu" in to ? to.menu : to.announcement };
}

function acdStatistics(reads: Reads, { skill, waiting, signedIn, free }: QueueView): contract.AcdStatistics {
  const { now } = reads.node();
  const longest = Math.max(0, ...waiting.map(({ since }) => now - since));
  const pilot = reads.numbers().find(({ to }) => "skill" in to && to.skill === skill.id);
  return {
    pilotNbr: pilot?.pattern ?? "",
    deviceNo: skill.id,
    queueSize: waiting.length,
    queueTime: seconds(longest),
    loadFactor: 0,
    estWaitTime: 0,
    loggedOnAgents: signedIn,
    availAgents: free,
    transferFlg: 0,
    transferDeviceType: 0,
    transferDeviceNo: 0,
    skillDescrip: skill.name,
  };
}

export function skillStatistics(reads: Reads, { skill, waiting, signedIn, free }: QueueView): contract.SkillStatistics {
  const counts = reads.skillCounts(skill.id);
  return {
    skillid: skill.id,
    skillname: skill.name,
    offerednums: counts.offered,
    answernums: counts.answered,
    abandonnums: counts.abandoned,
    refusenums: counts.refused,
    overflownums: counts.overflowed,
    waitnums: waiting.length,
    waittime: seconds(counts.waitMs),
    maxwaittime: seconds(counts.longestWaitMs),
    talktime: seconds(counts.talkMs),
    holdtime: seconds(counts.holdMs),
    loggedOnAgents: signedIn,
    availAgents: free,
  };
}

/** Every one of them has to be a skill of this VDN. */
function queues(reads: Reads, ids: readonly number[], show: (queue: QueueView) => unknown): Outcome {
  const found = ids.map((id) => reads.queue(id));
  if (found.includes(undefined)) return refuse("000-002", "skills: not a skill of this VDN");
  return { result: found.flatMap((queue) => (queue ? [show(queue)] : [])) };
}

const otherVdn = refuse("600-002", "vdnid: only the queues of the agent's own VDN can be seen");

function waitRoutes(reads: Reads): readonly Route[] {
  const waiting = (agent: string) =>
    (reads.agent(agent)?.configured ?? []).map(({ id }) => ({
      skillid: id,
      waitnum: reads.queue(id)?.waiting.length ?? 0,
    }));
  return [
    route(contract.queryQueueLengthOnAgent, ({ agent }) => ({
      result: waiting(agent).reduce((sum, { waitnum }) => sum + waitnum, 0),
    })),
    route(contract.queryQueueLengthOnAgentSkills, ({ agent }) => ({ result: waiting(agent) })),
    route(contract.queryQueueLengthBySkillId, ({ fields }) => {
      const queue = reads.queue(fields.skillid);
      return queue ? { result: queue.waiting.length } : refuse("000-002", "skillid: not a skill of this VDN");
    }),
  ];
}

export const queueDeviceRoutes = ({ reads }: Gateway): readonly Route[] => [
  route(contract.queryIVRInfoOnVdn, () => refuse("600-004", "this gateway has no IVR")),
  route(contract.queryInNoOnVDN, () =>
    reads.numbers().length > 0
      ? { result: reads.numbers().map(accessCode) }
      : refuse("600-003", "no number can be called from outside"),
  ),
  route(contract.querySkillQueueOnVDN, ({ fields }) =>
    fields.vdnid === reads.vdn.id ? { result: reads.skills().map(shown) } : otherVdn,
  ),
  route(contract.querySkillQueueOnAgentVDN, () => ({ result: reads.skills().map(shown) })),
  route(contract.querySkillQueueOnAgent, ({ fields }) => {
    const { configured = [] } = reads.agent(fields.workNo) ?? {};
    return configured.length > 0
      ? { result: configured.map(shown) }
      : refuse("600-001", "workNo: not an agent of this VDN, or without skills");
  }),
  ...waitRoutes(reads),
  route(contract.querySkillStatWithVdn, ({ fields: { vdnid, skills } }) => {
    if (vdnid !== 0 && vdnid !== reads.vdn.id) return otherVdn;
    const ids = skills.length > 0 ? skills : reads.skills().map(({ id }) => id);
    return queues(reads, ids, (queue) => skillStatistics(reads, queue));
  }),
  route(contract.queryStatInfoOfAcd, ({ fields }) =>
    queues(reads, fields.skills, (queue) => acdStatistics(reads, queue)),
  ),
];
