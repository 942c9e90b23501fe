// An agent's events without a gap: over the first stream that the gateway offers, resumed behind the last event after a lost
// connection, or by polls where there is none; from polls back to a stream that has been there before. Ends only when the session does.

import type { AgentEvent } from "../contract/agent-event.ts";
import type { AgentSnapshot, StreamItem } from "../contract/event-stream.ts";
import { type End, type Link, PASSING, type PollOptions, pollEvents } from "./agent-event.ts";
import type { OpenLine } from "./event-line.ts";
import { GatewayFault, type Refused } from "./exchange.ts";

/** `content` by `eventType`. `id` and `trace` where the gateway says them. */
export type ReceivedEvent = AgentEvent & {
  readonly workNo: string;
  readonly eventGenTime?: number;
  readonly id?: string;
  readonly trace?: string;
};

/** Events are gone (`missed`: how many, null = unknown); the snapshot stands for all before the next one. */
export type Gap = { readonly missed: number | null; readonly snapshot: AgentSnapshot };

export type FollowOptions = Omit<PollOptions, "onEvent" | "has" | "failures" | "enough"> & {
  readonly lines: readonly OpenLine[];
  readonly onEvent: (event: ReceivedEvent) => void;
  /** Also first, with `missed` 0, when `since` is null. */
  readonly onGap: (gap: Gap) => void;
  /** Id of the event from which on; "0" = from the sign-in, null = from now, with a snapshot. */
  readonly since: string | null;
  /** The id of the last event that has come. */
  readonly onPlace: (id: string) => void;
  /** A stream has brought a new Guid. */
  readonly onGuid: (guid: string) => void;
};

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
/** Failures in a row after which the gateway has signed us out anyway (SEATWAY_POLL_TIMEOUT_MS, two minutes). */
const RETRY_LIMIT = 28;
/** A passing race with a renewal is over after so many (wire.md 8). */
const FORBIDDEN_LIMIT = 6;

/** While there are only polls, the streams are tried again after so long, then after twice as long, up to the longest. */
const FIRST_RETURN_MS = 15_000;
const LONGEST_RETURN_MS = 300_000;

/** How one connection came to its end; `again`: by the gateway, to be opened anew; `not-offered` leads to the next way. */
type Outcome = "again" | "lost" | "not-offered" | { readonly end: End } | { readonly forbidden: string };

/** `mayReturn`: the gateway has answered here, were it by a refusal; where no stream gets through, a try would hold up the polls for nothing. */
type Way = { readonly open: OpenLine; mayReturn: boolean };

/** What is known over all connections. */
/** `since` null: from now on. `worked`: this way has brought something. */
type Place = { since: string | null; failures: number; forbidden: number; worked: boolean };

/** So often a way that has worked may be refused before another one is tried: a gateway that comes up is not there at once. */
const PATIENCE = 3;

/** Resolves with the reason once nothing more will come. Never rejects because of the gateway or the network. */
export async function followEvents(options: FollowOptions): Promise<End> {
  const place: Place = { since: options.since, failures: 0, forbidden: 0, worked: false };
  let ways = options.lines.map((open): Way => ({ open, mayReturn: false }));
  let returnMs = FIRST_RETURN_MS;
  for (;;) {
    for (const way of ways) {
      place.worked = false;
      const end = await stay(options, way, place);
      if (end) return end;
      if (place.worked) returnMs = FIRST_RETURN_MS;
    }
    ways = ways.filter(({ mayReturn }) => mayReturn);
    const end = await polled(options, place, ways.length > 0 ? returnMs : null);
    if (end) return end;
    returnMs = Math.min(2 * returnMs, LONGEST_RETURN_MS);
  }
}

/** null: a stream is worth a try, after `returnMs` and as soon as the gateway is back after an outage; `returnMs` null: never. */
async function polled(options: FollowOptions, place: Place, returnMs: number | null): Promise<End | null> {
  const over = new AbortController();
  let due = false;
  if (returnMs !== null)
    void options.pause(returnMs, AbortSignal.any([options.signal, over.signal])).then(() => {
      due = true;
    });
  const end = await pollEvents({
    ...options,
    failures: place.failures,
    enough: (restored) => returnMs !== null && (due || restored),
    onEvent: (event) => options.onEvent(event as ReceivedEvent),
    has: (id) => place.since !== null && !isAfter(id, place.since),
    onPlace(id) {
      place.since = id;
      options.onPlace(id);
    },
  });
  over.abort();
  place.failures = 0;
  place.forbidden = 0;
  return end;
}

/** The poll's queue begins with the sign-in: what a stream has brought before is not told again. */
function isAfter(id: string, since: string): boolean {
  const [session, number] = id.split("-");
  const [known, last] = since.split("-");
  return session !== known || Number(number) > Number(last);
}

/** null: this way is not offered (any more). */
async function stay(options: FollowOptions, way: Way, place: Place): Promise<End | null> {
  for (;;) {
    if (options.signal.aborted) return stopped;
    const outcome = await connection(options, way, place);
    if (outcome === "again") continue;
    if (outcome === "not-offered" && !(place.worked && place.failures < PATIENCE)) return null;
    const end = options.signal.aborted ? stopped : endOf(outcome, place);
    if (end) return end;
    if (place.failures === 1) options.onLink("lost");
    await options.pause(Math.min(FIRST_RETRY_MS * 2 ** (place.failures - 1), LONGEST_RETRY_MS), options.signal);
  }
}

const stopped: End = { name: "stopped", message: "" };

/** Counts what failed; null: it is worth another try. */
function endOf(outcome: Outcome, place: Place): End | null {
  if (typeof outcome === "object" && "end" in outcome) return outcome.end;
  place.failures += 1;
  if (place.failures >= RETRY_LIMIT) return { name: "unreachable", message: "the gateway does not answer" };
  if (typeof outcome !== "object") return null;
  place.forbidden += 1;
  return place.forbidden >= FORBIDDEN_LIMIT ? { name: "displaced", message: outcome.forbidden } : null;
}

async function connection(options: FollowOptions, way: Way, place: Place): Promise<Outcome> {
  try {
    const opened = await way.open(place.since);
    if (opened === "not-offered") return opened;
    way.mayReturn = true;
    if (!("items" in opened)) return refused(opened);
    if (place.failures > 0) options.onLink("restored" satisfies Link);
    place.failures = 0;
    place.forbidden = 0;
    place.worked = true;
    for await (const item of opened.items) {
      if (item.type === "again") return "again";
      const end = take(options, place, item);
      if (end) return { end };
    }
    return "lost";
  } catch (fault) {
    if (!(fault instanceof GatewayFault)) throw fault;
    return fault.fault === "stopped" ? { end: stopped } : "lost";
  }
}

function refused({ retcode, message }: Refused): Outcome {
  if (retcode === "100-006") return { end: { name: "signed-out", message } };
  if (retcode === "000-003") return { forbidden: message };
  // Too many readers, or requests: a poll is still answered, or the same again in a moment.
  if (retcode === PASSING) return "not-offered";
  return { end: { name: "refused", message: `${retcode} ${message}`.trim() } };
}

/** codes.json sign_out_reasons: signed in again elsewhere. */
const AGAIN = 259;

function take(options: FollowOptions, place: Place, item: Exclude<StreamItem, { type: "again" }>): End | null {
  if ("id" in item) {
    place.since = item.id;
    options.onPlace(item.id);
  }
  switch (item.type) {
    case "event": {
      const { id, trace, event } = item;
      options.onEvent({ ...event, id, trace } as ReceivedEvent);
      return null;
    }
    case "gap":
      options.onGap({ missed: item.missed, snapshot: item.snapshot });
      return null;
    case "snapshot":
      options.onGap({ missed: 0, snapshot: item.snapshot });
      return null;
    case "guid":
      options.onGuid(item.guid);
      return null;
    case "end":
      return { name: item.reason === AGAIN ? "displaced" : "signed-out", message: item.message };
  }
}
