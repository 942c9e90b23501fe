// GET /seatway/v1/agents/{id}/events (contract/event-stream.ts): whose stream is opened, and what keeps it going. How its items are
// written is the business of sse.ts and event-socket.ts.

import type { IncomingMessage } from "node:http";
import type { Timer } from "../base/clock.ts";
import { isRefusal, refuse } from "../base/step.ts";
import type { Asker, Refused, StreamItem, StreamReader } from "../runtime/face.ts";
import { isEventId } from "../runtime/feed-reader.ts";
import type { Door } from "./serve.ts";
import { isAgentId } from "./session.ts";

/** How long a connection may take nothing before it is given up. */
export const PATIENCE_MS = 60_000;

/** codes.json sign_out_reasons: agent disconnected from the platform. */
const DISCONNECTED = 256;

/** Who wants to read what. */
export type Wish = {
  readonly agent: string;
  /** The agent himself, or whoever may inspect him. */
  readonly reader: string;
  readonly since: string | null;
  readonly guid: string | undefined;
  readonly asker: Asker;
};

/** What carries the items to the client. */
export type Wire = {
  /** false: it takes no more until `drained` is told. */
  send(item: StreamItem): boolean;
  /** Something without a meaning, so that a peer that is gone is found. */
  beat(): void;
  /** After the last item. */
  end(): void;
  /** The peer takes nothing any more. */
  drop(): void;
};

export type Stream = { drained(): void; close(): void };

const none = null;

/** The wish as it stands in the request; the first wrong part is named. */
export function wishOf(
  door: Door,
  request: IncomingMessage,
  given: { readonly agent: string; readonly guid: string | undefined; readonly asker: Asker },
): Wish | Refused {
  const range = door.settings.agentIdRange;
  if (!isAgentId(given.agent, range)) return refuse("000-002", `agent: ${range.min}-${range.max}`);
  const query = new URLSearchParams((request.url ?? "").replace(/^[^?]*\??/s, ""));
  const reader = query.get("reader") || given.agent;
  if (!isAgentId(reader, range)) return refuse("000-002", `reader: ${range.min}-${range.max}`);
  const last = request.headers["last-event-id"];
  // A browser that comes again by itself sends the header, and the query of its first request beside it.
  const since = (typeof last === "string" && last) || query.get("since") || none;
  if (since !== null && !isEventId(since)) return refuse("000-002", "since: the id of an event, or 0");
  return { ...given, reader, since };
}

/** HTTP's own codes: this path is ours, and its clients look at the status. */
export const statusOf = ({ refused }: Refused): number =>
  refused === "000-002" ? 400 : refused === "900-002" ? 403 : refused === "100-007" ? 503 : 401;

/** Opens the stream: items go out at once and as they come. A refusal: nothing was opened. */
export function openStream(door: Door, wish: Wish, openWire: () => Wire): Stream | Refused {
  const { gateway, clock } = door;
  const { agent, reader, since, guid, asker } = wish;
  const { refused } = door.limits.address(asker);
  if (refused) return refused;
  const admitted = gateway.authorise(reader, guid, true, asker);
  if (isRefusal(admitted)) return admitted as Refused;
  let wire: Wire | undefined;
  let beat: Timer | undefined;
  let congested = false;
  let stuckMs = 0;
  const { streamBeatMs: beatMs } = door.settings;

  const pump = (): void => {
    while (wire && !congested) {
      const item = events.next();
      if (!item) return;
      congested = !wire.send(item);
      if (item.type === "end") return finish();
    }
  };

  const finish = (): void => {
    const ending = wire;
    close();
    ending?.end();
  };

  const close = (): void => {
    wire = undefined;
    beat?.cancel();
    events.close();
  };

  const opened = gateway.readEvents(agent, { reader, since }, pump);
  if (isRefusal(opened)) return opened as Refused;
  const events = opened as StreamReader;

  const live = (): void => {
    beat = clock.after(beatMs, live);
    stuckMs = congested ? stuckMs + beatMs : 0;
    if (stuckMs > PATIENCE_MS) {
      wire?.drop();
      return close();
    }
    const alive = gateway.authorise(reader, guid, true, asker);
    if (isRefusal(alive)) {
      wire?.send({ type: "end", reason: DISCONNECTED, message: alive.message });
      return finish();
    }
    renew(alive as { renewedGuid?: string });
    wire?.beat();
  };

  const renew = ({ renewedGuid }: { renewedGuid?: string }): void => {
    if (renewedGuid !== undefined) wire?.send({ type: "guid", guid: renewedGuid });
  };

  wire = openWire();
  beat = clock.after(beatMs, live);
  renew(admitted as { renewedGuid?: string });
  pump();
  return {
    drained() {
      congested = false;
      pump();
    },
    close,
  };
}

/** Beside the request log: who reads, and that he stopped. Never a Guid. */
export const noteStream = ({ log }: Door, { agent, reader }: Wish, what: string): void =>
  log.info({ method: "events", agent, reader }, what);
