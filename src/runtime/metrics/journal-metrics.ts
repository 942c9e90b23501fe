// The journal: how long its commits take, how much goes into them, and whether it can be written at all.

import type { Journal } from "../journal/journal.ts";
import type { MetricsRegistry } from "./registry.ts";

export type JournalMetrics = {
  /** A commit of so many images took so long. */
  readonly committed: (images: number, ms: number) => void;
  watch(journal: Pick<Journal, "away">): void;
};

/** Seconds: a disk that keeps its word, up to one that does not. */
const COMMIT_BOUNDS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

export function journalMetrics({ counter, gauge, histogram }: MetricsRegistry): JournalMetrics {
  const commits = histogram(
    {
      name: "seatway_journal_commit_seconds",
      help: "Commits of the state journal, from the thread of the calls to the disk",
    },
    COMMIT_BOUNDS,
  );
  const written = counter({ name: "seatway_journal_images_total", help: "States that the journal has written" });
  return {
    committed(images, ms) {
      written.add(images);
      commits(ms / 1000);
    },
    watch(journal) {
      gauge(
        { name: "seatway_journal_away", help: "1: the journal cannot be written, and new callouts are refused" },
        () => [[Number(journal.away())]],
      );
    },
  };
}
