// Which dialogs a number of ours has, for those who watch it (RFC 4235 §3.7.1): trying, early, confirmed, terminated. Told by
// the events of its calls, read by the notifier.

import type { DialogEvent, DialogObserver } from "../face.ts";

export type BoardEntry = { readonly id: string; readonly state: "trying" | "early" | "confirmed" };

type Watcher = () => void;

/** One per endpoint. An entry that is not there has ended. */
export class DialogBoard {
  private readonly entries = new Map<string, Map<string, BoardEntry>>();
  private readonly watchers = new Map<string, Set<Watcher>>();
  private next = 1;

  /** The dialogs of a number, in the order in which they began. */
  of(number: string): readonly BoardEntry[] {
    return [...(this.entries.get(number)?.values() ?? [])];
  }

  /** `changed` runs after each change, until the returned function is called. */
  watch(number: string, changed: Watcher): () => void {
    const watchers = this.watchers.get(number) ?? new Set();
    this.watchers.set(number, watchers.add(changed));
    return () => {
      watchers.delete(changed);
      if (watchers.size === 0) this.watchers.delete(number);
    };
  }

  /** A call to this number, a new one where no state is given; its observer, with the board told first. */
  enter(number: string, observer: DialogObserver, state: BoardEntry["state"] = "trying"): DialogObserver {
    const id = `${this.next++}`;
    this.put(number, { id, state });
    return (event) => {
      const next = stateAfter(event);
      if (next === "terminated") this.remove(number, id);
      else if (next) this.put(number, { id, state: next });
      observer(event);
    };
  }

  private put(number: string, entry: BoardEntry): void {
    const entries = this.entries.get(number) ?? new Map<string, BoardEntry>();
    if (entries.get(entry.id)?.state === entry.state) return;
    this.entries.set(number, entries.set(entry.id, entry));
    this.tell(number);
  }

  private remove(number: string, id: string): void {
    const entries = this.entries.get(number);
    if (!entries?.delete(id)) return;
    if (entries.size === 0) this.entries.delete(number);
    this.tell(number);
  }

  private tell(number: string): void {
    for (const changed of [...(this.watchers.get(number) ?? [])]) changed();
  }
}

function stateAfter(event: DialogEvent): BoardEntry["state"] | "terminated" | undefined {
  if (event.type === "provisional") return "early";
  if (event.type === "answered") return "confirmed";
  return event.type === "failed" || event.type === "ended" ? "terminated" : undefined;
}
