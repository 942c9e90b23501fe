// The REST interface as an agent's program uses it that outlives its gateway: a command without a reply is sent again with the same
// Idempotency-Key until there is one.

import { type Agent as HttpAgent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { wallMs } from "../load/figures.ts";

export type Reply = {
  readonly retcode: string;
  readonly message: string;
  readonly result?: unknown;
  readonly event?: Told;
  /** When the last byte had been read, wall milliseconds. */
  readonly at: number;
  /** Header Event-Id. */
  readonly eventId?: string | undefined;
  /** Header Retry-After, seconds. */
  readonly retryAfterS?: number;
  /** How often it was asked. */
  readonly attempts: number;
};

/** An event as it is told. */
export type Told = { readonly eventType: string; readonly content: unknown; readonly eventGenTime?: number };

export type Asked = {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly key?: string;
  /** Give up after so many ms without a reply. */
  readonly patienceMs?: number;
};

const AGAIN_MS = 150;
/** Of a reply that does not come although the connection stands. */
const SILENT_MS = 25_000;
const LONG_MS = 90_000;

export class Door {
  readonly agent: string;
  guid = "";
  readonly #url: string;
  readonly #connections: HttpAgent;

  constructor(agent: string, url: string, connections: HttpAgent) {
    this.agent = agent;
    this.#url = url;
    this.#connections = connections;
  }

  /** Rejects when nobody answers for long. */
  async ask(asked: Asked): Promise<Reply> {
    const until = wallMs() + (asked.patienceMs ?? LONG_MS);
    for (let attempts = 1; ; attempts++) {
      try {
        return { ...(await this.#once(asked)), attempts };
      } catch (fault) {
        if (wallMs() > until) throw fault;
        await sleep(AGAIN_MS);
      }
    }
  }

  #once({ method, path, body, key }: Asked): Promise<Omit<Reply, "attempts">> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      ...(this.guid ? { guid: this.guid } : {}),
      ...(key ? { "idempotency-key": key } : {}),
      ...(text ? { "content-type": "application/json", "content-length": Buffer.byteLength(text) } : {}),
    };
    const url = `${this.#url}/agentgateway/resource${path}`;
    return new Promise((resolve, reject) => {
      const call = request(url, { agent: this.#connections, method, headers }, (response) => {
        this.#read(response).then(resolve, reject);
      });
      call.setTimeout(SILENT_MS, () => call.destroy(new Error("no reply")));
      call.on("error", reject);
      call.end(text);
    });
  }

  async #read(response: IncomingMessage): Promise<Omit<Reply, "attempts">> {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const at = wallMs();
    if (response.statusCode !== 200) throw new Error(`HTTP status ${response.statusCode}`);
    const renewed = response.headers["guid"];
    if (typeof renewed === "string") this.guid = renewed;
    const eventId = response.headers["event-id"];
    const retryAfter = response.headers["retry-after"];
    const reply = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Omit<Reply, "at" | "attempts">;
    return {
      ...{ ...reply, at, eventId: typeof eventId === "string" ? eventId : undefined },
      ...(retryAfter !== undefined && { retryAfterS: Number(retryAfter) }),
    };
  }
}
