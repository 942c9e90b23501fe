// Keeps a certificate of a public authority (ACME, RFC 8555): orders one when the present one does not stand for the names, or has
// little time left, puts it where the faces read theirs, and has it shown. Whatever fails is said, tried again later and changes
// nothing: the certificate that is there goes on. Run by start-acme.ts; an order itself is acme-order.ts.

import { X509Certificate } from "node:crypto";
import type { AcmeState } from "./acme-state.ts";
import { type Clock, isoTime } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import { type Certificate, isSelfMade, type Pem } from "./certificate.ts";

type Problem = { readonly problem: string };

export type AcmeOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly domains: readonly string[];
  /** How the last order went; null: there was none. */
  readonly before: AcmeState | null;
  /** What lies there now. */
  readonly current: () => Promise<Certificate | Problem>;
  /** A new one. May reject. */
  readonly order: () => Promise<Pem>;
  /** Puts it there and shows it. May reject. */
  readonly install: (pem: Pem) => Promise<Certificate | Problem>;
  readonly remember: (state: AcmeState) => Promise<void>;
};

export type AcmeKeeper = {
  /** Looks at once, however long the wait after a failure. */
  now(): void;
  close(): void;
};

const HOUR_MS = 60 * 60 * 1000;
/** Timers do not reach further than 24 days, and files may have changed. */
const LOOK_MS = 12 * HOUR_MS;
const FIRST_WAIT_MS = 15 * 60 * 1000;
const LONGEST_WAIT_MS = 12 * HOUR_MS;
/** Of its time: a month of three, two days of six. */
const LEFT_WHEN_DUE = 1 / 3;

/** After so many failures in a row. Authorities allow five an hour for one name. */
export const waitAfter = (failures: number): number => Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);

/** When the next order is due, ms since the epoch. */
export function dueAt(cert: string, domains: readonly string[]): number {
  const certificate = new X509Certificate(cert);
  if (isSelfMade(certificate)) return 0;
  if (!domains.every((name) => certificate.checkHost(name, { subject: "never" }))) return 0;
  const [from, to] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  return to - (to - from) * LEFT_WHEN_DUE;
}

export function keepCertificate(options: AcmeOptions): AcmeKeeper {
  const { clock, log, domains } = options;
  const names = domains.join(", ");
  let failures = options.before?.failures ?? 0;
  let timer: { cancel(): void } | undefined;
  let busy = false;
  let closed = false;

  const wake = (ms: number): void => {
    timer?.cancel();
    if (!closed) timer = clock.after(Math.max(0, Math.min(ms, LOOK_MS)), () => void look());
  };

  const remember = async (state: AcmeState): Promise<void> => {
    try {
      await options.remember(state);
    } catch (fault) {
      log.warn({ error: textOf(fault) }, "how the order of a certificate went could not be kept");
    }
  };

  const failed = async (reason: string, until: string): Promise<void> => {
    failures += 1;
    const wait = waitAfter(failures);
    const next = isoTime(clock.now() + wait);
    log.error({ names, reason, failures, next, until }, "no certificate from the authority: the old one goes on");
    await remember({ at: clock.now(), reason, failures });
    wake(wait);
  };

  const attempt = async (until: string): Promise<void> => {
    log.info({ names }, "a certificate is ordered");
    try {
      const pem = await options.order();
      if (closed) return;
      const installed = await options.install(pem);
      if ("problem" in installed) return await failed(installed.problem, until);
      failures = 0;
      log.info({ names, fingerprint: installed.fingerprint }, "a certificate has come from the authority");
      await remember({ at: clock.now(), reason: "", failures });
      // One that is due as soon as it is made would be ordered without end.
      wake(Math.max(dueAt(installed.cert, domains) - clock.now(), FIRST_WAIT_MS));
    } catch (fault) {
      if (!closed) await failed(textOf(fault), until);
    }
  };

  async function look(): Promise<void> {
    if (busy || closed) return;
    busy = true;
    try {
      const found = await options.current();
      // It has expired, or cannot be read: both are mended by a new one.
      const due = "problem" in found ? 0 : dueAt(found.cert, domains);
      const until = "problem" in found ? "" : new X509Certificate(found.cert).validTo;
      if (clock.now() >= due) await attempt(until);
      else wake(due - clock.now());
    } finally {
      busy = false;
    }
  }

  // Who starts again and again asks the authority no oftener for it.
  const since = options.before && failures > 0 ? clock.now() - options.before.at : FIRST_WAIT_MS;
  wake(since < 0 ? FIRST_WAIT_MS : FIRST_WAIT_MS - since);
  return {
    now: () => wake(0),
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}

/** One line, cut: an authority may send anything. */
const textOf = (fault: unknown): string =>
  (fault instanceof Error && fault.message !== "" ? fault.message : String(fault))
    .replaceAll(/\p{Cc}+/gu, " ")
    .slice(0, 500);
