// rtpengine for tests: a daemon of its own in user space (`--table=-1`: no kernel module), on free ports of the loopback.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { systemClock } from "../../src/base/clock.ts";
import { NgClient, NgFault } from "../../src/media/rtpengine/ng-client.ts";
import { freeSipPort } from "./sip-port.ts";

export type Rtpengine = {
  /** Of its ng control socket. */
  readonly port: number;
  readonly pid: number;
  /** Calls that it has now, by their call-ids. */
  calls(): Promise<readonly string[]>;
  /** The ends of a call: where the audio of each goes to, and the tags of those that it comes from; none when it is over meanwhile. */
  ends(call: string): Promise<readonly { readonly port: number; readonly hears: readonly string[] }[]>;
  /** Safe to repeat. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
};

export type RtpengineOptions = {
  /** Absent: any free one. */
  readonly port?: number;
  readonly ports?: readonly [first: number, last: number];
  /** More of its own arguments. */
  readonly more?: readonly string[];
};

/** Started, and it answers. */
export async function startRtpengine({ port, ports, more = [] }: RtpengineOptions = {}): Promise<Rtpengine> {
  const control = port ?? (await freeSipPort());
  const first = 40_000 + 200 * randomInt(0, 100);
  const [low, high] = ports ?? [first, first + 1_000];
  const child = spawn(
    "rtpengine",
    [
      "--config-file=none",
      "--foreground",
      "--log-stderr",
      "--log-level=5",
      "--table=-1",
      "--interface=127.0.0.1",
      `--listen-ng=127.0.0.1:${control}`,
      `--port-min=${low}`,
      `--port-max=${high}`,
      "--num-threads=2",
      ...more,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const said = { text: "" };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.text += text;
  });
  const exited = once(child, "exit");
  const client = await NgClient.open({ clock: systemClock, host: "127.0.0.1", port: control });
  const stop = async (signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    client.close();
    if (isAlive(child)) child.kill(signal);
    await exited;
  };
  for (let tries = 0; ; tries += 1) {
    const up = await client.ask("ping").catch(() => null);
    if (up) break;
    if (tries === 8 || !isAlive(child)) {
      await stop();
      assert.fail(`rtpengine does not answer:\n${said.text}`);
    }
  }
  return {
    port: control,
    pid: child.pid ?? 0,
    async calls() {
      const { calls } = await client.ask("list", { limit: 1_000 });
      return Array.isArray(calls) ? calls.map(String) : [];
    },
    async ends(call) {
      const answer = await client.ask("query", { "call-id": call }).catch(ifGone);
      const { tags } = answer as unknown as Query;
      return Object.values(tags).map(({ medias, subscriptions }) => ({
        port: medias[0]?.streams[0]?.endpoint.port ?? 0,
        hears: subscriptions.map(({ tag }) => tag),
      }));
    },
    stop,
  };
}

/** Of a call that was listed, and is over before it is asked about. */
function ifGone(fault: unknown): { readonly tags: object } {
  if (fault instanceof NgFault && fault.kind === "refused") return { tags: {} };
  throw fault;
}

type Query = {
  readonly tags: Readonly<
    Record<
      string,
      {
        readonly subscriptions: readonly { readonly tag: string }[];
        readonly medias: readonly { readonly streams: readonly { readonly endpoint: { readonly port: number } }[] }[];
      }
    >
  >;
};

const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;
