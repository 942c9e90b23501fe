// The desk where soft parameters are read and changed: the pure machine of core/parameter over the store. A change is
// on disk, with its audit row, before it is in force; then the observers hear of it, so that it needs no restart.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { isRefusal, type Refusal, refuse } from "../base/step.ts";
import {
  changeParameter,
  type InForce,
  inForce,
  listParameters,
  type ParameterChange,
  type ParameterEffect,
  type Parameters,
  type ParameterValue,
  parametersFrom,
} from "../core/parameter/parameter.ts";
import { type Store, StoreFault } from "../store/ports.ts";

export type { InForce, ParameterChange, ParameterValue } from "../core/parameter/parameter.ts";

/** Who asks: the face it came through ("mml") and the address and port of the peer. Both go into the audit table. */
export type By = { readonly face: string; readonly peer: string };

export type ParameterRefusal = Refusal<"unknown-parameter" | "value-not-allowed" | "not-stored">;

/** A change that is in force and on disk. */
export type ParameterChanged = Pick<ParameterEffect, "name" | "before" | "after">;

export type ParameterDesk = {
  /** Every parameter, in the order of the table. */
  list(): readonly ParameterValue[];
  /** The values now; take them anew for each call, they change while the gateway runs. */
  values(): InForce;
  /** Refused: nothing changed. `not-stored`: the disk or the database failed, which the log tells. */
  change(change: ParameterChange, by: By): Promise<ParameterChanged | ParameterRefusal>;
  /** `observer` hears the values after each change. Returns how to stop. */
  subscribe(observer: (values: InForce) => void): () => void;
};

export type ParameterDeskOptions = {
  readonly store: Pick<Store, "parameters" | "changeParameter">;
  /** Site.parameters: name -> value. */
  readonly site: Readonly<Record<string, number>>;
  readonly clock: Clock;
  readonly log: Log;
};

/** Rejects with a StoreFault when the stored values cannot be read. */
export async function openParameterDesk({ store, site, clock, log }: ParameterDeskOptions): Promise<ParameterDesk> {
  let state: Parameters = parametersFrom(await store.parameters(), site);
  let last: Promise<unknown> = Promise.resolve();
  const observers = new Set<(values: InForce) => void>();

  const keep = async ({ name, before, after }: ParameterEffect, by: By): Promise<void> => {
    const audit = { at: clock.now(), ...by, what: `parameter ${name}`, before: `${before}`, after: `${after}` };
    await store.changeParameter(name, after, audit);
    log.info({ face: by.face, peer: by.peer, parameter: name, before, after }, "parameter changed");
  };

  const perform = async (change: ParameterChange, by: By): Promise<ParameterChanged | ParameterRefusal> => {
    const step = changeParameter(state, change);
    if (isRefusal(step)) return step;
    const [next, [effect]] = step;
    try {
      await keep(effect, by);
    } catch (fault) {
      if (!(fault instanceof StoreFault)) throw fault;
      log.error({ face: by.face, parameter: effect.name, fault: fault.message }, "parameter not stored");
      return refuse("not-stored", "the change could not be stored, nothing is changed");
    }
    state = next;
    for (const observer of observers) observer(inForce(state));
    return { name: effect.name, before: effect.before, after: effect.after };
  };

  return {
    list: () => listParameters(state),
    values: () => inForce(state),
    change(change, by) {
      // One at a time: a bit is set in the value that the change before left.
      const done = last.then(() => perform(change, by));
      last = done.catch(() => undefined);
      return done;
    },
    subscribe(observer) {
      observers.add(observer);
      return () => void observers.delete(observer);
    },
  };
}
