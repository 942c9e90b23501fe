// One run of the callout load: gateway, SIPp as phones and as parties, the agents' client process; then the figures, and
// whether all of them counted the same.

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort, type StartedGateway } from "../../test/support/started-gateway.ts";
import type { CallingMessage, CallingOrder, CallRecord } from "./calling-agents.ts";
import { rounded, type Spread, spread } from "./figures.ts";
import { launchGateway } from "./launch.ts";
import { loopDelay } from "./loop-delay.ts";
import { type MemoryWatch, memoryWatch, perCall } from "./memory-parts.ts";
import { cpuMs, cpuMsByThread, machineCpuMs, residentMb } from "./process-cost.ts";
import { registerPhones } from "./register.ts";
import { type Sipp, type SippReport, startSipp } from "./sipp.ts";
import { seat, siteText } from "./site.ts";

export type RunOptions = {
  readonly rate: number;
  readonly seconds: number;
  readonly agents: number;
  readonly warmUpSeconds: number;
  /** Between the party's 180 and 200. */
  readonly answerMs: number;
  /** How long the call stands, ms. */
  readonly talkMs: number;
  /** Both send RTP meanwhile. */
  readonly audio: boolean;
  /** NODE_OPTIONS of the gateway. */
  readonly nodeOptions: string;
};

/**
 * kB (1024 bytes) for each call, against the same agents signed in: resident memory as it is, and by part once the collector has run at
 * both times.
 */
export type Kept = {
  readonly calls: number;
  readonly stoodMs: number;
  readonly asItIs: number;
  readonly collected: Readonly<Record<string, number>>;
};

export type RunFigures = {
  readonly offeredPerSecond: number;
  readonly achievedPerSecond: number;
  readonly callouts: number;
  readonly failures: number;
  /** Every reason once, with its number. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly cpuMsPerCallout: number;
  /** The same by thread: MainThread, media, V8Worker (garbage collector and compiler), libuv-worker. */
  readonly cpuMsByThread: Readonly<Record<string, number>>;
  /**
   * Cores that were at work from the end of the warm-up to the end of the last call, by program; `machine`: all of them, this machine's
   * other work and the kernel's own included; `there`: what there were, without what the host gave to somebody else.
   */
  readonly cores: Cores;
  readonly residentMb: number;
  /** Most calls that stood at once, and what the process had grown by since the warm-up at most, for each that came since. */
  readonly standing: { readonly calls: number; readonly kbPerCall: number };
  /** Calls that stood for `stoodMs` without a new one, taken apart; null when they did not stand that long. */
  readonly kept: Kept | null;
  /** RTP that the gateway received and sent, in packets for each callout of the whole run. */
  readonly packets: { readonly in: number; readonly out: number };
  /** Commits, and images in them, for each callout of the whole run. */
  readonly journal: { readonly commits: number; readonly images: number };
  readonly replyMs: Spread;
  readonly inviteMs: Spread;
  readonly answerToEventMs: Spread;
  /** What waits for the gateway's main thread waits so long. */
  readonly loopDelayMs: Spread;
  readonly counts: Counts;
  readonly agree: boolean;
};

export type Cores = Readonly<Record<"gateway" | "client" | "phones" | "parties" | "machine" | "there", number>>;

/** Of the whole run, warm-up included: callouts that each side saw to their end. */
export type Counts = {
  readonly client: { readonly accepted: number; readonly talking: number; readonly ended: number };
  readonly gateway: { readonly accepted: number; readonly started: number; readonly ended: number };
  readonly phones: { readonly invites: number; readonly ended: number; readonly failed: number };
  readonly parties: { readonly invites: number; readonly ended: number; readonly failed: number };
  readonly retransmissions: number;
  /** SIP messages that crossed the gateway's sockets. */
  readonly messages: number;
};

/** Transactions are over after 32 s (RFC 3261 §17, timers B, H and L): what is left then is the call's. */
const STOOD_MS = 36_000;
/** For a collection, when memory is taken apart. */
const REST_MS = 20_000;

/** How long all calls stand together, ms; 0: not long enough to be looked at. */
function stoodMs({ talkMs, seconds, warmUpSeconds }: RunOptions): number {
  const all = talkMs - 1_000 * (seconds + warmUpSeconds);
  return all > STOOD_MS + REST_MS ? STOOD_MS : 0;
}

const callingAgents = fileURLToPath(new URL("./calling-agents.ts", import.meta.url));

/** Below the system's own range. */
const LAST_PORT = 32_767;

/**
 * Four media ports of the gateway for a call, and as many for pairs that rest after one; below them where the two SIPps send from.
 * No more than that: tests run beside a short form.
 */
function rtpPorts(agents: number) {
  const gateway = LAST_PORT + 1 - 8 * agents;
  return {
    gateway: `${gateway}-${LAST_PORT}`,
    phones: { audioFrom: gateway - 4 * agents },
    parties: { audioFrom: gateway - 8 * agents },
  };
}

export async function runCallouts(options: RunOptions): Promise<RunFigures> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-bench-"));
  const sipps: Sipp[] = [];
  let gateway: StartedGateway | undefined;
  try {
    const trunkPort = await freePort();
    const phonesPort = await freePort();
    const { agents, answerMs, nodeOptions } = options;
    const rtp = rtpPorts(agents);
    const site = siteText({ agents, trunkPort });
    const watch = stoodMs(options) > 0 ? memoryWatch(folder) : null;
    gateway = await launchGateway({
      ...{ folder, site },
      nodeOptions: [nodeOptions, watch?.nodeOptions ?? ""].join(" "),
      settings: { ...watch?.environment, SEATWAY_RTP_PORTS: rtp.gateway },
    });
    const phones = Array.from({ length: agents }, (_, index) => seat(index).phone);
    await registerPhones({ phonesPort, registrarPort: gateway.ports.sip, phones });
    const [phonesTalk, partiesTalk] = options.audio ? [rtp.phones, rtp.parties] : [{}, {}];
    sipps.push(await startSipp({ name: "phones", folder, port: phonesPort, answerMs: 0, ...phonesTalk }));
    sipps.push(await startSipp({ name: "parties", folder, port: trunkPort, answerMs, ...partiesTalk }));
    const [phonesPid, partiesPid] = sipps.map(({ pid }) => pid) as [number, number];
    const load = await callOut(options, gateway, { watch, pids: { phones: phonesPid, parties: partiesPid } });
    const [phoneSide, partySide] = await Promise.all(sipps.map((sipp) => sipp.finish()));
    await gateway.stop();
    if (!phoneSide || !partySide) throw new Error("sipp said nothing");
    return figures(options, load, { phones: phoneSide, parties: partySide, log: gateway.log() });
  } finally {
    for (const sipp of sipps) sipp.kill();
    await gateway?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Load = {
  readonly calls: readonly CallRecord[];
  readonly unplaced: number;
  readonly cpuMs: number;
  readonly cpuMsByThread: ReadonlyMap<string, number>;
  readonly cores: Cores;
  readonly residentMb: number;
  readonly grownMb: number;
  readonly kept: Kept | null;
  readonly packets: { readonly in: number; readonly out: number };
  readonly journal: { readonly commits: number; readonly images: number };
  readonly loopDelayMs: Spread;
};

/** What the gateway itself has counted: RTP of legs that have closed, and its journal. */
async function counted(url: string): Promise<Pick<Load, "packets" | "journal">> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const of = (name: string): number => Number(new RegExp(`^seatway_${name} (\\S+)$`, "m").exec(page)?.[1] ?? 0);
  return {
    packets: { in: of('rtp_packets_total\\{direction="in"\\}'), out: of('rtp_packets_total\\{direction="out"\\}') },
    journal: { commits: of("journal_commit_seconds_count"), images: of("journal_images_total") },
  };
}

/** How much larger the process has been since then, MB at most. */
function growth(pid: number): () => number {
  const before = residentMb(pid);
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, residentMb(pid));
  }, 250);
  return () => {
    clearInterval(timer);
    return most - before;
  };
}

/** What the gateway has cost so far. */
const cost = (pid: number) => ({ cpuMs: cpuMs(pid), cpuMsByThread: cpuMsByThread(pid) });

type Pids = Readonly<Record<"gateway" | "client" | "phones" | "parties", number>>;

/** From here on; the sum of what a program had, over the time that has passed. */
function coresOf(pids: Pids): () => Cores {
  const look = () => ({
    at: performance.now(),
    machine: machineCpuMs(),
    ...{ gateway: cpuMs(pids.gateway), client: cpuMs(pids.client) },
    ...{ phones: cpuMs(pids.phones), parties: cpuMs(pids.parties) },
  });
  const was = look();
  return () => {
    const is = look();
    const cores = (ms: number): number => rounded(ms / Math.max(1, is.at - was.at));
    return {
      ...{ gateway: cores(is.gateway - was.gateway), client: cores(is.client - was.client) },
      ...{ phones: cores(is.phones - was.phones), parties: cores(is.parties - was.parties) },
      machine: cores(is.machine.worked - was.machine.worked),
      there: cores(is.machine.had - was.machine.had),
    };
  };
}

type Around = { readonly watch: MemoryWatch | null; readonly pids: Pick<Pids, "phones" | "parties"> };

/** The client process from its sign-ins to its end; the gateway's CPU from the end of the warm-up to the last call's. */
async function callOut(options: RunOptions, gateway: StartedGateway, { watch, pids }: Around): Promise<Load> {
  const { rate, seconds, agents, warmUpSeconds, talkMs } = options;
  const child = fork(callingAgents, { execArgv: ["--disable-warning=ExperimentalWarning"] });
  const exited = once(child, "exit") as Promise<[number | null]>;
  const restMs = watch ? REST_MS : 0;
  const order: CallingOrder = { gate: { url: gateway.url }, agents, rate, warmUpSeconds, seconds, talkMs, restMs };
  child.send(order);
  let before = cost(gateway.pid);
  let begun: Promise<unknown> = Promise.resolve();
  let grown = (): number => 0;
  const everybody = { ...pids, gateway: gateway.pid, client: child.pid ?? 0 };
  let cores = coresOf(everybody);
  const keeping = watch && keptMemory(options, gateway.pid, watch);
  const load = new Promise<Omit<Load, "loopDelayMs" | "packets" | "journal" | "kept">>((resolve) => {
    child.on("message", (message: CallingMessage) => {
      if (message.type === "signed-in") keeping?.signedIn();
      if (message.type === "placed") keeping?.placed();
      if (message.type === "measuring") {
        before = cost(gateway.pid);
        cores = coresOf(everybody);
        grown = growth(gateway.pid);
        begun = loopDelay(gateway.url);
        begun.catch(() => {});
      }
      if (message.type !== "done") return;
      const { calls, unplaced } = message;
      const after = cost(gateway.pid);
      const threads = [...after.cpuMsByThread].map(
        ([name, ms]) => [name, ms - (before.cpuMsByThread.get(name) ?? 0)] as const,
      );
      resolve({
        calls,
        unplaced,
        cpuMs: after.cpuMs - before.cpuMs,
        cpuMsByThread: new Map(threads),
        cores: cores(),
        residentMb: residentMb(gateway.pid),
        grownMb: grown(),
      });
    });
  });
  const early = exited.then(([code]) => {
    throw new Error(`the client process ended with ${code}`);
  });
  try {
    const result = await Promise.race([load, early]);
    await begun;
    const loopDelayMs = await loopDelay(gateway.url);
    await exited;
    const own = await counted(gateway.url);
    return { ...result, loopDelayMs, ...own, kept: (await keeping?.kept()) ?? null };
  } finally {
    grown();
    early.catch(() => {});
    child.kill();
  }
}

/** Memory before the first callout, and when the calls have stood. */
function keptMemory(options: RunOptions, pid: number, watch: MemoryWatch) {
  const look = async () => ({ asItIs: residentMb(pid), collected: await watch.collected(pid) });
  type Looked = Awaited<ReturnType<typeof look>>;
  let before: Promise<Looked> | undefined;
  let after: Promise<Looked> | undefined;
  const heeded = (looked: Promise<Looked>): Promise<Looked> => {
    looked.catch(() => {});
    return looked;
  };
  return {
    signedIn() {
      before = heeded(look());
    },
    placed() {
      after = heeded(sleep(stoodMs(options)).then(look));
    },
    async kept(): Promise<Kept> {
      const [was, is] = [await before, await after];
      if (!was || !is) throw new Error("the client process did not say when its calls stood");
      const calls = options.rate * (options.seconds + options.warmUpSeconds);
      return {
        ...{ calls, stoodMs: stoodMs(options) },
        asItIs: rounded(((is.asItIs - was.asItIs) * 1024) / Math.max(1, calls)),
        collected: perCall(was.collected, is.collected, calls),
      };
    },
  };
}

type Seen = { readonly phones: SippReport; readonly parties: SippReport; readonly log: string };

function figures({ rate, seconds }: RunOptions, load: Load, seen: Seen): RunFigures {
  const measured = load.calls.filter(({ warmUp }) => !warmUp);
  const done = measured.filter(({ readyAt, failure }) => readyAt !== undefined && failure === undefined);
  const agreed = counts(load.calls, seen);
  const failed = load.calls.filter(({ readyAt }) => readyAt === undefined);
  const reasons = Object.entries(Object.groupBy(failed, ({ failure }) => failure ?? "did not end"));
  const spanMs = (measured.at(-1)?.askedAt ?? 0) - (measured[0]?.askedAt ?? 0);
  return {
    offeredPerSecond: rate,
    // From the first callout to the last there is one gap less than there are callouts.
    achievedPerSecond: rounded(((done.length - 1) * 1000) / Math.max(1, spanMs)),
    callouts: done.length,
    failures: failed.length + load.unplaced + (rate * seconds - measured.length - load.unplaced),
    reasons: Object.fromEntries([
      ...reasons.map(([reason, calls]) => [reason, calls?.length ?? 0] as const),
      ...(load.unplaced > 0 ? [["no agent was free", load.unplaced] as const] : []),
    ]),
    cpuMsPerCallout: rounded(load.cpuMs / Math.max(1, done.length)),
    cpuMsByThread: Object.fromEntries(
      [...load.cpuMsByThread].map(([name, ms]) => [name, rounded(ms / Math.max(1, done.length))]),
    ),
    cores: load.cores,
    residentMb: rounded(load.residentMb),
    standing: standing(load.calls, load.grownMb),
    kept: load.kept,
    packets: {
      in: rounded(load.packets.in / Math.max(1, load.calls.length)),
      out: rounded(load.packets.out / Math.max(1, load.calls.length)),
    },
    journal: {
      commits: rounded(load.journal.commits / Math.max(1, load.calls.length)),
      images: rounded(load.journal.images / Math.max(1, load.calls.length)),
    },
    replyMs: spread(done.map(({ repliedAt = Number.NaN, askedAt }) => repliedAt - askedAt)),
    inviteMs: spread(inviteDelays(load.calls, seen.phones.invited)),
    answerToEventMs: spread(
      done.map(({ called, talkingAt = Number.NaN }) => talkingAt - (seen.parties.answered.get(called)?.[0] ?? 0)),
    ),
    loopDelayMs: load.loopDelayMs,
    counts: agreed,
    agree: allAgree(load.calls.length, agreed),
  };
}

/** Memory is compared with that at the end of the warm-up, so calls are too. */
function standing(calls: readonly CallRecord[], grownMb: number): RunFigures["standing"] {
  const from = calls.find(({ warmUp }) => !warmUp)?.askedAt ?? 0;
  const changes = calls.flatMap(({ talkingAt, readyAt = Number.POSITIVE_INFINITY }) =>
    talkingAt === undefined ? [] : [[talkingAt, 1] as const, [readyAt, -1] as const],
  );
  let [now, before, most] = [0, 0, 0];
  for (const [at, by] of changes.toSorted(([a], [b]) => a - b)) {
    now += by;
    if (at < from) before = now;
    most = Math.max(most, now);
  }
  return { calls: most, kbPerCall: rounded((grownMb * 1024) / Math.max(1, most - before)) };
}

/** An agent's n-th callout made the n-th INVITE to his phone. */
function inviteDelays(calls: readonly CallRecord[], invited: SippReport["invited"]): number[] {
  const seenAt = new Map([...invited].map(([phone, times]) => [phone, times.values()]));
  return calls.flatMap(({ phone, askedAt, warmUp }) => {
    const at = seenAt.get(phone)?.next().value;
    return at === undefined || warmUp ? [] : [at - askedAt];
  });
}

const total = (times: ReadonlyMap<string, readonly number[]>): number =>
  [...times.values()].reduce((sum, list) => sum + list.length, 0);

const side = ({ invited, successful, failed }: SippReport) => ({ invites: total(invited), ended: successful, failed });

function counts(calls: readonly CallRecord[], { phones, parties, log }: Seen): Counts {
  const lines = log.split("\n");
  const logged = (...parts: readonly string[]): number =>
    lines.filter((line) => parts.every((part) => line.includes(part))).length;
  return {
    client: {
      accepted: calls.filter(({ callId }) => callId !== undefined).length,
      talking: calls.filter(({ talkingAt }) => talkingAt !== undefined).length,
      ended: calls.filter(({ readyAt }) => readyAt !== undefined).length,
    },
    gateway: {
      accepted: logged('"method":"callout"', '"retcode":"0"'),
      started: logged('"msg":"call started"'),
      ended: logged('"msg":"call ended"'),
    },
    phones: side(phones),
    parties: side(parties),
    retransmissions: phones.retransmissions + parties.retransmissions,
    messages: phones.messages + parties.messages,
  };
}

/** Two INVITEs per callout, and every count the same. */
function allAgree(callouts: number, { client, gateway, phones, parties }: Counts): boolean {
  const equal = [...Object.values(client), ...Object.values(gateway)];
  for (const { invites, ended } of [phones, parties]) equal.push(invites, ended);
  return equal.every((count) => count === callouts) && phones.failed === 0 && parties.failed === 0;
}
