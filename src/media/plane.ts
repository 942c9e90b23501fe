// The face of the media plane on the main thread: starts the workers, opens legs, counts them (face.ts says what it promises).

import { readFile } from "node:fs/promises";
import { countries } from "./codec/call-tones.ts";
import { readMusic } from "./codec/music-file.ts";
import type { Loop } from "./codec/sounds.ts";
import { sampleRate } from "./codec/tone.ts";
import type { MediaImage, MediaKeys, MediaLeg, MediaPlane, PhonePlane, PlaneOptions, Recording } from "./face.ts";
import { Lane } from "./lane.ts";
import { Leg, type LegBefore, type LegOptions, legOf } from "./leg.ts";
import type { Notice, WorkerSetup } from "./orders.ts";
import { Archive } from "./recording/archive.ts";
import { openOverRtpengine } from "./rtpengine/plane.ts";

/** Longer than the silence between two sentences of who suppresses silence. */
const silenceMs = 15_000;

/** The media plane of a gateway. Rejects when no port can be bound, or the country or the music cannot be played. */
export async function openPlane(options: PlaneOptions): Promise<MediaPlane> {
  const own = await Plane.start(options, false);
  const { rtpengine } = options;
  return rtpengine ? openOverRtpengine({ ...options, rtpengine }, own) : own;
}

/** A plane whose legs are the phones themselves: they also keep what they hear. */
export const openPhonePlane = (options: PlaneOptions): Promise<PhonePlane> => Plane.start(options, true);

class Plane implements PhonePlane, Pick<MediaPlane, "record" | "mend" | "reopen" | "release"> {
  readonly #options: PlaneOptions;
  readonly #ears: boolean;
  readonly #sounds: SoundSetup;
  readonly #lanes: Lane[];
  readonly #shares: readonly number[][];
  /** RTP ports of legs that are to be opened again: none of the shares has them. */
  readonly #held: Set<number>;
  readonly #announcements: ReadonlySet<string>;
  readonly #legs = new Set<Leg>();
  readonly #archive: Archive;
  #opened = 0;
  #closed = false;

  static async start(options: PlaneOptions, ears: boolean): Promise<Plane> {
    const plane = new Plane(options, ears, await soundsFor(options));
    try {
      await Promise.all(plane.#lanes.map((lane) => lane.ready()));
    } catch (error) {
      await plane.close();
      throw error;
    }
    return plane;
  }

  private constructor(options: PlaneOptions, ears: boolean, sounds: SoundSetup) {
    this.#options = options;
    this.#sounds = sounds;
    this.#announcements = new Set(Object.keys(sounds.announcements));
    this.#ears = ears;
    this.#held = new Set((options.held ?? []).flatMap(({ port, videoPort }) => [port, videoPort ?? port]));
    this.#shares = sharePorts(options.ports, Math.max(1, options.workers), this.#held);
    this.#archive = new Archive(options.clock);
    this.#lanes = this.#shares.map((ports) => this.#startLane(ports));
  }

  async open(id: string, beside?: MediaLeg): Promise<Leg> {
    if (this.#closed) throw new Error("the media plane is closed");
    const lane = beside instanceof Leg && beside.lane.alive ? beside.lane : this.#idlestLane();
    return this.#legAt(id, { lane, port: await lane.port() });
  }

  async reopen(id: string, image: MediaImage, keys?: MediaKeys): Promise<Leg> {
    if (this.#closed) throw new Error("the media plane is closed");
    // Now, so that nobody releases them meanwhile.
    for (const mine of [image.port, image.videoPort]) if (mine !== null) this.#held.delete(mine);
    const [lane] = this.#lanes;
    if (!lane?.alive) return this.open(id);
    const port = (await this.#claim(image.port)) ? image.port : await lane.port();
    const videoPort = await this.#reclaimVideo(image, port, lane);
    const before = { ...image, ...(keys && { keys }) } as LegBefore;
    return this.#legAt(id, { lane, port, before: { ...before, port, videoPort } });
  }

  async release(): Promise<void> {
    const left = [...this.#held];
    this.#held.clear();
    for (const port of left) if (await this.#claim(port)) this.#lanes[0]?.giveBack(port);
  }

  /** A port of before, for the first lane. */
  async #claim(port: number): Promise<boolean> {
    const claimed = (await this.#lanes[0]?.claim(port)) === true;
    if (claimed) this.#shares[0]?.push(port);
    return claimed;
  }

  /** null: there is none any more, so that the next offer of video takes another. */
  async #reclaimVideo({ port: before, videoPort }: MediaImage, port: number, lane: Lane): Promise<number | null> {
    if (videoPort === null || videoPort === before) return videoPort && port;
    return (await this.#claim(videoPort)) ? videoPort : (lane.portNow() ?? null);
  }

  #legAt(id: string, place: Pick<LegOptions, "lane" | "port" | "before">): Leg {
    this.#opened += 1;
    const leg = new Leg({
      id,
      number: this.#opened,
      ...place,
      address: this.#options.advertise,
      ...(this.#options.codecs && { codecs: this.#options.codecs }),
      announcements: this.#announcements,
      ear: this.#ears,
      silenceMs: this.#options.silenceMs ?? silenceMs,
      isOurs: (number) => this.#lanes.some((other) => other.owns(number)),
      closed: (closed) => void this.#legs.delete(closed),
    });
    this.#legs.add(leg);
    return leg;
  }

  async record(agent: MediaLeg, party: MediaLeg, file: string): Promise<Recording> {
    if (this.#closed) throw new Error("the media plane is closed");
    return this.#archive.record({ left: [legOf(agent)], right: [legOf(party)] }, file);
  }

  mend(file: string): ReturnType<MediaPlane["mend"]> {
    return this.#archive.mend(file);
  }

  census(): { readonly legs: number; readonly ports: number } {
    const pairs = this.#lanes.reduce((sum, lane) => sum + lane.pairsTaken, 0);
    return { legs: this.#legs.size, ports: pairs * 2 };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const leg of this.#legs) leg.close();
    await this.#archive.close();
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }

  #startLane(ports: readonly number[]): Lane {
    const { clock, log, host } = this.#options;
    const died = (lane: Lane): void => {
      for (const leg of this.#legs) if (leg.lane === lane) leg.lose();
      this.#archive.laneDied(lane);
    };
    const noticed = (number: number, notice: Notice): void => {
      for (const leg of this.#legs) if (leg.number === number) leg.notice(notice);
    };
    const setup = { host, ports, silenceMs: this.#options.silenceMs ?? silenceMs, ...this.#sounds };
    return new Lane({ clock, log, setup, died, noticed });
  }

  /** The lane with the fewest pairs taken; one that died is started anew first. */
  #idlestLane(): Lane {
    for (const [index, lane] of this.#lanes.entries()) {
      if (!lane.alive) this.#lanes[index] = this.#startLane(this.#shares[index] ?? []);
    }
    return this.#lanes.reduce((idlest, lane) => (lane.pairsTaken < idlest.pairsTaken ? lane : idlest));
  }
}

type SoundSetup = Pick<WorkerSetup, "country" | "music" | "announcements">;

/** Seconds of all announcements together: 16 kB each in every worker. */
const maxAnnouncedS = 1_800;

/** What is played is looked at before anything starts. */
async function soundsFor({ country = "CN", music, announcements = {} }: PlaneOptions): Promise<SoundSetup> {
  if (!countries.includes(country)) throw new Error(`country ${country}: one of ${countries.join(", ")} expected`);
  const read: Record<string, Loop> = {};
  let octets = 0;
  for (const [name, file] of Object.entries(announcements)) {
    const loop = await readSound(`announcement ${name}: ${file}`, file);
    octets += loop.PCMU.length;
    if (octets > maxAnnouncedS * sampleRate)
      throw new Error(`announcement ${name}: all together are longer than ${maxAnnouncedS} s`);
    read[name] = loop;
  }
  return { country, announcements: read, music: music === undefined ? null : await readSound(`music ${music}`, music) };
}

/** Throws with the reason when it cannot be played. `what` names it. */
async function readSound(what: string, file: string): Promise<Loop> {
  const sound = await readMusic(await readFile(file));
  if ("refused" in sound) throw new Error(`${what}: ${sound.refused}`);
  return sound;
}

/** Even ports with an odd neighbour inside the range (RFC 3550 §11), dealt out to the workers. */
function sharePorts([first, last]: readonly [number, number], workers: number, held: ReadonlySet<number>): number[][] {
  const shares: number[][] = Array.from({ length: workers }, () => []);
  let turn = 0;
  for (let port = first + (first % 2); port + 1 <= last; port += 2) {
    if (held.has(port)) continue;
    shares[turn % workers]?.push(port);
    turn += 1;
  }
  return shares;
}
