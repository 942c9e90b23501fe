// The live board: what stands now, and to each reader what has changed since he was told last. Changes are gathered while
// somebody reads, by who they are about, so that an agent who does nothing costs nothing.

import type { Clock } from "../../base/clock.ts";
import { agentId } from "../../base/ids.ts";
import type { Board, BoardAgent, BoardCall, BoardFigures, BoardItem, BoardSkill } from "../../contract/board.ts";
import type { AgentCall } from "../../core/agent/state.ts";
import type { Call, Ended } from "../../core/call/state.ts";
import type { Site } from "../../core/site.ts";
import type { Loop } from "../loop.ts";
import type { Reads } from "../reads-face.ts";
import { openTally } from "./figures.ts";

export type LiveBoard = {
  now(): Board;
  /** The first item comes at once. Returns how to stop. */
  read(tell: (item: BoardItem) => void): () => void;
};

/** What the gateway tells it. */
export type BoardWitness = {
  begun(): void;
  call(call: Call): void;
  agent(id: string): void;
  ended(call: Ended): void;
};

export type BoardOptions = {
  readonly clock: Clock;
  readonly site: Site;
  readonly loop: Pick<Loop, "agent" | "call" | "calls" | "conference" | "conferences" | "queues">;
  readonly reads: Pick<Reads, "agent" | "queue">;
};

/** How often readers are told. */
export const BOARD_MS = 500;

export function openBoard({ clock, site, loop, reads }: BoardOptions): { board: LiveBoard; witness: BoardWitness } {
  const tally = openTally(clock, site);
  const readers = new Set<(item: BoardItem) => void>();
  const changed = new Set<string>();
  let beating = false;
  let skillsTold = "";
  let beats = 0;

  const partnersIn = ({ id, stage }: AgentCall, agent: string): readonly string[] => {
    if (stage === "conferring") {
      const seats = loop.conference(id)?.seats ?? [];
      return seats.map(({ number }) => number).filter((number) => number !== agent);
    }
    const call = loop.call(id);
    if (call?.name !== "live") return [];
    const others = call.members.flatMap((member) => {
      if (member.side === "party") return [member.number];
      return member.agent === agent ? [] : [member.agent];
    });
    // Nobody is there yet: who is called, or who calls.
    return others.length > 0 ? others : [call.plan.agent === agent ? call.plan.called : call.plan.caller];
  };

  const callsOf = (id: string): readonly BoardCall[] => {
    const agent = loop.agent(agentId(id));
    if (agent.name !== "signed-in") return [];
    return agent.calls.map((call) => ({
      ...{ callId: call.id, stage: call.stage },
      partners: call.inspection ? [call.inspection.of] : partnersIn(call, id),
      inspects: call.inspection ?? null,
    }));
  };

  const busyName = (reason: number): string => site.busyReasons?.find(({ id }) => id === reason)?.name ?? "";
  const restName = (cause: number): string => site.restCauses?.find(({ id }) => id === cause)?.name ?? "";

  const agentNow = (id: string): BoardAgent | undefined => {
    const view = reads.agent(id);
    if (!view) return undefined;
    const { name, state, since, phone, rest, busyReason, serves, configured } = view;
    return {
      ...{ id, name, state, since, phone },
      busy: busyReason === null ? null : { reason: busyReason, name: busyName(busyReason) },
      rest: rest && { ...rest, name: restName(rest.cause) },
      skills: (state === 2 ? configured : serves).map((skill) => skill.id),
      calls: callsOf(id),
    };
  };

  const skillsNow = (): readonly BoardSkill[] =>
    site.skills.flatMap(({ id, name }) => {
      const queue = reads.queue(id);
      if (!queue) return [];
      const { signedIn, free, waiting } = queue;
      const calls = waiting.map(({ call, since, priority }) => {
        return { callId: call.callid, caller: call.caller, since, priority };
      });
      return [{ id, name, signedIn, free, waiting: calls }];
    });

  const figuresNow = (): BoardFigures => ({
    at: clock.now(),
    calls: [...loop.calls()].length + [...loop.conferences()].length,
    agents: site.agents.filter(({ id }) => loop.agent(agentId(id)).name === "signed-in").length,
    waiting: [...loop.queues().skills.values()].reduce((sum, { waiting }) => sum + waiting.length, 0),
    ...tally.figures(),
  });

  const now = (): Board => ({
    agents: site.agents.flatMap(({ id }) => agentNow(id) ?? []),
    skills: skillsNow(),
    figures: figuresNow(),
  });

  const changedSkills = (): readonly BoardSkill[] | undefined => {
    const skills = skillsNow();
    const text = JSON.stringify(skills);
    if (text === skillsTold) return undefined;
    skillsTold = text;
    return skills;
  };

  const tell = (): void => {
    beats += 1;
    const agents = [...changed].flatMap((id) => agentNow(id) ?? []);
    changed.clear();
    const skills = changedSkills();
    // Once a second, also when nothing else has changed: its time says that the board is alive.
    const figures = beats % 2 === 0 || agents.length > 0 || skills ? figuresNow() : undefined;
    if (!figures) return;
    const item = { type: "change", figures, ...(agents.length > 0 && { agents }), ...(skills && { skills }) } as const;
    for (const reader of readers) reader(item);
  };

  const beat = (): void => {
    beating = readers.size > 0;
    if (!beating) return;
    clock.after(BOARD_MS, beat);
    tell();
  };

  const touch = (id: string): void => {
    if (readers.size > 0) changed.add(id);
  };

  return {
    board: {
      now,
      read(reader) {
        if (readers.size === 0) changed.clear();
        readers.add(reader);
        const board = now();
        reader({ type: "snapshot", ...board });
        if (!beating) clock.after(BOARD_MS, beat);
        beating = true;
        return () => void readers.delete(reader);
      },
    },
    witness: {
      begun: tally.begun,
      ended: tally.ended,
      agent: touch,
      call(call) {
        if (readers.size === 0) return;
        if (call.name === "ended") for (const agent of call.agents) touch(agent);
        else for (const member of call.members) if (member.side === "agent") touch(member.agent);
      },
    },
  };
}
