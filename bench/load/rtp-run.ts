// One run of RTP streams through whatever relays them: what arrives, how late, and what the relay's CPU was.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { rounded } from "./figures.ts";
import type { Reply, Run, Task } from "./rtp-load.ts";

export type Relay = {
  /** Streams 0 and 1 hear each other, 2 and 3, and so on: their descriptions -> what each is answered. */
  meet(descriptions: readonly string[]): Promise<readonly string[]>;
  /** Before what is measured begins. */
  begin?(): Promise<void>;
  /** CPU milliseconds so far; null: there is nothing to be measured. */
  cpuMs(): number | null;
  end(): Promise<void>;
};

export type RtpOptions = {
  readonly streams: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Every second stream is SRTP. */
  readonly secured: boolean;
};

/** `delayMs`: from the call that sends to the callback that receives, both in the load. */
export type RtpFigures = {
  readonly streams: number;
  readonly packets: number;
  readonly lost: number;
  readonly cpuUsPerPacket: number | null;
  readonly delayMs: { readonly p50: number; readonly p99: number; readonly p999: number };
};

export async function runRtp(relay: Relay, options: RtpOptions): Promise<RtpFigures> {
  const { streams, seconds, warmUpSeconds, secured } = options;
  const child = fork(fileURLToPath(new URL("./rtp-load.ts", import.meta.url)), { serialization: "advanced" });
  const ask = async (task: Task): Promise<Reply> => {
    child.send(task);
    const [reply] = (await once(child, "message")) as [Reply];
    return reply;
  };
  try {
    const described = await ask({ describe: streams, secured });
    if (!("descriptions" in described)) throw new Error("the load describes nothing");
    await ask({ meet: await relay.meet(described.descriptions) });
    await relay.begin?.();
    // Compilers and latches settle.
    if (warmUpSeconds > 0) await ask({ run: warmUpSeconds });
    const before = relay.cpuMs();
    const run = await ask({ run: seconds });
    const after = relay.cpuMs();
    if (!("sent" in run)) throw new Error("the load has not run");
    return figuresOf(streams, run, before === null || after === null ? null : after - before);
  } finally {
    child.disconnect();
    await once(child, "exit");
    await relay.end();
  }
}

function figuresOf(streams: number, { sent, received, delaysMs }: Run, cpuMs: number | null): RtpFigures {
  const sorted = delaysMs.toSorted((a, b) => a - b);
  const rank = (share: number): number => rounded(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
  return {
    streams,
    packets: sent,
    lost: sent - received,
    cpuUsPerPacket: cpuMs === null ? null : rounded((cpuMs * 1_000) / sent),
    delayMs: { p50: rank(0.5), p99: rank(0.99), p999: rank(0.999) },
  };
}
