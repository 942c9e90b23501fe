// The RTP of phones, as a process of its own: a socket for each stream, 50 packets of G.711 a second on each, spread over the
// 20 ms, plain or as SRTP. Packets carry the time when they were sent. Forked and told what to do by rtp-run.ts.

import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { SrtpSession } from "../../src/media/srtp/session.ts";
import { wallMs } from "./figures.ts";

/** `secured`: every second stream, from the first on, is SRTP. */
export type Task =
  | { readonly describe: number; readonly secured: boolean }
  /** By stream, what the other side has said. */
  | { readonly meet: readonly string[] }
  | { readonly run: number };

/** `delaysMs`: of packets that arrived in the clear. */
export type Run = { readonly sent: number; readonly received: number; readonly delaysMs: readonly number[] };
export type Reply = { readonly descriptions: readonly string[] } | { readonly met: true } | Run;

type Stream = { readonly socket: Socket; readonly key: string | null; srtp: SrtpSession | null };

const suite = "AES_CM_128_HMAC_SHA1_80";
const packetLength = 172;
/** RTP's header, then the time. */
const timeAt = 12;

/** For the packets that are still on their way. */
const patienceMs = 500;

const streams: Stream[] = [];
let received = 0;
let delaysMs: number[] = [];

async function open(secured: boolean): Promise<Stream> {
  const socket = createSocket({ type: "udp4", recvBufferSize: 2 ** 18 });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const stream: Stream = { socket, key: secured ? randomBytes(30).toString("base64") : null, srtp: null };
  socket.on("message", (packet) => {
    // Reports (RFC 5761 §4).
    if (((packet[1] ?? 0) & 0x7f) >= 72) return;
    received += 1;
    if (!stream.srtp) delaysMs.push(wallMs() - packet.readDoubleBE(timeAt));
  });
  return stream;
}

function describe({ socket, key }: Stream): string {
  const lines = [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "c=IN IP4 127.0.0.1",
    "t=0 0",
    `m=audio ${socket.address().port} ${key ? "RTP/SAVP" : "RTP/AVP"} 0`,
    ...(key ? [`a=crypto:1 ${suite} inline:${key}`] : []),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

async function meet(stream: Stream, sdp: string): Promise<void> {
  const theirs = /a=crypto:\d+ AES_CM_128_HMAC_SHA1_80 inline:([A-Za-z0-9+/]{40})/.exec(sdp)?.[1];
  if (stream.key && theirs) {
    stream.srtp = new SrtpSession();
    stream.srtp.agree({ suite, ours: stream.key, theirs });
  }
  stream.socket.connect(Number(/m=audio (\d+)/.exec(sdp)?.[1]), "127.0.0.1");
  await once(stream.socket, "connect");
}

async function run(seconds: number): Promise<Run> {
  received = 0;
  delaysMs = [];
  const total = streams.length * 50 * seconds;
  const perMs = streams.length / 20;
  const start = performance.now();
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor((performance.now() - start) * perMs));
    for (; sent < due; sent += 1) send(sent);
    await pause(1);
  }
  for (let waited = 0; received < total && waited < patienceMs; waited += 10) await pause(10);
  return { sent: total, received, delaysMs };
}

/** Runs follow each other: the sequence goes on. */
const sequences: number[] = [];

function send(index: number): void {
  const number = index % streams.length;
  const stream = streams[number];
  const sequence = (sequences[number] ?? 0) + 1;
  sequences[number] = sequence;
  const packet = Buffer.alloc(packetLength, 0xff);
  packet[0] = 0x80;
  packet[1] = 0;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE((sequence * 160) >>> 0, 4);
  packet.writeUInt32BE(1_000 + number, 8);
  packet.writeDoubleBE(wallMs(), timeAt);
  stream?.socket.send(stream.srtp?.seal(packet, 0) ?? packet);
}

async function carryOut(task: Task): Promise<Reply> {
  if ("run" in task) return run(task.run);
  if ("meet" in task) {
    await Promise.all(streams.map((stream, number) => meet(stream, task.meet[number] ?? "")));
    return { met: true };
  }
  for (let number = 0; number < task.describe; number += 1) streams.push(await open(task.secured && number % 2 === 0));
  return { descriptions: streams.map(describe) };
}

process.on("disconnect", () => process.exit());
process.on("message", (task: Task) => {
  carryOut(task).then((reply) => process.send?.(reply));
});
