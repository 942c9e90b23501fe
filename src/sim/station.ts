// One number of the simulation: its behaviour, its calls, and what they heard. A phone also registers.

import type { IncomingInvite } from "../sip/face.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Controlled, Heard, StationView } from "./control.ts";
import type { ReceivedInvites } from "./received-invites.ts";
import { type HeardNow, Visit, type VisitGround } from "./visit.ts";

export type StationGround = VisitGround & { readonly received: ReceivedInvites };

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
  const visits = new Set<Visit>();
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
  const view = (): StationView => ({ number, calls: visits.size, registered, behaviour });
  return {
    take(incoming) {
      count++;
      lastSipCallId = incoming.sipCallId;
      const visit = new Visit(incoming, behaviour, ground);
      visits.add(visit);
      void visit.over.then((heard) => {
        visits.delete(visit);
        lastHeard = heard ?? lastHeard;
      });
    },
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
