// One leg on the main thread: its offers and answers (RFC 3264), and the orders that its worker needs. Packets never come here.

import { randomInt } from "node:crypto";
import { checkAnnouncement } from "./announcement.ts";
import { bothLaws, frameLength } from "./codec/sounds.ts";
import type { Finding, Watch } from "./detection/finding.ts";
import type {
  Agreed,
  AudioCodec,
  Digit,
  FilePlaying,
  Heard,
  LegStatistics,
  MediaImage,
  MediaLeg,
  OfferOptions,
  PhoneLeg,
  Playing,
  SdpRefused,
  Source,
} from "./face.ts";
import type { Lane } from "./lane.ts";
import type { Notice, OrderedSource } from "./orders.ts";
import { FilesPlaying } from "./playback/file-playing.ts";
import { isDialable } from "./rtp/telephone-event.ts";
import { SdpSession } from "./sdp/session.ts";
import { joinedTerms, keyedTerms, type SessionImage, type SessionKeys } from "./sdp/session-image.ts";
import { agreedBy, type Terms } from "./sdp/terms.ts";

import type { Silence } from "./silence-watch.ts";

export type LegOptions = {
  readonly id: string;
  /** Its number towards the worker. */
  readonly number: number;
  readonly lane: Lane;
  readonly port: number;
  readonly address: string;
  readonly codecs?: readonly AudioCodec[];
  /** Names of what can be played. */
  readonly announcements: ReadonlySet<string>;
  /** Keep what is heard, for `listen`. */
  readonly ear: boolean;
  readonly isOurs: (port: number) => boolean;
  /** How long the peer's audio may stay out before it is told. */
  readonly silenceMs: number;
  readonly closed: (leg: Leg) => void;
  /** It was opened before, by another plane; `port`, and that of the video, are taken for it again. */
  readonly before?: LegBefore;
};

/** An image of this room's own making, and the keys that belong to it. */
export type LegBefore = Omit<MediaImage, "session"> & { readonly session: SessionImage; readonly keys?: SessionKeys };

const maxFilmRate = 500;

const nobody = (): void => {};

export class Leg implements PhoneLeg {
  readonly id: string;
  readonly #options: LegOptions;
  #session: SdpSession;
  #videoPort: number | null = null;
  #agreed: Agreed | null = null;
  #open = true;
  #figures: PromiseWithResolvers<LegStatistics | null> | null = null;
  #playing: { readonly number: number; readonly end: (how: "played" | "stopped") => void } | null = null;
  #played = 0;
  /** Orders to dial whose digits are not sent yet, by their numbers; from the first one on. */
  #dialling: Map<number, () => void> | null = null;
  #dialled = 0;
  /** From the first file on. */
  #files: FilesPlaying | null = null;
  #lost: () => void = nobody;
  #silence: (silence: Silence) => void = nobody;
  #digits: (digit: Digit) => void = nobody;
  #finding: (finding: Finding) => void = nobody;

  constructor(options: LegOptions) {
    this.id = options.id;
    this.#options = options;
    const { number: leg, port, ear, before } = options;
    this.#session = newSession(options, before);
    options.lane.post({ type: "open", leg, port, ear }, true);
    if (before) this.#goOn(before);
  }

  /** With a peer that needs no keys, or whose keys we have, we are in agreement still. */
  #goOn({ videoPort, session: { profile, terms: bare }, keys }: LegBefore): void {
    const leg = this.#options.number;
    const terms = keys ? joinedTerms(keyedTerms(bare, keys)) : bare;
    this.#videoPort = videoPort;
    if (videoPort !== null) this.lane.post({ type: "add-video", leg, port: videoPort }, true);
    this.#agreed = agreedBy(terms);
    if (profile === "RTP/AVP" || keys) this.lane.post({ type: "agree", leg, ...terms });
  }

  image(): LegBefore | null {
    const session = this.#session.image();
    return session && { port: this.#options.port, videoPort: this.#videoPort, session };
  }

  keys(): SessionKeys | null {
    return this.#session.keys();
  }

  /** The worker that has this leg's sockets. */
  get lane(): Lane {
    return this.#options.lane;
  }

  /** Its number towards that worker. */
  get number(): number {
    return this.#options.number;
  }

  get figures(): Promise<LegStatistics | null> {
    return this.#last.promise;
  }

  /** Made when somebody asks, or at the end. */
  get #last(): PromiseWithResolvers<LegStatistics | null> {
    this.#figures ??= Promise.withResolvers<LegStatistics | null>();
    return this.#figures;
  }

  get agreed(): Agreed | null {
    return this.#agreed;
  }

  offer(options: OfferOptions): string {
    const bundled = this.#session.bundles(options.profile);
    const videoPort = options.video ? this.#takeVideoPort(bundled) : null;
    if (options.video && videoPort === null) throw new Error("no media port is free for video");
    const audioLike = options.audioLike?.agreed?.audio?.codec;
    const like = options.videoLike && legOf(options.videoLike).#session.terms?.video;
    return this.#session.offer({
      audioPort: this.#options.port,
      videoPort,
      ...(options.profile && { profile: options.profile }),
      ...(options.hold && { hold: options.hold }),
      ...(audioLike && { audioLike }),
      ...(options.videoDirection && { videoDirection: options.videoDirection }),
      ...(like && { videoLike: like }),
      ...(options.restart && { restart: true }),
    });
  }

  lost(observer: () => void): void {
    this.#lost = observer;
  }

  /** Its worker takes the leg along when it dies: nothing moves. */
  moved(): void {}

  silence(observer: (silence: Silence) => void, limitMs?: number): void {
    this.#silence = observer;
    const { number: leg, silenceMs } = this.#options;
    this.lane.post({ type: "watch", leg, limitMs: limitMs ?? silenceMs }, limitMs === undefined);
  }

  renew(): void {
    if (!this.#open) return;
    this.#session = newSession(this.#options);
    this.#agreed = null;
    this.lane.post({ type: "forget", leg: this.#options.number });
  }

  digits(observer: (digit: Digit) => void): void {
    this.#digits = observer;
    this.lane.post({ type: "digits", leg: this.#options.number }, true);
  }

  /** For the plane: what the worker has noticed. */
  notice(notice: Notice): void {
    if (!this.#open) return;
    if (notice.type === "digit") this.#digits(notice.digit);
    else if (notice.type === "file-began" || notice.type === "file-ended") this.#files?.notice(notice);
    else if (notice.type === "played") {
      if (this.#playing?.number !== notice.playing) return;
      this.#playing.end("played");
      this.#playing = null;
    } else if (notice.type === "dialled") this.#endDialling(notice.dialling);
    else if (notice.type === "found") this.#finding(notice.finding);
    else this.#silence(notice);
  }

  detect(watch: Watch | null, observer: (finding: Finding) => void): void {
    this.#finding = observer;
    this.lane.post({ type: "detect", leg: this.#options.number, watch });
  }

  /** For the plane: the worker of this leg has died. */
  lose(): void {
    this.#silencePlayer();
    this.#files?.close();
    if (this.#open) this.#lost();
  }

  acceptAnswer(sdp: string): Agreed | SdpRefused {
    const terms = this.#session.accept(sdp);
    return "refused" in terms ? terms : this.#agree(terms);
  }

  answer(sdp: string): { readonly sdp: string; readonly agreed: Agreed } | SdpRefused {
    const answer = this.#session.answer(sdp, {
      audio: this.#options.port,
      video: (bundled) => this.#takeVideoPort(bundled),
    });
    return "refused" in answer ? answer : { sdp: answer.sdp, agreed: this.#agree(answer.terms) };
  }

  hear(source: Source): void {
    this.lane.post({ type: "hear", leg: this.#options.number, source: this.#ordered(source) });
  }

  play(name: string, times = 1): Playing {
    checkAnnouncement(this.#options.announcements, name, times);
    this.#playing?.end("stopped");
    this.#played += 1;
    const { promise: ended, resolve: end } = Promise.withResolvers<"played" | "stopped">();
    const playing = { number: this.#played, end };
    if (!this.#open) end("stopped");
    else this.#playing = playing;
    const leg = this.#options.number;
    this.lane.post({ type: "play", leg, announcement: { name, times, playing: playing.number } });
    const stop = (): void => {
      if (this.#playing !== playing) return;
      this.#silencePlayer();
      this.lane.post({ type: "play", leg, announcement: null });
    };
    return { ended, stop };
  }

  playFile(file: string, how: { readonly fromMs: number; readonly times: number }): FilePlaying {
    if (this.#playing) this.lane.post({ type: "play", leg: this.#options.number, announcement: null });
    this.#silencePlayer();
    this.#files ??= new FilesPlaying(this.lane, this.number);
    const playing = this.#files.play(file, how);
    if (!this.#open) this.#files.close();
    return playing;
  }

  #silencePlayer(): void {
    this.#playing?.end("stopped");
    this.#playing = null;
  }

  dial(digits: string, sent?: () => void): boolean {
    if (!this.#open || !this.#agreed?.audio || !isDialable(digits)) return false;
    this.#dialled += 1;
    if (sent) {
      this.#dialling ??= new Map();
      this.#dialling.set(this.#dialled, sent);
    }
    this.lane.post({ type: "dial", leg: this.#options.number, digits, dialling: this.#dialled });
    return true;
  }

  #endDialling(dialling: number): void {
    const sent = this.#dialling?.get(dialling);
    this.#dialling?.delete(dialling);
    sent?.();
  }

  async statistics(): Promise<LegStatistics> {
    this.#needOpen();
    const answer = await this.lane.ask((question) => ({ type: "count", leg: this.#options.number, question }));
    if (answer.type !== "counted") throw new Error("the media worker answered another question");
    return answer.statistics;
  }

  async listen(frequencies: readonly number[]): Promise<Heard> {
    this.#needOpen();
    const leg = this.#options.number;
    const answer = await this.lane.ask((question) => ({ type: "listen", leg, question, frequencies }));
    if (answer.type !== "heard") throw new Error("the media worker answered another question");
    return answer.heard;
  }

  speak(samples: ArrayLike<number>): void {
    const whole = new Float64Array(Math.max(1, Math.ceil(samples.length / frameLength)) * frameLength);
    whole.set(samples);
    this.lane.post({ type: "speak", leg: this.#options.number, loop: bothLaws(whole) });
  }

  film(packetsPerSecond: number): void {
    const rate = Math.max(0, Math.min(maxFilmRate, packetsPerSecond));
    this.lane.post({ type: "film", leg: this.#options.number, packetsPerSecond: rate });
  }

  drop(share: number): void {
    this.lane.post({ type: "drop", leg: this.#options.number, share: Math.max(0, Math.min(1, share)) });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#silencePlayer();
    this.#files?.close();
    const { lane, port, number: leg } = this.#options;
    const last = lane.ask((question) => ({ type: "close", leg, question }));
    const { resolve } = this.#last;
    last.then(
      (answer) => resolve(answer.type === "counted" ? answer.statistics : null),
      () => resolve(null),
    );
    lane.giveBack(port);
    if (this.#videoPort !== null && this.#videoPort !== port) lane.giveBack(this.#videoPort);
    this.#options.closed(this);
  }

  /** The worker has forgotten a closed leg and would never answer. */
  #needOpen(): void {
    if (!this.#open) throw new Error(`leg ${this.id} is closed`);
  }

  #agree(agreed: Terms): Agreed {
    const terms = this.#options.before ? joinedTerms(agreed) : agreed;
    this.lane.post({ type: "agree", leg: this.#options.number, ...terms });
    this.#agreed = agreedBy(terms);
    return this.#agreed;
  }

  /** Kept once taken: an m-line keeps its port (RFC 3264 §8.3.1). */
  #takeVideoPort(bundled: boolean): number | null {
    if (this.#videoPort !== null || !this.#open) return this.#videoPort;
    // A browser sends everything to one port (RFC 8843).
    const port = bundled ? this.#options.port : this.lane.portNow();
    if (port === undefined) return null;
    this.#videoPort = port;
    this.lane.post({ type: "add-video", leg: this.#options.number, port }, true);
    return port;
  }

  /** The source in the worker's numbers. Throws for what only a mistake in our own code can ask for. */
  #ordered(source: Source): OrderedSource {
    if (!source || "sound" in source) return source;
    if ("tone" in source) {
      if (!Number.isInteger(source.tone) || source.tone < 1 || source.tone > 3_999) {
        throw new RangeError("a tone is a whole number of Hz from 1 to 3999");
      }
      return source;
    }
    if ("mix" in source) return { mix: source.mix.flatMap((voice) => this.#voice(voice)) };
    const leg = this.#speaker(source.leg);
    return leg === null ? null : { leg };
  }

  #voice({ leg, gain }: { readonly leg: MediaLeg; readonly gain: number }): { leg: number; gain: number }[] {
    if (!(gain >= 0 && gain <= 4)) throw new RangeError("a gain is a factor from 0 to 4");
    const number = this.#speaker(leg);
    return number === null ? [] : [{ leg: number, gain }];
  }

  /** Packets never cross threads. A closed leg is no error: it may have ended while this was being decided. */
  #speaker(leg: MediaLeg): number | null {
    const speaker = legOf(leg);
    if (speaker.#open && speaker.lane !== this.lane)
      throw new Error("two legs in different media workers cannot be joined");
    return speaker.#open ? speaker.#options.number : null;
  }
}

function newSession({ address, isOurs, codecs }: LegOptions, before?: LegBefore): SdpSession {
  const sessionId = before?.session.sessionId ?? String(randomInt(1, 2 ** 47));
  return new SdpSession({ address, isOurs, sessionId, ...(codecs && { codecs }) }, before?.session, before?.keys);
}

/** The leg behind the face. Throws for what only a mistake in our own code can hand in. */
export function legOf(leg: MediaLeg): Leg {
  if (leg instanceof Leg) return leg;
  throw new TypeError("not a leg of this media plane");
}
