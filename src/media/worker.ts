// Entry of a media worker thread: takes orders in batches, binds ports, reports in batches. The packets stay in here.

import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../base/clock.ts";
import { collectAfterStart } from "../base/collect.ts";
import { Channels } from "./channels.ts";
import { callTones } from "./codec/call-tones.ts";
import { music, silence } from "./codec/sounds.ts";
import type { Order, WorkerReport, WorkerSetup } from "./orders.ts";
import { PortPool } from "./port-pool.ts";

const port = parentPort;
if (!port) throw new Error("media/worker runs only as a worker thread");

/** What is reported in one turn goes as one message: each wakes the main thread. */
let reports: WorkerReport[] = [];

function report(message: WorkerReport): void {
  if (reports.push(message) > 1) return;
  queueMicrotask(() => {
    port?.postMessage(reports);
    reports = [];
  });
}

const fault = (reason: string): void => report({ type: "fault", reason });
const setup: WorkerSetup = workerData;
const pool = new PortPool(setup.host, setup.ports, fault);
const sounds = { ...callTones(setup.country), music: setup.music ?? music(), silence };
const { country, silenceMs, announcements } = setup;
const channels = new Channels({ clock: systemClock, pool, report, sounds, announcements, country, silenceMs });

async function bind(count: number): Promise<void> {
  const ports = await pool.bind(count);
  report({ type: "bound", ports, left: pool.left });
}

async function claim({ port: wanted, question }: Extract<Order, { type: "claim" }>): Promise<void> {
  report({ type: "claimed", question, bound: await pool.claim(wanted) });
}

port.on("message", (orders: readonly Order[]) => {
  for (const order of orders) {
    try {
      if (order.type === "bind") bind(order.count).catch((error: unknown) => fault(`bind: ${String(error)}`));
      else if (order.type === "claim") claim(order).catch((error: unknown) => fault(`claim: ${String(error)}`));
      else channels.perform(order);
    } catch (error) {
      fault(`${order.type}: ${error instanceof Error ? error.message : "unknown"}`);
    }
  }
});

collectAfterStart();
