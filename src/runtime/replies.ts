// A command with an Idempotency-Key is carried out once: a repeat within a day gets the first reply, also after a restart. What is
// stored is sealed with the request itself, key and body: who reads the database finds no Guid and no number in it.

import { createHash } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import { type ReplyRow, type Store, StoreFault } from "../store/ports.ts";
import type { Refused } from "./face.ts";
import type { Journal } from "./journal/journal.ts";
import { sealed, unsealed } from "./journal/seal.ts";

/** How long, and how many: the oldest make room. */
const KEPT_MS = 86_400_000;
const MOST_KEPT = 100_000;
const SWEEP_MS = 60_000;
/** So many are at hand as well: a repeat gets its reply while the store is away, most come within seconds. */
const MOST_AT_HAND = 5_000;

const AGAIN_S = 3;

/** One command as it came. */
export type Command = {
  readonly agent: string;
  readonly key: string;
  /** Method, path and query. */
  readonly line: string;
  readonly body: Buffer;
};

/** A reply as it goes out. */
export type KeptReply = { readonly body: string; readonly headers: readonly string[] };

/** What carrying it out has led to; `keep` false: a repeat carries it out anew. */
export type Carried = { readonly reply: KeptReply; readonly keep: boolean };

export type ReplyDesk = {
  /**
   * Carries the command out, or returns the first reply to it; on disk before it is returned. A refusal: the key stood with another
   * request before, or nobody can say whether it did. `act` throws or rejects: this rejects, and nothing is kept.
   */
  once(
    command: Command,
    act: () => Carried | Promise<Carried>,
  ): Promise<{ readonly reply: KeptReply; readonly repeat: boolean } | Refused>;
};

export type ReplyOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<Store, "reply" | "forgetReplies">;
  /** A reply is in one commit with what its command did: after a kill both are there, or neither. */
  readonly journal: Pick<Journal, "reply" | "after">;
};

type Outcome = (Carried & { readonly repeat: boolean }) | Refused;

type Prints = { readonly id: string; readonly print: string; readonly secret: Buffer };

const digest = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash("sha256");
  // The length before each part: no two lists of parts give the same bytes.
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest();
};

function printsOf({ agent, key, line, body }: Command): Prints {
  const whole = digest(agent, key, line, body);
  return {
    id: digest("id", agent, key).toString("hex"),
    print: digest("print", whole).toString("hex"),
    secret: digest("seal", whole),
  };
}

const seal = (reply: KeptReply, secret: Buffer): string => sealed(JSON.stringify(reply), secret);

const unseal = (text: string, secret: Buffer): KeptReply => JSON.parse(unsealed(text, secret)) as KeptReply;

const other = (): Refused => refuse("000-002", "Idempotency-Key: it stood with another request before");

/** It may have been carried out before a restart. */
const away = (): Refused => ({
  ...refuse("100-007", `Idempotency-Key: the store does not answer: the same again in ${AGAIN_S} s, or without a key`),
  retryAfterS: AGAIN_S,
});

export function openReplies({ clock, log, store, journal }: ReplyOptions): ReplyDesk {
  const underWay = new Map<string, { readonly print: string; readonly done: Promise<Outcome> }>();
  /** The last ones, sealed as in the store; oldest first. */
  const atHand = new Map<string, ReplyRow>();
  let sweptAt = Number.NEGATIVE_INFINITY;

  const sweep = async (): Promise<void> => {
    if (clock.monotonic() - sweptAt < SWEEP_MS) return;
    sweptAt = clock.monotonic();
    await store.forgetReplies(clock.now() - KEPT_MS, MOST_KEPT);
  };

  const keep = (row: ReplyRow): void => {
    journal.reply(row);
    atHand.delete(row.id);
    atHand.set(row.id, row);
    for (const id of atHand.keys()) {
      if (atHand.size <= MOST_AT_HAND) break;
      atHand.delete(id);
    }
    sweep().catch((fault: unknown) => log.debug({ fault: String(fault) }, "old replies could not be removed"));
  };

  const find = async ({ id }: Prints): Promise<ReplyRow | undefined> => {
    const row = atHand.get(id) ?? (await store.reply(id));
    return row && clock.now() - row.at < KEPT_MS ? row : undefined;
  };

  /** Nothing may come between the act and its reply: not even a turn of the event loop, in which a commit could begin. */
  const first = async (command: Command, prints: Prints, act: () => Carried | Promise<Carried>): Promise<Carried> => {
    const outcome = act();
    const carried = outcome instanceof Promise ? await outcome : outcome;
    if (carried.keep) {
      const { id, print, secret } = prints;
      keep({ id, print, at: clock.now(), sealed: seal(carried.reply, secret) });
      await new Promise<void>((resolve) => journal.after(resolve));
    } else log.debug({ agent: command.agent }, "a reply that is not kept");
    return carried;
  };

  /** null: the store cannot say. */
  const lookUp = (prints: Prints): Promise<ReplyRow | undefined | null> =>
    find(prints).catch((fault: unknown) => {
      if (!(fault instanceof StoreFault)) throw fault;
      return null;
    });

  const carryOut = async (
    command: Command,
    prints: Prints,
    act: () => Carried | Promise<Carried>,
  ): Promise<Outcome> => {
    const row = await lookUp(prints);
    if (row === null) return away();
    if (!row) return { ...(await first(command, prints, act)), repeat: false };
    if (row.print !== prints.print) return other();
    return { reply: unseal(row.sealed, prints.secret), keep: true, repeat: true };
  };

  return {
    async once(command, act) {
      const prints = printsOf(command);
      const running = underWay.get(prints.id);
      if (running) {
        if (running.print !== prints.print) return other();
        const outcome = await running.done;
        return "refused" in outcome ? outcome : { reply: outcome.reply, repeat: true };
      }
      const done = carryOut(command, prints, act);
      underWay.set(prints.id, { print: prints.print, done });
      try {
        return await done;
      } finally {
        underWay.delete(prints.id);
      }
    },
  };
}
