// Sign-in and sign-out, the agent's state, his skills: contract/online-agent.ts carried out.

import { isRefusal, refuse } from "../../base/step.ts";
import * as contract from "../../contract/online-agent.ts";
import type { AgentCommand, Gateway, SignIn } from "../../runtime/face.ts";
import type { Outcome } from "../reply.ts";
import { type Ask, type Route, route } from "../route.ts";

type Fields = Ask<typeof contract.forceLoginExWithoutPhone>["fields"];

const signInOf = (fields: Fields & { readonly phonenum?: string }): SignIn => ({
  password: fields.password,
  phoneNumber: fields.phonenum ?? "",
  autoAnswer: fields.autoanswer,
  autoEnterIdle: fields.autoenteridle,
  releasePhone: fields.releasephone,
  agentType: fields.agenttype,
  phoneLinkage: fields.phonelinkage,
  textMedia: fields.checkInWebm,
  listens: fields.listenStatus,
  status: fields.status === 8 ? 4 : fields.status,
  ...(fields.status === 8 ? { rest: { seconds: fields.time, cause: fields.restcause } } : {}),
});

const session = async (signedIn: ReturnType<Gateway["signIn"]>): Promise<Outcome> => {
  const outcome = await signedIn;
  return isRefusal(outcome) ? outcome : { result: outcome.result, guid: outcome.guid };
};

type Pushing = Pick<Ask<typeof contract.login>["fields"], "callBackUri" | "serviceToken" | "pushUrl">;

/** One of callBackUri and serviceToken alone means polling (behaviour.md §3). */
function pushOf({ callBackUri, serviceToken, pushUrl }: Pushing): Pick<SignIn, "push"> {
  if (callBackUri !== "" && serviceToken !== "") return { push: { url: callBackUri, serviceToken, form: "list" } };
  return pushUrl === "" ? {} : { push: { url: pushUrl, serviceToken: "", form: "single" } };
}

const serviceToken = /^[A-Za-z0-9._-]{0,50}$/;

/** Authorising it was all: it counts as a sign of life. In push mode it may bring a new token. */
function handshake(gateway: Gateway, { agent, header }: Ask<typeof contract.handShake>): Outcome {
  const token = header("service_token");
  if (token === undefined) return {};
  if (!serviceToken.test(token)) return refuse("100-001", "service_token: 0-50 characters of A-Z, a-z, 0-9, . _ and -");
  gateway.refreshToken(agent, token);
  return {};
}

function signInRoutes(gateway: Gateway): readonly Route[] {
  const polling =
    (force: boolean) =>
    ({ agent, asker, fields }: Ask<typeof contract.login>): Outcome | Promise<Outcome> =>
      session(gateway.signIn(agent, { ...signInOf(fields), ...pushOf(fields) }, { force }, asker));
  return [
    route(contract.login, polling(false)),
    route(contract.forceLogin, polling(true)),
    route(contract.loginEx, ({ agent, asker, fields }) =>
      session(gateway.signIn(agent, signInOf(fields), { force: false }, asker)),
    ),
    route(contract.forceLoginEx, ({ agent, asker, fields }) =>
      session(gateway.signIn(agent, signInOf(fields), { force: true }, asker)),
    ),
    route(contract.forceLoginExWithoutPhone, ({ agent, asker, fields }) =>
      session(gateway.signIn(agent, signInOf(fields), { force: true }, asker)),
    ),
    route(contract.logout, ({ agent, asker }) =>
      gateway.signOut(agent, { force: false, reason: 0, address: asker.address }),
    ),
    route(contract.forceLogout, ({ agent, asker }) =>
      gateway.signOut(agent, { force: true, reason: 0, address: asker.address }),
    ),
    route(contract.forceLogoutWithReason, ({ agent, asker, fields }) =>
      gateway.signOut(agent, { force: true, reason: fields.reason, address: asker.address }),
    ),
  ];
}

function sessionRoutes(gateway: Gateway): readonly Route[] {
  return [
    route(contract.handShake, (ask) => handshake(gateway, ask)),
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
    route(contract.resetSkill, ({ agent, fields: { autoflag, skillid, phonelinkage } }) =>
      gateway.command(agent, {
        type: "reset-skills",
        skillIds: autoflag === "true" ? null : skillIds(skillid),
        ...(phonelinkage !== null && { phoneLinkage: phonelinkage }),
      }),
    ),
  ];
}

/** What is not recorded cannot be said to be: recording begins with the answer. */
function selfRecord(gateway: Gateway, { agent, fields }: Ask<typeof contract.setAgentSelfRecord>): Outcome {
  if (fields.recordbeforetalking === 1) {
    return refuse("100-007", "recordbeforetalking: calls are recorded from their answer on");
  }
  return gateway.command(agent, { type: "set-self-record", enabled: fields.recordflag === 1 });
}

function ownRoutes(gateway: Gateway): readonly Route[] {
  return [
    route(contract.queryAgentSkillsByWorkNo, ({ fields }) => {
      const skills = gateway.skillsOf(fields.workno);
      return isRefusal(skills) ? skills : { result: skills };
    }),
    route(contract.setTalkRight, ({ agent, fields }) =>
      gateway.command(agent, { type: "set-talk-right", enabled: fields.flag === 1 }),
    ),
    route(contract.setCustomState, ({ agent, fields }) =>
      gateway.command(agent, { type: "set-custom-state", value: fields.customstate }),
    ),
    route(contract.cancelSetCustomState, ({ agent }) =>
      gateway.command(agent, { type: "set-custom-state", value: null }),
    ),
    route(contract.setAgentSelfRecord, (ask) => selfRecord(gateway, ask)),
    route(contract.bindAgentPhone, ({ agent, fields }) => gateway.bindPhone(agent, fields.phonenum)),
    route(contract.syncAgentInfo, ({ agent }) => ({ result: gateway.agentInfo(agent) })),
  ];
}

export const onlineAgentRoutes = (gateway: Gateway): readonly Route[] => [
  ...ownRoutes(gateway),
  ...signInRoutes(gateway),
  ...sessionRoutes(gateway),
  ...stateRoutes(gateway),
  ...settingRoutes(gateway),
];
