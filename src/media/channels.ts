// All legs of one worker, and what each order of the main thread does to them.

import { randomInt } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { announcementOf } from "./announcement.ts";
import { BrowserLink, type Place } from "./browser/link.ts";
import { Channel } from "./channel.ts";
import { DigitListener } from "./codec/dtmf.ts";
import { type Loop, steadyTone } from "./codec/sounds.ts";
import type { Finding } from "./detection/finding.ts";
import { Listening } from "./detection/listening.ts";
import { Ear } from "./ear.ts";
import type { Digit, Sound } from "./face.ts";
import { Matrix, type Voice } from "./matrix.ts";
import { Mixer } from "./mixer.ts";
import type { Order, OrderedAnnouncement, OrderedSource, WorkerReport } from "./orders.ts";
import type { PlayOrder } from "./playback/messages.ts";
import { Players } from "./playback/players.ts";
import type { PortPool, SocketPair } from "./port-pool.ts";
import { Recorder, type Speaker } from "./recording/recorder.ts";
import { Relay } from "./relay.ts";
import { Rounds } from "./rounds.ts";
import { eventClockPerMs, type Pressed } from "./rtp/event-reader.ts";
import type { BrowserTerms } from "./sdp/terms.ts";
import { SilenceWatch } from "./silence-watch.ts";
import type { Tap } from "./speech.ts";
import { Ticker } from "./ticker.ts";

/** RFC 3550 §6.2: five seconds between reports, spread from half to one and a half of that (§6.3.1). */
const reportMs = 5_000;

export type ChannelsOptions = {
  readonly clock: Clock;
  readonly pool: PortPool;
  readonly report: (report: WorkerReport) => void;
  /** How long packets may stay out. */
  readonly silenceMs: number;
  readonly sounds: Readonly<Record<Sound, Loop>>;
  readonly announcements: Readonly<Record<string, Loop>>;
  /** Whose network tones a detector expects. */
  readonly country: string;
};

type TapeOrder = Extract<Order, { type: "connect" | "record" | "record-voices" | "record-pause" | "record-stop" }>;
type Told<Type extends Order["type"]> = Extract<Order, { type: Type }>;

export class Channels {
  readonly #options: ChannelsOptions;
  readonly #channels = new Map<number, Channel>();
  readonly #watches = new WeakMap<Channel, SilenceWatch>();
  readonly #matrix = new Matrix<Channel, Loop>();
  readonly #relay: Relay;
  readonly #ticker: Ticker;
  readonly #recorder: Recorder<Channel>;
  readonly #mixer: Mixer<Channel>;
  readonly #players = new Players();
  readonly #tones = new Map<number, Loop>();
  readonly #rounds: Rounds<Channel>;

  constructor(options: ChannelsOptions) {
    this.#options = options;
    this.#relay = new Relay(this.#matrix, options.clock, (from, digit) => this.#pressed(from, digit));
    this.#ticker = new Ticker(options.clock);
    this.#recorder = new Recorder(options.clock, (listener, speaker) => this.#matrix.hears(listener, speaker));
    this.#mixer = new Mixer(this.#matrix, this.#ticker);
    this.#rounds = new Rounds(options.clock, this.#channels, (channel, now) => this.#look(channel, now));
  }

  /** Orders for a leg that is closed already are void: they were under way when it ended. */
  perform(order: Exclude<Order, { type: "bind" | "claim" }>): void {
    if (order.type === "open") {
      this.#open(order);
      return;
    }
    if (isTapeOrder(order)) {
      this.#tape(order);
      return;
    }
    const channel = this.#channels.get(order.leg);
    if (!channel) return;
    switch (order.type) {
      case "add-video":
        return this.#addVideo(channel, order.port);
      case "agree":
        return this.#agree(channel, order);
      case "forget":
        return this.#forget(channel);
      case "watch":
        return this.#watch(channel, order);
      case "hear":
        return this.#hear(channel, order.source);
      case "detect":
        return this.#detect(channel, order);
      case "dial":
        return this.#dial(channel, order);
      case "play":
        return this.#announce(channel, order.announcement);
      case "play-file":
        return this.#playFile(channel, order);
      case "steer-file":
        return this.#players.steer(order);
      case "digits":
        channel.reportsDigits = true;
        return this.#listenForTones(channel);
      case "speak":
        this.#play(channel, order.loop);
        return this.#beat(channel);
      case "film":
        channel.filmShare = order.packetsPerSecond / 50;
        return this.#beat(channel);
      case "drop":
        return channel.drop(order.share);
      case "count":
        return this.#options.report({ type: "counted", question: order.question, statistics: channel.statistics() });
      case "listen":
        return this.#listen(channel, order);
      case "close":
        this.#close(channel);
        return this.#options.report({ type: "counted", question: order.question, statistics: channel.statistics() });
    }
  }

  #tape(order: TapeOrder): void {
    switch (order.type) {
      case "connect":
        return this.#recorder.connect(order.port);
      case "record":
        return this.#recorder.start(order.recording, this.#speakers(order));
      case "record-voices":
        return this.#recorder.change(order.recording, this.#speakers(order));
      case "record-pause":
        return this.#recorder.pause(order.recording, order.paused);
      case "record-stop":
        return this.#recorder.stop(order.recording);
    }
  }

  /** A leg may have gone meanwhile: then it says nothing more. */
  #speakers({ voices }: Told<"record" | "record-voices">): readonly Speaker<Channel>[] {
    return voices.flatMap(({ leg, side }) => {
      const speaker = this.#channels.get(leg);
      return speaker ? [{ leg: speaker, side }] : [];
    });
  }

  #open(order: Told<"open">): void {
    const pair = this.#options.pool.pair(order.port);
    const channel = new Channel(order.leg, pair, order.ear ? new Ear() : null);
    channel.reportAt = this.#options.clock.monotonic() + reportMs / 2;
    this.#receive(channel);
    this.#channels.set(order.leg, channel);
    this.#watches.set(channel, new SilenceWatch(this.#options.silenceMs));
    this.#rounds.begin();
  }

  #receive(channel: Channel): void {
    const { pair } = channel.audio;
    pair.onRtp = (packet, from) => this.#relay.audio(channel, packet, from);
    pair.onRtcp = (packet, from) => this.#relay.audioRtcp(channel, packet, from);
  }

  #forget(channel: Channel): void {
    channel.audio.terms = null;
    if (channel.video) channel.video.terms = null;
    channel.link?.close();
    channel.link = null;
    this.#receive(channel);
  }

  /** The look at the end of the time comes as well when it lies between two of those that come anyway. */
  #watch(channel: Channel, { leg, limitMs }: Told<"watch">): void {
    const { clock } = this.#options;
    this.#watches.set(channel, new SilenceWatch(limitMs));
    const look = (): void => {
      if (this.#channels.get(leg) === channel) this.#listenForSilence(channel, clock.monotonic());
    };
    look();
    if (limitMs < Rounds.ms) clock.after(limitMs, look);
  }

  #addVideo(channel: Channel, port: number): void {
    const pair = this.#options.pool.pair(port);
    channel.addVideo(pair);
    if (pair === channel.audio.pair) return;
    pair.onRtp = (packet, from) => this.#relay.video(channel, packet, from);
    pair.onRtcp = (packet, from) => this.#relay.videoRtcp(channel, packet, from);
  }

  /** Also a repeated agreement: what the peer's packets taught about its address stays (latch.ts). */
  #agree(channel: Channel, order: Told<"agree">): void {
    const now = this.#options.clock.monotonic();
    channel.audio.terms = order.audio;
    if (order.audio) channel.audio.signal(order.audio.remote, now);
    this.#listenForTones(channel);
    if (channel.video) channel.video.terms = order.video;
    if (order.video) channel.video?.signal(order.video.remote, now);
    const browser = (order.audio ?? order.video)?.remote.browser;
    if (browser) this.#meet(channel, browser);
  }

  /** Audio and video of a browser come to one port and share their keys. */
  #meet(channel: Channel, terms: BrowserTerms): void {
    if (!channel.link?.agree(terms)) {
      channel.link?.close();
      channel.link = this.#linkTo(channel, terms);
    }
    const { link } = channel;
    for (const stream of channel.streams) stream.bundle(link.srtp);
    if (link.place) this.#move(channel, link.place);
    channel.audio.pair.onRtp = (packet, from) => link.receive(packet, from);
    channel.audio.pair.onRtcp = null;
  }

  #linkTo(channel: Channel, terms: BrowserTerms): BrowserLink {
    return new BrowserLink({
      terms,
      now: () => this.#options.clock.monotonic(),
      send: (packet, to) => channel.audio.pair.rtp.send(packet, to.port, to.address),
      moved: (to) => this.#move(channel, to),
      // The payload type and the sender's SSRC can be read without the keys (RFC 3711 §3.1, §3.4).
      rtp: (packet, from) => {
        if (((packet[1] ?? 0) & 0x7f) === channel.video?.terms?.heardPayload) this.#relay.video(channel, packet, from);
        else this.#relay.audio(channel, packet, from);
      },
      rtcp: (packet, from) => {
        const isAudio = packet.length < 8 || packet.readUInt32BE(4) === channel.audio.reception.ssrc;
        if (isAudio || !channel.video?.terms) this.#relay.audioRtcp(channel, packet, from);
        else this.#relay.videoRtcp(channel, packet, from);
      },
      fault: (reason) => this.#options.report({ type: "fault", reason }),
    });
  }

  #move(channel: Channel, { address, port }: Place): void {
    const now = this.#options.clock.monotonic();
    for (const stream of channel.streams) stream.latch.signal(address, port, now);
  }

  #hear(channel: Channel, source: OrderedSource): void {
    if (source && "leg" in source) {
      const speaker = this.#channels.get(source.leg);
      this.#matrix.hear(channel, speaker ? { leg: speaker } : null);
      channel.audio.change(null);
      if (channel.video?.terms) speaker?.video?.requestKeyFrame();
    } else if (source && "mix" in source) {
      this.#matrix.hear(channel, { mix: source.mix.flatMap((voice) => this.#voice(voice)) });
      channel.audio.change(null);
    } else {
      this.#play(channel, source && this.#loop(source));
    }
    this.#rewire();
    this.#beat(channel);
  }

  #announce(channel: Channel, announcement: OrderedAnnouncement | null): void {
    const { report, announcements } = this.#options;
    const loop = announcement && announcements[announcement.name];
    if (!announcement || !loop) channel.audio.announce(null);
    else {
      const { times, playing } = announcement;
      const done = (): void => report({ type: "notice", leg: channel.leg, notice: { type: "played", playing } });
      channel.audio.announce(announcementOf(loop, times, done));
    }
    this.#beat(channel);
  }

  #dial(channel: Channel, { leg, digits, dialling }: Told<"dial">): void {
    channel.audio.dial(digits, () =>
      this.#options.report({ type: "notice", leg, notice: { type: "dialled", dialling } }),
    );
    this.#beat(channel);
  }

  #playFile(channel: Channel, order: PlayOrder): void {
    const isOpen = (): boolean => this.#channels.get(channel.leg) === channel;
    const stage = { audio: channel.audio, isOpen, beat: () => this.#beat(channel) };
    this.#players.play(order, stage, (notice) => this.#options.report({ type: "notice", leg: channel.leg, notice }));
  }

  #play(channel: Channel, made: Loop | null): void {
    this.#matrix.hear(channel, made && { made });
    channel.audio.change(made);
  }

  /** Until another order, the last finding, or the end of the leg. */
  #detect(channel: Channel, { leg, watch }: Told<"detect">): void {
    channel.listening?.stop();
    const { country, report } = this.#options;
    const found = (finding: Finding): void => report({ type: "notice", leg, notice: { type: "found", finding } });
    channel.listening = watch && new Listening(channel.audio, { watch, country }, found);
    if (channel.listening) this.#ticker.add(channel.listening.beat);
  }

  #voice({ leg, gain }: { readonly leg: number; readonly gain: number }): Voice<Channel>[] {
    const speaker = this.#channels.get(leg);
    return speaker ? [{ leg: speaker, gain }] : [];
  }

  #rewire(): void {
    this.#mixer.rewire();
    this.#recorder.rewire();
  }

  /** Tones are rendered when first asked for and kept: a simulated phone asks for few. */
  #loop(source: { readonly sound: Sound } | { readonly tone: number }): Loop {
    if ("sound" in source) return this.#options.sounds[source.sound];
    const known = this.#tones.get(source.tone);
    const loop = known ?? steadyTone(source.tone);
    if (!known) this.#tones.set(source.tone, loop);
    return loop;
  }

  /** Puts the leg on the 20 ms beat or takes it off, as it needs. */
  #beat(channel: Channel): void {
    if (channel.ticking) this.#ticker.add(channel.tick);
    else this.#ticker.remove(channel.tick);
  }

  #listen(channel: Channel, order: Told<"listen">): void {
    const ear = channel.ear ?? new Ear();
    const heard = ear.report(order.frequencies, this.#options.clock.monotonic());
    this.#options.report({ type: "heard", question: order.question, heard });
  }

  #close(channel: Channel): void {
    this.#channels.delete(channel.leg);
    this.#ticker.remove(channel.tick);
    for (const listener of this.#matrix.listeners(channel)) listener.audio.change(null);
    this.#matrix.remove(channel);
    channel.listening?.stop();
    channel.link?.close();
    this.#recorder.forget(channel);
    channel.audio.close();
    this.#rewire();
    release(channel.audio.pair);
    if (channel.video) release(channel.video.pair);
  }

  #look(channel: Channel, now: number): void {
    if (now >= channel.reportAt) this.#sendReport(channel, now);
    channel.link?.look();
    this.#listenForSilence(channel, now);
  }

  #listenForSilence(channel: Channel, now: number): void {
    const watch = this.#watches.get(channel);
    const { terms, reception, events } = channel.audio;
    const silence = watch?.look(reception.packets, terms?.receives === true, now);
    if (silence) this.#options.report({ type: "notice", leg: channel.leg, notice: silence });
    for (const digit of events.look(eventClockPerMs, now)) this.#pressed(channel, digit);
  }

  /** A telephone-event goes where it cannot be passed on as it came: into mixes, and to those who take tones only. */
  #pressed(channel: Channel, { digit, ms }: Pressed): void {
    this.#tellDigit(channel, { digit, ms, by: "event" });
    const deaf = this.#matrix.listeners(channel).filter(({ audio }) => !audio.takesEventsOf(channel.audio.spoken));
    for (const listener of [...deaf, ...this.#matrix.mixListeners(channel)]) {
      if (listener.audio.terms?.sends) listener.audio.dial(digit);
      this.#beat(listener);
    }
  }

  #tellDigit({ leg, reportsDigits }: Channel, digit: Digit): void {
    if (reportsDigits) this.#options.report({ type: "notice", leg, notice: { type: "digit", digit } });
  }

  /** The fallback for peers without telephone-events; nobody else is listened to, and Opus is not decoded for it. */
  #listenForTones(channel: Channel): void {
    const { terms, speech } = channel.audio;
    const wanted = channel.reportsDigits && terms !== null && terms.eventPayload < 0 && terms.codec !== "opus";
    if (wanted === (channel.toneTap !== null)) return;
    if (channel.toneTap) speech.taps.delete(channel.toneTap);
    channel.toneTap = wanted ? this.#toneTap(channel) : null;
    if (channel.toneTap) speech.taps.add(channel.toneTap);
  }

  #toneTap(channel: Channel): Tap {
    const listener = new DigitListener();
    return (samples, timestamp) => {
      for (const heard of listener.hear(samples, timestamp)) this.#tellDigit(channel, { ...heard, by: "tone" });
    };
  }

  #sendReport(channel: Channel, now: number): void {
    channel.reportAt = now + reportMs / 2 + randomInt(reportMs);
    const report = channel.audio.terms && channel.audio.report(now, this.#options.clock.now());
    if (report) channel.audio.sendRtcp(report);
  }
}

function isTapeOrder(order: Order): order is TapeOrder {
  return order.type === "connect" || order.type.startsWith("record");
}

function release(pair: SocketPair): void {
  pair.onRtp = null;
  pair.onRtcp = null;
}
