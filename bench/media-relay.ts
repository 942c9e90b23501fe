// What a relayed RTP packet and the life of a leg cost: CPU of this whole process (all threads), with the packets coming from
// a child process. `node bench/media-relay.ts [streams] [seconds]` prints one JSON object.

import { fork } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../src/base/clock.ts";
import { silentLog } from "../src/base/log.ts";
import type { MediaLeg, MediaPlane } from "../src/media/face.ts";
import { openPlane } from "../src/media/plane.ts";

type LoadResult = { readonly sent: number; readonly received: number; readonly delaysUs: readonly number[] };

const answerFrom = (port: number): string =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n`;

if (process.argv[2] === "load") await load();
else await measure(Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 5));

async function measure(streams: number, seconds: number): Promise<void> {
  const plane = await openPlane({
    clock: systemClock,
    log: silentLog,
    host: "127.0.0.1",
    advertise: "127.0.0.1",
    ports: [30_000, 30_000 + streams * 4 + 1_000],
    workers: 1,
  });
  const relay = await measureRelay(plane, streams, seconds);
  const legLife = await measureLegs(plane, seconds);
  await plane.close();
  console.log(JSON.stringify({ node: process.version, relay, legLife }, null, 2));
}

async function measureRelay(plane: MediaPlane, streams: number, seconds: number) {
  const child = fork(import.meta.filename, ["load"]);
  const legs: MediaLeg[] = [];
  for (let index = 0; index < streams; index += 1) legs.push(await plane.open(String(index)));
  const ours = legs.map((leg) => Number(/m=audio (\d+)/.exec(leg.offer({ video: false }))?.[1]));
  child.send({ ports: ours });
  const [theirs] = (await once(child, "message")) as [number[]];
  for (const [index, leg] of legs.entries()) leg.acceptAnswer(answerFrom(theirs[index] ?? 0));
  for (const [index, leg] of legs.entries()) {
    const other = legs[index ^ 1];
    if (other) leg.hear({ leg: other });
  }
  await pause(300);
  const before = process.cpuUsage();
  child.send({ seconds });
  const [result] = (await once(child, "message")) as [LoadResult];
  const used = process.cpuUsage(before);
  child.disconnect();
  for (const leg of legs) leg.close();
  const delays = result.delaysUs.toSorted((a, b) => a - b);
  return {
    streams,
    packets: result.sent,
    lost: result.sent - result.received,
    cpuUsPerPacket: (used.user + used.system) / result.sent,
    delayUs: { p50: delays[Math.floor(delays.length * 0.5)], p99: delays[Math.floor(delays.length * 0.99)] },
  };
}

/** 200 legs a second: open, offer, answer, hear, close. */
async function measureLegs(plane: MediaPlane, seconds: number) {
  const before = process.cpuUsage();
  let lives = 0;
  const open: MediaLeg[] = [];
  const end = performance.now() + seconds * 1_000;
  for (let next = performance.now(); next < end; next += 10) {
    for (const leg of open.splice(0)) leg.close();
    for (const id of ["a", "b"]) {
      const leg = await plane.open(id);
      leg.offer({ video: false });
      leg.acceptAnswer(answerFrom(9));
      open.push(leg);
    }
    const [a, b] = open;
    if (a && b) {
      a.hear({ leg: b });
      b.hear({ leg: a });
    }
    lives += 2;
    await pause(Math.max(0, next + 10 - performance.now()));
  }
  for (const leg of open) leg.close();
  const used = process.cpuUsage(before);
  return { lives, perSecond: lives / seconds, cpuMsPerLeg: (used.user + used.system) / 1_000 / lives };
}

/** The child: one socket per stream, 50 packets a second each, spread over the 20 ms. */
async function load(): Promise<void> {
  const [{ ports }] = (await once(process, "message")) as [{ ports: number[] }];
  let received = 0;
  const delaysUs: number[] = [];
  const sockets: Socket[] = [];
  for (const _ of ports) {
    const socket = createSocket("udp4");
    socket.on("message", (packet) => {
      if (packet[1] === 200 || packet[1] === 201) return;
      received += 1;
      delaysUs.push((performance.timeOrigin + performance.now()) * 1_000 - packet.readDoubleBE(12));
    });
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    sockets.push(socket);
  }
  process.send?.(sockets.map((socket) => socket.address().port));
  const [{ seconds }] = (await once(process, "message")) as [{ seconds: number }];
  const sent = await sendStreams(sockets, ports, seconds);
  await pause(300);
  process.send?.({ sent, received, delaysUs } satisfies LoadResult);
  for (const socket of sockets) socket.close();
}

async function sendStreams(sockets: readonly Socket[], ports: readonly number[], seconds: number): Promise<number> {
  let sent = 0;
  const perMs = sockets.length / 20;
  const start = performance.now();
  const total = sockets.length * 50 * seconds;
  while (sent < total) {
    const due = Math.min(total, Math.floor((performance.now() - start) * perMs));
    for (; sent < due; sent += 1) sendOne(sockets, ports, sent);
    await pause(1);
  }
  return sent;
}

function sendOne(sockets: readonly Socket[], ports: readonly number[], index: number): void {
  const stream = index % sockets.length;
  const sequence = Math.floor(index / sockets.length);
  const packet = Buffer.alloc(172, 0xff);
  packet[0] = 0x80;
  packet[1] = 0;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE((sequence * 160) >>> 0, 4);
  packet.writeUInt32BE(1_000 + stream, 8);
  packet.writeDoubleBE((performance.timeOrigin + performance.now()) * 1_000, 12);
  sockets[stream]?.send(packet, ports[stream] ?? 0, "127.0.0.1");
}
