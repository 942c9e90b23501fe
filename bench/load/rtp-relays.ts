// What the streams of rtp-run.ts go through: nothing at all, bare sockets, our media plane, rtpengine in user space.

import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { MediaLeg, Recording } from "../../src/media/face.ts";
import { openPlane } from "../../src/media/plane.ts";
import { NgClient } from "../../src/media/rtpengine/ng-client.ts";
import { startRtpengine } from "../../test/support/rtpengine.ts";
import { cpuMs } from "./process-cost.ts";
import type { Relay } from "./rtp-run.ts";

/** From one stream to the other without a way between: what the load alone takes. */
export const directly: Relay = {
  meet: async (descriptions) => descriptions.map((_, stream) => descriptions[stream ^ 1] ?? ""),
  cpuMs: () => null,
  end: async () => {},
};

const portOf = (description: string): number => Number(/m=audio (\d+)/.exec(description)?.[1]);

/** Sockets of Node.js that pass everything on unread (rtp-floor.ts). */
export function bareSockets(): Relay {
  const child = fork(fileURLToPath(new URL("./rtp-floor.ts", import.meta.url)));
  return {
    async meet(descriptions) {
      child.send(descriptions.map(portOf));
      const [ports] = (await once(child, "message")) as [readonly number[]];
      return ports.map((port) => `m=audio ${port} RTP/AVP 0\r\n`);
    },
    cpuMs: () => cpuMs(child.pid ?? 0),
    async end() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

const ownCpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** Wider than needed: others on this machine may have some of them. */
const ports = [30_000, 39_999] as const;

/** The plane with one worker, as the gateway has it; `record`: each pair into a file. */
export async function ourPlane({ record }: { readonly record: boolean }): Promise<Relay> {
  const host = "127.0.0.1";
  const plane = await openPlane({ clock: systemClock, log: silentLog, host, advertise: host, ports, workers: 1 });
  const folder = record ? await mkdtemp(join(tmpdir(), "seatway-bench-")) : null;
  const legs: MediaLeg[] = [];
  const recordings: Recording[] = [];
  return {
    async meet(descriptions) {
      const answers: string[] = [];
      for (const [stream, description] of descriptions.entries()) {
        const leg = await plane.open(String(stream));
        const answer = leg.answer(description);
        if ("refused" in answer) throw new Error(answer.refused);
        legs.push(leg);
        answers.push(answer.sdp);
      }
      for (const [stream, leg] of legs.entries()) {
        const other = legs[stream ^ 1];
        if (other) leg.hear({ leg: other });
      }
      return answers;
    },
    async begin() {
      if (folder === null) return;
      for (let stream = 0; stream < legs.length; stream += 2) {
        const [agent, party] = [legs[stream], legs[stream + 1]];
        if (agent && party) recordings.push(await plane.record(agent, party, join(folder, `${stream}.wav`)));
      }
    },
    cpuMs: ownCpuMs,
    async end() {
      for (const recording of recordings) recording.stop();
      await Promise.all(recordings.map(({ ended }) => ended));
      await plane.close();
      if (folder !== null) await rm(folder, { recursive: true });
    },
  };
}

export const hasRtpengine = (): boolean => spawnSync("rtpengine", ["--version"], { stdio: "ignore" }).status === 0;

/** Debian's daemon without its kernel module. */
export async function rtpengine(): Promise<Relay> {
  const engine = await startRtpengine({ ports });
  const client = await NgClient.open({ clock: systemClock, host: "127.0.0.1", port: engine.port });
  const ask = async (command: string, call: string, sdp: string, towards: string): Promise<string> => {
    const tags = { "from-tag": "a", "to-tag": "b", ICE: "remove", "rtcp-mux": ["demux"] };
    const answer = await client.ask(command, { "call-id": call, sdp, "transport-protocol": towards, ...tags });
    return String(answer["sdp"]);
  };
  const transport = (sdp: string): string => (sdp.includes("RTP/SAVP") ? "RTP/SAVP" : "RTP/AVP");
  return {
    async meet(descriptions) {
      const answers: string[] = [];
      for (let stream = 0; stream < descriptions.length; stream += 2) {
        const [a = "", b = ""] = descriptions.slice(stream, stream + 2);
        const toB = await ask("offer", String(stream), a, transport(b));
        const toA = await ask("answer", String(stream), b, transport(a));
        answers.push(toA, toB);
      }
      return answers;
    },
    cpuMs: () => cpuMs(engine.pid),
    async end() {
      client.close();
      await engine.stop();
    },
  };
}
