// The demo's phones and parties, steered and read through their control interface (docs/sim.md), and the soft parameters
// over the console's port (docs/parameters.md).

import assert from "node:assert/strict";
import { connect } from "node:net";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { launchSim } from "../../src/sim/launch.ts";
import { freePort, type StartedGateway, type StartOptions, startGateway } from "../support/started-gateway.ts";
import { Agent, type Body, until } from "./agent.ts";
import { quick, siteWith } from "./sites.ts";

type Kind = "phones" | "parties";
export type Invites = { readonly count: number; readonly last: string };
export type Heard = {
  readonly call: boolean;
  /** dB over the last second; null without a call. */
  readonly level: number | null;
  readonly levels: Readonly<Record<string, number>>;
  readonly digits: string;
  readonly audio: { readonly packetsIn: number };
  readonly video: { readonly packetsIn: number };
};

/** A started demo gateway with everything that a test may do to it. */
export type Demo = {
  readonly gateway: StartedGateway;
  /** The next agent in turn, with a phone of his own that answers fast. */
  agent(): Promise<Agent>;
  /** A party nobody called before, which rings and answers fast unless told otherwise. */
  party(behaviour?: Body): Promise<string>;
  tell(kind: Kind, number: string, behaviour: Body): Promise<void>;
  reset(kind: Kind, number: string): Promise<void>;
  hangUp(kind: Kind, number: string): Promise<number>;
  /** A party calls in, or a phone. */
  call(kind: Kind, number: string, to: string): Promise<void>;
  /** The status of the last response to the last call that it has placed; 0 = none yet. */
  placed(kind: Kind, number: string): Promise<number>;
  dial(kind: Kind, number: string, digits: string): Promise<void>;
  invites(kind: Kind, number: string): Promise<Invites>;
  heard(kind: Kind, number: string, frequencies?: readonly number[]): Promise<Heard>;
  /** dB of one tone over the last second; -120 when there is none. */
  toneAt(kind: Kind, number: string, hertz: number): Promise<number>;
  /** Waits until this tone is heard there. */
  hears(kind: Kind, number: string, hertz: number): Promise<void>;
  calls(kind: Kind, number: string): Promise<number>;
  registered(phone: string): Promise<boolean>;
  mml(command: string): Promise<string>;
  stop(): Promise<void>;
};

/** The tone in Hz that an agent's simulated phone speaks (docs/sim.md). */
export const toneOf = ({ phone }: Agent): number => 400 + 50 * (Number(phone) - 40_001);

/** dB above which a tone is heard. */
export const audible = -30;

const answersFast: Body = { ring: true, answerAfterMs: 60, refuse: null, q850: null };

/** Starts the demo site; the settings go over `quick`. */
export async function openDemo(
  settings: Readonly<Record<string, string>> = {},
  more: Pick<StartOptions, "mediaHundreds"> = {},
): Promise<Demo> {
  const gateway = await startGateway({ settings: { ...quick, ...settings }, ...more });
  return steered(gateway, { control: gateway.control, agents: 20, stop: async () => void (await gateway.stop()) });
}

/**
 * A site file of its own with the simulated phones beside it: 4xxxx is the town's trunk, 6xxx# too, 5xxxx a trunk that
 * nobody answers on. `more`: further lines of the site file. The settings go over `quick`.
 */
export async function openSite(more = "", settings: Readonly<Record<string, string>> = {}): Promise<Demo> {
  const phones = Array.from({ length: 12 }, (_, index) => ({ number: `${40_001 + index}`, password: "conformance" }));
  const sim = await launchSim({ clock: systemClock, log: silentLog, phones, domain: "127.0.0.1" });
  const trunks = [
    { name: "town", port: sim.trunkPort, pattern: "4xxxx" },
    { name: "hash", port: sim.trunkPort, pattern: '"6xxx#"' },
    { name: "dead", port: await freePort(), pattern: "5xxxx" },
  ];
  const gateway = await startGateway({
    site: siteWith(trunks, more),
    settings: { ...quick, ...settings },
  }).catch(async (fault) => {
    await sim.close();
    throw fault;
  });
  sim.register({ transport: "udp", address: "127.0.0.1", port: gateway.ports.sip });
  const stop = async () => {
    await gateway.stop();
    await sim.close();
  };
  const site = steered(gateway, { control: `http://127.0.0.1:${sim.controlPort}`, agents: 12, stop });
  for (const { number } of phones) await until(() => site.registered(number), `phone ${number} registers`);
  for (const name of ["town", "hash"]) await gateway.logged(({ trunk, up }) => trunk === name && up === true);
  return site;
}

/** Several starts at once. When one fails the others are stopped, so that none of them outlives its test file. */
export async function together<Started extends readonly Stoppable[]>(
  ...starting: { [Index in keyof Started]: Promise<Started[Index]> }
): Promise<Started> {
  const settled = await Promise.allSettled(starting as readonly Promise<Stoppable>[]);
  const failed = settled.find((each) => each.status === "rejected");
  if (!failed) return settled.map((each) => each.status === "fulfilled" && each.value) as unknown as Started;
  for (const each of settled) if (each.status === "fulfilled") await each.value.stop();
  throw failed.reason;
}

type Stoppable = { stop(): Promise<unknown> };

type Town = { readonly control: string; readonly agents: number; readonly stop: () => Promise<void> };

function steered(gateway: StartedGateway, { control, agents: many, stop }: Town): Demo {
  let agents = 0;
  let parties = 0;
  const demo: Demo = {
    gateway,
    stop,
    async agent() {
      const turn = agents++ % many;
      const agent = new Agent(gateway, String(101 + turn), String(40_001 + turn));
      await demo.reset("phones", agent.phone);
      await demo.tell("phones", agent.phone, { answerAfterMs: 30 });
      return agent;
    },
    async party(behaviour = {}) {
      const number = String(42_000 + parties++);
      await demo.tell("parties", number, { ...answersFast, ...behaviour });
      return number;
    },
    tell: (kind, number, behaviour) => asked(control, "PUT", `/${kind}/${number}`, behaviour),
    reset: (kind, number) => asked(control, "POST", `/${kind}/${number}/reset`),
    hangUp: async (kind, number) =>
      (await asked<{ calls: number }>(control, "POST", `/${kind}/${number}/hangup`)).calls,
    invites: (kind, number) => asked(control, "GET", `/${kind}/${number}/invites`),
    call: (kind, number, to) => asked(control, "POST", `/${kind}/${number}/call`, { to }),
    placed: async (kind, number) =>
      (await asked<{ placed: { status: number } | null }>(control, "GET", `/${kind}/${number}`)).placed?.status ?? 0,
    dial: (kind, number, digits) => asked(control, "POST", `/${kind}/${number}/dial`, { digits }),
    heard: (kind, number, frequencies = []) =>
      asked(control, "GET", `/${kind}/${number}/heard?frequencies=${frequencies.join(",")}`),
    toneAt: async (kind, number, hertz) => (await demo.heard(kind, number, [hertz])).levels[String(hertz)] ?? -120,
    hears: (kind, number, hertz) =>
      until(async () => (await demo.toneAt(kind, number, hertz)) > audible, `${kind}/${number} hears ${hertz} Hz`),
    calls: async (kind, number) => (await asked<{ calls: number }>(control, "GET", `/${kind}/${number}`)).calls,
    registered: async (number) =>
      (await asked<{ registered: boolean }>(control, "GET", `/phones/${number}`)).registered,
    mml: (command) => runMml(gateway.ports.mml, command),
  };
  return demo;
}

async function asked<Result>(control: string, method: string, path: string, body?: Body): Promise<Result> {
  const init =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const reply = await fetch(control + path, { method, ...init });
  const text = await reply.text();
  assert.equal(reply.status, 200, `${method} ${path}: ${text}`);
  return JSON.parse(text) as Result;
}

/** One command, one report. The console keeps its side open until the report is out. */
export async function runMml(port: number, command: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end(`${command}\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Sets a soft parameter's whole value; the test says when it is back to 0. */
export async function setParameter(demo: Pick<Demo, "mml">, id: string, value: number): Promise<void> {
  const report = await demo.mml(`MOD SFP: ID=${id}, MODTYPE=P0, VALUE=${value};`);
  assert.match(report, /RETCODE = 0 /, report);
}
