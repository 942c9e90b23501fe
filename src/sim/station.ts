// One number of the simulation: its behaviour, its calls, and what they heard. A phone also registers.

import type { IncomingInvite } from "../sip/face.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Controlled, Heard, StationView } from "./control.ts";
import type { Conversation, HeardNow } from "./conversation.ts";
import { Outing, type OutingGround } from "./outing.ts";
import type { ReceivedInvites } from "./received-invites.ts";
import { Visit, type VisitGround } from "./visit.ts";

export type StationGround = VisitGround & {
  readonly received: ReceivedInvites;
  /** How this number calls another one at the gateway; null: there is none yet. */
  readonly way: (from: string, to: string) => Pick<OutingGround, "sip" | "invite"> | null;
};

export type Station = Controlled & {
  take(incoming: IncomingInvite): void;
  /** Told by the phone's account; null for a party. */
  setRegistered(registered: boolean): void;
};

export type StationOptions = {
  readonly number: string;
  readonly kind: "phones" | "parties";
  readonly defaults: Behaviour;
  /** After each change of behaviour. */
  readonly changed: (behaviour: Behaviour) => void;
};

export function openStation({ number, kind, defaults, changed }: StationOptions, ground: StationGround): Station {
  const visits = new Set<Conversation>();
  let placed: { readonly to: string; readonly outing: Outing } | null = null;
  let behaviour = defaults;
  let registered = kind === "phones" ? false : null;
  let count = 0;
  let lastSipCallId = "";
  let lastHeard: HeardNow | null = null;

  // Calls in progress follow at once where they can (tone, lost packets), the rest holds from the next call on.
  const become = (next: Behaviour) => {
    behaviour = next;
    for (const visit of visits) visit.change(next);
    changed(next);
  };
  const view = (): StationView => ({
    number,
    calls: visits.size,
    registered,
    placed: placed && { to: placed.to, status: placed.outing.status },
    behaviour,
  });
  const enter = (visit: Conversation): void => {
    visits.add(visit);
    void visit.over.then((heard) => {
      visits.delete(visit);
      lastHeard = heard ?? lastHeard;
    });
  };
  return {
    take(incoming) {
      count++;
      lastSipCallId = incoming.sipCallId;
      enter(new Visit(incoming, behaviour, ground));
    },
    call(to) {
      const way = ground.way(number, to);
      if (!way) return false;
      const outing = new Outing(behaviour, { ...ground, ...way });
      placed = { to, outing };
      enter(outing);
      return true;
    },
    dial: (digits) => [...visits].at(-1)?.dial(digits) ?? false,
    setRegistered(now) {
      if (kind === "phones") registered = now;
    },
    view,
    change: (change) => become({ ...behaviour, ...change }),
    reset: () => become(defaults),
    hangUp() {
      for (const visit of visits) visit.hangUp();
      return visits.size;
    },
    async heard(frequencies) {
      // The latest call is the one that a test has just made.
      const current = [...visits].at(-1);
      const now = (await current?.heard(frequencies)) ?? null;
      if (now) return heardOf(now, frequencies);
      return lastHeard && { ...heardOf(lastHeard, []), call: false, level: null };
    },
    invites: () => ({ count, last: ground.received.textOf(lastSipCallId) }),
  };
}

/** Levels by frequency, as asked for; -120 stands for silence. */
function heardOf({ report, statistics }: HeardNow, frequencies: readonly number[]): Heard {
  const counts = ({ packetsIn, packetsOut, lost }: HeardNow["statistics"]["audio"]) => ({
    packetsIn,
    packetsOut,
    lost,
  });
  return {
    call: true,
    level: report.level,
    levels: Object.fromEntries(frequencies.map((hertz, index) => [String(hertz), report.levels[index] ?? -120])),
    digits: report.digits,
    audio: counts(statistics.audio),
    video: counts(statistics.video),
  };
}
