// The two ways in which a gateway offers its stream of events: server-sent events through `fetch`, which can send the Guid as a
// header, and a WebSocket, which says it in its first message. Both give the same items.

import { eventStreamPath, type StreamItem } from "../contract/event-stream.ts";
import { type Exchange, GatewayFault, type Refused } from "./exchange.ts";
import { pathSegment } from "./path-segment.ts";
import { refusal } from "./refusal.ts";
import { streamItem } from "./stream-item.ts";
import { within } from "./within.ts";

/** `not-offered`: an older gateway, or something between that lets no stream through. */
export type Opened = { readonly items: AsyncIterable<StreamItem> } | Refused | "not-offered";

/** Opens the stream behind this event's id. Rejects with a GatewayFault when nobody answers. */
export type OpenLine = (since: string | null) => Promise<Opened>;

/** As much of WebSocket as is used here. */
export type Socket = {
  send(text: string): void;
  close(): void;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number; readonly reason: string }) => void): void;
};

export type LineOptions = {
  readonly exchange: Exchange;
  readonly agent: string;
  readonly signal: AbortSignal;
};

/** Something has to come at once; a proxy that gathers what it passes on would never let an event through in time. */
const FIRST_MS = 5_000;
/** The gateway shows every 15 s that it lives. */
const SILENCE_MS = 45_000;

const pathOf = (agent: string): string => eventStreamPath.replace("{id}", pathSegment(agent));

export function serverSentLine({ exchange, agent, signal }: LineOptions): OpenLine {
  return async (since) => {
    const response = await exchange.open(pathOf(agent) + (since === null ? "" : `?since=${since}`), signal);
    const isStream = (response.headers.get("Content-Type") ?? "").startsWith("text/event-stream");
    if (response.status === 200 && isStream && response.body) {
      const blocks = blocksOf(response.body, signal);
      const first = await blocks.next();
      return first.done ? "not-offered" : { items: itemsOf(first.value, blocks) };
    }
    const refused = response.status === 401 ? refusalIn(await response.text()) : undefined;
    return refused ?? "not-offered";
  };
}

function refusalIn(text: string): Refused | undefined {
  try {
    const { retcode, message } = JSON.parse(text) as { retcode?: unknown; message?: unknown };
    return typeof retcode === "string" ? refusal(retcode, String(message ?? "")) : undefined;
  } catch {
    return undefined;
  }
}

async function* itemsOf(first: string, blocks: AsyncIterable<string>): AsyncGenerator<StreamItem> {
  const opening = dataOf(first);
  if (opening) yield opening;
  for await (const block of blocks) {
    const item = dataOf(block);
    if (item) yield item;
  }
}

/** WHATWG HTML §9.2.6; the gateway writes one line of data in a block. */
function dataOf(block: string): StreamItem | undefined {
  const line = block.split("\n").find((each) => each.startsWith("data:"));
  return line === undefined ? undefined : streamItem(line.slice("data:".length));
}

/** What stands between empty lines. Ends with the connection; silence that lasts too long is an end as well. */
async function* blocksOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let patience = FIRST_MS;
  try {
    for (;;) {
      const chunk = await within(reader.read(), patience, signal);
      if (!chunk || chunk.done) return;
      patience = SILENCE_MS;
      const blocks = (text + decoder.decode(chunk.value, { stream: true })).replaceAll("\r", "").split("\n\n");
      text = blocks.pop() ?? "";
      yield* blocks;
    }
  } catch {
    // A connection that broke has ended, whatever it broke by.
    return;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Refused by the gateway: the reason is `<code> <message>`. */
const REFUSED = 4401;

export function socketLine({ exchange, agent, signal }: LineOptions, openSocket: (url: string) => Socket): OpenLine {
  return async (since) => {
    const socket = openSocket(`${exchange.origin.replace(/^http/, "ws")}${pathOf(agent)}`);
    const inbox = openInbox();
    let opened = false;
    socket.addEventListener("open", () => {
      opened = true;
      socket.send(JSON.stringify({ guid: exchange.guid(), ...(since === null ? {} : { since }) }));
    });
    socket.addEventListener("message", ({ data }) => {
      const item = typeof data === "string" ? streamItem(data) : undefined;
      inbox.push(item ?? null);
    });
    socket.addEventListener("error", () => socket.close());
    socket.addEventListener("close", ({ code, reason }) => inbox.end(code === REFUSED ? reason : ""));
    const stop = () => socket.close();
    signal.addEventListener("abort", stop, { once: true });
    const first = await within(inbox.next(), FIRST_MS, signal);
    if (!opened && (first === undefined || "ended" in first)) {
      socket.close();
      if (signal.aborted) throw new GatewayFault("stopped", "the session was stopped");
      return "not-offered";
    }
    if (first && "ended" in first && first.ended !== "") return refusedIn(first.ended);
    const released = (): void => {
      signal.removeEventListener("abort", stop);
      socket.close();
    };
    return { items: drained(first, () => within(inbox.next(), SILENCE_MS, signal), released) };
  };
}

const refusedIn = (reason: string): Refused => {
  const [retcode = "", ...words] = reason.split(" ");
  return refusal(retcode, words.join(" "));
};

/** null: a message of a newer gateway. */
type Arrived = { readonly item: StreamItem | null } | { readonly ended: string };

function openInbox() {
  const arrived: Arrived[] = [];
  let wake: (() => void) | undefined;
  const add = (one: Arrived) => {
    arrived.push(one);
    wake?.();
  };
  return {
    push: (item: StreamItem | null) => add({ item }),
    end: (ended: string) => add({ ended }),
    async next(): Promise<Arrived> {
      while (arrived.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return arrived.shift() as Arrived;
    },
  };
}

/** Silence that lasts too long is an end: the gateway says now and then that it is there. */
async function* drained(
  first: Arrived | undefined,
  next: () => Promise<Arrived | undefined>,
  released: () => void,
): AsyncGenerator<StreamItem> {
  try {
    for (let one = first ?? (await next()); one && !("ended" in one); one = await next()) if (one.item) yield one.item;
  } finally {
    released();
  }
}
