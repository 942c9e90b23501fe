// Who waits and who is free by a count of its own, beside the queues': whatever they decide is looked at here.

import type { Seat } from "./routing-site.ts";

type Waiting = { readonly call: string; readonly skill: number; readonly at: number };

/** What was decided against the rules, in words. */
export type Mistake = string;

export class RoutingLedger {
  private readonly waiting = new Map<string, Waiting>();
  private readonly free = new Map<string, { readonly seat: Seat; readonly since: number }>();
  private readonly seats: ReadonlyMap<string, Seat>;

  constructor(seats: readonly Seat[]) {
    this.seats = new Map(seats.map((seat) => [seat.agent, seat]));
  }

  arrived(call: string, skill: number, at: number): void {
    this.waiting.set(call, { call, skill, at });
  }

  gaveUp(call: string): void {
    this.waiting.delete(call);
  }

  isFree(agent: string, since: number): void {
    const seat = this.seats.get(agent);
    if (seat) this.free.set(agent, { seat, since });
  }

  /** The call that waits longest, for the best agent who is idle longest: anything else is a mistake. */
  assigned(call: string, agent: string): readonly Mistake[] {
    const served = this.waiting.get(call);
    const taken = this.free.get(agent);
    if (!served || !taken) return [`call ${call} does not wait, or agent ${agent} is not free`];
    const mistakes = [...this.beforeCall(served, taken.seat), ...this.beforeAgent(served, taken)];
    this.waiting.delete(call);
    this.free.delete(agent);
    return mistakes;
  }

  private beforeCall(served: Waiting, seat: Seat): readonly Mistake[] {
    for (const other of this.waiting.values()) {
      if (other.at < served.at && seat.levels.has(other.skill))
        return [`${other.call} waits longer than ${served.call}`];
    }
    return [];
  }

  private beforeAgent({ skill }: Waiting, taken: { readonly seat: Seat; readonly since: number }): readonly Mistake[] {
    const level = taken.seat.levels.get(skill);
    if (level === undefined) return [`${taken.seat.agent} does not serve skill ${skill}`];
    for (const { seat, since } of this.free.values()) {
      const other = seat.levels.get(skill);
      if (other === undefined) continue;
      if (other > level || (other === level && since < taken.since))
        return [`${seat.agent} was to be asked before ${taken.seat.agent}`];
    }
    return [];
  }
}
