// Calls that agents place and pass on: a request becomes a plan or a target, all of it checked before any state is looked at;
// then the agent's machine says yes or no.

import type { Clock } from "../base/clock.ts";
import { agentId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import { maskNumber } from "../base/log.ts";
import { isRefusal, refuse } from "../base/step.ts";
import { reduceAgent } from "../core/agent/agent.ts";
import { type AgentCall, type AgentInput, currentCall, type SignedIn } from "../core/agent/state.ts";
import { partner } from "../core/call/media-switch.ts";
import type { CallPlan, Live, Member, Target } from "../core/call/state.ts";
import type { InForce } from "../core/parameter/parameter.ts";
import type { Site } from "../core/site.ts";
import type { CallIds } from "./call-ids.ts";
import { directionIgnored, directions, planCallOut, planInner, withId } from "./call-out.ts";
import type { Gateway, Help, InnerCall, Refused, Transfer } from "./face.ts";
import type { Loop } from "./loop.ts";
import type { TollDesk } from "./toll.ts";
import { transferTarget } from "./transfer-target.ts";
import type { Trunks } from "./trunks.ts";

export type CallDeskOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Site;
  readonly loop: Loop;
  readonly callIds: CallIds;
  readonly parameters: () => InForce;
  readonly trunks: Pick<Trunks, "hasRoute">;
  readonly toll: Pick<TollDesk, "bar" | "count">;
};

export type CallDesk = {
  /** Everything that can be refused is refused here; what comes back carries the transfer out. */
  prepareTransfer(agent: string, request: Transfer): Refused | (() => Refused | { done: true });
} & Pick<Gateway, "callOut" | "callInner" | "innerHelp" | "transfer" | "cancelTransfer" | "disconnect" | "switchMedia">;

const noPhone = refuse("100-007", "a call is not possible: the agent signed in without a phone");
const noId = refuse("100-007", "no call id: the store does not answer");
const done = { done: true } as const;

/** What is not passed on blindly to an external number (operations.json, transfer); null: this call may be. */
function notReleased(call: Live | undefined): string | null {
  if (call?.plan.kind === "outgoing") return "an outgoing call";
  return call?.members.some(({ side, video }) => side === "party" && video) ? "a video call" : null;
}

export function openCallDesk(options: CallDeskOptions): CallDesk {
  const { clock, log, site, loop, toll } = options;

  const agentOf = (agent: string) => loop.agent(agentId(agent));
  const post = (agent: string, input: AgentInput): Refused | typeof done =>
    loop.post({ to: "agent", id: agentId(agent), input }) ?? done;

  /** A call of the agent's as it stands in the loop. */
  const live = (agent: string, find: (state: SignedIn) => AgentCall | undefined): Live | undefined => {
    const state = agentOf(agent);
    const id = state.name === "signed-in" ? find(state)?.id : undefined;
    const call = id === undefined ? undefined : loop.call(id);
    return call?.name === "live" ? call : undefined;
  };

  const current = (agent: string): Live | undefined => live(agent, currentCall);
  /** Beside held calls only, the newest of them. */
  const last = (agent: string): Live | undefined =>
    live(agent, (state) => currentCall(state) ?? state.calls.findLast(({ stage }) => stage === "held"));

  const hasNoPhone = (agent: string): boolean => {
    const state = agentOf(agent);
    return state.name === "signed-in" && state.profile.phoneNumber === "";
  };

  const planned = (plan: Omit<CallPlan, "id">): CallPlan | Refused => {
    const id = options.callIds.next();
    return id ? withId(plan, id) : noId;
  };

  const callOut: Gateway["callOut"] = (agent, request) => {
    const wanted = planCallOut(agent, request, {
      site,
      parameters: options.parameters(),
      hasRoute: options.trunks.hasRoute,
      barred: toll.bar,
      now: clock.now(),
    });
    if ("refused" in wanted) return wanted;
    if (hasNoPhone(agent)) return noPhone;
    const plan = planned(wanted.plan);
    if ("refused" in plan) return plan;
    const occupyFirst = options.parameters().P18 === 1;
    const outcome = post(agent, { type: "call-out", plan, occupyFirst, ringMs: site.ring.agentMs });
    if ("refused" in outcome) return outcome;
    toll.count(agent, plan.skill.id);
    const hint = wanted.note || undefined;
    log.info({ agent, callId: plan.id, called: maskNumber(request.called), hint }, "call started");
    return { callId: plan.id, note: wanted.note };
  };

  const isSkill = (skill: number): boolean => site.skills.some(({ id }) => id === skill);

  /** Another agent who is signed in, or a skill of this site. What is wrong names the request's own field. */
  const innerTarget = (agent: string, { to }: InnerCall, kind: "internal" | "help"): Target | Refused => {
    const [skillField, agentField] = kind === "help" ? ["dstaddress", "dstaddress"] : ["skillId", "called"];
    if ("skill" in to) {
      if (!isSkill(to.skill)) return refuse("000-002", `${skillField}: not a skill of this site`);
      return { type: "skill", skill: to.skill };
    }
    if (to.agent === agent) return refuse("000-002", `${agentField}: the agent himself`);
    if (!site.agents.some(({ id }) => id === to.agent))
      return refuse("000-002", `${agentField}: not an agent of this site`);
    const there = agentOf(to.agent).name === "signed-in";
    return there
      ? { type: "agent", agent: agentId(to.agent) }
      : refuse("100-007", `${agentField}: the agent is not signed in`);
  };

  /** He who asks is no answer. */
  const nobodyFree = (agent: string, target: Target): boolean =>
    target.type === "skill" &&
    !loop
      .queues()
      .skills.get(target.skill)
      ?.free.some((free) => free.agent !== agent);

  const inner = (agent: string, kind: "internal" | "help", request: InnerCall): CallPlan | Refused => {
    const target = innerTarget(agent, request, kind);
    if ("refused" in target) return target;
    const { skillId = 0, appData } = request;
    if (skillId !== 0 && !isSkill(skillId)) return refuse("000-002", "skillid: not a skill of this site");
    if (nobodyFree(agent, target)) return refuse("100-007", "no agent of this skill is free");
    if (hasNoPhone(agent)) return noPhone;
    return planned(planInner({ agent, kind, target, skillId, appData, site, now: clock.now() }));
  };

  const callInner: Gateway["callInner"] = (agent, request) => {
    const plan = inner(agent, "internal", request);
    if ("refused" in plan) return plan;
    const occupyFirst = options.parameters().P18 === 1;
    const outcome = post(agent, { type: "call-out", plan, occupyFirst, ringMs: site.ring.agentMs });
    return "refused" in outcome ? outcome : { callId: plan.id };
  };

  /** The customer is held, and the helper called apart. */
  const helpApart = (agent: string, request: InnerCall): Refused | { callId: string } => {
    const plan = inner(agent, "help", request);
    if ("refused" in plan) return plan;
    const outcome = post(agent, { type: "consult", plan, ringMs: site.ring.agentMs });
    return "refused" in outcome ? outcome : { callId: plan.id };
  };

  /** The helper comes into the call that there is. */
  const helpAmong = (agent: string, request: Help): Refused | { callId: string } => {
    const target = innerTarget(agent, request, "help");
    if ("refused" in target) return target;
    if (nobodyFree(agent, target)) return refuse("100-007", "no agent of this skill is free");
    const callId = current(agent)?.plan.id ?? "";
    const { hold: park, appData } = request;
    const outcome = post(agent, { type: "bring-in", purpose: "help", target, park, appData: appData || null });
    return "refused" in outcome ? outcome : { callId };
  };

  const innerHelp: Gateway["innerHelp"] = (agent, request) =>
    request.parties === 2 ? helpApart(agent, request) : helpAmong(agent, request);

  const prepareTransfer: CallDesk["prepareTransfer"] = (agent, request) => {
    const call = current(agent);
    const { skill = { id: site.defaultSkill } } = call?.plan ?? {};
    const target = transferTarget(request, {
      site,
      agent,
      skill: site.skills.find(({ id }) => id === skill.id) ?? skill,
      isSignedIn: (id) => agentOf(id).name === "signed-in",
      hasRoute: options.trunks.hasRoute,
      barred: toll.bar,
    });
    if ("refused" in target) return target;
    const why = target.type === "party" && request.mode === "blind" ? notReleased(call) : null;
    if (why !== null) return refuse("100-007", `mode: ${why} cannot be released to an external number`);
    const { mode: purpose, hold, appData } = request;
    const park = hold && purpose === "three-party";
    const input = { type: "bring-in", purpose, target, park, appData } as const;
    const refusal = reduceAgent(agentOf(agent), input);
    if (isRefusal(refusal)) return refusal as Refused;
    return () => {
      if (target.type === "party") toll.count(agent, skill.id);
      return post(agent, input);
    };
  };

  const transfer = (agent: string, request: Transfer): Refused | typeof done => {
    const act = prepareTransfer(agent, request);
    return typeof act === "function" ? act() : act;
  };

  const cancelTransfer = (agent: string): Refused | typeof done => {
    const guests = current(agent)?.members.filter((member) => member.side === "party" && member.guestOf === agent);
    if (guests?.length === 0) return refuse("100-007", "there is no transferred call to take back");
    return post(agent, { type: "take-back" });
  };

  const isNumber = (number: string) => (member: Member) =>
    member.side === "agent" ? member.agent === number : member.number === number;

  /** The agent himself goes by his work number or by his phone's. */
  const isHimself = (agent: string, number: string): boolean => {
    const state = agentOf(agent);
    return number === agent || (state.name === "signed-in" && state.profile.phoneNumber === number);
  };

  /** operations.json: only numbers in the last call, which may be on hold; a helper may send only himself away. */
  const disconnect = (agent: string, number: string): Refused | typeof done => {
    const call = last(agent);
    if (!call) return refuse("200-023", "there is no call in progress");
    const own = call.members.find((member) => member.side === "agent" && member.agent === agent);
    if (isHimself(agent, number)) return post(agent, { type: "drop-call", callId: call.plan.id });
    if (!call.members.some(isNumber(number))) return refuse("200-024", "number: nobody in the last call has it");
    if (own?.side === "agent" && own.role === "assistant")
      return refuse("200-024", "number: a helper can only release himself");
    return post(agent, { type: "drop-member", callId: call.plan.id, number });
  };

  const switchMedia: Gateway["switchMedia"] = (agent, { video, userVideoDirection }) => {
    const call = current(agent);
    const own = call?.members.find((member) => member.side === "agent" && member.agent === agent);
    // Of more than two each hears a mix, and sees nobody.
    if (call && own?.side === "agent" && own.stage === "in" && !partner(call, own))
      return refuse("100-007", "only a call of the agent and one customer has video");
    const ignored = video && userVideoDirection !== 4 && options.parameters().P978 !== 0;
    const videoDirection = video && !ignored ? directions[userVideoDirection] : null;
    const outcome = post(agent, { type: "switch-media", video, videoDirection });
    return "refused" in outcome ? outcome : { note: ignored ? directionIgnored : "" };
  };

  return { callOut, callInner, innerHelp, prepareTransfer, transfer, cancelTransfer, disconnect, switchMedia };
}
