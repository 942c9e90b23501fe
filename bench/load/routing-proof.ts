// Who was served in which order, from what callers, phones and agents have seen: no word of the gateway is taken for it.
//
// The gateway reads the callers' INVITEs in the order in which they were written (one socket), and its INVITEs to the phones come in
// the order in which it has decided (one socket). So two rules hold without any clock: whoever gets an agent has waited longest of all
// who wait for a skill of this agent. Since when an agent is free is known from two sides: not before he asked for the release, and no
// later than he heard that he is free. Where these spans do not overlap, who was free longer is certain, and judged.

import type { Answered, SignedIn } from "./answering-agents.ts";
import { type Spread, spread } from "./figures.ts";
import type { Seat } from "./routing-site.ts";

/** Wall milliseconds. `call`: its index, in the order of the INVITEs. */
export type Called = { readonly call: number; readonly skill: number; readonly at: number };
/** An INVITE at an agent's phone, in order. */
export type Offered = { readonly phone: string; readonly at: number };

export type Evidence = {
  readonly seats: readonly Seat[];
  readonly called: readonly Called[];
  readonly offered: readonly Offered[];
  readonly answered: readonly Answered[];
  readonly signIns: readonly SignedIn[];
};

export type Proof = {
  readonly outOfOrder: number;
  /** The first few, in words. */
  readonly mistakes: readonly string[];
  /** Pairs of calls, and of agents, that were compared. */
  readonly compared: { readonly calls: number; readonly agents: number };
  /** Calls that came before their agent was free. */
  readonly waited: number;
  readonly waitMs: Spread;
  /** From the caller's INVITE to that at the phone, of those for whom somebody was free. */
  readonly offerMs: Spread;
};

/** He is free from somewhere between the two times until his next offer. */
type Free = { readonly seat: Seat; readonly earliest: number; readonly latest: number };

/** The processes' clocks may differ by less than this. */
const CLOCKS_MS = 5;

export function prove(evidence: Evidence): Proof {
  const seats = new Map(evidence.seats.map((seat) => [seat.phone, seat]));
  const book = new Book(evidence);
  for (const { phone, at } of evidence.offered) {
    const seat = seats.get(phone);
    if (seat) book.offer(seat, at);
  }
  return book.proof();
}

class Book {
  readonly #pending: Map<number, Called>;
  readonly #turns: ReadonlyMap<string, Iterator<Answered>>;
  readonly #free: Map<string, Free>;
  readonly #mistakes: string[] = [];
  readonly #compared = { calls: 0, agents: 0 };
  readonly #waits: number[] = [];
  readonly #passedOn: number[] = [];

  constructor({ seats, called, answered, signIns }: Evidence) {
    this.#pending = new Map(called.map((one) => [one.call, one]));
    const turns = Map.groupBy(answered, ({ agent }) => agent);
    this.#turns = new Map([...turns].map(([agent, calls]) => [agent, calls.values()]));
    const bySeat = new Map(seats.map((seat) => [seat.agent, seat]));
    this.#free = new Map(
      signIns.flatMap(({ agent, askedAt, repliedAt }) => {
        const seat = bySeat.get(agent);
        return seat ? [[agent, { seat, earliest: askedAt, latest: repliedAt }] as const] : [];
      }),
    );
  }

  /** An agent's n-th offer is his n-th call: his phone answers all of them. */
  offer(seat: Seat, at: number): void {
    const turn = this.#turns.get(seat.agent)?.next().value;
    const served = turn && this.#pending.get(turn.call);
    const free = this.#free.get(seat.agent);
    if (!turn || !served || !free) {
      this.#mistakes.push(`agent ${seat.agent} was offered a call that nobody has made, or was not free`);
      return;
    }
    this.#pending.delete(served.call);
    this.#free.delete(seat.agent);
    this.#longestWaiting(served, seat);
    this.#longestIdle(served, free);
    // Whose agent was free only after the call had come has waited.
    (free.earliest > served.at ? this.#waits : this.#passedOn).push(at - served.at);
    if (turn.releasedAt !== undefined && turn.readyAt !== undefined)
      this.#free.set(seat.agent, { seat, earliest: turn.releasedAt, latest: turn.readyAt });
  }

  /** Whoever has come before and is not offered yet waits; those who come later are behind, in the order of the map. */
  #longestWaiting(served: Called, seat: Seat): void {
    for (const other of this.#pending.values()) {
      if (other.call > served.call) return;
      this.#compared.calls++;
      if (seat.levels.has(other.skill))
        this.#mistakes.push(`call ${other.call} was to be served before ${served.call}`);
    }
  }

  #longestIdle({ call, skill, at }: Called, { seat, earliest }: Free): void {
    const level = seat.levels.get(skill);
    if (level === undefined) {
      this.#mistakes.push(`agent ${seat.agent} does not serve skill ${skill} of call ${call}`);
      return;
    }
    // Not before the call had come, and not before he can have been free.
    const decided = Math.max(at, earliest);
    for (const { seat: other, latest } of this.#free.values()) {
      const others = other.levels.get(skill);
      if (others === undefined || latest > decided - CLOCKS_MS) continue;
      this.#compared.agents++;
      if (others > level || (others === level && latest < earliest - CLOCKS_MS))
        this.#mistakes.push(`agent ${other.agent} was to get call ${call} before ${seat.agent}`);
    }
  }

  proof(): Proof {
    return {
      outOfOrder: this.#mistakes.length,
      mistakes: this.#mistakes.slice(0, 5),
      compared: this.#compared,
      waited: this.#waits.length,
      waitMs: spread(this.#waits),
      offerMs: spread(this.#passedOn),
    };
  }
}
