// The site as it is configured: contract/configuration.ts carried out.

import * as contract from "../../contract/configuration.ts";
import type { SiteAgent } from "../../core/site.ts";
import type { Gateway } from "../../runtime/face.ts";
import { type Route, route } from "../route.ts";

const shownAgent = ({ id, name, skills, levels = {} }: SiteAgent): contract.ConfiguredAgent => ({
  agentId: Number(id),
  name,
  agentPwd: "",
  fullName: name,
  socialChatNum: 0,
  timeRemaining: "",
  validTime: 0,
  asrInd: 0,
  enableDualChannelRec: 1,
  h5VideoNum: 0,
  skills: skills.map((skillId) => ({ skillId, agentPower: levels[skillId] ?? 1 })),
});

/** null: no list, all of them. */
const listed = (text: string): ReadonlySet<number> | null =>
  text === "" ? null : new Set(text.split(",").map(Number));

export const configurationRoutes = ({ configuration }: Gateway): readonly Route[] => [
  route(contract.queryAgent, ({ fields }) => {
    const wanted = listed(fields.agentIdSet);
    return { result: configuration.agents.filter(({ id }) => !wanted || wanted.has(Number(id))).map(shownAgent) };
  }),
  route(contract.queryRestCause, ({ fields }) => {
    const wanted = listed(fields.causeId);
    const causes = configuration.restCauses.filter(({ id }) => !wanted || wanted.has(id));
    const result = causes.map(
      ({ id, name }): contract.ConfiguredRestCause => ({ causeId: id, causeNo: id, causeDesc: name }),
    );
    return { result };
  }),
];
