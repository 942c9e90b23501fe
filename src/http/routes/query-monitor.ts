// The system itself: contract/query-monitor.ts carried out.

import { refuse } from "../../base/step.ts";
import * as contract from "../../contract/query-monitor.ts";
import type { Gateway } from "../../runtime/face.ts";
import type { Reads } from "../../runtime/reads-face.ts";
import { type Route, route } from "../route.ts";
import { absentIn } from "./absent.ts";
import { skillStatistics } from "./queue-device.ts";

const SIGNED_OUT = 2;

function clusterRoutes(reads: Reads): readonly Route[] {
  const thisNode = (): contract.ClusterNode => {
    const { name, agents, calls } = reads.node();
    return { clustername: name, status: 1, agentnum: agents, callnum: calls };
  };
  const at = (workno: string): contract.AgentNode => ({ workno, clustername: reads.node().name });
  return [
    route(contract.queryAgentClusterInfo, ({ fields }) => {
      const agent = reads.agent(fields.workno);
      if (!agent) return refuse("300-002", "workno: not an agent of this VDN");
      return agent.state === SIGNED_OUT
        ? refuse("300-002", "workno: the agent is not signed in")
        : { result: at(agent.id) };
    }),
    route(contract.queryAllAgentClusterInfo, () => ({
      result: reads
        .agents()
        .filter(({ state }) => state !== SIGNED_OUT)
        .map(({ id }) => at(id)),
    })),
    route(contract.queryClusterInfo, () => ({ result: [thisNode()] })),
    route(contract.queryClusterInfoByName, ({ fields }) =>
      fields.clustername === reads.node().name
        ? { result: thisNode() }
        : refuse("100-007", "clustername: there is this node only, and it has another name"),
    ),
  ];
}

export const queryMonitorRoutes = ({ reads }: Gateway): readonly Route[] => [
  route(contract.querySysVersion, () => ({ result: `Seatway ${reads.node().version}` })),
  route(contract.querySystemStateInfo, () => {
    const { agents, calls, waiting, problems } = reads.node();
    const ready = problems.length === 0;
    return {
      result: { ready, agentnum: agents, callnum: calls, waitnum: waiting, problems } satisfies contract.SystemState,
    };
  }),
  route(contract.queryServerTime, () => ({ result: reads.node().now })),
  ...clusterRoutes(reads),
  ...absentIn([contract.setAgentTimeOut, contract.setMaxChatNum]),
  route(contract.querySkillsStatisticInfo, ({ fields }) => {
    const queue = reads.queue(fields.skillid);
    return queue ? { result: skillStatistics(reads, queue) } : refuse("000-002", "skillid: not a skill of this VDN");
  }),
];
