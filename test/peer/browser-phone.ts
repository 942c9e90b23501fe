// A softphone in a browser: JsSIP in Chromium, registered over WSS from a page of the gateway's own origin.

import type { Browser, Page } from "playwright-core";
import { bundle, openBrowser } from "../support/browser.ts";
import { until } from "../support/until.ts";

export type BrowserPhone = {
  /** What happened, oldest first: `registered`, `rings`, `cancelled`, `refused 401` … */
  said(): Promise<readonly string[]>;
  saw(event: string): Promise<void>;
  /** Declines with 603 when it rings next. */
  declineNext(): Promise<void>;
  /** Answers when it rings next. */
  answerNext(manner: AnswerManner): Promise<void>;
  /** dB of this frequency in what it hears now, below full scale; -Infinity for silence. */
  hears(frequency: number): Promise<number>;
  /** What its peer connection has counted in this call. */
  counted(): Promise<Counted>;
  /** Closes the page without a word to the gateway. */
  vanish(): Promise<void>;
  /** As by its user; the new page registers, and answers so when it rings. What it said and counted begins anew. */
  reload(manner: AnswerManner | undefined): Promise<void>;
  /** Loses the connection to the gateway; JsSIP makes another one after two seconds. */
  disconnect(): Promise<void>;
  /** Sends no audio for a while, as in a network that is gone; or again. */
  hushed(hushed: boolean): Promise<void>;
  /** How its media go now: another ufrag means that ICE has started anew. */
  transport(): Promise<{ readonly ufrag: string; readonly dtls: string; readonly cipher: string }>;
  close(): Promise<void>;
};

/** `tone`: Hz of what it says; absent: its microphone, which beeps twice a second for 20 ms. With its camera when `video`. */
export type AnswerManner = { readonly video?: boolean; readonly tone?: number };

export type Counted = {
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly lost: number;
  readonly framesDecoded: number;
  readonly framesSent: number;
};

export type BrowserPhoneOptions = {
  readonly number: string;
  readonly password: string;
  /** Origin of the HTTPS face. */
  readonly gateway: string;
  /** Absent: it lets it ring. */
  readonly answers?: AnswerManner;
};

/** The page trusts the gateway's certificate without looking, as after an import of its CA. */
export async function startBrowserPhone(options: BrowserPhoneOptions): Promise<BrowserPhone> {
  const browser = await openBrowser();
  try {
    return await openPhone(browser, options);
  } catch (fault) {
    await browser.close();
    throw fault;
  }
}

async function openPhone(browser: Browser, options: BrowserPhoneOptions): Promise<BrowserPhone> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const library = await bundle("jssip", "JsSIP");
  const load = async (answers: AnswerManner | undefined): Promise<void> => {
    await page.evaluate(library);
    const { number, password, gateway } = options;
    await page.evaluate(register, { number, password, gateway, ...(answers && { answers }) });
  };
  await page.goto(`${options.gateway}/healthz`);
  await load(options.answers);
  return {
    said: () => said(page),
    saw: async (event) => {
      await until(`${event} at the browser's phone`, async () => ((await said(page)).includes(event) ? true : null));
    },
    declineNext: () => page.evaluate("phone.declines = true") as Promise<void>,
    answerNext: (manner) => page.evaluate(`phone.answers = ${JSON.stringify(manner)}`) as Promise<void>,
    hears: (frequency) => page.evaluate(`phone.hears(${frequency})`) as Promise<number>,
    counted: async () => sumOf((await page.evaluate("phone.statistics()")) as readonly StatsEntry[]),
    vanish: () => page.close(),
    async reload(answers) {
      await page.reload();
      await load(answers);
    },
    disconnect: () => page.evaluate("phone.disconnect()") as Promise<void>,
    hushed: (hushed) => page.evaluate(`phone.hush(${hushed})`) as Promise<void>,
    transport: () => page.evaluate("phone.transport()") as ReturnType<BrowserPhone["transport"]>,
    close: () => browser.close(),
  };
}

const said = (page: Page): Promise<readonly string[]> => page.evaluate("phone.said") as Promise<readonly string[]>;

type Session = {
  direction: string;
  on(event: string, listener: (event: { originator: string; cause: string }) => void): void;
  terminate(options: { status_code: number }): void;
  answer(options: object): void;
  readonly connection: Connection;
};
/** What is used of the browser's own types; this project has none of the DOM. */
type Connection = {
  getReceivers(): readonly { readonly track: Track }[];
  getSenders(): readonly { readonly track: Track | null; replaceTrack(track: Track | null): Promise<void> }[];
  getStats(): Promise<{ forEach(each: (entry: StatsEntry) => void): void }>;
  readonly localDescription: { readonly sdp: string };
};
type Track = { readonly kind: string };
type Stream = { addTrack(track: Track): void; getVideoTracks(): readonly Track[] };
type StatsEntry = {
  readonly type: string;
  readonly packetsReceived?: number;
  readonly packetsSent?: number;
  readonly packetsLost?: number;
  readonly framesDecoded?: number;
  readonly framesSent?: number;
  readonly dtlsState?: string;
  readonly srtpCipher?: string;
};
type Analyser = {
  fftSize: number;
  readonly frequencyBinCount: number;
  getFloatFrequencyData(levels: Float32Array): void;
};
type Dom = {
  readonly MediaStream: new (tracks: readonly object[]) => object;
  readonly Audio: new () => { srcObject: object; play(): Promise<void> };
  readonly AudioContext: new () => {
    readonly sampleRate: number;
    createMediaStreamSource(stream: object): { connect(node: object): void };
    createAnalyser(): Analyser;
    createOscillator(): { frequency: { value: number }; connect(node: object): void; start(): void };
    createMediaStreamDestination(): { readonly stream: Stream };
  };
  readonly navigator: { readonly mediaDevices: { getUserMedia(wanted: object): Promise<Stream> } };
};
type UserAgent = { start(): void; on(event: string, listener: (event: never) => void): void };
type JsSip = {
  WebSocketInterface: new (url: string) => { readonly _ws: { close(): void } };
  UA: new (options: object) => UserAgent;
};

function sumOf(entries: readonly StatsEntry[]): Counted {
  const sum = (type: string, field: Exclude<keyof StatsEntry, "type" | "dtlsState" | "srtpCipher">): number =>
    entries.reduce((total, entry) => total + (entry.type === type ? (entry[field] ?? 0) : 0), 0);
  return {
    packetsIn: sum("inbound-rtp", "packetsReceived"),
    packetsOut: sum("outbound-rtp", "packetsSent"),
    lost: sum("inbound-rtp", "packetsLost"),
    framesDecoded: sum("inbound-rtp", "framesDecoded"),
    framesSent: sum("outbound-rtp", "framesSent"),
  };
}

/** Runs in the page, so it may use nothing of this file. */
function register({ number, password, gateway, answers }: BrowserPhoneOptions): void {
  const page = globalThis as unknown as Dom & { JsSIP: JsSip; phone: object };
  let current: Session | undefined;
  let spoken: Track | null | undefined;
  let ear: { analyser: Analyser; sampleRate: number } | undefined;
  const phone = {
    said: [] as string[],
    declines: false,
    answers,
    disconnect: () => socket._ws.close(),
    async hush(hushed: boolean) {
      const sender = current?.connection.getSenders().find((one) => hushed === (one.track?.kind === "audio"));
      spoken ??= sender?.track;
      await sender?.replaceTrack(hushed ? null : (spoken ?? null));
    },
    async transport() {
      const entry = (await phone.statistics()).find(({ type }) => type === "transport");
      const ufrag = /a=ice-ufrag:(.*)/.exec(current?.connection.localDescription.sdp ?? "")?.[1] ?? "";
      return { ufrag, dtls: entry?.dtlsState ?? "", cipher: entry?.srtpCipher ?? "" };
    },
    hears(frequency: number): number {
      if (!ear) return Number.NEGATIVE_INFINITY;
      const levels = new Float32Array(ear.analyser.frequencyBinCount);
      ear.analyser.getFloatFrequencyData(levels);
      return levels[Math.round((frequency * ear.analyser.fftSize) / ear.sampleRate)] ?? Number.NEGATIVE_INFINITY;
    },
    async statistics() {
      const entries: StatsEntry[] = [];
      (await current?.connection.getStats())?.forEach((entry) => void entries.push(entry));
      return entries;
    },
  };
  /** A stream of a peer connection flows into an AudioContext only while something plays it. */
  const listen = ({ connection }: Session): void => {
    const tracks = connection.getReceivers().map(({ track }) => track);
    const stream = new page.MediaStream(tracks.filter(({ kind }) => kind === "audio"));
    const player = new page.Audio();
    player.srcObject = stream;
    player.play().catch((fault: unknown) => phone.said.push(`cannot play: ${String(fault)}`));
    const context = new page.AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    context.createMediaStreamSource(stream).connect(analyser);
    ear = { analyser, sampleRate: context.sampleRate };
  };
  const speak = async (tone: number, video: boolean): Promise<Stream> => {
    const context = new page.AudioContext();
    const [source, sink] = [context.createOscillator(), context.createMediaStreamDestination()];
    const { stream } = sink;
    source.frequency.value = tone;
    source.connect(sink);
    source.start();
    if (video)
      for (const track of (await page.navigator.mediaDevices.getUserMedia({ video })).getVideoTracks())
        stream.addTrack(track);
    return stream;
  };
  page.phone = phone;
  const { host } = new URL(gateway);
  const socket = new page.JsSIP.WebSocketInterface(`wss://${host}/sip`);
  const agent = new page.JsSIP.UA({
    sockets: [socket],
    uri: `sip:${number}@${host.replace(/:.*/, "")}`,
    password,
    register_expires: 60,
  });
  agent.on("registered", () => phone.said.push("registered"));
  agent.on("registrationFailed", ({ response }: { response?: { status_code: number } }) =>
    phone.said.push(`refused ${response?.status_code ?? ""}`),
  );
  agent.on("newRTCSession", ({ session }: { session: Session }) => {
    phone.said.push("rings");
    session.on("failed", ({ originator, cause }) => phone.said.push(`${originator} ${cause}`));
    session.on("confirmed", () => {
      phone.said.push("talks");
      current = session;
      listen(session);
    });
    session.on("ended", ({ originator, cause }) => phone.said.push(`${originator} ${cause}`));
    const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const { video = false, tone } = phone.answers ?? {};
    if (tone) speak(tone, video).then((mediaStream) => session.answer({ mediaStream }));
    else if (phone.answers) session.answer({ mediaConstraints: { audio, video } });
    if (phone.declines) session.terminate({ status_code: 603 });
  });
  agent.start();
}
