// The storm: mutants over UDP, TCP, TLS and WebSockets at the target, in gusts; after each gust a request that must be answered. Calls that the
// target answers get their (mutated) ACK and BYE, so that the mutants come into every room behind the parser.

import { isUtf8 } from "node:buffer";
import { type ChildProcess, fork } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect, type Socket as Stream } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { mutate } from "./mutate.ts";
import { type Random, random } from "./random.ts";
import { branchOf, request, seed, type Way } from "./seeds.ts";
import type { Report } from "./target.ts";

export type StormOptions = { readonly count: number; readonly seed: number };

export type Weather = {
  readonly sent: Readonly<Record<Way, number>>;
  /** What the target was before, after the storm, and after a rest in which all its timers have run out. */
  readonly before: Report;
  readonly after: Report;
  readonly rested: Report;
  readonly seconds: number;
};

/** Three of five by UDP. */
const WAYS: readonly Way[] = ["UDP", "UDP", "UDP", "UDP", "UDP", "UDP", "TCP", "TCP", "TLS", "WS"];
const GUST = 250;
const FENCE_MS = 10_000;
const FENCE_AGAIN_MS = 500;
/** Far longer than 64*T1 twice on the target's hasty clock, with the hang-up of what rings before it. */
const REST_MS = 15_000;
const LOOK_MS = 500;
const HOST = "127.0.0.1";

/** Rejects when the target dies, or does not answer any more. */
export async function storm(options: StormOptions): Promise<Weather> {
  const child = fork(fileURLToPath(new URL("./target.ts", import.meta.url)), {
    execArgv: ["--disable-warning=ExperimentalWarning", "--expose-gc"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [hello] = (await once(child, "message")) as [Report];
  const before = await ask(child);
  const began = performance.now();
  const front = new Front(hello.ports, random(options.seed));
  try {
    await front.open();
    while (front.total < options.count) {
      if (child.exitCode !== null) throw new Error(`the target has died (${child.exitCode})`);
      await front.gust(Math.min(GUST, options.count - front.total));
    }
    const seconds = (performance.now() - began) / 1_000;
    const after = await ask(child);
    return { sent: front.sent, before, after, rested: await atRest(child), seconds };
  } finally {
    front.close();
    child.disconnect();
    if (child.exitCode === null) await once(child, "exit");
  }
}

/** As soon as nothing waits any more, or after `REST_MS` as it is then. */
async function atRest(child: ChildProcess): Promise<Report> {
  const end = performance.now() + REST_MS;
  for (;;) {
    await sleep(LOOK_MS);
    const report = await ask(child);
    if (report.transactions + report.dialogs === 0 || performance.now() > end) return report;
  }
}

async function ask(child: ChildProcess): Promise<Report> {
  child.send("report");
  const [report] = (await once(child, "message")) as [Report];
  return report;
}

/** Or the target has closed it, which it does when the framing is broken. */
const drained = (stream: Stream): Promise<unknown> =>
  Promise.race([once(stream, "drain"), once(stream, "close")]).catch(() => stream.destroy());

/** Resolves when it is open, or when the target does not want it. */
const opened = (socket: { once(event: string, listener: () => void): unknown }, event: string): Promise<void> =>
  new Promise((resolve) => {
    for (const name of [event, "close"]) socket.once(name, resolve);
  });

const STREAMS = ["TCP", "TLS"] as const;
type StreamWay = (typeof STREAMS)[number];

/** The sockets that the storm comes from. */
class Front {
  readonly sent = { UDP: 0, TCP: 0, TLS: 0, WS: 0 };
  private readonly ports: Report["ports"];
  private readonly random: Random;
  private readonly socket: Socket = createSocket("udp4");
  private readonly streams: Partial<Record<StreamWay, Stream>> = {};
  private browser: WebSocket | undefined = undefined;
  private number = 0;
  private fence: { readonly mark: string; readonly lift: () => void } | undefined = undefined;
  private readonly follow: Buffer[] = [];

  constructor(ports: Report["ports"], dice: Random) {
    this.ports = ports;
    this.random = dice;
  }

  get total(): number {
    const { UDP, TCP, TLS, WS } = this.sent;
    return UDP + TCP + TLS + WS;
  }

  async open(): Promise<void> {
    this.socket.on("message", (bytes) => this.heard(bytes.toString("latin1"), "UDP"));
    this.socket.bind(0, HOST);
    await once(this.socket, "listening");
  }

  close(): void {
    for (const way of STREAMS) this.streams[way]?.destroy();
    this.browser?.terminate();
    this.socket.close();
  }

  /** So many mutants, six of ten by UDP, and then the fence. */
  async gust(count: number): Promise<void> {
    for (let sent = 0; sent < count; sent++) {
      this.number += 1;
      const way = this.random.pick(WAYS);
      if (way === "UDP") this.datagram(this.follow.pop() ?? this.mutant("UDP"));
      else if (way === "WS") await this.framed(this.mutant("WS"));
      else await this.down(this.mutant(way), way);
    }
    await this.passFence();
  }

  private mutant(transport: Way): Buffer {
    const text = seed(this.number, transport, this.random);
    // Some stay whole: a mutant that follows a good request finds a transaction.
    return this.random.chance(0.1) ? Buffer.from(text, "latin1") : mutate(text, this.random);
  }

  private datagram(bytes: Buffer): void {
    this.sent.UDP += 1;
    if (bytes.length > 0 && bytes.length < 65_000) this.socket.send(bytes, this.ports.sip, HOST);
  }

  private async down(bytes: Buffer, way: StreamWay): Promise<void> {
    this.sent[way] += 1;
    const stream = this.streams[way] ?? (await this.dial(way));
    // Cut anywhere: a stream knows no messages.
    const cut = this.random.below(bytes.length + 1);
    stream.write(bytes.subarray(0, cut));
    if (!stream.write(bytes.subarray(cut))) await drained(stream);
    // What a mutant has broken swallows all that follows it.
    if (this.random.chance(0.2)) this.leave(way);
  }

  private leave(way: StreamWay): void {
    this.streams[way]?.end();
    delete this.streams[way];
  }

  private async dial(way: StreamWay): Promise<Stream> {
    const { sip, tls } = this.ports;
    const stream =
      way === "TCP"
        ? connect({ host: HOST, port: sip })
        : connectTls({ host: HOST, port: tls, rejectUnauthorized: false });
    stream.on("error", () => stream.destroy());
    stream.on("data", (bytes) => this.heard(bytes.toString("latin1"), way));
    stream.once("close", () => {
      if (this.streams[way] === stream) delete this.streams[way];
    });
    await opened(stream, way === "TCP" ? "connect" : "secureConnect");
    this.streams[way] = stream;
    return stream;
  }

  /** A message of its own, text or binary (RFC 7118 §5). */
  private async framed(bytes: Buffer): Promise<void> {
    this.sent.WS += 1;
    const browser = this.browser ?? (await this.connectBrowser());
    const sent = Promise.withResolvers<void>();
    browser.send(bytes, { binary: this.random.chance(0.5) || !isUtf8(bytes) }, () => sent.resolve());
    await sent.promise;
  }

  private async connectBrowser(): Promise<WebSocket> {
    const browser = new WebSocket(`ws://${HOST}:${this.ports.http}/sip`, "sip");
    browser.on("error", () => browser.terminate());
    browser.on("message", (data) => this.heard(String(data), "WS"));
    browser.once("close", () => {
      if (this.browser === browser) this.browser = undefined;
    });
    await opened(browser, "open");
    this.browser = browser;
    return browser;
  }

  /** A mutated stream is soon one half message: the next gust begins a new one. */
  private async passFence(): Promise<void> {
    for (const way of STREAMS) this.leave(way);
    this.browser?.close();
    this.browser = undefined;
    const mark = `fence${this.number}`;
    const passed = new Promise<void>((lift) => {
      this.fence = { mark, lift };
    });
    const fence = request({ method: "OPTIONS", number: -this.number, transport: "UDP", user: mark });
    const limit = new AbortController();
    const silent = sleep(FENCE_MS, "silent", { signal: limit.signal }).catch(() => "passed");
    // Sent again as a client would: a full socket loses datagrams.
    const again = setInterval(() => this.socket.send(fence, this.ports.sip, HOST), FENCE_AGAIN_MS);
    this.socket.send(fence, this.ports.sip, HOST);
    const result = await Promise.race([passed, silent]);
    clearInterval(again);
    limit.abort();
    if (result === "silent") throw new Error(`no answer within ${FENCE_MS} ms: the target hangs`);
  }

  private heard(text: string, transport: Way): void {
    if (this.fence && text.includes(this.fence.mark)) this.fence.lift();
    const status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1]);
    const number = Number(/^Call-ID: c(\d+)@fuzz\r$/m.exec(text)?.[1]);
    const user = /^To: <sip:(\w+)@/m.exec(text)?.[1];
    const toTag = /^To: .*;tag=([^;\r]+)\r$/m.exec(text)?.[1];
    if (transport !== "UDP" || Number.isNaN(number) || user === undefined || toTag === undefined) return;
    if (!/^CSeq: 1 INVITE\r$/m.test(text) || this.follow.length > GUST) return;
    this.answer({ status, number, user, toTag });
  }

  /** What a caller says next, sometimes whole, sometimes mutated. */
  private answer({
    status,
    number,
    user,
    toTag,
  }: {
    status: number;
    number: number;
    user: string;
    toTag: string;
  }): void {
    const call = { number, transport: "UDP", user } as const;
    if (status < 200) this.say(request({ ...call, method: "CANCEL" }));
    else if (status >= 300) this.say(request({ ...call, method: "ACK", toTag, branch: branchOf(number) }));
    else {
      const within = { ...call, toTag, cseq: 2 };
      // Popped from the end: the ACK goes first.
      for (const method of ["BYE", "INFO", "INVITE"])
        this.say(request({ ...within, method, branch: `z9hG4bK${method}${number}` }));
      this.say(request({ ...call, toTag, method: "ACK", branch: `z9hG4bKack${number}` }));
    }
  }

  private say(text: string): void {
    this.follow.push(this.random.chance(0.5) ? Buffer.from(text, "latin1") : mutate(text, this.random));
  }
}
