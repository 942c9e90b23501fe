// The power spectrum of 32 ms of sound, 31.25 Hz apart: a real Fourier transform of 256 points as a complex one of 128, under a
// Hann window. Nothing is allocated after the start.

export const spectrumLength = 256;
const half = spectrumLength / 2;
export const binHertz = 8_000 / spectrumLength;

const hann = Float64Array.from({ length: spectrumLength }, (_, index) => {
  return 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / spectrumLength);
});
const cosines = Float64Array.from({ length: half }, (_, index) => Math.cos((2 * Math.PI * index) / spectrumLength));
const sines = Float64Array.from({ length: half }, (_, index) => -Math.sin((2 * Math.PI * index) / spectrumLength));
const reversed = Uint8Array.from({ length: half }, (_, index) => {
  let turned = 0;
  for (let bit = 1; bit < half; bit <<= 1) turned = (turned << 1) | (index & bit ? 1 : 0);
  return turned;
});

/** Shared: a spectrum is read before the next one is made. */
const real = new Float64Array(half);
const imaginary = new Float64Array(half);
const power = new Float64Array(half);

/** Power of each bin from 0 up to, not including, 4,000 Hz. The same array each time. */
export function powerSpectrum(samples: Float64Array): Float64Array {
  for (let index = 0; index < half; index += 1) {
    const to = reversed[index] ?? 0;
    const from = 2 * index;
    real[to] = (samples[from] ?? 0) * (hann[from] ?? 0);
    imaginary[to] = (samples[from + 1] ?? 0) * (hann[from + 1] ?? 0);
  }
  for (let span = 1; span < half; span *= 2) butterflies(span);
  for (let bin = 1; bin < half; bin += 1) power[bin] = powerOf(bin);
  return power;
}

/** One stage of the transform: pairs that lie `span` apart. */
function butterflies(span: number): void {
  const stride = half / span;
  for (let offset = 0; offset < span; offset += 1) {
    const c = cosines[offset * stride] ?? 0;
    const s = sines[offset * stride] ?? 0;
    for (let low = offset; low < half; low += 2 * span) {
      const high = low + span;
      const re = real[high] ?? 0;
      const im = imaginary[high] ?? 0;
      const turnedRe = re * c - im * s;
      const turnedIm = re * s + im * c;
      const lowRe = real[low] ?? 0;
      const lowIm = imaginary[low] ?? 0;
      real[high] = lowRe - turnedRe;
      imaginary[high] = lowIm - turnedIm;
      real[low] = lowRe + turnedRe;
      imaginary[low] = lowIm + turnedIm;
    }
  }
}

/** Even and odd samples were transformed as one complex sequence; here they part again. */
function powerOf(bin: number): number {
  const mirror = half - bin;
  const evenRe = (real[bin] ?? 0) + (real[mirror] ?? 0);
  const evenIm = (imaginary[bin] ?? 0) - (imaginary[mirror] ?? 0);
  const oddRe = (imaginary[bin] ?? 0) + (imaginary[mirror] ?? 0);
  const oddIm = (real[mirror] ?? 0) - (real[bin] ?? 0);
  const c = cosines[bin] ?? 0;
  const s = sines[bin] ?? 0;
  const re = evenRe + oddRe * c - oddIm * s;
  const im = evenIm + oddRe * s + oddIm * c;
  return (re * re + im * im) / 4;
}
