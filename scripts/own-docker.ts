// A Docker engine of one's own: everything of it in one folder, no bridge and no rules of a firewall, so that one that runs on this
// machine already notices nothing. Root starts it; whoever has a folder that an earlier one has left has its images.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export type Docker = {
  /** `docker` with these arguments; what it printed on both outputs. Throws with that when it fails. */
  run(args: readonly string[], options?: RunOptions): string;
  /** `docker-compose`, likewise. */
  compose(args: readonly string[], options?: RunOptions): string;
  /** All containers away, and the engine; its images stay in the folder. Safe to repeat. */
  stop(): Promise<void>;
};

export type RunOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
};

const readyMs = 60_000;

/** Running, and it answers. Its containers with `network_mode: host` are in the network that we are in. */
export async function startDocker(folder: string): Promise<Docker> {
  // Short, since the path of a socket may have 107 bytes.
  const socket = join(folder, "s");
  const places = ["data-root", "exec-root", "pidfile"].map((name) => `--${name}=${join(folder, name)}`);
  const quiet = ["--iptables=false", "--ip6tables=false", "--bridge=none", "--log-level=warn"];
  // With mounts of its own: what it mounts is gone with it, and its folder can be taken away.
  const apart = ["--mount", "--propagation", "private", "dockerd"];
  const child = spawn("unshare", [...apart, ...places, ...quiet, "--host", `unix://${socket}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const exited = once(child, "exit");
  const alive = (): boolean => child.exitCode === null && child.signalCode === null;
  const tool =
    (program: string) =>
    (args: readonly string[], { env, cwd = process.cwd() }: RunOptions = {}): string => {
      // Without BuildKit, which is another package.
      const engine = { DOCKER_HOST: `unix://${socket}`, DOCKER_BUILDKIT: "0", COMPOSE_DOCKER_CLI_BUILD: "0" };
      const { status, stdout, stderr } = spawnSync(program, args, {
        ...{ cwd, env: { ...process.env, ...engine, ...env } },
        ...{ maxBuffer: 2 ** 28, encoding: "utf8" },
      });
      assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
      return `${stdout}${stderr}`;
    };
  const run = tool("docker");
  const stop = async (): Promise<void> => {
    if (!alive()) return;
    const left = run(["ps", "--all", "--quiet"]).split("\n").filter(Boolean);
    if (left.length > 0) run(["rm", "--force", ...left]);
    child.kill("SIGTERM");
    await exited;
  };
  for (let waitedMs = 0; ; waitedMs += 100) {
    if (existsSync(socket) && spawnSync("docker", ["--host", `unix://${socket}`, "info"]).status === 0) break;
    if (alive() && waitedMs < readyMs) await delay(100);
    else {
      child.kill("SIGKILL");
      throw new Error(`dockerd did not get ready:\n${log}`);
    }
  }
  return { run, compose: tool("docker-compose"), stop };
}
