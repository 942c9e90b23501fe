// Network tones by their rhythm (ITU-T E.180, codec/call-tones.ts): which cadences of which countries fit what was heard so far.
// The site's own country goes first; a call abroad brings the tones of others.

import { type Cadence, national } from "../codec/call-tones.ts";
import type { Finding } from "./finding.ts";
import type { Tone } from "./sound-frame.ts";
import { type Stretch, sameTone } from "./tone-track.ts";

type Said = Omit<Finding, "atMs">;
type Kind = "ringback" | "busy" | "congestion";
type Plan = { readonly kind: Kind; readonly country: string; readonly cadence: Cadence };
/** `deviation`: mean difference from the plan, as a share of what is allowed. `next`: what is planned for the stretch that goes on. */
type Match = Plan & {
  readonly deviation: number;
  readonly next: number;
  /** Lengths that fit, the last one among them, and whether the first of them was cut. */
  readonly length: number;
  readonly cut: boolean;
};

/** The silence after which it can only be ringback: longer than the pauses of all busy and congestion tones. */
const ringPauseMs = 1_000;
/** Tone, pause, tone, pause: from here on it is a rhythm. The tones of other countries have to show one turn more. */
const certain = 4;
const certainAbroad = 6;
const remembered = 10;
/** A pause is quieter than the tone by this many dB. */
const contrast = 6;

const plans: readonly Plan[] = Object.entries(national).flatMap(([country, tones]) =>
  (["ringback", "busy", "congestion"] as const)
    .filter((kind) => kind !== "congestion" || tones.congestion.ms.join() !== tones.busy.ms.join())
    .map((kind) => ({ kind, country, cadence: tones[kind] })),
);
const longestTurn = Math.max(...plans.map(({ cadence }) => cadence.ms.length));

export class CadenceEar {
  readonly #country: string;
  /** Lengths in ms of tones and pauses in turn, a tone first. */
  #heard: number[] = [];
  /** The first tone may have begun before the audio did. */
  #cut = false;
  #tone: Tone | null = null;
  #level = 0;

  constructor(country: string) {
    this.#country = country;
  }

  /** A stretch has ended. */
  end(stretch: Stretch): void {
    if (stretch.tone) this.#endTone(stretch.tone, stretch);
    else if (this.#tone && stretch.level < this.#level - contrast) this.#heard.push(Math.round(stretch.ms));
    else this.#forget();
  }

  /** What it is by now, with the stretch that goes on. */
  look(current: Stretch): Said | null {
    const { length } = this.#heard;
    if (!this.#tone || length === 0 || !this.#fitsOn(current)) return null;
    if (current.tone === null && current.ms < ringPauseMs && length < certain) return null;
    const home = this.#matches(true, current);
    const match = home.length > 0 ? this.#decide(home, current) : this.#abroad(current);
    if (!match) return null;
    const confidence = (match.country === this.#country ? 0.97 : 0.8) - 0.25 * match.deviation;
    return { kind: match.kind, confidence, detail: match.country };
  }

  /** Foreign tones have to show more. */
  #abroad(current: Stretch): Match | null {
    const matches = this.#matches(false, current).filter(({ kind, length }) => {
      return kind === "ringback" ? length >= 3 : length >= certainAbroad;
    });
    return matches[0] && isCertain(matches[0], current) ? matches[0] : null;
  }

  #endTone(tone: Tone, { ms, level, cut }: Stretch): void {
    const follows = this.#tone && sameTone(this.#tone, tone) && this.#heard.length % 2 === 0;
    if (!follows) {
      this.#forget();
      this.#cut = cut;
    }
    this.#heard.push(Math.round(ms));
    if (this.#heard.length > remembered) {
      this.#heard.splice(0, 2);
      this.#cut = false;
    }
    this.#tone = tone;
    this.#level = level;
  }

  #forget(): void {
    this.#heard = [];
    this.#tone = null;
  }

  /** The stretch that goes on may still belong to the rhythm. */
  #fitsOn({ tone, level }: Stretch): boolean {
    const toneIsNext = this.#heard.length % 2 === 0;
    if (toneIsNext) return tone === null || (this.#tone !== null && sameTone(this.#tone, tone));
    return tone === null && level < this.#level - contrast;
  }

  /** What fits, the best first: who explains more of what was heard is right. */
  #matches(atHome: boolean, current: Stretch): Match[] {
    return plans
      .filter(({ country }) => (country === this.#country) === atHome)
      .flatMap((plan) => this.#match(plan, current))
      .toSorted((one, two) => two.length - one.length || one.deviation - two.deviation);
  }

  /** Cadences that begin alike part within one turn of the longest. */
  #decide(matches: readonly Match[], current: Stretch): Match | null {
    const [best] = matches;
    if (!best || !isCertain(best, current)) return null;
    const undecided = matches.some(({ kind, length }) => kind !== best.kind && length === best.length);
    return undecided && this.#heard.length <= longestTurn ? null : best;
  }

  /** The best turn of a cadence against what was heard, or against the end of it; none when nothing fits. */
  #match(plan: Plan, current: Stretch): Match[] {
    if (!this.#tone || !isToneOf(plan.cadence, this.#tone)) return [];
    const least = plan.kind === "ringback" ? 1 : certain;
    for (let from = 0; from === 0 || this.#heard.length - from >= least; from += 2) {
      const turns = plan.cadence.ms.flatMap((_, turn) =>
        turn % 2 === 0 ? this.#matchTurn(plan, turn, from, current) : [],
      );
      const [best] = turns.toSorted((one, two) => one.deviation - two.deviation);
      if (best) return [best];
    }
    return [];
  }

  #matchTurn(plan: Plan, turn: number, from: number, current: Stretch): Match[] {
    const { ms } = plan.cadence;
    const heard = this.#heard.slice(from);
    const next = ms[(turn + heard.length) % ms.length] ?? 0;
    const goesOn = !isPart(current, heard.length) || current.ms <= next + allowed(next);
    const deviation = goesOn ? deviationFrom(ms, turn, heard, from === 0 && this.#cut) : null;
    return deviation === null ? [] : [{ ...plan, deviation, next, length: heard.length, cut: from === 0 && this.#cut }];
  }
}

/** Ringback is known by its long silence, the others by their rhythm. */
function isCertain({ kind, next, length, cut }: Match, { tone, ms }: Stretch): boolean {
  if (kind !== "ringback") return length >= certain;
  const known = length > 1 || !cut;
  return known && tone === null && ms >= ringPauseMs && next > ringPauseMs - 100;
}

/** Mean difference as a share of what is allowed; null: one length does not fit. `cut`: the first one may have been longer. */
function deviationFrom(ms: readonly number[], turn: number, heard: readonly number[], cut: boolean): number | null {
  let sum = 0;
  for (const [index, length] of heard.entries()) {
    const planned = ms[(turn + index) % ms.length] ?? 0;
    const difference = index === 0 && cut ? Math.max(0, length - planned) : Math.abs(length - planned);
    if (difference > allowed(planned)) return null;
    sum += difference / allowed(planned);
  }
  return sum / heard.length;
}

/** What goes on is the next length: a pause after a tone, a tone after a pause. */
const isPart = ({ tone }: Stretch, heard: number): boolean => (tone === null) === (heard % 2 === 1);

/** Exchanges keep to a tenth of the plan (E.180 §2); frames of 20 ms and lost packets blur the rest. */
const allowed = (planned: number): number => 30 + 0.12 * planned;

/** Frequencies within 6 %: two that lie close together are seen as one between them. */
function isToneOf({ hertz }: Cadence, tone: Tone): boolean {
  const [low = 0, high] = hertz;
  if (high === undefined) return tone.other === 0 && within(tone.hertz, low);
  if (high - low < 100) return within(tone.hertz, (low + high) / 2) && (tone.other === 0 || within(tone.other, high));
  return within(tone.hertz, low) && within(tone.other, high);
}
const within = (heard: number, planned: number): boolean => Math.abs(heard - planned) < 0.06 * planned;
