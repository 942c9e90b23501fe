// The REST interface as an agent's program uses it: requests over connections that stay open, the Guid kept up to date.
// Run inside the client processes.

import { Agent as HttpAgent, type IncomingMessage, request as plainRequest, type RequestOptions } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { wallMs } from "./figures.ts";

/** Where the gateway is. `ca`: its certificate (PEM), for an https URL. */
export type Gate = { readonly url: string; readonly ca?: string };

/** `eventGenTime`: when it arose, where the gateway says so. */
export type AgentEvent = { readonly eventType: string; readonly content: unknown; readonly eventGenTime?: number };

export type Reply = {
  readonly retcode: string;
  readonly message: string;
  readonly result?: unknown;
  readonly event?: AgentEvent;
  /** When the last byte had been read, wall milliseconds. */
  readonly at: number;
};

type Asked = { readonly method: string; readonly path: string; readonly body?: unknown };

/** One agent's session. Replies with another HTTP status than 200, and broken connections, reject. */
export class AgentDoor {
  readonly agent: string;
  readonly #base: string;
  readonly #options: RequestOptions;
  readonly #request: typeof plainRequest;
  #guid = "";

  constructor(agent: string, url: string, connections: HttpAgent) {
    this.agent = agent;
    this.#base = `${url}/agentgateway/resource`;
    this.#options = { agent: connections };
    this.#request = connections instanceof TlsAgent ? tlsRequest : plainRequest;
  }

  async signIn(phone: string): Promise<void> {
    const path = `/onlineagent/${this.agent}`;
    const reply = await this.ask({ method: "PUT", path, body: { password: "", phonenum: phone } });
    if (reply.retcode !== "0") throw new Error(`sign-in of ${this.agent}: ${reply.retcode} ${reply.message}`);
  }

  signOut(): Promise<Reply> {
    return this.ask({ method: "DELETE", path: `/onlineagent/${this.agent}/forcelogout` });
  }

  poll(): Promise<Reply> {
    return this.ask({ method: "GET", path: `/agentevent/${this.agent}` });
  }

  callOut(called: string): Promise<Reply> {
    const body = { caller: "", called, skillid: 25, callappdata: "", mediaability: 0 };
    return this.ask({ method: "PUT", path: `/voicecall/${this.agent}/callout`, body });
  }

  release(): Promise<Reply> {
    return this.ask({ method: "DELETE", path: `/voicecall/${this.agent}/release` });
  }

  ask({ method, path, body }: Asked): Promise<Reply> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      ...(this.#guid ? { guid: this.#guid } : {}),
      ...(text ? { "content-type": "application/json", "content-length": Buffer.byteLength(text) } : {}),
    };
    return new Promise((resolve, reject) => {
      const call = this.#request(`${this.#base}${path}`, { ...this.#options, method, headers }, (response) => {
        this.#read(response).then(resolve, reject);
      });
      call.on("error", reject);
      call.end(text);
    });
  }

  async #read(response: IncomingMessage): Promise<Reply> {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const at = wallMs();
    if (response.statusCode !== 200) throw new Error(`agent ${this.agent}: HTTP status ${response.statusCode}`);
    const renewed = response.headers["guid"];
    if (typeof renewed === "string") this.#guid = renewed;
    return { ...(JSON.parse(Buffer.concat(chunks).toString("utf8")) as Omit<Reply, "at">), at };
  }
}

/** Connections of one client process: as many as are needed at once, kept open. */
export function openConnections({ ca }: Gate): HttpAgent {
  const kept = { keepAlive: true, maxFreeSockets: 10_000, noDelay: true };
  return ca === undefined ? new HttpAgent(kept) : new TlsAgent({ ...kept, ca });
}
