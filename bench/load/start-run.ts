// Starts of a gateway by its own command, one after the other on the same data, with a site of 100 agents and the ports that it takes by
// default for media. The first start makes certificate and database, and does not count.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../../test/support/started-gateway.ts";
import { type Spread, spread } from "./figures.ts";
import { residentMb } from "./process-cost.ts";
import { siteText } from "./site.ts";

/** `package`: what `npm pack` puts into one, unpacked, beside the packages that it needs. */
export const forms = ["package", "checkout"] as const;
export type Form = (typeof forms)[number];

export type StartOptions = { readonly form: Form; readonly starts: number; readonly restSeconds: number };

export type StartFigures = {
  /** `Seatway is ready (… s)`: from the process's own start. */
  readonly readyS: Spread;
  /** From the command to /readyz: the launcher has looked for a Node.js before. */
  readonly commandS: Spread;
  /** Of the gateway's process, when it has rested; and of the launcher that waits for its end. */
  readonly residentMb: Spread;
  readonly launcherMb: Spread;
};

const AGENTS = 100;
const LOOK_MS = 10;
const root = fileURLToPath(new URL("../..", import.meta.url));

export async function runStarts({ form, starts, restSeconds }: StartOptions): Promise<StartFigures> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-bench-"));
  try {
    const place = form === "package" ? await unpacked(join(folder, "package")) : root;
    const site = join(folder, "site.yaml");
    await writeFile(site, siteText({ agents: AGENTS, trunkPort: await freePort() }));
    const given = { place, environment: await environment(folder, site) };
    await startOnce(given, 0);
    const seen: Start[] = [];
    for (let each = 0; each < starts; each++) seen.push(await startOnce(given, 1000 * restSeconds));
    return {
      readyS: spread(seen.map(({ readyS }) => readyS)),
      commandS: spread(seen.map(({ commandS }) => commandS)),
      residentMb: spread(seen.map(({ gatewayMb }) => gatewayMb)),
      launcherMb: spread(seen.map(({ launcherMb }) => launcherMb)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpacked(place: string): Promise<string> {
  await promisify(execFile)(process.execPath, [join(root, "scripts", "run.mjs"), "build"], { cwd: root });
  for (const name of ["bin", "dist", "package.json"])
    await cp(join(root, name), join(place, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(place, "node_modules"));
  return place;
}

async function environment(folder: string, site: string): Promise<NodeJS.ProcessEnv> {
  const [https, http, sip, sips] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  return {
    PATH: process.env["PATH"],
    SEATWAY_DATA: join(folder, "data"),
    SEATWAY_CONFIG: site,
    SEATWAY_HTTPS_PORT: `${https}`,
    SEATWAY_HTTP_PORT: `${http}`,
    SEATWAY_SIP_PORT: `${sip}`,
    SEATWAY_SIPS_PORT: `${sips}`,
    SEATWAY_MML_PORT: "0",
  };
}

type Given = { readonly place: string; readonly environment: NodeJS.ProcessEnv };

type Start = {
  readonly readyS: number;
  readonly commandS: number;
  readonly gatewayMb: number;
  readonly launcherMb: number;
};

async function startOnce({ place, environment }: Given, restMs: number): Promise<Start> {
  const begun = performance.now();
  const launcher = spawn(process.execPath, [join(place, "bin", "seatway.mjs"), "serve"], {
    cwd: place,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [launcher.stdout, launcher.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  const ended = once(launcher, "exit");
  try {
    if (!(await becomesReady(launcher, `http://127.0.0.1:${environment["SEATWAY_HTTP_PORT"]}/readyz`)))
      throw new Error(`the gateway has ended:\n${printed}`);
    const commandS = (performance.now() - begun) / 1000;
    await sleep(restMs);
    return {
      readyS: Number(/is ready \((\d+\.\d+) s\)/.exec(printed)?.[1] ?? Number.NaN),
      commandS,
      gatewayMb: residentMb(await childOf(launcher.pid ?? 0)),
      launcherMb: residentMb(launcher.pid ?? 0),
    };
  } finally {
    launcher.kill("SIGTERM");
    await ended;
  }
}

/** false: it has ended before. */
async function becomesReady(launcher: ChildProcess, url: string): Promise<boolean> {
  for (;;) {
    if (launcher.exitCode !== null || launcher.signalCode !== null) return false;
    const status = await fetch(url).then(
      (reply) => reply.status,
      () => 0,
    );
    if (status === 200) return true;
    await sleep(LOOK_MS);
  }
}

/** The gateway itself is the launcher's only child. */
async function childOf(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8")));
  const [child] = lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
  if (child === undefined) throw new Error("the launcher has no child");
  return child;
}
