// Conferences of agents: what does not depend on a state is looked at here (numbers, agents of the site, routes, announcements);
// then the agent's machine or the conference says yes or no.

import { agentId, type CallId } from "../base/ids.ts";
import { type Log, maskNumber } from "../base/log.ts";
import { isRefusal, refuse } from "../base/step.ts";
import { conferenceOf } from "../core/agent/conferences.ts";
import { type AgentInput, currentCall } from "../core/agent/state.ts";
import type { Address, ConferenceOrder, ConferencePlan } from "../core/conference/state.ts";
import type { Site } from "../core/site.ts";
import { callerAllowed } from "../core/trunk/trunk.ts";
import type { CallIds } from "./call-ids.ts";
import type { Conferences, NewConference } from "./conference-face.ts";
import type { Refused } from "./face.ts";
import type { Loop } from "./loop.ts";
import type { TollDesk } from "./toll.ts";
import type { Trunks } from "./trunks.ts";

export type ConferenceDeskOptions = {
  readonly log: Log;
  readonly site: Site;
  readonly loop: Loop;
  readonly callIds: CallIds;
  readonly trunks: Pick<Trunks, "hasRoute">;
  readonly toll: Pick<TollDesk, "bar" | "count">;
};

type Done = { done: true };

const done: Done = { done: true };
const minute = 60_000;
const none = refuse("101-001", "the agent is in no conference");

/** The sequence of a call id is unique at this site, across restarts. */
const numberOf = (id: CallId): number => Number(id.split("-").at(-1));

export function openConferenceDesk(options: ConferenceDeskOptions): Conferences {
  const { log, site, loop, toll } = options;

  const post = (agent: string, input: AgentInput): Refused | Done =>
    loop.post({ to: "agent", id: agentId(agent), input }) ?? done;

  /** That the agent is in, or invited to. */
  const current = (agent: string): CallId | undefined => {
    const state = loop.agent(agentId(agent));
    return state.name === "signed-in" ? conferenceOf(state)?.id : undefined;
  };

  const order = (agent: string, wanted: ConferenceOrder): Refused | Done => {
    const id = current(agent);
    if (!id) return none;
    return loop.post({ to: "conference", id, event: { type: "order", by: agentId(agent), order: wanted } }) ?? done;
  };

  /** The name of the site's announcement; null: no path. */
  const announcement = (path: string): string | null | Refused => {
    if (path === "") return null;
    const [, vdn, file = path] = /^[a-z]:\/conf\/(\d+)\/([^/]+)$/i.exec(path) ?? [];
    if (vdn !== undefined && Number(vdn) !== site.vdn.id) {
      return refuse("100-007", "voicePath: not an announcement of this VDN");
    }
    const name = [file, file.replace(/\.\w+$/, "")].find((each) => site.announcements?.[each] !== undefined);
    return name ?? refuse("100-007", "voicePath: no such announcement in the site file");
  };

  const withAnnouncement = (path: string, wanted: (name: string | null) => Refused | Done): Refused | Done => {
    const name = announcement(path);
    return isRefusal(name) ? (name as Refused) : wanted(name);
  };

  /** An order with an announcement: of who is in no conference it is not even looked for. */
  const announced = (agent: string, path: string, wanted: (name: string | null) => ConferenceOrder): Refused | Done =>
    current(agent) ? withAnnouncement(path, (name) => order(agent, wanted(name))) : none;

  const callerRefused = (field: string, caller: string): Refused | null =>
    caller === "" || callerAllowed(site, caller)
      ? null
      : refuse("000-002", `${field}: not a caller number of this site`);

  /** A call of his that is to become the conference: all of them have to talk, and to find room. */
  const callRefused = (agent: string, members: number): Refused | null => {
    const state = loop.agent(agentId(agent));
    const id = state.name === "signed-in" ? currentCall(state)?.id : undefined;
    const call = id === undefined ? undefined : loop.call(id);
    if (call?.name !== "live") return null;
    if (call.invitation || call.members.some(({ stage }) => stage !== "in")) {
      return refuse("100-007", "a conference is not possible: not all in the call talk");
    }
    return call.members.length - 1 > members ? refuse("100-007", "memberNum: more are in the call") : null;
  };

  const request = (agent: string, wanted: NewConference): Refused | Done => {
    const refused = callerRefused("confCallerNo", wanted.caller) ?? callRefused(agent, wanted.members);
    if (refused) return refused;
    return withAnnouncement(wanted.voicePath, (welcome) => {
      const id = options.callIds.next();
      if (!id) return refuse("100-007", "no number for the conference: the store does not answer");
      const plan: ConferencePlan = {
        id,
        number: numberOf(id),
        chair: agentId(agent),
        caller: wanted.caller || site.defaultCaller,
        members: wanted.members,
        ms: wanted.minutes * minute,
        promptMs: wanted.promptMinutes === 0 ? null : wanted.promptMinutes * minute,
        welcome,
        ringMs: { agent: site.ring.agentMs, party: site.ring.customerMs },
      };
      const outcome = post(agent, { type: "request-conference", plan });
      if (!isRefusal(outcome)) log.info({ agent, callId: id, confId: plan.number }, "conference asked for");
      return outcome;
    });
  };

  const defaultSkill = () => site.skills.find(({ id }) => id === site.defaultSkill) ?? { id: site.defaultSkill };

  /** Whom nobody could reach at all; who is busy or signed out is a matter of the moment. */
  const addressRefused = (agent: string, { type, number }: Address): Refused | null => {
    if (type === "agent") {
      const known = site.agents.some(({ id }) => id === number);
      return known ? null : refuse("100-007", `addresses: ${number} is not an agent of this VDN`);
    }
    const bar = toll.bar({ called: number, agent, skill: defaultSkill() });
    if (bar !== undefined) return refuse("200-001", `addresses: ${bar}`);
    return options.trunks.hasRoute(number) ? null : refuse("200-001", `addresses: no route to ${maskNumber(number)}`);
  };

  const invite: Conferences["invite"] = (agent, { addresses: named, caller, voicePath }) => {
    if (!current(agent)) return none;
    const addresses = distinct(named);
    const refused =
      callerRefused("caller", caller) ??
      addresses.reduce<Refused | null>((found, address) => found ?? addressRefused(agent, address), null);
    if (refused) return refused;
    return withAnnouncement(voicePath, (welcome) => {
      const outcome = order(agent, { type: "invite", addresses, caller: caller || null, welcome });
      if (!isRefusal(outcome)) {
        for (const { type } of addresses) if (type === "party") toll.count(agent, site.defaultSkill);
      }
      return outcome;
    });
  };

  const remove: Conferences["remove"] = (agent, named) => {
    const addresses = distinct(named);
    const id = current(agent);
    const seats = (id && loop.conference(id)?.seats) ?? [];
    const absent = addresses.filter((address) => !seats.some((seat) => same(seat, address)));
    const outcome = order(agent, { type: "remove", addresses });
    return isRefusal(outcome) ? (outcome as Refused) : absent;
  };

  return {
    ...{ request, invite, remove },
    answer: (agent) => post(agent, { type: "answer-conference" }),
    reject: (agent) => post(agent, { type: "reject-conference" }),
    leave(agent) {
      const id = current(agent);
      if (!id) return none;
      return loop.post({ to: "conference", id, event: { type: "leave", by: agentId(agent) } }) ?? done;
    },
    end: (agent) => order(agent, { type: "end" }),
    passChair: (agent, to) => order(agent, { type: "pass-chair", to: agentId(to) }),
    setMode: (agent, address, mode) => order(agent, { type: "set-mode", address, ...mode }),
    hold: (agent, address, voicePath) =>
      announced(agent, voicePath, (name) => ({ type: "hold-member", address, announcement: name })),
    unhold: (agent, address) => order(agent, { type: "unhold-member", address }),
    resize: (agent, by) => order(agent, { type: "resize", by }),
    play: (agent, address, voicePath) =>
      announced(agent, voicePath, (name) => {
        const played = name ?? "";
        return address
          ? { type: "play-to-member", address, announcement: played }
          : { type: "play-to-all", announcement: played };
      }),
    stopPlaying: (agent, address) =>
      order(agent, address ? { type: "stop-to-member", address } : { type: "stop-to-all" }),
  };
}

const same = (one: Address, other: Address): boolean => one.type === other.type && one.number === other.number;

const distinct = (addresses: readonly Address[]): readonly Address[] =>
  addresses.filter((address, index) => addresses.findIndex((other) => same(other, address)) === index);
