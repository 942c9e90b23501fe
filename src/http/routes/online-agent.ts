// Sign-in and sign-out, the agent's state, his skills: contract/online-agent.ts carried out.

import { isRefusal, refuse } from "../../base/step.ts";
import * as contract from "../../contract/online-agent.ts";
import type { AgentCommand, Gateway, SignIn } from "../../runtime/face.ts";
import type { Outcome } from "../reply.ts";
import { type Ask, type Route, route } from "../route.ts";

type SignInAsk = Ask<typeof contract.login>;

const signInOf = (fields: SignInAsk["fields"] | Ask<typeof contract.loginEx>["fields"]): SignIn => ({
  password: fields.password,
  phoneNumber: fields.phonenum,
  autoAnswer: fields.autoanswer,
  autoEnterIdle: fields.autoenteridle,
  releasePhone: fields.releasephone,
  agentType: fields.agenttype,
  status: fields.status,
});

const session = async (signedIn: ReturnType<Gateway["signIn"]>): Promise<Outcome> => {
  const outcome = await signedIn;
  return isRefusal(outcome) ? outcome : { result: outcome.result, guid: outcome.guid };
};

const pushRefused = refuse("100-001", "callBackUri and serviceToken: events are not pushed, poll for them");

function signInRoutes(gateway: Gateway): readonly Route[] {
  const polling =
    (force: boolean) =>
    ({ agent, asker, fields }: SignInAsk): Outcome | Promise<Outcome> => {
      if (fields.callBackUri !== "" && fields.serviceToken !== "") return pushRefused;
      return session(gateway.signIn(agent, signInOf(fields), { force }, asker));
    };
  return [
    route(contract.login, polling(false)),
    route(contract.forceLogin, polling(true)),
    route(contract.loginEx, ({ agent, asker, fields }) =>
      session(gateway.signIn(agent, signInOf(fields), { force: false }, asker)),
    ),
    route(contract.logout, ({ agent }) => gateway.signOut(agent, { force: false, reason: 0 })),
    route(contract.forceLogout, ({ agent }) => gateway.signOut(agent, { force: true, reason: 0 })),
    route(contract.forceLogoutWithReason, ({ agent, fields }) =>
      gateway.signOut(agent, { force: true, reason: fields.reason }),
    ),
  ];
}

function sessionRoutes(gateway: Gateway): readonly Route[] {
  return [
    // Authorising them was all: it counts as a sign of life.
    route(contract.handShake, () => ({})),
    route(contract.heartbeat, ({ agent }) => ({ result: { loginTime: gateway.loginTime(agent) } })),
    route(contract.updateGuid, ({ agent }) => ({ result: { guid: gateway.currentGuid(agent) } })),
    route(contract.queryAgentSkills, ({ agent }) => ({ result: gateway.agentSkills(agent) })),
    route(contract.getAgentStatus, ({ agent }) => ({ result: gateway.agentStatus(agent) })),
  ];
}

function stateRoutes(gateway: Gateway): readonly Route[] {
  const simple =
    (command: AgentCommand) =>
    ({ agent }: { readonly agent: string }) =>
      gateway.command(agent, command);
  return [
    route(contract.sayBusy, ({ agent, fields }) => gateway.command(agent, { type: "say-busy", ...fields })),
    route(contract.cancelBusy, simple({ type: "cancel-busy" })),
    route(contract.sayFree, simple({ type: "say-free" })),
    route(contract.sayWork, simple({ type: "work" })),
    route(contract.cancelWork, simple({ type: "cancel-work" })),
    route(contract.rest, ({ agent, fields: { time, restcause, prolong } }) =>
      gateway.command(agent, { type: "rest", seconds: time, cause: restcause, prolong }),
    ),
    route(contract.cancelRest, simple({ type: "cancel-rest" })),
  ];
}

/** Ids joined by `;`, a last one allowed to stand open: "25;26;". */
const skillIds = (list: string): readonly number[] => list.split(";").filter(Boolean).map(Number);

function settingRoutes(gateway: Gateway): readonly Route[] {
  return [
    route(contract.setAgentAutoEnterIdle, ({ agent, fields }) =>
      gateway.command(agent, { type: "set-auto-enter-idle", enabled: fields.flag === "true" }),
    ),
    route(contract.setAgentAutoAnswer, ({ agent, fields }) =>
      gateway.command(agent, { type: "set-auto-answer", enabled: fields.isautoanswer === "true" }),
    ),
    route(contract.resetSkill, ({ agent, fields: { autoflag, skillid } }) =>
      gateway.command(agent, { type: "reset-skills", skillIds: autoflag === "true" ? null : skillIds(skillid) }),
    ),
  ];
}

export const onlineAgentRoutes = (gateway: Gateway): readonly Route[] => [
  ...signInRoutes(gateway),
  ...sessionRoutes(gateway),
  ...stateRoutes(gateway),
  ...settingRoutes(gateway),
];
