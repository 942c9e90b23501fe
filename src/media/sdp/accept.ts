// The peer's answer beside our offer (RFC 3264 §6): whether it is one, and what was agreed on with it.

import type { SdpRefused } from "../face.ts";
import {
  type AudioWish,
  chooseAudio,
  chooseVideo,
  isBrowser,
  isPlainRtp,
  isSrtp,
  isUsable,
  type Ours,
  pairKeys,
} from "./choose.ts";
import type { Description, Section } from "./description.ts";
import type { Terms } from "./terms.ts";
import type { LocalSection } from "./write.ts";

/** RFC 3264 §6: one m-line in the answer for each in the offer, of the same kind, and none open that was closed. */
export function misfitOf(answer: Description, offered: readonly LocalSection[]): string | undefined {
  if (answer.sections.length !== offered.length) {
    return `${answer.sections.length} m-lines in answer to ${offered.length} (RFC 3264 §6)`;
  }
  for (const [index, section] of answer.sections.entries()) {
    const ours = offered[index];
    if (section.kind !== ours?.kind) return `m-line ${index + 1} is ${section.kind}, offered was ${ours?.kind}`;
    if (section.port !== 0 && ours.port === 0) return `m-line ${index + 1} was offered with port 0`;
    if (section.port !== 0 && !isAnswerTo(ours, section))
      return `m-line ${index + 1} answered over ${section.protocol}`;
  }
  return undefined;
}

/** The same kind of RTP as offered (RFC 3264 §6.1), and with a key where one is needed (RFC 4568 §5.1.3). */
function isAnswerTo(ours: LocalSection, section: Section): boolean {
  if (isPlainRtp(ours)) return isPlainRtp(section);
  if (isBrowser(ours)) return isBrowser(section) && isUsable(section);
  return isSrtp(section) && "formats" in ours && pairKeys(section.cryptos, ours.cryptos ?? []) !== null;
}

/** Audio without a common codec is refused: the peer broke RFC 3264 §6.1. Video then just stays away. */
export function termsOfAnswer(
  answer: Description,
  offered: readonly LocalSection[],
  { ice, wish }: { readonly ice: NonNullable<Ours["ice"]>; readonly wish: AudioWish },
): Terms | SdpRefused {
  let terms: Terms = { audio: null, video: null };
  for (const [index, section] of answer.sections.entries()) {
    const ours = offered[index];
    if (section.port === 0 || !ours || "tokens" in ours) continue;
    const allowed = ours.direction ?? "sendrecv";
    const own = { formats: ours.formats, cryptos: ours.cryptos ?? [], ice };
    if (section.kind === "audio") {
      const audio = chooseAudio(section, own, allowed, wish);
      if (!audio) return { refused: "no audio codec in common" };
      terms = { ...terms, audio };
    } else {
      terms = { ...terms, video: chooseVideo(section, own, allowed) };
    }
  }
  return terms;
}
