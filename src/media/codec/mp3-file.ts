// MP3 files (MPEG-1, 2 and 2.5, layer III) -> samples, by mpg123 as WebAssembly: loaded with the first such file, freed after it.

export type Pcm = { readonly samples: Float32Array; readonly rate: number };
type NoSound = { readonly refused: string };

/** Octets decoded at a time, so that a file of hours is not unfolded before it is refused. */
const chunkOctets = 65_536;

/** An ID3 tag, or the sync word of a frame of layer III. */
export const isMp3 = (octets: Buffer): boolean =>
  octets.toString("latin1", 0, 3) === "ID3" || (octets[0] === 0xff && ((octets[1] ?? 0) & 0xe6) === 0xe2);

/** One channel in the 16-bit range; two are mixed. */
export async function decodeMp3(octets: Buffer, maxSeconds: number): Promise<Pcm | NoSound> {
  const { MPEGDecoder } = await import("mpg123-decoder");
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    return decodeAll(decoder, octets, maxSeconds);
  } finally {
    decoder.free();
  }
}

type Decoder = InstanceType<typeof import("mpg123-decoder").MPEGDecoder>;

function decodeAll(decoder: Decoder, octets: Buffer, maxSeconds: number): Pcm | NoSound {
  const parts: Float32Array[] = [];
  let [length, rate] = [0, 0];
  for (let at = 0; at < octets.length; at += chunkOctets) {
    const { channelData, sampleRate, errors } = decoder.decode(octets.subarray(at, at + chunkOctets));
    const [fault] = errors;
    if (fault) return { refused: `a broken MP3 file: ${fault.message.slice(0, 100)}` };
    const [left, right] = channelData;
    if (!left || left.length === 0) continue;
    if (rate !== 0 && rate !== sampleRate) return { refused: "an MP3 file whose rate changes" };
    rate = sampleRate;
    length += left.length;
    if (length > rate * maxSeconds) return { refused: `longer than ${maxSeconds} s` };
    parts.push(mixed(left, right));
  }
  return rate === 0 ? { refused: "a broken MP3 file: no sound in it" } : { samples: joined(parts, length), rate };
}

const mixed = (left: Float32Array, right = left): Float32Array =>
  left.map((value, index) => 16_384 * (value + (right[index] ?? 0)));

function joined(parts: readonly Float32Array[], length: number): Float32Array {
  const whole = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
