// The operator's side of a gateway (contract/operator.ts): one function for every request of its table, and the live board. Works in
// browsers, where the session is a cookie that no script sees, and in Node.js, where this client carries it.

import type { BoardItem } from "../contract/board.ts";
import { type OperatorOperation, operatorOperations, operatorRoot } from "../contract/operator.ts";
import type { OperatorReplies } from "../contract/operator-reply.ts";
import { GatewayFault } from "./exchange.ts";
import { pathSegment } from "./path-segment.ts";
import { within } from "./within.ts";

/** `status` 401: nobody is signed in; else as `retcode` and `message` say. */
export type OperatorRefused = { readonly refused: string; readonly status: number; readonly message: string };

type Value = string | number | boolean | undefined;

/** Fields of the path and the query go by their names; `body` is sent as JSON. */
export type OperatorRequest = { readonly fields?: Readonly<Record<string, Value>>; readonly body?: unknown };

export type OperatorClient = {
  /** Rejects with a GatewayFault when nobody answers, or not in the gateway's form. */
  ask<Id extends keyof OperatorReplies>(
    id: Id,
    request?: OperatorRequest,
    signal?: AbortSignal,
  ): Promise<OperatorReplies[Id] | OperatorRefused>;
  /** Address of a request whose reply is a file, for a link or a player. */
  address(id: keyof typeof operatorOperations, fields?: OperatorRequest["fields"]): string;
  /** Follows the board until the signal; comes again by itself. */
  follow(observer: BoardObserver, signal: AbortSignal): Promise<void>;
};

export type BoardObserver = {
  readonly item: (item: BoardItem) => void;
  /** `signed-out`: the session is over, and the following too. */
  readonly state: (state: "live" | "away" | "signed-out") => void;
};

type Answer = {
  readonly status: number;
  readonly headers: { get(name: string): string | null; getSetCookie(): readonly string[] };
  text(): Promise<string>;
  readonly body: ReadableStream<Uint8Array> | null;
};

export type OperatorFetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal?: AbortSignal },
) => Promise<Answer>;

export type OperatorClientOptions = {
  /** Origin of the gateway; "" = that of the page. */
  readonly url: string;
  readonly fetch?: OperatorFetch;
  /** Waits so long before it comes again, ms. */
  readonly again?: (ms: number) => Promise<void>;
  /** A board that says nothing for so long, ms, is asked for anew; default 10,000. */
  readonly silenceMs?: number;
};

export const isOperatorRefused = (value: unknown): value is OperatorRefused =>
  typeof value === "object" && value !== null && "refused" in value && "status" in value;

const AGAIN_MS = 2_000;
/** The gateway has something to say every second: a connection without a word is none any more, whatever TCP believes. */
const SILENCE_MS = 10_000;

export function operatorClient(options: OperatorClientOptions): OperatorClient {
  const { url, fetch: given = fetch, again = pause, silenceMs = SILENCE_MS } = options;
  const root = url.replace(/\/$/, "") + operatorRoot;
  /** Browsers show none to a script, and take none from it. */
  let cookie = "";

  const send = async (
    method: string,
    target: string,
    request: { body?: unknown; signal?: AbortSignal | undefined },
  ) => {
    const reply = await given(target, {
      method,
      headers: cookie === "" ? {} : { Cookie: cookie },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.signal ? { signal: request.signal } : {}),
    }).catch((cause: unknown) => {
      throw new GatewayFault("unreachable", "no connection to the gateway", cause);
    });
    const [set] = reply.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(";", 1)[0] ?? "";
    return reply;
  };

  const address: OperatorClient["address"] = (id, fields = {}) => {
    const operation: OperatorOperation = operatorOperations[id];
    return root + pathOf(operation, fields);
  };

  /** One connection, to its end. */
  const listen = async ({ item, state }: BoardObserver, signal: AbortSignal): Promise<"over" | "again"> => {
    const reply = await send("GET", address("boardEvents"), { signal });
    if (reply.status === 401) {
      state("signed-out");
      return "over";
    }
    if (reply.status !== 200 || !reply.body) return "again";
    state("live");
    for await (const text of eventData(reply.body, (next) => within(next, silenceMs, signal)))
      item(JSON.parse(text) as BoardItem);
    return "again";
  };

  return {
    address,
    async ask(id, { fields = {}, body } = {}, signal) {
      const reply = await send(operatorOperations[id].method, address(id, fields), { body, signal });
      const value = parsed(await reply.text());
      if (reply.status === 200 && value !== undefined) return value as OperatorReplies[typeof id];
      const { message, retcode } = (value ?? {}) as { readonly message?: unknown; readonly retcode?: unknown };
      if (typeof message !== "string" || typeof retcode !== "string")
        throw new GatewayFault("malformed", "not the answer of a gateway");
      return { refused: retcode, status: reply.status, message };
    },
    async follow(observer, signal) {
      while (!signal.aborted) {
        const after = await listen(observer, signal).catch(() => "again" as const);
        if (after === "over" || signal.aborted) return;
        observer.state("away");
        await again(AGAIN_MS);
      }
    },
  };
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => AbortSignal.timeout(ms).addEventListener("abort", () => resolve()));

function pathOf({ path, pathFields }: OperatorOperation, fields: NonNullable<OperatorRequest["fields"]>): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => pathSegment(`${fields[name] ?? ""}`));
  const query = Object.entries(fields).filter(
    ([name, value]) => !(name in pathFields) && value !== undefined && value !== "",
  );
  const text = new URLSearchParams(query.map(([name, value]): [string, string] => [name, `${value}`])).toString();
  return text === "" ? filled : `${filled}?${text}`;
}

type Chunk = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]>>;

/** The data of server-sent events, one after another; each is one line here. `timely` undefined: it was waited for too long. */
async function* eventData(
  body: ReadableStream<Uint8Array>,
  timely: (next: Promise<Chunk>) => Promise<Chunk | undefined>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  const reader = body.getReader();
  try {
    for (;;) {
      const chunk = await timely(reader.read());
      if (!chunk || chunk.done) return;
      rest += decoder.decode(chunk.value, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("data: ")) yield line.slice("data: ".length);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
