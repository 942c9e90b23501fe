// The media plane over rtpengine: new legs go to an instance that answers, packets of two who only hear each other stay there,
// everything else passes through our own plane, to which rtpengine is the network.

import { randomBytes } from "node:crypto";
import type { MediaImage, MediaLeg, MediaPlane, PlaneOptions, Recording, RtpengineOptions, Source } from "../face.ts";
import { type LoggedDigit, openDigitLog } from "./digit-log.ts";
import { Group } from "./group.ts";
import { Instance } from "./instance.ts";
import { ownOf, RtpengineLeg, type RtpengineLegOptions } from "./leg.ts";
import { NgFault } from "./ng-client.ts";
import { type Heard, Wiring } from "./wiring.ts";

const defaults = { probeMs: 2_000, silenceMs: 15_000 };

type Options = Pick<PlaneOptions, "clock" | "log" | "host" | "advertise" | "silenceMs" | "announcements"> & {
  readonly rtpengine: RtpengineOptions;
};

/** `own`: our own plane; it is closed with this one. Resolves whether an instance answers or not: they may come later. */
export async function openOverRtpengine(options: Options, own: MediaPlane): Promise<MediaPlane> {
  const plane = new RtpenginePlane(options, own);
  await plane.start();
  return plane;
}

type Placing = { readonly neighbour: RtpengineLeg | null; readonly before?: MediaImage };

class RtpenginePlane implements MediaPlane {
  readonly #options: Options;
  readonly #own: MediaPlane;
  readonly #legs = new Set<RtpengineLeg>();
  readonly #groups = new Set<Group>();
  readonly #wiring = new Wiring<RtpengineLeg>();
  readonly #announcements: ReadonlySet<string>;
  #instances: readonly Instance[] = [];
  #digitLog: { close(): void } | null = null;
  #opened = 0;
  #closed = false;

  constructor(options: Options, own: MediaPlane) {
    this.#options = options;
    this.#own = own;
    this.#announcements = new Set(Object.keys(options.announcements ?? {}));
  }

  async start(): Promise<void> {
    const { clock, log, host, rtpengine } = this.#options;
    const { instances, digitPort, probeMs = defaults.probeMs } = rtpengine;
    const down = (instance: Instance): void => this.#down(instance);
    this.#instances = await Promise.all(instances.map((place) => Instance.open({ clock, log, place, probeMs, down })));
    if (digitPort === undefined) return;
    const from = new Set(instances.map((place) => place.host));
    this.#digitLog = await openDigitLog({ host, port: digitPort, from, pressed: (logged) => this.#pressed(logged) });
  }

  async open(id: string, beside?: MediaLeg): Promise<MediaLeg> {
    if (this.#closed) throw new Error("the media plane is closed");
    const neighbour = beside instanceof RtpengineLeg ? beside : null;
    return this.#placed(await this.#own.open(id, neighbour?.own), { neighbour });
  }

  /** At ports of rtpengine that are new to the peer. All legs are in one call there, so that any two can be joined. */
  async reopen(id: string, image: MediaImage): Promise<MediaLeg> {
    const [neighbour = null] = this.#legs;
    return this.#placed(await this.#own.reopen(id, image), { neighbour, before: image });
  }

  release(): Promise<void> {
    return this.#own.release();
  }

  async #placed(own: MediaLeg, how: Placing): Promise<MediaLeg> {
    try {
      return await this.#place(own, how);
    } catch (fault) {
      own.close();
      throw fault;
    }
  }

  async record(agent: MediaLeg, party: MediaLeg, file: string): Promise<Recording> {
    let pinned = this.#pin([agent, party]);
    const unpin = (): void => {
      for (const leg of pinned) this.#rejoin(this.#wiring.unpin(leg));
      pinned = [];
    };
    try {
      await Promise.all(pinned.map((leg) => leg.group.settled()));
      const recording = await this.#own.record(ownOf(agent), ownOf(party), file);
      let running = true;
      void recording.ended.then(() => {
        running = false;
        unpin();
      });
      return {
        ...recording,
        voices: (left, right) => {
          const before = pinned;
          if (running) pinned = this.#pin([...left, ...right]);
          if (running) for (const leg of before) this.#rejoin(this.#wiring.unpin(leg));
          recording.voices(left.map(ownOf), right.map(ownOf));
        },
      };
    } catch (fault) {
      unpin();
      throw fault;
    }
  }

  /** What is recorded has to pass through our own plane. */
  #pin(legs: readonly MediaLeg[]): readonly RtpengineLeg[] {
    const ours = legs.filter((leg) => leg instanceof RtpengineLeg);
    for (const leg of ours) this.#rejoin(this.#wiring.pin(leg));
    return ours;
  }

  mend(file: string): ReturnType<MediaPlane["mend"]> {
    return this.#own.mend(file);
  }

  census(): { readonly legs: number; readonly ports: number } {
    return { legs: this.#legs.size, ports: this.#own.census().ports };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const leg of this.#legs) leg.close();
    await Promise.all([...this.#groups].map((group) => group.settled()));
    for (const instance of this.#instances) instance.close();
    this.#digitLog?.close();
    await this.#own.close();
  }

  /** At the neighbour's instance if that answers, else at the one with the fewest calls; the next one when it fails. */
  async #place(own: MediaLeg, { neighbour, before }: Placing): Promise<RtpengineLeg> {
    const tried = new Set<Instance>();
    for (let group = this.#groupFor(neighbour, tried); group; group = this.#groupFor(neighbour, tried)) {
      tried.add(group.instance);
      const leg = this.#legIn(group, own, before);
      try {
        await leg.prepare();
        this.#legs.add(leg);
        return leg;
      } catch (fault) {
        leg.abandon();
        if (!(fault instanceof NgFault)) throw fault;
        this.#options.log.warn({ instance: group.instance.name, reason: fault.message }, "rtpengine: no leg");
      }
    }
    throw new Error("no rtpengine takes a leg");
  }

  #groupFor(neighbour: RtpengineLeg | null, tried: ReadonlySet<Instance>): Group | undefined {
    if (neighbour?.group.instance.up && !tried.has(neighbour.group.instance)) return neighbour.group;
    const [instance] = this.#instances
      .filter((one) => one.up && !tried.has(one))
      .sort((a, b) => a.calls.size - b.calls.size);
    return instance && this.#groupAt(instance);
  }

  #groupAt(instance: Instance): Group {
    const group = new Group({
      id: randomBytes(12).toString("hex"),
      instance,
      clock: this.#options.clock,
      log: this.#options.log,
      partner: (leg) => (leg instanceof RtpengineLeg ? this.#partner(leg) : null),
      ended: (ended) => void this.#groups.delete(ended),
      gone: (lost) => this.#gone(lost),
    });
    this.#groups.add(group);
    return group;
  }

  #legIn(group: Group, own: MediaLeg, before?: MediaImage): RtpengineLeg {
    const { clock, log, advertise, silenceMs = defaults.silenceMs } = this.#options;
    this.#opened += 1;
    const options: RtpengineLegOptions = {
      own,
      ...(before && { before }),
      number: this.#opened,
      clock,
      log,
      address: advertise,
      silenceMs,
      announcements: this.#announcements,
      isOurs: (address, port) => [...this.#legs].some((leg) => leg.owns(address, port)),
      rewired: (leg) => this.#rejoin(this.#wiring.hear(leg, heardOf(leg.source))),
      keep: (leg, kept) => this.#rejoin(kept ? this.#wiring.pin(leg) : this.#wiring.unpin(leg)),
      partner: (leg) => this.#partner(leg),
      closed: (leg) => {
        this.#legs.delete(leg);
        this.#rejoin(this.#wiring.remove(leg));
      },
    };
    return new RtpengineLeg(options, group);
  }

  /** Without word of the digits that pass rtpengine, all packets come here. */
  #partner(leg: RtpengineLeg): RtpengineLeg | null {
    return this.#digitLog ? this.#wiring.partner(leg) : null;
  }

  #pressed({ call, tag, digit }: LoggedDigit): void {
    for (const leg of this.#legs) if (leg.group.call.id === call && leg.tag === tag) leg.pressed(digit);
  }

  #rejoin(touched: ReadonlySet<RtpengineLeg>): void {
    for (const leg of touched) {
      leg.apply();
      leg.group.touch();
    }
  }

  /** Its calls go to another instance. Where there is none they wait: it may come back with them. */
  #down(instance: Instance): void {
    if (!this.#instances.some((one) => one.up)) return;
    for (const group of [...this.#groups]) if (group.instance === instance) this.#gone(group);
  }

  /** Its legs move to another call, together, so that they can be joined there; who cannot move is lost. */
  #gone(group: Group): void {
    const to = this.#groupFor(null, new Set());
    for (const leg of this.#legs) {
      if (leg.group !== group) continue;
      this.#move(leg, to).catch((fault: unknown) => leg.fail(String(fault)));
    }
  }

  async #move(leg: RtpengineLeg, to: Group | undefined): Promise<void> {
    const { log } = this.#options;
    const from = leg.group.instance.name;
    if (!to || !(await leg.move(to))) return leg.fail("rtpengine has lost its call");
    log.warn({ leg: leg.id, from, to: to.instance.name }, "rtpengine: a leg has moved");
  }
}

function heardOf(source: Source): Heard<RtpengineLeg> {
  if (source && "leg" in source && source.leg instanceof RtpengineLeg) return { legs: [source.leg], alone: true };
  if (!source || !("mix" in source)) return { legs: [], alone: false };
  return { legs: source.mix.map(({ leg }) => leg).filter((leg) => leg instanceof RtpengineLeg), alone: false };
}
