// What every part of the process is built on. Made by start.ts.

import type { Clock } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import type { Precedence } from "./base/precedence.ts";
import type { Certificate } from "./certificate.ts";
import type { Audit } from "./runtime/audit.ts";
import type { Evidence } from "./runtime/evidence/evidence.ts";
import type { RunningJournal } from "./runtime/journal/journal.ts";
import type { Metrics } from "./runtime/metrics/metrics.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store/ports.ts";

export type Ground = {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly setLogLevel: (level: Settings["logLevel"]) => void;
  /** null: neither HTTPS nor SIP over TLS. */
  readonly certificate: Certificate | null;
  readonly evidence: Evidence;
  readonly store: Store;
  readonly journal: RunningJournal;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly precedence: Precedence;
  /** Run from its end when the process goes down. */
  readonly closing: (() => Promise<void> | void)[];
};
