// One media worker seen from the main thread: orders in batches, questions with answers, the stock of bound ports.
// When the worker dies, every question still open is rejected and the plane starts another one.

import { type MessagePort, Worker } from "node:worker_threads";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Notice, Order, WorkerReport, WorkerSetup } from "./orders.ts";
import { PortStock } from "./port-stock.ts";

/** Pairs bound at a time, and how few may be free before more are bound in the background. */
const bindCount = 32;
const lowMark = 16;
/** Kept for video, which takes its pair without waiting. */
const reserve = 8;

export type LaneOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly setup: WorkerSetup;
  /** By the leg's number. */
  readonly noticed: (leg: number, notice: Notice) => void;
  /** The worker has died with the sockets of its legs. */
  readonly died: (lane: Lane) => void;
};

type Answer = Extract<WorkerReport, { question: number }>;
type Waiting<Value> = { readonly resolve: (value: Value) => void; readonly reject: (error: Error) => void };

export class Lane {
  readonly #options: LaneOptions;
  readonly #worker: Worker;
  readonly #stock = new PortStock();
  readonly #bound = new Set<number>();
  readonly #questions = new Map<number, Waiting<Answer>>();
  readonly #waiters: Waiting<number>[] = [];
  #orders: Order[] = [];
  #flushing = false;
  #asked = 0;
  #binding = false;
  #left: number;
  #state: "running" | "stopping" | "dead" = "running";

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#left = options.setup.ports.length;
    // The same file has another ending in a package than in a checkout.
    const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
    this.#worker = new Worker(new URL(`./worker.${ending}`, import.meta.url), {
      name: "media",
      workerData: options.setup,
    });
    this.#worker.on("message", (reports: readonly WorkerReport[]) => {
      for (const report of reports) this.#hear(report);
    });
    this.#worker.on("error", (error) => this.#die(error.message));
    this.#worker.on("exit", (code) => this.#die(`worker ended with ${code}`));
    this.#bindMore();
  }

  /** `false`: orders go nowhere, questions are rejected. */
  get alive(): boolean {
    return this.#state === "running";
  }

  get pairsTaken(): number {
    return this.#stock.taken;
  }

  /** Orders go out together at the end of this turn. `lazy` ones mean nothing alone and wait for the next that is not. */
  post(order: Order, lazy = false): void {
    if (this.#state !== "running") return;
    this.#orders.push(order);
    if (lazy || this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => this.#flush());
  }

  /** An order that takes a port of its own along. It goes ahead of those that wait for the end of this turn. */
  hand(order: Order, port: MessagePort): void {
    if (this.#state === "running") this.#worker.postMessage([order], [port]);
  }

  /** Posts the order that `make` builds around a question number. Rejects when the worker dies first. */
  ask(make: (question: number) => Order): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#state !== "running") {
        reject(new Error("the media worker has ended"));
        return;
      }
      this.#asked += 1;
      this.#questions.set(this.#asked, { resolve, reject });
      this.post(make(this.#asked));
    });
  }

  /** Resolves when the worker runs and has bound its first ports; rejects when it cannot. */
  async ready(): Promise<void> {
    this.#stock.putBack(await this.port());
  }

  /** A bound pair, waiting for one to be bound if need be: first come, first served. Rejects when there is none left. */
  async port(): Promise<number> {
    const free = this.#stock.free(this.#now());
    const plenty = free > reserve || (free > 0 && this.#left === 0);
    // Ports that have rested meanwhile are for those who wait for new ones to be bound.
    if (plenty && this.#waiters.length === 0) return this.portNow() ?? this.#exhausted();
    if (this.#state !== "running" || (this.#left === 0 && !this.#binding)) return this.#exhausted();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#bindMore();
    });
  }

  /** A bound pair that is free right now. */
  portNow(): number | undefined {
    if (this.#state !== "running") return undefined;
    const port = this.#stock.take(this.#now());
    if (this.#stock.free(this.#now()) < lowMark) this.#bindMore();
    return port;
  }

  /** This very pair, which is none of those that are given out until it comes back. `false`: somebody else has it. */
  async claim(port: number): Promise<boolean> {
    const answer = await this.ask((question) => ({ type: "claim", port, question }));
    const claimed = answer.type === "claimed" && answer.bound;
    if (claimed) this.#bound.add(port);
    if (claimed) this.#stock.claim();
    return claimed;
  }

  /** Whether a socket of this lane is bound to this port. */
  owns(port: number): boolean {
    return this.#bound.has(port - (port % 2));
  }

  giveBack(port: number): void {
    this.#stock.give(port, this.#now());
  }

  /** Ends the thread; its sockets close with it. */
  async stop(): Promise<void> {
    if (this.#state === "running") this.#state = "stopping";
    this.#abandon("the media plane is closed");
    await this.#worker.terminate();
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }

  #flush(): void {
    this.#flushing = false;
    const orders = this.#orders;
    this.#orders = [];
    if (this.#state === "running") this.#worker.postMessage(orders);
  }

  /** One attempt at a time; its report serves whoever waits. */
  #bindMore(): void {
    if (this.#binding || this.#left === 0) return;
    this.#binding = true;
    this.post({ type: "bind", count: bindCount });
  }

  #hear(report: WorkerReport): void {
    if (report.type === "fault") {
      this.#options.log.warn({ reason: report.reason }, "media worker: fault");
    } else if (report.type === "bound") {
      this.#binding = false;
      this.#left = report.left;
      this.#stock.add(report.ports);
      for (const port of report.ports) this.#bound.add(port);
      this.#serve(report.ports.length > 0);
    } else if (report.type === "notice") {
      this.#options.noticed(report.leg, report.notice);
    } else {
      this.#questions.get(report.question)?.resolve(report);
      this.#questions.delete(report.question);
    }
  }

  /** `more`: the last attempt bound something, so another one may, too. */
  #serve(more: boolean): void {
    while (this.#waiters.length > 0) {
      const port = this.#stock.take(this.#now());
      if (port === undefined) break;
      this.#waiters.shift()?.resolve(port);
    }
    if (this.#waiters.length === 0) return;
    if (more && this.#left > 0) this.#bindMore();
    else for (const waiter of this.#waiters.splice(0)) waiter.reject(noPort());
  }

  #exhausted(): never {
    throw noPort();
  }

  /** `error` and `exit` both come; the first one counts. */
  #die(reason: string): void {
    if (this.#state !== "running") return;
    this.#state = "dead";
    this.#options.log.error({ reason }, "media worker ended: its legs are silent");
    this.#abandon(`media worker ended: ${reason}`);
    this.#options.died(this);
  }

  #abandon(reason: string): void {
    for (const question of this.#questions.values()) question.reject(new Error(reason));
    this.#questions.clear();
    for (const waiter of this.#waiters.splice(0)) waiter.reject(new Error(reason));
  }
}

const noPort = (): Error => new Error("no media port is free");
