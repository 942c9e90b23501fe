// The tones of a telephone network by country (ITU-T E.180 and its list of national tones), rendered once per worker. Special
// information tones are the same everywhere (E.180 §3.5): three notes, then a pause.

import type { CallTone } from "../face.ts";
import { bothLaws, frameLength, type Loop } from "./sounds.ts";
import { sampleRate, sine } from "./tone.ts";

/** Frequencies in Hz sound together; then on and off in turn, in ms. */
export type Cadence = { readonly hertz: readonly number[]; readonly ms: readonly number[] };
type NationalTone = Exclude<CallTone, "information">;
type National = Readonly<Record<NationalTone, Cadence>>;

const cadence = (hertz: readonly number[], ...ms: readonly number[]): Cadence => ({ hertz, ms });

/** One frequency for all three, as most of Europe has it. */
const plain = (hertz: number, ringback: readonly number[], busy: number, congestion: number): National => ({
  ringback: cadence([hertz], ...ringback),
  busy: cadence([hertz], busy, busy),
  congestion: cadence([hertz], congestion, congestion),
});

const doubleRing = [400, 200, 400, 2_000] as const;

/** By ISO 3166-1 code. */
export const national: Readonly<Record<string, National>> = {
  AT: plain(420, [1_000, 5_000], 400, 200),
  AU: {
    ringback: cadence([400, 450], ...doubleRing),
    busy: cadence([425], 375, 375),
    congestion: cadence([425], 375, 375),
  },
  BR: { ...plain(425, [1_000, 4_000], 250, 250), congestion: cadence([425], 250, 250, 750, 250) },
  CH: plain(425, [1_000, 4_000], 500, 200),
  CN: plain(450, [1_000, 4_000], 350, 700),
  DE: plain(425, [1_000, 4_000], 480, 240),
  ES: { ...plain(425, [1_500, 3_000], 200, 200), congestion: cadence([425], 200, 200, 200, 200, 200, 600) },
  FR: plain(440, [1_500, 3_500], 500, 250),
  GB: {
    ringback: cadence([400, 450], ...doubleRing),
    busy: cadence([400], 375, 375),
    congestion: cadence([400], 400, 350, 225, 525),
  },
  HK: {
    ringback: cadence([440, 480], 400, 200, 400, 3_000),
    busy: cadence([480, 620], 500, 500),
    congestion: cadence([480, 620], 250, 250),
  },
  IN: plain(400, doubleRing, 750, 250),
  IT: plain(425, [1_000, 4_000], 500, 200),
  JP: plain(400, [1_000, 2_000], 500, 500),
  NL: plain(425, [1_000, 4_000], 500, 250),
  PL: plain(425, [1_000, 4_000], 500, 500),
  RU: plain(425, [800, 3_200], 400, 200),
  SE: { ...plain(425, [1_000, 5_000], 250, 250), congestion: cadence([425], 250, 750) },
  US: {
    ringback: cadence([440, 480], 2_000, 4_000),
    busy: cadence([480, 620], 500, 500),
    congestion: cadence([480, 620], 250, 250),
  },
};

export const countries: readonly string[] = Object.keys(national);

/** Of all frequencies together. */
const toneDbfs = -15;

/** The tones of a country of the table; an unknown one throws, for it was checked before. */
export function callTones(country: string): Readonly<Record<CallTone, Loop>> {
  const tones = national[country];
  if (!tones) throw new RangeError(`no tones for country ${country}`);
  return {
    ringback: loopOf(rendered(tones.ringback)),
    busy: loopOf(rendered(tones.busy)),
    congestion: loopOf(rendered(tones.congestion)),
    information: loopOf([...[950, 1_400, 1_800].flatMap((hertz) => sound([hertz], 330)), ...silent(1_000)]),
  };
}

const samplesOf = (ms: number): number => (ms * sampleRate) / 1_000;
const silent = (ms: number): number[] => new Array<number>(samplesOf(ms)).fill(0);

const rendered = ({ hertz, ms }: Cadence): number[] =>
  ms.flatMap((length, index) => (index % 2 === 0 ? sound(hertz, length) : silent(length)));

function sound(frequencies: readonly number[], ms: number): number[] {
  const dbfs = toneDbfs - 10 * Math.log10(frequencies.length);
  const waves = frequencies.map((hertz) => sine({ hertz, dbfs, samples: samplesOf(ms) }));
  return Array.from({ length: samplesOf(ms) }, (_, at) => waves.reduce((sum, wave) => sum + (wave[at] ?? 0), 0));
}

/** Repeated until it fills whole packets. */
function loopOf(samples: readonly number[]): Loop {
  let whole = samples;
  while (whole.length % frameLength !== 0) whole = [...whole, ...samples];
  return bothLaws(whole);
}
