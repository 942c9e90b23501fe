// baresip as a phone for tests: a process of its own with a folder of its own, a steady tone as its microphone, and a
// recording of what it hears. Told what to do over its control port (netstrings of JSON, module ctrl_tcp).

import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countInvites, withoutRepeats } from "./invites.ts";
import { freeSipPort } from "./sip-port.ts";
import { type Recording, readWav } from "./tone-level.ts";
import { until, within } from "./until.ts";

export type BaresipOptions = {
  /** User part of its address. */
  readonly user: string;
  /** Hz of the tone that it speaks. */
  readonly tone: number;
  /** Path of a WAV file (8 kHz, mono) that it speaks instead, from the answer on. */
  readonly says?: string;
  /** Where it listens; default any free one. */
  readonly port?: number;
  /** Absent: it registers nowhere and takes calls for `user` (the far end of a trunk). */
  readonly registrar?: {
    readonly port: number;
    readonly password: string;
    readonly transport?: "udp" | "tcp" | "tls";
    /** PEM file of the CA that has signed the registrar's certificate; for `tls`. */
    readonly ca?: string;
    /** Seconds between registrations; default 60. */
    readonly intervalS?: number;
    /** Registers its flow (RFC 5626); default false. */
    readonly outbound?: boolean;
  };
  /** SRTP with keys in the SDP, and nothing else; default only when it registers over TLS. */
  readonly srtp?: boolean;
  /** Takes and sends video; default false. */
  readonly video?: boolean;
  /** What it speaks, the preferred one first; default PCMU and PCMA. */
  readonly codecs?: readonly ("PCMU" | "PCMA" | "G722" | "opus")[];
};

export type Baresip = {
  readonly port: number;
  /** Resolves when so many of its REGISTERs were answered with 200. */
  registered(count?: number): Promise<void>;
  /** A command of baresip's menu (`hangup`, `hold`, `resume` …); resolves with what it prints. */
  command(command: string, params?: string): Promise<string>;
  /** What it has heard in its last call, as far as it is written. */
  heard(): Promise<Recording>;
  /** So far; see invites.ts. */
  invites(): number;
  /** SIP messages that came to it, without retransmissions. */
  received(): readonly string[];
  /** Whatever it printed. */
  output(): string;
  /** SIGKILL: it is gone without a word, its binding stays. */
  stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
};

/** Started, and its control port answers. */
export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-baresip-"));
  const [port, controlPort] = [options.port ?? (await freeSipPort()), await freeSipPort()];
  await writeFile(join(folder, "config"), configOf(options, { folder, port, controlPort }));
  await writeFile(join(folder, "accounts"), `${accountOf(options, port)}\n`);
  // Line by line, or what it prints stays in its buffer.
  const child = spawn("stdbuf", ["-oL", "baresip", "-s", "-f", folder], { stdio: ["ignore", "pipe", "pipe"] });
  const printed = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed.text += text;
    });
  }
  const exited = once(child, "exit");
  const messages = (): readonly string[] => withoutRepeats(received(printed.text, { ...options, port }));
  const end = async (signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> => {
    await endChild(child, exited, signal);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const control = openControl(await dial(controlPort, child, printed));
    return {
      port,
      async registered(count = 1) {
        const accepted = (): number => messages().filter(isRegistered).length;
        await until(`${options.user} to register (${count})`, () => accepted() >= count || null);
      },
      command: (command, params = "") => within(() => `the reply to ${command}`, control.command(command, params)),
      heard: () => lastRecording(folder),
      invites: () => countInvites(messages()),
      received: messages,
      output: () => printed.text,
      async stop(signal) {
        control.close();
        await end(signal);
      },
    };
  } catch (fault) {
    await end();
    throw fault;
  }
}

const wantsSrtp = ({ srtp, registrar }: BaresipOptions): boolean => srtp ?? registrar?.transport === "tls";

function accountOf(options: BaresipOptions, port: number): string {
  const { user, registrar, video } = options;
  const place = `127.0.0.1:${registrar?.port ?? port}`;
  const way = registrar ? `;transport=${registrar.transport ?? "udp"}` : "";
  return [
    `<sip:${user}@${place}${way}>`,
    ...(registrar
      ? [`auth_user=${user}`, `auth_pass=${registrar.password}`, `regint=${registrar.intervalS ?? 60}`]
      : ["regint=0"]),
    ...(registrar?.outbound ? ["sipnat=outbound", `outbound="sip:${place}${way}"`] : []),
    "answermode=auto",
    `audio_codecs=${(options.codecs ?? ["PCMU", "PCMA"]).map((codec) => baresipNames[codec]).join(",")}`,
    ...(wantsSrtp(options) ? ["mediaenc=srtp-mand"] : []),
    ...(video ? ["video_codecs=vp8"] : []),
  ].join(";");
}

/** Its modules want the rate, or two of them have the same name to it. */
const baresipNames = { PCMU: "PCMU", PCMA: "PCMA", G722: "G722/16000", opus: "opus/48000/2" } as const;

type Place = { readonly folder: string; readonly port: number; readonly controlPort: number };

/** ausine speaks at 48 kHz in stereo only; module sndfile writes `dump-…-dec.wav`, what is heard, into snd_path. */
function configOf(options: BaresipOptions, { folder, port, controlPort }: Place): string {
  const { tone, says, video, registrar } = options;
  // Each baresip looks for free ports from somewhere else in the block, so that several at once rarely meet.
  const rtp = 30_000 + 20 * randomInt(130);
  return `${[
    "poll_method epoll",
    `sip_listen 127.0.0.1:${port}`,
    "net_interface 127.0.0.1",
    ...(registrar?.ca === undefined ? [] : [`sip_cafile ${registrar.ca}`]),
    "call_max_calls 4",
    "audio_player aubridge,agent",
    "audio_alert aubridge,alert",
    ...(says === undefined
      ? [`audio_source ausine,${tone}`, "ausrc_srate 48000", "ausrc_channels 2"]
      : [`audio_source aufile,${says}`, "ausrc_srate 8000", "ausrc_channels 1"]),
    "auplay_srate 8000",
    "auplay_channels 1",
    `rtp_ports ${rtp}-${rtp + 100}`,
    `snd_path ${folder}`,
    "module_path /usr/lib/baresip/modules",
    ...["g711", "aubridge", "sndfile", "ausine", "aufile", "uuid", "ctrl_tcp"].map((name) => `module ${name}.so`),
    ...(options.codecs?.includes("G722") ? ["module g722.so"] : []),
    ...(options.codecs?.includes("opus") ? ["module opus.so"] : []),
    ...(wantsSrtp(options) ? ["module srtp.so"] : []),
    ...(video ? videoConfig : []),
    "module_app account.so",
    "module_app menu.so",
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
  ].join("\n")}\n`;
}

/** Small pictures, since two cores do everything. */
const videoConfig = [
  "module vp8.so",
  "module fakevideo.so",
  "video_source fakevideo,nil",
  "video_display fakevideo,nil",
  "video_size 176x144",
  "video_bitrate 100000",
  "video_fps 5",
];

/** baresip opens its control port some time after its start. */
async function dial(port: number, child: ChildProcess, printed: { readonly text: string }): Promise<Socket> {
  return until(`baresip's control port`, async () => {
    if (child.exitCode !== null) throw new Error(`baresip ended with ${child.exitCode}:\n${printed.text}`);
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return socket;
    } catch {
      socket.destroy();
      return null;
    }
  });
}

type Message = { readonly token?: string; readonly data?: string };

function openControl(socket: Socket) {
  const replies = new Map<string, (data: string) => void>();
  let tokens = 0;
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  socket.on("data", (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (let text = nextNetstring(rest); text !== null; text = nextNetstring(rest)) {
      rest = rest.subarray(text.used);
      // Events come here too; they carry no token, and what they say stands in the output as well.
      const { token = "", data = "" } = JSON.parse(text.body) as Message;
      replies.get(token)?.(data);
      replies.delete(token);
    }
  });
  // A baresip that dies closes the connection; what waits then says so by its deadline.
  socket.on("error", () => {});
  return {
    command: (command: string, params: string): Promise<string> =>
      new Promise((resolve) => {
        const token = `t${++tokens}`;
        replies.set(token, resolve);
        const body = JSON.stringify({ command, params, token });
        socket.write(`${Buffer.byteLength(body)}:${body},`);
      }),
    close: () => socket.destroy(),
  };
}

/** `12:{"a":"value"},` and how many octets it takes; null when it is not all there yet. */
function nextNetstring(bytes: Buffer): { readonly body: string; readonly used: number } | null {
  const colon = bytes.indexOf(":");
  if (colon < 0) return null;
  const end = colon + 1 + Number(bytes.toString("latin1", 0, colon));
  return bytes.length > end ? { body: bytes.toString("utf8", colon + 1, end), used: end + 1 } : null;
}

/** Each message of the trace begins with `UDP 127.0.0.1:5060 -> 127.0.0.1:5066`; what it sent goes to another port. */
function received(trace: string, { port, registrar }: Pick<BaresipOptions, "registrar"> & { port: number }): string[] {
  const [fromRegistrar, toUs] = [`127.0.0.1:${registrar?.port ?? 0} -> `, ` -> 127.0.0.1:${port}\n`];
  return trace
    .split(/^(?=(?:UDP|TCP|TLS) \S+ -> \S+$)/m)
    .filter((text) => text.includes(fromRegistrar) || text.includes(toUs))
    .map((text) => text.slice(text.indexOf("\n") + 1));
}

const isRegistered = (message: string): boolean =>
  message.startsWith("SIP/2.0 200 ") && /^CSeq: \d+ REGISTER/m.test(message);

/** The dumps are named by their time, so the last name is the last call. */
async function lastRecording(folder: string): Promise<Recording> {
  const dumps = (await readdir(folder)).filter((name) => /^dump-.*-dec\.wav$/.test(name)).sort();
  const last = dumps.at(-1);
  return last ? readWav(join(folder, last)) : { sampleRate: 8000, samples: new Float64Array(0) };
}

/** SIGTERM lets it unregister; in a call it may survive that. */
async function endChild(child: ChildProcess, exited: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  AbortSignal.timeout(1500).addEventListener("abort", () => child.kill("SIGKILL"), { once: true });
  await exited;
}
