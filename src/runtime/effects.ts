// The core's effects carried out: what it asks of legs, timers and feeds; what they report goes back to the machine that asked.

import type { Clock } from "../base/clock.ts";
import { agentId, type CallId, type LegId } from "../base/ids.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import type { AgentEffect, AgentTimer } from "../core/agent/state.ts";
import type { CallTimer, LegEvent, TalkEvent } from "../core/call/state.ts";
import type { ConferenceTimer } from "../core/conference/state.ts";
import type { Journal } from "./journal/journal.ts";
import type { LegReport } from "./leg.ts";
import type { Legs } from "./legs-port.ts";
import type { Loop, Outward } from "./loop.ts";
import type { openNotices } from "./notices.ts";
import { openTimers, type TimerName } from "./timers.ts";

export type EffectsOptions = {
  readonly clock: Clock;
  readonly journal: Pick<Journal, "keep" | "found">;
  readonly legs: Legs;
  readonly tellAgent: (agent: string, event: AgentEvent) => void;
  readonly notices: ReturnType<typeof openNotices>;
  readonly loop: () => Pick<Loop, "post" | "conference">;
  readonly forward: (agent: string, effect: Extract<AgentEffect, { type: "forward" }>) => void;
};

export type Effects = {
  /** Events and timers, which are kept themselves: in the commit of the step that they come from. false: it was none. */
  note(outward: Outward): boolean;
  /** All others, when that commit is on disk. */
  perform(outward: Outward): void;
  /** A party's leg reports to the call or conference that has it now; `first`: the one that it began in. */
  reportToCall(first: CallId, report: LegEvent): void;
  /** These legs are this call's, or this conference's, from now on. */
  own(call: CallId, moved: readonly LegId[]): void;
};

/** Whose timer it is. */
type Machine = Outward extends infer One ? (One extends Outward ? Pick<One, "by" | "id"> : never) : never;

const machineOf = ({ by, id }: Outward): Machine => ({ by, id }) as Machine;

/** Not what the agent's phone alone reports. */
export const isOfAnyLeg = (report: LegReport): report is LegEvent =>
  report.type !== "leg-lost" && report.type !== "leg-returned";

export function openEffects({ clock, journal, legs, tellAgent, notices, loop, forward }: EffectsOptions): Effects {
  /** Legs that have moved from the call that they began in. */
  const owners = new Map<LegId, CallId>();

  const own: Effects["own"] = (call, moved) => {
    for (const leg of moved) owners.set(leg, call);
  };

  /** Whoever started a timer named it as one of his. */
  const runOut = ({ by, id }: Machine, name: TimerName): void => {
    if (by === "agent") loop().post({ to: "agent", id, input: { type: "timer", name: name as AgentTimer } });
    else if (by === "call") loop().post({ to: "call", id, event: { type: "timer", name: name as CallTimer } });
    else loop().post({ to: "conference", id, event: { type: "timer", name: name as ConferenceTimer } });
  };

  const timers = openTimers<Machine>(clock, runOut, journal);

  const reporter =
    (outward: Outward) =>
    (report: LegReport): void => {
      if (outward.by === "agent") loop().post({ to: "agent", id: outward.id, input: report });
      else if (isOfAnyLeg(report)) reportToCall(outward.id, report);
    };

  /** To the call or the conference with this id. */
  const postTo = (id: CallId, event: TalkEvent): void =>
    void loop().post(loop().conference(id) ? { to: "conference", id, event } : { to: "call", id, event });

  /** A party's leg reports to the call or conference that has it now. */
  const reportToCall = (first: CallId, report: LegEvent): void => {
    const id = owners.get(report.leg) ?? first;
    if (report.type === "leg-failed" || report.type === "leg-ended") owners.delete(report.leg);
    postTo(id, report);
  };

  /** Events and timers are kept themselves: in the commit of the step that they come from. */
  const note = (outward: Outward): boolean => {
    const { id, effect } = outward;
    switch (effect.type) {
      case "notify":
        tellAgent(id, effect.event);
        return true;
      case "notify-failure":
      case "notify-screened":
      case "notify-conference-failed":
      case "notify-record-done":
        notices(id, effect);
        return true;
      case "start-timer":
        timers.start(machineOf(outward), effect.name, effect.ms);
        return true;
      case "stop-timer":
        timers.stop(machineOf(outward), effect.name);
        return true;
      default:
        return false;
    }
  };

  const perform = (outward: Outward): void => {
    const { effect } = outward;
    switch (effect.type) {
      case "invite-phone":
        return legs.invitePhone(effect, reporter(outward));
      case "invite-party":
        return legs.inviteParty(effect, reporter(outward));
      case "forward":
        return forward(outward.id, effect);
      case "reoffer-phone":
        return legs.reofferPhone(effect.leg, effect.order);
      case "reoffer-party":
        return legs.reofferParty(effect);
      case "ring-party":
        return legs.ringParty(effect.leg);
      case "answer-party":
        return legs.answerParty(effect);
      case "own":
        return outward.by === "agent" ? undefined : own(outward.id, effect.legs);
      case "hang-up":
        owners.delete(effect.leg);
        return legs.hangUp(effect.leg, "status" in effect ? effect.status : undefined);
      case "hear":
        return legs.hear(effect.listener, effect.source);
      case "detect":
        return legs.detect(effect.leg, effect.watch);
      case "play":
        return legs.play(effect, () => postTo(effect.call, { type: "played", leg: effect.leg }));
      case "stop-playing":
        return legs.stopPlaying(effect.leg);
      case "dial":
        return legs.dial(effect.leg, effect.digits);
      case "play-file":
      case "steer-file":
        return legs.playFile(
          effect,
          (event) => void loop().post({ to: "agent", id: agentId(outward.id), input: event }),
        );
      case "record":
      case "record-voices":
      case "record-pause":
      case "record-stop":
        return legs.record(effect, (event) => postTo(effect.call, event));
    }
  };

  return { note, perform, reportToCall, own };
}
