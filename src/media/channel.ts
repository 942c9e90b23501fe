// One leg as the worker sees it: its audio, perhaps video, and what drives them.

import { AudioStream } from "./audio-stream.ts";
import type { BrowserLink } from "./browser/link.ts";
import type { Listening } from "./detection/listening.ts";
import type { Ear } from "./ear.ts";
import type { LegStatistics, StreamStatistics } from "./face.ts";
import type { SocketPair } from "./port-pool.ts";
import type { Tap } from "./speech.ts";
import { type Stream, unmeasured } from "./stream.ts";
import type { Beat } from "./ticker.ts";
import { VideoStream } from "./video-stream.ts";

const nothing: StreamStatistics = {
  packetsIn: 0,
  packetsOut: 0,
  octetsIn: 0,
  octetsOut: 0,
  lost: 0,
  jitterMs: 0,
  ...unmeasured,
};

export class Channel {
  /** Its number towards the main thread. */
  readonly leg: number;
  readonly audio: AudioStream;
  video: VideoStream | null = null;
  /** The way to a browser; null: RTP and RTCP, audio and video on ports of their own. */
  link: BrowserLink | null = null;
  readonly ear: Ear | null;
  /** The same function as long as the leg lives, so that the ticker knows it again. */
  readonly tick: Beat;
  /** Whether the main thread wants its digits. */
  reportsDigits = false;
  /** Listens for digits in its audio, where no telephone-events are agreed on. */
  toneTap: Tap | null = null;
  /** Somebody wants to know what it is that this leg says. */
  listening: Listening | null = null;
  /** Video packets per tick that a simulated phone sends. */
  filmShare = 0;
  #filmDue = 0;
  /** When the next RTCP report is due, monotonic ms. */
  reportAt = 0;
  #dropShare = 0;

  constructor(leg: number, pair: SocketPair, ear: Ear | null) {
    this.leg = leg;
    this.audio = new AudioStream(pair);
    this.ear = ear;
    this.tick = (now) => this.#beat(now);
  }

  get streams(): readonly Stream[] {
    return this.video ? [this.audio, this.video] : [this.audio];
  }

  /** Sockets for video, taken only when it is offered. */
  addVideo(pair: SocketPair): VideoStream {
    this.video = new VideoStream(pair);
    this.video.dropShare = this.#dropShare;
    return this.video;
  }

  drop(share: number): void {
    this.#dropShare = share;
    this.audio.dropShare = share;
    if (this.video) this.video.dropShare = share;
  }

  get ticking(): boolean {
    return this.audio.ticking || this.filmShare > 0;
  }

  statistics(): LegStatistics {
    return { audio: this.audio.statistics(), video: this.video?.statistics() ?? nothing };
  }

  #beat(now: number): boolean {
    if (this.audio.ticking) this.audio.tick(now);
    if (this.video) this.#filmDue += this.filmShare;
    for (; this.#filmDue >= 1; this.#filmDue -= 1) this.video?.film(now);
    return this.ticking;
  }
}
