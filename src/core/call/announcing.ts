// What a party is told while it is nobody's: those who wait in a queue, before a menu, or who hear an announcement alone.

import { stay } from "../../base/step.ts";
import type { MenuRules, SkillRules } from "./rules.ts";
import { isAsked, type Next, parties } from "./seats.ts";
import type { AgentMember, Call, CallEffect, Invitation, Live } from "./state.ts";

export const rulesOf = ({ plan }: Live, skill: number): SkillRules | undefined => plan.rules?.skills.get(skill);

export const skillOf = ({ target }: Invitation): number | null => (target.type === "skill" ? target.skill : null);

/** Where a call stands while it is nobody's: in a queue, before a menu or an announcement. */
function station(call: Call): { readonly key: string; readonly rules: SkillRules | undefined } | null {
  if (call.name === "ended" || !call.invitation) return null;
  const { target, queued } = call.invitation;
  if (target.type === "skill")
    return queued ? { key: `skill ${target.skill}`, rules: rulesOf(call, target.skill) } : null;
  return target.type === "menu" || target.type === "announcement"
    ? { key: `${target.type} ${target.name}`, rules: undefined }
    : null;
}

/** Timers and announcements belong to the place where the call waits: derived as hearing is, so that no way out forgets them. */
export function waitingChanges(before: Live, after: Call): readonly CallEffect[] {
  const [old, now] = [station(before), station(after)];
  if (old?.key === now?.key) return [];
  const maxWaitMs = now?.rules?.maxWaitMs ?? null;
  return [
    ...(old ? left(before) : []),
    ...(maxWaitMs === null ? [] : [{ type: "start-timer", name: "wait", ms: maxWaitMs } as const]),
  ];
}

const left = (call: Live): readonly CallEffect[] => [
  { type: "stop-timer", name: "wait" },
  { type: "stop-timer", name: "announce" },
  ...parties(call).flatMap(({ leg, stage }): CallEffect[] => (stage === "in" ? [{ type: "stop-playing", leg }] : [])),
];

/** Those who wait hear where they stand: the queues are asked for their place first. */
export function announce(call: Live): readonly CallEffect[] {
  const skill = call.invitation?.queued ? skillOf(call.invitation) : null;
  if (skill === null || !rulesOf(call, skill)?.announce || isAsked(call)) return [];
  return [{ type: "tell-queues", event: { type: "place-asked", call: call.plan.id, skill } }];
}

/** The time for the next announcement: not while somebody is being rung for it, but then again. */
export function announceAgain(call: Live): Next {
  return [call, [...announce(call), ...(isAsked(call) ? nextAnnouncement(call) : [])]];
}

function nextAnnouncement(call: Live): readonly CallEffect[] {
  const skill = call.invitation?.queued ? skillOf(call.invitation) : null;
  const everyMs = skill === null ? null : (rulesOf(call, skill)?.announce?.everyMs ?? null);
  return everyMs === null ? [] : [{ type: "start-timer", name: "announce", ms: everyMs }];
}

export function placeTold(call: Live, position: number): Next {
  const skill = call.invitation?.queued ? skillOf(call.invitation) : null;
  const announcing = skill === null ? null : rulesOf(call, skill)?.announce;
  if (!announcing || isAsked(call)) return stay(call);
  const { announcement, places } = announcing;
  const names = [...(announcement === null ? [] : [announcement]), ...places.slice(position - 1, position)];
  return [call, [...play(call, names), ...nextAnnouncement(call)]];
}

/** To every party that is there. */
export const play = (call: Live, names: readonly string[]): readonly CallEffect[] =>
  names.length === 0
    ? []
    : parties(call).flatMap(({ leg, stage }): CallEffect[] =>
        stage === "in" ? [{ type: "play", leg, call: call.plan.id, names }] : [],
      );

/** To everybody who talks with him, in place of what they hear. */
export const playToOthers = (call: Live, seat: AgentMember, names: readonly string[]): readonly CallEffect[] =>
  call.members.flatMap((member): CallEffect[] =>
    member !== seat && member.stage === "in" && member.leg !== null
      ? [{ type: "play", leg: member.leg, call: call.plan.id, names }]
      : [],
  );

export const menuOf = ({ invitation, plan }: Live): MenuRules | undefined =>
  invitation?.target.type === "menu" ? plan.rules?.menus.get(invitation.target.name) : undefined;

/** A party that has only arrived is answered, so that it hears something; then, or at once, it is played. */
export function guide(call: Live): Next {
  const waiting = parties(call).find(({ stage }) => stage === "arrived");
  if (waiting) return [call, [{ type: "answer-party", leg: waiting.leg, like: null, video: false }]];
  return [call, tellGuided(call)];
}

export function tellGuided(call: Live): readonly CallEffect[] {
  const { invitation } = call;
  if (invitation?.target.type === "announcement") return play(call, [invitation.target.name]);
  const menu = menuOf(call);
  return menu ? play(call, [menu.announcement]) : [];
}
