// The agents' programs as one process: who calls when, and the receiver of pushes. Orders by link.ts.

import { createServer, Agent as HttpAgent, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Random, seeded } from "../../src/sim/speech.ts";
import { wallMs } from "../load/figures.ts";
import type { Audit } from "./audit.ts";
import type { CallNote } from "./call-note.ts";
import { Desk } from "./desk.ts";
import { Door, type Told } from "./door.ts";
import { type Finding, findingAt } from "./finding.ts";
import { obey } from "./link.ts";
import { type Manner, partyNumber, seats } from "./numbers.ts";
import type { Way } from "./reader.ts";
import type { TalkingPair } from "./town.ts";

export type Load = {
  /** Callouts a second. */
  readonly rate: number;
  /** Calls that stay. */
  readonly stays: number;
};

export type FloorOrder =
  /** Answers with the origin that events are pushed to. */
  | { readonly type: "open"; readonly seed: number }
  | { readonly type: "sign-in"; readonly agents: number; readonly url: string }
  /** Begins, or goes on. */
  | { readonly type: "load"; readonly load: Load }
  /** No more calls; resolves with the agents who are not free after so long. */
  | { readonly type: "calm"; readonly patienceMs: number }
  | { readonly type: "gateway"; readonly up: boolean }
  /** Answers with the calls that stay and talk. */
  | { readonly type: "talks" }
  /** Answers with the phones of those whose agent has asked for the end. */
  | { readonly type: "leaving" }
  /** Answers with an Audit. */
  | { readonly type: "audit" }
  /** Every agent rests, calls, talks, hangs up and signs out. Answers with the number of those who could. */
  | { readonly type: "roll-call"; readonly rate: number }
  /** Events in the gateway's time less ours, ms, of the last one that was heard. */
  | { readonly type: "skew" }
  /** Answers with FloorLedger; what was told once is not told again. */
  | { readonly type: "ledger" };

export type FloorLedger = {
  readonly calls: readonly CallNote[];
  readonly findings: readonly Finding[];
  /** Events heard once, and repeats of polls and pushes. */
  readonly repeats: number;
  /** Callouts that were due when nobody was free. */
  readonly unplaced: number;
};

const ways: readonly Way[] = [
  ...Array<Way>(10).fill("poll"),
  ..."sse sse sse sse ws ws ws push push push".split(" "),
] as Way[];
const SIGN_INS_AT_A_TIME = 20;
const HANDSHAKE_MS = 30_000;
const TICK_MS = 10;
/** Of a hundred callouts. */
const lots: readonly (readonly [below: number, manner: Manner])[] = [
  [60, "talks"],
  [85, "leaves"],
  [93, "busy"],
  [100, "absent"],
];

class Floor {
  readonly #desks: Desk[] = [];
  readonly #byAgent = new Map<string, Desk>();
  readonly #random: Random;
  readonly #findings: Finding[] = [];
  #calls: CallNote[] = [];
  #load: Load = { rate: 0, stays: 0 };
  #placed = 0;
  #unplaced = 0;
  #up = true;
  #origin = "";

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  async open(): Promise<string> {
    this.#origin = await this.#receive();
    return this.#origin;
  }

  #furnish(agents: number, url: string): void {
    const connections = new HttpAgent({ keepAlive: true, maxFreeSockets: 10_000 });
    seats(agents).forEach(({ agent, phone }, index) => {
      const desk = new Desk({
        door: new Door(agent, url, connections),
        ...{ phone, url, way: ways[index % ways.length] ?? "poll" },
        callBackUri: `${this.#origin}/push/${agent}`,
        talkMs: () => this.#between(500, 2_000),
        found: (finding) => this.#findings.push(finding),
        called: (call) => this.#calls.push(call),
      });
      this.#desks.push(desk);
      this.#byAgent.set(agent, desk);
    });
  }

  /** Where pushes come. */
  async #receive(): Promise<string> {
    const server = createServer((request, response) => {
      this.#pushed(request).then(
        () => response.writeHead(200).end('{"retcode":"0"}'),
        () => response.writeHead(400).end(),
      );
    });
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async #pushed(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { workNo, eventList } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
      readonly workNo: string;
      readonly eventList: readonly Told[];
    };
    this.#byAgent.get(workNo)?.session.reader.pushed(String(request.headers["event-id"]), eventList);
  }

  async signIn(agents: number, url: string): Promise<void> {
    this.#furnish(agents, url);
    for (let at = 0; at < this.#desks.length; at += SIGN_INS_AT_A_TIME) {
      await Promise.all(this.#desks.slice(at, at + SIGN_INS_AT_A_TIME).map((desk) => desk.signIn()));
    }
    setInterval(() => this.#second(), 1_000);
    setInterval(() => this.#handshakes(), HANDSHAKE_MS);
    void this.#run();
  }

  load(load: Load): void {
    this.#load = load;
  }

  /** Callouts at an even rate while the gateway is there; what is due while it is not is not made up for. */
  async #run(): Promise<void> {
    let due = 0;
    for (let before = wallMs(); ; ) {
      await sleep(TICK_MS);
      const now = wallMs();
      due = this.#up ? due + (Math.min(1_000, now - before) * this.#load.rate) / 1_000 : 0;
      before = now;
      for (; due >= 1; due--) this.#place(this.#manner());
    }
  }

  #manner(): Manner {
    const lot = this.#random() * 100;
    return lots.find(([below]) => lot < below)?.[1] ?? "talks";
  }

  #place(manner: Manner): void {
    const free = this.#desks.filter((desk) => desk.free);
    const desk = free[Math.floor(this.#random() * free.length)];
    if (!desk) {
      this.#unplaced += 1;
      return;
    }
    const number = partyNumber(manner, this.#placed++);
    desk.callOut(number, manner).catch((fault: unknown) => {
      this.#findings.push(findingAt("stuck", `agent ${desk.door.agent}: no reply to a callout: ${String(fault)}`));
    });
  }

  #second(): void {
    if (!this.#up) return;
    const stays = this.#desks.filter(({ call }) => call?.manner === "stays").length;
    for (let missing = this.#load.stays - stays; missing > 0 && this.#load.rate > 0; missing--) this.#place("stays");
    for (const desk of this.#desks) {
      desk.look().catch(() => {});
      const old = desk.call?.manner === "stays" && wallMs() - desk.call.askedAt > 20_000 && this.#random() < 0.02;
      if (old) desk.hangUp();
      else if (desk.call?.manner === "stays" && this.#random() < 0.1)
        desk.writeData(String(Math.round(wallMs()))).catch(() => {});
      if (this.#load.rate > 0 && desk.free && this.#random() < 0.01)
        desk.pause(this.#between(4_000, 12_000), Math.floor(this.#random() * 2)).catch(() => {});
    }
  }

  #handshakes(): void {
    for (const desk of this.#desks) if (desk.session.reader.way === "push") desk.session.handshake().catch(() => {});
  }

  async calm(patienceMs: number): Promise<readonly string[]> {
    this.#load = { rate: 0, stays: 0 };
    for (const desk of this.#desks) if (desk.call?.manner === "stays") desk.hangUp();
    const unfree = (): readonly Desk[] => this.#desks.filter((desk) => !desk.free);
    for (const until = wallMs() + patienceMs; unfree().length > 0 && wallMs() < until; ) await sleep(100);
    return unfree().map(({ door, state, call }) => `agent ${door.agent}: ${state} ${JSON.stringify(call)}`);
  }

  gateway(up: boolean): void {
    this.#up = up;
    for (const desk of this.#desks) desk.patience();
  }

  talks(): readonly TalkingPair[] {
    return this.#desks.flatMap(({ call, state }) =>
      call?.manner === "stays" && state === "talking" && call.endedAt === undefined
        ? [{ phone: call.phone, called: call.number }]
        : [],
    );
  }

  leaving(): readonly string[] {
    return this.#desks.flatMap(({ call }) => (call?.releaseAskedAt === undefined ? [] : [call.phone]));
  }

  async audit(): Promise<Audit> {
    const all = await Promise.all(this.#desks.map((desk) => desk.audit()));
    const some = this.#desks.filter(() => this.#random() < Math.min(1, 20 / this.#desks.length));
    await Promise.all(some.map((desk) => desk.repeatLast()));
    return all.reduce(({ asked, wrong }, one) => ({ asked: asked + one.asked, wrong: wrong + one.wrong }));
  }

  async rollCall(rate: number): Promise<number> {
    let well = 0;
    const all = this.#desks.map(async (desk, index) => {
      await sleep((index * 1_000) / rate);
      if (await this.#present(desk)) well += 1;
    });
    await Promise.all(all);
    return well;
  }

  async #present(desk: Desk): Promise<boolean> {
    const { agent } = desk.door;
    try {
      await desk.pause(1, 1);
      const call = desk.free ? await desk.callOut(partyNumber("talks", this.#placed++), "talks") : null;
      for (const until = wallMs() + 20_000; call && !desk.free && wallMs() < until; ) await sleep(50);
      const called = call?.talkingAt !== undefined && desk.free;
      if (!called)
        this.#findings.push(findingAt("stuck", `agent ${agent} at the end: ${desk.state} ${JSON.stringify(call)}`));
      await desk.signOut();
      return called;
    } catch (fault) {
      this.#findings.push(findingAt("stuck", `agent ${agent} at the end: ${String(fault)}`));
      return false;
    }
  }

  skew(): readonly number[] {
    return this.#desks.map(({ skewMs }) => skewMs);
  }

  ledger(): FloorLedger {
    const calls = this.#calls;
    // What still goes on is told again, once it is over.
    this.#calls = calls.filter(({ freeAt, endedAt }) => freeAt === undefined && endedAt === undefined);
    return {
      calls,
      findings: this.#findings.splice(0),
      repeats: this.#desks.reduce((sum, { session: { reader } }) => sum + reader.sequence.repeats, 0),
      unplaced: this.#unplaced,
    };
  }

  #between(least: number, most: number): number {
    return least + (most - least) * this.#random();
  }
}

let floor: Floor | undefined;

async function carryOut(order: FloorOrder): Promise<unknown> {
  if (order.type === "open") {
    floor = new Floor(order.seed);
    return floor.open();
  }
  if (!floor) throw new Error("the floor is not open");
  if (order.type === "sign-in") return floor.signIn(order.agents, order.url);
  if (order.type === "load") return floor.load(order.load);
  if (order.type === "calm") return floor.calm(order.patienceMs);
  if (order.type === "gateway") return floor.gateway(order.up);
  if (order.type === "roll-call") return floor.rollCall(order.rate);
  return {
    talks: () => floor?.talks(),
    leaving: () => floor?.leaving(),
    audit: () => floor?.audit(),
    skew: () => floor?.skew(),
    ledger: () => floor?.ledger(),
  }[order.type]();
}

obey(carryOut);
