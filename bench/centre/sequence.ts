// Whether what a reader got is what he was to get: the numbers of his events follow one another, each once, each with one content.
// Pure; test/chaos.test.ts shows that it finds what it looks for.

/** What is wrong with an event. `session`: it belongs to another sign-in. `changed`: its number had another content before. */
export type SequenceFault = "lost" | "doubled" | "changed" | "session" | "no-id";

/** Contents that are remembered, to know a repeat from a number that was given twice. */
const REMEMBERED = 300;

export class Sequence {
  /** Repeats that a reader who asks again has to expect: told apart by their number. */
  repeats = 0;
  readonly #once: boolean;
  readonly #contents = new Map<number, string>();
  #session: string | null = null;
  #last = 0;
  #awaited = false;

  /** `once`: a reader who says where he is gets nothing twice; else at least once will do. */
  constructor(once: boolean) {
    this.#once = once;
  }

  /** For `since`: where the reader is. */
  get position(): string {
    return this.#session === null ? "0" : `${this.#session}-${this.#last}`;
  }

  /** A new sign-in: its events begin at 1. */
  restart(): void {
    this.#session = null;
    this.#last = 0;
    this.#contents.clear();
  }

  /** A sign-in is under way: the first event of a session that is newer may come before the reply to it, and begins at 1. */
  await(): void {
    this.#awaited = true;
  }

  /** `content`: of the event, the same text whenever it is told. What it is: new, a repeat to pass over, or wrong. */
  take(id: string | undefined, content: string): "new" | "repeat" | SequenceFault {
    const [, session, digits] = /^(\d+)-(\d+)$/.exec(id ?? "") ?? [];
    if (session === undefined) return "no-id";
    const number = Number(digits);
    if (this.#awaited && Number(session) > Number(this.#session ?? 0)) {
      this.restart();
      this.#awaited = false;
    }
    this.#session ??= session;
    if (session !== this.#session) return "session";
    const before = this.#contents.get(number);
    if (before !== undefined && before !== content) return "changed";
    if (number <= this.#last) {
      this.repeats += 1;
      return this.#once ? "doubled" : "repeat";
    }
    const expected = this.#last + 1;
    this.#last = number;
    this.#contents.set(number, content);
    this.#contents.delete(number - REMEMBERED);
    return number === expected ? "new" : "lost";
  }
}
