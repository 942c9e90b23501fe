// The floor under every SIP program written for Node.js: a process that passes datagrams on without looking at them, fed
// with as many as a call has messages, at the same rate. Its CPU per call is what sockets alone cost.

import { fork } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { rounded } from "./figures.ts";
import { cpuMs } from "./process-cost.ts";

export type FloorOptions = {
  readonly callsPerSecond: number;
  readonly messagesPerCall: number;
  readonly seconds: number;
};

export type Floor = {
  readonly cpuMsPerCall: number;
  readonly messagesPerCall: number;
  readonly relayed: number;
  readonly lost: number;
};

/** About what our INVITE has; an ACK or BYE has half of it. */
const MESSAGE_BYTES = 600;

const relayRole = "relay";

/** Sends, counts what comes out, reads the relay's CPU. */
export async function measureFloor({ callsPerSecond, messagesPerCall, seconds }: FloorOptions): Promise<Floor> {
  const sink = await openSocket();
  let relayed = 0;
  sink.on("message", () => {
    relayed++;
  });
  const relay = fork(fileURLToPath(import.meta.url), [relayRole, `${sink.address().port}`]);
  try {
    const [port] = (await once(relay, "message")) as [number];
    const pid = relay.pid ?? 0;
    const perSecond = callsPerSecond * messagesPerCall;
    // The first second is for the compiler.
    const warm = await sendEvenly(sink, port, { count: perSecond, perSecond });
    const before = cpuMs(pid);
    const sent = await sendEvenly(sink, port, { count: perSecond * seconds, perSecond });
    const cpuMsPerCall = rounded((cpuMs(pid) - before) / (callsPerSecond * seconds));
    for (let tries = 0; relayed < warm + sent && tries < 100; tries++) await sleep(10);
    return { cpuMsPerCall, messagesPerCall, relayed, lost: warm + sent - relayed };
  } finally {
    relay.kill();
    sink.close();
  }
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket({ type: "udp4", lookup: (host, _options, found) => found(null, host, 4) });
  // With a look-up that answers at once, so does bind.
  const listening = once(socket, "listening");
  socket.bind(0, "127.0.0.1");
  await listening;
  return socket;
}

type Flow = { readonly count: number; readonly perSecond: number };

async function sendEvenly(socket: Socket, port: number, { count, perSecond }: Flow): Promise<number> {
  const message = Buffer.alloc(MESSAGE_BYTES, "x");
  const start = performance.now();
  for (let sent = 0; sent < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - start) * perSecond) / 1000));
    for (; sent < due; sent++) socket.send(message, port, "127.0.0.1");
    await sleep(1);
  }
  return count;
}

/** The child: everything from anybody to one port. */
async function relayTo(port: number): Promise<void> {
  const socket = await openSocket();
  socket.on("message", (bytes) => socket.send(bytes, port, "127.0.0.1"));
  process.send?.(socket.address().port);
}

if (process.send && process.argv[2] === relayRole) await relayTo(Number(process.argv[3]));
