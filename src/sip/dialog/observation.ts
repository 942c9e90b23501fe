// The way from a dialog to whoever watches it: in order, one last event, and no exception of the watcher comes back.

import type { Log } from "../../base/log.ts";
import type { DialogEvent, DialogObserver } from "../face.ts";
import { stackOf } from "../stack.ts";

/** One per dialog. `observe` may come late: events wait for it. */
export class Observation {
  private readonly log: Log;
  private observer: DialogObserver | undefined;
  private readonly early: DialogEvent[] = [];
  private over = false;

  constructor(log: Log, observer: DialogObserver | undefined) {
    this.log = log;
    this.observer = observer;
  }

  /** Events from before come now. */
  observe(observer: DialogObserver): void {
    this.observer = observer;
    for (const event of this.early.splice(0)) this.deliver(event);
  }

  /** After a last event nothing more is told. */
  emit(event: DialogEvent): void {
    if (this.over) return;
    if (event.type === "failed" || event.type === "ended") this.over = true;
    if (this.observer) this.deliver(event);
    else this.early.push(event);
  }

  /** For what the watcher himself has caused: the event comes after his own call has returned. */
  emitLater(event: DialogEvent): void {
    queueMicrotask(() => this.emit(event));
  }

  private deliver(event: DialogEvent): void {
    try {
      this.observer?.(event);
    } catch (error) {
      this.log.error({ event: event.type, error: stackOf(error) }, "a dialog observer threw");
    }
    // A finished dialog is kept for a while by its transactions; what its observer holds shall not be.
    if (this.over) this.observer = undefined;
  }
}
