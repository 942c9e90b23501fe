// The four ways in which an agent's program gets its events, each as a program does it that outlives its gateway: it comes again, and
// says where it is if it can.

import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import type { Door, Told } from "./door.ts";
import { Sequence, type SequenceFault } from "./sequence.ts";

export type Way = "poll" | "sse" | "ws" | "push";

export type Hearing = {
  /** A new event. */
  readonly heard: (event: Told) => void;
  readonly wrong: (fault: SequenceFault | "gap", what: string) => void;
  /** The gateway does not know the session any more. */
  readonly lost: () => void;
};

type Item =
  | { readonly type: "event"; readonly id: string; readonly event: Told }
  | { readonly type: "gap"; readonly missed: number | null }
  | { readonly type: "guid"; readonly guid: string }
  | { readonly type: "end" | "snapshot" | "alive" };

const AGAIN_MS = 150;
const REFUSED = 4401;

export class Reader {
  readonly sequence: Sequence;
  readonly way: Way;
  readonly #door: Door;
  readonly #url: string;
  readonly #hearing: Hearing;
  #turn = 0;
  #leave: () => void = () => {};

  constructor(way: Way, door: Door, url: string, hearing: Hearing) {
    this.way = way;
    this.#door = door;
    this.#url = url;
    this.#hearing = hearing;
    this.sequence = new Sequence(way === "sse" || way === "ws");
  }

  /** Before a sign-in: its first pushes may come before its reply. */
  await(): void {
    if (this.way === "push") this.sequence.await();
  }

  /** After a sign-in: from its first event on. */
  begin(): void {
    this.stop();
    if (this.way === "push") return;
    this.sequence.restart();
    void this.#run(this.#turn);
  }

  stop(): void {
    this.#turn += 1;
    this.#leave();
    this.#leave = () => {};
  }

  /** One POST of a push: its events and the header that names them. */
  pushed(ids: string, events: readonly Told[]): void {
    const names = ids.split(",");
    events.forEach((event, index) => {
      this.#take(names[index], event);
    });
  }

  async #run(turn: number): Promise<void> {
    while (turn === this.#turn) {
      try {
        if (this.way === "poll") await this.#poll(turn);
        else await (this.way === "sse" ? this.#sse(turn) : this.#webSocket(turn));
      } catch {
        // It is away: we come again.
      }
      if (turn === this.#turn && this.way !== "poll") await sleep(AGAIN_MS);
    }
  }

  async #poll(turn: number): Promise<void> {
    const { agent } = this.#door;
    const { retcode, event, eventId } = await this.#door.ask({ method: "GET", path: `/agentevent/${agent}` });
    if (turn !== this.#turn) return;
    if (event) return this.#take(eventId, event);
    if (retcode === "100-006" || retcode === "000-003") return this.#lost();
    if (retcode !== "0") await sleep(AGAIN_MS);
  }

  #path(): string {
    return `${this.#url}/seatway/v1/agents/${this.#door.agent}/events?since=${this.sequence.position}`;
  }

  #sse(turn: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const call = get(this.#path(), { agent: false, headers: { guid: this.#door.guid } }, (response) => {
      if (response.statusCode === 401) this.#lost();
      if (response.statusCode !== 200) response.resume();
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        if (response.statusCode !== 200 || turn !== this.#turn) return;
        text += chunk;
        const blocks = text.split("\n\n");
        text = blocks.pop() ?? "";
        for (const block of blocks) this.#block(block);
      });
      response.on("close", over.resolve);
    });
    call.on("error", over.resolve);
    this.#leave = () => call.destroy();
    return over.promise;
  }

  #block(block: string): void {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (data !== undefined) this.#item(JSON.parse(data) as Item);
  }

  #webSocket(turn: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const socket = new WebSocket(this.#path().replace(/^http/, "ws"), { headers: { guid: this.#door.guid } });
    socket.on("message", (data) => {
      if (turn === this.#turn) this.#item(JSON.parse(String(data)) as Item);
    });
    socket.on("error", () => over.resolve());
    socket.on("close", (code) => {
      if (code === REFUSED) this.#lost();
      over.resolve();
    });
    this.#leave = () => socket.terminate();
    return over.promise;
  }

  #item(item: Item): void {
    if (item.type === "event") this.#take(item.id, item.event);
    if (item.type === "gap") this.#hearing.wrong("gap", `${item.missed} events`);
    if (item.type === "guid") this.#door.guid = item.guid;
    if (item.type === "end") this.#lost();
  }

  #take(id: string | undefined, event: Told): void {
    const taken = this.sequence.take(id, JSON.stringify([event.eventType, event.content]));
    if (taken === "repeat") return;
    // The end of a session is told beside its feed.
    if (taken === "no-id" && event.eventType === "AgentOther_ShutdownService") return this.#lost();
    if (taken !== "new") this.#hearing.wrong(taken, `${id ?? "no id"} ${event.eventType}`);
    // What came after a hole is news all the same.
    if (taken === "new" || taken === "lost") this.#hearing.heard(event);
  }

  #lost(): void {
    this.stop();
    this.#hearing.lost();
  }
}
